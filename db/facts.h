/* SPDX-License-Identifier: MIT
 * Bounces as they were stored, with all that rules are asked about, and new verdicts on them: for who judges them
 * again. A verdict is added beside the older ones; the last one in force counts. Errors as in ledger.h. */
#ifndef WINNOW_DB_FACTS_H
#define WINNOW_DB_FACTS_H

#include "db/ledger.h"

struct stored_bounce {
    gint64 id;
    struct event event;     /* what examine_statement() reads, and the time */
    struct verdict verdict; /* in force; its rule may be one that no longer exists */
    struct origin origin;
};
typedef bool (*each_bounce_call)(const struct stored_bounce *bounce, void *user, GError **error);

/* Every bounce in force, in order of id. Views are valid during the call only. */
bool ledger_each_bounce(struct ledger *ledger, each_bounce_call each, void *user, GError **error);
/* Within a run, after ledger_judged_by(). An event that has been judged 65,536 times keeps its last verdict. */
bool ledger_add_verdict(struct ledger *ledger, gint64 event, const struct verdict *verdict, GError **error);

#endif
