/* SPDX-License-Identifier: MIT
 * All words of all rules, looked for in one pass over a text whatever their number. At each byte a filter of a few
 * kilobytes says whether any word can begin there, by its first eight bytes (short words: four, three); where one can,
 * a radix tree says which do. Unlike an automaton (Aho, Corasick: CACM 18/6, 1975) no byte waits for the one before,
 * and what most texts touch stays in the nearest cache. Knows bytes only; folding is the caller's (fold.h). Const after
 * matcher_build(): share it between threads. */
#ifndef WINNOW_CLASSIFY_MATCHER_H
#define WINNOW_CLASSIFY_MATCHER_H

#include "core/view.h"

struct matcher;
struct matcher_words; /* the words being gathered */

struct matcher_words *matcher_words_new(void);
void matcher_words_free(struct matcher_words *words);
/* The number of this word (0, 1, ...; the same for the same bytes). The word, of MATCHER_WORD_MIN bytes at least, is
 * copied. */
guint32 matcher_words_add(struct matcher_words *words, struct view word);
enum { MATCHER_WORD_MIN = 2 };
guint32 matcher_words_count(const struct matcher_words *words);
/* Bytes of all words so far; at most MATCHER_BYTES_MAX, which the caller has to watch. */
gsize matcher_words_bytes(const struct matcher_words *words);
enum { MATCHER_BYTES_MAX = 16 * 1024 * 1024 };

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
