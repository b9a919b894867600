/* SPDX-License-Identifier: MIT
 * What winnow simulate works on: the histories of a list's subscribers (or of all whom evidence names), the runs that
 * were recorded, the moments to look at, and what each policy made of it. Filled by simulate.c, shown by
 * simulate_show.c. */
#ifndef WINNOW_CMD_SIMULATION_H
#define WINNOW_CMD_SIMULATION_H

#include "cmd/judge.h"
#include "core/policy/replay.h"

/* A run of `clean` that is in force. */
struct recorded_run {
    gint64 run, started;
};

struct scenario {
    const char *name;      /* the policy's file, "default" or "recorded" */
    struct policy *policy; /* NULL: what was recorded */
    struct bursts *bursts;
    struct replay *replay; /* after simulation_run() */
};

struct simulation {
    struct ledger *ledger;
    struct list *list; /* NULL: all whom evidence names */
    const char *list_path;
    char *list_name;            /* NULL: it has none */
    const char *engaged;        /* file of signs of life */
    unsigned alike;             /* rules of --match */
    struct judgement judgement; /* owns the texts */
    GArray *runs;               /* struct recorded_run, by time */
    GArray *subjects;           /* struct replay_subject */
    GHashTable *by_key;         /* struct view * of history.address -> index + 1 */
    GArray *moments;            /* gint64 */
    gint64 from, to;            /* Unix seconds */
    int step;                   /* days; 0: the moments are the recorded runs */
    guint64 rows, events;
    GArray *sightings; /* guint32: of each event by its id; REPLAY_NO_SIGHTING */
    guint32 sighting_count;
    struct signing *signing; /* of the list's mail, with when it would have become known */
    GArray *scenarios;       /* struct scenario; what was recorded first, if runs were */
};

void simulation_init(struct simulation *s);
void simulation_clear(struct simulation *s);

/* In this order: the policies, the runs (what was known when depends on them), the histories, the moments. */

/* Takes `policy`. */
void simulation_add(struct simulation *s, const char *name, struct policy *policy);
bool simulation_load_runs(struct simulation *s, GError **error);
bool simulation_load_histories(struct simulation *s, gint64 now, bool beside, GError **error);
/* Moments from `from` to `to`: the last recorded run of each step, else the step's end; or the recorded runs alone.
 * Zero for `from` and `to`: from the first evidence to the last. WINNOW_ERROR_USAGE if there is nothing between them.
 */
bool simulation_set_moments(struct simulation *s, GError **error);
/* Replays each policy; and what runs decided, if there were any. */
bool simulation_run(struct simulation *s, GError **error);

/* How a scenario differs from another: subscribers removed on another day or in one of them only. */
struct difference {
    size_t only_first, only_second, other_day;
    size_t example; /* subject; any of them */
};
struct difference simulation_compare(const struct replay *first, const struct replay *second);

enum simulation_format { SIMULATION_TEXT, SIMULATION_JSON, SIMULATION_CSV };
bool simulation_format_parse(const char *text, enum simulation_format *format);
void simulation_show(const struct simulation *s, enum simulation_format format, GString *into);

#endif
