/* SPDX-License-Identifier: MIT
 * The guards: limits of a whole run, above what policy decides about each subscriber. [guard] of the policy holds them
 * (default.conf says what each key means). Pure. */
#ifndef WINNOW_POLICY_GUARD_H
#define WINNOW_POLICY_GUARD_H

#include "core/policy/burst.h"
#include "core/policy/conf.h"

#define GUARD_NEVER 2.0 /* a share that nothing reaches */

enum { GUARD_FEW = 10 }; /* rows: of so small a list all may go at once */

/* X(field, key in the file, kind of value, least value) */
#define GUARD_KEYS(X)                                                                                                  \
    X(max_share, "max-share", SHARE, 0)                                                                                \
    X(min_rows, "min-rows", COUNT, 0)                                                                                  \
    X(max_domain_share, "max-domain-share", SHARE_OR_NEVER, 0)                                                         \
    X(min_domain_rows, "min-domain-rows", COUNT, 0)                                                                    \
    X(max_list_share, "max-list-share", SHARE_OR_NEVER, 0)                                                             \
    X(burst_factor, "burst-factor", FACTOR_OR_NEVER, 2)                                                                \
    X(burst_rows, "burst-rows", COUNT, 2)                                                                              \
    X(burst_share, "burst-share", SHARE_OR_NEVER, 0)                                                                   \
    X(quarantine_days, "quarantine-days", DAYS, 1)                                                                     \
    X(message_share, "message-share", SHARE_OR_NEVER, 0)                                                               \
    X(campaign_share, "campaign-share", SHARE_OR_NEVER, 0)                                                             \
    X(outage_share, "outage-share", SHARE_OR_NEVER, 0)                                                                 \
    X(outage_days, "outage-days", DAYS, 1)                                                                             \
    X(max_age_days, "max-age-days", DAYS_OR_NEVER, 1)                                                                  \
    X(plan_days, "plan-days", DAYS, 1)

enum guard_key {
#define GUARD_KEY_ENUM(field, key, is, least) GUARD_KEY_##field,
    GUARD_KEYS(GUARD_KEY_ENUM)
#undef GUARD_KEY_ENUM
        GUARD_KEY_COUNT
};

/* Shares are 0 … 1, or GUARD_NEVER; numbers that may be "never" are 0 then. */
struct guard_limits {
    double max_share;        /* of the rows, that one run removes anew */
    guint64 min_rows;        /* this many may always be removed, but of small lists no more than half, or GUARD_FEW */
    double max_domain_share; /* of the rows at one domain, likewise */
    guint64 min_domain_rows;
    double max_list_share; /* of the rows, with those that earlier runs removed */
    guint64 burst_factor, burst_rows;
    double burst_share;      /* of the rows at one domain */
    guint64 quarantine_days; /* hold of those whose only hard bounces are quarantined */
    double message_share, campaign_share;
    double outage_share;  /* of a place's rows that soft failures meet */
    guint64 outage_days;  /* so long they may last, and remove nobody */
    guint64 max_age_days; /* older evidence, when it is first read, removes nobody */
    guint64 plan_days;    /* a plan can be approved so long */
};

struct burst_limits guard_burst_limits(const struct guard_limits *limits);
/* Of a domain of which evidence names fewer addresses nobody asks how many rows it has. */
guint64 guard_least_asked(const struct guard_limits *limits);

/* WINNOW_ERROR_CONFIG "NAME:LINE: problem" for an unknown key and for what it cannot be. */
bool guard_set(struct guard_limits *limits, unsigned lines[GUARD_KEY_COUNT], const struct conf *conf,
               const struct conf_entry *entry, unsigned line, GError **error);
const char *guard_key_name(enum guard_key key);
/* The value as guard_set() reads it, appended. */
void guard_format(const struct guard_limits *limits, enum guard_key key, GString *into);

/* True if `removed` of `rows` is more than the guard allows. `why` (to be freed) says the arithmetic. */
bool guard_trips(const struct guard_limits *limits, guint64 removed, guint64 rows, char **why);
/* The same for those at one domain. */
bool guard_trips_at(const struct guard_limits *limits, const char *domain, guint64 removed, guint64 rows, char **why);
/* The same for `removed` rows in all, `before` of which an earlier run removed. Somebody let that run pass: beyond the
 * limit, only what comes to another max_share of the rows, or to min_rows, trips again. Otherwise a list that is mostly
 * dead could never be cleaned again without a person. */
bool guard_trips_in_all(const struct guard_limits *limits, guint64 before, guint64 removed, guint64 rows, char **why);

/* Was evidence of `time` too old to remove anybody when it was first read at `read`? The subscriber was on the list all
 * the time since; a dead address that is mailed says so again. */
bool guard_is_stale(const struct guard_limits *limits, gint64 time, gint64 read);

#endif
