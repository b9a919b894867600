/* SPDX-License-Identifier: MIT
 * Addresses that a provider delivers to one mailbox though they differ, for matching only and only if the user asks:
 * nothing is rewritten. A table of the classes of alike addresses that evidence names, against which the list is
 * streamed. Memory grows with the evidence and the rows alike. One thread; views live as long as the table. */
#ifndef WINNOW_MATCH_ALIKE_H
#define WINNOW_MATCH_ALIKE_H

#include "core/match/claim.h"
#include "core/pool.h"

/* X(enumerator, name in options) */
#define ALIKE_RULES(X)                                                                                                 \
    X(GMAIL_DOTS, "gmail-dots") /* a.n.n@gmail.com is ann@gmail.com */                                                 \
    X(GOOGLEMAIL, "googlemail") /* ann@googlemail.com is ann@gmail.com */                                              \
    X(PLUS_TAG, "plus-tag")     /* ann+news@example.org is ann@example.org */

enum alike_rule {
#define ALIKE_ENUM(id, name) ALIKE_##id,
    ALIKE_RULES(ALIKE_ENUM)
#undef ALIKE_ENUM
        ALIKE_RULE_COUNT
};

/* "gmail-dots,plus-tag" as bits 1 << rule; false if a word of it is none. */
bool alike_parse(const char *text, unsigned *rules);

/* What all addresses of a class share. `key` is of address_key(); the result lives in `pool` or is `key`. */
struct view alike_key(struct view key, unsigned rules, struct pool *pool);

struct alike;
struct alike *alike_new(unsigned rules);
void alike_free(struct alike *alike);

/* An address key that evidence names. */
void alike_want(struct alike *alike, struct view key);
/* A subscriber's address key: true if evidence names one alike. */
bool alike_see(struct alike *alike, struct view key);

enum { ALIKE_MAX = 4 }; /* subscribers of one class; nobody reviews longer ones */
/* The candidates with each address replaced by those of its class that subscribe, if any does: several are then at one
 * step, and nobody's. Lives in `pool`, or is `candidates`. */
const struct candidate *alike_expand(const struct alike *alike, const struct candidate *candidates, size_t *count,
                                     struct pool *pool);

#endif
