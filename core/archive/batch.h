/* SPDX-License-Identifier: MIT
 * Filling batches. A feed is where the reader puts messages: it copies their bytes once, into the batch's pool, turns
 * line ends, numbers them, and passes a full batch on. Knows no files and no threads. */
#ifndef WINNOW_ARCHIVE_BATCH_H
#define WINNOW_ARCHIVE_BATCH_H

#include "core/archive/pipeline.h"

struct feed {
    struct batch *batch; /* being filled */
    /* Takes the full batch and returns an empty one; NULL when the run is to end. Also asked to `halt` early. */
    struct batch *(*pass)(struct batch *full, void *user);
    bool (*halted)(void *user);
    void *user;
    size_t bytes;       /* in `batch` */
    struct progress at; /* of the reader; `pass` may look at it */
    struct view member; /* the last member name that was copied into this batch */
    bool stopped;       /* `pass` said so: nothing more is taken */
};

void batch_init(struct batch *batch);
/* Empty again; memory is kept. */
void batch_reset(struct batch *batch);
void batch_clear(struct batch *batch);

/* The message just added, for its notices, in *added (may be NULL; valid until the next call). `origin.path` must live
 * for the whole run, the member's name is copied. False: the run is to end. */
bool feed_message(struct feed *feed, struct origin origin, struct view bytes, struct raw **added);
/* Says what could not be read. */
bool feed_trouble(struct feed *feed, struct origin origin, const char *text);
/* Passes on what is there, at the end. */
void feed_flush(struct feed *feed);

#endif
