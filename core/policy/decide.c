/* SPDX-License-Identifier: MIT */
#include "core/policy/settings.h"

#include <stdlib.h>
#include <time.h>

enum { DAY = 24 * 60 * 60 };

/* A piece of evidence at the time that decisions reckon with. */
struct dated {
    const struct occurrence *of;
    gint64 time;
    struct view campaign;
};

/* The evidence of one group, in the order of time, and what it is judged by. */
struct matter {
    const int *value; /* of the treatment, by policy_key */
    const char *name; /* "Transient/General", "complaint" */
    unsigned group;
    const struct dated *at;
    size_t count;
    gint64 success; /* time of the last delivery; 0: none */
    gint64 now;
};

/* How far a count has come. */
struct tally {
    size_t count;
    gint64 days, span; /* distinct days, and days from the first to the last */
    bool reached;
    struct dated by; /* the last that was counted; the one that reached it */
};

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

static gint64 day_of(gint64 time)
{
    return time / DAY; /* dated times are after 1970 */
}

/* printf() would be a third of the cost of deciding. */
static void append_number(GString *into, guint64 number)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    g_string_append_len(into, digits + at, (gssize)(sizeof digits - at));
}

static void append_date(GString *into, gint64 time)
{
    struct tm tm;
    time_t seconds = (time_t)time;
    if (time < 0 || !gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900) {
        g_string_append(into, "an impossible date");
        return;
    }
    int year = tm.tm_year + 1900, month = tm.tm_mon + 1, day = tm.tm_mday;
    const char text[] = {(char)('0' + year / 1000),
                         (char)('0' + year / 100 % 10),
                         (char)('0' + year / 10 % 10),
                         (char)('0' + year % 10),
                         '-',
                         (char)('0' + month / 10),
                         (char)('0' + month % 10),
                         '-',
                         (char)('0' + day / 10),
                         (char)('0' + day % 10)};
    g_string_append_len(into, text, sizeof text);
}

static bool is_proof(const int *value, const struct occurrence *of)
{
    return of->step != CLAIM_NONE && (int)of->step <= value[POLICY_KEY_min_proof];
}

/* --- counting ----------------------------------------------------------------------------------------------------- */

static guint hash_view(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal_views(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

/* What counts: proof only, if asked for; and of several bounces of one campaign within one hold the first. The hold is
 * the one that the counted bounce began, so that a "campaign" which is really a list's name still counts once a hold.
 */
static struct dated *countable(const struct matter *matter, bool proof_only, size_t *count)
{
    struct dated *counted = g_new(struct dated, matter->count);
    g_autoptr(GHashTable) last = matter->count > 1 ? g_hash_table_new(hash_view, equal_views) : NULL;
    gint64 hold = (gint64)matter->value[POLICY_KEY_hold_days] * DAY;
    *count = 0;
    for (size_t i = 0; i < matter->count; i++) {
        const struct dated *this = &matter->at[i];
        if (proof_only && !is_proof(matter->value, this->of))
            continue;
        const struct dated *before = last ? g_hash_table_lookup(last, &this->campaign) : NULL;
        if (before && this->time < before->time + hold)
            continue;
        struct dated *kept = &counted[(*count)++];
        *kept = *this;
        if (last && !view_is_empty(this->campaign))
            g_hash_table_replace(last, &kept->campaign, kept);
    }
    return counted;
}

/* For each bounce the widest window that ends with it: all three numbers grow with the window, so no other one is
 * needed. */
static struct tally tally(const struct matter *matter, bool proof_only)
{
    size_t count;
    g_autofree struct dated *at = countable(matter, proof_only, &count);
    const int *value = matter->value;
    struct tally tally = {0};
    g_autofree gint64 *day_number = g_new0(gint64, count + 1); /* of distinct days so far */
    for (size_t end = 0, start = 0; end < count && !tally.reached; end++) {
        gint64 day = day_of(at[end].time);
        if (end > 0)
            day_number[end] = day_number[end - 1] + (day != day_of(at[end - 1].time));
        while (value[POLICY_KEY_within_days] > 0 && day - day_of(at[start].time) > value[POLICY_KEY_within_days])
            start++;
        tally.count = end - start + 1;
        tally.days = day_number[end] - day_number[start] + 1;
        tally.span = day - day_of(at[start].time);
        tally.by = at[end];
        tally.reached = value[POLICY_KEY_remove_after] > 0 && tally.count >= (size_t)value[POLICY_KEY_remove_after] &&
                        tally.days >= value[POLICY_KEY_distinct_days] && tally.span >= value[POLICY_KEY_over_days];
    }
    return tally;
}

/* --- in words ----------------------------------------------------------------------------------------------------- */

/* "3 Transient/General bounces", "1 complaint". */
static void say_count(GString *why, const struct matter *matter, size_t count, const char *of)
{
    bool one = count == 1 && !*of;
    append_number(why, count);
    g_string_append(why, of);
    g_string_append_c(why, ' ');
    g_string_append(why, matter->name);
    if (matter->group < SES_CLASS_COUNT)
        g_string_append(why, one ? " bounce" : " bounces");
    else if (!one)
        g_string_append(why, " messages");
    else
        g_string_append(why, " message");
}

/* "2 of 5 Transient/General bounces on 2 of at least 3 days within 30 days" */
static void say_tally(GString *why, const struct matter *matter, const struct tally *tally)
{
    const int *value = matter->value;
    int needed = value[POLICY_KEY_remove_after];
    g_autofree char *of = needed > 1 && tally->count <= (size_t)needed ? g_strdup_printf(" of %d", needed)
                          : needed > 1                                 ? g_strdup_printf(" (at least %d)", needed)
                                                                       : g_strdup("");
    say_count(why, matter, tally->count, of);
    if (needed <= 1)
        return;
    if (value[POLICY_KEY_distinct_days] > 1)
        g_string_append_printf(why, " on %" G_GINT64_FORMAT " of at least %d days", tally->days,
                               value[POLICY_KEY_distinct_days]);
    if (value[POLICY_KEY_over_days] > 0)
        g_string_append_printf(why, " over %" G_GINT64_FORMAT " of at least %d days", tally->span,
                               value[POLICY_KEY_over_days]);
    if (value[POLICY_KEY_within_days] > 0)
        g_string_append_printf(why, " within %d days", value[POLICY_KEY_within_days]);
}

static void say_weak(GString *why, const struct matter *matter, const struct dated *by)
{
    g_string_append_printf(why, "; enough to remove, but attributed by %s only, and that takes %s or stronger",
                           by->of->step == CLAIM_NONE ? "nothing" : claim_step_name(by->of->step),
                           claim_step_name((enum claim_step)matter->value[POLICY_KEY_min_proof]));
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

/* Good news comes from deliveries; a complaint is not undone by one. */
static bool is_answered(const struct matter *matter, const struct dated *this)
{
    return matter->group < SES_CLASS_COUNT && this->time < matter->success;
}

static const struct dated *last_proof(const struct matter *matter, bool unanswered)
{
    for (size_t i = matter->count; i-- > 0;) {
        const struct dated *this = &matter->at[i];
        if (is_proof(matter->value, this->of) && !(unanswered && is_answered(matter, this)))
            return this;
    }
    return NULL;
}

/* action=remove: one is enough, if it is proven and nothing contradicts it. */
static struct decision judge_hard(const struct matter *matter)
{
    const struct dated *last = &matter->at[matter->count - 1];
    const struct dated *by = last_proof(matter, true);
    GString *why = g_string_new(NULL);
    say_count(why, matter, matter->count, "");
    g_string_append(why, matter->count == 1 ? " on " : ", the last on ");
    append_date(why, (by ? by : last)->time);
    if (by) {
        g_string_append(why, ", attributed by ");
        g_string_append(why, claim_step_name(by->of->step));
        g_string_append(why, "; one is enough to remove");
        return settled(matter, ACTION_REMOVE, by, why);
    }
    if (is_answered(matter, last)) {
        g_string_append(why, "; a delivery after the bounce, on ");
        append_date(why, matter->success);
        g_string_append(why, ", contradicts it");
    } else {
        say_weak(why, matter, last);
    }
    return settled(matter, ACTION_REVIEW, last, why);
}

static struct decision judge_hold(const struct matter *matter, const struct dated *last, GString *why)
{
    gint64 until = last->time + (gint64)matter->value[POLICY_KEY_hold_days] * DAY;
    bool held = matter->now < until;
    g_string_append(why, held ? "; held until " : "; hold ended on ");
    append_date(why, until);
    struct decision decision = settled(matter, held ? ACTION_HOLD : ACTION_KEEP, last, why);
    decision.retry_after = held ? until : 0;
    return decision;
}

/* Below the count: what the action says. */
static struct decision judge_until_then(const struct matter *matter, const struct dated *last, GString *why)
{
    enum action action = (enum action)matter->value[POLICY_KEY_action];
    if (action == ACTION_HOLD)
        return judge_hold(matter, last, why);
    g_string_append(why, ", the last on ");
    append_date(why, last->time);
    g_string_append(why, action == ACTION_REVIEW ? "; for you to look at" : "; no reason to remove");
    return settled(matter, action, last, why);
}

static struct decision judge_soft(const struct matter *whole)
{
    struct matter matter = *whole;
    const struct dated *last = &matter.at[matter.count - 1];
    GString *why = g_string_new(NULL);
    if (is_answered(&matter, last)) {
        say_count(why, &matter, matter.count, "");
        g_string_append(why, ", answered by a delivery on ");
        append_date(why, matter.success);
        return settled(&matter, ACTION_KEEP, last, why);
    }
    while (is_answered(&matter, matter.at)) {
        matter.at++;
        matter.count--;
    }
    struct tally all = tally(&matter, false), proven = tally(&matter, true);
    if (proven.reached) {
        say_tally(why, &matter, &proven);
        g_string_append(why, "; removed, no delivery between");
        return settled(&matter, ACTION_REMOVE, &proven.by, why);
    }
    say_tally(why, &matter, &all);
    if (all.reached) {
        const struct dated *weak = &matter.at[0];
        while (is_proof(matter.value, weak->of))
            weak++;
        say_weak(why, &matter, weak);
        return settled(&matter, ACTION_REVIEW, &all.by, why);
    }
    return judge_until_then(&matter, last, why);
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

static struct dated *in_order(const struct history *history, gint64 now)
{
    struct dated *dated = g_new(struct dated, history->count + 1);
    for (size_t i = 0; i < history->count; i++) {
        gint64 time = history->at[i].time;
        dated[i] = (struct dated){
            .of = &history->at[i], .time = time > 0 && time < now ? time : now, .campaign = history->at[i].campaign};
    }
    if (history->count > 0)
        qsort(dated, history->count, sizeof *dated, by_time);
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

static struct decision judge(const struct matter *matter)
{
    return matter->value[POLICY_KEY_action] == ACTION_REMOVE ? judge_hard(matter) : judge_soft(matter);
}

/* What is true of the whole history: which groups it has evidence for, the last bounce, the last success. */
struct outline {
    bool has[POLICY_GROUP_COUNT];
    gint64 last_bounce, success;
};

static struct outline outline_of(const struct dated *all, size_t count)
{
    struct outline outline = {0};
    unsigned group;
    for (size_t i = 0; i < count; i++) {
        if (group_of(all[i].of, &group))
            outline.has[group] = true;
        if (all[i].of->kind == EVENT_BOUNCE)
            outline.last_bounce = all[i].time;
        if (all[i].of->kind == EVENT_DELIVERY)
            outline.success = all[i].time;
    }
    return outline;
}

struct decision policy_decide(const struct policy *policy, const struct history *history, gint64 now)
{
    g_autofree struct dated *all = in_order(history, now);
    g_autofree struct dated *mine = g_new(struct dated, history->count + 1);
    struct outline outline = outline_of(all, history->count);
    struct decision best = {0};
    gint64 best_time = 0;
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (!outline.has[group])
            continue;
        char buffer[64];
        struct matter matter = {.value = policy->groups[group].value,
                                .name = policy_group_name(group, buffer),
                                .group = group,
                                .at = mine,
                                .count = pick(all, history->count, group, mine),
                                .success = outline.success,
                                .now = now};
        struct decision decision = judge(&matter);
        gint64 time = mine[matter.count - 1].time;
        if (!best.why || is_stronger(&decision, time, &best, best_time)) {
            struct decision weaker = best;
            best = decision;
            decision = weaker;
            best_time = time;
        }
        decision_clear(&decision);
    }
    if (!best.why)
        best.why = g_strdup(history->count ? "nothing that speaks against the address" : "no evidence");
    best.last_bounce = outline.last_bounce;
    return best;
}
