/* SPDX-License-Identifier: MIT */
#include "db/redact.h"

#include "core/limits.h"
#include "core/match/address.h"

/* A local part longer than this is none (RFC 5321 4.5.3.1.1: 64; xtext takes three bytes for one). */
enum { LONGEST_LOCAL = 3 * 64 + 2, LONGEST_DOMAIN = 255 };

struct redactor {
    GHashTable *keys;                              /* char * */
    GHashTable *domains;                           /* char *: of the keys, asked first */
    bool (*is)(struct view key, const void *user); /* instead of the two; NULL: these */
    const void *user;
    struct view text; /* in hand */
    struct pool pool;
};

struct found {
    size_t begin, end;
};

static bool is_domain_byte(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || (unsigned char)c >= 0x80;
}

/* RFC 5322 3.2.3 atext and '.', without those that stand around addresses more often than in them. */
static bool is_local_byte(char c)
{
    return g_ascii_isalnum(c) || strchr(".!#$%&'*+-/=?^_`{|}~", c) || (unsigned char)c >= 0x80;
}

/* May an address begin behind this byte of a run? In front of an '@' these belong to the local part. */
static bool ends_before(char c, bool plain)
{
    if (g_ascii_isalnum(c) || (unsigned char)c >= 0x80)
        return false;
    return !plain || !strchr(".-_+", c);
}

/* The bytes of an encoded or plain '@' at `at`; 0 if there is none. */
static size_t separator_length(struct view text, size_t at)
{
    char c = text.data[at];
    if (c == '@')
        return 1;
    if ((c == '%' || c == '=') && at + 2 < text.len && text.data[at + 1] == '4' && text.data[at + 2] == '0')
        return 3;
    return c == '=' ? 1 : 0;
}

static struct view decode_xtext(struct view v, struct pool *pool)
{
    if (view_index(v, '+') < 0)
        return v;
    char *out = pool_alloc(pool, v.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < v.len; i++) {
        bool code =
            v.data[i] == '+' && i + 2 < v.len && g_ascii_isxdigit(v.data[i + 1]) && g_ascii_isxdigit(v.data[i + 2]);
        out[len++] =
            code ? (char)(g_ascii_xdigit_value(v.data[i + 1]) * 16 + g_ascii_xdigit_value(v.data[i + 2])) : v.data[i];
        i += code ? 2 : 0;
    }
    return (struct view){.data = out, .len = len};
}

static bool is_key(struct redactor *r, struct view local, struct view domain)
{
    char *address = pool_alloc(&r->pool, local.len + domain.len + 2);
    memcpy(address, local.data, local.len);
    address[local.len] = '@';
    memcpy(address + local.len + 1, domain.data, domain.len);
    struct view key = address_key((struct view){.data = address, .len = local.len + domain.len + 1}, &r->pool);
    if (view_is_empty(key))
        return false;
    if (r->is)
        return r->is(key, r->user);
    key = pool_copy(&r->pool, key); /* with NUL */
    return g_hash_table_contains(r->keys, key.data);
}

/* A text that was cut may end within the domain. */
static bool is_cut_key(struct redactor *r, struct view local, struct view domain)
{
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, r->keys);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        struct view whole = view_of(key);
        struct view theirs = address_local(whole), at = address_domain(whole);
        if (view_equal_fold(theirs, local) && at.len > domain.len && view_begins_fold(at, domain))
            return true;
    }
    return false;
}

static bool fits(struct redactor *r, size_t begin, size_t at, size_t domain, size_t end)
{
    struct view local = view_range(r->text.data + begin, r->text.data + at);
    struct view host = view_range(r->text.data + domain, r->text.data + end);
    if (is_key(r, local, host))
        return true;
    struct view decoded = decode_xtext(local, &r->pool);
    if (decoded.data != local.data && is_key(r, decoded, host))
        return true;
    return !r->is && end == r->text.len && end >= LIMIT_DIAGNOSTIC - 4 && is_cut_key(r, local, host);
}

/* The local part in front of `at`: the longest that is one of the keys'. */
static bool find_begin(struct redactor *r, size_t at, size_t domain, size_t end, size_t *begin)
{
    const char *data = r->text.data;
    bool inside = end < r->text.len && data[end] == '@'; /* of a return path, or an id made of it */
    bool plain = data[at] == '@' && !inside;
    if (at > 0 && data[at - 1] == '"') {
        for (*begin = at - 1; *begin > 0 && at - *begin < LONGEST_LOCAL;) {
            if (data[--*begin] == '"' && fits(r, *begin, at, domain, end))
                return true;
        }
    }
    size_t first = at;
    while (first > 0 && at - first < LONGEST_LOCAL && is_local_byte(data[first - 1]))
        first--;
    for (*begin = first; *begin < at; ++*begin) {
        if ((*begin == first || ends_before(data[*begin - 1], plain)) && fits(r, *begin, at, domain, end))
            return true;
    }
    return false;
}

/* Most addresses in a text are others' altogether. A domain that is not ASCII may be one of ours in another form. */
static bool is_their_domain(const struct redactor *r, size_t begin, size_t end)
{
    char folded[LONGEST_DOMAIN + 1];
    if (r->is)
        return memchr(r->text.data + begin, '.', end - begin) != NULL;
    for (size_t i = begin; i < end; i++) {
        if ((unsigned char)r->text.data[i] >= 0x80)
            return true;
        folded[i - begin] = g_ascii_tolower(r->text.data[i]);
    }
    folded[end - begin] = '\0';
    return g_hash_table_contains(r->domains, folded) || (end == r->text.len && end >= LIMIT_DIAGNOSTIC - 4);
}

/* "ann@example.org.eml": files are called so. */
static bool is_file_ending(struct view text, size_t at)
{
    static const char *const endings[] = {".eml", ".msg", ".mbox", ".mbx", ".txt", ".gz", ".csv", ".json"};
    struct view rest = view_from(text, at);
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        size_t len = strlen(endings[i]);
        if (view_begins_fold(rest, view_of(endings[i])) && (rest.len == len || !g_ascii_isalnum(rest.data[len])))
            return true;
    }
    return false;
}

/* The end of the domain that begins at `domain`. A return path goes on behind it, a sentence ends with a dot. */
static bool find_at(struct redactor *r, size_t at, size_t length, struct found *found)
{
    size_t domain = at + length, end = domain;
    while (end < r->text.len && end - domain < LONGEST_DOMAIN && is_domain_byte(r->text.data[end]))
        end++;
    for (size_t stop = end; stop > domain; stop--) {
        bool edge = stop == end || !(g_ascii_isalnum(r->text.data[stop]) || (unsigned char)r->text.data[stop] >= 0x80);
        if (edge && is_their_domain(r, domain, stop) && find_begin(r, at, domain, stop, &found->begin)) {
            found->end = stop;
            if (is_file_ending(r->text, stop))
                return true;
            /* "example.org.uk" is another domain than "example.org", "example.org." and "example.org-x1y2" are not. */
            bool goes_on = stop + 1 < end && r->text.data[stop] == '.' && g_ascii_isalnum(r->text.data[stop + 1]);
            if (!goes_on && (stop == end || r->text.data[stop] != '-' || r->text.data[at] != '@'))
                return true;
        }
    }
    return false;
}

static bool find_next(struct redactor *r, size_t from, struct found *found)
{
    for (size_t at = from; at < r->text.len; at++) {
        size_t length = separator_length(r->text, at);
        if (length > 0 && at > from && find_at(r, at, length, found) && found->begin >= from) {
            pool_reset(&r->pool);
            return true;
        }
        if (length > 0)
            pool_reset(&r->pool);
    }
    return false;
}

bool redactor_finds(struct redactor *r, struct view text)
{
    struct found found;
    r->text = text;
    return find_next(r, 0, &found);
}

GString *redactor_apply(struct redactor *r, struct view text)
{
    struct found found;
    size_t from = 0;
    GString *out = NULL;
    r->text = text;
    while (find_next(r, from, &found)) {
        if (!out)
            out = g_string_new(NULL);
        g_string_append_len(out, text.data + from, (gssize)(found.begin - from));
        g_string_append(out, REDACTED);
        from = found.end;
    }
    if (out)
        g_string_append_len(out, text.data + from, (gssize)(text.len - from));
    return out;
}

struct redactor *redactor_new(const struct view *keys, size_t count)
{
    struct redactor *r = g_new0(struct redactor, 1);
    pool_init(&r->pool);
    r->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    r->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < count; i++) {
        g_hash_table_add(r->keys, view_dup(keys[i]));
        g_hash_table_add(r->domains, view_dup(address_domain(keys[i])));
    }
    return r;
}

struct redactor *redactor_asking(bool (*is)(struct view key, const void *user), const void *user)
{
    struct redactor *r = redactor_new(NULL, 0);
    r->is = is;
    r->user = user;
    return r;
}

void redactor_free(struct redactor *r)
{
    if (!r)
        return;
    g_hash_table_unref(r->keys);
    g_hash_table_unref(r->domains);
    pool_clear(&r->pool);
    g_free(r);
}
