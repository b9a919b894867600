/* SPDX-License-Identifier: MIT */
#include "core/pool.h"

#include "core/limits.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

struct pool_block {
    struct pool_block *next;
    size_t size;
    alignas(max_align_t) char data[];
};

enum { BLOCK_SIZE = 64 * 1024 };

void pool_init(struct pool *pool)
{
    *pool = (struct pool){0};
}

static void free_chain(struct pool_block *block)
{
    while (block) {
        struct pool_block *next = block->next;
        g_free(block);
        block = next;
    }
}

void pool_reset(struct pool *pool)
{
    struct pool_block *largest = NULL;
    for (struct pool_block *b = pool->blocks; b; b = b->next) {
        if (b->size <= LIMIT_POOL_KEPT && (!largest || b->size > largest->size))
            largest = b;
    }
    for (struct pool_block *b = pool->blocks, *next; b; b = next) {
        next = b->next;
        if (b != largest)
            g_free(b);
    }
    if (largest)
        largest->next = NULL;
    pool->blocks = largest;
    pool->used = 0;
    pool->size = largest ? largest->size : 0;
}

void pool_clear(struct pool *pool)
{
    free_chain(pool->blocks);
    *pool = (struct pool){0};
}

static void grow(struct pool *pool, size_t size)
{
    size_t wanted = MAX(size, pool->blocks ? MIN(pool->blocks->size * 2, (size_t)LIMIT_POOL_KEPT) : (size_t)BLOCK_SIZE);
    struct pool_block *block = g_malloc(sizeof *block + wanted);
    block->next = pool->blocks;
    block->size = wanted;
    pool->blocks = block;
    pool->used = 0;
    pool->size = wanted;
}

void *pool_alloc(struct pool *pool, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t rounded = (size + align - 1) & ~(align - 1);
    if (!pool->blocks || pool->size - pool->used < rounded)
        grow(pool, rounded);
    void *at = pool->blocks->data + pool->used;
    pool->used += rounded;
    return at;
}

void *pool_alloc0(struct pool *pool, size_t size)
{
    return memset(pool_alloc(pool, size), 0, size);
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
