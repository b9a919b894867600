/* SPDX-License-Identifier: MIT */
#include "core/match/shared.h"

#include "core/pool.h"

/* One who has left may have had his mail forwarded to somebody, and later to somebody else. */
enum { SEVERAL = 3 };

struct addressee {
    struct view key; /* of the table */
    guint32 failed[SEVERAL - 1];
    unsigned count; /* of different ones */
};

struct shared {
    GHashTable *addressees; /* struct view * -> struct addressee *, which begins with it */
    struct pool pool, scratch;
    gint64 event;
    struct view to, failed; /* of that event, so far */
};

static guint hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

struct shared *shared_new(void)
{
    struct shared *shared = g_new0(struct shared, 1);
    pool_init(&shared->pool);
    pool_init(&shared->scratch);
    shared->addressees = g_hash_table_new(hash, equal);
    return shared;
}

void shared_free(struct shared *shared)
{
    if (!shared)
        return;
    g_hash_table_unref(shared->addressees);
    pool_clear(&shared->pool);
    pool_clear(&shared->scratch);
    g_free(shared);
}

static struct addressee *addressee_of(struct shared *shared, struct view key)
{
    struct addressee *known = g_hash_table_lookup(shared->addressees, &key);
    if (known)
        return known;
    struct addressee *added = pool_new(&shared->pool, struct addressee);
    *added = (struct addressee){.key = pool_copy(&shared->pool, key)};
    g_hash_table_insert(shared->addressees, &added->key, added);
    return added;
}

/* True for the last one that is wanted. */
static bool add_failed(struct addressee *addressee, struct view failed)
{
    guint32 one = view_hash(failed);
    for (unsigned i = 0; i < MIN(addressee->count, SEVERAL - 1u); i++) {
        if (addressee->failed[i] == one)
            return false;
    }
    if (addressee->count < SEVERAL - 1)
        addressee->failed[addressee->count] = one;
    return addressee->count < SEVERAL && ++addressee->count == SEVERAL;
}

static void begin(struct shared *shared, gint64 event)
{
    pool_reset(&shared->scratch);
    shared->event = event;
    shared->to = shared->failed = (struct view){0};
}

bool shared_see(struct shared *shared, gint64 event, const struct candidate *candidate, struct view *address)
{
    bool to = candidate->step == CLAIM_RETURNED_TO || candidate->step == CLAIM_RECEIVED_FOR;
    bool failed = candidate->step == CLAIM_FINAL_RECIPIENT || candidate->step == CLAIM_FAILED_RECIPIENTS ||
                  candidate->step == CLAIM_ORIGINAL_RECIPIENT;
    if (event != shared->event)
        begin(shared, event);
    /* Whom it was on its way to is named once: by Received, if that says so, too. */
    struct view *into = to && shared->to.len == 0 ? &shared->to : &shared->failed;
    if (candidate->is != CANDIDATE_ADDRESS || !(to || failed) || into->len > 0 ||
        view_equal(candidate->key, shared->to))
        return false;
    *into = pool_copy(&shared->scratch, candidate->key);
    if (shared->to.len == 0 || shared->failed.len == 0)
        return false;
    struct addressee *addressee = addressee_of(shared, shared->to);
    *address = addressee->key;
    return add_failed(addressee, shared->failed);
}
