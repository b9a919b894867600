/* SPDX-License-Identifier: MIT
 * Addresses that letters to many are addressed to: a list's under a plain name, or one of the sender's own, with the
 * readers in blind copy. Known by this, that such letters fail at several others. Memory grows with the addressees who
 * are not who failed (about 100 bytes each). One thread. */
#ifndef WINNOW_MATCH_SHARED_H
#define WINNOW_MATCH_SHARED_H

#include "core/match/claim.h"

struct shared;

struct shared *shared_new(void);
void shared_free(struct shared *shared);
typedef struct shared shared_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(shared_auto, shared_free)

/* The candidates of one event after the other. True if an address has just become known as shared: *address, which
 * lives as long as the table. */
bool shared_see(struct shared *shared, gint64 event, const struct candidate *candidate, struct view *address);

#endif
