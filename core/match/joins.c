/* SPDX-License-Identifier: MIT */
#include "core/match/joins.h"

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
