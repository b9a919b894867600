/* SPDX-License-Identifier: MIT
 * A raw message: its bytes and where they came from. Made by core/archive, read by everything behind it.
 * Bytes and strings belong to the batch that carries them, paths to the source. Line ends are LF: CRLF and lone CR
 * have been turned by the reader, while offset and digest still speak of the file as it is. */
#ifndef WINNOW_ARCHIVE_RAW_H
#define WINNOW_ARCHIVE_RAW_H

#include "core/notice.h"
#include "core/view.h"

struct origin {
    const char *path;   /* as the user gave it, or below the directory that the user gave; "-" is standard input */
    const char *member; /* names inside packed files, joined by '!'; NULL outside of them */
    guint64 offset;     /* of the message's first byte in that file or member (behind the mbox 'From ' line) */
};

struct raw {
    struct view bytes; /* empty if `trouble` is set */
    struct origin origin;
    guint64 sequence;    /* 0, 1, 2 … over the whole run, in the order of the sources */
    struct view trouble; /* what could not be read: 'b.mbox': Permission denied; skipped. Not a message then */
    bool withdrawn;      /* what an earlier run read of a message that was still being written: it never stood there */
    bool cut;            /* its file broke off within it: what stands at its end is not to be relied on */
    struct notices notices;
};

#endif
