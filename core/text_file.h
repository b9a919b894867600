/* SPDX-License-Identifier: MIT
 * A text that the user writes for winnow (policy, rules, protected addresses), read whole. A pipe will do; what is
 * longer than the limit is refused without reading on, so that an endless file ends too. */
#ifndef WINNOW_TEXT_FILE_H
#define WINNOW_TEXT_FILE_H

#include "core/view.h"

/* The bytes of `path` without the mark that some editors put before UTF-8 (U+FEFF); `*text` lies in the result, which
 * is to be freed. NULL with WINNOW_ERROR_CONFIG "cannot read 'PATH': problem". */
char *text_file_read(const char *path, size_t limit, struct view *text, GError **error);

/* What makes a line (view_next_line()) no text: a control character other than the tab, bytes that are not UTF-8. NULL
 * if nothing does. Static. */
const char *text_line_fault(struct view line);

#endif
