/* SPDX-License-Identifier: MIT */
#include "core/bounce/reader.h"

#include "core/mail/headers.h"

/* Postfix gives up at 50 hops (hopcount_limit); the ones that we know of stand on top. */
enum { MAX_RECEIVED = 16 };

struct collector {
    struct event *event;
    struct pool *pool;
};

static bool is_full(const struct collector *c)
{
    return c->event->return_path_count == EVENT_RETURN_PATHS;
}

/* Once: the same path stands in several headers, and room is short. */
static void add_path(struct collector *c, struct view path)
{
    struct event *event = c->event;
    for (size_t i = 0; i < event->return_path_count; i++) {
        if (view_equal_fold(event->return_paths[i], path))
            return;
    }
    if (!is_full(c))
        event->return_paths[event->return_path_count++] = path;
}

static void add_addresses(struct collector *c, struct view value)
{
    struct view found[EVENT_RETURN_PATHS];
    size_t n = mail_addresses(value, found, EVENT_RETURN_PATHS, c->pool);
    for (size_t i = 0; i < n; i++)
        add_path(c, found[i]);
}

static void add_headers(struct collector *c, const struct headers *headers, const char *name)
{
    for (size_t nth = 0; nth < EVENT_RETURN_PATHS; nth++) {
        bool found = false;
        struct view value = headers_get_nth(headers, name, nth, &found);
        if (!found)
            break;
        add_addresses(c, value);
    }
}

/* What follows the word "for" in a trace header; empty if that word is not there. */
static struct view behind_for(struct view raw)
{
    const struct view word = VIEW("for");
    ssize_t at;
    for (struct view rest = raw; (at = view_find_fold(rest, word)) >= 0;) {
        rest = view_from(rest, (size_t)at + word.len);
        bool apart = rest.data && rest.data - word.len > raw.data && g_ascii_isspace(rest.data[-(int)word.len - 1]);
        if (apart && g_ascii_isspace(rest.data[0]))
            return view_trim(rest);
    }
    return (struct view){0};
}

/* RFC 5321 4.4: "… for <news-bounces+ann=example.org@lists.example.net>; date"; some leave the brackets out. These are
 * the longest headers, and the most: `raw` is searched as it stands in the mail. */
static struct view received_for(struct view raw)
{
    struct view rest = behind_for(raw);
    bool brackets = !view_is_empty(rest) && rest.data[0] == '<';
    size_t end = 0;
    while (end < rest.len && !strchr(brackets ? ">" : "; \t\r\n(", rest.data[end]))
        end++;
    struct view address = view_first(rest, end + (brackets && end < rest.len));
    return view_index(address, '@') < 0 ? (struct view){0} : address;
}

/* RFC 5321 4.4: the date stands behind the last semicolon. */
static gint64 received_at(struct view raw, struct pool *pool)
{
    size_t at = raw.len;
    while (at > 0 && raw.data[at - 1] != ';')
        at--;
    return at > 0 ? mail_date(header_decode(view_trim(view_from(raw, at)), pool)) : 0;
}

/* The topmost is of whoever took the report in last: of us. */
static void add_received(struct collector *c, const struct headers *headers)
{
    size_t seen = 0;
    for (size_t i = 0; i < headers->count && seen < MAX_RECEIVED && (seen == 0 || !is_full(c)); i++) {
        if (!view_equal_fold(headers->at[i].name, VIEW("Received")))
            continue;
        if (seen++ == 0)
            c->event->arrived = received_at(headers->at[i].value, c->pool);
        struct view address = received_for(headers->at[i].value);
        if (!view_is_empty(address))
            add_addresses(c, header_decode(address, c->pool));
    }
}

/* Original-Mail-From is the envelope sender of the mail that somebody complains of (RFC 5965 3.2); it often is all that
 * was left unredacted. */
static void add_complained_of(struct collector *c, const struct part *feedback)
{
    if (!feedback)
        return;
    struct headers fields = headers_parse(feedback->text, c->pool, NULL);
    add_addresses(c, headers_get(&fields, "Original-Mail-From"));
}

void reading_return_paths(const struct reading *reading, struct event *event)
{
    static const char *const names[] = {"Delivered-To",  "X-Original-To", "Envelope-To",
                                        "X-Envelope-To", "Apparently-To", "To"};
    struct collector c = {.event = event, .pool = reading->pool};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        add_headers(&c, &reading->mail->headers, names[i]);
    /* The returned message may still carry the envelope sender it went out with. */
    add_addresses(&c, headers_get(&reading->mail->returned, "Return-Path"));
    add_complained_of(&c, mail_part(reading->mail, PART_FEEDBACK));
    add_received(&c, &reading->mail->headers);
}
