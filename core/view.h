/* SPDX-License-Identifier: MIT
 * A view is a pointer and its length: bytes that somebody else owns.
 * Not NUL-terminated; may hold NUL bytes. The zeroed view is the empty text, which is how "absent" is said. */
#ifndef WINNOW_VIEW_H
#define WINNOW_VIEW_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct view {
    const char *data;
    size_t len;
};

#define VIEW(literal) ((struct view){.data = "" literal, .len = sizeof(literal) - 1})

/* The bytes of a C string; NULL gives the empty view. */
static inline struct view view_of(const char *text)
{
    return (struct view){.data = text, .len = text ? strlen(text) : 0};
}

static inline struct view view_range(const char *begin, const char *end)
{
    return (struct view){.data = begin, .len = (size_t)(end - begin)};
}

static inline bool view_is_empty(struct view v)
{
    return v.len == 0;
}

/* Byte-wise equality. */
static inline bool view_equal(struct view a, struct view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline char view_fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* `len` bytes of both, ASCII letters folded: inline, since headers and phrases are compared by the million. */
static inline bool view_bytes_equal_fold(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (a[i] != b[i] && view_fold(a[i]) != view_fold(b[i]))
            return false;
    }
    return true;
}

/* Equality with ASCII letters folded, as header names and domains compare (RFC 5322, RFC 1034). */
static inline bool view_equal_fold(struct view a, struct view b)
{
    return a.len == b.len && view_bytes_equal_fold(a.data, b.data, a.len);
}

/* Does `v` begin with `prefix`, ASCII letters folded? */
static inline bool view_begins_fold(struct view v, struct view prefix)
{
    return v.len >= prefix.len && view_bytes_equal_fold(v.data, prefix.data, prefix.len);
}

/* `v` from byte `from` (clamped) to its end. */
static inline struct view view_from(struct view v, size_t from)
{
    if (from >= v.len)
        return (struct view){0};
    return (struct view){.data = v.data + from, .len = v.len - from};
}

/* The first `len` bytes of `v` at most. */
static inline struct view view_first(struct view v, size_t len)
{
    return (struct view){.data = v.data, .len = v.len < len ? v.len : len};
}

/* The same of UTF-8 text, not ending inside a character. */
static inline struct view view_first_text(struct view v, size_t len)
{
    if (v.len <= len)
        return v;
    while (len > 0 && ((unsigned char)v.data[len] & 0xC0) == 0x80)
        len--;
    return (struct view){.data = v.data, .len = len};
}

/* `v` without ASCII white space and NULs at both ends. */
struct view view_trim(struct view v);

/* Index of `byte` in `v`, or -1. */
ssize_t view_index(struct view v, char byte);

/* Index of the last `byte` in `v`, or -1. */
ssize_t view_last_index(struct view v, char byte);

/* Index of `needle` in `v`, or -1; the folded form ignores ASCII case. An empty needle is found at 0. */
ssize_t view_find(struct view v, struct view needle);
ssize_t view_find_fold(struct view v, struct view needle);

/* Takes the next line off `rest` (without its CRLF, LF or CR); false when nothing is left. */
bool view_next_line(struct view *rest, struct view *line);
/* Takes the first word, up to white space, off `rest`, and the white space around it. Empty at the end. */
struct view view_take_word(struct view *rest);

static inline guint64 view_eight(const char *at)
{
    guint64 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* The last eight bytes as a number, for hashes; all there are if there are fewer. No copy of unknown size where there
 * are enough. */
static inline guint64 view_last_eight(struct view v)
{
    guint64 bytes = 0;
    if (v.len >= sizeof bytes)
        return view_eight(v.data + v.len - sizeof bytes);
    if (v.len > 0)
        memcpy(&bytes, v.data, v.len);
    return bytes;
}

/* A hash for tables of one process: eight bytes a step. With a seed that strangers cannot know they cannot choose their
 * places; the upper bits are the better ones. */
static inline guint64 view_hash_seeded(struct view v, guint64 seed)
{
    guint64 hash = seed + v.len;
    for (size_t i = 0; i + 8 < v.len; i += 8) {
        hash = (hash ^ view_eight(v.data + i)) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return (hash ^ view_last_eight(v) ^ seed) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
}

/* A hash of the bytes / of the bytes with ASCII letters folded. For hash tables, not for proof. */
guint view_hash(struct view v);
guint view_hash_fold(struct view v);

/* A NUL-terminated copy, to be freed with g_free(). */
static inline char *view_dup(struct view v)
{
    return g_strndup(v.data ? v.data : "", v.len);
}

#endif
