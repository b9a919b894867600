/* SPDX-License-Identifier: MIT
 * What a policy holds, for core/policy only: one treatment per bounce class and per other kind of event, and the guard.
 * The table of keys (policy.c) reads, checks and prints them. Const after policy_load(). */
#ifndef WINNOW_POLICY_SETTINGS_H
#define WINNOW_POLICY_SETTINGS_H

#include "core/policy/policy.h"

/* X(field, key in the file) */
#define POLICY_KEYS(X)                                                                                                 \
    X(action, "action")                                                                                                \
    X(hold_days, "hold-days")                                                                                          \
    X(remove_after, "remove-after")                                                                                    \
    X(distinct_days, "distinct-days")                                                                                  \
    X(within_days, "within-days")                                                                                      \
    X(over_days, "over-days")                                                                                          \
    X(quiet_days, "quiet-days")                                                                                        \
    X(min_proof, "min-proof")

enum policy_key {
#define POLICY_KEY_ENUM(field, key) POLICY_KEY_##field,
    POLICY_KEYS(POLICY_KEY_ENUM)
#undef POLICY_KEY_ENUM
        POLICY_KEY_COUNT
};

/* See default.conf for what each means. Days stay below POLICY_MAX_DAYS, so times plus days never overflow. */
struct treatment {
    int value[POLICY_KEY_COUNT];
    unsigned line[POLICY_KEY_COUNT]; /* where the user's file says so; 0: the default */
};

/* Index of a treatment: the bounce classes first, then the kinds of event. */
enum { POLICY_GROUP_COUNT = SES_CLASS_COUNT + EVENT_UNSUBSCRIBE + 1 };

/* A hundred years; and more bounces of one subscriber than any list sees. */
enum { POLICY_MAX_DAYS = 36500, POLICY_MAX_COUNT = 1000000 };

struct policy {
    struct treatment groups[POLICY_GROUP_COUNT];
    struct guard_limits guard;
    unsigned guard_line[3]; /* max-share, min-rows, quarantine-days */
    char *file;             /* the user's; NULL: only defaults */
    char *digest;
};

/* The group of a bounce of `class`, or of an event of another `kind`. */
unsigned policy_group(enum event_kind kind, enum ses_class class);
/* Is there such a group? Not of deliveries, nor of events of no kind. */
bool policy_group_is_judged(unsigned group);
/* "Transient/General", "complaint"; NULL where there is no such group. */
const char *policy_group_name(unsigned group, char buffer[64]);

#endif
