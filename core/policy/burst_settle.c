/* SPDX-License-Identifier: MIT
 * Of what is high in a group's own history: does it stand out among all others, and is it the place that is at fault
 * or the message? */
#include "core/policy/burst_private.h"

enum {
    SPREAD_DOMAINS = 5, /* a message meets the same words at so many domains, none of them with half of all … */
    SPREAD_SHARE = 80,  /* … and hardly any others: per cent */
    NAMED_WORDS = 60,
    NAMED_PLACE = 255,
};

guint64 burst_group_rows(const struct search *s, struct group *g)
{
    if (g->rows > 0)
        return g->rows;
    g_autoptr(GHashTable) asked = g_hash_table_new(NULL, NULL);
    for (guint32 i = 0; i < g->count; i++) {
        guint32 domain = entry_at(s, g, i)->group[BURST_DOMAIN];
        if (domain && g_hash_table_add(asked, GUINT_TO_POINTER(domain)))
            g->rows += s->rows_of(*(struct view *)g_ptr_array_index(s->bursts->texts[BURST_DOMAIN], domain), s->user);
    }
    return g->rows = MAX(g->rows, 1);
}

/* First bounces of an occasion in all of the list, from `begin` to `end`. */
static guint32 count_leads(const struct search *s, gint64 begin, gint64 end)
{
    guint32 at[2];
    const gint64 limit[2] = {begin, end + 1};
    for (int i = 0; i < 2; i++) {
        guint32 low = 0, high = s->lead_count;
        while (low < high) {
            guint32 middle = low + (high - low) / 2;
            if (s->leads[middle] < limit[i])
                low = middle + 1;
            else
                high = middle;
        }
        at[i] = low;
    }
    return at[1] - at[0];
}

/* What the others of the list had in the same time, and at least in the day before and behind the middle of it: a large
 * mailing goes out place by place. */
static double count_others(const struct search *s, const struct group *g, const struct stretch *stretch)
{
    gint64 middle = entry_at(s, g, stretch->begin + (stretch->end - stretch->begin) / 2)->time;
    gint64 begin = MIN(entry_at(s, g, stretch->begin)->time, middle - WINDOW);
    gint64 end = MAX(entry_at(s, g, stretch->end)->time, middle + WINDOW);
    guint32 first = stretch->begin, own = 0;
    while (first > 0 && entry_at(s, g, first - 1)->time >= begin)
        first--;
    for (guint32 i = first; i < g->count && entry_at(s, g, i)->time <= end; i++)
        own += entry_at(s, g, i)->leads;
    return MAX(count_leads(s, begin, end), own) - own;
}

/* Does the group stand out among all others? Where there are next to no others, nothing can be said against it. */
static bool stands_out(const struct search *s, struct group *g, const struct stretch *stretch, double others)
{
    double distinct = stretch->distinct;
    if (g->kind == BURST_WORDING) {
        double usual = MAX(1.0, (double)stretch->all_usual - stretch->usual);
        return distinct / MAX(1.0, stretch->usual) >= BURST_STANDS_OUT * others / usual;
    }
    if (s->rows == 0 || !s->rows_of)
        return true;
    double rows = MAX((double)burst_group_rows(s, g), distinct), rest = (double)s->rows - rows;
    return rest < rows / 10 || distinct / rows >= BURST_STANDS_OUT * others / rest;
}

static bool is_everywhere(const struct search *s, const struct group *g, const struct stretch *stretch)
{
    g_autoptr(GHashTable) domains = g_hash_table_new(NULL, NULL);
    guint32 most = 0;
    for (guint32 i = stretch->begin; i <= stretch->end; i++) {
        gpointer domain = GUINT_TO_POINTER(entry_at(s, g, i)->group[BURST_DOMAIN]);
        guint32 count = GPOINTER_TO_UINT(g_hash_table_lookup(domains, domain)) + 1;
        g_hash_table_insert(domains, domain, GUINT_TO_POINTER(count));
        most = MAX(most, count);
    }
    return g_hash_table_size(domains) >= SPREAD_DOMAINS && most * 2 <= stretch->end - stretch->begin + 1;
}

/* Words that were heard on several days before are about people, however many they are now. */
static bool is_known_wording(const struct search *s, const struct group *g, const struct stretch *stretch)
{
    gint32 day = burst_day(entry_at(s, g, stretch->begin)->time);
    guint days = 0;
    while (days < g->daily->len && g_array_index(g->daily, struct daily, days).day < day)
        days++;
    return days >= BURST_HISTORY;
}

/* The same words, hardly any others, at many domains: it is the message that they are about. */
static bool is_spread(const struct search *s, const struct group *g, const struct stretch *stretch, double others)
{
    double factor = s->bursts->limits.factor, distinct = stretch->distinct;
    if (g->kind != BURST_WORDING || stretch->distinct < BURST_MANY || is_known_wording(s, g, stretch) ||
        distinct < factor * MAX(1.0, stretch->all_usual) || distinct * 100 < (distinct + others) * SPREAD_SHARE)
        return false;
    return is_everywhere(s, g, stretch);
}

/* As part of the burst that was found last. True if it was part of none. */
static bool mark_entry(struct search *s, guint32 at, gint64 known)
{
    struct entry *entry = &s->at[at];
    bool news = !entry->burst;
    entry->known = news ? known : MIN(entry->known, known);
    if (news)
        entry->burst = s->bursts->found->len;
    return news;
}

/* Who bounces on ever more occasions, while nobody else there begins to, is dead. */
static bool takes(const struct stretch *stretch, const struct entry *entry)
{
    return stretch->joined || entry->occasion <= BURST_OCCASIONS;
}

/* Reports travel for hours, those of some systems for days. */
static void mark_late_ones(struct search *s, const struct group *g, const struct stretch *stretch)
{
    gint64 end = entry_at(s, g, stretch->end)->time + TAIL, known = s->known[g->order[stretch->end]];
    for (guint32 i = stretch->end + 1; i < g->count && entry_at(s, g, i)->time <= end; i++) {
        if (takes(stretch, entry_at(s, g, i)))
            mark_entry(s, g->order[i], MAX(known, entry_at(s, g, i)->time));
    }
}

const char *burst_name(struct bursts *bursts, struct view name, size_t most)
{
    name = view_first_text(name, most);
    char *shown = pool_alloc(&bursts->pool, name.len + 1);
    for (size_t i = 0; i < name.len; i++)
        shown[i] = g_ascii_iscntrl(name.data[i]) ? ' ' : name.data[i];
    shown[name.len] = '\0';
    return shown;
}

static bool is_by_share(const struct burst_limits *limits, const struct stretch *stretch)
{
    return stretch->distinct < (guint64)limits->min ||
           stretch->distinct < (guint64)limits->factor * MAX(stretch->usual, 1);
}

static void mark(struct search *s, const struct group *g, const struct stretch *stretch, enum burst_kind kind)
{
    struct bursts *bursts = s->bursts;
    struct burst *burst = pool_new(&bursts->pool, struct burst);
    size_t length = g->kind == BURST_WORDING || g->of_one ? NAMED_WORDS : NAMED_PLACE;
    *burst = (struct burst){.kind = kind,
                            .name = burst_name(bursts, g->name, length),
                            .of_one = g->of_one,
                            .first = entry_at(s, g, stretch->begin)->time,
                            .last = entry_at(s, g, stretch->end)->time,
                            .subscribers = stretch->distinct,
                            .usual = stretch->usual,
                            .rows = kind == BURST_DOMAIN && is_by_share(&bursts->limits, stretch) ? g->rows : 0};
    g_ptr_array_add(bursts->found, burst);
    bool news = false;
    for (guint32 i = stretch->begin; i <= stretch->end; i++)
        news |= takes(stretch, entry_at(s, g, i)) && mark_entry(s, g->order[i], s->known[g->order[i]]);
    /* The words of an outage say nothing that its domain did not say. */
    if (news)
        mark_late_ones(s, g, stretch);
    else
        g_ptr_array_set_size(bursts->found, (gint)bursts->found->len - 1);
}

/* New words prove nothing: servers are replaced. */
static bool is_new_wording(const struct search *s, const struct group *g, const struct stretch *stretch)
{
    return g->kind == BURST_WORDING &&
           burst_day(entry_at(s, g, 0)->time) >= burst_day(entry_at(s, g, stretch->begin)->time);
}

/* The dead are called dead in words that are known; what is said of one message alone is about the message. Who bounced
 * on it in known words is left out. */
static void settle_one(struct search *s, const struct group *g, const struct stretch *stretch)
{
    gint32 day = burst_day(entry_at(s, g, stretch->begin)->time);
    g_autofree guint32 *order = g_new(guint32, g->count);
    guint32 within = 0, count = 0, all = stretch->end - stretch->begin + 1;
    for (guint32 i = stretch->begin; i < g->count; i++) {
        guint32 wording = entry_at(s, g, i)->group[BURST_WORDING];
        if (wording == 0 || burst_day(s->first[wording]) < day)
            continue;
        order[count++] = g->order[i];
        within += i <= stretch->end;
    }
    if (within == 0 || (guint64)within * 100 < (guint64)all * SPREAD_SHARE)
        return;
    struct group of_new = *g;
    of_new.order = order;
    of_new.count = count;
    struct stretch told = *stretch;
    told.begin = 0;
    told.end = within - 1;
    told.distinct = MIN(told.distinct, within);
    if (is_everywhere(s, &of_new, &told))
        mark(s, &of_new, &told, BURST_MESSAGE);
}

void burst_settle(struct search *s, struct group *g)
{
    for (guint i = 0; i < g->stretches->len; i++) {
        const struct stretch *stretch = &g_array_index(g->stretches, struct stretch, i);
        if (g->of_one) {
            settle_one(s, g, stretch);
            continue;
        }
        double others = g->kind == BURST_MESSAGE ? 0 : count_others(s, g, stretch);
        if (g->kind == BURST_MESSAGE || is_spread(s, g, stretch, others))
            mark(s, g, stretch, BURST_MESSAGE);
        else if (!is_new_wording(s, g, stretch) && stands_out(s, g, stretch, others))
            mark(s, g, stretch, g->kind);
    }
    g_array_set_size(g->stretches, 0);
}
