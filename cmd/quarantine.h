/* SPDX-License-Identifier: MIT
 * Which bounces of a list a guard puts aside: hard ones of a burst (core/policy/burst.h), as found now or by a run
 * before (the ledger keeps it), those that were too old when they were first read, and soft ones of an outage. Between
 * the ledger's evidence and the decisions that judge.c asks for: quarantine_see() for all evidence,
 * quarantine_settle(), then quarantine_apply(). */
#ifndef WINNOW_CMD_QUARANTINE_H
#define WINNOW_CMD_QUARANTINE_H

#include "cmd/domains.h"
#include "core/policy/guard.h"
#include "db/ledger.h"

struct quarantine;

struct quarantine *quarantine_new(const struct guard_limits *limits);
void quarantine_free(struct quarantine *quarantine);

#define QUARANTINE_NONE G_MAXUINT32

/* Evidence about a subscriber with this number and address domain, happened at `time`. The number of what is certainly
 * a hard or soft bounce, else QUARANTINE_NONE. */
guint32 quarantine_see(struct quarantine *quarantine, const struct evidence *evidence, gint64 time, guint32 subject,
                       struct view domain, bool doubtful);
/* What the search for bursts sees of that evidence; false: nothing. */
bool quarantine_sighting(const struct evidence *evidence, gint64 time, guint32 subject, struct view domain,
                         bool doubtful, struct sighting *sighting);
/* `rows` and `domains` of the list, as far as they are known (0, NULL). */
bool quarantine_settle(struct quarantine *quarantine, struct ledger *ledger, guint64 rows,
                       const struct domains *domains, gint64 now, GError **error);
/* Sets what the occurrence of that number is worth, first read at `read`. Texts live as long as the quarantine. */
void quarantine_apply(struct quarantine *quarantine, guint32 number, gint64 read, struct occurrence *occurrence);

/* The subscriber is kept, though that event failed for good: it is said if no run before knew of its burst. */
void quarantine_spare(struct quarantine *quarantine, guint32 number, gint64 event, struct view address);

/* Within a run: what was found that no run before had found. */
bool quarantine_store(const struct quarantine *quarantine, struct ledger *ledger, GError **error);

/* One line each about the bursts that end within the quarantine-days before `now`, and one about who was spared: what a
 * person should know of now. To be freed; ends with NULL. */
char **quarantine_say(const struct quarantine *quarantine, gint64 now);

#endif
