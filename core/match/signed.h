/* SPDX-License-Identifier: MIT
 * Signed return paths: VERP that cannot be made up, for its tag covers subscriber and campaign.
 *
 *     PREFIX sv1=TAG=CAMPAIGN=LOCAL=DOMAIN @HOST        PREFIX sv1=TAG=CAMPAIGN=ID @HOST
 *
 * TAG is of keys.h, over the four lines "winnow-verp-1", "address" or "id", the address_key() or the id, the campaign,
 * each with its LF. The fields are xtext (RFC 3461 4) of which every byte but a-z, 0-9, '-', '_' and '.' is written as
 * '+' and two hexadecimal digits, so that nothing is lost where relays change the case, and so that no field holds '='.
 * The tag stands in front: what is cut off is missed. PREFIX is the user's ("bounce+"). Pure. */
#ifndef WINNOW_MATCH_SIGNED_H
#define WINNOW_MATCH_SIGNED_H

#include "core/match/claim.h"
#include "core/match/keys.h"

enum { SIGNED_LOCAL = 64 }; /* octets of a local part (RFC 5321 4.5.3.1.1) */

enum signed_form {
    SIGNED_NOT = 0,
    SIGNED_BROKEN, /* it means to be one, but cannot be read: cut, or changed on its way */
    SIGNED_WHOLE,
};

struct signed_path {
    enum candidate_is is;
    struct view subject;  /* the address or id as written */
    struct view key;      /* address_key() of it, or the id */
    struct view campaign; /* may be empty */
    struct view tag;
};

/* Reads the local part of a return path. Views live in `pool` or in `local`. Nothing is proved. */
enum signed_form signed_parse(struct view local, struct pool *pool, struct signed_path *into);

/* The name of the key that proves it; NULL: none does. */
const char *signed_prove(const struct signed_path *path, const struct keys *keys, struct pool *pool);

/* What all paths of one mailing share. `host` is a domain name; `prefix` may be empty, and does not end in a letter or
 * digit. */
struct signed_mailing {
    const struct keys *keys;
    struct view prefix, campaign, host;
};

/* WINNOW_ERROR_USAGE if no path could be made with this prefix, campaign and host. */
bool signed_check(const struct signed_mailing *mailing, struct pool *pool, GError **error);

/* Appends the return path of a subscriber, an address or an id; `key_name` (may be NULL) says who signed.
 * WINNOW_ERROR_INPUT, and nothing appended: no address, an id with control characters, or a local part longer than
 * SIGNED_LOCAL. */
bool signed_append(const struct signed_mailing *mailing, enum candidate_is is, struct view subject, struct pool *pool,
                   GString *into, const char **key_name, GError **error);

#endif
