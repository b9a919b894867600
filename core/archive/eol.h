/* SPDX-License-Identifier: MIT
 * Line ends: everything behind core/archive sees LF only. Pure. */
#ifndef WINNOW_ARCHIVE_EOL_H
#define WINNOW_ARCHIVE_EOL_H

#include "core/view.h"

/* Copies `from` to `into` (room for from.len bytes), turning CRLF and lone CR into LF; returns the bytes written.
 * Several CRs before one LF (gateways that add a CR to a CRLF) are one line end, or the first header would end the
 * headers. Bytes without a CR are copied as they are. */
size_t eol_copy(char *into, struct view from);

#endif
