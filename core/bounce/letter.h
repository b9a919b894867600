/* SPDX-License-Identifier: MIT
 * Who speaks in a message that has no report's form: a mail system that could not deliver, or a person, a mailing list.
 * Judged by headers first (RFC 3834, RFC 2369, RFC 2919), by words second. Pure. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_LETTER_H
#define WINNOW_BOUNCE_LETTER_H

#include "core/bounce/reader.h"

/* Sent through a mailing list or as a newsletter (RFC 2369, RFC 2919), not by a mail system. */
bool letter_is_list_post(const struct reading *reading);

/* Written with a mail program, or quoting as one does it. */
bool letter_is_typed(const struct reading *reading);

/* An answer or a forward that a person wrote, whatever it quotes. */
bool letter_is_answer(const struct reading *reading);

/* Is its subject that of an answer ("Re:", "AW:", "回复:" …), whoever wrote it? */
bool letter_is_titled_answer(const struct reading *reading);

/* The subject as its author put it: without "Re:", "Fwd:" and their sisters in other languages, and without "[tag]"s.
 */
struct view letter_bare_subject(const struct reading *reading);

/* A person, a postmaster mostly, writes about a report and quotes it line by line ("> …"). */
bool letter_quotes_report(const struct reading *reading);

/* Do the words say that mail was not delivered (yet), and could a mail system have written them? */
bool letter_reports_failure(const struct reading *reading);

/* Is its author's address one that nobody reads ("no-reply@…", "mail_noreply@…")? */
bool letter_is_unattended(const struct reading *reading);

/* What the author wrote above quotations, signature and copy of the other letter. */
struct view letter_own_words(struct view text);

#endif
