/* SPDX-License-Identifier: MIT
 * Rows of a CSV file, one after the other, with their places: offset, length, line. Memory is bounded by LIMIT_CSV_ROW.
 * A row about which there can be no two opinions (each cell is free of quotes at its begin, or wholly between two,
 * those inside doubled) is cut with memchr(); every other goes through libcsv. tests/list/test-scan.c proves that both
 * ways are one. What a row shows is valid until the next scan_next(). One thread. */
#ifndef WINNOW_LIST_SCAN_H
#define WINNOW_LIST_SCAN_H

#include "core/list/quoted.h"

/* Line ends met so far, as bits. */
enum scan_eol { SCAN_LF = 1, SCAN_CRLF = 2, SCAN_CR = 4 };

enum scan_mark { MARK_LF, MARK_CR, MARK_QUOTE, MARK_NUL, MARKS };

struct scan {
    /* The row. */
    guint64 offset; /* of its first byte in the file */
    guint64 line;   /* on which it begins, 1-based */
    size_t length;  /* its line end included */
    size_t eol_len; /* of the line end: 0 (the file's end), 1, 2 */
    size_t cells;
    bool nul;          /* has NUL bytes */
    bool bad_quotes;   /* of several lines because of a quote out of place */
    struct view *cell; /* the first LIMIT_CSV_COLUMNS cells, as libcsv says them */
    size_t kept;       /* of `cell` */
    /* The file so far. */
    unsigned eols;

    /* Private. */
    int fd;
    const char *path;
    char delimiter;
    bool eof;
    char *buffer; /* unread are [begin, end) */
    size_t begin, end, size;
    guint64 base;       /* offset of buffer[0] in the file */
    guint64 lines;      /* line of buffer[begin] */
    size_t mark[MARKS]; /* the first such byte behind some place up to `begin`, or `end` */
    size_t room;        /* of `cell` */
    GString *text;      /* of cells with doubled quotes, in a row that is cut */
    struct quoted quoted;
};

/* From `offset`, which is on line `line`; `fd` and `path` (for errors) stay the caller's. */
void scan_init(struct scan *scan, int fd, const char *path, char delimiter, guint64 offset, guint64 line);
void scan_clear(struct scan *scan);

/* True: a row. False: the end, or an error (WINNOW_ERROR_INPUT): unreadable, too long, a quote not closed. */
bool scan_next(struct scan *scan, GError **error);

/* Views of the cells of row number `i`, which may be missing: empty then. */
static inline struct view scan_cell(const struct scan *scan, size_t i)
{
    return i < scan->kept ? scan->cell[i] : (struct view){0};
}

/* The row's bytes. */
static inline struct view scan_bytes(const struct scan *scan)
{
    return (struct view){.data = scan->buffer + (scan->offset - scan->base), .len = scan->length};
}

#endif
