/* SPDX-License-Identifier: MIT
 * What a cell says of a time: "2026-05-01", RFC 3339 (also with a space for the T, without seconds or zone, which then
 * is UTC), Unix seconds. Nothing else: "01/05/2026" is two days to two readers. Pure. */
#ifndef WINNOW_LIST_DATE_CELL_H
#define WINNOW_LIST_DATE_CELL_H

#include "core/view.h"

enum date_cell {
    DATE_CELL_EMPTY = 0, /* or the zero date that databases write for it */
    DATE_CELL_DAY,       /* *time is its beginning, UTC */
    DATE_CELL_MOMENT,
    DATE_CELL_BAD,
};

/* *time is set to Unix seconds for a day or a moment, else to 0. Nothing before 1970 is readable. */
enum date_cell date_cell_read(struct view cell, gint64 *time);

#endif
