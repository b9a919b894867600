/* SPDX-License-Identifier: MIT
 * Who was removed from which list, and when. Lists go by the names that policy groups call them. Runs that were taken
 * back do not count. Errors: WINNOW_ERROR_STATE. */
#ifndef WINNOW_DB_DEPARTURES_H
#define WINNOW_DB_DEPARTURES_H

#include "db/ledger.h"

/* Within a run: the name of the list that it cleans. */
bool ledger_set_list(struct ledger *ledger, const char *name, GError **error);
/* When the last run before the open one that removed `key` (of an address, or an id) from that list began; 0: none. */
bool ledger_last_removed(struct ledger *ledger, const char *list, struct view key, gint64 *when, GError **error);
/* The keys of everybody about whom some run decided, whether or not it was taken back: they were subscribers. Each
 * once; views are valid during the call only. */
bool ledger_each_decided(struct ledger *ledger, bool (*each)(struct view key, void *user, GError **error), void *user,
                         GError **error);

#endif
