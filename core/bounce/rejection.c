/* SPDX-License-Identifier: MIT
 * A receipt (RFC 8098) that tells of a refusal: what Sieve's "reject" sends where it cannot answer in the session
 * (RFC 5429 2.1.1, Cyrus, Pigeonhole), and Dovecot's delivery agent where the mailbox is full. The message was not
 * delivered, so it is a bounce, though it has the form of a receipt for a message that was deleted. */
#include "core/bounce/entries.h"
#include "core/bounce/fields.h"
#include "core/bounce/prose.h"

/* Behind these words, the reason. */
static const char *const words[] = {
    "was automatically rejected",
    "automatically rejected by Sieve",
    "was refused by the recipient's mail filtering program",
    "was rejected by the recipient's mail filtering program",
};

static struct view reason_in(struct view text)
{
    size_t begin, end;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (entries_find_words(text, words[i], &begin, &end))
            return view_from(text, begin);
    }
    return (struct view){0};
}

bool read_rejection(struct reading *reading)
{
    const struct part *part = mail_part(reading->mail, PART_DISPOSITION);
    if (!part)
        return false;
    struct view reason = reason_in(view_first_text(reading_without_copy(reading), 1024));
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
