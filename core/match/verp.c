/* SPDX-License-Identifier: MIT */
#include "core/match/verp.h"

#include "core/error.h"
#include "core/match/address.h"
#include "core/match/pattern.h"
#include "core/match/unwrap.h"

/* What to do with the rows below, once this one has read the path. */
enum then {
    THEN_STOP = 0, /* the form is unmistakable */
    THEN_LONGER,   /* part of what was taken for the scheme may be the recipient's: only longer local parts */
    THEN_GO_ON,    /* one reading of several */
};

struct scheme {
    const char *name;
    const char *pattern;
    bool (*accepts)(const struct pattern_match *match); /* NULL: any match */
    const char *system; /* not NULL: the id is none of the subscriber's own, and is told apart as "system:id" */
    enum then then;
    bool own_domain; /* too plain a form: only where the bounce domains are given */
};

static bool all(struct view v, gboolean (*is)(char))
{
    for (size_t i = 0; i < v.len; i++) {
        if (!is(v.data[i]))
            return false;
    }
    return v.len > 0;
}

static gboolean is_digit(char c)
{
    return g_ascii_isdigit(c);
}

static gboolean is_hex(char c)
{
    return g_ascii_isxdigit(c);
}

static gboolean is_id_letter(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_';
}

static bool has_digit(struct view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (g_ascii_isdigit(v.data[i]))
            return true;
    }
    return false;
}

/* Something made by a machine: a number, hexadecimal digits, or eight letters and digits mixed; not "ann" or "bob84".
 */
static bool accepts_token(const struct pattern_match *match)
{
    struct view t = match->group[PATTERN_TOKEN];
    return all(t, is_digit) || (has_digit(t) && (t.len >= 8 || (t.len >= 4 && all(t, is_hex))));
}

static bool accepts_cookie(const struct pattern_match *match)
{
    return match->group[PATTERN_TOKEN].len == 20; /* ezmlm's COOKIE */
}

static bool accepts_hash16(const struct pattern_match *match)
{
    struct view key = match->group[PATTERN_KEY];
    return all(match->group[PATTERN_ID], is_digit) && key.len == 16 && all(key, is_hex);
}

static bool accepts_hex32(const struct pattern_match *match)
{
    struct view id = match->group[PATTERN_ID];
    return id.len == 32 && all(id, is_hex);
}

static bool accepts_tracking_hash(const struct pattern_match *match)
{
    struct view id = match->group[PATTERN_ID];
    return id.len >= 8 && all(id, is_id_letter) && has_digit(id);
}

static bool accepts_uuid(const struct pattern_match *match)
{
    struct view id = match->group[PATTERN_ID];
    char text[37] = {0};
    if (id.len != 36)
        return false;
    memcpy(text, id.data, id.len);
    return g_uuid_string_is_valid(text);
}

/* Three of shortid's names, 7 to 14 letters each; without a digit or capital in the last two it could be a person's. */
static bool accepts_mailtrain(const struct pattern_match *match)
{
    const struct view cids[] = {match->group[PATTERN_CAMPAIGN], match->group[PATTERN_ANY], match->group[PATTERN_ID]};
    unsigned mixed = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cids); i++) {
        if (cids[i].len < 7 || cids[i].len > 14 || !all(cids[i], is_id_letter))
            return false;
        for (size_t k = 0; k < cids[i].len; k++) {
            if (g_ascii_isdigit(cids[i].data[k]) || g_ascii_isupper(cids[i].data[k])) {
                mixed++;
                break;
            }
        }
    }
    return mixed >= 2;
}

/* ID[-MODEL[-RESID]] */
static bool accepts_odoo(const struct pattern_match *match)
{
    struct view rest = match->group[PATTERN_ID];
    size_t digits = 0;
    while (digits < rest.len && g_ascii_isdigit(rest.data[digits]))
        digits++;
    struct view model = view_from(rest, digits);
    if (digits == 0 || model.len == 0)
        return digits > 0;
    if (model.data[0] != '-' || model.len < 2)
        return false;
    for (size_t i = 1; i < model.len; i++) {
        if (!is_id_letter(model.data[i]) && model.data[i] != '.')
            return false;
    }
    return true;
}

/* The most specific first. Sources: the manuals and the code that makes the addresses; see each system's name. */
static const struct scheme SCHEMES[] = {
    /* Ids and tokens. A queue's or mail's number must never be taken for a subscriber's: hence `system`. */
    {"civicrm", "{any}b.{number}.{id}.{key}", accepts_hash16, .system = "civicrm-queue"},
    {"discourse", "{any}+verp-{id}", accepts_hex32},
    {"mautic", "{any}+bounce_{id}", accepts_tracking_hash},
    {"uuid", "bounce+{id}", accepts_uuid}, /* listmonk and others */
    {"uuid", "bounces+{id}", accepts_uuid},
    {"odoo", "bounce+{id}", accepts_odoo, .system = "odoo"},
    {"mailtrain", "{campaign}.{any}.{id}", accepts_mailtrain, .own_domain = true},
    /* An address among typed fields. */
    {"sympa", "bounce+{local}==a=={domain}=={any}"},
    {"sympa", "bounce+{local}==a=={domain}"},
    {"ezmlm", "{campaign}-return-warn-{number}.{token}-{local}={domain}", accepts_cookie},
    {"ezmlm", "{campaign}-return-probe-{number}.{token}-{local}={domain}", accepts_cookie},
    {"ezmlm", "{campaign}-return-receipt-{number}.{token}-{local}={domain}", accepts_cookie},
    {"ezmlm", "{campaign}-return-{number}-{local}={domain}"},
    {"mlmmj", "{campaign}+bounces-{number}-{local}={domain}"},
    {"mlmmj", "{campaign}+bounces-probe-{local}={domain}"},
    {"sendgrid", "bounces+{number}-{hex}-{local}={domain}"},
    {"mailgun", "bounce+{hex}.{hex}-{local}={domain}"},
    {"lyris", "bounce-{number}-{number}-{local}={domain}", .then = THEN_LONGER},
    {"greenarrow", "return-{token}-{number}-{number}-{local}={domain}={number}"},
    /* The recipient stands behind the first '+'; what is behind the last '=' is the domain, for none holds a '='. */
    {"mailman", "{campaign}-bounces+{local}={domain}"},
    {"exim", "{campaign}-request+{local}={domain}"},
    {"exim", "{campaign}={local}%{domain}"},
    {"postfix", "owner-{campaign}+{local}={domain}", .then = THEN_GO_ON},
    /* The prefix ends in a word that is known; it may still be part of a name, then the list knows. */
    {"djb", "{campaign}-owner-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}-return-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}-bounces-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}-bounce-{local}={domain}", .then = THEN_LONGER},
    /* Nothing is known: every way to cut it. */
    {"token", "{campaign}+{token}-{local}={domain}", accepts_token, .then = THEN_GO_ON},
    {"plus", "{campaign}+{local}={domain}", .then = THEN_GO_ON},
    {"djb", "{campaign}-{local}={domain}", .then = THEN_GO_ON},
    {"bare", "{local}={domain}"},
};

struct verp {
    GPtrArray *user; /* of struct pattern */
    struct pattern *built[G_N_ELEMENTS(SCHEMES)];
    struct pattern *delimited; /* for the delimiters of the options; may be NULL */
    GPtrArray *domains;        /* keys of domains; a leading dot: those below */
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
    for (size_t i = 0; i < G_N_ELEMENTS(SCHEMES); i++) {
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
    for (size_t i = 0; i < G_N_ELEMENTS(SCHEMES); i++)
        pattern_free(verp->built[i]);
    g_free(verp);
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
        if (d->found[i].is == found.is && view_equal(d->found[i].key, found.key))
            return;
    }
    if (d->count == VERP_READINGS)
        d->overflow = true;
    else
        d->found[d->count++] = found;
}

static void add_address(struct decoder *d, const struct pattern_match *match, const char *name)
{
    struct view local = match->group[PATTERN_LOCAL], domain = match->group[PATTERN_DOMAIN];
    if (local.len <= d->longer_than)
        return;
    char *text = pool_alloc(d->pool, local.len + 1 + domain.len);
    memcpy(text, local.data, local.len);
    text[local.len] = '@';
    memcpy(text + local.len + 1, domain.data, domain.len);
    struct verp_found found = {.is = CANDIDATE_ADDRESS,
                               .text = {.data = text, .len = local.len + 1 + domain.len},
                               .scheme = view_of(name),
                               .campaign = match->group[PATTERN_CAMPAIGN]};
    found.key = address_key(found.text, d->pool);
    if (address_is_plausible(found.key))
        add_found(d, found);
}

static void add_id(struct decoder *d, const struct pattern_match *match, const char *name, const char *system)
{
    struct view id = match->group[PATTERN_ID];
    struct verp_found found = {
        .is = CANDIDATE_ID, .text = id, .key = id, .scheme = view_of(name), .campaign = match->group[PATTERN_CAMPAIGN]};
    if (system)
        found.key = pool_printf(d->pool, "%s:%.*s", system, (int)id.len, id.data);
    add_found(d, found);
}

/* Adds all readings of one pattern. */
static void try_pattern(struct decoder *d, const struct pattern *pattern, const struct scheme *scheme)
{
    struct pattern_match matches[VERP_READINGS + 1];
    size_t n = pattern_match(pattern, &d->text, matches, G_N_ELEMENTS(matches));
    d->overflow = d->overflow || n > VERP_READINGS;
    for (size_t i = 0; i < MIN(n, (size_t)VERP_READINGS); i++) {
        if (scheme->accepts && !scheme->accepts(&matches[i]))
            continue;
        if (matches[i].group[PATTERN_LOCAL].len > 0)
            add_address(d, &matches[i], scheme->name);
        if (matches[i].group[PATTERN_ID].len > 0)
            add_id(d, &matches[i], scheme->name, scheme->system);
    }
}

static void try_user(struct decoder *d)
{
    static const struct scheme USER = {.name = "user"};
    for (guint i = 0; i < d->verp->user->len; i++)
        try_pattern(d, g_ptr_array_index(d->verp->user, i), &USER);
}

static void try_schemes(struct decoder *d)
{
    static const struct scheme DELIMITED = {.name = "postfix"};
    if (d->verp->delimited)
        try_pattern(d, d->verp->delimited, &DELIMITED);
    for (size_t i = 0; i < G_N_ELEMENTS(SCHEMES); i++) {
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

size_t verp_decode(const struct verp *verp, struct view path, struct pool *pool,
                   struct verp_found found[static VERP_READINGS])
{
    struct view local, domain;
    if (!address_split(path, pool, &local, &domain))
        return 0;
    bool unwrapped = unwrap_return_path(&local, &domain);
    if (unwrapped || local.data + local.len + 1 != domain.data) {
        char *whole = pool_alloc(pool, local.len + 1 + domain.len);
        memcpy(whole, local.data, local.len);
        whole[local.len] = '@';
        memcpy(whole + local.len + 1, domain.data, domain.len);
        path = (struct view){.data = whole, .len = local.len + 1 + domain.len};
    } else {
        path = view_range(local.data, domain.data + domain.len);
    }
    struct decoder d = {.verp = verp, .pool = pool, .text = pattern_text_of(path), .found = found};
    if ((d.text.marks == 0 && verp->user->len == 0) || !domain_counts(verp, path, pool))
        return 0;
    try_user(&d);
    if (d.count == 0)
        try_schemes(&d);
    return d.overflow ? 0 : d.count;
}
