/* SPDX-License-Identifier: MIT */
#include "core/view.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v' || c == '\0';
}

struct view view_trim(struct view v)
{
    while (v.len > 0 && is_space(v.data[0])) {
        v.data++;
        v.len--;
    }
    while (v.len > 0 && is_space(v.data[v.len - 1]))
        v.len--;
    return v;
}

ssize_t view_index(struct view v, char byte)
{
    const char *at = v.len ? memchr(v.data, byte, v.len) : NULL;
    return at ? at - v.data : -1;
}

ssize_t view_last_index(struct view v, char byte)
{
    const char *at = v.len ? memrchr(v.data, byte, v.len) : NULL;
    return at ? at - v.data : -1;
}

ssize_t view_find(struct view v, struct view needle)
{
    if (needle.len == 0)
        return 0;
    const char *at = v.len ? memmem(v.data, v.len, needle.data, needle.len) : NULL;
    return at ? at - v.data : -1;
}

static const guint64 ONES = 0x0101010101010101u;

/* Is one of the eight bytes of `word` zero? */
static bool has_zero(guint64 word)
{
    return (word - ONES) & ~word & 0x8080808080808080u;
}

/* Eight bytes, those that differ in their case alone made the same (and a few others, too). */
static guint64 caseless(const char *at)
{
    guint64 word;
    memcpy(&word, at, sizeof word);
    return word | 0x20 * ONES;
}

/* The first place from `from` on at which the first two bytes of the needle may stand: eight places a step. */
static size_t skip_to_pair(struct view v, size_t from, guint64 first, guint64 second)
{
    while (from + 9 <= v.len && !has_zero((caseless(v.data + from) ^ first) | (caseless(v.data + from + 1) ^ second)))
        from += 8;
    return from;
}

ssize_t view_find_fold(struct view v, struct view needle)
{
    if (needle.len == 0)
        return 0;
    guint64 first = ((guint8)needle.data[0] | 0x20) * ONES,
            second = ((guint8)needle.data[needle.len > 1] | 0x20) * ONES;
    for (size_t i = 0; i + needle.len <= v.len; i++) {
        if (i % 8 == 0 && needle.len > 1)
            i = skip_to_pair(v, i, first, second);
        if (i + needle.len <= v.len && view_bytes_equal_fold(v.data + i, needle.data, needle.len))
            return (ssize_t)i;
    }
    return -1;
}

bool view_next_line(struct view *rest, struct view *line)
{
    if (rest->len == 0)
        return false;
    const char *lf = memchr(rest->data, '\n', rest->len);
    size_t until = lf ? (size_t)(lf - rest->data) : rest->len;
    const char *cr = memchr(rest->data, '\r', until);
    size_t end = until;
    size_t next = lf ? until + 1 : until;
    if (cr) {
        end = (size_t)(cr - rest->data);
        next = end + 1;
        if (next < rest->len && rest->data[next] == '\n')
            next++;
    }
    *line = view_first(*rest, end);
    *rest = view_from(*rest, next);
    return true;
}

struct view view_take_word(struct view *rest)
{
    *rest = view_trim(*rest);
    size_t end = 0;
    while (end < rest->len && !g_ascii_isspace(rest->data[end]))
        end++;
    struct view word = view_first(*rest, end);
    *rest = view_trim(view_from(*rest, end));
    return word;
}

static const guint FNV_BASIS = 2166136261u;
static const guint FNV_PRIME = 16777619u;

guint view_hash(struct view v)
{
    return (guint)(view_hash_seeded(v, FNV_BASIS) >> 32);
}

guint view_hash_fold(struct view v)
{
    guint h = FNV_BASIS;
    for (size_t i = 0; i < v.len; i++)
        h = (h ^ (unsigned char)view_fold(v.data[i])) * FNV_PRIME;
    return h;
}
