/* SPDX-License-Identifier: MIT */
#include "core/match/verp.h"

#include "core/error.h"
#include "core/match/address.h"
#include "core/match/schemes.h"
#include "core/match/signed.h"
#include "core/match/unwrap.h"

struct verp {
    GPtrArray *user; /* of struct pattern */
    struct pattern *built[SCHEME_COUNT];
    struct pattern *delimited; /* for the delimiters of the options; may be NULL */
    GPtrArray *domains;        /* keys of domains; a leading dot: those below */
    struct keys *keys;         /* may be NULL */
};

/* --- setting up
 * ------------------------------------------------------------------------------------------------------- */

static bool add_domain(struct verp *verp, const char *domain, GError **error)
{
    struct pool pool;
    pool_init(&pool);
    const char *bare = g_str_has_prefix(domain, "*.") ? domain + 1 : domain;
    bool below = bare[0] == '.';
    struct view key = address_key(pool_printf(&pool, "x@%s", bare + below), &pool);
    if (key.len > 0)
        g_ptr_array_add(verp->domains, g_strdup_printf("%s%.*s", below ? "." : "", (int)key.len - 2, key.data + 2));
    else
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "bad bounce domain '%s': no domain name", domain);
    pool_clear(&pool);
    return key.len > 0;
}

static bool add_delimiters(struct verp *verp, const char *pair, GError **error)
{
    /* Postfix's verp_delimiter_filter, the characters it permits. */
    if (strlen(pair) != 2 || !strchr("-=+", pair[0]) || !strchr("-=+", pair[1])) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG,
                    "bad VERP delimiters '%s': two characters out of '-=+' are wanted", pair);
        return false;
    }
    g_autofree char *text = g_strdup_printf("{any}%c{local}%c{domain}", pair[0], pair[1]);
    verp->delimited = pattern_parse(text, error);
    return verp->delimited != NULL;
}

struct verp *verp_new(const struct verp_options *options, GError **error)
{
    static const struct verp_options NONE = {0};
    const struct verp_options *o = options ? options : &NONE;
    g_autoptr(verp_auto) verp = g_new0(struct verp, 1);
    verp->user = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
    verp->domains = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < o->pattern_count; i++) {
        struct pattern *pattern = pattern_parse(o->patterns[i], error);
        if (!pattern)
            return NULL;
        g_ptr_array_add(verp->user, pattern);
    }
    for (size_t i = 0; i < o->domain_count; i++) {
        if (!add_domain(verp, o->domains[i], error))
            return NULL;
    }
    if (o->delimiters && !add_delimiters(verp, o->delimiters, error))
        return NULL;
    if (o->key_file && !(verp->keys = keys_load(o->key_file, error)))
        return NULL;
    for (size_t i = 0; i < SCHEME_COUNT; i++) {
        verp->built[i] = pattern_parse(SCHEMES[i].pattern, error);
        if (!verp->built[i])
            return NULL;
    }
    return g_steal_pointer(&verp);
}

void verp_free(struct verp *verp)
{
    if (!verp)
        return;
    g_ptr_array_unref(verp->user);
    g_ptr_array_unref(verp->domains);
    pattern_free(verp->delimited);
    keys_free(verp->keys);
    for (size_t i = 0; i < SCHEME_COUNT; i++)
        pattern_free(verp->built[i]);
    g_free(verp);
}

const struct keys *verp_keys(const struct verp *verp)
{
    return verp->keys;
}

/* --- decoding
 * --------------------------------------------------------------------------------------------------------- */

struct decoder {
    const struct verp *verp;
    struct pool *pool;
    struct pattern_text text;
    struct verp_found *found;
    size_t count;
    size_t longer_than; /* local parts up to this length are no news */
    bool may_be_cut;
    bool overflow;
};

static bool domain_counts(const struct verp *verp, struct view path, struct pool *pool)
{
    if (verp->domains->len == 0)
        return true;
    struct view host = address_domain(address_key(path, pool));
    for (guint i = 0; i < verp->domains->len; i++) {
        struct view wanted = view_of(g_ptr_array_index(verp->domains, i));
        bool below = wanted.data[0] == '.' && host.len > wanted.len;
        if (view_equal(below ? view_from(host, host.len - wanted.len) : host, wanted))
            return true;
    }
    return false;
}

static void add_found(struct decoder *d, struct verp_found found)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->found[i].is == found.is && view_equal(d->found[i].key, found.key)) {
            d->found[i].guess = d->found[i].guess && found.guess;
            d->found[i].exact = d->found[i].exact || found.exact;
            return;
        }
    }
    if (d->count == VERP_READINGS)
        d->overflow = true;
    else
        d->found[d->count++] = found;
}

static struct view join(struct view local, struct view domain, struct pool *pool)
{
    char *text = pool_alloc(pool, local.len + 1 + domain.len);
    memcpy(text, local.data, local.len);
    text[local.len] = '@';
    memcpy(text + local.len + 1, domain.data, domain.len);
    return (struct view){.data = text, .len = local.len + 1 + domain.len};
}

/* xtext (RFC 3461 4) of what a local part has to write in it: '+', '=', and UTF-8. False: there is none. */
static bool decode_xtext(struct view local, struct pool *pool, struct view *decoded)
{
    char *out = pool_alloc(pool, local.len);
    size_t n = 0;
    for (size_t i = 0; i < local.len; i++, n++) {
        int high = i + 2 < local.len && local.data[i] == '+' ? g_ascii_xdigit_value(local.data[i + 1]) : -1;
        int low = high >= 0 ? g_ascii_xdigit_value(local.data[i + 2]) : -1;
        int byte = low >= 0 ? high << 4 | low : 0;
        out[n] = local.data[i];
        if (byte == '+' || byte == '=' || byte >= 0x80) {
            out[n] = (char)byte;
            i += 2;
        }
    }
    *decoded = (struct view){.data = out, .len = n};
    return n < local.len && g_utf8_validate(out, (gssize)n, NULL);
}

static void add_address(struct decoder *d, const struct pattern_match *match, struct view local,
                        struct verp_found found)
{
    if (local.len <= d->longer_than)
        return;
    found.is = CANDIDATE_ADDRESS;
    found.text = join(local, match->group[PATTERN_DOMAIN], d->pool);
    found.key = address_key(found.text, d->pool);
    if (address_is_plausible(found.key))
        add_found(d, found);
}

static void add_id(struct decoder *d, struct view id, const char *system, struct verp_found found)
{
    found.is = CANDIDATE_ID;
    found.text = found.key = id;
    if (system)
        found.key = pool_printf(d->pool, "%s:%.*s", system, (int)id.len, id.data);
    add_found(d, found);
}

static bool is_exact(const struct decoder *d, const struct scheme *scheme)
{
    bool first = d->count == 0 || view_equal(d->found[0].scheme, view_of(scheme->name));
    return first && !scheme->attested && scheme->then != THEN_GO_ON;
}

static void add_match(struct decoder *d, const struct pattern_match *match, const struct scheme *scheme, bool guess)
{
    struct verp_found found = {.scheme = view_of(scheme->name),
                               .campaign = match->group[PATTERN_CAMPAIGN],
                               .exact = !guess && is_exact(d, scheme),
                               .guess = guess,
                               .cut = d->may_be_cut};
    struct view local = match->group[PATTERN_LOCAL], id = match->group[PATTERN_ID], decoded;
    if (local.len > 0)
        add_address(d, match, local, found);
    if (local.len > 0 && decode_xtext(local, d->pool, &decoded))
        add_address(d, match, decoded, found);
    if (id.len > 0)
        add_id(d, id, scheme->system, found);
}

/* Adds all readings of one pattern. A shorter local part than the first one is a guess, for what it lacks may be the
 * subscriber's; a wrong longer one has part of the prefix in it, and is nobody's. */
static void try_pattern(struct decoder *d, const struct pattern *pattern, const struct scheme *scheme)
{
    struct pattern_match matches[VERP_READINGS + 1];
    size_t n = pattern_match(pattern, &d->text, matches, G_N_ELEMENTS(matches));
    d->overflow = d->overflow || n > VERP_READINGS;
    for (size_t i = 0; i < MIN(n, (size_t)VERP_READINGS); i++) {
        if (scheme->accepts && !scheme->accepts(&matches[i]))
            continue;
        bool shorter = matches[i].group[PATTERN_LOCAL].len < matches[0].group[PATTERN_LOCAL].len;
        add_match(d, &matches[i], scheme,
                  d->may_be_cut || (shorter && !scheme->attested) ||
                      (scheme->is_guess && scheme->is_guess(&matches[i])));
    }
}

static void try_user(struct decoder *d)
{
    static const struct scheme USER = {.name = "user", .attested = true};
    for (guint i = 0; i < d->verp->user->len; i++)
        try_pattern(d, g_ptr_array_index(d->verp->user, i), &USER);
}

static void try_schemes(struct decoder *d)
{
    static const struct scheme DELIMITED = {.name = "postfix", .attested = true};
    if (d->verp->delimited)
        try_pattern(d, d->verp->delimited, &DELIMITED);
    for (size_t i = 0; i < SCHEME_COUNT; i++) {
        const struct scheme *scheme = &SCHEMES[i];
        size_t before = d->count;
        if (scheme->own_domain && d->verp->domains->len == 0)
            continue;
        try_pattern(d, d->verp->built[i], scheme);
        if (d->count == before || scheme->then == THEN_GO_ON)
            continue;
        if (scheme->then == THEN_STOP)
            break;
        d->longer_than = MAX(d->longer_than, address_local(d->found[before].text).len);
    }
}

/* True if it is a signed path, which has no other reading. */
static bool try_signed(struct decoder *d)
{
    struct signed_path path;
    const struct keys *keys = d->verp->keys;
    enum signed_form form = signed_parse(d->text.local, d->pool, &path);
    if (form == SIGNED_NOT)
        return false;
    const char *by = keys && form == SIGNED_WHOLE ? signed_prove(&path, keys, d->pool) : NULL;
    if (keys || form == SIGNED_WHOLE)
        add_found(d, (struct verp_found){.is = path.is,
                                         .proof = by     ? VERP_PROVEN
                                                  : keys ? VERP_FORGED
                                                         : VERP_UNCHECKED,
                                         .text = path.subject,
                                         .key = path.key,
                                         .scheme = VIEW("signed"),
                                         .campaign = path.campaign,
                                         .proven_by = by});
    return true;
}

static bool is_full(struct view local)
{
    return local.len == SIGNED_LOCAL;
}

size_t verp_decode(const struct verp *verp, struct view path, struct pool *pool,
                   struct verp_found found[static VERP_READINGS])
{
    struct view local, domain;
    if (!address_split(path, pool, &local, &domain))
        return 0;
    bool full = is_full(local);
    bool unwrapped = unwrap_return_path(&local, &domain);
    /* Copies in a pool may be neighbours too, without an '@' between. */
    bool in_one = !unwrapped && local.data + local.len + 1 == domain.data && local.data[local.len] == '@';
    path = in_one ? view_range(local.data, domain.data + domain.len) : join(local, domain, pool);
    struct decoder d = {.verp = verp,
                        .pool = pool,
                        .text = pattern_text_of(path),
                        .found = found,
                        .may_be_cut = full || is_full(local)};
    if ((d.text.marks == 0 && verp->user->len == 0) || !domain_counts(verp, path, pool) || try_signed(&d))
        return d.count;
    try_user(&d);
    if (d.count == 0)
        try_schemes(&d);
    return d.overflow ? 0 : d.count;
}

struct view verp_unwrap(struct view path, struct pool *pool)
{
    struct view local, domain;
    bool wrapped = address_split(path, pool, &local, &domain) && unwrap_return_path(&local, &domain);
    return wrapped ? join(local, domain, pool) : (struct view){0};
}
