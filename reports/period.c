/* SPDX-License-Identifier: MIT */
#include "reports/period.h"

#include "reports/words.h"

enum { JULIAN_1970 = 719163 }; /* GDate counts from the year 1 */

static void to_date(GDate *date, gint64 day)
{
    g_date_clear(date, 1);
    g_date_set_julian(date, (guint32)(day + JULIAN_1970));
}

static gint64 from_date(const GDate *date)
{
    return (gint64)g_date_get_julian(date) - JULIAN_1970;
}

static gint64 same_day(gint64 day)
{
    return day;
}

static gint64 monday_of(gint64 day)
{
    return day - (day + 3) % 7; /* 1970-01-01 was a Thursday */
}

static gint64 first_of_month(gint64 day)
{
    GDate date;
    to_date(&date, day);
    g_date_set_day(&date, 1);
    return from_date(&date);
}

static gint64 first_of_year(gint64 day)
{
    GDate date;
    to_date(&date, day);
    g_date_set_day(&date, 1);
    g_date_set_month(&date, G_DATE_JANUARY);
    return from_date(&date);
}

/* From the first day of a bucket, `reach` days on is always in the next bucket. */
static const struct {
    const char *name;
    gint64 (*start)(gint64 day);
    gint64 reach;
    size_t label; /* characters of an ISO date */
} UNITS[PERIOD_UNIT_COUNT] = {
    [PERIOD_DAY] = {"day", same_day, 1, 10},
    [PERIOD_WEEK] = {"week", monday_of, 7, 10},
    [PERIOD_MONTH] = {"month", first_of_month, 31, 7},
    [PERIOD_YEAR] = {"year", first_of_year, 366, 4},
};

const char *period_unit_name(enum period_unit unit)
{
    return UNITS[unit].name;
}

char *period_label(enum period_unit unit, gint64 day)
{
    GDate date;
    to_date(&date, day);
    g_autofree char *iso = g_strdup_printf("%04d-%02d-%02d", (int)g_date_get_year(&date), (int)g_date_get_month(&date),
                                           (int)g_date_get_day(&date));
    return g_strndup(iso, UNITS[unit].label);
}

static guint64 total_of(const struct period_day *day)
{
    guint64 total = 0;
    for (int t = 0; t < PERIOD_TYPES; t++)
        total = plus(total, day->count[t]);
    return total;
}

/* How many of the first days are stray: only where drawing them would cost the view by day. */
static size_t stray_days(const struct period_day *days, size_t count, guint64 *stray)
{
    *stray = 0;
    if (count == 0 || days[count - 1].day - days[0].day < PERIOD_BUCKETS)
        return 0;
    guint64 all = 0;
    for (size_t i = 0; i < count; i++)
        all = plus(all, total_of(&days[i]));
    size_t skipped = 0;
    while (skipped + 1 < count && plus(*stray, total_of(&days[skipped])) <= all / PERIOD_STRAY)
        *stray = plus(*stray, total_of(&days[skipped++]));
    return skipped;
}

static size_t buckets_between(enum period_unit unit, gint64 first, gint64 last)
{
    size_t n = 1;
    gint64 end = UNITS[unit].start(last);
    for (gint64 at = UNITS[unit].start(first); at < end && n <= PERIOD_BUCKETS; n++)
        at = UNITS[unit].start(at + UNITS[unit].reach);
    return n;
}

void periods_init(struct periods *periods, const struct period_day *days, size_t count)
{
    *periods = (struct periods){.buckets = g_array_new(FALSE, TRUE, sizeof(struct period_day))};
    size_t i = stray_days(days, count, &periods->before);
    if (i >= count)
        return;
    gint64 last = days[count - 1].day;
    enum period_unit unit = PERIOD_DAY;
    while (unit < PERIOD_YEAR && buckets_between(unit, days[i].day, last) > PERIOD_BUCKETS)
        unit++;
    periods->unit = unit;
    /* Years reach any span that a date can have; the oldest beyond the limit are stray too. */
    for (; buckets_between(unit, days[i].day, last) > PERIOD_BUCKETS; i++)
        periods->before = plus(periods->before, total_of(&days[i]));
    for (gint64 at = UNITS[unit].start(days[i].day); at <= last; at = UNITS[unit].start(at + UNITS[unit].reach)) {
        struct period_day bucket = {.day = at};
        for (; i < count && UNITS[unit].start(days[i].day) == at; i++) {
            for (int t = 0; t < PERIOD_TYPES; t++)
                bucket.count[t] = plus(bucket.count[t], days[i].count[t]);
        }
        g_array_append_val(periods->buckets, bucket);
    }
}

void periods_clear(struct periods *periods)
{
    g_clear_pointer(&periods->buckets, g_array_unref);
}
