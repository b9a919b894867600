/* SPDX-License-Identifier: MIT
 * Servers name the recipient by his address where others write "recipient": "550 ann@example.org rejected", "we do not
 * know ann@example.org". Folds a text (fold.h) with the address read as that word, so that the rules understand it.
 * Pure. */
#ifndef WINNOW_CLASSIFY_NAMED_H
#define WINNOW_CLASSIFY_NAMED_H

#include "core/view.h"

enum {
    NAMED_ADDRESSES = 2,    /* final and original recipient */
    NAMED_TEXT = 8 * 1024,  /* of a text that much is read so */
    NAMED_OCCURRENCES = 64, /* and so often */
};

/* Like fold_text(), `out` having FOLD_ROOM(LIMIT_CLASSIFIED_TEXT) bytes; `addresses` may be empty views.
 * 0 if none of them occurs in `text`. */
size_t named_fold(struct view text, const struct view addresses[NAMED_ADDRESSES], char *out, guint32 *at);

#endif
