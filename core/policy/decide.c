/* SPDX-License-Identifier: MIT */
#include "core/match/address.h"
#include "core/policy/protect.h"
#include "core/policy/signing.h"
#include "core/policy/whatif.h"
#include "core/policy/words.h"

#include <stdlib.h>

void decision_clear(struct decision *decision)
{
    g_free(decision->why);
    *decision = (struct decision){0};
}

static int by_time(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->of->id > y->of->id) - (x->of->id < y->of->id);
}

static bool is_stronger(const struct decision *a, gint64 a_time, const struct decision *b, gint64 b_time)
{
    static const int rank[] = {[ACTION_KEEP] = 0, [ACTION_HOLD] = 1, [ACTION_REVIEW] = 2, [ACTION_REMOVE] = 3};
    if (rank[a->action] != rank[b->action])
        return rank[a->action] > rank[b->action];
    if (a->retry_after != b->retry_after)
        return a->retry_after > b->retry_after;
    return a_time != b_time ? a_time > b_time : a->decided_by > b->decided_by;
}

static gint64 time_of(const struct occurrence *of, gint64 now)
{
    return of->time > 0 && of->time < now ? of->time : now;
}

/* What counts at all, in the order of time. */
static struct dated *in_order(const struct history *history, bool certain_only, gint64 now, size_t *count)
{
    struct dated *dated = g_new(struct dated, history->count + 1);
    *count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct occurrence *of = &history->at[i];
        gint64 time = time_of(of, now);
        if (time < history->subscribed || (certain_only && of->doubt))
            continue;
        dated[(*count)++] = (struct dated){.of = of, .time = time};
    }
    if (*count > 1)
        qsort(dated, *count, sizeof *dated, by_time);
    return dated;
}

/* The group that `of` is judged in; false if it is nothing to judge. */
static bool group_of(const struct occurrence *of, unsigned *group)
{
    if (of->kind == EVENT_COMPLAINT && !of->actionable)
        return false;
    *group = policy_group(of->kind, of->class);
    return *group < POLICY_GROUP_COUNT && policy_group_is_judged(*group);
}

static size_t pick(const struct dated *all, size_t count, unsigned wanted, struct dated *into)
{
    size_t picked = 0;
    unsigned group;
    for (size_t i = 0; i < count; i++) {
        if (group_of(all[i].of, &group) && group == wanted)
            into[picked++] = all[i];
    }
    return picked;
}

/* What is true of the whole history: which groups it has evidence for, the last bounce, the last success. */
struct outline {
    bool has[POLICY_GROUP_COUNT];
    gint64 last_bounce, success;
    const char *success_was;
};

static struct outline outline_of(const struct dated *all, size_t count, gint64 engaged)
{
    struct outline outline = {.success = engaged, .success_was = "engagement"};
    unsigned group;
    for (size_t i = 0; i < count; i++) {
        if (group_of(all[i].of, &group))
            outline.has[group] = true;
        if (all[i].of->kind == EVENT_BOUNCE)
            outline.last_bounce = all[i].time;
        if (all[i].of->kind == EVENT_DELIVERY && all[i].time >= outline.success) {
            outline.success = all[i].time;
            outline.success_was = "a delivery";
        }
    }
    return outline;
}

static char *say_nothing(const struct history *history, size_t count)
{
    if (history->count == 0)
        return g_strdup("no evidence");
    if (count > 0 || history->subscribed <= 0)
        return g_strdup("nothing that speaks against the address");
    GString *why = g_string_new("nothing since the subscription on ");
    say_date(why, history->subscribed);
    return g_string_free(why, FALSE);
}

static void add_finding(GArray *findings, const struct policy *policy, const struct matter *matter,
                        const struct treatment *treatment, size_t evidence, const struct decision *decision)
{
    struct tally tally = matter->count ? matter_tally(matter, false) : (struct tally){0};
    GString *text = g_string_new(NULL);
    policy_format_treatment(text, policy, matter->group, treatment, true);
    g_array_set_size(findings, findings->len + 1);
    struct policy_finding *finding = &g_array_index(findings, struct policy_finding, findings->len - 1);
    *finding = (struct policy_finding){
        .decision = *decision,
        .evidence = evidence,
        .counted = tally.count,
        .days = tally.days,
        .campaigns = tally.campaigns,
        .span = tally.span,
        .policy = g_string_free(text, FALSE),
    };
    g_strlcpy(finding->group, matter->name, sizeof finding->group);
    finding->decision.why = g_strdup(decision->why);
}

/* `findings` (may be NULL): what was made of each group is added. */
static struct decision decide_on(const struct policy *policy, const struct history *history, bool certain_only,
                                 gint64 now, GArray *findings)
{
    size_t count;
    g_autofree struct dated *all = in_order(history, certain_only, now, &count);
    g_autofree struct dated *mine = g_new(struct dated, count + 1);
    struct outline outline = outline_of(all, count, MIN(history->engaged, now));
    struct view domain = address_domain(history->address);
    struct decision best = {0};
    gint64 best_time = 0;
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (!outline.has[group])
            continue;
        char buffer[64];
        struct treatment treatment = policy_treatment(policy, group, history->list, domain);
        struct matter matter = {.value = treatment.value,
                                .name = policy_group_name(group, buffer),
                                .group = group,
                                .at = mine,
                                .count = pick(all, count, group, mine),
                                .success = outline.success,
                                .success_was = outline.success_was,
                                .quarantine_days = (int)policy->guard.quarantine_days,
                                .now = now};
        size_t evidence = matter.count;
        struct decision decision = matter_judge(&matter, history->removed);
        if (findings)
            add_finding(findings, policy, &matter, &treatment, evidence, &decision);
        gint64 time = mine[evidence - 1].time;
        if (!best.why || is_stronger(&decision, time, &best, best_time)) {
            struct decision weaker = best;
            best = decision;
            decision = weaker;
            best_time = time;
        }
        decision_clear(&decision);
    }
    if (!best.why)
        best.why = say_nothing(history, count);
    best.last_bounce = outline.last_bounce;
    return best;
}

/* The doubtful one that decided, else the last that counts, of the deciding group if there is one; NULL if there is
 * none.
 */
static const struct occurrence *doubtful(const struct history *history, const struct decision *decision, gint64 now)
{
    const struct occurrence *found = NULL;
    int best = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct occurrence *this = &history->at[i];
        if (!this->doubt || time_of(this, now) < history->subscribed)
            continue;
        bool akin = this->kind == decision->kind && this->class == decision->class;
        int rank = this->id == decision->decided_by ? 3 : akin ? 2 : 1;
        bool later = found && (time_of(this, now) > time_of(found, now) ||
                               (time_of(this, now) == time_of(found, now) && this->id > found->id));
        if (rank > best || (rank == best && later)) {
            found = this;
            best = rank;
        }
    }
    return found;
}

static struct decision decide_unprotected(const struct policy *policy, const struct history *history, gint64 now)
{
    struct decision decision = decide_on(policy, history, true, now, NULL);
    if (decision.action == ACTION_REMOVE || !doubtful(history, &decision, now))
        return decision;
    struct decision worst = decide_on(policy, history, false, now, NULL);
    const struct occurrence *by = doubtful(history, &worst, now);
    bool asks = worst.action == ACTION_REMOVE || (worst.action == ACTION_REVIEW && decision.action != ACTION_REVIEW);
    if (!asks || !by) {
        decision_clear(&worst);
        return decision;
    }
    decision_clear(&decision);
    decision = (struct decision){
        .action = ACTION_REVIEW,
        .decided_by = by->id,
        .kind = by->kind,
        .class = by->class,
        .last_bounce = worst.last_bounce,
        .why = g_strconcat(worst.why, "; but ", by->doubt, NULL),
    };
    decision_clear(&worst);
    return decision;
}

const char *policy_unsigned(const struct policy *policy, const struct history *history, const struct occurrence *of,
                            gint64 now)
{
    unsigned group;
    const char *doubt = signing_doubt(history->signing, of, now);
    if (!doubt || !group_of(of, &group))
        return NULL;
    struct treatment treatment = policy_treatment(policy, group, history->list, address_domain(history->address));
    return treatment.value[POLICY_KEY_min_proof] == POLICY_AUTO ? doubt : NULL;
}

/* The history in which what is not signed though it should be is doubtful; `*at` is to be freed. */
static struct history with_doubts(const struct policy *policy, const struct history *history, gint64 now,
                                  struct occurrence **at)
{
    struct history doubted = *history;
    *at = NULL;
    for (size_t i = 0; history->signing && i < history->count; i++) {
        const char *doubt = history->at[i].doubt ? NULL : policy_unsigned(policy, history, &history->at[i], now);
        if (!doubt)
            continue;
        if (!*at)
            doubted.at = *at = g_memdup2(history->at, history->count * sizeof **at);
        (*at)[i].doubt = doubt;
    }
    return doubted;
}

struct decision policy_decide(const struct policy *policy, const struct history *history, gint64 now)
{
    g_autofree struct occurrence *at = NULL;
    struct history doubted = with_doubts(policy, history, now, &at);
    struct decision decision = decide_unprotected(policy, &doubted, now);
    bool acts = decision.action == ACTION_REMOVE || decision.action == ACTION_HOLD;
    const char *origin = acts ? protect_origin(policy->protect, history->list, history->address) : NULL;
    if (!origin)
        return decision;
    char *why = g_strdup_printf("protected (%s); else it would be %s: %s", origin,
                                decision.action == ACTION_REMOVE ? "removed" : "held", decision.why);
    g_free(decision.why);
    decision.why = why;
    decision.action = ACTION_REVIEW;
    decision.retry_after = 0;
    return decision;
}

static void finding_clear(gpointer data)
{
    struct policy_finding *finding = data;
    decision_clear(&finding->decision);
    g_free(finding->policy);
}

GArray *policy_findings(const struct policy *policy, const struct history *history, gint64 now)
{
    GArray *findings = g_array_new(FALSE, FALSE, sizeof(struct policy_finding));
    g_array_set_clear_func(findings, finding_clear);
    struct decision decision = decide_on(policy, history, false, now, findings);
    decision_clear(&decision);
    return findings;
}
