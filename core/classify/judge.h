/* SPDX-License-Identifier: MIT
 * Which rules hold for a statement, and which of them comes first: what classify(), the proofs and the explanations
 * share. Nobody outside core/classify needs it. */
#ifndef WINNOW_CLASSIFY_JUDGE_H
#define WINNOW_CLASSIFY_JUDGE_H

#include "core/classify/ruleset.h"

/* What a rule rests on, the later the stronger. A user's rule stands above all of these. */
enum level {
    LEVEL_NONE,
    LEVEL_CODE,        /* the SMTP reply code alone */
    LEVEL_WEAK_STATUS, /* a status that says little: 5.0.0 */
    LEVEL_WEAK_PROSE,  /* words that say little: "mailbox unavailable" */
    LEVEL_WEAK_DIAGNOSTIC,
    LEVEL_STATUS,         /* the enhanced status code */
    LEVEL_PROSE,          /* words of the human part */
    LEVEL_DIAGNOSTIC,     /* words of the reply */
    LEVEL_PROVIDER_PROSE, /* words of a known provider or dialect: an anchor held */
    LEVEL_PROVIDER_DIAGNOSTIC,
    LEVEL_USER = 16, /* added to the above */
};

const char *level_name(enum level level);

struct candidate {
    guint32 rule;
    enum level level;
    gint64 rank;         /* inside one level: weight, then length of the words, then number of conditions */
    struct view matched; /* in the statement; empty if only a code spoke */
};

/* Is `a` before `b`? Equal ones are a tie, which is settled by the order of the rules. */
bool candidate_before(const struct candidate *a, const struct candidate *b);

/* Called for every rule that has its words, status or code; `obstacle` says what else was missing, NULL if it holds. */
typedef void candidate_seen(void *context, const struct candidate *candidate, const char *obstacle);

/* The first of all rules that hold; false if none does. `seen` may be NULL. */
bool judge(struct classifier *classifier, const struct statement *statement, struct candidate *first,
           candidate_seen *seen, void *context);

/* Code and status disagree about whether trying again helps: without words nobody knows (taxonomy: keep both). */
bool reply_contradicts(const struct statement *statement);
/* The other side said "temporary": whatever its words, that is no proof that the address is gone (RFC 5321 4.2.1). */
bool reply_is_temporary(const struct statement *statement);

const struct ruleset *classifier_rules(const struct classifier *classifier);

#endif
