/* SPDX-License-Identifier: MIT
 * A subscriber list: CSV as it comes, read row by row in bounded memory and never changed. libcsv says where rows end
 * and what a cell says; bytes are copied, never quoted anew. Everything of libcsv stays behind this header. One thread.
 */
#ifndef WINNOW_LIST_LIST_H
#define WINNOW_LIST_LIST_H

#include "core/view.h"

struct list_options {
    const char *email_column; /* name or 1-based number; NULL: found by name, else by looking at the cells */
    const char *id_column;    /* the same; NULL: found by name, if there is one */
    char delimiter;           /* 0: found by looking, among , ; tab | */
    /* Dates of the subscription and of the last sign of life; NULL: nobody asks. */
    const char *subscribed_column, *engaged_column;
};

struct list_shape {
    char delimiter;
    bool header;                               /* the first row names the columns */
    bool bom;                                  /* UTF-8 byte order mark */
    size_t columns;                            /* of the first row */
    size_t email_column;                       /* 0-based */
    ssize_t id_column;                         /* 0-based; -1: none */
    ssize_t subscribed_column, engaged_column; /* the same */
    const char *eol;                           /* "\n", "\r\n" or "\r", of the first row */
    struct view head; /* all up to the end of the header row (BOM, blank lines, "sep=;"), as it stands; empty without */
    guint64 size;     /* of the file, bytes */
};

enum row_fault {
    ROW_SOUND = 0,
    ROW_NO_ADDRESS,  /* the address cell is empty or missing */
    ROW_BAD_ADDRESS, /* the cell is no address */
    ROW_NUL,         /* NUL bytes in the row */
    ROW_BAD_QUOTES,  /* a quote out of place made one row of several lines, maybe subscribers: no address, no id */
};

struct row {
    guint64 number;      /* 1, 2 … data rows, the header not counted */
    guint64 line;        /* physical line on which it begins, 1-based */
    guint64 offset;      /* of its first byte in the file */
    size_t length;       /* its line end included */
    struct view address; /* the cell as libcsv unquotes it, without space, "mailto:", <>; valid until the next row */
    struct view key;     /* its address_key() where address_fold() gives it: that is its judgement too; else empty */
    struct view domain;  /* of `key` */
    struct view id;      /* empty if there is no id column */
    struct view subscribed, engaged; /* the cells; empty if there is no such column. See date_cell.h */
    size_t cells;
    bool ragged;       /* fewer or more cells than the first row */
    bool invalid_utf8; /* in the address cell, which then is ROW_BAD_ADDRESS */
    enum row_fault fault;
};

struct list;

/* Opens and looks at the first rows. WINNOW_ERROR_INPUT, with the place, if it is missing, a directory, empty, or has
 * no address column (the message then lists the columns found). */
struct list *list_open(const char *path, const struct list_options *options, GError **error);
void list_close(struct list *list);
const struct list_shape *list_shape(const struct list *list);
/* What is odd about the file as a whole (duplicate header names, mixed line ends): for the user, may be empty, ends
 * with NULL, valid until the next call on the list. Line ends behind the first rows are known after list_each(). */
const char *const *list_notices(const struct list *list);

/* Calls `each` for every data row in order; false from it stops, and is a failure only if it set the error. The file is
 * streamed anew at each call. Errors: unreadable, an unclosed quote (with the line where it opens), a row longer than
 * LIMIT_CSV_ROW. Blank lines are no rows: they stay part of the gap between rows, which list_copy() copies too. */
bool list_each(struct list *list, bool (*each)(const struct row *row, void *user, GError **error), void *user,
               GError **error);

/* Bytes of the row at `offset`, for the removed, held and review files; `into` is overwritten. */
bool list_row_bytes(struct list *list, guint64 offset, size_t length, GString *into, GError **error);

struct output;
struct row_span {
    guint64 offset;
    guint64 length;
};
/* Copies the whole file to `output` but for the `omitted` spans (ascending, disjoint): byte for byte. */
bool list_copy(struct list *list, const struct row_span *omitted, size_t count, struct output *output, GError **error);

/* Is the file at the path still the one that was opened: same inode, size and time? Else WINNOW_ERROR_INPUT. Asked
 * after the last reading, so that no output is published of a list that somebody saved meanwhile. */
bool list_unchanged(struct list *list, GError **error);

/* Appends to `into` the row `bytes` with further cells behind its own: short rows are padded to `shape->columns`, the
 * line end is kept (or given). Cells are quoted as RFC 4180 asks where they need it, with the list's delimiter. */
void list_append_cells(const struct list_shape *shape, struct view bytes, size_t cells_in_row, const struct view *cells,
                       size_t count, GString *into);

#endif
