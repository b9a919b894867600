/* SPDX-License-Identifier: MIT
 * Whom the returned message was for, as its own headers have it: To, and "for <…>" in its trace (RFC 5321 4.4). Says so
 * of a message to one person only: one to several, to a list, or in which the author writes to himself and to the
 * readers in blind copy, tells nothing of which of them failed. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_ADDRESSEES_H
#define WINNOW_BOUNCE_ADDRESSEES_H

#include "core/bounce/event.h"

/* Sets returned_to, returned_to_others and received_for of `facts`, which has its return paths. */
void addressees_read(const struct headers *returned, struct event *facts, struct pool *pool);

/* The one address that header `name` holds; empty if it holds none, or several. */
struct view addressees_only(const struct headers *headers, const char *name, struct pool *pool);

/* The one address in To, if no other recipient is named; else empty. */
struct view addressees_sole(const struct headers *returned, struct pool *pool);

#endif
