/* SPDX-License-Identifier: MIT
 * All that is known about one subscriber: events, the decision of today with its arithmetic, what would change it, past
 * decisions. Gathered with the code that `winnow clean` decides by; printed as text or JSON. */
#ifndef WINNOW_CMD_ACCOUNT_H
#define WINNOW_CMD_ACCOUNT_H

#include "cmd/judge.h"
#include "core/policy/whatif.h"
#include "db/forgotten.h"

/* Whom an event names, and by which step. */
struct account_candidate {
    bool is_self; /* the subscriber himself */
    struct candidate candidate;
};

/* One event that names the subscriber, whoever it was attributed to. Texts are valid UTF-8; "" if nothing was said. */
struct account_event {
    gint64 id, time, read; /* time 0: unknown */
    enum event_kind kind;
    enum ses_class class;
    enum fault fault;
    enum claim_step step; /* by which it names the subscriber; if attributed, the one that settled it */
    bool attributed;      /* to this subscriber */
    bool too_early;       /* before the subscription */
    bool ours;            /* the sender's fault, not counted */
    bool quarantined;
    const char *doubt, *burst; /* NULL: none */
    const char *path, *member, *message_id, *reader, *rule, *matched, *status, *diagnostic, *remote_mta, *campaign;
    guint64 offset;
    guint first_candidate, candidate_count; /* in account.candidates */
};

struct account_past {
    gint64 run, started, retry_after, decided_by;
    guint64 row;
    enum action action;
    const char *why;
};

struct account {
    char *key;             /* address key, or an id */
    const char *list_path; /* NULL: no list was given */
    gint64 now;
    char *id;           /* of its row; NULL: none */
    guint64 rows, line; /* in the list: how many, and where the first begins; 0: none */
    GArray *events;     /* struct account_event, by time */
    GArray *candidates; /* struct account_candidate, of all events */
    GArray *past;       /* struct account_past, in the order of runs */
    struct history history;
    struct decision decision;
    bool is_forgotten;
    struct forgotten forgotten; /* if he is; removed: his address is suppressed, whatever else is known */
    GArray *findings;           /* struct policy_finding */
    GArray *changes;            /* struct whatif */

    struct judgement judgement; /* private, as are the rest */
    GArray *occurrences;
    unsigned alike;
    GStringChunk *texts;
};

struct account_input {
    const char *who;       /* an address, or an id */
    const char *list_path; /* NULL: none */
    struct list *list;     /* opened, or NULL */
    const char *list_name, *engaged;
    struct ledger *ledger;
    const struct policy *policy;
    unsigned alike; /* rules of core/match/alike.h: addresses that --match takes for one; 0: none */
    gint64 now;
};

/* Errors of the ledger and of the list. To be cleared in any case. */
bool account_gather(struct account *account, const struct account_input *input, GError **error);
void account_clear(struct account *account);

/* Is it somebody whom `clean` would judge: in the list, or no list was given? */
bool account_is_judged(const struct account *account);

/* For a terminal of 80 columns; and one JSON object. */
void account_text(const struct account *account, GString *out);
void account_json(const struct account *account, GString *out);

#endif
