/* SPDX-License-Identifier: MIT
 * SMTP replies and enhanced status codes as they stand in running text.
 * Sources: RFC 5321 4.2 (reply codes), RFC 3463 2 (enhanced status codes), RFC 2034 4. Pure. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_REPLY_H
#define WINNOW_BOUNCE_REPLY_H

#include "core/view.h"

struct reply {
    int code;           /* 211 … 599, 0: none */
    struct view status; /* "5.1.1", empty: none */
    struct view text;   /* from the code to the end of what was searched, trimmed; empty if there is neither */
};

/* An enhanced status code at the very beginning of `text`, or the empty view: digits bounded as RFC 3463 has them, and
 * not the beginning of an IP address or a version ("5.1.1.7"). */
struct view status_at_start(struct view text);

/* The first enhanced status code with class 2, 4 or 5 anywhere in `text`. */
struct view status_find(struct view text);

/* The first reply in `text`: a code of 4xx or 5xx where a reply begins (at the start, or behind what mail systems write
 * before one), with the status that follows it; else a status alone. */
struct reply reply_find(struct view text);

#endif
