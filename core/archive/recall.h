/* SPDX-License-Identifier: MIT
 * What of one file is still to be read, and what is to be remembered of it then. A file is known by the times and the
 * size that the system keeps; where these changed, or may not tell, by its bytes: all that were read are compared, so
 * that a mailbox rewritten in place is never taken for one that grew. Works on open files; one at a time, one thread.
 */
#ifndef WINNOW_ARCHIVE_RECALL_H
#define WINNOW_ARCHIVE_RECALL_H

#include "core/archive/digest.h"
#include "core/archive/reader.h"
#include "core/archive/stream.h"

struct recall {
    struct positions *positions; /* NULL: nothing is remembered */
    struct digest *digest;
    /* The folder being walked; NULL outside of one, or if it has no path. `leaf`: cur or new of a Maildir. */
    struct position_folder *folder;
    bool leaf;
    /* The file in hand: the caller sets where it is, recall_open() the rest. */
    int directory;
    const char *name;
    int fd;
    struct digest128 key;
    struct stat before; /* when it was opened */
};

enum recalled {
    RECALL_READ,   /* all of it; known->tail bytes of a single message that grew were read before */
    RECALL_RESUME, /* it grew: from known->resume on, where known->tail bytes of its last message were read before */
    RECALL_KNOWN,  /* nothing is to be read */
    RECALL_HALTED, /* the run is to end */
};

void recall_init(struct recall *recall, struct positions *positions);
void recall_clear(struct recall *recall);

/* Takes up the directory at `path`, or what a named file lies in. */
void recall_enter(struct recall *recall, const char *path, bool leaf);
void recall_enter_parent(struct recall *recall, const char *path);
/* All names of it were seen. */
void recall_leave_whole(struct recall *recall);

/* Without opening it: has this name been read, and is it the same? `count`: then it is counted as left out. */
bool recall_knows(struct recall *recall, int directory, const char *name, bool count);
/* With the file open. `known` is zeroed where it does not count. `halted` may be NULL. */
enum recalled recall_open(struct recall *recall, int fd, struct position *known, bool (*halted)(void *user),
                          void *user);
/* For reader.growing: did it grow behind `got`, or does a mail program hold a lock on it? */
bool recall_growing(void *recall, guint64 got);
/* After it was read. */
void recall_remember(struct recall *recall, const struct reader_outcome *outcome);

#endif
