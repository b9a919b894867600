/* SPDX-License-Identifier: MIT */
#include "cmd/ahead.h"

#include "core/pool.h"
#include "core/task.h"

/* 128 of 512 events, about 400 KB each: 65,000 events are waiting when the list has been read. */
enum { BATCHES = 128, BATCH_EVENTS = 512, BATCH_BYTES = 256 * 1024 };

struct evidence_batch {
    struct evidence at[BATCH_EVENTS];
    size_t count;
    size_t bytes; /* of texts, about */
    struct pool pool;
    bool last;
};

struct ahead {
    struct ledger *ledger;
    struct task *task; /* NULL: nothing is read ahead */
    int stopped;       /* atomic: nobody wants more */
    struct evidence_batch *batches;
    GAsyncQueue *empty, *full; /* struct evidence_batch */
    struct evidence_batch *filling;
};

static struct view keep(struct evidence_batch *batch, struct view text)
{
    batch->bytes += text.len;
    return view_is_empty(text) ? text : pool_copy(&batch->pool, text);
}

/* Neighbours have much in common: their file, their rule, who reports. */
static struct view keep_as_before(struct evidence_batch *batch, struct view text, struct view before)
{
    return view_equal(before, text) ? before : keep(batch, text);
}

static const struct candidate *keep_candidates(struct evidence_batch *batch, const struct evidence *evidence)
{
    struct candidate *kept = pool_array(&batch->pool, struct candidate, evidence->candidate_count);
    for (size_t i = 0; i < evidence->candidate_count; i++) {
        const struct candidate *before = i > 0 ? &kept[i - 1] : NULL;
        kept[i] = evidence->candidates[i];
        kept[i].key = before && view_equal(before->key, kept[i].key) ? before->key : keep(batch, kept[i].key);
        kept[i].scheme = keep(batch, kept[i].scheme);
    }
    return kept;
}

static void fill(struct evidence_batch *batch, const struct evidence *evidence)
{
    static const struct evidence none;
    const struct evidence *before = batch->count > 0 ? &batch->at[batch->count - 1] : &none;
    struct evidence kept = *evidence;
#define KEEP(name) kept.name = keep_as_before(batch, kept.name, before->name);
    EVIDENCE_TEXTS(KEEP)
#undef KEEP
    kept.candidates = keep_candidates(batch, evidence);
    batch->at[batch->count++] = kept;
}

static bool is_stopped(struct ahead *ahead)
{
    return g_atomic_int_get(&ahead->stopped) != 0;
}

static bool read_one(const struct evidence *evidence, void *user, GError **error)
{
    struct ahead *ahead = user;
    (void)error;
    fill(ahead->filling, evidence);
    if (ahead->filling->count == BATCH_EVENTS || ahead->filling->bytes >= BATCH_BYTES) {
        g_async_queue_push(ahead->full, ahead->filling);
        ahead->filling = g_async_queue_pop(ahead->empty);
    }
    return !is_stopped(ahead);
}

static bool read_all(void *user, GError **error)
{
    struct ahead *ahead = user;
    ahead->filling = g_async_queue_pop(ahead->empty);
    bool sound = ledger_each(ahead->ledger, 0, read_one, ahead, error);
    ahead->filling->last = true;
    g_async_queue_push(ahead->full, ahead->filling);
    return sound || is_stopped(ahead);
}

struct ahead *ahead_start(struct ledger *ledger, bool beside)
{
    struct ahead *ahead = g_new0(struct ahead, 1);
    ahead->ledger = ledger;
    if (!beside)
        return ahead;
    ahead->empty = g_async_queue_new();
    ahead->full = g_async_queue_new();
    ahead->batches = g_new0(struct evidence_batch, BATCHES);
    for (size_t i = 0; i < BATCHES; i++) {
        pool_init(&ahead->batches[i].pool);
        g_async_queue_push(ahead->empty, &ahead->batches[i]);
    }
    ahead->task = task_start(read_all, ahead);
    return ahead;
}

static bool take_batch(const struct evidence_batch *batch,
                       bool (*each)(const struct evidence *evidence, void *user, GError **error), void *user,
                       GError **error)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (!each(&batch->at[i], user, error))
            return false;
    }
    return true;
}

static void give_back(struct ahead *ahead, struct evidence_batch *batch)
{
    batch->count = batch->bytes = 0;
    pool_reset(&batch->pool);
    g_async_queue_push(ahead->empty, batch);
}

static bool end_task(struct ahead *ahead, GError **error)
{
    bool sound = task_wait(ahead->task, error);
    ahead->task = NULL;
    return sound;
}

bool ahead_each(struct ahead *ahead, bool (*each)(const struct evidence *evidence, void *user, GError **error),
                void *user, GError **error)
{
    if (!ahead->task)
        return ledger_each(ahead->ledger, 0, each, user, error);
    bool last = false, sound = true;
    while (sound && !last) {
        struct evidence_batch *batch = g_async_queue_pop(ahead->full);
        sound = take_batch(batch, each, user, error);
        last = batch->last;
        give_back(ahead, batch);
    }
    return sound && end_task(ahead, error);
}

void ahead_free(struct ahead *ahead)
{
    if (!ahead)
        return;
    if (ahead->task) {
        struct evidence_batch *batch;
        g_atomic_int_set(&ahead->stopped, 1);
        while ((batch = g_async_queue_try_pop(ahead->full)) != NULL)
            give_back(ahead, batch);
        end_task(ahead, NULL);
    }
    for (size_t i = 0; ahead->batches && i < BATCHES; i++)
        pool_clear(&ahead->batches[i].pool);
    g_clear_pointer(&ahead->empty, g_async_queue_unref);
    g_clear_pointer(&ahead->full, g_async_queue_unref);
    g_free(ahead->batches);
    g_free(ahead);
}
