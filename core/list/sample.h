/* SPDX-License-Identifier: MIT
 * The first rows of a list under one delimiter, counted: what dialect and columns are guessed from.
 * Everything lives until sample_clear(). */
#ifndef WINNOW_LIST_SAMPLE_H
#define WINNOW_LIST_SAMPLE_H

#include "core/view.h"

struct sample_column {
    unsigned filled;    /* cells that are not empty */
    unsigned addresses; /* of these, addresses */
};

struct sample {
    char delimiter;
    GPtrArray *names; /* cells of the first row, UTF-8 (Latin-1 taken as such), trimmed */
    GArray *columns;  /* struct sample_column, as many as `names`, LIMIT_CSV_COLUMNS at most */
    bool at_sign;     /* somewhere in the first row */
    bool address;     /* a cell of the first row is an address: it is data, and counted below */
    guint64 begin;    /* offset from which the first row was looked for */
    guint64 begin_line;
    guint64 data;      /* offset of what follows the first row */
    guint64 data_line; /* its line */
    size_t cells;      /* of the first row */
    unsigned rows;     /* of data, as far as we can tell yet: behind the first, or with it */
    unsigned agreeing; /* of these, with as many cells as the first */
    unsigned eols;     /* enum scan_eol: line ends met */
    unsigned eol;      /* that of the first row, 0: none */
    bool empty;        /* there is no row at all */
    GError *error;     /* why reading ended early; NULL: it did not */
};

/* Looks at SAMPLE_ROWS rows from `offset`, which is on line `line`. */
void sample_take(struct sample *sample, int fd, const char *path, char delimiter, guint64 offset, guint64 line);
void sample_clear(struct sample *sample);

static inline struct sample_column *sample_column(const struct sample *sample, size_t i)
{
    return &g_array_index(sample->columns, struct sample_column, i);
}

/* "1 'name', 2 'mail'": the columns, for messages. To be freed. */
char *sample_describe(const struct sample *sample);

#endif
