/* SPDX-License-Identifier: MIT
 * A policy in a made-up world (world.h): one mail a day to everybody whom it neither holds nor has removed, one look at
 * what came back each night, and the score against the truth. */
#ifndef YEAR_CONTEST_H
#define YEAR_CONTEST_H

#include "tests/year/world.h"

enum standing { STANDING_MAILED, STANDING_HELD, STANDING_REMOVED };

/* The night after `day`, at 03:00 of the next. */
struct night {
    const struct world *world;
    int day;
    gint64 now;
    const struct signal *at; /* what came since the night before, by time */
    size_t count;
    const guint16 *mails; /* sent to each person until now */
    guint8 *standing;     /* enum standing of each person: for the contender to set */
};

struct contender {
    const char *name;
    const char *terms; /* what it does by default, and where that is said */
    void *(*start)(const struct world *world);
    void (*night)(void *self, const struct night *night);
    void (*finish)(void *self);
};

struct score {
    guint64 mails;
    guint64 good_removed;    /* people removed while their address worked, or would have worked again */
    guint64 good_held_days;  /* days on which a working address was held back */
    guint64 dead, dead_late; /* addresses that died in time to tell; those mailed 30 days after it */
    guint64 mails_to_dead;
    guint64 full, full_late; /* boxes full for good, likewise; mailed 60 days after that began */
};

struct score contest_run(const struct world *world, const struct contender *contender);

/* winnow's own policy and guards, with its own verdicts on what the servers say. */
extern const struct contender winnow_contender, winnow_unsigned;
/* Imitations of what others do by default; ends with a NULL name. */
extern const struct contender peers[];

/* winnow and all others, in the order of the table. */
enum { CONTENDERS_MAX = 16 };
size_t contest_all(const struct contender *all[static CONTENDERS_MAX]);

/* The table, 80 columns at most; to be freed. */
char *contest_table(const struct contender *const *all, const struct score *scores, size_t count);

#endif
