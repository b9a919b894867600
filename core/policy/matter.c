/* SPDX-License-Identifier: MIT */
#include "core/policy/matter.h"

bool matter_is_proof(const struct matter *matter, const struct occurrence *of)
{
    return of->step != CLAIM_NONE && of->step <= policy_proof(matter->value[POLICY_KEY_min_proof]) &&
           !of->quarantined && !of->ours;
}

bool matter_may_hold(const struct matter *matter, const struct occurrence *of)
{
    return of->step != CLAIM_NONE && of->step <= policy_proof(matter->value[POLICY_KEY_hold_proof]);
}

bool matter_is_answered(const struct matter *matter, const struct dated *this)
{
    return matter->group < SES_CLASS_COUNT && this->time < matter->success;
}

static gint64 day_of(gint64 time)
{
    return time / DAY; /* dated times are after 1970 */
}

static guint hash_view(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal_views(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

/* What counts: nothing of a burst or by our own fault; proof only, if asked for; and of several bounces of one campaign
 * within one hold the first. The hold is the one that the counted bounce began, so that a "campaign" which is really a
 * list's name still counts once a hold. What is answered takes part in this, and then does not count: good news never
 * makes another bounce count. */
static struct dated *countable(const struct matter *matter, bool proof_only, size_t *count)
{
    struct dated *counted = g_new(struct dated, matter->count);
    g_autoptr(GHashTable) last = matter->count > 1 ? g_hash_table_new(hash_view, equal_views) : NULL;
    gint64 hold = (gint64)matter->value[POLICY_KEY_hold_days] * DAY;
    *count = 0;
    for (size_t i = 0; i < matter->count; i++) {
        const struct dated *this = &matter->at[i];
        const struct view *campaign = &this->of->campaign;
        if (this->of->quarantined || this->of->ours || (proof_only && !matter_is_proof(matter, this->of)))
            continue;
        const struct dated *before = last ? g_hash_table_lookup(last, campaign) : NULL;
        if (before && this->time < before->time + hold)
            continue;
        if (last && !view_is_empty(*campaign))
            g_hash_table_replace(last, (gpointer)(gsize)campaign, (gpointer)(gsize)this);
        if (!matter_is_answered(matter, this))
            counted[(*count)++] = *this;
    }
    return counted;
}

/* A window over the bounces that count, and how often each campaign stands in it (NULL: nobody asks). */
struct window {
    const struct dated *at;
    size_t start;
    GHashTable *campaigns;
};

static void enter(struct window *window, size_t i)
{
    if (!window->campaigns)
        return;
    const struct view *campaign = &window->at[i].of->campaign;
    gsize before = GPOINTER_TO_SIZE(g_hash_table_lookup(window->campaigns, campaign));
    g_hash_table_replace(window->campaigns, (gpointer)(gsize)campaign, GSIZE_TO_POINTER(before + 1));
}

static void leave_first(struct window *window)
{
    const struct view *campaign = &window->at[window->start++].of->campaign;
    if (!window->campaigns)
        return;
    gsize before = GPOINTER_TO_SIZE(g_hash_table_lookup(window->campaigns, campaign));
    if (before > 1)
        g_hash_table_insert(window->campaigns, (gpointer)(gsize)campaign, GSIZE_TO_POINTER(before - 1));
    else
        g_hash_table_remove(window->campaigns, campaign);
}

static bool is_reached(const int *value, const struct tally *tally)
{
    return value[POLICY_KEY_remove_after] > 0 && tally->count >= (size_t)value[POLICY_KEY_remove_after] &&
           tally->days >= value[POLICY_KEY_distinct_days] && tally->span >= value[POLICY_KEY_over_days] &&
           tally->campaigns >= value[POLICY_KEY_distinct_campaigns];
}

/* So long without a bounce, and not held: mail must have come through. */
static bool is_pause(const struct matter *matter, gint64 days)
{
    int quiet = matter->value[POLICY_KEY_quiet_days];
    return quiet > 0 && days >= quiet + matter->value[POLICY_KEY_hold_days];
}

/* For each bounce the widest window that ends with it: all four numbers grow with the window, so no other one is
 * needed. */
struct tally matter_tally(const struct matter *matter, bool proof_only)
{
    size_t count;
    g_autofree struct dated *at = countable(matter, proof_only, &count);
    const int *value = matter->value;
    bool asks = value[POLICY_KEY_distinct_campaigns] > 0;
    g_autoptr(GHashTable) campaigns = asks ? g_hash_table_new(hash_view, equal_views) : NULL;
    struct window window = {.at = at, .campaigns = campaigns};
    struct tally tally = {0};
    g_autofree gint64 *day_number = g_new0(gint64, count + 1); /* of distinct days so far */
    for (size_t end = 0; end < count && !tally.reached; end++) {
        gint64 day = day_of(at[end].time);
        if (end > 0)
            day_number[end] = day_number[end - 1] + (day != day_of(at[end - 1].time));
        enter(&window, end);
        while (end > window.start && is_pause(matter, day - day_of(at[end - 1].time)))
            leave_first(&window);
        while (value[POLICY_KEY_within_days] > 0 && day - day_of(at[window.start].time) > value[POLICY_KEY_within_days])
            leave_first(&window);
        tally.count = end - window.start + 1;
        tally.days = day_number[end] - day_number[window.start] + 1;
        tally.span = day - day_of(at[window.start].time);
        tally.campaigns = campaigns ? g_hash_table_size(campaigns) : 0;
        tally.by = at[end];
        tally.reached = is_reached(value, &tally);
    }
    return tally;
}
