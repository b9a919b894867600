/* SPDX-License-Identifier: MIT
 * Bounces over time: days become a row of buckets without gaps, by day while they fit, else by week, month or year. A
 * few stray dates long before the rest (forged, or a clock that was off) are counted instead of drawn. UTC. Pure. */
#ifndef WINNOW_REPORTS_PERIOD_H
#define WINNOW_REPORTS_PERIOD_H

#include "core/classify/taxonomy.h"

enum {
    PERIOD_BUCKETS = 92, /* a quarter by day; more columns than this cannot be told apart */
    PERIOD_STRAY = 200,  /* a 200th of the bounces at most counts as stray */
    PERIOD_TYPES = 3,    /* SES_TYPE_… */
};

#define PERIOD_UNITS(X)                                                                                                \
    X(DAY, "day")                                                                                                      \
    X(WEEK, "week")                                                                                                    \
    X(MONTH, "month")                                                                                                  \
    X(YEAR, "year")

enum period_unit {
#define PERIOD_ENUM(id, name) PERIOD_##id,
    PERIOD_UNITS(PERIOD_ENUM)
#undef PERIOD_ENUM
        PERIOD_UNIT_COUNT
};

struct period_day {
    gint64 day; /* days since 1970-01-01: the first of the bucket */
    guint64 count[PERIOD_TYPES];
};

struct periods {
    enum period_unit unit;
    GArray *buckets;         /* struct period_day, in order, without gaps */
    guint64 before;          /* stray ones before the first bucket */
    guint64 undated, future; /* bounces without a date, and dated later than now */
};

/* `days` are sorted and distinct. Free with periods_clear(). */
void periods_init(struct periods *periods, const struct period_day *days, size_t count);
void periods_clear(struct periods *periods);
const char *period_unit_name(enum period_unit unit);
/* "2025-11-23", "2025-11" for months, "2025" for years; to be freed. */
char *period_label(enum period_unit unit, gint64 day);

#endif
