/* SPDX-License-Identifier: MIT
 * What the ledger remembers of the archives that were read: loaded before a run, stored in its transaction. Losing it
 * costs time, never evidence. Errors as in ledger.h. */
#ifndef WINNOW_DB_POSITIONS_H
#define WINNOW_DB_POSITIONS_H

#include "core/archive/position.h"
#include "db/ledger.h"

/* Of the folders that `positions` concerns, read in the way `how` (a digest of the schemes of attribution) by this
 * version of the program. */
bool ledger_load_positions(struct ledger *ledger, const char *how, struct positions *positions, GError **error);
/* Within a run: what was read in it. */
bool ledger_store_positions(struct ledger *ledger, const char *how, const struct positions *positions, GError **error);

#endif
