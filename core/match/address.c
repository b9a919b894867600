/* SPDX-License-Identifier: MIT */
#include "core/match/address.h"

#include "core/limits.h"
#include <idn2.h>

enum {
    TEXT_SIZE = 4 * LIMIT_ADDRESS, /* an address with its display name and comments */
    MAX_DOMAIN = 253,              /* RFC 1035 2.3.4, as text */
    MAX_LABEL = 63,
    MAX_LOCAL = 64,
    COMMENT_DEPTH = 8,
};

/* The bytes of an RFC 5322 dot-atom, folded; 0: needs a closer look. */
static const char PLAIN[256] = {
    0,   0,   0,   0,   0,   0,   0,   0,    0,   0,   0,   0,   0,   0,   0,   0,   /* 00 */
    0,   0,   0,   0,   0,   0,   0,   0,    0,   0,   0,   0,   0,   0,   0,   0,   /* 10 */
    0,   '!', 0,   '#', '$', '%', '&', '\'', 0,   0,   '*', '+', 0,   '-', '.', '/', /* 20 */
    '0', '1', '2', '3', '4', '5', '6', '7',  '8', '9', 0,   0,   0,   '=', 0,   '?', /* 30 */
    0,   'a', 'b', 'c', 'd', 'e', 'f', 'g',  'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', /* 40 */
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w',  'x', 'y', 'z', 0,   0,   0,   '^', '_', /* 50 */
    '`', 'a', 'b', 'c', 'd', 'e', 'f', 'g',  'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', /* 60 */
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w',  'x', 'y', 'z', '{', '|', '}', '~', 0,   /* 70 */
};

/* The bytes of a label of a domain, folded; the underscore is no host name's, but stands in some mail domains. */
static const char HOST[256] = {
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   /* 00 */
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   /* 10 */
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   '-', 0,   0,   /* 20 */
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 0,   0,   0,   0,   0,   0,   /* 30 */
    0,   'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', /* 40 */
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0,   0,   0,   0,   '_', /* 50 */
    0,   'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', /* 60 */
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0,   0,   0,   0,   0,   /* 70 */
};

static inline char plain(char c)
{
    return PLAIN[(unsigned char)c];
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Lower-case ASCII labels; the underscore is no host name's, but stands in some mail domains. */
static bool is_domain(struct view d)
{
    size_t label = 0;
    if (d.len == 0 || d.len > MAX_DOMAIN)
        return false;
    for (size_t i = 0; i < d.len; i++) {
        char c = d.data[i];
        if (c == '.') {
            if (label == 0 || label > MAX_LABEL || d.data[i - 1] == '-')
                return false;
            label = 0;
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c == '-' && label > 0)) {
            label++;
        } else {
            return false;
        }
    }
    return label > 0 && label <= MAX_LABEL && d.data[d.len - 1] != '-';
}

/* Copies what `fold` knows; returns how much that was. */
static inline size_t fold_run(const char fold[static 256], const char *from, size_t len, char *into)
{
    size_t i = 0;
    for (char folded; i < len && (folded = fold[(unsigned char)from[i]]); i++)
        into[i] = folded;
    return i;
}

size_t address_fold(struct view address, char *into)
{
    size_t i = fold_run(PLAIN, address.data, address.len, into);
    if (i == 0 || i == address.len || address.data[i] != '@' || address.len - i - 1 > MAX_DOMAIN ||
        address.len > LIMIT_ADDRESS)
        return 0;
    size_t at = i;
    into[i] = '@';
    do {
        char *label = into + ++i;
        size_t len = fold_run(HOST, address.data + i, address.len - i, label);
        if (len == 0 || len > MAX_LABEL || label[0] == '-' || label[len - 1] == '-')
            return 0;
        i += len;
        if (i == address.len)
            return at;
        label[len] = '.';
    } while (address.data[i] == '.');
    return 0;
}

/* --- the closer look: RFC 5322 3.4 with its comments, quotes and obsolete forms
 * --------------------------------------- */

/* Index behind the quoted string that opens at `i`, or 0 if it does not close. */
static size_t quoted_end(struct view v, size_t i)
{
    for (i++; i < v.len; i++) {
        if (v.data[i] == '\\')
            i++;
        else if (v.data[i] == '"')
            return i + 1;
    }
    return 0;
}

/* Index behind the comment that opens at `i`, or 0 if it does not close or nests without reason. */
static size_t comment_end(struct view v, size_t i)
{
    unsigned depth = 0;
    for (; i < v.len; i++) {
        char c = v.data[i];
        if (c == '\\')
            i++;
        else if (c == '(' && ++depth > COMMENT_DEPTH)
            return 0;
        else if (c == ')' && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* Copies `v` to `text` with each comment and white space as one blank. A blank, not nothing: `a(x)b` is two words. */
static bool strip_comments(struct view v, char *text, size_t *len)
{
    size_t n = 0;
    for (size_t i = 0; i < v.len;) {
        char c = v.data[i];
        size_t end = i + 1;
        if (c == '"' || c == '(')
            end = c == '"' ? quoted_end(v, i) : comment_end(v, i);
        else if (c == ')' || (is_control(c) && c != '\t' && c != '\r' && c != '\n'))
            end = 0;
        if (end == 0)
            return false;
        if (c == '"') {
            memcpy(text + n, v.data + i, end - i);
            n += end - i;
        } else {
            text[n++] = c == '(' || is_control(c) ? ' ' : c;
        }
        i = end;
    }
    *len = n;
    return true;
}

/* Index of the first `byte` outside quoted strings, or -1. */
static ssize_t find_bare(struct view v, char byte)
{
    for (size_t i = 0; i < v.len;) {
        if (v.data[i] == byte)
            return (ssize_t)i;
        i = v.data[i] == '"' ? quoted_end(v, i) : i + 1;
        if (i == 0)
            break;
    }
    return -1;
}

/* What stands in angle brackets, if there are any, without a source route (RFC 5321 appendix C). */
static bool strip_brackets(struct view *v)
{
    ssize_t open = find_bare(*v, '<');
    if (open >= 0) {
        struct view name = view_first(*v, (size_t)open);
        struct view inner = view_from(*v, (size_t)open + 1);
        ssize_t close = find_bare(inner, '>');
        /* "ann@example.org, Bob <bob@example.org>" names two. */
        bool several = find_bare(name, ',') >= 0 && find_bare(name, '@') >= 0;
        if (close < 0 || several || view_trim(view_from(inner, (size_t)close + 1)).len > 0)
            return false;
        *v = view_first(inner, (size_t)close);
    }
    *v = view_trim(*v);
    if (v->len > 0 && v->data[0] == '@') {
        ssize_t colon = find_bare(*v, ':');
        if (colon < 0)
            return false;
        *v = view_trim(view_from(*v, (size_t)colon + 1));
    }
    return true;
}

/* Takes one word of a local part off `v` at `i`: an atom or a quoted string, unquoted to `into`. */
static bool take_word(struct view v, size_t *i, char *into, size_t *len)
{
    size_t start = *i;
    if (v.data[start] == '"') {
        size_t end = quoted_end(v, start);
        for (size_t k = start + 1; end && k + 1 < end; k++) {
            if (v.data[k] == '\\')
                k++;
            if (is_control(v.data[k]))
                return false;
            into[(*len)++] = v.data[k];
        }
        *i = end;
        return end > 0;
    }
    while (*i < v.len && ((plain(v.data[*i]) && v.data[*i] != '.') || (unsigned char)v.data[*i] >= 0x80))
        into[(*len)++] = v.data[(*i)++];
    return *i > start;
}

static void skip_blanks(struct view v, size_t *i)
{
    while (*i < v.len && v.data[*i] == ' ')
        (*i)++;
}

/* Words with dots between (more dots than allowed do occur: "a..b@", "a.@" at Japanese carriers), then '@'. */
static bool split_bare(struct view v, char *local, size_t *local_len, struct view *domain)
{
    bool word_before = false;
    *local_len = 0;
    for (size_t i = 0; i < v.len;) {
        if (v.data[i] == '.') {
            local[(*local_len)++] = '.';
            word_before = false;
            i++;
        } else if (v.data[i] == '@') {
            *domain = view_trim(view_from(v, i + 1));
            if (domain->len > 0 && domain->data[domain->len - 1] == '.')
                domain->len--;
            return *local_len > 0 && domain->len > 0 && view_index(*domain, '@') < 0;
        } else {
            if (word_before || !take_word(v, &i, local, local_len))
                return false;
            word_before = true;
        }
        skip_blanks(v, &i);
    }
    return false;
}

/* `text` and `local` have TEXT_SIZE bytes; `domain` points into `text`. */
static bool split_any(struct view address, char *text, char *local, size_t *local_len, struct view *domain)
{
    size_t len = 0;
    if (address.len == 0 || address.len > TEXT_SIZE || !strip_comments(address, text, &len))
        return false;
    struct view bare = {.data = text, .len = len};
    return strip_brackets(&bare) && bare.len <= LIMIT_ADDRESS && split_bare(bare, local, local_len, domain);
}

bool address_split(struct view address, struct pool *pool, struct view *local, struct view *domain)
{
    char text[TEXT_SIZE], raw[TEXT_SIZE];
    size_t len;
    if (address.len <= LIMIT_ADDRESS && address_fold(address, text)) {
        *local = address_local(address);
        *domain = address_domain(address);
        return true;
    }
    if (!split_any(address, text, raw, &len, domain))
        return false;
    *local = pool_copy(pool, (struct view){.data = raw, .len = len});
    *domain = pool_copy(pool, *domain);
    return true;
}

static bool is_ascii(struct view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if ((unsigned char)v.data[i] >= 0x80)
            return false;
    }
    return true;
}

/* One letter for one: 'ß' is no "ss" and 'ﬁ' no "fi", for those are other mailboxes, and no letter beyond ASCII becomes
 * one of ASCII. Through the capital, so that both small sigmas are one. */
static gunichar fold_letter(gunichar c)
{
    gunichar folded = g_unichar_tolower(g_unichar_toupper(c));
    return folded < 0x80 && c >= 0x80 ? c : folded;
}

/* In NFC, again until nothing changes, for a fold can give what composes anew. NULL: no UTF-8. */
static char *fold_local(struct view local)
{
    if (is_ascii(local))
        return g_ascii_strdown(local.data, (gssize)local.len);
    if (!g_utf8_validate(local.data, (gssize)local.len, NULL))
        return NULL;
    char *folded = view_dup(local);
    for (int round = 0; round < 4; round++) {
        g_autofree char *composed = g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
        g_autoptr(GString) text = g_string_new(NULL);
        for (char *c = composed; *c; c = g_utf8_next_char(c))
            g_string_append_unichar(text, fold_letter(g_utf8_get_char(c)));
        char *next = g_utf8_normalize(text->str, -1, G_NORMALIZE_NFC);
        bool stable = g_str_equal(next, folded);
        g_free(folded);
        folded = next;
        if (stable)
            break;
    }
    return folded;
}

/* RFC 5321 4.1.3: letters, digits, colons, dots and hyphens in brackets. */
static bool is_literal(struct view d)
{
    if (d.len < 3 || d.data[0] != '[' || d.data[d.len - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < d.len; i++) {
        if (!g_ascii_isalnum(d.data[i]) && !strchr(":.-", d.data[i]))
            return false;
    }
    return true;
}

/* The domain as it is looked up in the DNS (RFC 5890; UTS 46, non-transitional: 'ß' stays itself). NULL: none. */
static char *fold_domain(struct view domain)
{
    g_autofree char *text = view_dup(domain);
    if (is_ascii(domain)) {
        char *lower = g_ascii_strdown(text, -1);
        if (is_domain(view_of(lower)) || is_literal(view_of(lower)))
            return lower;
        g_free(lower);
        return NULL;
    }
    char *looked_up = NULL;
    if (!g_utf8_validate(text, (gssize)domain.len, NULL) ||
        idn2_to_ascii_8z(text, &looked_up, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return NULL;
    char *lower = g_ascii_strdown(looked_up, -1);
    idn2_free(looked_up);
    if (g_str_has_suffix(lower, "."))
        lower[strlen(lower) - 1] = '\0';
    if (is_domain(view_of(lower)))
        return lower;
    g_free(lower);
    return NULL;
}

/* Puts quotes around what needs them. */
static void append_local(GString *key, const char *local)
{
    bool bare = true;
    for (const char *c = local; *c; c++)
        bare = bare && (plain(*c) || (unsigned char)*c >= 0x80);
    if (bare) {
        g_string_append(key, local);
        return;
    }
    g_string_append_c(key, '"');
    for (const char *c = local; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(key, '\\');
        g_string_append_c(key, *c);
    }
    g_string_append_c(key, '"');
}

static struct view slow_key(struct view address, struct pool *pool)
{
    char text[TEXT_SIZE], raw[TEXT_SIZE];
    size_t len;
    struct view domain;
    if (!split_any(address, text, raw, &len, &domain))
        return (struct view){0};
    g_autofree char *local = fold_local((struct view){.data = raw, .len = len});
    g_autofree char *host = fold_domain(domain);
    if (!local || !host)
        return (struct view){0};
    g_autoptr(GString) key = g_string_sized_new(len + domain.len + 8);
    append_local(key, local);
    g_string_append_c(key, '@');
    g_string_append(key, host);
    struct view built = {.data = key->str, .len = key->len};
    if (built.len > LIMIT_ADDRESS)
        return (struct view){0};
    return view_equal(built, address) ? address : pool_copy(pool, built);
}

struct view address_key(struct view address, struct pool *pool)
{
    char folded[LIMIT_ADDRESS];
    if (address.len == 0)
        return (struct view){0};
    if (address.len > LIMIT_ADDRESS || !address_fold(address, folded))
        return slow_key(address, pool);
    struct view key = {.data = folded, .len = address.len};
    return view_equal(key, address) ? address : pool_copy(pool, key);
}

bool address_is_plausible(struct view key)
{
    struct view local = address_local(key);
    struct view domain = address_domain(key);
    ssize_t dot = view_last_index(domain, '.');
    if (dot < 0 || !is_domain(domain) || local.len == 0 || local.len > MAX_LOCAL)
        return false;
    struct view top = view_from(domain, (size_t)dot + 1);
    return top.len >= 2 && g_ascii_isalpha(top.data[0]);
}

struct view address_domain(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    return at < 0 ? (struct view){0} : view_from(address, (size_t)at + 1);
}

struct view address_local(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    return at < 0 ? (struct view){0} : view_first(address, (size_t)at);
}
