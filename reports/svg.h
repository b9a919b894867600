/* SPDX-License-Identifier: MIT
 * Charts as inline SVG in HTML: no script, colours from the page's style sheet (classes s0, s1, s2), lengths across in
 * percent, so that text keeps its size on a phone. Each has a title and a description for screen readers. Pure. */
#ifndef WINNOW_REPORTS_SVG_H
#define WINNOW_REPORTS_SVG_H

#include "reports/document.h"

/* `id` makes the ids of title and description unique in the page. */
void svg_append(GString *out, const struct chart *chart, unsigned id);

/* Text for HTML and XML: &, <, >, " and ' as references. */
void svg_escape(GString *out, const char *text);

#endif
