/* SPDX-License-Identifier: MIT */
#include "cmd/domains.h"

#include "core/match/address.h"
#include "core/pool.h"

struct slot {
    struct view name; /* empty: the slot is free */
    guint64 hash, wanted, rows;
};

struct domains {
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
    pool_init(&domains->pool);
    return domains;
}

void domains_free(struct domains *domains)
{
    if (!domains)
        return;
    pool_clear(&domains->pool);
    g_free(domains->slots);
    g_free(domains);
}

/* Of both ends and the length: rows come by the million, and domains differ at one of their ends. */
static guint64 hash_of(struct view name)
{
    guint64 front = 0, back = 0;
    size_t len = MIN(name.len, sizeof front);
    memcpy(&front, name.data, len);
    memcpy(&back, name.data + name.len - len, len);
    guint64 hash = (front ^ (back << 23 | back >> 41) ^ name.len) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static struct slot *find(const struct domains *domains, struct view name, guint64 hash)
{
    size_t at = hash & (domains->size - 1);
    while (domains->slots[at].name.len > 0 &&
           (domains->slots[at].hash != hash || !view_equal(domains->slots[at].name, name)))
        at = (at + 1) & (domains->size - 1);
    return &domains->slots[at];
}

/* Moves the slots that at least `least` keys named into a table of `size`. */
static void move(struct domains *domains, size_t size, guint64 least)
{
    g_autofree struct slot *old = domains->slots;
    size_t old_size = domains->size;
    domains->slots = g_new0(struct slot, size);
    domains->size = size;
    domains->used = 0;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].name.len == 0 || old[i].wanted < least)
            continue;
        *find(domains, old[i].name, old[i].hash) = old[i];
        domains->used++;
    }
}

void domains_want(struct domains *domains, struct view address_key)
{
    struct view name = address_domain(address_key);
    if (view_is_empty(name))
        return;
    guint64 hash = hash_of(name);
    struct slot *slot = find(domains, name, hash);
    slot->wanted++;
    if (slot->name.len > 0)
        return;
    slot->name = pool_copy(&domains->pool, name);
    slot->hash = hash;
    if (++domains->used * 2 > domains->size)
        move(domains, domains->size * 2, 0);
}

void domains_settle(struct domains *domains, guint64 least)
{
    size_t wanted = 0, size = FIRST_SIZE;
    for (size_t i = 0; i < domains->size; i++)
        wanted += domains->slots[i].name.len > 0 && domains->slots[i].wanted >= least;
    while (size < wanted * 4)
        size *= 2;
    move(domains, size, least);
}

void domains_see(struct domains *domains, struct view address_key)
{
    struct view name = address_domain(address_key);
    if (view_is_empty(name))
        return;
    struct slot *slot = find(domains, name, hash_of(name));
    slot->rows += slot->name.len > 0;
}

void domains_restart(struct domains *domains)
{
    for (size_t i = 0; i < domains->size; i++)
        domains->slots[i].rows = 0;
}

guint64 domains_rows(const struct domains *domains, struct view domain)
{
    return view_is_empty(domain) ? 0 : find(domains, domain, hash_of(domain))->rows;
}
