/* SPDX-License-Identifier: MIT
 * Addresses that a report mentions although their mail did not fail: whom to ask, what to use instead, who sent it.
 * Goes by the words before the address, in any language (signs/mentioned.signs). Pure. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_MENTIONED_H
#define WINNOW_BOUNCE_MENTIONED_H

#include "core/pool.h"
#include "core/view.h"

/* Do the words before `address`, a part of `text`, say that it is not the one that failed? */
bool mentioned_only(struct view text, struct view address, struct pool *pool);

/* Does the text call its receiver the one who sent the mail: "the message from news@example.net to …", where `to` holds
 * the address? */
bool mentioned_as_sender(struct view text, struct view to);

#endif
