/* SPDX-License-Identifier: MIT
 * What a person needs to decide what winnow would not. */
#ifndef WINNOW_CMD_REVIEW_H
#define WINNOW_CMD_REVIEW_H

#include "cmd/judge.h"

/* Sets `candidates` of every verdict that is for review. */
bool review_name_candidates(struct judgement *judgement, struct ledger *ledger, GError **error);

#endif
