/* SPDX-License-Identifier: MIT
 * A receipt (RFC 8098) that tells of a refusal: what Sieve's "reject" sends where it cannot answer in the session
 * (RFC 5429 2.1.1, Cyrus, Pigeonhole), and Dovecot's delivery agent where the mailbox is full. The message was not
 * delivered, so it is a bounce, though it has the form of a receipt for a message that was deleted. */
#include "core/bounce/fields.h"
#include "core/bounce/prose.h"
#include "core/bounce/signs.h"

enum { OPENING = 1024 }; /* what is said above the letter that is spoken of */

/* From the words that tell of a refusal on. */
static struct view reason_in(const struct reading *reading)
{
    struct view where[SIGN_COUNT], text = view_first_text(reading_without_copy(reading), OPENING);
    if (!signs_have(signs_in(text, where, reading->pool), SIGN_REFUSAL))
        return (struct view){0};
    return view_range(where[SIGN_REFUSAL].data, text.data + text.len);
}

bool read_rejection(struct reading *reading)
{
    const struct part *part = mail_part(reading->mail, PART_DISPOSITION);
    if (!part)
        return false;
    struct view reason = reason_in(reading);
    struct headers fields = headers_parse(part->text, reading->pool, NULL);
    struct view recipient = field_address(headers_get(&fields, "Final-Recipient"), reading->pool);
    struct view disposition = headers_get(&fields, "Disposition");
    bool by_program = view_begins_fold(view_trim(disposition), VIEW("automatic-action")) &&
                      view_find_fold(disposition, VIEW("deleted")) >= 0;
    if (!by_program || view_is_empty(reason) || view_is_empty(recipient))
        return false;
    struct event *event = prose_add(reading, EVENT_BOUNCE, recipient, reason);
    if (!event)
        return false;
    struct view original = field_address(headers_get(&fields, "Original-Recipient"), reading->pool);
    if (!view_equal_fold(original, recipient))
        event->original_recipient = original;
    return true;
}
