/* SPDX-License-Identifier: MIT */
#include "core/match/signed.h"

#include "core/error.h"
#include "core/match/address.h"

enum {
    MAX_FIELDS = 5, /* one more than there may be */
    MAX_PATH = 254, /* RFC 5321 4.5.3.1.3, without its brackets */
};

#define MARK VIEW("sv1=")

/* --- fields ------------------------------------------------------------------------------------------------------- */

static bool is_text(struct view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if ((unsigned char)v.data[i] < 0x20 || v.data[i] == 0x7f)
            return false;
    }
    return v.len == 0 || g_utf8_validate(v.data, (gssize)v.len, NULL);
}

/* A '.' stands for itself only between two others: a local part ends in none and has no two in a row (RFC 5322 3.2.3).
 */
static bool is_plain(struct view field, size_t i)
{
    char c = field.data[i];
    if (c == '.')
        return i > 0 && i + 1 < field.len && field.data[i - 1] != '.';
    return (c >= 'a' && c <= 'z') || g_ascii_isdigit(c) || c == '-' || c == '_';
}

static void append_field(GString *into, struct view field)
{
    for (size_t i = 0; i < field.len; i++) {
        if (is_plain(field, i))
            g_string_append_c(into, field.data[i]);
        else
            g_string_append_printf(into, "+%02x", (unsigned char)field.data[i]);
    }
}

/* A capital letter that stands for itself was a small one before some relay changed it. */
static bool read_field(struct view field, struct pool *pool, struct view *text)
{
    char *out = pool_alloc(pool, field.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < field.len; i++) {
        if (field.data[i] != '+') {
            out[n++] = view_fold(field.data[i]);
            continue;
        }
        int high = i + 2 < field.len ? g_ascii_xdigit_value(field.data[i + 1]) : -1;
        int low = high >= 0 ? g_ascii_xdigit_value(field.data[i + 2]) : -1;
        if (low < 0)
            return false;
        out[n++] = (char)(high << 4 | low);
        i += 2;
    }
    *text = (struct view){.data = out, .len = n};
    return is_text(*text);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Index behind the mark, or -1: at the beginning of a word, so that "msv1=" is none. */
static ssize_t find_mark(struct view local)
{
    for (size_t i = 0; i + MARK.len <= local.len; i++) {
        if (view_begins_fold(view_from(local, i), MARK) && (i == 0 || !g_ascii_isalnum(local.data[i - 1])))
            return (ssize_t)(i + MARK.len);
    }
    return -1;
}

static size_t split(struct view text, struct view fields[static MAX_FIELDS])
{
    size_t n = 0;
    for (;;) {
        ssize_t end = n + 1 < MAX_FIELDS ? view_index(text, '=') : -1;
        fields[n++] = end < 0 ? text : view_first(text, (size_t)end);
        if (end < 0)
            return n;
        text = view_from(text, (size_t)end + 1);
    }
}

static bool read_address(const struct view fields[static 2], struct pool *pool, struct signed_path *into)
{
    struct view local, domain;
    if (!read_field(fields[0], pool, &local) || !read_field(fields[1], pool, &domain))
        return false;
    into->is = CANDIDATE_ADDRESS;
    into->subject = pool_printf(pool, "%.*s@%.*s", (int)local.len, local.len ? local.data : "", (int)domain.len,
                                domain.len ? domain.data : "");
    into->key = address_key(into->subject, pool);
    return address_is_plausible(into->key);
}

static bool read_id(struct view field, struct pool *pool, struct signed_path *into)
{
    into->is = CANDIDATE_ID;
    if (!read_field(field, pool, &into->subject))
        return false;
    into->key = into->subject;
    return !view_is_empty(into->key);
}

enum signed_form signed_parse(struct view local, struct pool *pool, struct signed_path *into)
{
    *into = (struct signed_path){0};
    ssize_t at = find_mark(local);
    if (at < 0)
        return SIGNED_NOT;
    struct view fields[MAX_FIELDS];
    size_t n = split(view_from(local, (size_t)at), fields);
    into->tag = fields[0];
    /* "sv1=example.org" is what another scheme makes of sv1@example.org. */
    if (n < 3 && !keys_is_tag(into->tag))
        return SIGNED_NOT;
    bool whole = keys_is_tag(into->tag) && (n == 3 || n == 4) && read_field(fields[1], pool, &into->campaign) &&
                 (n == 3 ? read_id(fields[2], pool, into) : read_address(fields + 2, pool, into));
    return whole ? SIGNED_WHOLE : SIGNED_BROKEN;
}

/* --- proving ------------------------------------------------------------------------------------------------------ */

/* None of the lines can hold an LF: is_text(). */
static struct view statement_of(enum candidate_is is, struct view key, struct view campaign, struct pool *pool)
{
    return pool_printf(pool, "winnow-verp-1\n%s\n%.*s\n%.*s\n", is == CANDIDATE_ID ? "id" : "address", (int)key.len,
                       key.data, (int)campaign.len, campaign.len ? campaign.data : "");
}

const char *signed_prove(const struct signed_path *path, const struct keys *keys, struct pool *pool)
{
    return keys_prove(keys, statement_of(path->is, path->key, path->campaign, pool), path->tag);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static bool refuse(GError **error, enum winnow_error code, const char *problem, struct view what)
{
    g_autofree char *copy = view_dup(what);
    g_autofree char *shown = g_utf8_make_valid(copy, -1);
    g_strdelimit(shown, "\r\n\t", ' ');
    g_set_error(error, WINNOW_ERROR, code, "'%.200s': %s", shown, problem);
    return false;
}

static bool is_prefix(struct view prefix)
{
    for (size_t i = 0; i < prefix.len; i++) {
        char c = prefix.data[i];
        if (!g_ascii_isalnum(c) && (c == '\0' || !strchr("!#$%&'*+-/=?^_`{|}~.", c)))
            return false;
        if (c == '.' && (i == 0 || prefix.data[i - 1] == '.'))
            return false;
    }
    return prefix.len == 0 || !g_ascii_isalnum(prefix.data[prefix.len - 1]);
}

bool signed_check(const struct signed_mailing *mailing, struct pool *pool, GError **error)
{
    struct view probe =
        pool_printf(pool, "x@%.*s", (int)mailing->host.len, mailing->host.len ? mailing->host.data : "");
    if (!is_prefix(mailing->prefix) || find_mark(mailing->prefix) >= 0)
        return refuse(error, WINNOW_ERROR_USAGE,
                      "no prefix of a local part; such as 'bounce+': letters, digits and marks, a mark at the end",
                      mailing->prefix);
    if (!address_is_plausible(address_key(probe, pool)))
        return refuse(error, WINNOW_ERROR_USAGE, "no domain name", mailing->host);
    if (!is_text(mailing->campaign))
        return refuse(error, WINNOW_ERROR_USAGE, "a campaign's name is UTF-8 text of one line", mailing->campaign);
    return true;
}

static bool too_long(struct view subject, size_t len, size_t limit, GError **error)
{
    g_autofree char *problem = g_strdup_printf(
        "its return path would have %zu octets %s, more than the %zu there may be (RFC 5321 4.5.3.1); a shorter prefix "
        "or campaign, or ids instead of addresses, make room",
        len, limit == SIGNED_LOCAL ? "before the '@'" : "in all", limit);
    return refuse(error, WINNOW_ERROR_INPUT, problem, subject);
}

static bool key_of(enum candidate_is is, struct view subject, struct pool *pool, struct view *key, GError **error)
{
    *key = is == CANDIDATE_ID ? subject : address_key(subject, pool);
    if (is == CANDIDATE_ADDRESS && !address_is_plausible(*key))
        return refuse(error, WINNOW_ERROR_INPUT, "no address that mail can go to", subject);
    if (view_is_empty(*key) || !is_text(*key))
        return refuse(error, WINNOW_ERROR_INPUT, "no id: empty, or not UTF-8 text of one line", subject);
    return true;
}

bool signed_append(const struct signed_mailing *mailing, enum candidate_is is, struct view subject, struct pool *pool,
                   GString *into, const char **key_name, GError **error)
{
    struct view key;
    char tag[KEYS_TAG];
    if (!key_of(is, subject, pool, &key, error))
        return false;
    const char *signer = keys_sign(mailing->keys, statement_of(is, key, mailing->campaign, pool), tag);
    gsize from = into->len;
    g_string_append_len(into, mailing->prefix.data, (gssize)mailing->prefix.len);
    g_string_append_len(into, MARK.data, (gssize)MARK.len);
    g_string_append_len(into, tag, sizeof tag);
    g_string_append_c(into, '=');
    append_field(into, mailing->campaign);
    g_string_append_c(into, '=');
    append_field(into, is == CANDIDATE_ID ? key : address_local(key));
    if (is == CANDIDATE_ADDRESS) {
        g_string_append_c(into, '=');
        append_field(into, address_domain(key));
    }
    size_t local = into->len - from, all = local + 1 + mailing->host.len;
    if (local > SIGNED_LOCAL || all > MAX_PATH) {
        g_string_truncate(into, from);
        return too_long(subject, local > SIGNED_LOCAL ? local : all, local > SIGNED_LOCAL ? SIGNED_LOCAL : MAX_PATH,
                        error);
    }
    g_string_append_c(into, '@');
    g_string_append_len(into, mailing->host.data, (gssize)mailing->host.len);
    if (key_name)
        *key_name = signer;
    return true;
}
