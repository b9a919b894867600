/* SPDX-License-Identifier: MIT
 * Complaints: RFC 5965 abuse reports (ARF), RFC 6591 authentication failure reports, and the feedback loops that have a
 * form of their own (Hotmail's JMRP, AOL before ARF, SpamCop). The subscriber is who received the mail that is
 * complained of, never who forwards the complaint: Original-Rcpt-To, else where the returned message went, as far as it
 * is not redacted. */
#include "core/bounce/addressees.h"
#include "core/bounce/fields.h"
#include "core/bounce/letter.h"

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
    static const char *const hidden[] = {"redact", "undisclosed", "hidden@",    "removed@", "privacy@",
                                         "x@",     "xxx@",        "anonymous@", "unknown@"};
    if (view_index(address, '@') <= 0 || view_index(address, '*') >= 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++) {
        struct view words = view_of(hidden[i]);
        if (words.data[words.len - 1] == '@' ? view_begins_fold(address, words) : view_find_fold(address, words) >= 0)
            return true;
    }
    return false;
}

/* Where the returned message went, by its own headers. */
static struct view returned_to(const struct reading *reading)
{
    static const char *const names[] = {
        "X-HmXmrOriginalRecipient", "X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To",
        "X-Apparently-To",          "X-RCPT-TO",     "X-Rcpt-To",    "To"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct view address = addressees_only(&reading->mail->returned, names[i], reading->pool);
        if (!view_is_empty(address) && !is_redacted(address))
            return address;
    }
    return (struct view){0};
}

static bool add_complaint(struct reading *reading, struct view recipient, struct view type)
{
    if (!view_is_empty(recipient) && reading_knows(reading, recipient))
        return false;
    struct event *event = reading_add(reading, EVENT_COMPLAINT);
    if (!event)
        return false;
    event->recipient = recipient;
    event->feedback_type = type;
    if (view_is_empty(recipient))
        notice_add(&event->notices, VIEW("complaint names no recipient"));
    if (view_equal_fold(type, VIEW("not-spam")))
        notice_add(&event->notices, VIEW("feedback says that the mail is no spam; nobody complained"));
    if (view_begins_fold(type, VIEW("auth-failure")))
        notice_add(&event->notices, VIEW("report of a failed sender authentication; nobody complained"));
    return true;
}

/* Adds whom the fields name; several Original-Rcpt-To are allowed (RFC 5965 3.2). */
static void add_named(struct reading *reading, const struct headers *fields, struct view type)
{
    static const char *const names[] = {"Original-Rcpt-To", "Removal-Recipient", "X-Original-Rcpt-To",
                                        "Original-Recipient"};
    for (size_t i = 0; i < G_N_ELEMENTS(names) && reading->count == 0; i++) {
        bool found = true;
        for (size_t nth = 0; found; nth++) {
            struct view address = field_address(headers_get_nth(fields, names[i], nth, &found), reading->pool);
            if (found && !is_redacted(address))
                add_complaint(reading, address, type);
        }
    }
}

static bool read_report_fields(struct reading *reading, const struct headers *fields)
{
    struct view type = feedback_type(headers_get(fields, "Feedback-Type"));
    /* The type is required (RFC 5965 3.1); "other" is the one for all that is not said. */
    if (view_is_empty(type))
        type = VIEW("other");
    add_named(reading, fields, type);
    if (reading->count == 0)
        add_complaint(reading, returned_to(reading), type);
    gint64 time = mail_date(headers_get(fields, "Arrival-Date"));
    if (time == 0)
        time = mail_date(headers_get(fields, "Received-Date"));
    for (size_t i = 0; i < reading->count; i++) {
        struct event *event = &reading->events[i];
        event->reporting_mta = field_mta(headers_get(fields, "Reporting-MTA"));
        event->envelope_id = view_trim(headers_get(fields, "Original-Envelope-Id"));
        event->time = time;
    }
    return reading->count > 0;
}

/* The fields that stand in `text` below words for people: from the beginning of the line with the first of them. */
static struct view fields_below_words(struct view text)
{
    static const char *const starts[] = {"\nFeedback-Type:", "\nUser-Agent:", "\nVersion:"};
    size_t first = text.len;
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
        ssize_t at = view_find_fold(text, view_of(starts[i]));
        if (at >= 0)
            first = MIN(first, (size_t)at + 1);
    }
    return view_from(text, first);
}

/* The fields as the text of a message that nothing else marks: all that RFC 5965 3.1 makes compulsory, and no letter.
 */
static bool read_fields_alone(struct reading *reading)
{
    if (mail_part(reading->mail, PART_DELIVERY_STATUS) || !reading_may_say(reading, "Feedback-Type:") ||
        letter_is_list_post(reading) || letter_is_answer(reading))
        return false;
    struct headers fields = headers_parse(fields_below_words(reading->text), reading->pool, NULL);
    return headers_has(&fields, "Feedback-Type") && headers_has(&fields, "User-Agent") &&
           headers_has(&fields, "Version") && read_report_fields(reading, &fields);
}

/* The fields as a text part of a message that calls itself a feedback report, or returns a message beside them. */
static bool read_fields_in_text(struct reading *reading)
{
    const struct mail *mail = reading->mail;
    bool called = view_equal(mail->report_type, VIEW("feedback-report"));
    if (!called && !mail_part(mail, PART_RETURNED))
        return read_fields_alone(reading);
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct part *part = &mail->parts[i];
        if (part->kind != PART_TEXT && part->kind != PART_OTHER)
            continue;
        struct headers fields = headers_parse(part->text, reading->pool, NULL);
        if (called && !headers_has(&fields, "Feedback-Type"))
            fields = headers_parse(fields_below_words(part->text), reading->pool, NULL);
        bool complete = headers_has(&fields, "Feedback-Type") && headers_has(&fields, "User-Agent");
        if (complete || (called && headers_has(&fields, "Feedback-Type")))
            return read_report_fields(reading, &fields);
    }
    return false;
}

/* Feedback loops without ARF: who writes, and how the subject begins. */
static const struct loop {
    const char *from, *subject;
    bool returns; /* the message complained of is attached */
} loops[] = {
    {"staff@hotmail.com", "complaint about message from", true},
    {"scomp@aol.", "", true},
    {"tosemail@aol.", "", true},
    {"fbl-no-reply@postmaster.aol.", "", true},
    {"", "client tos notification", true},
    {"", "email feedback report for ip", true},
    {"feedback@arf.mail.yahoo.", "", true},
    {"fbl@", "", true},
    {"fbl-", "", true},
    {"feedbackloop@", "", true},
    {"feedback-loop@", "", true},
    {"abuse-feedback@", "", true},
    {"complaints@email-abuse.", "", true},
    {"", "[spamcop (", false},
};

static bool is_loop(const struct reading *reading)
{
    const struct mail *mail = reading->mail;
    bool returns = mail_part(mail, PART_RETURNED) != NULL;
    if (mail_part(mail, PART_DELIVERY_STATUS) || reading->null_sender)
        return false;
    /* Hotmail's Junk Mail Reporting Program names the reader in the returned message. */
    if (returns && headers_has(&mail->returned, "X-HmXmrOriginalRecipient"))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(loops); i++) {
        if (view_begins_fold(reading->from, view_of(loops[i].from)) &&
            view_begins_fold(view_trim(reading->subject), view_of(loops[i].subject)) && (returns || !loops[i].returns))
            return true;
    }
    return false;
}

/* Apple Mail's button, and what others send in its place: an opt-out by a program, as RFC 5965 7.2 has it. */
static bool is_opt_out_of_program(const struct reading *reading)
{
    return view_equal_fold(view_trim(headers_get(&reading->mail->headers, "X-Apple-Unsubscribe")), VIEW("true"));
}

bool read_feedback_report(struct reading *reading)
{
    const struct part *part = mail_part(reading->mail, PART_FEEDBACK);
    if (part) {
        struct headers fields = headers_parse(part->text, reading->pool, NULL);
        return fields.count > 0 && read_report_fields(reading, &fields);
    }
    if (read_fields_in_text(reading))
        return true;
    if (is_opt_out_of_program(reading))
        return add_complaint(reading, reading->from, VIEW("opt-out"));
    return is_loop(reading) && add_complaint(reading, returned_to(reading), VIEW("abuse"));
}
