/* SPDX-License-Identifier: MIT
 * Outages that only delay: the mail to a place is put off, night by night, until the policy would take its subscribers
 * for dead. A place is a domain, a provider, or the whole list (then the trouble is our own). */
#include "core/policy/burst_private.h"

enum {
    SOFT_WINDOW = BURST_OUTAGE_WINDOW * DAY_SECONDS,
    OVER_DAYS = 10, /* so many without a failure, on as many of which others were heard of: the mail went through */
};

/* One place's soft failures while a window slides over them. */
struct place {
    enum burst_kind kind;
    struct view name;
    const guint32 *order;
    guint32 count;
    const guint32 *hard; /* of the same place */
    guint32 hard_count, hard_seen;
    guint32 start, end, distinct; /* the window, both in it */
    guint32 gone;                 /* subscribers who were called dead up to its end */
    guint64 rows;                 /* 0: not asked yet, or unknown */
    guint32 begun, marked;        /* of the trouble: its first entry, and the one behind its last */
    gint64 last;
    GArray *daily;   /* struct daily: its soft failures */
    gint32 usual_of; /* the day before which `usual` is known */
    guint32 usual, history;
    struct burst *burst; /* NULL: none */
    guint32 number;
};

static const struct entry *at(const struct search *s, const guint32 *order, guint32 i)
{
    return &s->at[order[i]];
}

/* Of the days with evidence, how many are not after `time`. */
static guint32 active_until(const struct search *s, gint64 time)
{
    guint32 low = 0, high = s->active->len;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (g_array_index(s->active, gint32, middle) <= burst_day(time))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_over(const struct search *s, gint64 last, gint64 next)
{
    return next - last > (gint64)OVER_DAYS * DAY_SECONDS && active_until(s, next) - active_until(s, last) > OVER_DAYS;
}

/* The dead among the place's rows were never going to get through. */
static void count_gone(struct search *s, struct place *p, gint64 now)
{
    for (; p->hard_seen < p->hard_count && at(s, p->hard, p->hard_seen)->time <= now; p->hard_seen++) {
        guint64 *seen = &s->seen[at(s, p->hard, p->hard_seen)->subject];
        p->gone += *seen != s->serial;
        *seen = s->serial;
    }
}

/* Is it far above what was usual before it began? */
static bool is_unusual(const struct search *s, struct place *p)
{
    const struct burst_limits *limits = &s->bursts->limits;
    guint64 least = (guint64)limits->factor * BURST_OUTAGE_WINDOW;
    if (limits->factor == 0 || p->distinct < MAX(least, (guint64)limits->min))
        return false;
    gint64 begin = at(s, p->order, p->start)->time;
    gint32 day = burst_day(p->burst && !is_over(s, p->last, begin) ? p->burst->first : begin);
    if (day != p->usual_of) {
        p->history = burst_history_before(s, day);
        p->usual = burst_usual_before(p->daily, day, p->history);
        p->usual_of = day;
    }
    return p->history >= BURST_HISTORY && p->distinct >= least * MAX(p->usual, 1);
}

static bool is_nearly_all(struct search *s, struct place *p, gint64 now)
{
    const struct burst_limits *limits = &s->bursts->limits;
    if (p->kind == BURST_MESSAGE)
        return p->distinct >= BURST_MANY && (double)p->distinct >= limits->outage_share * (double)s->rows;
    if (p->kind != BURST_DOMAIN || p->distinct < BURST_FEW || !s->rows_of)
        return false;
    if (p->rows == 0)
        p->rows = s->rows_of(p->name, s->user);
    count_gone(s, p, now);
    guint64 rows = p->rows > p->gone ? p->rows - p->gone : 0;
    return p->rows >= p->distinct && (double)p->distinct >= limits->outage_share * (double)rows;
}

static void begin(struct search *s, struct place *p)
{
    struct bursts *bursts = s->bursts;
    p->burst = pool_new(&bursts->pool, struct burst);
    *p->burst = (struct burst){.kind = BURST_OUTAGE,
                               .name = burst_name(bursts, p->name, 255),
                               .first = at(s, p->order, p->start)->time,
                               .of_one = p->kind == BURST_PROVIDER,
                               .rows = p->kind == BURST_MESSAGE ? s->rows : p->rows};
    g_ptr_array_add(bursts->found, p->burst);
    p->number = bursts->found->len;
    p->begun = p->marked = p->start;
}

/* So long is no outage: what was put aside counts from now on, and so does what comes. */
static void give_up(struct search *s, struct place *p, gint64 now)
{
    for (guint32 i = p->begun; i < p->marked; i++) {
        struct entry *entry = &s->at[p->order[i]];
        if (entry->burst == p->number && entry->until == 0)
            entry->until = now;
    }
}

static void take(struct search *s, struct place *p, gint64 now)
{
    bool goes_on = p->burst && !is_over(s, p->last, at(s, p->order, p->start)->time);
    if (!goes_on)
        begin(s, p);
    p->last = p->burst->last = now;
    p->burst->subscribers = MAX(p->burst->subscribers, p->distinct);
    if (now - p->burst->first > (gint64)s->bursts->limits.outage_days * DAY_SECONDS) {
        give_up(s, p, now);
        p->marked = p->begun = p->end + 1;
        return;
    }
    for (p->marked = MAX(p->marked, p->start); p->marked <= p->end; p->marked++) {
        struct entry *entry = &s->at[p->order[p->marked]];
        if (entry->burst != 0 && entry->until == 0)
            continue;
        entry->burst = p->number;
        entry->known = now;
        entry->until = 0;
    }
}

static void count_day(struct place *p, gint64 time)
{
    gint32 day = burst_day(time);
    if (p->daily->len == 0 || g_array_index(p->daily, struct daily, p->daily->len - 1).day != day) {
        const struct daily first = {.day = day};
        g_array_append_val(p->daily, first);
    }
    g_array_index(p->daily, struct daily, p->daily->len - 1).count++;
}

static void slide(struct search *s, struct place *p)
{
    s->serial++;
    for (p->end = 0; p->end < p->count; p->end++) {
        gint64 now = at(s, p->order, p->end)->time;
        while (at(s, p->order, p->start)->time <= now - SOFT_WINDOW)
            p->distinct -= --s->in_window[at(s, p->order, p->start++)->subject].entries == 0;
        p->distinct += s->in_window[at(s, p->order, p->end)->subject].entries++ == 0;
        count_day(p, now);
        if (is_nearly_all(s, p, now) || is_unusual(s, p))
            take(s, p, now);
    }
    while (p->start < p->count)
        s->in_window[at(s, p->order, p->start++)->subject].entries--;
}

static void look_at_places(struct search *s, enum burst_kind kind, const guint32 *soft, guint32 count)
{
    g_autoptr(grouped_auto) softs = grouped_new(s, kind, soft, count);
    g_autoptr(grouped_auto) hards = grouped_new(s, kind, s->order, s->count);
    const GPtrArray *names = s->bursts->texts[kind];
    guint32 least = kind == BURST_DOMAIN ? BURST_FEW : (guint32)s->bursts->limits.min;
    g_autoptr(GArray) daily = g_array_new(FALSE, FALSE, sizeof(struct daily));
    for (guint i = 1; i < names->len; i++) {
        g_array_set_size(daily, 0);
        struct place place = {
            .kind = kind, .name = *(struct view *)g_ptr_array_index(names, i), .daily = daily, .usual_of = -1};
        place.order = grouped_at(softs, i, &place.count);
        place.hard = grouped_at(hards, i, &place.hard_count);
        if (place.count >= least)
            slide(s, &place);
    }
}

void burst_find_outages(struct search *s, const guint32 *soft, guint32 count)
{
    if (s->bursts->limits.outage_share <= 0 || count == 0)
        return;
    g_autoptr(GArray) daily = g_array_new(FALSE, FALSE, sizeof(struct daily));
    struct place list = {
        .kind = BURST_MESSAGE, .name = VIEW(""), .order = soft, .count = count, .daily = daily, .usual_of = -1};
    if (s->rows > 0)
        slide(s, &list);
    look_at_places(s, BURST_DOMAIN, soft, count);
    look_at_places(s, BURST_PROVIDER, soft, count);
}
