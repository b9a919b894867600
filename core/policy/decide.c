/* SPDX-License-Identifier: MIT */
#include "core/match/address.h"
#include "core/policy/protect.h"
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

static struct decision settled(const struct matter *matter, enum action action, const struct dated *by, GString *why)
{
    return (struct decision){
        .action = action,
        .decided_by = by->of->id,
        .kind = by->of->kind,
        .class = matter->group < SES_CLASS_COUNT ? (enum ses_class)matter->group : SES_UNDETERMINED,
        .why = g_string_free(why, FALSE),
    };
}

/* --- judging one group -------------------------------------------------------------------------------------------- */

static struct decision hold(const struct matter *matter, const struct dated *last, int days, GString *why)
{
    gint64 until = last->time + (gint64)days * DAY;
    bool held = matter->now < until;
    g_string_append(why, held ? "; held until " : "; hold ended on ");
    say_date(why, until);
    struct decision decision = settled(matter, held ? ACTION_HOLD : ACTION_KEEP, last, why);
    decision.retry_after = held ? until : 0;
    return decision;
}

static const struct dated *last_unanswered_proof(const struct matter *matter)
{
    for (size_t i = matter->count; i-- > 0;) {
        const struct dated *this = &matter->at[i];
        if (matter_is_proof(matter, this->of) && !matter_is_answered(matter, this))
            return this;
    }
    return NULL;
}

static const struct dated *last_outside_a_burst(const struct matter *matter)
{
    for (size_t i = matter->count; i-- > 0;) {
        if (!matter->at[i].of->quarantined)
            return &matter->at[i];
    }
    return NULL;
}

static void say_when(GString *why, const struct matter *matter, const struct dated *which)
{
    say_count(why, matter, matter->count, "");
    g_string_append(why, matter->count == 1 ? " on " : ", the last on ");
    say_date(why, which->time);
}

/* Nothing but bounces of a burst, which say more about the receiving system than about the mailbox: what comes when it
 * is over decides. */
static struct decision judge_burst(const struct matter *matter)
{
    const struct dated *last = &matter->at[matter->count - 1];
    GString *why = g_string_new(NULL);
    say_when(why, matter, last);
    g_string_append(why, ", ");
    g_string_append(why, last->of->burst ? last->of->burst : "in a burst of such bounces");
    if (!matter_is_answered(matter, last))
        return hold(matter, last, matter->quarantine_days, why);
    g_string_append_printf(why, "; answered by %s on ", matter->success_was);
    say_date(why, matter->success);
    return settled(matter, ACTION_KEEP, last, why);
}

/* action=remove: one is enough, if it is proven and nothing contradicts it. */
static struct decision judge_hard(const struct matter *matter)
{
    const struct dated *by = last_unanswered_proof(matter);
    const struct dated *last = by ? by : last_outside_a_burst(matter);
    if (!last)
        return judge_burst(matter);
    GString *why = g_string_new(NULL);
    say_when(why, matter, last);
    if (by) {
        g_string_append(why, ", attributed by ");
        g_string_append(why, claim_step_name(by->of->step));
        g_string_append(why, "; one is enough to remove");
        return settled(matter, ACTION_REMOVE, by, why);
    }
    if (matter_is_answered(matter, last)) {
        g_string_append_printf(why, "; %s after the bounce, on ", matter->success_was);
        say_date(why, matter->success);
        g_string_append(why, ", contradicts it");
    } else {
        say_weak(why, matter, last->of);
    }
    return settled(matter, ACTION_REVIEW, last, why);
}

/* The hold is counted from the last bounce that is strong enough for it. */
static struct decision judge_hold(const struct matter *matter, GString *why)
{
    for (size_t i = matter->count; i-- > 0;) {
        const struct dated *this = &matter->at[i];
        if (matter_may_hold(matter, this->of) && !matter_is_answered(matter, this))
            return hold(matter, this, matter->value[POLICY_KEY_hold_days], why);
    }
    const struct dated *last = &matter->at[matter->count - 1];
    say_too_weak_to_hold(why, matter, last->of);
    return settled(matter, ACTION_KEEP, last, why);
}

/* Below the count: what the action says. */
static struct decision judge_until_then(const struct matter *matter, const struct dated *last, GString *why)
{
    enum action action = (enum action)matter->value[POLICY_KEY_action];
    if (action == ACTION_HOLD)
        return judge_hold(matter, why);
    g_string_append(why, ", the last on ");
    say_date(why, last->time);
    g_string_append(why, action == ACTION_REVIEW ? "; for you to look at" : "; no reason to remove");
    return settled(matter, action, last, why);
}

static struct decision judge_soft(const struct matter *matter)
{
    const struct dated *last = &matter->at[matter->count - 1];
    GString *why = g_string_new(NULL);
    if (matter_is_answered(matter, last)) {
        say_count(why, matter, matter->count, "");
        g_string_append_printf(why, ", answered by %s on ", matter->success_was);
        say_date(why, matter->success);
        return settled(matter, ACTION_KEEP, last, why);
    }
    struct tally all = matter_tally(matter, false), proven = matter_tally(matter, true);
    if (proven.reached) {
        say_tally(why, matter, &proven);
        g_string_append(why, "; removed, no delivery between");
        return settled(matter, ACTION_REMOVE, &proven.by, why);
    }
    say_tally(why, matter, &all);
    if (all.reached) {
        const struct dated *weak = matter->at;
        while (matter_is_answered(matter, weak) || matter_is_proof(matter, weak->of) || weak->of->quarantined)
            weak++;
        say_weak(why, matter, weak->of);
        return settled(matter, ACTION_REVIEW, &all.by, why);
    }
    return judge_until_then(matter, last, why);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static bool is_stronger(const struct decision *a, gint64 a_time, const struct decision *b, gint64 b_time)
{
    static const int rank[] = {[ACTION_KEEP] = 0, [ACTION_HOLD] = 1, [ACTION_REVIEW] = 2, [ACTION_REMOVE] = 3};
    if (rank[a->action] != rank[b->action])
        return rank[a->action] > rank[b->action];
    if (a->retry_after != b->retry_after)
        return a->retry_after > b->retry_after;
    return a_time != b_time ? a_time > b_time : a->decided_by > b->decided_by;
}

/* What counts at all, in the order of time. */
static struct dated *in_order(const struct history *history, bool certain_only, gint64 now, size_t *count)
{
    struct dated *dated = g_new(struct dated, history->count + 1);
    *count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct occurrence *of = &history->at[i];
        gint64 time = of->time > 0 && of->time < now ? of->time : now;
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

/* Whoever comes back to the list readmit-after days after the last removal from it, and without a bounce since, begins
 * anew. Who was in the list all the time was removed from it by each run, so that those days never pass. */
static void forgive(struct matter *matter, gint64 removed)
{
    gint64 quiet = (gint64)matter->value[POLICY_KEY_readmit_after] * DAY;
    if (removed <= 0 || quiet == 0)
        return;
    size_t before = 0;
    while (before < matter->count && matter->at[before].time <= removed)
        before++;
    gint64 next = before < matter->count ? matter->at[before].time : matter->now;
    if (before == 0 || next - removed < quiet)
        return;
    matter->forgiven = before;
    matter->at += before;
    matter->count -= before;
}

static struct decision judge_forgiven(const struct matter *matter, gint64 removed)
{
    GString *why = g_string_new(NULL);
    say_count(why, matter, matter->forgiven, "");
    g_string_append(why, " before the removal on ");
    say_date(why, removed);
    g_string_append_printf(why, ", and none in the %d days behind it; back in the list",
                           matter->value[POLICY_KEY_readmit_after]);
    return settled(matter, ACTION_KEEP, matter->at - 1, why);
}

static struct decision judge(struct matter *matter, gint64 removed)
{
    forgive(matter, removed);
    if (matter->count == 0)
        return judge_forgiven(matter, removed);
    return matter->value[POLICY_KEY_action] == ACTION_REMOVE ? judge_hard(matter) : judge_soft(matter);
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

static struct decision decide_on(const struct policy *policy, const struct history *history, bool certain_only,
                                 gint64 now)
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
        struct decision decision = judge(&matter, history->removed);
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

/* The doubtful one that decided, else any; NULL if there is none. */
static const struct occurrence *doubtful(const struct history *history, gint64 decided_by)
{
    const struct occurrence *found = NULL;
    for (size_t i = 0; i < history->count; i++) {
        if (history->at[i].doubt && (!found || history->at[i].id == decided_by))
            found = &history->at[i];
    }
    return found;
}

static struct decision decide_unprotected(const struct policy *policy, const struct history *history, gint64 now)
{
    struct decision decision = decide_on(policy, history, true, now);
    if (decision.action == ACTION_REMOVE || !doubtful(history, 0))
        return decision;
    struct decision worst = decide_on(policy, history, false, now);
    const struct occurrence *by = doubtful(history, worst.decided_by);
    if (worst.action == decision.action || !by) {
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

struct decision policy_decide(const struct policy *policy, const struct history *history, gint64 now)
{
    struct decision decision = decide_unprotected(policy, history, now);
    bool acts = decision.action == ACTION_REMOVE || decision.action == ACTION_HOLD;
    const char *origin = acts ? protect_origin(policy->protect, history->address) : NULL;
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
