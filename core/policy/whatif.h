/* SPDX-License-Identifier: MIT
 * A decision taken apart: what each kind of evidence asks for, and what would change the outcome. Every answer is what
 * policy_decide() says of a history in which just that is so. Pure. */
#ifndef WINNOW_POLICY_WHATIF_H
#define WINNOW_POLICY_WHATIF_H

#include "core/policy/policy.h"

/* What one group of the policy makes of its evidence, doubtful and all. */
struct policy_finding {
    char group[64]; /* "Transient/General", "complaint" */
    struct decision decision;
    size_t evidence; /* events of the group that count at all: not before the subscription */
    size_t counted;  /* of these, in the last window, without repetitions of a campaign and what a success answered */
    gint64 days, campaigns, span; /* of those counted: distinct days and campaigns, days from first to last */
    char *policy; /* the group in force for this subscriber, as policy_format() writes it, with origins */
};

/* struct policy_finding, in the order of the groups; free with g_array_unref(). */
GArray *policy_findings(const struct policy *policy, const struct history *history, gint64 now);

/* X(enumerator, name in records) */
#define CHANGES(X)                                                                                                     \
    X(WITHOUT, "without")   /* these events taken away */                                                              \
    X(DELIVERY, "delivery") /* a delivery now */                                                                       \
    X(MORE, "more")         /* so many further bounces of the class */                                                 \
    X(TIME, "time")         /* nothing but time */

enum change {
#define CHANGE_ENUM(id, name) CHANGE_##id,
    CHANGES(CHANGE_ENUM)
#undef CHANGE_ENUM
};

const char *change_name(enum change change);

struct whatif {
    enum change change;
    gint64 *events; /* CHANGE_WITHOUT: ids, ascending */
    size_t count;   /* of events; CHANGE_MORE: of bounces, the next when a hold ends, or each day */
    enum ses_class class;
    gint64 when; /* of the decision */
    struct decision decision;
};

/* Of long histories only the last so many events are taken away one by one, and no more bounces are added. */
enum { WHATIF_EVENTS = 200 };

/* struct whatif: what leads to another action, or another end of a hold. Without single events first, in order of time;
 * where no single one changes the action, a smallest set that does. Free with g_array_unref(). */
GArray *policy_what_if(const struct policy *policy, const struct history *history, gint64 now);

#endif
