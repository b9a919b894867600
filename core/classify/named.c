/* SPDX-License-Identifier: MIT */
#include "core/classify/named.h"

#include "core/classify/fold.h"
#include "core/limits.h"

static const char word[] = "Recipient"; /* as it is folded */

_Static_assert(FOLD_ROOM(NAMED_TEXT) + NAMED_OCCURRENCES * (sizeof word + 8) < FOLD_ROOM(LIMIT_CLASSIFIED_TEXT),
               "a text with all addresses read as a word fits into the room of one without");

static bool is_in_address(char c)
{
    return g_ascii_isalnum(c) || strchr("@.-_+=", c) != NULL;
}

/* "Your message to ann@example.org was rejected", "RCPT TO:<ann@example.org>": what is said there is not said of him.
 */
static bool is_governed(struct view text, size_t at)
{
    static const char *const words[] = {"to", "to:", "for", "for:", "from", "from:", "by", "of", "with", "cc:"};
    struct view before = view_first(text, at);
    while (before.len > 0 && strchr(" \t\r\n<'\"[(", before.data[before.len - 1]))
        before.len--;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        struct view word_before = view_of(words[i]);
        size_t len = word_before.len;
        if (before.len >= len && view_equal_fold(view_from(before, before.len - len), word_before) &&
            (before.len == len || !g_ascii_isalnum(before.data[before.len - len - 1])))
            return true;
    }
    return false;
}

/* Does the address that stands at `at` stand for itself? */
static bool is_whole(struct view text, size_t at, size_t len)
{
    size_t behind = at + len;
    return (at == 0 || !is_in_address(text.data[at - 1])) &&
           (behind == text.len || text.data[behind] == '.' || !is_in_address(text.data[behind]));
}

static ssize_t find_one(struct view text, struct view address)
{
    if (view_index(address, '@') <= 0)
        return -1;
    for (size_t from = 0;;) {
        ssize_t at = view_find_fold(view_from(text, from), address);
        if (at < 0)
            return -1;
        size_t found = from + (size_t)at;
        if (is_whole(text, found, address.len) && !is_governed(text, found))
            return (ssize_t)found;
        from = found + address.len;
    }
}

/* The first place in `text` where one of the addresses is what is spoken of; with its brackets, quotes and colon. */
static bool find(struct view text, const struct view addresses[NAMED_ADDRESSES], size_t *begin, size_t *end)
{
    ssize_t best = -1;
    for (size_t i = 0; i < NAMED_ADDRESSES; i++) {
        ssize_t at = find_one(text, addresses[i]);
        if (at < 0 || (best >= 0 && at >= best))
            continue;
        best = at;
        *end = (size_t)at + addresses[i].len;
    }
    if (best < 0)
        return false;
    *begin = (size_t)best;
    while (*begin > 0 && strchr("<'\"[(", text.data[*begin - 1]))
        --*begin;
    while (*end < text.len && text.data[*end] && strchr(">'\"]):", text.data[*end]))
        ++*end;
    return true;
}

static void put(char *out, guint32 *at, size_t *len, const char *bytes, size_t from)
{
    for (; *bytes; bytes++) {
        at[*len] = (guint32)from;
        out[(*len)++] = *bytes;
    }
}

size_t named_fold(struct view text, const struct view addresses[NAMED_ADDRESSES], char *out, guint32 *at)
{
    text = view_first_text(text, NAMED_TEXT);
    size_t len = 0, from = 0, begin, end;
    unsigned found = 0;
    while (found < NAMED_OCCURRENCES && find(view_from(text, from), addresses, &begin, &end)) {
        size_t folded = fold_text(view_first(view_from(text, from), begin), out + len, at + len);
        for (size_t i = 0; i < folded; i++)
            at[len + i] += (guint32)from;
        len += folded;
        if (len > 0)
            put(out, at, &len, " ", from + begin);
        put(out, at, &len, word, from + begin);
        put(out, at, &len, " ", from + end - 1);
        from += end;
        found++;
    }
    if (found == 0)
        return 0;
    size_t folded = fold_text(view_from(text, from), out + len, at + len);
    for (size_t i = 0; i < folded; i++)
        at[len + i] += (guint32)from;
    return len + folded;
}
