/* SPDX-License-Identifier: MIT
 * What a policy would have decided, moment by moment, with what was known by then. Pure: the same policy_decide() and
 * guards as a run's; histories, moments and policy in, fates out. What was stored is replayed as it is: a bounce that
 * would not have come because the subscriber was already removed stays what it was, and is counted as avoided.
 * One thread. Memory grows with the subjects. */
#ifndef WINNOW_POLICY_REPLAY_H
#define WINNOW_POLICY_REPLAY_H

#include "core/policy/guard.h"
#include "core/policy/policy.h"

#define REPLAY_NO_SIGHTING G_MAXUINT32

/* One subscriber with all that is known today. */
struct replay_subject {
    struct history history;  /* `removed` is not used: the replay removes, and who is in the list was in it always */
    const gint64 *known;     /* when each of history.at became known; ascending */
    const guint32 *sighting; /* its number in the bursts, or REPLAY_NO_SIGHTING; NULL: none is one */
    guint64 rows;            /* of the list; what guards count */
};

struct replay_input {
    const struct replay_subject *subjects;
    size_t subject_count;
    const gint64 *moments; /* Unix seconds, ascending: the runs that there would have been */
    size_t moment_count;
    gint64 end;                  /* holds after the last moment are counted up to it */
    guint64 rows;                /* of the list */
    const struct bursts *bursts; /* by the policy's limits, found; NULL: none are looked for */
    burst_rows_call rows_of;     /* of a domain; may be NULL */
    void *user;
};

/* What would have become of one subscriber. */
struct replay_fate {
    enum action last;    /* as the last moment left it */
    gint64 removed;      /* the moment of the first removal; 0: never */
    gint64 held;         /* the moment of the first hold; 0: never */
    gint64 retry_after;  /* end of the last hold; 0: none */
    gint64 seconds_held; /* from moment to moment */
    guint32 avoided;     /* bounces after the removal, while it lasted */
    gint64 alive;        /* first delivery or engagement while removed; 0: none */
    char *why;           /* of the first removal; else of the last decision that was not to keep; NULL: none */
};

struct replay {
    struct replay_fate *fates; /* one for each subject, in their order */
    size_t count;
    guint64 removed, alive, held, review; /* subjects; `review` as the last moment left them */
    guint64 avoided;
    gint64 seconds_held;
    size_t stopped; /* moments at which a guard would have stopped the run: what was before stays */
};

struct replay *replay_run(const struct policy *policy, const struct replay_input *input);

/* What was decided at a moment, about one subject; about the others: to keep. */
struct replay_line {
    size_t subject;
    struct decision decision; /* `why` is taken */
};
/* Fills `into` (struct replay_line) with what was decided at input->moments[moment]. */
typedef bool (*replay_recall_call)(size_t moment, GArray *into, void *user, GError **error);

/* The same sums over decisions that were made: what runs recorded. NULL with what `recall` said. */
struct replay *replay_recall(const struct replay_input *input, replay_recall_call recall, void *user, GError **error);
void replay_free(struct replay *replay);

/* When evidence became known to the runs: when it happened, unless a run at one of `runs` (ascending) passed it by and
 * a later one, at `read`, was the first that had read it. */
gint64 replay_known(gint64 time, gint64 read, const gint64 *runs, size_t run_count);

#endif
