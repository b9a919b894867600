/* SPDX-License-Identifier: MIT */
#include "core/policy/whatif.h"

#include "core/policy/signing.h"

#include <stdlib.h>

enum { DAY = 24 * 60 * 60 };

/* The question: a history, what is decided of it, and room for another history. */
struct asking {
    const struct policy *policy;
    const struct history *history;
    gint64 now;
    struct decision decision;
    struct occurrence *other; /* room for all and WHATIF_EVENTS more */
    bool *gone;               /* of history->at */
    GArray *answers;
};

const char *change_name(enum change change)
{
    static const char *const names[] = {
#define CHANGE_NAME(id, name) [CHANGE_##id] = (name),
        CHANGES(CHANGE_NAME)
#undef CHANGE_NAME
    };
    return names[change];
}

static void whatif_clear(gpointer data)
{
    struct whatif *whatif = data;
    g_free(whatif->events);
    decision_clear(&whatif->decision);
}

static struct decision decide(const struct asking *asking, size_t count, gint64 now)
{
    struct history history = *asking->history;
    history.at = asking->other;
    history.count = count;
    return policy_decide(asking->policy, &history, now);
}

/* What is left of the history goes to `other`. */
static size_t remaining(const struct asking *asking)
{
    size_t count = 0;
    for (size_t i = 0; i < asking->history->count; i++) {
        if (!asking->gone[i])
            asking->other[count++] = asking->history->at[i];
    }
    return count;
}

static bool is_change(const struct asking *asking, const struct decision *decision)
{
    return decision->action != asking->decision.action || decision->retry_after != asking->decision.retry_after;
}

/* Takes the answer's decision: it is added, or cleared if it changes nothing. */
static bool answer(struct asking *asking, struct whatif whatif)
{
    bool changes = is_change(asking, &whatif.decision);
    if (changes)
        g_array_append_val(asking->answers, whatif);
    else
        whatif_clear(&whatif);
    return changes;
}

/* --- taking away -------------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const gint64 *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* All that are gone, as an answer. */
static bool answer_without(struct asking *asking)
{
    struct whatif whatif = {.change = CHANGE_WITHOUT, .when = asking->now};
    whatif.events = g_new(gint64, asking->history->count + 1);
    for (size_t i = 0; i < asking->history->count; i++) {
        if (asking->gone[i])
            whatif.events[whatif.count++] = asking->history->at[i].id;
    }
    if (whatif.count > 1)
        qsort(whatif.events, whatif.count, sizeof *whatif.events, ascending);
    whatif.decision = decide(asking, remaining(asking), asking->now);
    return answer(asking, whatif);
}

/* True if a single event taken away changes the action. */
static bool try_each(struct asking *asking)
{
    size_t count = asking->history->count, first = count > WHATIF_EVENTS ? count - WHATIF_EVENTS : 0;
    bool any = false;
    for (size_t i = first; i < count; i++) {
        asking->gone[i] = true;
        if (answer_without(asking)) {
            const struct whatif *last = &g_array_index(asking->answers, struct whatif, asking->answers->len - 1);
            any = any || last->decision.action != asking->decision.action;
        }
        asking->gone[i] = false;
    }
    return any;
}

/* The action when what is marked is gone. */
static enum action action_without(const struct asking *asking, gint64 *decided_by)
{
    struct decision decision = decide(asking, remaining(asking), asking->now);
    enum action action = decision.action;
    *decided_by = decision.decided_by;
    decision_clear(&decision);
    return action;
}

static bool take_away(struct asking *asking, gint64 id)
{
    for (size_t i = 0; i < asking->history->count; i++) {
        if (asking->history->at[i].id == id && !asking->gone[i])
            return asking->gone[i] = true;
    }
    return false;
}

/* Those that are not needed for another decision; false if all of them are. */
static bool give_back(struct asking *asking)
{
    gint64 by;
    bool any = false;
    for (size_t i = 0; i < asking->history->count; i++) {
        if (!asking->gone[i])
            continue;
        asking->gone[i] = false;
        asking->gone[i] = action_without(asking, &by) == asking->decision.action;
        any = any || !asking->gone[i];
    }
    return any;
}

/* Takes away whatever decides until something else is decided, then gives back what was not needed for it. */
static void try_set(struct asking *asking)
{
    size_t count = asking->history->count;
    gint64 by = asking->decision.decided_by;
    for (size_t taken = 0; action_without(asking, &by) == asking->decision.action; taken++) {
        if (taken == WHATIF_EVENTS || !take_away(asking, by)) {
            memset(asking->gone, 0, count * sizeof *asking->gone);
            return;
        }
    }
    while (give_back(asking))
        ;
    answer_without(asking);
    memset(asking->gone, 0, count * sizeof *asking->gone);
}

/* --- adding ------------------------------------------------------------------------------------------------------- */

static void try_delivery(struct asking *asking)
{
    size_t count = remaining(asking);
    gint64 now = asking->now + 1;
    asking->other[count] = (struct occurrence){
        .id = G_MAXINT64, .time = now, .kind = EVENT_DELIVERY, .class = SES_UNDETERMINED, .step = CLAIM_VERP_KEY};
    answer(asking, (struct whatif){.change = CHANGE_DELIVERY, .when = now, .decision = decide(asking, count + 1, now)});
}

static const struct occurrence *deciding(const struct asking *asking)
{
    for (size_t i = 0; i < asking->history->count; i++) {
        const struct occurrence *of = &asking->history->at[i];
        if (of->id == asking->decision.decided_by)
            return of;
    }
    return NULL;
}

/* The mailing goes on as the policy lets it, and every mail comes back as the deciding one did; where mail is signed,
 * to a signed return path. */
static void try_more(struct asking *asking)
{
    const struct occurrence *like = deciding(asking);
    if (!like || like->kind != EVENT_BOUNCE || asking->decision.action == ACTION_REMOVE)
        return;
    size_t count = remaining(asking);
    char names[WHATIF_EVENTS][16];
    gint64 next = asking->now, hold = asking->decision.retry_after;
    for (size_t more = 1; more <= WHATIF_EVENTS; more++) {
        next = hold > next ? hold : next + DAY;
        g_snprintf(names[more - 1], sizeof names[0], "\x01%zu", more);
        struct occurrence *added = &asking->other[count++];
        *added = *like;
        added->id = G_MAXINT64 - WHATIF_EVENTS + (gint64)more;
        added->time = next;
        added->campaign = view_of(names[more - 1]);
        added->quarantined = false;
        added->doubt = NULL;
        if (signing_since(asking->history->signing, asking->now) > 0)
            added->step = CLAIM_VERP_KEY;
        struct decision decision = decide(asking, count, next);
        bool removes = decision.action == ACTION_REMOVE;
        bool reviews = decision.action == ACTION_REVIEW && asking->decision.action != ACTION_REVIEW;
        hold = decision.retry_after;
        if (removes || reviews) {
            answer(asking,
                   (struct whatif){
                       .change = CHANGE_MORE, .count = more, .class = like->class, .when = next, .decision = decision});
            return;
        }
        decision_clear(&decision);
    }
}

static void try_time(struct asking *asking)
{
    gint64 when = asking->decision.retry_after;
    if (when > asking->now)
        answer(asking, (struct whatif){.change = CHANGE_TIME,
                                       .when = when,
                                       .decision = policy_decide(asking->policy, asking->history, when)});
}

GArray *policy_what_if(const struct policy *policy, const struct history *history, gint64 now)
{
    struct asking asking = {
        .policy = policy,
        .history = history,
        .now = now,
        .decision = policy_decide(policy, history, now),
        .other = g_new0(struct occurrence, history->count + WHATIF_EVENTS + 1),
        .gone = g_new0(bool, history->count + 1),
        .answers = g_array_new(FALSE, FALSE, sizeof(struct whatif)),
    };
    g_array_set_clear_func(asking.answers, whatif_clear);
    if (!try_each(&asking) && asking.decision.action != ACTION_KEEP)
        try_set(&asking);
    try_delivery(&asking);
    try_more(&asking);
    try_time(&asking);
    decision_clear(&asking.decision);
    g_free(asking.other);
    g_free(asking.gone);
    return asking.answers;
}
