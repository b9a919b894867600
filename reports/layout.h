/* SPDX-License-Identifier: MIT
 * Text in columns: widths as a terminal counts them (East Asian wide characters take two, marks none), wrapping,
 * tables. No line is longer than the width asked. Knows nothing of reports. Pure. */
#ifndef WINNOW_REPORTS_LAYOUT_H
#define WINNOW_REPORTS_LAYOUT_H

#include "reports/document.h"

enum { LAYOUT_MIN = 20 }; /* columns; less is not readable */

size_t layout_width(const char *text);
/* Appends `text` wrapped, each line with `indent` spaces; words that are too long are broken. */
void layout_paragraph(GString *out, const char *text, size_t indent, size_t columns);
/* Appends the table: as columns where they fit, else one "name: value" line after another. */
void layout_table(GString *out, const struct table *table, size_t columns);

#endif
