/* SPDX-License-Identifier: MIT
 * The ledger's evidence, read ahead by a task of its own while the list is streamed. Batches circulate between the two
 * as in the pipeline, so that memory is bounded (about 50 MB) whatever the ledger holds.
 * Between ahead_start() and ahead_each() nobody else may use the ledger. */
#ifndef WINNOW_CMD_AHEAD_H
#define WINNOW_CMD_AHEAD_H

#include "db/ledger.h"

struct ahead;

/* `beside` false: nothing is read before ahead_each(), and no thread is used. */
struct ahead *ahead_start(struct ledger *ledger, bool beside);
/* What ledger_each() does, once. */
bool ahead_each(struct ahead *ahead, bool (*each)(const struct evidence *evidence, void *user, GError **error),
                void *user, GError **error);
/* Stops the reading if it still goes on. */
void ahead_free(struct ahead *ahead);
typedef struct ahead ahead_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ahead_auto, ahead_free)

#endif
