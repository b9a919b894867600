/* SPDX-License-Identifier: MIT
 * Runs that were taken back, and the files that runs replaced. A run that was taken back is not in force: its events,
 * verdicts and decisions are stored but count for nothing, and an event of it that is read again is news.
 * Whoever stores something per run (where a source was left, verdicts …) asks ledger_in_force() before he uses it.
 * Digests are those of file_digest() (core/output.h); NULL is "no file". Errors: WINNOW_ERROR_STATE. */
#ifndef WINNOW_DB_UNDO_H
#define WINNOW_DB_UNDO_H

#include "db/ledger.h"

/* A look-up in a small table; true for runs that do not exist. */
bool ledger_in_force(const struct ledger *ledger, gint64 run);

/* Within a run: takes `undone` back. `final`: reading its sources again does not bring its evidence back. */
bool ledger_undo(struct ledger *ledger, gint64 undone, bool final, GError **error);

/* A file that `run` put at `path`, or took away from there. */
struct replaced_file {
    gint64 run;
    const char *path;           /* absolute, links followed */
    const char *before, *after; /* digests */
    const char *kept;           /* path of the former bytes; NULL: they are not kept */
};
typedef bool (*each_replaced_call)(const struct replaced_file *file, void *user, GError **error);
bool ledger_add_replaced(struct ledger *ledger, const struct replaced_file *file, GError **error);
/* Of one run in the order of paths; of one path, the newest run first. */
bool ledger_each_replaced(struct ledger *ledger, gint64 run, each_replaced_call each, void *user, GError **error);
bool ledger_each_replaced_at(struct ledger *ledger, const char *path, each_replaced_call each, void *user,
                             GError **error);
/* The former bytes are kept no longer. Outside of a run. */
bool ledger_drop_kept(struct ledger *ledger, gint64 run, const char *path, GError **error);

/* A rename that a run is going to do once it is stored. */
struct pending_move {
    const char *source, *target;
    const char *moved;  /* digest of what is moved */
    const char *before; /* of what was at the target */
};
bool ledger_add_pending(struct ledger *ledger, const struct pending_move *move, GError **error);
bool ledger_each_pending(struct ledger *ledger,
                         bool (*each)(const struct pending_move *move, void *user, GError **error), void *user,
                         GError **error);
/* All are done. Outside of a run. */
bool ledger_clear_pending(struct ledger *ledger, GError **error);

/* The list, by absolute path, that the open run cleans. */
bool ledger_set_cleaned(struct ledger *ledger, const char *path, GError **error);
/* The last run in force, before the open one, that cleaned it or a list that was called `name` (NULL: no other one);
 * 0: none. */
bool ledger_last_cleaned(struct ledger *ledger, const char *path, const char *name, gint64 *run, GError **error);

#endif
