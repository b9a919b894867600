/* SPDX-License-Identifier: MIT
 * Settling a claim against the list: the strongest step with any candidate who subscribes decides. Of several readings
 * of a return path the one that is a subscriber wins; two different subscribers at the deciding step are for a person
 * to judge, never for us. An address and an id that lead to the same rows are one subscriber. Pure. */
#ifndef WINNOW_MATCH_SETTLE_H
#define WINNOW_MATCH_SETTLE_H

#include "core/match/subjects.h"

enum settled {
    SETTLED_NONE = 0, /* no candidate is in the list */
    SETTLED_ONE,
    SETTLED_AMBIGUOUS, /* two subscribers or more: review */
};

enum { SETTLE_SUBJECTS = 16 }; /* named in a settlement; nobody reviews longer ones */

struct settlement {
    enum settled settled;
    enum claim_step step; /* that decided */
    struct view scheme;   /* of the candidate that did, for VERP */
    subject_index subject[SETTLE_SUBJECTS];
    size_t count; /* 1 if SETTLED_ONE */
    /* The strongest step above `step` whose candidates are all strangers to the list: CLAIM_NONE if there is none. The
     * mail was for somebody else, say one who has left, and who is blamed now may only be whom it was forwarded to. */
    enum claim_step passed_over;
};

/* `candidates` as in struct claim: strongest step first. */
struct settlement settle(const struct subjects *subjects, const struct candidate *candidates, size_t count);

#endif
