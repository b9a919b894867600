/* SPDX-License-Identifier: MIT
 * The table of return path schemes in use, in the language of pattern.h; verp.c walks it. Private to core/match. */
#ifndef WINNOW_MATCH_SCHEMES_H
#define WINNOW_MATCH_SCHEMES_H

#include "core/match/pattern.h"

/* What to do with the rows below, once this one has read the path. */
enum then {
    THEN_STOP = 0, /* the form is unmistakable */
    THEN_LONGER,   /* part of what was taken for the scheme may be the recipient's: only longer local parts */
    THEN_GO_ON,    /* one reading of several */
};

struct scheme {
    const char *name;
    const char *pattern;
    bool (*accepts)(const struct pattern_match *match); /* NULL: any match */
    const char *system; /* not NULL: the id is none of the subscriber's own, and is told apart as "system:id" */
    enum then then;
    bool attested; /* the user's own: every split counts */
    /* Is the split of this match only one of several that are as good? NULL: no. */
    bool (*is_guess)(const struct pattern_match *match);
    bool own_domain; /* too plain a form: only where the bounce domains are given */
};

enum { SCHEME_COUNT = 42 };

/* The most specific first. */
extern const struct scheme SCHEMES[SCHEME_COUNT];

#endif
