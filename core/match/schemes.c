/* SPDX-License-Identifier: MIT */
#include "core/match/schemes.h"

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

/* "bounces-bob+news=example.org": a list "bounces-bob", or the subscriber bob+news behind a prefix that is no list's?
 */
static bool begins_with_bounces(const struct pattern_match *match)
{
    static const struct view words[] = {{.data = "bounce-", .len = 7}, {.data = "bounces-", .len = 8},
                                        {.data = "return-", .len = 7}, {.data = "returns-", .len = 8},
                                        {.data = "errors-", .len = 7}, {.data = "verp-", .len = 5}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (view_begins_fold(match->group[PATTERN_CAMPAIGN], words[i]))
            return true;
    }
    return false;
}

/* Behind "bounces+" the address may begin at once; what stands before a '-' may be a token that looks like a name. */
static bool always(const struct pattern_match *match)
{
    (void)match;
    return true;
}

/* The most specific first. Sources: the manuals and the code that makes the addresses; see each system's name. */
const struct scheme SCHEMES[SCHEME_COUNT] = {
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
    /* A field before the address may be part of it after all, in a plainer form: 17-ann. Then the list knows. */
    {"ezmlm", "{campaign}-return-{number}-{number}-{local}={domain}", .then = THEN_LONGER}, /* number of a sub-list */
    {"ezmlm", "{campaign}-return-{number}-{local}={domain}", .then = THEN_LONGER},
    {"ezmlm", "{campaign}-return-g-{number}-{number}-{local}={domain}", .then = THEN_LONGER},
    {"ezmlm", "{campaign}-return-g-{number}-{local}={domain}", .then = THEN_LONGER},
    {"ezmlm", "{campaign}-return-m-{number}-{number}-{local}={domain}", .then = THEN_LONGER},
    {"ezmlm", "{campaign}-return-m-{number}-{local}={domain}", .then = THEN_LONGER},
    {"mlmmj", "{campaign}+bounces-{number}-{local}={domain}", .then = THEN_LONGER},
    {"mlmmj", "{campaign}+bounces-probe-{local}={domain}"},
    {"sendgrid", "bounces+{number}-{hex}-{local}={domain}", .then = THEN_LONGER},
    {"mailgun", "bounce+{hex}.{hex}-{local}={domain}", .then = THEN_LONGER},
    {"lyris", "bounce-{number}-{number}-{local}={domain}", .then = THEN_LONGER},
    {"greenarrow", "return-{token}-{number}-{number}-{local}={domain}={number}"},
    /* The recipient stands behind the first '+'; what is behind the last '=' is the domain, for none holds a '='. */
    {"mailman", "{campaign}-bounces+{local}={domain}"},
    {"exim", "{campaign}-request+{local}={domain}"},
    {"exim", "{campaign}={local}%{domain}"},
    {"postfix", "owner-{campaign}+{local}={domain}", .then = THEN_LONGER},
    /* The prefix ends in a word that is known; it may still be part of a name, then the list knows. */
    {"djb", "{campaign}-owner-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}-return-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}-bounces-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}-bounce-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}+bounces-{local}={domain}", .then = THEN_LONGER},
    {"djb", "{campaign}+bounce-{local}={domain}", .then = THEN_LONGER},
    /* Nothing is known: every way to cut it. */
    {"token", "{campaign}+{token}-{local}={domain}", accepts_token, .then = THEN_LONGER},
    {"plus", "{campaign}+{local}={domain}", .is_guess = begins_with_bounces, .then = THEN_GO_ON},
    {"djb", "{campaign}-{local}={domain}", .then = THEN_GO_ON},
    {"token", "bounces+{any}-{local}={domain}", .is_guess = always, .then = THEN_GO_ON},
    {"token", "bounce+{any}-{local}={domain}", .is_guess = always, .then = THEN_GO_ON},
    {"xtext", "{campaign}+{local}+40{domain}", .is_guess = begins_with_bounces, .then = THEN_GO_ON},
    {"xtext", "{campaign}-{local}+40{domain}", .then = THEN_GO_ON},
    {"bare", "{local}={domain}"},
};
