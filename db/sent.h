/* SPDX-License-Identifier: MIT
 * Events by what they return of the message that was sent, to be joined with a log of sends. Errors:
 * WINNOW_ERROR_STATE. */
#ifndef WINNOW_DB_SENT_H
#define WINNOW_DB_SENT_H

#include "db/ledger.h"

/* Views are valid during the call only. */
struct returned {
    gint64 event;
    struct view message_id, envelope_id; /* of the message that was sent; either may be empty */
    struct view recipient, original_recipient, failed_recipient;
    bool alone;    /* its report is about nobody else */
    bool in_force; /* else the run that read it was taken back; it may be read again */
};
/* Every event that has either id and is bounce, complaint or delivery, in order. The ledger may be written to meanwhile
 * by ledger_add_candidates() and ledger_add_sent() only. */
bool ledger_each_returned(struct ledger *ledger,
                          bool (*each)(const struct returned *returned, void *user, GError **error), void *user,
                          GError **error);

/* Within a run: the campaign of an event's message as a log of sends has it; the first that is told stays, as long as
 * its run is in force. */
bool ledger_add_sent(struct ledger *ledger, gint64 event, struct view campaign, GError **error);

#endif
