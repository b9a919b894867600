/* SPDX-License-Identifier: MIT
 * All words of all rules in one Aho-Corasick automaton (Aho, Corasick: "Efficient string matching", CACM 18/6, 1975):
 * one pass over a text whatever the number of words. Knows bytes only; folding is the caller's (fold.h). Transitions
 * are one probe in a packed table, with a default that depends on the last two bytes alone; no failure links are
 * followed at match time. Const after matcher_build(): share it between threads. */
#ifndef WINNOW_CLASSIFY_MATCHER_H
#define WINNOW_CLASSIFY_MATCHER_H

#include "core/view.h"

struct matcher;
struct matcher_words; /* the words being gathered */

struct matcher_words *matcher_words_new(void);
void matcher_words_free(struct matcher_words *words);
/* The number of this word (0, 1, ...; the same for the same bytes). The word is copied and must not be empty.
 * All words together may use 255 different bytes at most (folded text has no capitals). */
guint32 matcher_words_add(struct matcher_words *words, struct view word);
guint32 matcher_words_count(const struct matcher_words *words);
/* States that they need so far; at most MATCHER_STATES_MAX, which the caller has to watch. */
guint32 matcher_words_states(const struct matcher_words *words);
enum { MATCHER_STATES_MAX = 1024 * 1024 };

struct matcher *matcher_build(const struct matcher_words *words);
void matcher_free(struct matcher *matcher);

struct match {
    guint32 word;
    guint32 begin, end; /* in the text */
};

/* Every occurrence of every word in `text`, by rising end, at one end the longest first. `found` must not be NULL. */
typedef void matcher_found(void *context, struct match match);
void matcher_run(const struct matcher *matcher, struct view text, matcher_found *found, void *context);

#endif
