/* SPDX-License-Identifier: MIT
 * From a mail to what became of whom: one reader per dialect behind one table (bounce.c).
 * Knows reports and the texts of mail systems; knows nothing of subscribers or verdicts. Pure, no state, any thread. */
#ifndef WINNOW_BOUNCE_BOUNCE_H
#define WINNOW_BOUNCE_BOUNCE_H

#include "core/bounce/event.h"

/* What became of each recipient that `mail` names. Everything lives in `pool` or in the mail. Never fails. */
struct events bounce_read(const struct mail *mail, struct pool *pool);

#endif
