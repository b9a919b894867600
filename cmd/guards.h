/* SPDX-License-Identifier: MIT
 * Do the guards let a run pass? What it would remove anew, of the list and at each domain, and in all. Who the last run
 * in force over the same list removed already is not counted anew: a list that is never purged of its dead does not
 * come to a stop. */
#ifndef WINNOW_CMD_GUARDS_H
#define WINNOW_CMD_GUARDS_H

#include "cmd/judge.h"

/* *why is NULL if nothing is in the way, else the arithmetic in words, to be freed. `list` is its absolute path, `name`
 * what it was said to be called (NULL: nothing was said): exports of one list may have a new path every night. */
bool guards_look(const struct guard_limits *limits, struct ledger *ledger, const char *list, const char *name,
                 const struct judgement *judgement, char **why, GError **error);

#endif
