/* SPDX-License-Identifier: MIT
 * Files that runs put in place of others, so that a run can be taken back and a killed one completed. Before a run is
 * stored, the former files get a second, hidden name, and the ledger learns which renames are to come; these are done
 * when it is stored. Whoever dies in between leaves them to the next run: replace_mend().
 * Errors: WINNOW_ERROR_OUTPUT, WINNOW_ERROR_STATE. */
#ifndef WINNOW_CMD_REPLACE_H
#define WINNOW_CMD_REPLACE_H

#include "db/ledger.h"
#include "db/undo.h"

#include <sys/stat.h>

/* A file as it was looked at. */
struct former_file {
    char *target; /* absolute, links followed; NULL: no file, but a device or standard output */
    char *digest; /* NULL: there was none */
    struct stat seen;
    char *kept; /* its second name, once it has one */
};

bool former_look(struct former_file *former, const char *path, GError **error);
void former_clear(struct former_file *former);

/* Keeps the former file and records in the open run that `source` is going to replace it; `digest` is that of `source`.
 */
bool replace_prepare(struct former_file *former, struct ledger *ledger, gint64 run, const char *source,
                     const char *digest, GError **error);
/* The run is not stored: what was kept for it goes. */
void replace_abandon(const struct former_file *former);

/* Does what a run that was killed had still to do, and says so. Before the first run of a writing command. */
bool replace_mend(struct ledger *ledger, GError **error);

/* Of former files at `target` only those of the last `runs` stay. */
bool replace_expire(struct ledger *ledger, const char *target, guint64 runs, GError **error);

#endif
