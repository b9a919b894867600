/* SPDX-License-Identifier: MIT */
#include "cmd/domains.h"

#include "core/match/address.h"
#include "core/pool.h"

/* Rows come by the million, so most names are told apart by their ends alone: a name of up to two ends is its ends. */
struct ends {
    guint64 front, back;
    size_t len;
};

struct slot {
    struct ends ends;
    const char *name;
    guint64 wanted, rows;
};

struct domains {
    guint32 *tags;      /* of the slots: what a look-up reads first, and mostly all it reads; 0: the slot is free */
    struct slot *slots; /* a power of two of them, at most half of them used */
    size_t size, used;
    struct pool pool;
};

enum { FIRST_SIZE = 256 };

struct domains *domains_new(void)
{
    struct domains *domains = g_new0(struct domains, 1);
    domains->size = FIRST_SIZE;
    domains->slots = g_new0(struct slot, domains->size);
    domains->tags = g_new0(guint32, domains->size);
    pool_init(&domains->pool);
    return domains;
}

void domains_free(struct domains *domains)
{
    if (!domains)
        return;
    pool_clear(&domains->pool);
    g_free(domains->slots);
    g_free(domains->tags);
    g_free(domains);
}

static guint64 eight(const char *at)
{
    guint64 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static struct ends ends_of(struct view name)
{
    struct ends ends = {.len = name.len};
    if (name.len >= sizeof ends.front) /* nearly all, and the sizes of these copies are known */
        return (struct ends){eight(name.data), eight(name.data + name.len - sizeof ends.back), name.len};
    memcpy(&ends.front, name.data, name.len);
    ends.back = ends.front;
    return ends;
}

static guint64 hash_of(struct ends ends)
{
    guint64 hash =
        (ends.front ^ (ends.back << 23 | ends.back >> 41) ^ ends.len) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static guint32 tag_of(guint64 hash)
{
    return (guint32)(hash >> 32) | 1;
}

static bool is_of(const struct slot *slot, struct ends ends, const char *name)
{
    const struct ends *own = &slot->ends;
    return own->front == ends.front && own->back == ends.back && own->len == ends.len &&
           (ends.len <= sizeof ends.front + sizeof ends.back || memcmp(slot->name, name, ends.len) == 0);
}

/* The slot of the name; NULL if it has none, and then *free (may be NULL) is one that it can have. */
static struct slot *find(const struct domains *domains, struct ends ends, const char *name, size_t *free)
{
    guint64 hash = hash_of(ends);
    guint32 tag = tag_of(hash);
    size_t at = hash & (domains->size - 1);
    for (; domains->tags[at]; at = (at + 1) & (domains->size - 1)) {
        if (domains->tags[at] == tag && is_of(&domains->slots[at], ends, name))
            return &domains->slots[at];
    }
    if (free)
        *free = at;
    return NULL;
}

static void put(struct domains *domains, const struct slot *slot)
{
    size_t at;
    if (find(domains, slot->ends, slot->name, &at))
        return;
    domains->slots[at] = *slot;
    domains->tags[at] = tag_of(hash_of(slot->ends));
    domains->used++;
}

/* Moves the slots that at least `least` keys named into a table of `size`. */
static void move(struct domains *domains, size_t size, guint64 least)
{
    g_autofree struct slot *old = domains->slots;
    g_autofree guint32 *old_tags = domains->tags;
    size_t old_size = domains->size;
    domains->slots = g_new0(struct slot, size);
    domains->tags = g_new0(guint32, size);
    domains->size = size;
    domains->used = 0;
    for (size_t i = 0; i < old_size; i++) {
        if (old_tags[i] && old[i].wanted >= least)
            put(domains, &old[i]);
    }
}

void domains_want(struct domains *domains, struct view address_key)
{
    struct view name = address_domain(address_key);
    if (view_is_empty(name))
        return;
    struct slot *known = find(domains, ends_of(name), name.data, NULL);
    if (known) {
        known->wanted++;
        return;
    }
    put(domains, &(struct slot){.ends = ends_of(name), .name = pool_copy(&domains->pool, name).data, .wanted = 1});
    if (domains->used * 2 > domains->size)
        move(domains, domains->size * 2, 0);
}

void domains_settle(struct domains *domains, guint64 least)
{
    size_t wanted = 0, size = FIRST_SIZE;
    for (size_t i = 0; i < domains->size; i++)
        wanted += domains->tags[i] && domains->slots[i].wanted >= least;
    while (size < wanted * 4)
        size *= 2;
    move(domains, size, least);
}

void domains_see(struct domains *domains, struct view address_key)
{
    struct view name = address_domain(address_key);
    if (view_is_empty(name))
        return;
    struct slot *slot = find(domains, ends_of(name), name.data, NULL);
    if (slot)
        slot->rows++;
}

void domains_restart(struct domains *domains)
{
    for (size_t i = 0; i < domains->size; i++)
        domains->slots[i].rows = 0;
}

guint64 domains_rows(const struct domains *domains, struct view domain)
{
    const struct slot *slot = view_is_empty(domain) ? NULL : find(domains, ends_of(domain), domain.data, NULL);
    return slot ? slot->rows : 0;
}
