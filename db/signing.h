/* SPDX-License-Identifier: MIT
 * Since when the mail to a list is known to be signed (core/policy/signing.h), as runs stored it. Errors:
 * WINNOW_ERROR_STATE. */
#ifndef WINNOW_DB_SIGNING_H
#define WINNOW_DB_SIGNING_H

#include "db/ledger.h"

/* Within a run, once: what it found out. `list` as policy calls it. */
bool ledger_add_signing(struct ledger *ledger, const char *list, gint64 since, GError **error);
/* What runs in force found out about `list` (NULL: about all), with the time when each of them began. */
bool ledger_each_signing(struct ledger *ledger, const char *list, void (*each)(gint64 known, gint64 since, void *user),
                         void *user, GError **error);

#endif
