/* SPDX-License-Identifier: MIT
 * The arithmetic of a decision in words: pieces of its `why`. For core/policy only. */
#ifndef WINNOW_POLICY_WORDS_H
#define WINNOW_POLICY_WORDS_H

#include "core/policy/matter.h"

void say_number(GString *why, guint64 number);
/* "2026-03-08", UTC */
void say_date(GString *why, gint64 time);
/* "3 Transient/General bounces", "1 complaint message"; `of` stands behind the number. */
void say_count(GString *why, const struct matter *matter, size_t count, const char *of);
/* "2 of 5 Transient/General bounces on 2 of at least 3 days within 30 days" */
void say_tally(GString *why, const struct matter *matter, const struct tally *tally);
/* "; 2 are the sender's fault, and not counted", or nothing if none is */
void say_ours(GString *why, const struct matter *matter);
/* "; 4 are in an outage (one of 14 of the 15 at example.org …), and not counted", or nothing */
void say_put_aside(GString *why, const struct matter *matter);
/* "; enough to remove, but attributed by text only, and that takes final-recipient or stronger" */
void say_weak(GString *why, const struct matter *matter, const struct occurrence *weak);
/* "; attributed by text only, and a hold takes final-recipient or stronger" */
void say_too_weak_to_hold(GString *why, const struct matter *matter, const struct occurrence *weak);

#endif
