/* SPDX-License-Identifier: MIT */
#include "core/bounce/addressees.h"

enum { TRACES = 64 }; /* Received fields that are looked at; a loop is given up at 50 to 100 (RFC 5321 6.3) */

struct view addressees_only(const struct headers *headers, const char *name, struct pool *pool)
{
    struct view at[2];
    bool again;
    headers_get_nth(headers, name, 1, &again);
    bool one = !again && mail_addresses(headers_get(headers, name), at, 2, pool) == 1;
    return one ? at[0] : (struct view){0};
}

/* RFC 2369: "NO" is a list that nobody can post to. */
static bool is_post(const struct headers *returned)
{
    struct view post = view_trim(headers_get(returned, "List-Post"));
    return !view_is_empty(post) && !view_begins_fold(post, VIEW("NO"));
}

static bool is_author(const struct headers *returned, struct view address, struct pool *pool)
{
    static const char *const names[] = {"From", "Sender", "Reply-To", "Return-Path", "Errors-To"};
    enum { AUTHORS = 8 };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct view authors[AUTHORS];
        size_t n = mail_addresses(headers_get(returned, names[i]), authors, AUTHORS, pool);
        for (size_t k = 0; k < n; k++) {
            if (view_equal_fold(authors[k], address))
                return true;
        }
    }
    return false;
}

/* The report came to it. */
static bool is_our_own(const struct event *facts, struct view address)
{
    for (size_t i = 0; i < facts->return_path_count; i++) {
        if (view_equal_fold(facts->return_paths[i], address))
            return true;
    }
    return false;
}

struct view addressees_sole(const struct headers *returned, struct pool *pool)
{
    static const char *const names[] = {"Cc", "Bcc", "Resent-To", "Resent-Cc"};
    struct view other;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mail_addresses(headers_get(returned, names[i]), &other, 1, pool) > 0)
            return (struct view){0};
    }
    return addressees_only(returned, "To", pool);
}

/* "from a by b with ESMTP id c for <ann@example.org>; Mon, …": what stands behind `for`, with an '@' in it. */
static struct view for_clause(struct view trace)
{
    struct view rest = trace;
    for (ssize_t at; (at = view_find_fold(rest, VIEW("for"))) >= 0; rest = view_from(rest, (size_t)at + 3)) {
        bool begins = at > 0 && g_ascii_isspace(rest.data[at - 1]);
        struct view behind = view_from(rest, (size_t)at + 3);
        if (!begins || behind.len == 0 || !g_ascii_isspace(behind.data[0]))
            continue;
        behind = view_trim(behind);
        size_t end = 0;
        while (end < behind.len && !g_ascii_isspace(behind.data[end]) && behind.data[end] != ';')
            end++;
        struct view word = view_first(behind, end);
        if (view_index(word, '@') > 0)
            return word;
    }
    return (struct view){0};
}

/* The trace grows at the top: the last field is nearest to the origin. */
static void read_traces(const struct headers *returned, struct event *facts, struct pool *pool)
{
    struct view found[TRACES];
    size_t count = 0;
    bool more = true;
    for (size_t nth = 0; nth < TRACES; nth++) {
        struct view trace = headers_get_nth(returned, "Received", nth, &more);
        if (!more)
            break;
        struct view word = for_clause(trace);
        count += !view_is_empty(word) && mail_addresses(word, &found[count], 1, pool) == 1;
    }
    while (count > 0 && facts->received_for_count < EVENT_RECEIVED_FOR)
        facts->received_for[facts->received_for_count++] = found[--count];
}

void addressees_read(const struct headers *returned, struct event *facts, struct pool *pool)
{
    facts->returned_to = (struct view){0};
    facts->received_for_count = 0;
    if (mail_addresses(headers_get(returned, "To"), &facts->returned_to, 1, pool) == 0)
        facts->returned_to = (struct view){0};
    bool posted = is_post(returned);
    struct view to = facts->returned_to;
    facts->returned_to_others = posted || view_is_empty(addressees_sole(returned, pool)) ||
                                is_author(returned, to, pool) || is_our_own(facts, to);
    if (!posted)
        read_traces(returned, facts, pool);
}
