/* SPDX-License-Identifier: MIT
 * Text as rules see it: letters in lower case and without accents, white space collapsed, typographic variants made
 * plain, so that a diagnostic broken over lines, in capitals or in full-width letters reads like the rule. Knows UTF-8;
 * broken bytes pass unchanged. The same function folds rules and texts. Pure. */
#ifndef WINNOW_CLASSIFY_FOLD_H
#define WINNOW_CLASSIFY_FOLD_H

#include "core/view.h"

/* Bytes that fold_text() may need for `len` bytes: a lower-case letter can be one byte longer than its capital. */
#define FOLD_ROOM(len) ((len) + (len) / 2 + 8)

/* The first letter of each word, if of ASCII, is a capital and all others are small: so the automaton sees by itself
 * where words begin, and finds no "his" in "this". Folds `text` into `out` (FOLD_ROOM(text.len) bytes); returns how
 * many bytes it wrote. `at`, unless NULL, receives for each byte written the offset in `text` of the character it comes
 * from. White space at the ends goes, inside it becomes one blank, between two Chinese or Japanese characters none. The
 * repeated "550-5.1.1 " of further reply lines (RFC 5321 4.2.1) is left out, since it may stand in the middle of a
 * sentence. */
size_t fold_text(struct view text, char *out, guint32 *at);

/* Is byte `i`, not of ASCII, part of a letter (not of an ideograph)? */
bool fold_is_foreign_letter(struct view folded, size_t i);

/* Is byte `i` part of a letter or a digit? */
static inline bool fold_is_letter(struct view folded, size_t i)
{
    unsigned char c = (unsigned char)folded.data[i];
    return c < 0x80 ? g_ascii_isalnum((char)c) : fold_is_foreign_letter(folded, i);
}

/* Do letters or digits stand on both sides of the gap before byte `i`: is `i` inside a word? */
static inline bool fold_inside_word(struct view folded, size_t i)
{
    return i > 0 && i < folded.len && fold_is_letter(folded, i) && fold_is_letter(folded, i - 1);
}

#endif
