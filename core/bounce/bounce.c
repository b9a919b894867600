/* SPDX-License-Identifier: MIT */
#include "core/bounce/bounce.h"

#include "core/bounce/addressees.h"
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"
#include "core/bounce/reader.h"
#include "core/bounce/reply.h"
#include "core/limits.h"

/* Asked in this order; the first that adds an event has spoken. What is certain by its form comes first. */
static const struct reader readers[] = {
    {"arf", read_feedback_report},
    {"list-manager", read_list_manager},
    {"rejection", read_rejection}, /* a receipt, but a bounce */
    {"not-a-bounce", read_not_for_us},
    {"rfc3464", read_delivery_status},
    {"ses-notification", read_ses_notification},
    {"google", read_google},
    {"exim", read_exim},
    {"local-names", read_local_names},
    {"layouts", read_layouts},
    {"sendmail", read_sendmail},
    {"qmail", read_qmail},
    {"exchange", read_exchange},
    {"exchange-2003", read_exchange_2003},
    {"groupwise", read_groupwise},
    {"notes", read_notes},
    {"corporate", read_corporate},
    {"unnamed", read_known_maker},
    {"labels", read_labels},
    {"unsubscribe", read_unsubscribe},
    {"auto-reply", read_auto_reply},
    {"bracket-list", read_bracket_list},
    {"wrapped", read_wrapped},
    {"plain-text", read_plain_text},
};

static struct view without_brackets(struct view id)
{
    id = view_trim(id);
    if (id.len >= 2 && id.data[0] == '<' && id.data[id.len - 1] == '>')
        id = (struct view){.data = id.data + 1, .len = id.len - 2};
    return id;
}

/* A campaign as the returned message names it. Feedback-ID is "campaign:customer:type:sender" (Gmail's documentation).
 */
static struct view campaign_of(const struct headers *returned)
{
    static const char *const names[] = {"X-Campaign",    "X-Campaign-ID", "X-CampaignID",        "X-Campaign-Id",
                                        "X-Mailgun-Tag", "X-Mailing-ID",  "X-Listmonk-Campaign", "X-MessageID"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct view value = view_trim(headers_get(returned, names[i]));
        if (!view_is_empty(value))
            return value;
    }
    struct view feedback = view_trim(headers_get(returned, "Feedback-ID"));
    ssize_t colon = view_index(feedback, ':');
    return colon > 0 ? view_first(feedback, (size_t)colon) : (struct view){0};
}

/* What holds for every recipient of one report. */
static struct event common_facts(const struct reading *reading)
{
    const struct mail *mail = reading->mail;
    struct event facts = {0};
    reading_return_paths(reading, &facts);
    facts.message_id = without_brackets(headers_get(&mail->headers, "Message-ID"));
    facts.returned_message_id = without_brackets(headers_get(&mail->returned, "Message-ID"));
    facts.campaign = campaign_of(&mail->returned);
    facts.time = mail_date(headers_get(&mail->headers, "Date"));
    addressees_read(&mail->returned, &facts, reading->pool);
    facts.failed_recipient = addressees_only(&mail->headers, "X-Failed-Recipients", reading->pool);
    facts.notices = mail->notices;
    return facts;
}

static void share_facts(struct event *event, const struct event *facts, bool only)
{
    memcpy(event->return_paths, facts->return_paths, sizeof event->return_paths);
    event->return_path_count = facts->return_path_count;
    event->message_id = facts->message_id;
    event->returned_message_id = facts->returned_message_id;
    event->returned_to = facts->returned_to;
    event->returned_to_others = facts->returned_to_others;
    memcpy(event->received_for, facts->received_for, sizeof event->received_for);
    event->received_for_count = facts->received_for_count;
    event->campaign = facts->campaign;
    event->arrived = facts->arrived;
    /* X-Failed-Recipients names all of a report's recipients: it is about this one only if there is no other. */
    if (only)
        event->failed_recipient = facts->failed_recipient;
    if (event->time == 0)
        event->time = facts->time ? facts->time : facts->arrived;
    for (unsigned i = 0; i < facts->notices.count; i++)
        notice_add(&event->notices, facts->notices.text[i]);
}

/* "5.0.0" says no more than the digit: a status in the reply itself is the better fact. */
static bool is_vague(struct view status)
{
    return view_is_empty(status) || view_equal(view_from(status, 1), VIEW(".0.0"));
}

/* SMTP commands as mail systems name them beside a reply. Longest first. */
static struct view command_in(struct view text)
{
    static const struct {
        const char *words, *command;
    } commands[] = {
        {"end of data", "DATA"},
        {"end of message", "DATA"},
        {"message body", "DATA"},
        {"data command", "DATA"},
        {"after data", "DATA"},
        {"rcpt to", "RCPT TO"},
        {"recipient command", "RCPT TO"},
        {"mail from", "MAIL FROM"},
        {"initial connection", "CONN"},
        {"ehlo", "EHLO"},
        {"helo", "HELO"},
        {">>> data", "DATA"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (view_find_fold(text, view_of(commands[i].words)) >= 0)
            return view_of(commands[i].command);
    }
    return (struct view){0};
}

/* Recipients of one report for each of whom its text is searched: no more stand in a text that a person is to read. */
enum { PROSE_EACH = 100 };

/* The subject, without that of the returned message, which many put behind their own: "Undeliverable: news". */
static struct view title_of(const struct reading *reading)
{
    struct view subject = view_trim(reading->subject);
    struct view returned = view_trim(headers_get(&reading->mail->returned, "Subject"));
    ssize_t at = view_is_empty(returned) ? -1 : view_find(subject, returned);
    return at < 0 ? subject : view_first(subject, (size_t)at);
}

static void finish_event(const struct reading *reading, struct event *event, bool only)
{
    event->diagnostic = view_first_text(view_trim(event->diagnostic), LIMIT_DIAGNOSTIC);
    if (view_is_empty(event->prose) && only)
        event->prose = reading->text;
    else if (view_is_empty(event->prose) && reading->count <= PROSE_EACH)
        event->prose = prose_about(reading, view_first_text(reading->text, LIMIT_CLASSIFIED_TEXT), event->recipient);
    event->prose = view_first_text(event->prose, LIMIT_CLASSIFIED_TEXT);
    if (event->kind != EVENT_BOUNCE && event->kind != EVENT_DELAY)
        return;
    struct reply reply = reply_find(event->diagnostic);
    if (event->smtp_code == 0)
        event->smtp_code = reply.code;
    if (is_vague(event->status) && !is_vague(reply.status))
        event->status = reply.status;
    if (view_is_empty(event->command))
        event->command = command_in(event->diagnostic);
    /* A status part has the reply alone; the text beside it tells what was answered. */
    if (view_is_empty(event->command) && only)
        event->command = entries_command(view_first(reading->text, LIMIT_CLASSIFIED_TEXT));
    if (only && event->smtp_code == 0 && view_is_empty(event->status)) {
        event->context = view_first_text(reading_without_copy(reading), LIMIT_CLASSIFIED_TEXT);
        event->title = title_of(reading);
    }
}

struct events bounce_read(const struct mail *mail, struct pool *pool)
{
    struct reading reading = reading_of(mail, pool);
    for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
        reading.reader = readers[i].name;
        if (readers[i].read(&reading))
            break;
    }
    if (reading.count == 0) {
        reading.reader = "none";
        reading_add(&reading, EVENT_NONE);
    }
    struct event facts = common_facts(&reading);
    if (reading.count >= LIMIT_RECIPIENTS)
        notice_add(&facts.notices, VIEW("more recipients than are read of one message; the rest is left out"));
    for (size_t i = 0; i < reading.count; i++) {
        share_facts(&reading.events[i], &facts, reading.count == 1);
        finish_event(&reading, &reading.events[i], reading.count == 1);
    }
    return (struct events){.at = reading.events, .count = reading.count};
}
