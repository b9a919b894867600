/* SPDX-License-Identifier: MIT
 * The evidence of one group about one subscriber, dated and counted. For core/policy only. Pure; views and pointers are
 * those of the history. */
#ifndef WINNOW_POLICY_MATTER_H
#define WINNOW_POLICY_MATTER_H

#include "core/policy/settings.h"

enum { DAY = 24 * 60 * 60 };

/* A piece of evidence at the time that decisions reckon with. */
struct dated {
    const struct occurrence *of;
    gint64 time;
};

/* The evidence of one group, in the order of time, and what it is judged by. */
struct matter {
    const int *value; /* of the treatment, by policy_key */
    const char *name; /* "Transient/General", "complaint" */
    unsigned group;
    const struct dated *at;
    size_t count;
    size_t forgiven;         /* before `at`: they count no more */
    gint64 success;          /* last time of good news; 0: none */
    const char *success_was; /* "a delivery" */
    int quarantine_days;
    gint64 now;
};

/* How far a count has come. */
struct tally {
    size_t count;
    gint64 days, span; /* distinct days, and days from the first to the last */
    gint64 campaigns;  /* distinct ones; all that name none are one */
    bool reached;
    struct dated by; /* the last that was counted; the one that reached it */
};

/* Strong enough to remove? */
bool matter_is_proof(const struct matter *matter, const struct occurrence *of);
/* Strong enough to hold? */
bool matter_may_hold(const struct matter *matter, const struct occurrence *of);
/* Good news comes from deliveries; a complaint is not undone by one. */
bool matter_is_answered(const struct matter *matter, const struct dated *this);
/* Of what no success has answered. */
struct tally matter_tally(const struct matter *matter, bool proof_only);
/* What this evidence alone asks for. `removed` as in struct history; what it forgives is taken out of the matter. Free
 * with decision_clear(). */
struct decision matter_judge(struct matter *matter, gint64 removed);

#endif
