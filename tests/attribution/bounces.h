/* SPDX-License-Identifier: MIT
 * Made-up bounces, each a function of seed and number: every scheme of return paths, forwarding, aliases, headers, and
 * traps in which somebody else is named. Each says what is to be made of it. */
#ifndef WINNOW_TESTS_BOUNCES_H
#define WINNOW_TESTS_BOUNCES_H

#include "tests/attribution/people.h"

enum { MADE_EVENTS = 2 };

/* Whose an event must be found to be. */
enum wanted {
    WANTED_NOBODY, /* nobody for certain: doubt and nothing are both right */
    WANTED_PERSON,
    WANTED_PERSON_OR_DOUBT, /* the person for certain, or nobody: two readings are as good */
};

struct made {
    GString *text;    /* the message */
    const char *sort; /* in a word or two; static */
    struct {
        enum wanted wanted;
        guint32 person;
    } event[MADE_EVENTS]; /* in the order of the report; a report with more events than `events` wants nobody of them */
    size_t events;
};

/* Appends to `made->text`. The same seed, number and count of people give the same bounce. */
void bounce_make(guint32 seed, guint32 n, guint32 people, struct pool *pool, struct made *made);

#endif
