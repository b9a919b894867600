/* SPDX-License-Identifier: MIT */
#include "core/match/settle.h"

static void note(struct settlement *s, subject_index subject, const struct candidate *candidate)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->subject[i] == subject)
            return;
    }
    if (s->count == 0)
        s->scheme = candidate->scheme;
    if (s->count < SETTLE_SUBJECTS)
        s->subject[s->count++] = subject;
}

static void look_up(const struct subjects *subjects, const struct candidate *candidate, struct settlement *s)
{
    subject_index found[SETTLE_SUBJECTS];
    size_t n = 0;
    if (candidate->is == CANDIDATE_ID) {
        n = subjects_by_id(subjects, candidate->key, found, SETTLE_SUBJECTS);
    } else {
        found[0] = subjects_by_address(subjects, candidate->key);
        n = found[0] != SUBJECT_NONE;
    }
    for (size_t i = 0; i < n; i++)
        note(s, found[i], candidate);
}

struct settlement settle(const struct subjects *subjects, const struct candidate *candidates, size_t count)
{
    struct settlement s = {0};
    for (size_t i = 0; i < count && s.count == 0;) {
        enum claim_step step = candidates[i].step;
        for (; i < count && candidates[i].step == step; i++)
            look_up(subjects, &candidates[i], &s);
        if (s.count > 0)
            s.step = step;
        else if (s.passed_over == CLAIM_NONE)
            s.passed_over = step;
    }
    s.settled = s.count == 0 ? SETTLED_NONE : s.count == 1 ? SETTLED_ONE : SETTLED_AMBIGUOUS;
    return s;
}
