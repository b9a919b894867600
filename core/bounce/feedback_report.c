/* SPDX-License-Identifier: MIT
 * RFC 5965 abuse reports (ARF) and RFC 6591 authentication failure reports. The subscriber is who received the mail that is
 * complained of, never who complains: Original-Rcpt-To, else the To of the returned message, where it is not redacted. */
#include "core/bounce/fields.h"
#include "core/bounce/reader.h"

static struct view feedback_type(struct view value)
{
    value = view_trim(value);
    size_t end = 0;
    while (end < value.len && (g_ascii_isalnum(value.data[end]) || value.data[end] == '-'))
        end++;
    return view_first(value, end);
}

/* Feedback loops hide who complained: "redacted@…", "<>", "user@redacted.invalid" (RFC 6590). */
static bool is_redacted(struct view address)
{
    return view_is_empty(address) || view_index(address, '@') < 0 || view_find_fold(address, VIEW("redacted")) >= 0 ||
           view_find_fold(address, VIEW("undisclosed")) >= 0;
}

static struct view complained_of(const struct headers *fields, const struct mail *mail, struct pool *pool)
{
    static const char *const named[] = {"Original-Rcpt-To", "Removal-Recipient", "X-Original-Rcpt-To"};
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
        struct view address = field_address(headers_get(fields, named[i]), pool);
        if (!is_redacted(address))
            return address;
    }
    static const char *const returned[] = {"X-HmXmrOriginalRecipient", "X-Original-To", "Delivered-To", "To"};
    for (size_t i = 0; i < G_N_ELEMENTS(returned); i++) {
        struct view address;
        if (mail_addresses(headers_get(&mail->returned, returned[i]), &address, 1, pool) == 1 && !is_redacted(address))
            return address;
    }
    return (struct view){0};
}

bool read_feedback_report(struct reading *reading)
{
    const struct part *part = mail_part(reading->mail, PART_FEEDBACK);
    if (!part)
        return false;
    struct headers fields = headers_parse(part->text, reading->pool, NULL);
    struct view type = feedback_type(headers_get(&fields, "Feedback-Type"));
    if (view_is_empty(type))
        return false;
    struct event *event = reading_add(reading, EVENT_COMPLAINT);
    if (!event)
        return false;
    event->feedback_type = type;
    event->recipient = complained_of(&fields, reading->mail, reading->pool);
    event->reporting_mta = field_mta(headers_get(&fields, "Reporting-MTA"));
    event->envelope_id = headers_get(&fields, "Original-Envelope-Id");
    event->time = mail_date(headers_get(&fields, "Arrival-Date"));
    if (event->time == 0)
        event->time = mail_date(headers_get(&fields, "Received-Date"));
    if (view_is_empty(event->recipient))
        notice_add(&event->notices, VIEW("complaint names no recipient"));
    return true;
}
