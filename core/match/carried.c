/* SPDX-License-Identifier: MIT */
#include "core/match/carried.h"

#include "core/match/address.h"

#include <jansson.h>

enum {
    MAX_ID = 256,     /* as in the list (subjects.c) */
    MAX_VALUE = 8192, /* of one header; a List-Unsubscribe of several ways comes to one kilobyte */
    MAX_WORD = 640,
    MAX_REPEATS = 4, /* of one header; two that differ contradict each other */
    UUID_LENGTH = 36,
};

struct maker {
    const struct headers *returned;
    struct pool *pool;
    struct carried *carried;
};

static void add(struct maker *m, enum carried_is is, struct view value, struct view header)
{
    struct carried *c = m->carried;
    for (size_t i = 0; i < c->count; i++) {
        if (c->at[i].is == is && view_equal(c->at[i].value, value))
            return;
    }
    if (value.len > 0 && c->count < CARRIED_ITEMS)
        c->at[c->count++] = (struct carried_item){.is = is, .value = value, .header = header};
}

bool carried_is_uuid(struct view text)
{
    char copy[UUID_LENGTH + 1] = {0};
    if (text.len != UUID_LENGTH)
        return false;
    memcpy(copy, text.data, text.len);
    return g_uuid_string_is_valid(copy);
}

bool carried_is_address(struct view text, struct pool *pool)
{
    return text.len <= MAX_WORD && view_index(text, '@') > 0 && address_is_plausible(address_key(text, pool));
}

static struct view without_brackets(struct view value)
{
    value = view_trim(value);
    if (value.len >= 2 && value.data[0] == '<' && value.data[value.len - 1] == '>')
        value = view_trim((struct view){.data = value.data + 1, .len = value.len - 2});
    return value;
}

/* --- words in a text ---------------------------------------------------------------------------------------------- */

/* RFC 3986 2.1; what is no escape stays. */
static struct view percent_decoded(struct view text, struct pool *pool)
{
    if (view_index(text, '%') < 0)
        return text;
    char *out = pool_alloc(pool, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool escape = text.data[i] == '%' && i + 2 < text.len && g_ascii_isxdigit(text.data[i + 1]) &&
                      g_ascii_isxdigit(text.data[i + 2]);
        if (escape) {
            out[n++] = (char)(g_ascii_xdigit_value(text.data[i + 1]) * 16 + g_ascii_xdigit_value(text.data[i + 2]));
            i += 2;
        } else {
            out[n++] = text.data[i];
        }
    }
    return (struct view){.data = out, .len = n};
}

/* The sender's own addresses stand in such texts as well ("?list=news@example.org"). */
static bool is_author(const struct maker *m, struct view address)
{
    static const char *const names[] = {"From", "Sender", "Reply-To"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct view author;
        if (mail_addresses(headers_get(m->returned, names[i]), &author, 1, m->pool) == 1 &&
            view_equal(address_key(author, m->pool), address_key(address, m->pool)))
            return true;
    }
    return false;
}

/* Of "?contact=help@example.org" and of the fields of a mailto (RFC 6068): somebody at the sender's. */
static bool names_no_subscriber(struct view key)
{
    static const char *const whole[] = {"to", "cc", "bcc"};
    static const char *const within[] = {"list",  "from",  "sender", "owner", "contact", "support",
                                         "reply", "admin", "author", "abuse", "help"};
    for (size_t i = 0; i < G_N_ELEMENTS(whole); i++) {
        if (view_equal_fold(key, view_of(whole[i])))
            return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(within); i++) {
        if (view_find_fold(key, view_of(within[i])) >= 0)
            return true;
    }
    return false;
}

static void add_word(struct maker *m, struct view key, struct view word, struct view header)
{
    word = view_trim(percent_decoded(word, m->pool));
    if (carried_is_uuid(word))
        add(m, CARRIED_ID, word, header);
    else if (carried_is_address(word, m->pool) && !is_author(m, word) && !names_no_subscriber(key))
        add(m, CARRIED_WORD, word, header);
}

static void add_words(struct maker *m, struct view text, const char *separators, struct view header)
{
    struct view key = {0};
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && !strchr(separators, text.data[len]))
            len++;
        struct view word = view_first(text, len);
        bool is_key = len < text.len && text.data[len] == '=';
        add_word(m, key, word, header);
        key = is_key ? word : (struct view){0};
        text = view_from(text, len + 1);
    }
}

/* --- the headers -------------------------------------------------------------------------------------------------- */

static void read_address(struct maker *m, struct view value, struct view header)
{
    value = without_brackets(value);
    if (carried_is_address(value, m->pool))
        add(m, CARRIED_ADDRESS, value, header);
}

static void read_id(struct maker *m, struct view value, struct view header)
{
    value = without_brackets(value);
    if (value.len <= MAX_ID && view_index(value, '@') < 0)
        add(m, CARRIED_ID, value, header);
}

static void read_path(struct maker *m, struct view value, struct view header)
{
    value = without_brackets(value);
    if (view_index(value, '@') > 0)
        add(m, CARRIED_PATH, value, header);
}

/* KumoMTA: base64 of JSON, {"recipient":"ann@example.org", …}. */
static void read_kumo(struct maker *m, struct view value, struct view header)
{
    g_autofree char *text = view_dup(view_trim(value));
    gsize len;
    g_autofree guchar *bytes = g_base64_decode(text, &len);
    json_t *root = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);
    const char *recipient = json_string_value(json_object_get(root, "recipient"));
    if (recipient)
        read_address(m, pool_copy(m->pool, view_of(recipient)), header);
    json_decref(root);
}

/* "campaign:customer:type:sender" (Gmail); some senders put more into its fields. */
static void read_feedback_id(struct maker *m, struct view value, struct view header)
{
    add_words(m, value, ":", header);
}

/* RFC 2369 3.2: URIs in angle brackets. The address of a mailto is the list's, which may hold the subscriber's as a
 * return path does ("leave-ann=example.org@…"); that of a web page begins with a host. */
static void read_list_unsubscribe(struct maker *m, struct view value, struct view header)
{
    for (ssize_t open; (open = view_index(value, '<')) >= 0;) {
        struct view uri = view_from(value, (size_t)open + 1);
        ssize_t close = view_index(uri, '>');
        uri = close >= 0 ? view_first(uri, (size_t)close) : uri;
        value = view_from(value, (size_t)open + 1 + uri.len);
        uri = view_trim(uri);
        size_t own = 0;
        ssize_t authority = view_find(uri, VIEW("://"));
        if (authority >= 0)
            own = (size_t)authority + 3;
        while (own < uri.len && !strchr(authority >= 0 ? "/?#" : "?", uri.data[own]))
            own++;
        if (view_begins_fold(uri, VIEW("mailto:")))
            read_path(m, percent_decoded(view_range(uri.data + 7, uri.data + own), m->pool), header);
        add_words(m, view_from(uri, own), "/?&=;#: ", header);
    }
}

static const struct carrier {
    struct view header;
    void (*read)(struct maker *m, struct view value, struct view header);
} CARRIERS[] = {
    {{"X-ListMember", 12}, read_address},     /* phpList */
    {{"X-Listmonk-Subscriber", 21}, read_id}, /* a UUID of the subscriber's own */
    {{"X-CiviMail-Bounce", 17}, read_path},   /* the return path again */
    {{"X-KumoRef", 9}, read_kumo},            /* KumoMTA's own tracking header */
    {{"Feedback-ID", 11}, read_feedback_id},
    {{"List-Unsubscribe", 16}, read_list_unsubscribe},
};

static void read_repeats(struct maker *m, struct view header,
                         void (*read)(struct maker *m, struct view value, struct view header))
{
    for (size_t nth = 0; nth < MAX_REPEATS; nth++) {
        bool found = false;
        struct view value = headers_get_nth(m->returned, header.data, nth, &found);
        if (!found)
            break;
        if (value.len > 0)
            read(m, view_first(value, MAX_VALUE), header);
    }
}

/* A header of the user's: whole, an id or an address. */
static void read_named(struct maker *m, struct view value, struct view header)
{
    value = without_brackets(value);
    if (value.len > 0 && value.len <= MAX_WORD)
        add(m, view_index(value, '@') > 0 ? CARRIED_EITHER : CARRIED_ID, value, header);
}

const struct carried *carried_read(const struct headers *returned, const char *const *names, struct pool *pool)
{
    struct carried carried = {0};
    struct maker m = {.returned = returned, .pool = pool, .carried = &carried};
    for (; names && *names; names++) {
        if (view_equal_fold(view_of(*names), VIEW("Original-Envelope-Id")))
            carried.envelope_id = true;
        else
            read_repeats(&m, view_of(*names), read_named);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(CARRIERS) && returned->count > 0; i++)
        read_repeats(&m, CARRIERS[i].header, CARRIERS[i].read);
    if (carried.count == 0 && !carried.envelope_id)
        return NULL;
    struct carried *kept = pool_new(pool, struct carried);
    *kept = carried;
    return kept;
}
