/* SPDX-License-Identifier: MIT
 * What a file is, found by looking at its first bytes; names are no evidence. Pure: bytes in, a kind out.
 * Also knows the two lines that mailboxes are made of: the mbox separator (RFC 4155) and a header (RFC 5322 2.2). */
#ifndef WINNOW_ARCHIVE_SNIFF_H
#define WINNOW_ARCHIVE_SNIFF_H

#include "core/view.h"

enum {
    SNIFF_HEAD = 4096, /* bytes that are enough to tell */
    SNIFF_LINE = 1000, /* a longer 'From ' line is none (RFC 5322 2.1.1: 998 bytes a line) */
};

enum sniff {
    SNIFF_UNKNOWN, /* binary */
    SNIFF_EMPTY,   /* nothing, or nothing but white space */
    SNIFF_PACKED,  /* gz, bz2, xz, zst, Z, lzma, zip, tar */
    SNIFF_MBOX,    /* begins with a 'From ' line */
    SNIFF_MESSAGE, /* begins with a header, perhaps behind a BOM, empty lines or a '>From ' line */
    SNIFF_TEXT,    /* text, but no header: a message only if somebody says so */
    SNIFF_JSON,    /* text that begins an object or array: data beside mail, never mail */
};

/* `head`: the first SNIFF_HEAD bytes or more; `whole`: there are no others. */
enum sniff sniff(struct view head, bool whole);
bool sniff_is_gzip(struct view head);

/* `line` without its line end: 'From ', a sender or none, a time and a year. */
bool sniff_is_separator(struct view line);
/* A field name of 1 to 76 printable bytes and a colon; sendmail's '>From ' line counts too. */
bool sniff_is_header(struct view line);

/* Bytes of byte-order mark and empty lines in front. */
size_t sniff_blank(struct view head);

/* The line at the front of `rest` without its end, and the bytes with it; `next` is 0 if the line has no end yet. */
struct view sniff_line(struct view rest, size_t *next);

#endif
