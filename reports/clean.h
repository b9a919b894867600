/* SPDX-License-Identifier: MIT
 * Makes text of strangers harmless to look at: what comes out is one line of valid UTF-8 without control characters,
 * direction marks (RFC 9839; U+202E turns the rest of a line round) or invisible characters; these are shown by name.
 * Pure. */
#ifndef WINNOW_REPORTS_CLEAN_H
#define WINNOW_REPORTS_CLEAN_H

#include "core/view.h"

/* White space becomes one space each, other control characters their pictures (U+2400 …), format characters "{U+202E}",
 * bytes that are not UTF-8 U+FFFD. */
void clean_append(GString *out, struct view text);
/* The same, to be freed. */
char *clean_dup(struct view text);

#endif
