/* SPDX-License-Identifier: MIT */
#include "core/mail/charset.h"
#include "core/mail/headers.h"
#include "core/mail/reader.h"

static bool is_break(char c)
{
    return c == '\n' || c == '\r' || c == '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes line breaks out, with the blanks around them, and puts one space instead (RFC 5322 2.2.3). */
static struct view unfold(struct view raw, struct pool *pool)
{
    char *out = pool_alloc(pool, raw.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.len;) {
        if (!is_break(raw.data[i])) {
            out[n++] = raw.data[i++];
            continue;
        }
        while (n > 0 && is_blank(out[n - 1]))
            n--;
        while (i < raw.len && (is_break(raw.data[i]) || is_blank(raw.data[i])))
            i++;
        out[n++] = ' ';
    }
    out[n] = '\0';
    return (struct view){.data = out, .len = n};
}

static bool needs_unfolding(struct view raw)
{
    return memchr(raw.data, '\n', raw.len) || memchr(raw.data, '\r', raw.len) || memchr(raw.data, '\0', raw.len);
}

static void keep_charsets(struct view value)
{
    for (ssize_t at; (at = view_find(value, VIEW("=?"))) >= 0;) {
        value = view_from(value, (size_t)at + 2);
        ssize_t end = view_index(value, '?');
        if (end > 0)
            mail_keep_charset(view_first(value, (size_t)end));
    }
}

/* RFC 2047 encoded words, wherever they stand: senders put them inside quotes and beside other text. */
static struct view decode_words(struct view value, struct pool *pool)
{
    keep_charsets(value);
    g_autofree char *text = view_dup(value);
    g_autofree char *decoded = g_mime_utils_header_decode_text(mail_gmime_options(), text);
    struct view result = view_of(decoded);
    if (needs_unfolding(result))
        result = view_trim(unfold(result, pool));
    if (!g_utf8_validate(result.data, (gssize)result.len, NULL))
        return text_to_utf8(NULL, pool_copy(pool, result), (struct view){0}, pool);
    return pool_copy(pool, result);
}

static bool has_encoded_word(struct view value)
{
    const char *end = value.data + value.len;
    for (const char *at = value.data; (at = memchr(at, '=', (size_t)(end - at))); at++) {
        if (at + 1 < end && at[1] == '?')
            return true;
    }
    return false;
}

struct view header_decode(struct view raw, struct pool *pool)
{
    struct view value = view_trim(raw);
    if (value.len == 0)
        return (struct view){0};
    if (needs_unfolding(value))
        value = unfold(value, pool);
    if (!text_is_ascii(value) || memchr(value.data, '\033', value.len))
        value = text_to_utf8(NULL, value, (struct view){0}, pool);
    if (value.len && has_encoded_word(value))
        value = decode_words(value, pool);
    return value;
}
