/* SPDX-License-Identifier: MIT
 * The signals of a made-up world as mails, as mail systems write them: reports of Postfix and Exchange (RFC 3464), the
 * letters of Exim and qmail, notices of delay, automatic replies, and forged reports. Each mail was sent with a signed
 * return path (core/match/signed.h), which is where its report comes back to. */
#ifndef YEAR_LETTERS_H
#define YEAR_LETTERS_H

#include "core/match/keys.h"
#include "tests/year/world.h"

/* Appends the signal as one message of an mbox. */
void letter_append(const struct world *world, const struct signal *signal, const struct keys *keys, GString *mbox);

#endif
