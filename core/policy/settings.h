/* SPDX-License-Identifier: MIT
 * What a policy holds, for core/policy only: one treatment per bounce class and per other kind of event, what groups
 * for lists and domains change of it, who is protected, and the guard. Const after policy_load(). */
#ifndef WINNOW_POLICY_SETTINGS_H
#define WINNOW_POLICY_SETTINGS_H

#include "core/policy/conf.h"
#include "core/policy/guard.h"
#include "core/policy/policy.h"

/* X(field, key in the file) */
#define POLICY_KEYS(X)                                                                                                 \
    X(action, "action")                                                                                                \
    X(hold_days, "hold-days")                                                                                          \
    X(remove_after, "remove-after")                                                                                    \
    X(distinct_days, "distinct-days")                                                                                  \
    X(distinct_campaigns, "distinct-campaigns")                                                                        \
    X(within_days, "within-days")                                                                                      \
    X(over_days, "over-days")                                                                                          \
    X(quiet_days, "quiet-days")                                                                                        \
    X(min_proof, "min-proof")                                                                                          \
    X(hold_proof, "hold-proof")                                                                                        \
    X(readmit_after, "readmit-after")

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

/* Whom a group of the file speaks for: "[Transient/General domain=example.org list=weekly]". */
struct selector {
    char *name;     /* "Transient/General", "complaint"; a star may stand for the subtype */
    char *list;     /* a name, or a pattern with stars; NULL: every list */
    char **domains; /* address_domain() of keys, or "*." before one; NULL: every domain */
    char *written;  /* as it stands in the file */
};

/* One value of a group that speaks for some lists or domains only. */
struct overlay {
    const struct selector *selector;
    enum policy_key key;
    int value;
    unsigned line;
};

struct policy {
    struct treatment groups[POLICY_GROUP_COUNT];
    GArray *overlays[POLICY_GROUP_COUNT]; /* struct overlay, in the order of the file; NULL: none */
    GPtrArray *selectors;                 /* struct selector *, those that overlays are of, in the order of the file */
    struct protect *protect;
    struct guard_limits guard;
    unsigned guard_line[GUARD_KEY_COUNT];
    char *file; /* the user's; NULL: only defaults */
    char *digest;
};

/* The group of a bounce of `class`, or of an event of another `kind`. */
unsigned policy_group(enum event_kind kind, enum ses_class class);
/* Is there such a group? Not of deliveries, nor of events of no kind. */
bool policy_group_is_judged(unsigned group);
/* "Transient/General", "complaint"; NULL where there is no such group. */
const char *policy_group_name(unsigned group, char buffer[64]);
/* What is in force in `group` for a subscriber of `list` (NULL: none) at `domain` (may be empty). */
struct treatment policy_treatment(const struct policy *policy, unsigned group, const char *list, struct view domain);

/* keys.c */
bool policy_key_parse(const char *name, enum policy_key *key);
/* WINNOW_ERROR_CONFIG with the line of `entry`. */
bool policy_value_parse(const struct conf *conf, const struct conf_entry *entry, enum policy_key key, int *value,
                        GError **error);
void policy_value_format(GString *out, enum policy_key key, int value);
/* The weakest step that a value of min-proof or hold-proof lets through. POLICY_AUTO is final-recipient; what is not
 * signed though it should be is doubted besides (signing.h). */
enum { POLICY_AUTO = CLAIM_NONE };
enum claim_step policy_proof(int value);
/* What is impossible together, and the key that it is seen at; NULL if nothing is. */
const char *policy_contradiction(const int *value, enum policy_key *at);

/* format.c */
void policy_format_groups(GString *out, const struct policy *policy, bool origins);
void policy_format_treatment(GString *out, const struct policy *policy, unsigned group,
                             const struct treatment *treatment, bool origins);

#endif
