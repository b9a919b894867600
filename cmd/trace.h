/* SPDX-License-Identifier: MIT
 * How one message was read, as text for rule authors: its parts, the reader that spoke, what it said of each recipient,
 * who that may be, and what each part of the verdict rests on. */
#ifndef WINNOW_CMD_TRACE_H
#define WINNOW_CMD_TRACE_H

#include "cmd/examine.h"

void trace_append(struct examiner_worker *worker, const struct raw *raw, struct pool *pool, GString *into);

#endif
