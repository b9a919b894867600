/* SPDX-License-Identifier: MIT */
#include "core/list/cell.h"

#include "core/limits.h"

/* White space that is none in ASCII: U+00A0, U+200B, U+202F, U+FEFF. */
static const struct view WIDE_SPACE[] = {
    {"\xc2\xa0", 2},
    {"\xe2\x80\x8b", 3},
    {"\xe2\x80\xaf", 3},
    {"\xef\xbb\xbf", 3},
};

static size_t wide_space(struct view v, bool at_end)
{
    for (size_t i = 0; i < G_N_ELEMENTS(WIDE_SPACE); i++) {
        struct view space = WIDE_SPACE[i];
        if (v.len >= space.len && memcmp(v.data + (at_end ? v.len - space.len : 0), space.data, space.len) == 0)
            return space.len;
    }
    return 0;
}

static struct view trim(struct view v)
{
    for (;;) {
        v = view_trim(v);
        if (v.len == 0)
            return v;
        size_t front = (signed char)v.data[0] < 0 ? wide_space(v, false) : 0;
        v = view_from(v, front);
        size_t back = v.len > 0 && (signed char)v.data[v.len - 1] < 0 ? wide_space(v, true) : 0;
        v.len -= back;
        if (front + back == 0)
            return v;
    }
}

struct view cell_address(struct view cell)
{
    struct view v = trim(cell);
    if (v.len > 2 && v.data[v.len - 1] == '>') {
        ssize_t open = view_last_index(v, '<');
        if (open >= 0)
            v = trim(view_range(v.data + open + 1, v.data + v.len - 1));
    }
    if (view_begins_fold(v, VIEW("mailto:")))
        v = trim(view_from(v, strlen("mailto:")));
    return v;
}

/* RFC 5322 3.2.3, without the dot: "a..b@" is left to `winnow check`. */
static const bool SPECIAL[256] = {
    ['('] = true, [')'] = true, ['<'] = true, ['>'] = true, ['['] = true,  [']'] = true,  [':'] = true,
    [';'] = true, ['@'] = true, ['"'] = true, [','] = true, ['\\'] = true, [0x7f] = true,
};

static bool stands_bare(struct view v)
{
    for (size_t i = 0; i < v.len; i++)
        if ((unsigned char)v.data[i] <= ' ' || SPECIAL[(unsigned char)v.data[i]])
            return false;
    return v.len > 0;
}

static bool stands_quoted(struct view v)
{
    if (v.len < 2 || v.data[0] != '"' || v.data[v.len - 1] != '"')
        return false;
    for (size_t i = 0; i < v.len; i++)
        if ((unsigned char)v.data[i] < ' ' || v.data[i] == 0x7f)
            return false;
    return true;
}

/* RFC 5321 4.1.3: [192.0.2.1], [IPv6:2001:db8::1]. */
static bool is_literal(struct view v)
{
    if (v.len < 3 || v.data[0] != '[' || v.data[v.len - 1] != ']')
        return false;
    for (size_t i = 1; i < v.len - 1; i++)
        if (!g_ascii_isalnum(v.data[i]) && v.data[i] != ':' && v.data[i] != '.')
            return false;
    return true;
}

bool cell_is_address(struct view address)
{
    ssize_t at = address.len <= LIMIT_ADDRESS ? view_last_index(address, '@') : -1;
    if (at <= 0)
        return false;
    struct view local = view_first(address, (size_t)at);
    struct view domain = view_from(address, (size_t)at + 1);
    bool bare = stands_bare(domain) && domain.data[0] != '.' && domain.data[0] != '-';
    return (stands_bare(local) || stands_quoted(local)) && (bare || is_literal(domain));
}
