/* SPDX-License-Identifier: MIT
 * Addresses (and ids) that were forgotten: kept as keyed hashes, so that what was decided holds and nothing about them
 * is stored again. Errors: WINNOW_ERROR_STATE. */
#ifndef WINNOW_DB_FORGOTTEN_H
#define WINNOW_DB_FORGOTTEN_H

#include "db/ledger.h"

struct forgotten {
    gint64 run, started; /* the run that forgot, and when it began */
    bool removed;        /* the subscriber had been removed, and stays so */
};

/* Is anybody? If not, nothing has to be asked. */
bool ledger_forgets(const struct ledger *ledger);
/* Was `key` (of address_key(), or an id) forgotten? */
bool ledger_forgot(const struct ledger *ledger, enum candidate_is is, struct view key, struct forgotten *forgotten);
/* Within a run: it may be known again. *was is false if it had not been forgotten. What is loaded stays as it was. */
bool ledger_lift(struct ledger *ledger, enum candidate_is is, struct view key, bool *was, GError **error);

#endif
