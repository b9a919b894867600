/* SPDX-License-Identifier: MIT
 * VERP: the recipient that a return path carries. A table of the schemes in use, written in the language of pattern.h,
 * and the user's own patterns before them. SRS and BATV are taken off first (unwrap.h). Says only what a path may be
 * read as: all readings come out, the most specific first, and the list settles which of them is a subscriber
 * (settle.h). A signed path (signed.h) has one reading, proven by a key or not. Const once made, shared by threads. */
#ifndef WINNOW_MATCH_VERP_H
#define WINNOW_MATCH_VERP_H

#include "core/match/claim.h"
#include "core/match/keys.h"
#include "core/pool.h"

struct verp_options {
    const char *const *patterns; /* the user's, in pattern.h's language */
    size_t pattern_count;
    /* Bounce domains: if any is given, a VERP at another domain does not count. ".example.org" and "*.example.org" mean
     * every domain below example.org. The domain is looked at after SRS was taken off. */
    const char *const *domains;
    size_t domain_count;
    const char *key_file; /* of keys.h; NULL: signed paths are read like any other VERP, and prove nothing */
    /* Two characters as in Postfix's default_verp_delimiters, tried besides "+=" and "-="; NULL: none. */
    const char *delimiters;
};

enum { VERP_READINGS = 16 }; /* of one return path; a text that can be read in more ways says nothing */

enum verp_proof {
    VERP_UNSIGNED = 0,
    VERP_UNCHECKED, /* signed, but no keys were given */
    VERP_PROVEN,
    VERP_FORGED, /* signed by none of the keys: evidence of nothing. `key` may be empty: cut off, or changed */
};

struct verp_found {
    enum candidate_is is;
    enum verp_proof proof;
    bool exact;         /* the form says where the local part begins: a longer one takes part of the form for a name */
    bool guess;         /* a longer local part is as good a reading, or the path may have been cut */
    bool cut;           /* it may have been: nobody's loss is to rest on it */
    struct view text;   /* the address or id as written */
    struct view key;    /* address_key() of it; the id, with "system:" before it where it is not the subscriber's own */
    struct view scheme; /* name in the table, or "user"; static */
    struct view campaign;  /* empty if the scheme carries none */
    const char *proven_by; /* name of the key; NULL unless VERP_PROVEN */
};

/* `options` may be NULL. WINNOW_ERROR_CONFIG for a bad pattern, domain, pair of delimiters or file of keys. */
struct verp *verp_new(const struct verp_options *options, GError **error);
void verp_free(struct verp *verp);
typedef struct verp verp_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(verp_auto, verp_free)

/* NULL if there is no key file. */
const struct keys *verp_keys(const struct verp *verp);

/* Reads the address `path`. What is found lives in `pool`, in `path` or is static. A signed path is read as nothing
 * else; if one of the user's patterns matches, the built-in schemes are not asked. An address is found only if mail
 * could go to it. A path of exactly 64 octets before its '@' may have been cut there (RFC 5321 4.5.3.1.1): a guess. */
size_t verp_decode(const struct verp *verp, struct view path, struct pool *pool,
                   struct verp_found found[static VERP_READINGS]);

/* The return path that forwarders and BATV have wrapped; empty if nothing is around it, or `path` is no address. */
struct view verp_unwrap(struct view path, struct pool *pool);

#endif
