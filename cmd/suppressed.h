/* SPDX-License-Identifier: MIT
 * Rows of people who were removed and then forgotten: the ledger has but a keyed hash of them, so each row is asked. */
#ifndef WINNOW_CMD_SUPPRESSED_H
#define WINNOW_CMD_SUPPRESSED_H

#include "core/list/list.h"
#include "core/match/subjects.h"
#include "core/policy/policy.h"
#include "db/forgotten.h"

struct suppressed;

/* Streams the list, if anybody was forgotten, and wants the keys of such rows in `subjects`. *suppressed is NULL if
 * there are none. */
bool suppressed_find(struct list *list, const struct ledger *ledger, struct subjects *subjects,
                     struct suppressed **suppressed, GError **error);
void suppressed_free(struct suppressed *suppressed);

/* Is the subscriber one of them? Then he stays removed, whatever else is known. `suppressed` may be NULL. */
bool suppressed_decide(const struct suppressed *suppressed, struct view key, struct decision *decision);
/* What is decided of somebody who was removed, and forgotten at that time. */
struct decision suppressed_since(gint64 time);

#endif
