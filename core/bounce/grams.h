/* SPDX-License-Identifier: MIT
 * A quick "certainly not": which groups of three characters occur in a text, as a small bit set. Readers look for
 * hundreds of fixed phrases, and nearly all of them are ruled out by their first group. Pure. Private to core/bounce.
 */
#ifndef WINNOW_BOUNCE_GRAMS_H
#define WINNOW_BOUNCE_GRAMS_H

#include "core/view.h"

enum { GRAM_BITS = 8192 }; /* 1 KB: a report of 4 KB sets about a fifth of them */

struct grams {
    guint64 bits[GRAM_BITS / 64];
};

/* The first groups of a phrase, found once for one that is looked for in every message. */
struct gram_probe {
    guint16 bits[6];
    guint8 count;
};
struct gram_probe grams_probe(const char *words);
/* As grams_may_hold(), by these groups alone. */
bool grams_may_hold_all(const struct grams *grams, const struct gram_probe *probe);

/* Adds the groups of `text`, ASCII case folded; groups with white space are left out, as it may be any amount. */
void grams_add(struct grams *grams, struct view text);

/* False if `words`, compared without ASCII case and with a blank for any white space, are certainly not in the text. */
bool grams_may_hold(const struct grams *grams, const char *words);

#endif
