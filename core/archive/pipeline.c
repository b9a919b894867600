/* SPDX-License-Identifier: MIT */
#include "core/archive/pipeline.h"

#include "core/archive/source.h"
#include "core/error.h"

/* Between two calls of `progress`, and how long the writer sleeps before it looks at `stop`. */
enum { PROGRESS_MICROSECONDS = 200 * 1000 };

/* A batch on its way round. */
struct slot {
    struct batch batch; /* first: the feed knows only this */
    guint64 number;     /* in the order of reading */
    struct progress at; /* of the reader when it passed the batch on */
};

/* Slots that wait for somebody; there is room for all. */
struct queue {
    struct slot **slots;
    unsigned first, count;
};

struct run {
    const struct pipeline_calls *calls;
    const bool *stop;
    const char *const *paths;
    struct source source;
    struct feed feed;
    struct slot *slots;
    unsigned slot_count;
    gint64 last_progress;
    GError *error; /* of `write` */
    int ended;     /* atomic: nobody need go on */
    bool interrupted;

    /* With several jobs, guarded by `lock`: */
    GMutex lock;
    GCond free_added, todo_added, done_added;
    struct queue free, todo;
    struct slot **done; /* at number % slot_count */
    guint64 passed;     /* batches that the reader has let go */
    bool read_over;
};

struct worker {
    struct run *run;
    void *state;
    GThread *thread;
};

static void lock(struct run *run)
{
    g_mutex_lock(&run->lock);
}

static void unlock(struct run *run)
{
    g_mutex_unlock(&run->lock);
}

static void wait_for(struct run *run, GCond *cond)
{
    g_cond_wait(cond, &run->lock);
}

static void wait_a_while(struct run *run, GCond *cond)
{
    g_cond_wait_until(cond, &run->lock, g_get_monotonic_time() + PROGRESS_MICROSECONDS);
}

static void queue_push(const struct run *run, struct queue *queue, struct slot *slot)
{
    queue->slots[(queue->first + queue->count++) % run->slot_count] = slot;
}

static struct slot *queue_pop(const struct run *run, struct queue *queue)
{
    struct slot *slot = queue->slots[queue->first];
    queue->first = (queue->first + 1) % run->slot_count;
    queue->count--;
    return slot;
}

static bool has_ended(struct run *run)
{
    return __atomic_load_n(&run->ended, __ATOMIC_ACQUIRE) != 0;
}

static bool stop_asked(const struct run *run)
{
    return run->stop && __atomic_load_n(run->stop, __ATOMIC_RELAXED);
}

static bool reader_halted(void *user)
{
    struct run *run = user;
    return has_ended(run) || stop_asked(run);
}

static void report_progress(struct run *run, const struct progress *at, bool now)
{
    gint64 time = run->calls->progress ? g_get_monotonic_time() : 0;
    if (!run->calls->progress || (!now && time - run->last_progress < PROGRESS_MICROSECONDS))
        return;
    run->last_progress = time;
    run->calls->progress(at, run->calls->user);
}

/* Reads everything; in its own thread if there are several jobs. False if it was cut short. */
static bool read_all(struct run *run)
{
    bool going = true;
    if (run->calls->progress)
        run->feed.at.bytes_total = source_size(&run->source, run->paths);
    for (const char *const *path = run->paths; going && *path; path++)
        going = source_read(&run->source, *path) && !stop_asked(run); /* a stopped pipe looks like one that ended */
    if (going)
        feed_flush(&run->feed);
    return going;
}

/* Writes what is next in order; false ends the run. */
static bool write_slot(struct run *run, struct slot *slot)
{
    bool written = run->calls->write(&slot->batch, run->calls->user, &run->error);
    if (written)
        report_progress(run, &slot->at, false);
    batch_reset(&slot->batch);
    return written;
}

/* --- one job: no threads, the same functions --- */

struct alone {
    struct run *run;
    void *worker;
};

static struct batch *pass_alone(struct batch *batch, void *user)
{
    struct alone *alone = user;
    struct run *run = alone->run;
    struct slot *slot = (struct slot *)batch;
    if (stop_asked(run)) {
        run->interrupted = true;
        return NULL;
    }
    run->calls->work(batch, alone->worker, run->calls->user);
    slot->at = run->feed.at;
    return write_slot(run, slot) ? batch : NULL;
}

static bool halted_alone(void *user)
{
    struct alone *alone = user;
    return stop_asked(alone->run);
}

static void run_alone(struct run *run, void *worker)
{
    struct alone alone = {.run = run, .worker = worker};
    run->feed.pass = pass_alone;
    run->feed.halted = halted_alone;
    run->feed.user = &alone;
    run->feed.batch = &run->slots[0].batch;
    if (!read_all(run) && !run->error)
        run->interrupted = true;
}

/* --- several jobs --- */

/* The reader gives a full batch away and waits for an empty one. */
static struct batch *pass_on(struct batch *batch, void *user)
{
    struct run *run = user;
    struct slot *slot = (struct slot *)batch;
    lock(run);
    slot->number = run->passed++;
    slot->at = run->feed.at;
    queue_push(run, &run->todo, slot);
    g_cond_signal(&run->todo_added);
    while (run->free.count == 0 && !has_ended(run))
        wait_for(run, &run->free_added);
    slot = has_ended(run) ? NULL : queue_pop(run, &run->free);
    unlock(run);
    return slot ? &slot->batch : NULL;
}

static void *read_thread(void *user)
{
    struct run *run = user;
    bool whole = read_all(run);
    lock(run);
    run->read_over = true;
    run->interrupted |= !whole && !has_ended(run);
    g_cond_broadcast(&run->todo_added);
    g_cond_signal(&run->done_added);
    unlock(run);
    return NULL;
}

/* The next batch to work on; NULL when there will be none. */
static struct slot *take_todo(struct run *run)
{
    lock(run);
    while (run->todo.count == 0 && !run->read_over && !has_ended(run))
        wait_for(run, &run->todo_added);
    struct slot *slot = run->todo.count > 0 && !has_ended(run) ? queue_pop(run, &run->todo) : NULL;
    unlock(run);
    return slot;
}

static void *work_thread(void *user)
{
    struct worker *worker = user;
    struct run *run = worker->run;
    struct slot *slot;
    while ((slot = take_todo(run))) {
        run->calls->work(&slot->batch, worker->state, run->calls->user);
        lock(run);
        run->done[slot->number % run->slot_count] = slot;
        g_cond_signal(&run->done_added);
        unlock(run);
    }
    return NULL;
}

/* Waits for batch `number`; NULL when all are written, or the run is to end. */
static struct slot *take_done(struct run *run, guint64 number, const struct progress *at)
{
    struct slot **place = &run->done[number % run->slot_count];
    lock(run);
    while (!*place && !(run->read_over && number == run->passed) && !stop_asked(run)) {
        wait_a_while(run, &run->done_added);
        unlock(run);
        report_progress(run, at, false);
        lock(run);
    }
    struct slot *slot = stop_asked(run) ? NULL : *place;
    run->interrupted |= !slot && (!run->read_over || number != run->passed);
    *place = NULL;
    unlock(run);
    return slot;
}

/* In the caller's thread. */
static void write_all(struct run *run)
{
    struct slot *slot;
    struct progress at = {0};
    bool going = true;
    for (guint64 number = 0; going && (slot = take_done(run, number, &at)); number++) {
        at = slot->at;
        going = write_slot(run, slot);
        lock(run);
        queue_push(run, &run->free, slot);
        g_cond_signal(&run->free_added);
        unlock(run);
    }
    lock(run);
    __atomic_store_n(&run->ended, 1, __ATOMIC_RELEASE);
    g_cond_broadcast(&run->free_added);
    g_cond_broadcast(&run->todo_added);
    unlock(run);
}

static void run_together(struct run *run, struct worker *workers, unsigned jobs)
{
    g_mutex_init(&run->lock);
    g_cond_init(&run->free_added);
    g_cond_init(&run->todo_added);
    g_cond_init(&run->done_added);
    run->free.slots = g_new0(struct slot *, run->slot_count);
    run->todo.slots = g_new0(struct slot *, run->slot_count);
    run->done = g_new0(struct slot *, run->slot_count);
    run->feed.pass = pass_on;
    run->feed.halted = reader_halted;
    run->feed.user = run;
    run->feed.batch = &run->slots[0].batch;
    for (unsigned i = 1; i < run->slot_count; i++)
        queue_push(run, &run->free, &run->slots[i]);

    GThread *reader = g_thread_new("reader", read_thread, run);
    for (unsigned i = 0; i < jobs; i++)
        workers[i].thread = g_thread_new("worker", work_thread, &workers[i]);
    write_all(run);
    g_thread_join(reader);
    for (unsigned i = 0; i < jobs; i++)
        g_thread_join(workers[i].thread);

    g_free(run->free.slots);
    g_free(run->todo.slots);
    g_free(run->done);
    g_cond_clear(&run->free_added);
    g_cond_clear(&run->todo_added);
    g_cond_clear(&run->done_added);
    g_mutex_clear(&run->lock);
}

/* --- both --- */

static void run_jobs(struct run *run, unsigned jobs)
{
    const struct pipeline_calls *calls = run->calls;
    struct worker *workers = g_new0(struct worker, jobs);
    for (unsigned i = 0; i < jobs; i++) {
        workers[i].run = run;
        workers[i].state = calls->worker_new ? calls->worker_new(calls->user) : NULL;
    }
    if (jobs == 1)
        run_alone(run, workers[0].state);
    else
        run_together(run, workers, jobs);
    for (unsigned i = 0; i < jobs && calls->worker_free; i++)
        calls->worker_free(workers[i].state, calls->user);
    g_free(workers);
}

bool pipeline_run(const char *const *paths, const struct pipeline_options *options, const struct pipeline_calls *calls,
                  GError **error)
{
    for (const char *const *path = paths; *path; path++) {
        if (!source_exists(*path, error))
            return false;
    }
    unsigned jobs = CLAMP(options->jobs, 1, LIMIT_JOBS);
    struct run *run = g_new0(struct run, 1);
    run->calls = calls;
    run->stop = options->stop;
    run->paths = paths;
    run->slot_count = jobs == 1 ? 1 : 2 * jobs + 2;
    run->slots = g_new(struct slot, run->slot_count);
    for (unsigned i = 0; i < run->slot_count; i++)
        batch_init(&run->slots[i].batch);
    source_init(&run->source, &run->feed, options->max_message, options->positions);

    run_jobs(run, jobs);
    bool done = !run->error && !run->interrupted;
    if (done)
        report_progress(run, &run->feed.at, true);
    if (run->error)
        g_propagate_error(error, run->error);
    else if (run->interrupted)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted");

    source_clear(&run->source);
    for (unsigned i = 0; i < run->slot_count; i++)
        batch_clear(&run->slots[i].batch);
    g_free(run->slots);
    g_free(run);
    return done;
}
