/* SPDX-License-Identifier: MIT
 * The copy of the original message inside a text: behind a line such as qmail's "--- Below this line is a copy of the
 * message.", or as a paragraph that can be nothing but a header block. Knows the phrases of the mail systems that send
 * one. Only a line that headers do follow counts: a phrase alone proves nothing. Pure. */
#ifndef WINNOW_MAIL_RETURNED_H
#define WINNOW_MAIL_RETURNED_H

#include "core/mail/mail.h"

/* `text` without the copy. Its headers go to `returned` (left alone if there are none). `first`: the text is the first
 * of its message, so that words behind a bare header paragraph may still be the system's own. */
struct view returned_split(struct view text, bool first, struct headers *returned, struct pool *pool);

#endif
