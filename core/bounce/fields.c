/* SPDX-License-Identifier: MIT */
#include "core/bounce/fields.h"

static struct view without_type(struct view value, struct view *type)
{
    *type = (struct view){0};
    value = view_trim(value);
    ssize_t semicolon = view_index(value, ';');
    if (semicolon <= 0)
        return value;
    struct view name = view_trim(view_first(value, (size_t)semicolon));
    ssize_t comment = view_index(name, '('); /* RFC 3464 2.1.1 allows one anywhere */
    if (comment > 0 && name.data[name.len - 1] == ')')
        name = view_trim(view_first(name, (size_t)comment));
    for (size_t i = 0; i < name.len; i++) {
        /* An atom (RFC 3464 2.1.2); "rfc/822" is seen in the field. */
        if (!g_ascii_isalnum(name.data[i]) && !strchr("-_/.", name.data[i]))
            return value;
    }
    *type = name;
    return view_trim(view_from(value, (size_t)semicolon + 1));
}

/* IronPort (Cisco ESA, and what was built on it: early Amazon SES, BlackBerry) puts its own reading before the reply it
 * got, which is the better witness: "5.1.0 - Unknown address error 550-'5.7.1 <ann@example.org>... Access denied'". */
static struct view quoted_reply(struct view text)
{
    ssize_t quote = view_find(text, VIEW("-'"));
    if (quote < 10 || view_find(view_first(text, 12), VIEW(" - ")) < 0)
        return text;
    for (size_t i = (size_t)quote - 3; i < (size_t)quote; i++) {
        if (!g_ascii_isdigit(text.data[i]))
            return text;
    }
    return view_from(text, (size_t)quote - 3);
}

struct view field_text(struct view value)
{
    struct view type;
    return quoted_reply(without_type(value, &type));
}

struct view field_mta(struct view value)
{
    struct view type;
    struct view name = without_type(value, &type);
    size_t end = 0;
    while (end < name.len && !strchr(" \t\r\n(,;", name.data[end]))
        end++;
    name = view_first(name, end);
    if (name.len > 1 && name.data[name.len - 1] == '.')
        name.len--;
    return name;
}

static int hex_value(struct view digits)
{
    int value = 0;
    if (digits.len == 0 || digits.len > 6)
        return -1;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = g_ascii_xdigit_value(digits.data[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* One encoded character at `at`: its value, and its length in *used; -1 if none stands there. */
static int xtext_character(struct view text, size_t at, size_t *used)
{
    if (text.data[at] == '+' && at + 3 <= text.len) {
        *used = 3;
        int value = hex_value((struct view){.data = text.data + at + 1, .len = 2});
        return value >= 0x20 && value < 0x7f ? value : -1;
    }
    if (text.data[at] == '\\' && at + 4 < text.len && text.data[at + 1] == 'x' && text.data[at + 2] == '{') {
        struct view rest = view_from(text, at + 3);
        ssize_t close = view_index(rest, '}');
        if (close <= 0)
            return -1;
        *used = (size_t)close + 4;
        int value = hex_value(view_first(rest, (size_t)close));
        return value > 0x1f && g_unichar_validate((gunichar)value) ? value : -1;
    }
    return -1;
}

struct view xtext_decode(struct view text, struct pool *pool)
{
    if (view_index(text, '+') < 0 && view_index(text, '\\') < 0)
        return text;
    char *out = pool_alloc(pool, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len;) {
        size_t used = 1;
        int c = xtext_character(text, i, &used);
        if (c < 0) {
            out[n++] = text.data[i++];
            continue;
        }
        /* Every form is at least as long as the UTF-8 that it stands for. */
        n += (size_t)g_unichar_to_utf8((gunichar)c, out + n);
        i += used;
    }
    return (struct view){.data = out, .len = n};
}

/* "ann@example.org (Ann <home@example.net>)": what stands in the comment (RFC 5322 3.2.2) is not the address. */
static struct view before_comment(struct view text)
{
    ssize_t open = view_index(text, '('), at = view_index(text, '@'), angle = view_index(text, '<');
    return at >= 0 && open > at && (angle < 0 || angle > open) ? view_trim(view_first(text, (size_t)open)) : text;
}

/* "<@relay.example.net,@gate.example.net:ann@example.org>" (RFC 5321 appendix C), and what was once a group (RFC 5322
 * 3.4): "readers: ann@example.org;". */
static struct view behind_route(struct view address)
{
    ssize_t colon = view_index(address, ':');
    bool route = colon > 0 && address.data[0] == '@' && view_index(view_from(address, (size_t)colon), '@') > 0;
    return route ? view_from(address, (size_t)colon + 1) : address;
}

static struct view behind_group_name(struct view text)
{
    ssize_t colon = view_index(text, ':'), at = view_index(text, '@'), blank = view_index(text, ' ');
    bool group = colon > 0 && at > colon && blank == colon + 1 && view_index(text, '<') < 0;
    return group ? view_trim(view_from(text, (size_t)colon + 1)) : text;
}

static struct view first_addr_spec(struct view text)
{
    text = behind_group_name(before_comment(text));
    ssize_t open = view_index(text, '<');
    if (open >= 0) {
        struct view inner = view_from(text, (size_t)open + 1);
        ssize_t close = view_index(inner, '>');
        return view_trim(close >= 0 ? view_first(inner, (size_t)close) : inner);
    }
    size_t end = 0;
    bool quoted = false;
    while (end < text.len && (quoted || !strchr(" \t\r\n(,;>", text.data[end]))) {
        if (text.data[end] == '"')
            quoted = !quoted;
        end++;
    }
    return quoted ? text : view_first(text, end);
}

struct view field_address(struct view value, struct pool *pool)
{
    struct view type;
    struct view text = without_type(value, &type);
    /* "c=DE;a=;p=Example;s=Ann" (RFC 2156 2.2.1.1): it has separators of its own. */
    bool x400 = view_equal_fold(type, VIEW("x400")) && view_index(text, '=') > 0 && view_index(text, '@') < 0;
    struct view address = x400 ? view_trim(text) : first_addr_spec(text);
    if (view_begins_fold(address, VIEW("smtp:")) || view_begins_fold(address, VIEW("mailto:")))
        address = view_from(address, (size_t)view_index(address, ':') + 1);
    address = behind_route(address);
    while (address.len && (address.data[0] == '\'' || address.data[0] == '<') &&
           (address.data[address.len - 1] == '\'' || address.data[address.len - 1] == '>' || address.data[0] == '<'))
        address = view_trim(view_first(view_from(address, 1), address.len >= 2 ? address.len - 2 : 0));
    /* "+40" is an '@' that was encoded; "ann+ab@…" is an ordinary tag: xtext counts in Original-Recipient only where
     * the decoded text is the better address. */
    bool encoded = view_find(address, VIEW("+3D")) >= 0 || view_find(address, VIEW("+2B")) >= 0 ||
                   view_find(address, VIEW("+40")) >= 0 || view_find(address, VIEW("\\x{")) >= 0;
    return encoded ? xtext_decode(address, pool) : address;
}
