/* SPDX-License-Identifier: MIT */
#include "core/bounce/reader.h"

#include "core/bounce/entries.h"
#include "core/bounce/grams.h"
#include "core/bounce/signs.h"

#include "core/limits.h"

/* Local parts under which mail systems write (RFC 2142, RFC 3464 2; Exchange, Domino and Chinese providers add theirs).
 */
static const char *const daemon_names[] = {
    "mailer-daemon",
    "mailer_daemon",
    "mailerdaemon",
    "postmaster",
    "post_master",
    "mail-daemon",
    "maildaemon",
    "mdaemon",
    "mail.daemon",
    "mail_daemon",
    "mailsystem",
    "mail-system",
    "mmdf",
    "uucp",
    "majordomo",
    "smtpd",
    "administrator",
    "daemon",
    "mta",
    "microsoftexchange",
    /* gateways and filters */
    "mimesweeper",
    "mailsweeper",
    "mailmarshal",
    "mailscanner",
    "interscan",
    "scanmail",
    "amavis",
    "antivirus",
    "drweb-daemon",
    "smtp_mailer",
};

static bool is_daemon(struct view address, struct view shown)
{
    for (size_t i = 0; i < G_N_ELEMENTS(daemon_names); i++) {
        if (view_begins_fold(address, view_of(daemon_names[i])))
            return true;
    }
    static const char *const shown_names[] = {"mail delivery",      "mailer-daemon",        "postmaster",
                                              "delivery subsystem", "system administrator", "mail administrator",
                                              "mail system",        "courier mail server"};
    for (size_t i = 0; i < G_N_ELEMENTS(shown_names); i++) {
        if (view_find_fold(shown, view_of(shown_names[i])) >= 0)
            return true;
    }
    return false;
}

static bool says_something(const struct part *part, enum part_kind kind)
{
    return part->kind == kind && !view_is_empty(view_trim(part->own));
}

/* Does plain text before part `n`, or the other form of what it says, make it superfluous? Letters say all twice, and
 * some put the two side by side; but a report in HTML may have a plain footer below it. */
static bool is_said_in_plain_text(const struct mail *mail, size_t n)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        bool same = mail->parts[n].alternative && mail->parts[i].alternative == mail->parts[n].alternative;
        if ((i < n || same) && says_something(&mail->parts[i], PART_TEXT))
            return true;
    }
    return false;
}

/* The text parts of the message's own, in order. One part, the usual case, needs no copy. HTML counts only where there
 * is no plain text of it. */
static struct view own_text(const struct mail *mail, struct pool *pool)
{
    struct view first = {0};
    GString *joined = NULL;
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct part *part = &mail->parts[i];
        if (!says_something(part, PART_TEXT) && (!says_something(part, PART_HTML) || is_said_in_plain_text(mail, i)))
            continue;
        if (view_is_empty(first)) {
            first = part->own;
            continue;
        }
        if (!joined)
            joined = g_string_new_len(first.data, (gssize)first.len);
        if (joined->len > LIMIT_PART_TEXT)
            break;
        g_string_append_c(joined, '\n');
        g_string_append_len(joined, part->own.data, (gssize)part->own.len);
    }
    if (!joined)
        return first;
    struct view text = pool_copy(pool, (struct view){.data = joined->str, .len = joined->len});
    g_string_free(joined, TRUE);
    return text;
}

/* What a gateway signs below "-- " (RFC 3676 4.3), with addresses and words of its own, is no part of the report. */
static struct view without_signature(struct view text)
{
    enum { SIGNATURE_LINES = 12 };
    static const struct view MARK = {"\n-- \n", 5};
    struct view before = text;
    for (struct view rest = text; view_find(rest, MARK) >= 0;) {
        size_t at = (size_t)view_find(rest, MARK);
        before = view_range(text.data, rest.data + at + 1);
        rest = view_from(rest, at + MARK.len - 1);
    }
    size_t lines = 0;
    for (size_t i = before.len; i < text.len; i++)
        lines += text.data[i] == '\n';
    return lines <= SIGNATURE_LINES && !view_is_empty(view_trim(before)) ? before : text;
}

/* Where the line goes on that breaks at byte `i`, blanks on both sides left out; `i` itself if none breaks there. */
static size_t behind_break(struct view text, size_t i)
{
    size_t at = i;
    while (at < text.len && (text.data[at] == ' ' || text.data[at] == '\t'))
        at++;
    if (at == text.len || text.data[at] != '\n')
        return i;
    at++;
    while (at < text.len && (text.data[at] == ' ' || text.data[at] == '\t'))
        at++;
    return at;
}

static bool breaks_behind_at(struct view text)
{
    for (ssize_t at; (at = view_index(text, '@')) >= 0;) {
        text = view_from(text, (size_t)at + 1);
        if (behind_break(text, 0) > 0)
            return true;
    }
    return false;
}

/* "<ann.with.a.long.name@", and the domain on the next line: addresses that were wrapped behind the at sign are put
 * together again. */
static struct view unwrapped(struct view text, struct pool *pool)
{
    if (!breaks_behind_at(text))
        return text;
    GString *out = g_string_sized_new(text.len);
    bool open = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '<' || c == '>' || c == ' ')
            open = c == '<';
        g_string_append_c(out, c);
        if (c == '@' && open)
            i = behind_break(text, i + 1) - 1;
    }
    struct view joined = pool_copy(pool, (struct view){.data = out->str, .len = out->len});
    g_string_free(out, TRUE);
    return joined;
}

enum { SIGNED_TEXTS = 4 };

struct reading_memo {
    bool asked[READING_QUESTIONS], answers[READING_QUESTIONS];
    bool has_own;
    struct view own; /* the text without a copy of the returned message */
    struct grams *grams;
    struct signed_text {
        struct view text;
        guint32 signs;
    } signed_texts[SIGNED_TEXTS]; /* the oldest makes room */
    unsigned next;
};

const struct grams *reading_grams(const struct reading *reading)
{
    struct reading_memo *memo = reading->memo;
    if (!memo->grams) {
        memo->grams = pool_new(reading->pool, struct grams);
        grams_add(memo->grams, reading->text);
    }
    return memo->grams;
}

bool reading_may_say(const struct reading *reading, const char *words)
{
    return grams_may_hold(reading_grams(reading), words);
}

bool reading_asked(const struct reading *reading, enum reading_question question,
                   bool (*answer)(const struct reading *reading))
{
    struct reading_memo *memo = reading->memo;
    if (!memo->asked[question]) {
        memo->asked[question] = true;
        memo->answers[question] = answer(reading);
    }
    return memo->answers[question];
}

struct view reading_without_copy(const struct reading *reading)
{
    struct reading_memo *memo = reading->memo;
    if (!memo->has_own) {
        memo->has_own = true;
        memo->own = entries_without_copy(reading, reading->text);
    }
    return memo->own;
}

guint32 reading_signs(const struct reading *reading, struct view text)
{
    struct reading_memo *memo = reading->memo;
    for (unsigned i = 0; i < SIGNED_TEXTS; i++) {
        const struct signed_text *known = &memo->signed_texts[i];
        if (known->text.data == text.data && known->text.len == text.len)
            return known->signs;
    }
    struct signed_text *now = &memo->signed_texts[memo->next++ % SIGNED_TEXTS];
    *now = (struct signed_text){.text = text, .signs = signs_in(text, NULL, reading->pool)};
    return now->signs;
}

/* sendmail writes its own name for the empty path ($g), with the host that took the report in. */
static bool is_null_path(struct view path)
{
    return view_is_empty(path) || view_equal(path, VIEW("<>")) || view_begins_fold(path, VIEW("<mailer-daemon@")) ||
           view_begins_fold(path, VIEW("mailer-daemon@")) || view_equal_fold(path, VIEW("<mailer-daemon>")) ||
           view_equal_fold(path, VIEW("mailer-daemon"));
}

struct reading reading_of(const struct mail *mail, struct pool *pool)
{
    struct reading r = {.mail = mail, .pool = pool, .memo = pool_new(pool, struct reading_memo)};
    struct view from = headers_get(&mail->headers, "From");
    if (mail_addresses(from, &r.from, 1, pool) == 0)
        r.from = (struct view){0};
    r.subject = headers_get(&mail->headers, "Subject");
    bool has_path = false;
    struct view path = view_trim(headers_get_nth(&mail->headers, "Return-Path", 0, &has_path));
    r.null_sender = has_path && is_null_path(path);
    /* Some write the empty return path as the author. */
    r.null_sender |= view_equal(view_trim(from), VIEW("<>"));
    r.from_daemon = is_daemon(r.from, from);
    r.text = unwrapped(without_signature(own_text(mail, pool)), pool);
    return r;
}

struct event *reading_add(struct reading *reading, enum event_kind kind)
{
    if (reading->count >= LIMIT_RECIPIENTS)
        return NULL;
    if (reading->count == reading->size) {
        size_t size = MAX(reading->size * 2, (size_t)2);
        struct event *grown = pool_array(reading->pool, struct event, size);
        if (reading->count)
            memcpy(grown, reading->events, reading->count * sizeof *grown);
        reading->events = grown;
        reading->size = size;
    }
    struct event *event = &reading->events[reading->count++];
    *event = (struct event){.kind = kind, .reader = reading->reader};
    return event;
}

/* Where `address` stands, or would stand. */
static guint32 *slot_of(const struct reading *reading, struct view address)
{
    size_t i = view_hash_fold(address);
    for (;; i++) {
        guint32 *slot = &reading->slots[i & (reading->slot_count - 1)];
        if (*slot == 0 || view_equal_fold(reading->events[*slot - 1].recipient, address))
            return slot;
    }
}

/* Reports name thousands of recipients, and each is looked for among those before it. */
static void index_events(struct reading *reading)
{
    if (reading->indexed > reading->count || 2 * reading->count >= reading->slot_count) {
        reading->slot_count = MAX(reading->slot_count, (size_t)8);
        while (2 * reading->count >= reading->slot_count)
            reading->slot_count *= 2;
        reading->slots = pool_array(reading->pool, guint32, reading->slot_count);
        reading->indexed = 0;
    }
    for (; reading->indexed < reading->count; reading->indexed++)
        *slot_of(reading, reading->events[reading->indexed].recipient) = (guint32)reading->indexed + 1;
}

bool reading_knows(struct reading *reading, struct view address)
{
    index_events(reading);
    return *slot_of(reading, address) != 0;
}
