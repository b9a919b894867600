/* SPDX-License-Identifier: MIT */
#include "cmd/review.h"

#include "cmd/candidates.h"

static bool subscribes(const struct subjects *subjects, const struct candidate *candidate)
{
    subject_index one;
    if (candidate->is == CANDIDATE_ID)
        return subjects_by_id(subjects, candidate->key, &one, 1) > 0;
    return subjects_by_address(subjects, candidate->key) != SUBJECT_NONE;
}

/* "verp gone@example.net (mailman), not in the list; final-recipient bob@example.org" */
static void append_named(GString *into, const struct subjects *subjects, const GArray *candidates)
{
    for (guint i = 0; i < candidates->len; i++) {
        const struct candidate *candidate = &g_array_index(candidates, struct candidate, i);
        g_string_append(into, i ? "; " : "");
        append_candidate(into, candidate);
        g_string_append(into, subscribes(subjects, candidate) ? "" : ", not in the list");
    }
}

bool review_name_candidates(struct judgement *judgement, struct ledger *ledger, GError **error)
{
    struct pool pool;
    pool_init(&pool);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    g_autoptr(GString) text = g_string_new(NULL);
    bool sound = true;
    for (guint i = 0; i < judgement->verdicts->len && sound; i++) {
        struct judged_subject *judged = &g_array_index(judgement->verdicts, struct judged_subject, i);
        if (judged->decision.action != ACTION_REVIEW)
            continue;
        pool_reset(&pool);
        g_string_truncate(text, 0);
        sound = ledger_candidates(ledger, judged->decision.decided_by, found, &pool, error);
        append_named(text, judgement->subjects, found);
        judged->candidates = pool_copy(&judgement->pool, (struct view){.data = text->str, .len = text->len});
    }
    pool_clear(&pool);
    return sound;
}
