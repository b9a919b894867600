/* SPDX-License-Identifier: MIT */
#include "core/policy/words.h"

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
    } else if (last->of->ours) {
        g_string_append(why, "; it is the sender's fault, and removes nobody");
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
    say_ours(why, matter);
    say_put_aside(why, matter);
    if (all.reached) {
        const struct dated *weak = matter->at;
        while (matter_is_answered(matter, weak) || matter_is_proof(matter, weak->of) || weak->of->quarantined ||
               weak->of->ours)
            weak++;
        say_weak(why, matter, weak->of);
        return settled(matter, ACTION_REVIEW, &all.by, why);
    }
    return judge_until_then(matter, last, why);
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

struct decision matter_judge(struct matter *matter, gint64 removed)
{
    forgive(matter, removed);
    if (matter->count == 0)
        return judge_forgiven(matter, removed);
    return matter->value[POLICY_KEY_action] == ACTION_REMOVE ? judge_hard(matter) : judge_soft(matter);
}
