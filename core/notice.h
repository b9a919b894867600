/* SPDX-License-Identifier: MIT
 * Notices are what winnow has to say of strange mail: never an error, counted and shown.
 * A zeroed struct is "nothing to say". The texts live in the pool of the batch, or are literals. */
#ifndef WINNOW_NOTICE_H
#define WINNOW_NOTICE_H

#include "core/limits.h"
#include "core/view.h"

struct notices {
    struct view text[LIMIT_NOTICES];
    unsigned count;   /* of text[] */
    unsigned dropped; /* said, but not kept */
};

/* Adds `text`, once: a notice that is there already is not repeated. */
void notice_add(struct notices *notices, struct view text);

#endif
