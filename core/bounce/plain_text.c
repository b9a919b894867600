/* SPDX-License-Identifier: MIT
 * The last reader: a report in words by no known maker. Careful, since everything that nobody else understood comes
 * here: a mail system must have written it, it must say that mail was not delivered, and the address must stand where
 * reports put it or be the one the returned message was sent to. */
#include "core/bounce/addressees.h"
#include "core/bounce/letter.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"
#include "core/bounce/signs.h"

static size_t read_failed_recipients(struct reading *reading, enum event_kind kind)
{
    struct view value = headers_get(&reading->mail->headers, "X-Failed-Recipients");
    struct view addresses[64];
    size_t n = mail_addresses(value, addresses, G_N_ELEMENTS(addresses), reading->pool);
    size_t added = 0;
    for (size_t i = 0; i < n; i++)
        added += prose_add(reading, kind, addresses[i], reading->text) != NULL;
    return added;
}

static size_t read_returned_to(struct reading *reading, enum event_kind kind)
{
    struct view address = addressees_sole(&reading->mail->returned, reading->pool);
    return !view_is_empty(address) && prose_add(reading, kind, address, reading->text) ? 1 : 0;
}

/* "Undeliverable mail: 550 5.1.1 <ann@example.org> User unknown", and no more below it. */
static size_t read_subject(struct reading *reading, enum event_kind kind)
{
    if (!reading->from_daemon)
        return 0;
    struct view address = prose_only_address(reading, reading->subject);
    return !view_is_empty(address) && prose_add(reading, kind, address, reading->subject) ? 1 : 0;
}

/* Where only one recipient is named and no reply stands with it, the cause may stand before it. */
static void widen_prose(struct reading *reading)
{
    struct event *event = reading->events;
    if (reading->count == 1 && event->smtp_code == 0 && view_is_empty(event->status))
        event->prose = reading->text;
}

/* Without a mail system's name, but with its empty return path, and to the sender of one message. */
static bool speaks_of_one(const struct reading *reading)
{
    return reading->null_sender && signs_have(reading_signs(reading, reading->text), SIGN_ONE_MESSAGE);
}

bool read_plain_text(struct reading *reading)
{
    if (!letter_reports_failure(reading))
        return false;
    enum event_kind kind = prose_kind(reading, reading->text);
    if (read_failed_recipients(reading, kind) || prose_read_list(reading, kind, reading_without_copy(reading)) ||
        prose_read_list(reading, kind, reading->text) || read_returned_to(reading, kind) ||
        read_subject(reading, kind)) {
        widen_prose(reading);
        return true;
    }
    /* Postmasters also write about other things than one's mail. */
    const struct headers *headers = &reading->mail->headers;
    bool answers = headers_has(headers, "In-Reply-To") || headers_has(headers, "References");
    bool system = reading->from_daemon;
    bool shows = (reading->null_sender && system) || reading->mail->returned.count > 0 ||
                 (reply_find(reading->text).code != 0 && !answers && (system || speaks_of_one(reading)));
    struct event *event = shows ? reading_add(reading, kind) : NULL;
    if (event)
        notice_add(&event->notices, VIEW("report names no recipient"));
    return event != NULL;
}
