/* SPDX-License-Identifier: MIT
 * core/pool.h once more, for fuzz targets only: each piece is an allocation of its own, so that AddressSanitizer sees
 * reading past its end and after a reset. The linker takes this one because it comes before the library. */
#include "core/pool.h"

#include <stdalign.h>

struct pool_block {
    struct pool_block *next;
    alignas(max_align_t) char data[];
};

void pool_init(struct pool *pool)
{
    *pool = (struct pool){0};
}

void pool_reset(struct pool *pool)
{
    pool_clear(pool);
}

void pool_clear(struct pool *pool)
{
    for (struct pool_block *block = pool->blocks, *next; block; block = next) {
        next = block->next;
        g_free(block);
    }
    *pool = (struct pool){0};
}

void *pool_alloc(struct pool *pool, size_t size)
{
    struct pool_block *block = g_malloc(sizeof *block + size);
    block->next = pool->blocks;
    pool->blocks = block;
    return block->data;
}

void *pool_alloc0(struct pool *pool, size_t size)
{
    void *piece = pool_alloc(pool, size);
    return size ? memset(piece, 0, size) : piece;
}

struct view pool_copy(struct pool *pool, struct view v)
{
    char *copy = pool_alloc(pool, v.len + 1);
    if (v.len)
        memcpy(copy, v.data, v.len);
    copy[v.len] = '\0';
    return (struct view){.data = copy, .len = v.len};
}

struct view pool_printf(struct pool *pool, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return pool_copy(pool, view_of(text));
}
