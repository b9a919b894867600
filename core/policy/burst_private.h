/* SPDX-License-Identifier: MIT
 * struct bursts from the inside, for burst.c, which collects and answers, and burst_find.c, which looks. */
#ifndef WINNOW_POLICY_BURST_PRIVATE_H
#define WINNOW_POLICY_BURST_PRIVATE_H

#include "core/policy/burst.h"
#include "core/pool.h"

enum { DAY_SECONDS = 24 * 60 * 60, GROUPINGS = BURST_MESSAGE + 1 };

struct entry {
    gint64 time;
    guint32 subject;
    guint32 group[GROUPINGS]; /* number of the domain, provider, wording, message; 0: none */
    guint32 burst;            /* index into bursts.found + 1; 0: none */
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

/* The numbers of the entries by time, and the days with evidence (gint32) in order. */
void burst_sort(const struct bursts *bursts, guint32 *order);
void burst_active_days(const struct bursts *bursts, GArray *into);

/* Marks entries and adds to `found`. */
void burst_find(struct bursts *bursts, guint64 rows, burst_rows_call rows_of, void *user);

#endif
