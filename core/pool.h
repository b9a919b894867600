/* SPDX-License-Identifier: MIT
 * A pool hands out memory that is given back all at once: everything derived from one batch of messages.
 * Knows nothing of what it holds. Blocks are kept over a reset, up to LIMIT_POOL_KEPT bytes. One thread at a time. */
#ifndef WINNOW_POOL_H
#define WINNOW_POOL_H

#include "core/view.h"

struct pool_block;

struct pool {
    struct pool_block *blocks; /* the newest first */
    size_t used, size;         /* of the newest block */
};

void pool_init(struct pool *pool);
/* Everything handed out becomes invalid; memory is kept for reuse. */
void pool_reset(struct pool *pool);
void pool_clear(struct pool *pool);

/* `size` bytes aligned for any type, not initialised; never NULL. */
void *pool_alloc(struct pool *pool, size_t size);
/* The same, zeroed. */
void *pool_alloc0(struct pool *pool, size_t size);
#define pool_new(pool, type) ((type *)pool_alloc0((pool), sizeof(type)))
#define pool_array(pool, type, n) ((type *)pool_alloc0((pool), sizeof(type) * (size_t)(n)))

/* A copy of `v` in the pool, with a NUL byte behind it. */
struct view pool_copy(struct pool *pool, struct view v);
/* printf into the pool; NUL-terminated. */
struct view pool_printf(struct pool *pool, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
