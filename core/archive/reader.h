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

/* What somebody who remembers files wants to know of one. */
struct reader_outcome {
    bool troubled;  /* something of it could not be read */
    bool unsettled; /* nothing of it is mail as it was come by, but might be when somebody names it */
    bool mbox;      /* that can be read on from its last message when it grows */
    bool beyond;    /* a message of it claims more bytes than it has */
    bool pending;   /* its last message was left, because it is still being written */
    guint64 resume; /* where the separator of the last message stands */
    guint64 tail;   /* bytes of the last message, or of the only one */
};

struct reader {
    struct feed *feed;
    struct reader_outcome outcome; /* of the file read last */
    /* Is the file still being written? Asked when `got` bytes of an mbox have been read and no more come. NULL: no. */
    bool (*growing)(void *user, guint64 got);
    void *growing_user;
    guint64 tail; /* of the message that comes first, as it was known before; 0: not known, or dealt with */
    struct budget budget;
    struct mbox_reader levels[LIMIT_PACK_DEPTH + 2]; /* one for each depth, each with its window */
};

/* `max_message`: bytes of a message that are handed on. `feed` must outlive the reader. */
void reader_init(struct reader *reader, struct feed *feed, guint64 max_message);
void reader_clear(struct reader *reader);

/* Reads all of `stream`. False when the run is to end. If its first message was taken to have reader->tail bytes
 * before and has not, these are handed on first, as withdrawn. */
bool reader_read(struct reader *reader, struct stream *stream, const struct place *place);
/* Reads an mbox from the separator at `offset` on, where `stream` stands; otherwise the same. */
bool reader_resume(struct reader *reader, struct stream *stream, const struct place *place, guint64 offset);

/* Says of a place "cannot read 'x': why; skipped". False when the run is to end. */
bool reader_trouble(struct reader *reader, const struct place *place, const char *why);

/* Files that mail programs keep beside mail (indexes, caches, lists of folders), and hidden ones: not looked at when
 * found in a walk. `name` has no directory. */
bool reader_leaves_alone(const char *name);

#endif
