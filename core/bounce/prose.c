/* SPDX-License-Identifier: MIT */
#include "core/bounce/prose.h"

#include "core/bounce/mentioned.h"
#include "core/bounce/reply.h"
#include "core/bounce/scripts.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

static bool is_local_char(unsigned char c)
{
    return g_ascii_isalnum(c) || c >= 0x80 || strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL;
}

static bool is_domain_char(unsigned char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c >= 0x80;
}

/* Where a quoted local part that ends before `at` begins, or `at`. */
static size_t quoted_begin(struct view text, size_t at)
{
    if (at < 2 || text.data[at - 1] != '"')
        return at;
    for (size_t i = at - 1; i-- > 0 && at - i <= 66;) {
        if (text.data[i] == '\n')
            break;
        if (text.data[i] == '"' && (i == 0 || text.data[i - 1] != '\\'))
            return i;
    }
    return at;
}

/* "SMTP=ann@example.org", "to=ann@example.org": where what the key names begins, or `begin`. Return paths have a '=',
 * too, but no such words before it. */
static size_t behind_key(struct view text, size_t begin, size_t at)
{
    static const char *const keys[] = {
        "smtp=",   "to=",   "rcpt=",    "rcptto=", "recipient=", "email=",   "mail=",    "address=", "rfc822=",
        "mailto=", "user=", "account=", "for=",    "addr=",      "orig_to=", "orig-to=", "e-mail="};
    struct view local = view_range(text.data + begin, text.data + at);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (view_begins_fold(local, view_of(keys[i])))
            return begin + strlen(keys[i]);
    }
    return begin;
}

static size_t local_begin(struct view text, size_t at)
{
    size_t begin = quoted_begin(text, at);
    if (begin < at)
        return begin;
    while (begin > 0 && text.data[begin - 1] != '\0' && is_local_char((unsigned char)text.data[begin - 1]) &&
           at - begin < LIMIT_ADDRESS / 2)
        begin--;
    while (begin < at && ((unsigned char)text.data[begin] & 0xC0) == 0x80) /* not inside a character */
        begin++;
    begin = behind_key(text, script_local_begin(text, begin, at), at);
    /* Quotes and dots around an address belong to the sentence. */
    while (begin < at && strchr("'`.=", text.data[begin]))
        begin++;
    return begin;
}

static size_t domain_end(struct view text, size_t from)
{
    if (from < text.len && text.data[from] == '[') {
        ssize_t close = view_index(view_first(view_from(text, from), 64), ']');
        return close > 0 ? from + (size_t)close + 1 : from;
    }
    size_t end = from;
    while (end < text.len && text.data[end] != '\0' && is_domain_char((unsigned char)text.data[end]))
        end++;
    end = script_domain_end(text, from, end);
    while (end > from && strchr(".-_", text.data[end - 1]))
        end--;
    return end;
}

struct view prose_address_at(struct view text, size_t at)
{
    size_t begin = local_begin(text, at);
    size_t end = domain_end(text, at + 1);
    if (begin == at || end == at + 1)
        return (struct view){0};
    /* A local host's name has no dot: only an address in angle brackets is taken so. */
    struct view domain = view_range(text.data + at + 1, text.data + end);
    bool bracketed = begin > 0 && text.data[begin - 1] == '<' && end < text.len && text.data[end] == '>';
    if (view_index(domain, '.') < 0 && !bracketed)
        return (struct view){0};
    return view_range(text.data + begin, text.data + end);
}

struct view prose_next_address(struct view text, size_t from, size_t *end)
{
    for (size_t i = from; i < text.len; i++) {
        const char *at = memchr(text.data + i, '@', text.len - i);
        if (!at)
            break;
        i = (size_t)(at - text.data);
        struct view address = prose_address_at(text, i);
        if (view_is_empty(address))
            continue;
        *end = (size_t)(address.data + address.len - text.data);
        return address;
    }
    *end = text.len;
    return (struct view){0};
}

static size_t line_begin(struct view text, size_t at)
{
    const char *before = memrchr(text.data, '\n', at);
    return before ? (size_t)(before - text.data) + 1 : 0;
}

struct view prose_line(struct view text, size_t at)
{
    const char *end = at < text.len ? memchr(text.data + at, '\n', text.len - at) : NULL;
    return view_range(text.data + line_begin(text, at), end ? end : text.data + text.len);
}

static bool names_address(struct view header, struct view address)
{
    ssize_t at = view_find_fold(header, address);
    if (at < 0)
        return false;
    size_t end = (size_t)at + address.len;
    bool begins = at == 0 || !is_local_char((unsigned char)header.data[at - 1]);
    bool ends = end == header.len || !is_domain_char((unsigned char)header.data[end]);
    return begins && ends;
}

/* Roles that reports offer for questions (RFC 2142), and that mail systems sign with. */
static bool is_role(struct view address)
{
    static const char *const roles[] = {"postmaster@", "mailer-daemon@", "abuse@",       "support@",  "helpdesk@",
                                        "hostmaster@", "webmaster@",     "noc@",         "help@",     "mailmaster@",
                                        "unblock@",    "delist@",        "mail-daemon@", "no-reply@", "noreply@",
                                        "spam@",       "info-mail@"};
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
        if (view_begins_fold(address, view_of(roles[i])))
            return true;
    }
    return false;
}

bool prose_is_stray(const struct reading *reading, struct view address)
{
    const struct mail *mail = reading->mail;
    if (view_equal_fold(address, reading->from))
        return true;
    static const char *const own[] = {"To", "Delivered-To", "X-Original-To", "Reply-To", "Message-ID", "Cc"};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        if (names_address(headers_get(&mail->headers, own[i]), address))
            return true;
    }
    struct view returned_to = headers_get(&mail->returned, "To");
    if (names_address(returned_to, address))
        return false;
    static const char *const returned[] = {"From", "Sender", "Return-Path", "Reply-To", "Message-ID", "Errors-To"};
    for (size_t i = 0; i < G_N_ELEMENTS(returned); i++) {
        if (names_address(headers_get(&mail->returned, returned[i]), address))
            return true;
    }
    return is_role(address);
}

enum {
    FEW_RECIPIENTS = 64, /* a person can read what is said of so many */
    REASON_OF_MANY = 1024,
    LONG_LINE = 1024,
    LINE_BEFORE = 256, /* of a line without end, what stands around the address */
};

struct view prose_reason_kept(const struct reading *reading, struct view reason)
{
    return view_first_text(reason, reading->count < FEW_RECIPIENTS ? LIMIT_CLASSIFIED_TEXT : REASON_OF_MANY);
}

struct event *prose_add(struct reading *reading, enum event_kind kind, struct view address, struct view reason)
{
    if (reading_knows(reading, address))
        return NULL;
    struct event *event = reading_add(reading, kind);
    if (!event)
        return NULL;
    reason = prose_reason_kept(reading, reason);
    struct reply reply = reply_find(reason);
    event->recipient = address;
    event->prose = reason;
    event->smtp_code = reply.code;
    event->status = reply.status;
    /* "[SMTP Error Code 550]" and "(#5.1.1)" are no words that one could show. */
    event->diagnostic = reply.code && reply.text.len > strlen("550 no") ? reply.text : (struct view){0};
    return event;
}

static bool is_beside_the_point(const struct reading *reading, struct view text, struct view address)
{
    return prose_is_stray(reading, address) || mentioned_only(text, address, reading->pool);
}

struct view prose_only_address(const struct reading *reading, struct view text)
{
    struct view only = {0};
    for (size_t at = 0;;) {
        size_t end;
        struct view address = prose_next_address(text, at, &end);
        if (view_is_empty(address))
            return only;
        at = end;
        if (view_equal_fold(address, only) || is_beside_the_point(reading, text, address))
            continue;
        if (!view_is_empty(only))
            return (struct view){0};
        only = address;
    }
}

/* The line that names `address`, or what stands around it there. */
static struct view line_around(struct view text, struct view address)
{
    size_t at = (size_t)(address.data - text.data);
    struct view line = prose_line(text, at);
    if (line.len <= LONG_LINE)
        return line;
    const char *begin = address.data - MIN((size_t)(address.data - line.data), (size_t)LINE_BEFORE);
    while (begin < address.data && ((unsigned char)*begin & 0xC0) == 0x80) /* not inside a character */
        begin++;
    return view_first_text(view_range(begin, line.data + line.len), LONG_LINE);
}

enum { TOGETHER = 64 };

/* Addresses with nothing but separators between them, for all of whom what follows is the reason. */
struct together {
    struct view at[TOGETHER];
    size_t count, begin;
};

static bool joins(const struct together *open, struct view address)
{
    if (open->count == 0 || open->count == TOGETHER)
        return false;
    struct view last = open->at[open->count - 1];
    for (const char *c = last.data + last.len; c < address.data; c++) {
        if (!*c || !strchr(" \t\n,;<>'\"", *c))
            return false;
    }
    return true;
}

static size_t close_together(struct reading *reading, enum event_kind kind, struct together *open, struct view text,
                             size_t end)
{
    size_t added = 0;
    for (size_t i = 0; i < open->count; i++) {
        struct view address = open->at[i];
        size_t before = (size_t)(address.data - text.data) - open->begin;
        bool alone = end > open->begin && before <= LONG_LINE;
        struct view reason = alone ? view_range(text.data + open->begin, text.data + end) : line_around(text, address);
        added += prose_add(reading, kind, address, reason) != NULL;
    }
    open->count = 0;
    return added;
}

/* Where what is said of `address` begins: with its line, or with a heading above it that ends in ':', where it stands
 * alone. `from` is where the text before has been read to. */
static size_t block_begin(struct view text, size_t from, struct view address)
{
    size_t at = (size_t)(address.data - text.data), begin = line_begin(text, at);
    struct view line = view_trim(prose_line(text, at));
    if (line.len > address.len + 2 || begin <= from)
        return begin;
    struct view above = view_trim(view_range(text.data + from, text.data + begin));
    size_t end = (size_t)(above.data + above.len - text.data);
    if (above.len == 0 || text.data[end - 1] != ':')
        return begin;
    size_t heading = line_begin(text, end - 1);
    return heading >= from && end - heading <= LINE_BEFORE ? heading : begin;
}

size_t prose_read_list(struct reading *reading, enum event_kind kind, struct view text)
{
    struct together open = {0};
    size_t added = 0, end = 0;
    for (size_t from = 0;; from = end) {
        struct view address = prose_next_address(text, end, &end);
        if (view_is_empty(address))
            break;
        bool again = open.count > 0 && view_equal_fold(address, open.at[open.count - 1]);
        if (again || is_beside_the_point(reading, text, address))
            continue;
        if (!joins(&open, address)) {
            size_t begin = block_begin(text, from, address);
            added += close_together(reading, kind, &open, text, begin);
            open.begin = begin;
        }
        open.at[open.count++] = address;
    }
    return added + close_together(reading, kind, &open, text, text.len);
}

struct view prose_about(const struct reading *reading, struct view text, struct view address)
{
    size_t at = 0, begin = 0;
    bool found = false;
    for (;;) {
        size_t end;
        struct view next = prose_next_address(text, at, &end);
        at = end;
        if (view_is_empty(next))
            return found ? view_from(text, begin) : (struct view){0};
        bool same = view_equal_fold(next, address);
        if (!found && same)
            begin = line_begin(text, (size_t)(next.data - text.data));
        else if (found && !same && !prose_is_stray(reading, next))
            return view_range(text.data + begin,
                              text.data + MAX(begin, line_begin(text, (size_t)(next.data - text.data))));
        found |= same;
    }
}

enum event_kind prose_kind(const struct reading *reading, struct view text)
{
    guint32 signs = reading_signs(reading, text) | reading_signs(reading, reading->subject);
    return signs_have(signs, SIGN_DELAY) && !signs_have(signs, SIGN_GAVE_UP) ? EVENT_DELAY : EVENT_BOUNCE;
}

bool prose_names_somebody(const struct reading *reading)
{
    size_t at = 0;
    struct view text = reading->text, address;
    while (!view_is_empty(address = prose_next_address(text, at, &at))) {
        if (!prose_is_stray(reading, address))
            return true;
    }
    return false;
}
