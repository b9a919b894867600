/* SPDX-License-Identifier: MIT */
#include "core/match/joins.h"

#include "core/match/address.h"
#include "core/pool.h"

enum {
    MAX_ID = 998,  /* a line of mail (RFC 5322 2.1.1) */
    MIN_LEFT = 16, /* what is shorter before the '@' may well be alike at two hosts; SES's have sixty */
};

struct entry {
    struct view id; /* behind one byte that says which step it is of; the key of the table */
    struct joined joined;
    bool campaigns; /* several */
    bool shared;    /* the part before the '@' of different Message-IDs: it tells nothing */
};

struct joins {
    GHashTable *entries; /* struct view * -> struct entry *, which begins with it */
    GHashTable *texts;   /* recipients and campaigns, once each: struct view * */
    bool all;
    struct pool pool;
};

static guint hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

struct joins *joins_new(void)
{
    struct joins *joins = g_new0(struct joins, 1);
    pool_init(&joins->pool);
    joins->entries = g_hash_table_new(hash, equal);
    joins->texts = g_hash_table_new(hash, equal);
    return joins;
}

void joins_free(struct joins *joins)
{
    if (!joins)
        return;
    g_hash_table_unref(joins->entries);
    g_hash_table_unref(joins->texts);
    pool_clear(&joins->pool);
    g_free(joins);
}

static struct view key_of(enum claim_step step, struct view id, char into[static MAX_ID + 1])
{
    if (id.len == 0 || id.len > MAX_ID)
        return (struct view){0};
    into[0] = (char)step;
    memcpy(into + 1, id.data, id.len);
    return (struct view){.data = into, .len = id.len + 1};
}

static struct entry *find(const struct joins *joins, enum claim_step step, struct view id)
{
    char text[MAX_ID + 1];
    struct view key = key_of(step, id, text);
    return key.len ? g_hash_table_lookup(joins->entries, &key) : NULL;
}

/* What stands before the '@', if the id is a Message-ID of the usual form. */
static struct view left_part(enum claim_step step, struct view id)
{
    ssize_t at = step == CLAIM_MESSAGE_ID ? view_index(id, '@') : -1;
    return at >= MIN_LEFT ? view_first(id, (size_t)at) : (struct view){0};
}

/* NULL if it is there already. */
static struct entry *add(struct joins *joins, enum claim_step step, struct view id)
{
    char text[MAX_ID + 1];
    struct view key = key_of(step, id, text);
    if (key.len == 0 || g_hash_table_contains(joins->entries, &key))
        return NULL;
    struct entry *entry = pool_new(&joins->pool, struct entry);
    entry->id = pool_copy(&joins->pool, key);
    g_hash_table_insert(joins->entries, &entry->id, entry);
    return entry;
}

void joins_want(struct joins *joins, enum claim_step step, struct view id)
{
    struct view left = left_part(step, id);
    if (!add(joins, step, id) || left.len == 0)
        return;
    struct entry *known = find(joins, step, left);
    if (known)
        known->shared = true;
    else
        add(joins, step, left);
}

void joins_want_all(struct joins *joins)
{
    joins->all = true;
}

size_t joins_wanted(const struct joins *joins)
{
    return g_hash_table_size(joins->entries);
}

static struct view keep(struct joins *joins, struct view text)
{
    if (view_is_empty(text))
        return text;
    struct view *known = g_hash_table_lookup(joins->texts, &text);
    if (known)
        return *known;
    struct view *copy = pool_new(&joins->pool, struct view);
    *copy = pool_copy(&joins->pool, text);
    g_hash_table_add(joins->texts, copy);
    return *copy;
}

void joins_see(struct joins *joins, enum claim_step step, struct view id, enum candidate_is is, struct view recipient,
               struct view campaign)
{
    struct entry *entry = find(joins, step, id);
    if (!entry && joins->all)
        entry = add(joins, step, id);
    if (!entry)
        return;
    struct joined *joined = &entry->joined;
    if (view_is_empty(joined->recipient)) {
        joined->is = is;
        joined->recipient = keep(joins, recipient);
        joined->campaign = keep(joins, campaign);
        return;
    }
    joined->several = joined->several || joined->is != is || !view_equal(joined->recipient, recipient);
    entry->campaigns = entry->campaigns || !view_equal(joined->campaign, campaign);
    if (entry->campaigns)
        joined->campaign = (struct view){0};
}

struct joined joins_find(const struct joins *joins, enum claim_step step, struct view id)
{
    const struct entry *whole = find(joins, step, id);
    if (whole && !view_is_empty(whole->joined.recipient))
        return whole->joined;
    const struct entry *left = find(joins, step, left_part(step, id));
    return left && !left->shared ? left->joined : (struct joined){0};
}

/* --- claims ------------------------------------------------------------------------------------------------------- */

static bool names(const struct event *event, const struct joined *joined, struct pool *pool)
{
    const struct view own[] = {event->recipient, event->original_recipient, event->failed_recipient};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        if (joined->is == CANDIDATE_ADDRESS && view_equal(address_key(own[i], pool), joined->recipient))
            return true;
    }
    return false;
}

/* At the place of its step. Whom a stronger step names already is left out, and taken from a weaker one. */
static void add_candidate(struct claim *claim, struct candidate candidate, struct pool *pool)
{
    struct candidate *at = pool_array(pool, struct candidate, claim->count + 1);
    size_t n = 0;
    bool placed = false;
    for (size_t i = 0; i < claim->count; i++) {
        const struct candidate *old = &claim->at[i];
        bool same = old->is == candidate.is && view_equal(old->key, candidate.key);
        if (same && !placed && old->step <= candidate.step)
            return;
        if (!placed && old->step > candidate.step) {
            at[n++] = candidate;
            placed = true;
        }
        if (!same)
            at[n++] = *old;
    }
    if (!placed)
        at[n++] = candidate;
    claim->at = at;
    claim->count = n;
}

void joins_claim(const struct joins *joins, const struct event *event, size_t siblings, struct claim *claim,
                 struct view *campaign, struct pool *pool)
{
    const struct {
        enum claim_step step;
        struct view id;
    } returned[] = {{CLAIM_ENVELOPE_ID, event->envelope_id}, {CLAIM_MESSAGE_ID, event->returned_message_id}};
    if (event->kind != EVENT_BOUNCE && event->kind != EVENT_COMPLAINT && event->kind != EVENT_DELIVERY)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(returned); i++) {
        struct joined joined = joins_find(joins, returned[i].step, returned[i].id);
        if (view_is_empty(joined.recipient))
            continue;
        if (view_is_empty(*campaign))
            *campaign = joined.campaign;
        if (!joined.several && (siblings <= 1 || names(event, &joined, pool)))
            add_candidate(
                claim,
                (struct candidate){
                    .step = returned[i].step, .is = joined.is, .key = joined.recipient, .scheme = VIEW("sends")},
                pool);
    }
}
