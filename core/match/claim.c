/* SPDX-License-Identifier: MIT */
#include "core/match/claim.h"

#include "core/match/address.h"
#include "core/match/verp.h"

/* Every reading of every return path, and the four addresses of the event. */
enum { MAX_CANDIDATES = EVENT_RETURN_PATHS * VERP_READINGS + 4 };

static const char *const STEP_NAMES[CLAIM_STEP_COUNT] = {
#define CLAIM_NAME(id, name) [CLAIM_##id] = name,
    CLAIM_STEPS(CLAIM_NAME)
#undef CLAIM_NAME
};

const char *claim_step_name(enum claim_step step)
{
    return (unsigned)step < CLAIM_STEP_COUNT ? STEP_NAMES[step] : STEP_NAMES[CLAIM_NONE];
}

bool claim_step_parse(struct view text, enum claim_step *step)
{
    for (unsigned i = 0; i < CLAIM_STEP_COUNT; i++) {
        if (view_equal(text, view_of(STEP_NAMES[i]))) {
            *step = i;
            return true;
        }
    }
    return false;
}

/* The event's own addresses, strongest first; returned_to says whom the mail was for, not who failed, and stands last.
 */
struct own {
    enum claim_step step;
    struct view key;
};

enum { OWN_ADDRESSES = 4, OWN_RECIPIENTS = 3 };

struct maker {
    const struct event *event;
    bool alone; /* the report is about nobody else */
    const struct verp *verp;
    struct pool *pool;
    struct own own[OWN_ADDRESSES];
    struct candidate at[MAX_CANDIDATES];
    size_t count;
    struct claim claim;
};

static void look_at_own(struct maker *m)
{
    const struct event *e = m->event;
    m->own[0] = (struct own){CLAIM_ORIGINAL_RECIPIENT, address_key(e->original_recipient, m->pool)};
    m->own[1] = (struct own){CLAIM_FAILED_RECIPIENTS, address_key(e->failed_recipient, m->pool)};
    m->own[2] = (struct own){CLAIM_FINAL_RECIPIENT, address_key(e->recipient, m->pool)};
    m->own[3] = (struct own){CLAIM_RETURNED_TO, address_key(e->returned_to, m->pool)};
}

static bool is_own_recipient(const struct maker *m, const struct verp_found *found)
{
    for (size_t i = 0; i < OWN_RECIPIENTS; i++) {
        if (found->is == CANDIDATE_ADDRESS && view_equal(m->own[i].key, found->key))
            return true;
    }
    return false;
}

static void add(struct maker *m, struct candidate candidate)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->at[i].is == candidate.is && view_equal(m->at[i].key, candidate.key))
            return;
    }
    m->at[m->count++] = candidate;
}

static void add_reading(struct maker *m, const struct verp_found *found)
{
    struct view *first = found->is == CANDIDATE_ID ? &m->claim.subscriber_id : &m->claim.verp_recipient;
    if (view_is_empty(*first))
        *first = found->is == CANDIDATE_ID ? found->key : found->text;
    add(m, (struct candidate){.step = CLAIM_VERP, .is = found->is, .key = found->key, .scheme = found->scheme});
}

static void add_return_path(struct maker *m, struct view path)
{
    struct verp_found found[VERP_READINGS];
    size_t n = verp_decode(m->verp, path, m->pool, found);
    bool confirmed = false;
    for (size_t i = 0; i < n; i++)
        confirmed = confirmed || is_own_recipient(m, &found[i]);
    for (size_t i = 0; i < n; i++) {
        bool counts = confirmed ? is_own_recipient(m, &found[i]) : m->alone;
        if (counts || (m->alone && found[i].is == CANDIDATE_ID))
            add_reading(m, &found[i]);
    }
}

static bool seen_before(const struct event *event, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (view_equal_fold(event->return_paths[i], event->return_paths[index]))
            return true;
    }
    return false;
}

struct claim claim_make(const struct event *event, size_t siblings, const struct verp *verp, struct pool *pool)
{
    struct maker m;
    m.event = event;
    m.alone = siblings <= 1;
    m.verp = verp;
    m.pool = pool;
    m.count = 0;
    m.claim = (struct claim){0};
    look_at_own(&m);
    for (size_t i = 0; verp && i < MIN(event->return_path_count, (size_t)EVENT_RETURN_PATHS); i++) {
        if (!seen_before(event, i))
            add_return_path(&m, event->return_paths[i]);
    }
    for (size_t i = 0; i < OWN_ADDRESSES; i++) {
        if (m.own[i].key.len > 0)
            add(&m, (struct candidate){.step = m.own[i].step, .is = CANDIDATE_ADDRESS, .key = m.own[i].key});
    }
    if (m.count > 0) {
        m.claim.at = pool_array(pool, struct candidate, m.count);
        memcpy(m.claim.at, m.at, m.count * sizeof *m.at);
        m.claim.count = m.count;
    }
    return m.claim;
}
