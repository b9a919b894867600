/* SPDX-License-Identifier: MIT
 * struct claim: which subscriber an event may be about: every candidate with what it rests on. Who of them subscribes
 * is settled against the list (core/match/settle.h), not here. Pure; const configuration shared by threads. */
#ifndef WINNOW_MATCH_CLAIM_H
#define WINNOW_MATCH_CLAIM_H

#include "core/bounce/event.h"

/* The ladder, strongest first. X(enumerator, name in records and the report) */
#define CLAIM_STEPS(X)                                                                                                 \
    X(NONE, "none")                                                                                                    \
    X(VERP_KEY, "verp-key")                                                                                            \
    X(VERP, "verp")                                                                                                    \
    X(ORIGINAL_RECIPIENT, "original-recipient")                                                                        \
    X(FAILED_RECIPIENTS, "x-failed-recipients")                                                                        \
    X(FINAL_RECIPIENT, "final-recipient")                                                                              \
    X(RETURNED_TO, "returned-to")

enum claim_step {
#define CLAIM_ENUM(id, name) CLAIM_##id,
    CLAIM_STEPS(CLAIM_ENUM)
#undef CLAIM_ENUM
        CLAIM_STEP_COUNT
};

const char *claim_step_name(enum claim_step step);
bool claim_step_parse(struct view text, enum claim_step *step);

enum candidate_is { CANDIDATE_ADDRESS, CANDIDATE_ID };

struct candidate {
    enum claim_step step;
    enum candidate_is is;
    struct view key;    /* address_key() of it, or the id as written */
    struct view scheme; /* how it was decoded: "mailman", "postfix", "user"; static or empty */
};

struct claim {
    struct candidate *at; /* strongest step first; several at one step are the possible splits of one return path */
    size_t count;
    struct view verp_recipient; /* first address that a return path carries, as written; empty if none */
    struct view subscriber_id;  /* first id */
};

struct verp; /* the schemes in force: built-in ones and the user's pattern (verp.h) */

struct claim claim_make(const struct event *event, const struct verp *verp, struct pool *pool);

#endif
