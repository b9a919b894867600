/* SPDX-License-Identifier: MIT
 * What a world is inside: for world.c, which makes it, and fate.c, which says what becomes of a mail. */
#ifndef YEAR_PRIVATE_H
#define YEAR_PRIVATE_H

#include "tests/year/world.h"

enum { HOUR = 60 * 60, EPISODES = 5, BIG_DOMAINS = 5 };

/* What use a die is put to. */
enum salt {
    SALT_DOMAIN = 1,
    SALT_HOST,
    SALT_HOUR,
    SALT_END,
    SALT_END_TIME,
    SALT_DOMAIN_END,
    SALT_FULL,
    SALT_FULL_AT,
    SALT_HOLIDAY,
    SALT_HOLIDAY_AT,
    SALT_DOWN,
    SALT_DOWN_AT,
    SALT_OUTAGE,
    SALT_BLOCK,
    SALT_SPAM,
    SALT_NOISE,
    SALT_WORDING,
    SALT_TRAVEL,
    SALT_ENGAGES,
    SALT_FORGED,
};

struct span {
    gint64 begin, end;
};

struct domain {
    char *name, *mx;
    guint host; /* number of the system; those of the big domains come first */
    enum ending ending;
    gint64 end;
    struct span down[EPISODES];
};

struct person {
    guint32 domain;
    guint32 minute; /* of the day, at which the mail leaves */
    enum ending ending;
    gint64 end;
    struct span full[EPISODES];
    struct span holiday[2];
    guint8 open_rate;    /* percent */
    bool replies_always; /* the auto-reply answers every mail, against RFC 3834 2 */
};

struct world {
    struct world_options options;
    struct domain *domains;
    guint32 domain_count;
    struct person *people;
    struct span outage, block;
    int spam_day, forge_day;
};

/* 0 to 1, from world_dice(). */
double world_chance(const struct world *world, guint64 a, guint64 b, enum salt salt);

static inline bool is_within(const struct span *span, gint64 time)
{
    return time >= span->begin && time < span->end;
}

static inline bool has_ended(const struct person *person, gint64 time)
{
    return person->ending != ENDING_NONE && time >= person->end;
}

#endif
