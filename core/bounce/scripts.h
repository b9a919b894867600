/* SPDX-License-Identifier: MIT
 * Where an address begins and ends in text whose script puts no blanks between words ("您发往ann@example.org的邮件") or
 * has punctuation of its own ("收件人：ann@example.org。"). Letters of all scripts may stand in addresses (RFC 6531),
 * these may not, or not so. Pure. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_SCRIPTS_H
#define WINNOW_BOUNCE_SCRIPTS_H

#include "core/view.h"

/* The local part is within bytes `begin` … `at` of `text`: where it truly begins. */
size_t script_local_begin(struct view text, size_t begin, size_t at);

/* The domain is within bytes `from` … `end` of `text`: where it truly ends. */
size_t script_domain_end(struct view text, size_t from, size_t end);

#endif
