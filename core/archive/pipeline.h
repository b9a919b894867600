/* SPDX-License-Identifier: MIT
 * The road of a message: one reader, workers in parallel, one writer, in order (ARCHITECTURE: batches circulate).
 * Knows archives and threads; knows nothing of mail. Memory is bounded by the number of batches.
 * The writer sees batches in the order of the sources whatever `jobs` is, so output does not depend on it. */
#ifndef WINNOW_ARCHIVE_PIPELINE_H
#define WINNOW_ARCHIVE_PIPELINE_H

#include "core/archive/position.h"
#include "core/archive/raw.h"
#include "core/pool.h"

/* Has one owner at a time: reader, then a worker, then the writer. Everything in it dies when the writer returns. */
struct batch {
    struct raw raws[LIMIT_BATCH_MESSAGES];
    void *results[LIMIT_BATCH_MESSAGES]; /* what the worker made of each, from `pool` */
    size_t count;
    struct pool pool;
};

struct progress {
    guint64 messages;    /* read so far */
    guint64 bytes_read;  /* of the sources, packed size */
    guint64 bytes_total; /* 0: unknown (standard input) */
    const char *path;    /* being read now */
};

/* What the caller does. `worker_new` and `worker_free` make and end the private state of one worker (may be NULL).
 * `work` fills batch->results and cannot fail. `write` returns false with an error to stop the run.
 * `progress` is called from the writer's thread, a few times a second at most, and at the end. The writer's thread is
 * the one that called pipeline_run(); worker_new and worker_free are called in it too, one after the other. */
struct pipeline_calls {
    void *(*worker_new)(void *user);
    void (*work)(struct batch *batch, void *worker, void *user);
    void (*worker_free)(void *worker, void *user);
    bool (*write)(struct batch *batch, void *user, GError **error);
    void (*progress)(const struct progress *progress, void *user);
    void *user;
};

struct pipeline_options {
    unsigned jobs;       /* 0 or 1: everything in this thread */
    guint64 max_message; /* 0: LIMIT_MESSAGE */
    /* What is known of files that earlier runs read: it is left out; takes down what this one reads. Nobody else may
     * touch it during the run. NULL: everything is read. */
    struct positions *positions;
    const bool *stop; /* read between batches; true ends the run cleanly (a signal handler sets it); may be NULL */
};

/* Reads `paths` (NULL-terminated; mbox, Maildir, MH, directories of any of them, single messages, "-", packed).
 * Directories are walked in byte order of names. What cannot be read becomes a raw with `trouble`.
 * A path that does not exist is an error before anything is read (WINNOW_ERROR_INPUT). Returns false with the
 * error of `write`, or when `stop` was seen (G_IO_ERROR is not used: WINNOW_ERROR_INPUT "interrupted"). */
bool pipeline_run(const char *const *paths, const struct pipeline_options *options, const struct pipeline_calls *calls,
                  GError **error);

#endif
