/* SPDX-License-Identifier: MIT
 * Finds the messages of an mbox in bytes that come in pieces (RFC 4155; mboxo, mboxrd, mboxcl, mboxcl2; LF, CRLF, CR).
 * Pure: bytes are pushed, messages taken. Holds one message and one piece, whatever the length of the file.
 * A separator is a 'From ' line with a time and a year, at the start of the file or behind an empty line, with a header
 * behind it; so prose and quoted mail in a body do not split. Content-Length is trusted only where a message does start
 * at its end, or the file ends. '>From ' in bodies is left as it is: mboxo and mboxrd cannot be told apart, and nobody
 * looks for evidence in such a line. The empty line before a separator belongs to the mbox, not to the message. */
#ifndef WINNOW_ARCHIVE_MBOX_H
#define WINNOW_ARCHIVE_MBOX_H

#include "core/view.h"

struct mbox_message {
    struct view bytes; /* as in the file; valid until the next call with this reader */
    guint64 offset;    /* of its first byte, behind the 'From ' line */
    bool beyond;       /* its Content-Length reaches past the end of the file: more may be still to come */
    guint64 size;      /* in the file: greater than bytes.len if the message is longer than what is read of one */
};

struct mbox_reader {
    char *buffer;
    size_t capacity;
    size_t begin, scanned, end; /* of the message looked at; no separator starts below `scanned`; of the bytes held */
    guint64 offset;             /* in the file, of `begin` */
    guint64 dropped;            /* bytes of this message that were let go, behind its first `max` */
    size_t max;
    bool split;   /* false: all is one message */
    bool fresh;   /* at the start of the file */
    bool inside;  /* `begin` is the first byte of a message */
    bool claimed; /* Content-Length has been considered */
    bool beyond;  /* and reaches past the end of the file */
    bool ended;
    char eol; /* the last byte of a line end of this message */
};

/* `max`: bytes of one message that are kept; the rest is counted and skipped. */
void mbox_init(struct mbox_reader *reader, size_t max);
void mbox_clear(struct mbox_reader *reader);

/* A new file begins; memory is kept. */
void mbox_start(struct mbox_reader *reader, bool split);

/* Either copy bytes in, or read into the room (at least `least` bytes, *size in all) and say how many came. */
void mbox_push(struct mbox_reader *reader, struct view bytes);
char *mbox_room(struct mbox_reader *reader, size_t least, size_t *size);
void mbox_filled(struct mbox_reader *reader, size_t added);
/* No more bytes will come. */
void mbox_end(struct mbox_reader *reader);

/* From the first byte of the message just taken to the last one pushed; empty if not all of it is held. */
struct view mbox_seen(const struct mbox_reader *reader, const struct mbox_message *message);

/* What was pushed and not yet taken. */
struct view mbox_held(const struct mbox_reader *reader);

/* The next message; false when more bytes are needed, or none is left after mbox_end(). */
bool mbox_next(struct mbox_reader *reader, struct mbox_message *message);

#endif
