/* SPDX-License-Identifier: MIT
 * Settling a claim against the list: the strongest step with any candidate who subscribes decides. Of several readings
 * of a return path the one that is a subscriber wins; two different subscribers at the deciding step are for a person
 * to judge, never for us, and so are two steps that contradict each other. An address and an id that lead to the same
 * rows are one subscriber. Pure. */
#ifndef WINNOW_MATCH_SETTLE_H
#define WINNOW_MATCH_SETTLE_H

#include "core/match/subjects.h"

enum settled {
    SETTLED_NONE = 0, /* no candidate is in the list */
    SETTLED_ONE,
    SETTLED_AMBIGUOUS, /* two subscribers or more: review */
};

/* Why nobody should be removed for it. */
enum doubt {
    DOUBT_NONE = 0,
    DOUBT_READINGS, /* one step names several subscribers */
    DOUBT_STEPS,    /* `against`, a weaker step, names another subscriber, and the deciding one is no better witness */
    /* `against`, a stranger to the list, is named by a better witness of whom the mail was sent to: one who has left,
     * say, and who is blamed now may only be whom it was forwarded to. */
    DOUBT_STRANGER,
    /* All that speaks for the subscriber is whom the mail was addressed to, but what failed is `against`, a stranger.
     */
    DOUBT_ELSEWHERE,
};

enum { SETTLE_SUBJECTS = 16 }; /* named in a settlement; nobody reviews longer ones */

struct settlement {
    enum settled settled;
    enum claim_step step; /* that decided */
    struct view scheme;   /* of the candidate that did, for VERP */
    subject_index subject[SETTLE_SUBJECTS];
    size_t count; /* 1 if SETTLED_ONE */
    enum doubt doubt;
    const struct candidate *against; /* of the candidates; NULL unless the doubt has one */
};

/* `candidates` as in struct claim: strongest step first. Of addresses that are not in the list their marks count. */
struct settlement settle(const struct subjects *subjects, const struct candidate *candidates, size_t count);

/* Is `subject` named by an id that only who saw our mail to him can know: its Message-ID or envelope id, by the log of
 * what was sent? */
bool settle_is_traced(const struct subjects *subjects, const struct candidate *candidates, size_t count,
                      subject_index subject);

#endif
