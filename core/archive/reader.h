/* SPDX-License-Identifier: MIT
 * From the bytes of one file to its messages: looks what it is, unpacks, finds boundaries, feeds the batch.
 * Knows no directories and no threads. Trouble with a file is said in the feed, and the run goes on. */
#ifndef WINNOW_ARCHIVE_READER_H
#define WINNOW_ARCHIVE_READER_H

#include "core/archive/batch.h"
#include "core/archive/mbox.h"
#include "core/archive/pack.h"

/* How a file was come by. */
struct place {
    const char *path;   /* for the whole run */
    const char *member; /* names inside packed files; NULL outside */
    bool named;         /* the user named this file: text without headers is taken for a message */
    bool single;        /* in a Maildir or MH folder: one message, whatever it looks like */
    unsigned depth;     /* packed files around it */
};

struct reader {
    struct feed *feed;
    struct budget budget;
    struct mbox_reader levels[LIMIT_PACK_DEPTH + 2]; /* one for each depth, each with its window */
};

/* `max_message`: bytes of a message that are handed on. `feed` must outlive the reader. */
void reader_init(struct reader *reader, struct feed *feed, guint64 max_message);
void reader_clear(struct reader *reader);

/* Reads all of `stream`. False when the run is to end. */
bool reader_read(struct reader *reader, struct stream *stream, const struct place *place);

/* Says of a place "cannot read 'x': why; skipped". False when the run is to end. */
bool reader_trouble(struct reader *reader, const struct place *place, const char *why);

/* Files that mail programs keep beside mail (indexes, caches, lists of folders), and hidden ones: not looked at when
 * found in a walk. `name` has no directory. */
bool reader_leaves_alone(const char *name);

#endif
