/* SPDX-License-Identifier: MIT
 * The last reader: a report in words by no known maker. Careful, since everything that nobody else understood comes here:
 * a mail system must have written it, it must say that mail was not delivered, and the address must stand where reports
 * put it or be the one the returned message was sent to. */
#include "core/bounce/prose.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

static bool is_list_post(const struct mail *mail)
{
    static const char *const marks[] = {"List-Id", "List-Post", "List-Unsubscribe", "X-Mailing-List", "Mailing-List"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (headers_has(&mail->headers, marks[i]))
            return true;
    }
    return false;
}

static bool is_report(const struct reading *reading)
{
    const struct mail *mail = reading->mail;
    if (headers_has(&mail->headers, "X-Failed-Recipients"))
        return true;
    guint32 subject = signs_in(reading->subject, NULL, reading->pool);
    guint32 text = signs_in(view_first(reading->text, LIMIT_CLASSIFIED_TEXT), NULL, reading->pool);
    bool says = signs_have(text, SIGN_REPORT_TEXT) || signs_have(text, SIGN_DELAY);
    bool called = signs_have(subject, SIGN_REPORT_SUBJECT);
    if (is_list_post(mail) && !reading->from_daemon)
        return false;
    if (reading->from_daemon || reading->null_sender)
        return says || called;
    bool answers = headers_has(&mail->headers, "In-Reply-To") || headers_has(&mail->headers, "References");
    return says && called && !answers;
}

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
    struct view addresses[2];
    size_t n = mail_addresses(headers_get(&reading->mail->returned, "To"), addresses, 2, reading->pool);
    return n == 1 && prose_add(reading, kind, addresses[0], reading->text) ? 1 : 0;
}

bool read_plain_text(struct reading *reading)
{
    if (!is_report(reading))
        return false;
    enum event_kind kind = prose_kind(reading, reading->text);
    if (read_failed_recipients(reading, kind) || prose_read_list(reading, kind, reading->text) ||
        read_returned_to(reading, kind))
        return true;
    struct event *event = reading_add(reading, kind);
    if (event)
        notice_add(&event->notices, VIEW("report names no recipient"));
    return event != NULL;
}
