/* SPDX-License-Identifier: MIT
 * Looking for bursts: a window slides over the sightings of the list, of each domain, provider and wording. */
#include "core/policy/burst_private.h"

enum {
    WINDOW = BURST_HOURS * 60 * 60,
    TAIL = BURST_TAIL_HOURS * 60 * 60,
    CHAIN_DAYS = 21,    /* after so many quiet days a subscriber's next bounce is a first one again */
    SPREAD_DOMAINS = 5, /* a message meets the same words at so many domains, none of them with half of all … */
    SPREAD_SHARE = 80,  /* … and hardly any others: per cent */
    NAMED_WORDS = 60,
};

/* Counts of distinct subscribers by day, in the order of days. */
struct daily {
    gint32 day;
    guint32 count;
};

struct search {
    struct bursts *bursts;
    struct entry *at;
    guint32 count;
    guint32 *order; /* entries by time */
    bool *fresh;    /* of each entry: none of its subscriber's came confirm_days before */
    bool *lead;     /* of each entry: it is its subscriber's first one in CHAIN_DAYS */
    gint64 *known;  /* of each entry in a stretch: the end of the first window that said so */
    gint64 *first;  /* of each wording: time of its first entry */
    gint64 *leads;  /* times of the entries that are their subscribers' first in CHAIN_DAYS, in order */
    guint32 lead_count;
    GArray *all_daily;  /* struct daily of the list */
    GArray *active;     /* gint32: days with evidence, in order */
    guint32 *in_window; /* by subject: its entries in the window that is looked at */
    guint64 *seen;      /* by subject: group and day that it was counted in last */
    guint64 serial;     /* of the group */
    GArray *stretches;  /* struct stretch: scratch */
    guint64 rows;
    burst_rows_call rows_of;
    void *user;
};

/* Windows that follow one another and look like a burst: entries begin … end, both in it. */
struct stretch {
    guint32 begin, end;
    guint32 distinct, usual, all_usual; /* in the worst window */
};

/* One group's entries while a window slides over them. */
struct group {
    enum burst_kind kind;
    struct view name;
    bool of_one; /* campaign or message */
    const guint32 *order;
    guint32 count;
    guint32 start, end, distinct; /* the window: start … end, both in it */
    GArray *daily;
    gint32 usual_of; /* the day before which what follows is known */
    guint32 usual, history, all_usual;
    guint64 rows;      /* subscribers of the group; 0: not asked yet */
    GArray *stretches; /* struct stretch */
};

static const struct entry *entry_at(const struct search *s, const struct group *g, guint32 i)
{
    return &s->at[g->order[i]];
}

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

/* Subscribers in the group, as far as anybody knows. */
static guint64 group_rows(const struct search *s, struct group *g)
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

/* First bounces in all of the list, from `begin` to `end`. */
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

/* What the others of the list had in the same time, and at least in a day: a large mailing goes out place by place. */
static double count_others(const struct search *s, const struct group *g, const struct stretch *stretch)
{
    gint64 begin = entry_at(s, g, stretch->begin)->time, end = entry_at(s, g, stretch->end)->time;
    guint32 own = 0;
    for (guint32 i = stretch->begin; i <= stretch->end; i++)
        own += s->lead[g->order[i]];
    return MAX(count_leads(s, MIN(begin, end - WINDOW), MAX(end, begin + WINDOW)), own) - own;
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
    double rows = MAX((double)group_rows(s, g), distinct), rest = (double)s->rows - rows;
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

/* The same words, hardly any others, at many domains: it is the message that they are about. */
static bool is_spread(const struct search *s, const struct group *g, const struct stretch *stretch, double others)
{
    double factor = s->bursts->limits.factor, distinct = stretch->distinct;
    if (g->kind != BURST_WORDING || stretch->distinct < BURST_MANY ||
        distinct < factor * MAX(1.0, stretch->all_usual) || distinct * 100 < (distinct + others) * SPREAD_SHARE)
        return false;
    return is_everywhere(s, g, stretch);
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
    return is_place && s->rows > 0 && s->rows_of && (guint64)g->distinct * BURST_WITHOUT_PAST >= group_rows(s, g);
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

/* Reports travel for hours, those of some systems for days. */
static void mark_late_ones(struct search *s, const struct group *g, const struct stretch *stretch)
{
    gint64 end = entry_at(s, g, stretch->end)->time + TAIL, known = s->known[g->order[stretch->end]];
    for (guint32 i = stretch->end + 1; i < g->count && entry_at(s, g, i)->time <= end; i++) {
        if (s->fresh[g->order[i]])
            mark_entry(s, g->order[i], MAX(known, entry_at(s, g, i)->time));
    }
}

/* What others wrote, fit to be shown. */
static const char *name_of(struct search *s, const struct group *g)
{
    struct view name = view_first_text(g->name, g->kind == BURST_WORDING || g->of_one ? NAMED_WORDS : 255);
    char *shown = pool_alloc(&s->bursts->pool, name.len + 1);
    for (size_t i = 0; i < name.len; i++)
        shown[i] = g_ascii_iscntrl(name.data[i]) ? ' ' : name.data[i];
    shown[name.len] = '\0';
    return shown;
}

static void mark(struct search *s, const struct group *g, const struct stretch *stretch, enum burst_kind kind)
{
    struct bursts *bursts = s->bursts;
    struct burst *burst = pool_new(&bursts->pool, struct burst);
    *burst = (struct burst){.kind = kind,
                            .name = name_of(s, g),
                            .of_one = g->of_one,
                            .first = entry_at(s, g, stretch->begin)->time,
                            .last = entry_at(s, g, stretch->end)->time,
                            .subscribers = stretch->distinct,
                            .usual = stretch->usual};
    g_ptr_array_add(bursts->found, burst);
    bool news = false;
    for (guint32 i = stretch->begin; i <= stretch->end; i++)
        news |= s->fresh[g->order[i]] && mark_entry(s, g->order[i], s->known[g->order[i]]);
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

static void settle(struct search *s, struct group *g)
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
    settle(s, &all);
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
        settle(s, &group);
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
