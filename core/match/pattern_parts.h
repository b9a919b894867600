/* SPDX-License-Identifier: MIT
 * What a pattern is made of. Private to pattern.c and pattern_say.c. */
#ifndef WINNOW_MATCH_PATTERN_PARTS_H
#define WINNOW_MATCH_PATTERN_PARTS_H

#include "core/limits.h"
#include "core/match/pattern.h"

enum { PATTERN_PARTS = 24 }; /* literals and groups in turn; the longest scheme in use has nine */

struct part {
    bool literal;
    enum pattern_group group;
    unsigned column;  /* of a group, from 1 */
    struct view text; /* of a literal */
};

struct pattern {
    GString *literals;
    struct part parts[PATTERN_PARTS];
    size_t count;
    unsigned needs; /* marks that stand in literals of the local part */
    bool whole;     /* it has an '@' */
};

bool pattern_may_hold(enum pattern_group group, char c);

#endif
