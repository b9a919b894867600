/* SPDX-License-Identifier: MIT
 * What the headers of the returned message carry to tell the subscriber by: addresses, ids and return paths that
 * mailing systems put there (phpList, listmonk, CiviCRM, KumoMTA, the list's own List-Unsubscribe), and the headers
 * that the user names. Only what cannot be taken for something else: of a text that is not wholly an address or an id
 * just those words that are addresses or UUIDs, for a campaign's number must never be taken for a subscriber's. Pure.
 */
#ifndef WINNOW_MATCH_CARRIED_H
#define WINNOW_MATCH_CARRIED_H

#include "core/mail/mail.h"

enum { CARRIED_ITEMS = 12 };

enum carried_is {
    CARRIED_ADDRESS,
    CARRIED_WORD, /* an address in a text, where one of the sender's may stand too */
    CARRIED_ID,
    CARRIED_PATH,   /* a return path, for verp.h; else nothing */
    CARRIED_EITHER, /* a return path if it can be read as one, else an address */
};

struct carried {
    struct carried_item {
        enum carried_is is;
        struct view value;
        struct view header; /* its name; static, or the user's */
    } at[CARRIED_ITEMS];
    size_t count;
    bool envelope_id; /* the user says that the envelope id is the subscriber's */
};

/* `names`: the user's headers, NULL-terminated; may be NULL. "Original-Envelope-Id" there speaks of the report's own
 * field. NULL if nothing is carried. Lives in `pool`, in `returned` and in `names`. */
const struct carried *carried_read(const struct headers *returned, const char *const *names, struct pool *pool);

/* Is the whole of `text` an address that mail could go to, or a UUID (RFC 9562)? */
bool carried_is_address(struct view text, struct pool *pool);
bool carried_is_uuid(struct view text);

#endif
