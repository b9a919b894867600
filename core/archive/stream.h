/* SPDX-License-Identifier: MIT
 * A stream is bytes that are read once, from front to back: a file, a pipe, a member of a packed file.
 * Knows how to put back what was looked at; hides where the bytes come from. Streams are stacked (a member's stream
 * reads from its archive's), each owned by who opened it. A stream that failed stays failed. One thread. */
#ifndef WINNOW_ARCHIVE_STREAM_H
#define WINNOW_ARCHIVE_STREAM_H

#include "core/view.h"

struct stream {
    /* 1 or more bytes; 0 at the end; -1 with `failure` set. */
    ssize_t (*read)(struct stream *stream, char *into, size_t size);
    /* Like lseek(2); NULL where one cannot seek. */
    gint64 (*seek)(struct stream *stream, gint64 offset, int whence);
    struct view unread; /* given out again before anything else is read; belongs to who put it back */
    guint64 size;       /* in bytes, 0 if unknown; a hint that saves a read */
    bool failed;
    bool system; /* `failure` is what strerror(3) says, not what an unpacker says */
    char failure[160];
};

/* As `read` above, after what was put back. */
ssize_t stream_read(struct stream *stream, char *into, size_t size);
/* Marks the stream as failed and returns -1. */
ssize_t stream_fail(struct stream *stream, const char *failure);

struct digest;

/* An open file or pipe. While a pipe has nothing to say, `halted` is asked a few times a second; then it just ends. */
struct stream_file {
    struct stream stream;
    int fd;
    bool regular;
    guint64 *counted; /* bytes read are added here, the size of the file at most; may be NULL */
    guint64 counts;
    struct digest *digest;      /* of a file whose bytes are to be known again; may be NULL */
    guint64 at;                 /* in the file */
    bool (*halted)(void *user); /* may be NULL */
    void *user;
};

/* `fd` stays the caller's, who sets `counted` and `halted` afterwards. */
void stream_file_init(struct stream_file *file, int fd);

/* Bytes in memory; they must outlive the stream. For tests, fuzzers and the benchmark. */
void stream_view_init(struct stream *stream, struct view bytes);

#endif
