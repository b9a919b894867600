/* SPDX-License-Identifier: MIT
 * libcsv, fed line by line: it alone decides what rows with hard quoting say and where they end. It reports no
 * positions, so it is given one line at a time, and a row has ended with the line after which it said so. Cells are
 * copied and valid until the next quoted_begin(). One thread. */
#ifndef WINNOW_LIST_QUOTED_H
#define WINNOW_LIST_QUOTED_H

#include "core/view.h"

#include <csv.h>

struct quoted {
    struct csv_parser parser, strict;
    GString *text; /* of the cells, one behind the other */
    GArray *ends;  /* size_t: where each cell ends in `text`; the first LIMIT_CSV_COLUMNS only */
    size_t cells;  /* submitted so far in this row */
    bool row_ended;
};

void quoted_init(struct quoted *quoted, char delimiter);
void quoted_clear(struct quoted *quoted);

void quoted_begin(struct quoted *quoted);
/* Bytes up to and with a CR or LF, or the LF behind a CR: `row_ended` then tells whether the row did. */
void quoted_feed(struct quoted *quoted, struct view bytes);
/* At the end of the file: false if a quote is still open. */
bool quoted_end(struct quoted *quoted);

/* Cell number `i` of quoted->ends->len. */
struct view quoted_cell(const struct quoted *quoted, guint i);

/* Are the quotes of this row where RFC 4180 allows them? For rows of several lines: `"Bob" Smith,…` runs on to the next
 * quote, over the rows of others. */
bool quoted_is_strict(struct quoted *quoted, struct view row);

#endif
