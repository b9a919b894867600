/* SPDX-License-Identifier: MIT
 * VERP: the recipient that a return path carries. A table of the schemes in use, written in the language of pattern.h,
 * and the user's own patterns before them. SRS and BATV are taken off first (unwrap.h). Says only what a path may be
 * read as: all readings come out, the most specific first, and the list settles which of them is a subscriber
 * (settle.h). Const once made, shared by threads. */
#ifndef WINNOW_MATCH_VERP_H
#define WINNOW_MATCH_VERP_H

#include "core/match/claim.h"
#include "core/pool.h"

struct verp_options {
    const char *const *patterns; /* the user's, in pattern.h's language */
    size_t pattern_count;
    /* Bounce domains: if any is given, a VERP at another domain does not count. ".example.org" and "*.example.org" mean
     * every domain below example.org. The domain is looked at after SRS was taken off. */
    const char *const *domains;
    size_t domain_count;
    /* Two characters as in Postfix's default_verp_delimiters, tried besides "+=" and "-="; NULL: none. */
    const char *delimiters;
};

enum { VERP_READINGS = 16 }; /* of one return path; a text that can be read in more ways says nothing */

struct verp_found {
    enum candidate_is is;
    struct view text;   /* the address or id as written */
    struct view key;    /* address_key() of it; the id, with "system:" before it where it is not the subscriber's own */
    struct view scheme; /* name in the table, or "user"; static */
    struct view campaign; /* empty if the scheme carries none */
};

/* `options` may be NULL. WINNOW_ERROR_CONFIG for a bad pattern, domain or pair of delimiters. */
struct verp *verp_new(const struct verp_options *options, GError **error);
void verp_free(struct verp *verp);
typedef struct verp verp_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(verp_auto, verp_free)

/* Reads the address `path`. What is found lives in `pool`, in `path` or is static. If one of the user's patterns
 * matches, the built-in schemes are not asked. An address is found only if mail could go to it. */
size_t verp_decode(const struct verp *verp, struct view path, struct pool *pool,
                   struct verp_found found[static VERP_READINGS]);

#endif
