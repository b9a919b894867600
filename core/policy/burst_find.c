/* SPDX-License-Identifier: MIT
 * Looking for bursts: a window slides over the sightings of the list, of each domain, provider, wording and message. */
#include "core/policy/burst_private.h"

enum { CHAIN_DAYS = 21 }; /* after so many quiet days a subscriber's next bounce is a first one again */

/* Days with evidence in the look-back before `day`. */
static guint32 history_before(const struct search *s, gint32 day)
{
    guint32 days = 0;
    for (guint i = s->active->len; i-- > 0;) {
        gint32 at = g_array_index(s->active, gint32, i);
        if (at < day - BURST_LOOK_BACK)
            break;
        days += at < day;
    }
    return days;
}

/* The highest count of a day in the look-back before `day`, without the top tenth of the `history` days. */
static guint32 usual_before(const GArray *daily, gint32 day, guint32 history)
{
    guint32 top[BURST_LOOK_BACK / 10 + 2] = {0}; /* falling */
    guint32 left_out = MIN((history + 9) / 10, G_N_ELEMENTS(top) - 1);
    for (guint i = daily->len; i-- > 0;) {
        const struct daily *d = &g_array_index(daily, struct daily, i);
        if (d->day < day - BURST_LOOK_BACK)
            break;
        guint32 count = d->day < day ? d->count : 0;
        for (guint32 k = 0; k <= left_out && count > 0; k++) {
            guint32 other = top[k];
            top[k] = MAX(other, count);
            count = MIN(other, count);
        }
    }
    return top[left_out];
}

static void know_history(const struct search *s, struct group *g, gint64 now)
{
    gint32 day = burst_day(now - WINDOW);
    if (day == g->usual_of)
        return;
    g->usual_of = day;
    g->history = history_before(s, day);
    g->usual = usual_before(g->daily, day, g->history);
    g->all_usual = usual_before(s->all_daily, day, g->history);
}

static bool is_high_on_one(const struct search *s, struct group *g, gint64 now)
{
    const struct burst_limits *limits = &s->bursts->limits;
    if (g->distinct < BURST_MANY || (double)g->distinct < limits->campaign_share * (double)s->rows)
        return false;
    know_history(s, g, now);
    return g->history >= BURST_HISTORY && g->distinct >= (guint64)limits->factor * MAX(g->all_usual, 1);
}

/* Without a past there is only the present: so large a share of one place's subscribers within a day. */
static bool is_high_of_rows(const struct search *s, struct group *g)
{
    bool is_place = g->kind == BURST_DOMAIN || g->kind == BURST_PROVIDER;
    return is_place && s->rows > 0 && s->rows_of && (guint64)g->distinct * BURST_WITHOUT_PAST >= burst_group_rows(s, g);
}

/* Does the window look like a burst, by the group's own history? */
static bool is_high(const struct search *s, struct group *g, gint64 now)
{
    const struct burst_limits *limits = &s->bursts->limits;
    if (g->of_one)
        return is_high_on_one(s, g, now);
    if (g->kind == BURST_MESSAGE)
        return g->distinct >= BURST_MANY && (double)g->distinct >= limits->message_share * (double)s->rows;
    if (g->distinct < (guint64)limits->min || g->distinct < (guint64)limits->factor)
        return false;
    know_history(s, g, now);
    if (g->history < BURST_HISTORY)
        return is_high_of_rows(s, g);
    return g->distinct >= (guint64)limits->factor * MAX(g->usual, 1);
}

static void look(struct search *s, struct group *g, gint64 now)
{
    if (!is_high(s, g, now))
        return;
    struct stretch *last =
        g->stretches->len > 0 ? &g_array_index(g->stretches, struct stretch, g->stretches->len - 1) : NULL;
    guint32 from = last ? MAX(last->end + 1, g->start) : g->start;
    if (!last || g->start > last->end) {
        const struct stretch begun = {.begin = g->start};
        g_array_append_val(g->stretches, begun);
        last = &g_array_index(g->stretches, struct stretch, g->stretches->len - 1);
    }
    for (guint32 i = from; i <= g->end; i++)
        s->known[g->order[i]] = now;
    last->end = g->end;
    if (g->distinct > last->distinct) {
        last->distinct = g->distinct;
        last->usual = g->usual;
        last->all_usual = g->all_usual;
    }
}

static void count_day(struct search *s, struct group *g, const struct entry *entry)
{
    gint32 day = burst_day(entry->time);
    guint64 key = s->serial << 32 | (guint32)day;
    if (s->seen[entry->subject] == key)
        return;
    s->seen[entry->subject] = key;
    if (g->daily->len == 0 || g_array_index(g->daily, struct daily, g->daily->len - 1).day != day) {
        const struct daily first = {.day = day};
        g_array_append_val(g->daily, first);
    }
    g_array_index(g->daily, struct daily, g->daily->len - 1).count++;
}

static void leave(struct search *s, struct group *g, guint32 i)
{
    if (s->fresh[g->order[i]])
        g->distinct -= --s->in_window[entry_at(s, g, i)->subject] == 0;
}

typedef void (*at_entry_call)(struct search *s, struct group *g, gint64 now);

static void slide(struct search *s, struct group *g, at_entry_call each)
{
    s->serial++;
    for (g->end = 0; g->end < g->count; g->end++) {
        const struct entry *entry = entry_at(s, g, g->end);
        while (entry_at(s, g, g->start)->time <= entry->time - WINDOW)
            leave(s, g, g->start++);
        if (s->fresh[g->order[g->end]]) {
            g->distinct += s->in_window[entry->subject]++ == 0;
            count_day(s, g, entry);
        }
        each(s, g, entry->time);
    }
    while (g->start < g->count)
        leave(s, g, g->start++);
}

static void pass(struct search *s, struct group *g, gint64 now)
{
    (void)s;
    (void)g;
    (void)now;
}

static void find_fresh(struct search *s)
{
    g_autofree gint32 *chain = g_new(gint32, s->bursts->subjects), *last = g_new0(gint32, s->bursts->subjects);
    for (guint32 i = 0; i < s->count; i++) {
        guint32 at = s->order[i], subject = s->at[at].subject;
        gint32 day = burst_day(s->at[at].time);
        s->lead[at] = last[subject] == 0 || day + 1 - last[subject] > CHAIN_DAYS;
        if (s->lead[at]) {
            chain[subject] = day;
            s->leads[s->lead_count++] = s->at[at].time;
        }
        last[subject] = day + 1;
        s->fresh[at] = day - chain[subject] < s->bursts->limits.confirm_days;
    }
}

static void find_first_words(struct search *s)
{
    for (guint32 i = s->count; i-- > 0;)
        s->first[s->at[s->order[i]].group[BURST_WORDING]] = s->at[s->order[i]].time;
}

static void look_at_all(struct search *s)
{
    bool messages = s->bursts->limits.message_share > 0 && s->rows > 0;
    struct group all = {.kind = BURST_MESSAGE,
                        .name = VIEW("the list"),
                        .order = s->order,
                        .count = s->count,
                        .daily = s->all_daily,
                        .stretches = s->stretches};
    slide(s, &all, messages ? look : pass);
    burst_settle(s, &all);
}

static void look_at_groups(struct search *s, enum burst_kind kind)
{
    const GPtrArray *names = s->bursts->texts[kind];
    g_autofree guint32 *first = g_new0(guint32, names->len + 1), *order = g_new(guint32, s->count + 1);
    for (guint32 i = 0; i < s->count; i++)
        first[s->at[i].group[kind] + 1]++;
    for (guint i = 0; i < names->len; i++)
        first[i + 1] += first[i];
    g_autofree guint32 *next = g_memdup2(first, (names->len + 1) * sizeof *first);
    for (guint32 i = 0; i < s->count; i++)
        order[next[s->at[s->order[i]].group[kind]]++] = s->order[i];
    g_autoptr(GArray) daily = g_array_new(FALSE, FALSE, sizeof(struct daily));
    for (guint i = 1; i < names->len; i++) {
        guint32 count = first[i + 1] - first[i];
        if (count < (guint32)s->bursts->limits.min)
            continue;
        g_array_set_size(daily, 0);
        struct group group = {.kind = kind,
                              .name = *(struct view *)g_ptr_array_index(names, i),
                              .of_one = kind == BURST_MESSAGE,
                              .order = order + first[i],
                              .count = count,
                              .daily = daily,
                              .usual_of = -1,
                              .stretches = s->stretches};
        slide(s, &group, look);
        burst_settle(s, &group);
    }
}

void burst_find(struct bursts *bursts, guint64 rows, burst_rows_call rows_of, void *user)
{
    guint32 count = bursts->entries->len;
    g_autofree guint32 *order = g_new(guint32, count);
    g_autofree gint64 *leads = g_new(gint64, count), *known = g_new(gint64, count);
    g_autofree gint64 *first = g_new(gint64, bursts->texts[BURST_WORDING]->len);
    g_autoptr(GArray) stretches = g_array_new(FALSE, FALSE, sizeof(struct stretch));
    g_autofree guint32 *in_window = g_new0(guint32, bursts->subjects);
    g_autofree guint64 *seen = g_new0(guint64, bursts->subjects);
    g_autofree bool *fresh = g_new(bool, count), *lead = g_new(bool, count);
    g_autoptr(GArray) all_daily = g_array_new(FALSE, FALSE, sizeof(struct daily));
    g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(gint32));
    struct search s = {.bursts = bursts,
                       .at = (struct entry *)(void *)bursts->entries->data,
                       .count = count,
                       .order = order,
                       .fresh = fresh,
                       .lead = lead,
                       .first = first,
                       .leads = leads,
                       .known = known,
                       .stretches = stretches,
                       .all_daily = all_daily,
                       .active = active,
                       .in_window = in_window,
                       .seen = seen,
                       .rows = rows,
                       .rows_of = rows_of,
                       .user = user};
    burst_sort(bursts, order);
    find_first_words(&s);
    find_fresh(&s);
    burst_active_days(bursts, active);
    look_at_all(&s);
    if (bursts->limits.factor == 0)
        return;
    if (bursts->limits.campaign_share > 0 && rows > 0)
        look_at_groups(&s, BURST_MESSAGE);
    for (int kind = 0; kind <= BURST_WORDING; kind++)
        look_at_groups(&s, (enum burst_kind)kind);
}
