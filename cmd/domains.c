/* SPDX-License-Identifier: MIT */
#include "cmd/domains.h"

/* Rows come by the million: a look-up reads one cell, and all cells together are few enough to stay in a cache. So a
 * name is its 64-bit hash, by a seed that nobody can know; two names of one hash would only spoil two shares. */
struct cell {
    guint64 hash; /* 0: the cell is free */
    guint32 wanted, rows;
};

struct domains {
    struct cell *cells; /* a power of two of them, at most half of them used */
    size_t size, used;
    guint64 seed;
};

enum { FIRST_SIZE = 256 };

struct domains *domains_new(void)
{
    struct domains *domains = g_new0(struct domains, 1);
    domains->size = FIRST_SIZE;
    domains->cells = g_new0(struct cell, domains->size);
    domains->seed = (guint64)g_random_int() << 32 | g_random_int();
    return domains;
}

void domains_free(struct domains *domains)
{
    if (!domains)
        return;
    g_free(domains->cells);
    g_free(domains);
}

static guint64 hash_of(const struct domains *domains, struct view name)
{
    guint64 hash = view_hash_seeded(name, domains->seed);
    hash ^= hash >> 32;
    return hash ? hash : 1;
}

/* The cell of that hash, or the free one that it can have. */
static struct cell *find(const struct domains *domains, guint64 hash)
{
    size_t at = hash & (domains->size - 1);
    while (domains->cells[at].hash && domains->cells[at].hash != hash)
        at = (at + 1) & (domains->size - 1);
    return &domains->cells[at];
}

/* Moves the cells that at least `least` keys named into a table of `size`. */
static void move(struct domains *domains, size_t size, guint64 least)
{
    g_autofree struct cell *old = domains->cells;
    size_t old_size = domains->size;
    domains->cells = g_new0(struct cell, size);
    domains->size = size;
    domains->used = 0;
    for (size_t i = 0; i < old_size; i++) {
        if (!old[i].hash || old[i].wanted < least)
            continue;
        *find(domains, old[i].hash) = old[i];
        domains->used++;
    }
}

void domains_want(struct domains *domains, struct view name)
{
    if (view_is_empty(name))
        return;
    guint64 hash = hash_of(domains, name);
    struct cell *cell = find(domains, hash);
    if (cell->hash) {
        cell->wanted += cell->wanted < G_MAXUINT32;
        return;
    }
    *cell = (struct cell){.hash = hash, .wanted = 1};
    domains->used++;
    if (domains->used * 2 > domains->size)
        move(domains, domains->size * 2, 0);
}

void domains_settle(struct domains *domains, guint64 least)
{
    size_t wanted = 0, size = FIRST_SIZE;
    for (size_t i = 0; i < domains->size; i++)
        wanted += domains->cells[i].hash && domains->cells[i].wanted >= least;
    while (size < wanted * 2)
        size *= 2;
    move(domains, size, least);
}

void domains_see(struct domains *domains, struct view name)
{
    if (view_is_empty(name))
        return;
    struct cell *cell = find(domains, hash_of(domains, name));
    cell->rows += cell->hash != 0;
}

void domains_restart(struct domains *domains)
{
    for (size_t i = 0; i < domains->size; i++)
        domains->cells[i].rows = 0;
}

guint64 domains_rows(const struct domains *domains, struct view domain)
{
    return view_is_empty(domain) ? 0 : find(domains, hash_of(domains, domain))->rows;
}
