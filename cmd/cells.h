/* SPDX-License-Identifier: MIT
 * One cell of CSV (RFC 4180), appended: in quotes only where it needs them. */
#ifndef WINNOW_CMD_CELLS_H
#define WINNOW_CMD_CELLS_H

#include "core/view.h"

void append_csv(GString *into, struct view cell);

#endif
