/* SPDX-License-Identifier: MIT */
#include "core/archive/batch.h"

#include "core/archive/eol.h"

void batch_init(struct batch *batch)
{
    batch->count = 0;
    pool_init(&batch->pool);
}

void batch_reset(struct batch *batch)
{
    batch->count = 0;
    pool_reset(&batch->pool);
}

void batch_clear(struct batch *batch)
{
    batch->count = 0;
    pool_clear(&batch->pool);
}

static void pass(struct feed *feed)
{
    feed->batch = feed->pass(feed->batch, feed->user);
    feed->stopped = !feed->batch;
    feed->bytes = 0;
    feed->member = (struct view){0};
}

void feed_flush(struct feed *feed)
{
    if (!feed->stopped && feed->batch->count > 0)
        pass(feed);
}

/* A mailbox of a million messages in a packed file has one name: it is copied once a batch. */
static const char *copy_member(struct feed *feed, const char *member)
{
    struct view name = view_of(member);
    if (!member)
        return NULL;
    if (!feed->member.data || !view_equal(feed->member, name))
        feed->member = pool_copy(&feed->batch->pool, name);
    return feed->member.data;
}

/* Room for one more; a full batch goes first, so that the caller can still speak of the one added last. */
static struct raw *add(struct feed *feed, struct origin origin, size_t bytes)
{
    if (!feed->stopped && feed->batch->count > 0 &&
        (feed->batch->count == LIMIT_BATCH_MESSAGES || feed->bytes + bytes > LIMIT_BATCH_BYTES))
        pass(feed);
    if (feed->stopped)
        return NULL;
    struct batch *batch = feed->batch;
    struct raw *raw = &batch->raws[batch->count];
    batch->results[batch->count++] = NULL;
    *raw = (struct raw){.origin = origin, .sequence = feed->at.messages++};
    raw->origin.member = copy_member(feed, origin.member);
    feed->bytes += bytes;
    return raw;
}

bool feed_message(struct feed *feed, struct origin origin, struct view bytes, struct raw **added)
{
    struct raw *raw = add(feed, origin, bytes.len);
    if (added)
        *added = raw;
    if (!raw)
        return false;
    char *copy = pool_alloc(&feed->batch->pool, bytes.len + 1);
    raw->bytes = (struct view){.data = copy, .len = eol_copy(copy, bytes)};
    copy[raw->bytes.len] = '\0';
    return true;
}

bool feed_trouble(struct feed *feed, struct origin origin, const char *text)
{
    struct raw *raw = add(feed, origin, 0);
    if (!raw)
        return false;
    raw->trouble = pool_copy(&feed->batch->pool, view_of(text));
    return true;
}
