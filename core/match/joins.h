/* SPDX-License-Identifier: MIT
 * What was sent, joined with what came back: a table of the Message-IDs and envelope ids that bounces name, against
 * which a log of sends is streamed. Memory grows with the ids (about 200 bytes each), never with the log; unless all of
 * the log is wanted. One thread; once the log was seen, shared by threads. Views live as long as the table. */
#ifndef WINNOW_MATCH_JOINS_H
#define WINNOW_MATCH_JOINS_H

#include "core/match/claim.h"

struct joins;

struct joins *joins_new(void);
void joins_free(struct joins *joins);
typedef struct joins joins_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(joins_auto, joins_free)

/* `step`: CLAIM_MESSAGE_ID or CLAIM_ENVELOPE_ID, which are told apart. Ids compare byte by byte; of a Message-ID the
 * part before the '@' will do where the log has no more (Amazon SES). */
void joins_want(struct joins *joins, enum claim_step step, struct view id);
/* Where it is not known before what comes back: every id of the log. Before the first joins_see(). */
void joins_want_all(struct joins *joins);
size_t joins_wanted(const struct joins *joins);

/* One row of the log. `recipient` is an address_key() or an id. */
void joins_see(struct joins *joins, enum claim_step step, struct view id, enum candidate_is is, struct view recipient,
               struct view campaign);

struct joined {
    enum candidate_is is;
    struct view recipient; /* the first of the log; empty: the id is not in the log */
    struct view campaign;  /* empty if none, or if the log has several for this id */
    bool several;          /* recipients: the id names a mailing, not a message */
};
struct joined joins_find(const struct joins *joins, enum claim_step step, struct view id);

/* Adds to the claim of an event (`siblings` as of claim_make()) to whom its message was sent, and puts the campaign
 * that the log has for it, if any, into *campaign. An id with several recipients tells the campaign only; of a report
 * on several it tells something of him whom the report names too. Lives in `pool` and in the table. */
void joins_claim(const struct joins *joins, const struct event *event, size_t siblings, struct claim *claim,
                 struct view *campaign, struct pool *pool);

#endif
