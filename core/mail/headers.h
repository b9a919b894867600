/* SPDX-License-Identifier: MIT
 * Header blocks: finding the fields of a message, a MIME part or a returned message; mail.h has the ways to ask them.
 * RFC 5322 2.2, with what real mail breaks: 'From ' lines, stray lines, no end, no headers. Views into the input. */
#ifndef WINNOW_MAIL_HEADERS_H
#define WINNOW_MAIL_HEADERS_H

#include "core/mail/mail.h"

enum header_place {
    HEADERS_OF_MESSAGE, /* leading 'From ' lines and empty lines are passed over */
    HEADERS_OF_PART,    /* an empty first line means "no headers" */
};

/* The header block at the start of `bytes` and the `body` behind its empty line. If the first line is no header, there
 * are none and all of `bytes` is body. `notices` may be NULL. */
struct headers headers_scan(struct view bytes, enum header_place place, struct view *body, struct pool *pool,
                            struct notices *notices);

/* The length of the field name that `line` begins with ("Subject: x" gives 7), 0 if it is no header line. */
size_t header_name_length(struct view line);

/* The first field of that name, still raw; NULL if there is none. */
const struct header *headers_find(const struct headers *headers, const char *name, size_t nth);

/* A raw value unfolded, RFC 2047 decoded, valid UTF-8. */
struct view header_decode(struct view raw, struct pool *pool);

#endif
