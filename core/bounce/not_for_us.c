/* SPDX-License-Identifier: MIT
 * Mail that looks like a report and is none: receipts (RFC 8098), aggregate reports on DMARC and TLS (RFC 7489 7.2,
 * RFC 8460), list business, challenges to the sender, and letters that quote a report. Asked before the readers that go
 * by words, so that none of them takes a quotation for the thing. */
#include "core/bounce/letter.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"
#include "core/bounce/signs.h"

enum { OPENING = 1500 };

/* Signs of the subject and of the beginning of the text; what a mail system reports is never one of these. */
struct words {
    struct view subject;
    guint32 in_subject, in_text;
    struct view where[SIGN_COUNT]; /* in the subject */
};

/* What it says. A list of mails in a lure may look like one returned message, with no word left beside it. */
static struct view opening(const struct reading *reading)
{
    struct view text = reading->text;
    for (size_t i = 0; view_is_empty(text) && i < reading->mail->part_count; i++) {
        if (reading->mail->parts[i].kind == PART_TEXT || reading->mail->parts[i].kind == PART_HTML)
            text = reading->mail->parts[i].text;
    }
    return view_first(text, OPENING);
}

static struct words words_of(const struct reading *reading)
{
    struct words words = {.subject = letter_bare_subject(reading)};
    words.in_subject = signs_in(words.subject, words.where, reading->pool);
    words.in_text = reading_signs(reading, opening(reading));
    return words;
}

static bool names_bounce(const struct words *words)
{
    return signs_have(words->in_subject, SIGN_REPORT_SUBJECT);
}

static bool is_receipt(const struct reading *reading, const struct words *words)
{
    const struct mail *mail = reading->mail;
    if (mail_part(mail, PART_DISPOSITION) || view_equal(mail->report_type, VIEW("disposition-notification")))
        return true;
    /* Some programs send words alone: "Gelesen: Frühlingsbrief". */
    return signs_have(words->in_subject, SIGN_RECEIPT) && words->where[SIGN_RECEIPT].data == words->subject.data &&
           signs_have(words->in_text, SIGN_RECEIPT) && !names_bounce(words);
}

static bool is_aggregate(const struct reading *reading, const struct words *words)
{
    const struct mail *mail = reading->mail;
    if (view_equal(mail->report_type, VIEW("tlsrpt")) || headers_has(&mail->headers, "TLS-Report-Domain"))
        return true;
    return view_begins_fold(words->subject, VIEW("report domain:")) &&
           view_find_fold(words->subject, VIEW("submitter:")) > 0;
}

/* Majordomo asks the list's owner about a post: "BOUNCE news@example.org: Non-member submission from [x]". Nothing came
 * back. */
static bool is_question_to_owner(const struct words *words)
{
    return view_begins_fold(words->subject, VIEW("bounce ")) && signs_have(words->in_subject, SIGN_QUESTION);
}

/* Confirmations, command results, what list software tells its owners. */
static bool is_list_business(const struct reading *reading, const struct words *words)
{
    if (headers_has(&reading->mail->headers, "X-Failed-Recipients") || names_bounce(words))
        return false;
    if (headers_has(&reading->mail->headers, "X-List-Administrivia"))
        return true;
    /* Some mail systems keep the subject of what they return: "Confirm your subscription". */
    bool shows = reading->mail->returned.count > 0 || reply_find(reading->text).code != 0;
    if (shows && (reading->from_daemon || reading->null_sender))
        return false;
    return signs_have(words->in_subject, SIGN_CONFIRMATION) ||
           (signs_have(words->in_text, SIGN_CONFIRMATION) && !signs_have(words->in_text, SIGN_REPORT_TEXT));
}

/* Shows no message that came back, nor the fields of a report. "From:" and "Subject:" alone may be a list of mails. */
static bool returns_nothing(const struct reading *reading)
{
    static const char *const marks[] = {"Received", "Message-ID", "Date", "To", "MIME-Version"};
    const struct mail *mail = reading->mail;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (headers_has(&mail->returned, marks[i]))
            return false;
    }
    return !mail_part(mail, PART_DELIVERY_STATUS) && !mail_part(mail, PART_RETURNED) &&
           !headers_has(&mail->headers, "X-Failed-Recipients");
}

/* What a server tells its operator: of many messages, of other people's, of none. */
static bool is_summary(const struct reading *reading, const struct words *words)
{
    return signs_have(words->in_subject | words->in_text, SIGN_SUMMARY) && !names_bounce(words) &&
           returns_nothing(reading);
}

/* A service that holds mail back until its sender has proved something. It may come in a report's form; then, and where
 * its headers say so, it is an automatic reply of the person who uses the service (RFC 3834 1). */
static bool is_challenge(const struct reading *reading, const struct words *words)
{
    bool report = mail_part(reading->mail, PART_DELIVERY_STATUS) != NULL;
    return signs_have(words->in_text | words->in_subject, SIGN_CHALLENGE) && !reading->from_daemon &&
           (report || !names_bounce(words));
}

/* A file to be opened, as worms bring it; mail systems return messages and texts. */
static bool brings_file(const struct mail *mail)
{
    static const char *const ends[] = {".zip", ".rar", ".7z",  ".iso", ".exe", ".scr",  ".pif", ".com",
                                       ".bat", ".cmd", ".vbs", ".js",  ".htm", ".html", ".pdf", ".doc"};
    for (size_t i = 0; i < mail->part_count; i++) {
        struct view name = view_trim(mail->parts[i].name);
        for (size_t k = 0; k < G_N_ELEMENTS(ends); k++) {
            size_t len = strlen(ends[k]);
            if (name.len > len && view_equal_fold(view_from(name, name.len - len), view_of(ends[k])))
                return true;
        }
    }
    return false;
}

/* Imitates a report to make somebody click: a button or a file, and nothing of what a mail system shows. */
static bool is_lure(const struct reading *reading, const struct words *words)
{
    bool baits = signs_have(words->in_text, SIGN_LURE) || (names_bounce(words) && brings_file(reading->mail));
    return baits && returns_nothing(reading) && (reply_find(reading->text).code == 0 || !prose_names_somebody(reading));
}

/* A status part that somebody attached to a letter of his own, which says nothing of a failure. */
static bool is_attached_report(const struct reading *reading, const struct words *words)
{
    return !reading->from_daemon && !reading->null_sender && !names_bounce(words) && !view_is_empty(reading->text) &&
           !signs_have(words->in_text, SIGN_REPORT_TEXT) && !signs_have(words->in_text, SIGN_DELAY) &&
           reply_find(reading->text).code == 0;
}

static bool add_none(struct reading *reading)
{
    return reading_add(reading, EVENT_NONE) != NULL;
}

bool read_not_for_us(struct reading *reading)
{
    const struct mail *mail = reading->mail;
    bool report = mail_part(mail, PART_DELIVERY_STATUS) || mail_part(mail, PART_FEEDBACK);
    /* The usual bounce: nothing here applies to it, and there are very many. */
    if (report && reading->from_daemon && !view_is_empty(mail->report_type))
        return false;
    struct words words = words_of(reading);
    if (is_challenge(reading, &words))
        return report ? auto_reply_add(reading) : read_auto_reply(reading) || add_none(reading);
    if (report && !view_is_empty(mail->report_type))
        return false;
    if (mail_part(mail, PART_DELIVERY_STATUS) && is_attached_report(reading, &words))
        return add_none(reading);
    if (is_receipt(reading, &words) || is_aggregate(reading, &words) || is_list_business(reading, &words) ||
        is_question_to_owner(&words) || is_summary(reading, &words) || is_lure(reading, &words))
        return add_none(reading);
    if (letter_is_answer(reading) || letter_is_list_post(reading) || letter_quotes_report(reading))
        return read_unsubscribe(reading) || read_auto_reply(reading) || add_none(reading);
    return false;
}
