/* SPDX-License-Identifier: MIT
 * Who an event may be about and what each rests on, for records, the review file, and the eyes of users. */
#ifndef WINNOW_CMD_CANDIDATES_H
#define WINNOW_CMD_CANDIDATES_H

#include "core/match/claim.h"

/* [{"step":"verp","address":"ann@example.org","scheme":"mailman"},{"step":"header-id","id":"7","scheme":null}] */
void append_candidates_json(GString *into, const struct candidate *candidates, size_t count);
/* "verp ann@example.org (mailman); header-id 7" */
void append_candidates(GString *into, const struct candidate *candidates, size_t count);
/* One of them. */
void append_candidate(GString *into, const struct candidate *candidate);

#endif
