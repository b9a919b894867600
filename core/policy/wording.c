/* SPDX-License-Identifier: MIT
 * What bounces of one place have in common: the domain of its servers, the words of its replies. */
#include "core/policy/burst.h"

enum { WORDING_BYTES = 160, WORD_BYTES = 24 };

static bool is_between(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '<' || c == '>' || c == '(' || c == ')' ||
           c == '"' || c == '\'' || c == ',' || c == ';' || c == '[' || c == ']' || c == '=';
}

/* Words with '@' are addresses; with digits or longer than any word, they are numbers, dates and queue ids. */
static void append_word(struct view word, GString *into)
{
    bool address = false, number = word.len > WORD_BYTES;
    for (size_t i = 0; i < word.len; i++) {
        address = address || word.data[i] == '@';
        number = number || g_ascii_isdigit(word.data[i]);
    }
    if (into->len > 0 && into->str[into->len - 1] != ' ')
        g_string_append_c(into, ' ');
    if (address || number) {
        g_string_append_c(into, address ? '@' : '#');
        return;
    }
    for (size_t i = 0; i < word.len; i++)
        g_string_append_c(into, view_fold(word.data[i]));
}

/* The code in front tells replies apart that use the same words. */
static bool is_code(struct view word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (!g_ascii_isdigit(word.data[i]) && word.data[i] != '.' && word.data[i] != '-')
            return false;
    }
    return word.len <= 9;
}

void burst_wording(struct view diagnostic, GString *into)
{
    size_t start = into->len;
    bool front = true;
    for (size_t at = 0; at < diagnostic.len && into->len - start < WORDING_BYTES;) {
        size_t end = at;
        while (end < diagnostic.len && !is_between(diagnostic.data[end]))
            end++;
        struct view word = {.data = diagnostic.data + at, .len = end - at};
        front = front && is_code(word);
        if (word.len > 0 && front) {
            g_string_append_len(into, word.data, (gssize)word.len);
            g_string_append_c(into, ' ');
        } else if (word.len > 0) {
            append_word(word, into);
        }
        at = end + 1;
    }
}

static struct view last_labels(struct view host, int labels)
{
    size_t at = host.len;
    for (; at > 0; at--) {
        if (host.data[at - 1] == '.' && --labels == 0)
            break;
    }
    return view_from(host, at);
}

/* "co.uk", "com.au", "or.jp": a short label before a country's. The list of all public suffixes is not needed to tell
 * one operator from another. */
static bool is_public(struct view two)
{
    static const struct view second[] = {{"co", 2},  {"com", 3}, {"net", 3}, {"org", 3}, {"ac", 2}, {"gov", 3},
                                         {"edu", 3}, {"ne", 2},  {"or", 2},  {"go", 2},  {"gob", 3}};
    ssize_t dot = view_index(two, '.');
    if (dot < 0 || two.len - (size_t)dot != 3)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(second); i++) {
        if (view_equal_fold(view_first(two, (size_t)dot), second[i]))
            return true;
    }
    return false;
}

struct view burst_provider(struct view remote_mta)
{
    struct view host = view_trim(remote_mta);
    ssize_t kind = view_index(host, ';');
    if (kind >= 0)
        host = view_trim(view_from(host, (size_t)kind + 1));
    for (size_t i = 0; i < host.len; i++) {
        if (is_between(host.data[i]))
            host.len = i;
    }
    while (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    bool name = false;
    for (size_t i = 0; i < host.len; i++)
        name = name || g_ascii_isalpha(host.data[i]);
    if (!name || view_index(host, '.') < 0 || view_index(host, ':') >= 0)
        return (struct view){0};
    struct view two = last_labels(host, 2);
    return is_public(two) ? last_labels(host, 3) : two;
}
