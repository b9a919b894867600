/* SPDX-License-Identifier: MIT
 * struct bursts from the inside: burst.c collects and answers, burst_find.c looks for what is high in a group's own
 * history, burst_settle.c compares that with the others and marks what is a burst. */
#ifndef WINNOW_POLICY_BURST_PRIVATE_H
#define WINNOW_POLICY_BURST_PRIVATE_H

#include "core/policy/burst.h"
#include "core/pool.h"

enum {
    DAY_SECONDS = 24 * 60 * 60,
    GROUPINGS = BURST_MESSAGE + 1,
    WINDOW = BURST_HOURS * 60 * 60,
    TAIL = BURST_TAIL_HOURS * 60 * 60
};

struct entry {
    gint64 time;
    guint32 subject;
    guint32 group[GROUPINGS]; /* number of the domain, provider, wording, message; 0: none */
    guint32 burst;            /* index into bursts.found + 1; 0: none */
    guint32 occasion;         /* of its subscriber, from 1 on: a new one begins confirm_days after the one before */
    bool leads;               /* it is the first of its occasion */
    bool soft;                /* of an outage at most */
    gint64 until;             /* outages: when it turned out to be none; 0: never */
    gint64 known;             /* since when */
};

struct bursts {
    struct burst_limits limits;
    struct pool pool;
    GArray *entries;              /* struct entry */
    GHashTable *names[GROUPINGS]; /* struct view * -> number */
    GPtrArray *texts[GROUPINGS];  /* the names by number; 0 is NULL */
    GString *wording;             /* scratch */
    GHashTable *days;             /* with evidence */
    gint64 last_day;
    guint32 subjects;
    GPtrArray *found;  /* struct burst *, in the order in which entries refer to them */
    GPtrArray *sorted; /* the same by kind and name */
};

static inline gint32 burst_day(gint64 time)
{
    return (gint32)CLAMP(time / DAY_SECONDS, 0, G_MAXINT32 - 1);
}

/* Counts of distinct subscribers by day, in the order of days. */
struct daily {
    gint32 day;
    guint32 count;
};

/* One subscriber's entries in the window that is looked at: all, and those of the first occasion.
 */
struct presence {
    guint32 entries, joined;
};

struct search {
    struct bursts *bursts;
    struct entry *at;
    guint32 count;  /* of hard ones */
    guint32 *order; /* by time */
    gint64 *known;  /* of each entry in a stretch: the end of the first window that said so */
    gint64 *first;  /* of each wording: time of its first entry */
    gint64 *leads;  /* times of the first entries of occasions, in order */
    guint32 lead_count;
    GArray *all_daily;          /* struct daily of the list */
    GArray *active;             /* gint32: days with evidence, in order */
    struct presence *in_window; /* by subject */
    guint64 *seen;              /* by subject: group and day that it was counted in last */
    guint64 serial;             /* of the group */
    GArray *stretches;          /* struct stretch: scratch */
    guint64 rows;
    burst_rows_call rows_of;
    void *user;
};

/* Windows that follow one another and look like a burst: entries begin … end, both in it. */
struct stretch {
    guint32 begin, end;
    guint32 distinct, usual, all_usual; /* in the worst window */
    bool joined;                        /* it would be high with those alone who bounce for the first time */
};

/* One group's entries while a window slides over them. */
struct group {
    enum burst_kind kind;
    struct view name;
    bool of_one; /* campaign or message */
    const guint32 *order;
    guint32 count;
    guint32 start, end;       /* the window, both in it */
    guint32 distinct, joined; /* subscribers in it: all, and those on their first occasion */
    GArray *daily;
    gint32 usual_of; /* the day before which what follows is known */
    guint32 usual, history, all_usual;
    guint64 rows;      /* subscribers of the group; 0: not asked yet */
    GArray *stretches; /* struct stretch */
};

static inline bool is_place(enum burst_kind kind)
{
    return kind == BURST_DOMAIN || kind == BURST_PROVIDER;
}

static inline const struct entry *entry_at(const struct search *s, const struct group *g, guint32 i)
{
    return &s->at[g->order[i]];
}

/* The numbers of the entries by time, and the days with evidence (gint32) in order. */
void burst_sort(const struct bursts *bursts, guint32 *order);
void burst_active_days(const struct bursts *bursts, GArray *into);

/* Entries by group, in the order that they had. */
struct grouped {
    guint32 *first, *order;
};
typedef struct grouped grouped_auto; /* for g_autoptr() */
struct grouped *grouped_new(const struct search *s, enum burst_kind kind, const guint32 *order, guint32 count);
void grouped_free(struct grouped *grouped);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(grouped_auto, grouped_free)
const guint32 *grouped_at(const struct grouped *grouped, guint32 number, guint32 *count);

/* Days with evidence in the look-back before `day`. */
guint32 burst_history_before(const struct search *s, gint32 day);
/* The highest count of a day in the look-back before `day`, without the top tenth of the `history` days. */
guint32 burst_usual_before(const GArray *daily, gint32 day, guint32 history);
/* What others wrote, fit to be shown. */
const char *burst_name(struct bursts *bursts, struct view name, size_t most);

/* Subscribers in the group, as far as anybody knows. */
guint64 burst_group_rows(const struct search *s, struct group *g);
/* Marks what of the group's stretches is a burst, and empties them. */
void burst_settle(struct search *s, struct group *g);
/* Among the soft entries, by time. */
void burst_find_outages(struct search *s, const guint32 *soft, guint32 count);
/* Marks entries and adds to `found`. */
void burst_find(struct bursts *bursts, guint64 rows, burst_rows_call rows_of, void *user);

#endif
