/* SPDX-License-Identifier: MIT
 * Taking things out of the ledger for good: what is too old, and who wants to be forgotten. Each is a run of its own,
 * in one transaction like any other; the bytes are overwritten behind it. Errors as in ledger.h. */
#ifndef WINNOW_DB_ERASE_H
#define WINNOW_DB_ERASE_H

#include "db/ledger.h"

/* As ledger_begin(), for a run that erases. */
bool ledger_begin_erasing(struct ledger *ledger, const char *command, gint64 now, gint64 *run, GError **error);

struct pruned {
    guint64 events, decisions; /* erased */
    guint64 kept;              /* older events that stay, because decisions in force rest on them */
};
/* Erases events that happened before `before`, and decisions of runs before it. What is in force stays: all events and
 * removals of those whom the last decision removed, or holds beyond `now`. */
bool ledger_prune(struct ledger *ledger, gint64 before, gint64 now, struct pruned *pruned, GError **error);

/* Who is to be forgotten, and what became of it. */
struct forgetting_of {
    enum candidate_is is;
    struct view key;           /* of address_key(), or an id */
    guint64 events, decisions; /* erased */
    bool removed;              /* the last decision had been to remove: it stays so */
};
/* Erases all that is stored about `of`. `texts`: how many others' texts named them, and have it blanked out. `sources`
 * (char *): the archives in which the erased events stood. */
bool ledger_forget(struct ledger *ledger, struct forgetting_of *of, size_t count, guint64 *texts, GPtrArray *sources,
                   GError **error);

/* Paths that runs wrote to, each once (char *). */
bool ledger_outputs(struct ledger *ledger, GPtrArray *paths, GError **error);

/* Outside of a run: writes the file anew, so that it shrinks and no byte of what was erased is left in it or beside it.
 * *done is false if a reader kept it from coming to its end. */
bool ledger_compact(struct ledger *ledger, bool *done, GError **error);

#endif
