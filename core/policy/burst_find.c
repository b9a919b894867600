/* SPDX-License-Identifier: MIT
 * Looking for bursts: a window slides over the sightings of the list, of each domain, provider, wording and message. */
#include "core/policy/burst_private.h"

/* After so many quiet days, on as many of which others were heard of, a subscriber's next bounce is a first one again.
 */
enum { CHAIN_DAYS = 21 };

guint32 burst_history_before(const struct search *s, gint32 day)
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

guint32 burst_usual_before(const GArray *daily, gint32 day, guint32 history)
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
    g->history = burst_history_before(s, day);
    g->usual = burst_usual_before(g->daily, day, g->history);
    g->all_usual = burst_usual_before(s->all_daily, day, g->history);
}

static bool is_high_on_one(const struct search *s, struct group *g, guint32 count, gint64 now)
{
    const struct burst_limits *limits = &s->bursts->limits;
    if (count < BURST_MANY || (double)count < limits->campaign_share * (double)s->rows)
        return false;
    know_history(s, g, now);
    return g->history >= BURST_HISTORY && count >= (guint64)limits->factor * MAX(g->all_usual, 1);
}

/* So large a share of one place's subscribers within a day? Whatever was before: a place may have an outage each month.
 * Of a provider they are known by its larger domains. */
static bool is_high_of_rows(const struct search *s, struct group *g, guint32 count)
{
    const struct burst_limits *limits = &s->bursts->limits;
    guint32 least = g->kind == BURST_DOMAIN ? BURST_FEW : MAX(BURST_FEW, (guint32)limits->min);
    if (!is_place(g->kind) || limits->share <= 0 || s->rows == 0 || !s->rows_of || count < least)
        return false;
    guint64 rows = burst_group_rows(s, g);
    return rows >= count && (double)count >= limits->share * (double)rows;
}

/* Do so many distinct subscribers in the window look like a burst, by the group's own history? */
static bool is_high(const struct search *s, struct group *g, guint32 count, gint64 now)
{
    const struct burst_limits *limits = &s->bursts->limits;
    if (g->of_one)
        return is_high_on_one(s, g, count, now);
    if (g->kind == BURST_MESSAGE)
        return count >= BURST_MANY && (double)count >= limits->message_share * (double)s->rows;
    if (count < MIN(BURST_FEW, (guint32)limits->min))
        return false;
    know_history(s, g, now);
    bool by_history = g->history >= BURST_HISTORY && count >= (guint64)limits->min &&
                      count >= (guint64)limits->factor * MAX(g->usual, 1);
    return by_history || is_high_of_rows(s, g, count);
}

static void look(struct search *s, struct group *g, gint64 now)
{
    if (!is_high(s, g, g->distinct, now))
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
    last->joined = last->joined || is_high(s, g, g->joined, now);
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

static void enter(struct search *s, struct group *g, const struct entry *entry)
{
    struct presence *in = &s->in_window[entry->subject];
    g->joined += entry->occasion == 1 && in->joined++ == 0;
    g->distinct += in->entries++ == 0;
    count_day(s, g, entry);
}

static void leave(struct search *s, struct group *g, const struct entry *entry)
{
    struct presence *in = &s->in_window[entry->subject];
    g->joined -= entry->occasion == 1 && --in->joined == 0;
    g->distinct -= --in->entries == 0;
}

typedef void (*at_entry_call)(struct search *s, struct group *g, gint64 now);

static void slide(struct search *s, struct group *g, at_entry_call each)
{
    s->serial++;
    for (g->end = 0; g->end < g->count; g->end++) {
        const struct entry *entry = entry_at(s, g, g->end);
        while (entry_at(s, g, g->start)->time <= entry->time - WINDOW)
            leave(s, g, entry_at(s, g, g->start++));
        enter(s, g, entry);
        each(s, g, entry->time);
    }
    while (g->start < g->count)
        leave(s, g, entry_at(s, g, g->start++));
}

static void pass(struct search *s, struct group *g, gint64 now)
{
    (void)s;
    (void)g;
    (void)now;
}

/* What is known of one subscriber while all entries pass. */
struct chain {
    gint32 last, begun; /* days, from 1 on: of the last entry, and on which the occasion began */
    guint32 active;     /* number of the last entry's day among those with evidence */
    guint32 occasion;
};

static bool is_first(const struct chain *chain, gint32 day, guint32 active)
{
    return chain->occasion == 0 || (day - chain->last > CHAIN_DAYS && active - chain->active > CHAIN_DAYS);
}

static void find_occasions(struct search *s)
{
    g_autofree struct chain *chains = g_new0(struct chain, s->bursts->subjects);
    guint active = 0;
    for (guint32 i = 0; i < s->count; i++) {
        struct entry *entry = &s->at[s->order[i]];
        struct chain *chain = &chains[entry->subject];
        gint32 day = burst_day(entry->time);
        while (active < s->active->len && g_array_index(s->active, gint32, active) < day)
            active++;
        if (is_first(chain, day, active))
            chain->occasion = 0;
        entry->leads = chain->occasion == 0 || day - chain->begun >= s->bursts->limits.confirm_days;
        if (entry->leads) {
            chain->occasion++;
            chain->begun = day;
        }
        if (entry->leads)
            s->leads[s->lead_count++] = entry->time;
        chain->last = day;
        chain->active = active;
        entry->occasion = chain->occasion;
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
    g_autoptr(grouped_auto) grouped = grouped_new(s, kind, s->order, s->count);
    guint32 least = (guint32)s->bursts->limits.min;
    if (kind == BURST_DOMAIN)
        least = MIN(least, BURST_FEW);
    g_autoptr(GArray) daily = g_array_new(FALSE, FALSE, sizeof(struct daily));
    for (guint i = 1; i < names->len; i++) {
        guint32 count;
        const guint32 *order = grouped_at(grouped, i, &count);
        if (count < least)
            continue;
        g_array_set_size(daily, 0);
        struct group group = {.kind = kind,
                              .name = *(struct view *)g_ptr_array_index(names, i),
                              .of_one = kind == BURST_MESSAGE,
                              .order = order,
                              .count = count,
                              .daily = daily,
                              .usual_of = -1,
                              .stretches = s->stretches};
        slide(s, &group, look);
        burst_settle(s, &group);
    }
}

/* The hard ones in front, then the soft ones; returns how many are hard. */
static guint32 part(const struct entry *at, guint32 *order, guint32 count)
{
    g_autofree guint32 *soft = g_new(guint32, count);
    guint32 hard = 0, softs = 0;
    for (guint32 i = 0; i < count; i++) {
        if (at[order[i]].soft)
            soft[softs++] = order[i];
        else
            order[hard++] = order[i];
    }
    memcpy(order + hard, soft, softs * sizeof *soft);
    return hard;
}

static void look_at_hard_ones(struct search *s)
{
    find_first_words(s);
    find_occasions(s);
    look_at_all(s);
    if (s->bursts->limits.factor == 0)
        return;
    if (s->bursts->limits.campaign_share > 0 && s->rows > 0)
        look_at_groups(s, BURST_MESSAGE);
    for (int kind = 0; kind <= BURST_WORDING; kind++)
        look_at_groups(s, (enum burst_kind)kind);
}

void burst_find(struct bursts *bursts, guint64 rows, burst_rows_call rows_of, void *user)
{
    guint32 count = bursts->entries->len;
    g_autofree guint32 *order = g_new(guint32, count);
    g_autofree gint64 *leads = g_new(gint64, count), *known = g_new(gint64, count);
    g_autofree gint64 *first = g_new(gint64, bursts->texts[BURST_WORDING]->len);
    g_autoptr(GArray) stretches = g_array_new(FALSE, FALSE, sizeof(struct stretch));
    g_autofree struct presence *in_window = g_new0(struct presence, bursts->subjects);
    g_autofree guint64 *seen = g_new0(guint64, bursts->subjects);
    g_autoptr(GArray) all_daily = g_array_new(FALSE, FALSE, sizeof(struct daily));
    g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(gint32));
    struct search s = {.bursts = bursts,
                       .at = (struct entry *)(void *)bursts->entries->data,
                       .order = order,
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
    s.count = part(s.at, order, count);
    burst_active_days(bursts, active);
    look_at_hard_ones(&s);
    burst_find_outages(&s, order + s.count, count - s.count);
}
