/* SPDX-License-Identifier: MIT
 * Bytes of some charset into UTF-8: the declared one if the bytes bear it out, else what the bytes look like.
 * Knows the wrong labels of the field; text_to_utf8() of mail.h is here. guess.c weighs the candidates. Pure. */
#ifndef WINNOW_MAIL_CHARSET_H
#define WINNOW_MAIL_CHARSET_H

#include "core/mail/mail.h"
#include <iconv.h>

/* No byte above 127 and no NUL. */
bool text_is_ascii(struct view bytes);

/* Valid UTF-8? A sequence cut off at the very end is forgiven. `wide` counts the sequences of several bytes, `bad` the
 * bytes that belong to none; NUL is a character. */
void text_utf8_count(struct view bytes, size_t *wide, size_t *bad);

/* Converts what it can into `out` (of `room` bytes), U+FFFD for the rest; returns the bytes written, adds the input
 * bytes that did not convert to `bad`. */
size_t text_convert(iconv_t converter, struct view bytes, char *out, size_t room, size_t *bad);

/* The name for iconv of the charset that `bytes` most probably are in, one of those of text_to_utf8(); never NULL. */
const char *text_guess_charset(struct mail_reader *reader, struct view bytes);

/* The same text with LF line ends and without NULs: itself, or a copy in `pool`. */
struct view text_clean(struct view text, struct pool *pool);

#endif
