/* SPDX-License-Identifier: MIT
 * What to do about one subscriber, from everything known: a pure function of policy, history and the present time.
 * Policy is configuration (GKeyFile groups such as [Transient/MailboxFull]); the defaults are written in the same
 * format (core/policy/default.conf) and read by the same parser. Times are Unix seconds, UTC; days are UTC days. */
#ifndef WINNOW_POLICY_POLICY_H
#define WINNOW_POLICY_POLICY_H

#include "core/bounce/event.h"
#include "core/classify/taxonomy.h"
#include "core/match/claim.h"

#define ACTIONS(X)                                                                                                     \
    X(KEEP, "keep")                                                                                                    \
    X(HOLD, "hold")                                                                                                    \
    X(REMOVE, "remove")                                                                                                \
    X(REVIEW, "review")

enum action {
#define ACTION_ENUM(id, name) ACTION_##id,
    ACTIONS(ACTION_ENUM)
#undef ACTION_ENUM
};

const char *action_name(enum action action);

/* One piece of evidence about a subscriber. */
struct occurrence {
    gint64 id;      /* of the event in the ledger */
    gint64 time;    /* of the event, not of reading it; 0 unknown */
    gint64 arrived; /* when our own mail system took the report in; 0 unknown */
    enum event_kind kind;
    enum ses_class class; /* bounces */
    bool actionable;      /* complaints: abuse, fraud, virus, other; not not-spam, not auth-failure */
    enum claim_step step; /* how it was attributed */
    bool traced;          /* an id of the very mail that was sent to the subscriber names him, too */
    struct view campaign;
    const char *doubt; /* why it may be about somebody else: it can only ask for review. NULL: it is certain */
    bool ours;         /* a bounce that the sender is to blame for: it may hold, but does not count towards removal */
    bool quarantined;  /* a guard took it for part of a burst or outage: it may hold for a while, never remove */
    const char *burst; /* of which one, in words (core/policy/burst.h); may be NULL */
};

struct signing;

/* All that is known about one subscriber of one list. Zeroed is a subscriber of whom nothing is known. */
struct history {
    const struct occurrence *at; /* in any order */
    size_t count;
    struct view address;           /* the subscriber's address_key(); empty: one without address */
    const char *list;              /* what policy groups call the list; NULL: it has no name */
    gint64 subscribed;             /* what was before does not count; 0 unknown */
    gint64 engaged;                /* last sign of life, as good as a delivery; 0: none */
    gint64 removed;                /* when a run last removed the subscriber from this list; 0: never */
    const struct signing *signing; /* since when the list's mail is signed (signing.h); NULL: it is not */
};

struct decision {
    enum action action;
    gint64 retry_after;   /* ACTION_HOLD: when the subscriber returns; else 0 */
    gint64 decided_by;    /* id of the event that settled it; 0 if none */
    enum event_kind kind; /* of that event */
    enum ses_class class; /* of that event */
    gint64 last_bounce;   /* time of the last bounce, 0 if none */
    char *why;            /* one line, the arithmetic in words; decision_clear() frees it */
};

void decision_clear(struct decision *decision);

struct policy;

/* The defaults, then `file` over them (NULL: only defaults). WINNOW_ERROR_CONFIG with "FILE:LINE: problem". */
struct policy *policy_load(const char *file, GError **error);
void policy_free(struct policy *policy);

/* Pure. `now` bounds the windows; an event later than `now` or without a time counts as having happened at `now`.
 * Decisions rest on what is certain. Where the doubtful would remove or ask for review, the decision is ACTION_REVIEW,
 * decided by a doubtful event, and `why` ends with its doubt; nobody is held for it. */
struct decision policy_decide(const struct policy *policy, const struct history *history, gint64 now);

/* What min-proof=auto makes of the occurrence: why it is doubted for want of a signature, or NULL. */
const char *policy_unsigned(const struct policy *policy, const struct history *history, const struct occurrence *of,
                            gint64 now);

/* Limits of a whole run: see guard.h. */
struct guard_limits;
const struct guard_limits *policy_guard(const struct policy *policy);

/* SHA-256 of the effective policy, hex: equal policies give equal digests, wherever their values were written. */
const char *policy_digest(const struct policy *policy);
/* The effective policy in the format that policy_load() reads, to be freed. `origins` adds a comment with file and line
 * above each value that is not the default. */
char *policy_format(const struct policy *policy, bool origins);
/* What is in force for one list (NULL: none) and domain (NULL: none), as if there were nothing else. */
char *policy_format_for(const struct policy *policy, const char *list, const char *domain, bool origins);
/* The built-in policy as it is written, with its documentation; to be freed. */
char *policy_default_text(void);
/* Can it be asked about, and stand behind "domain="? */
bool policy_is_domain(const char *domain);
/* Is history.removed of any use? It takes a question to the ledger. */
bool policy_readmits(const struct policy *policy);

/* Does a complaint of this Feedback-Type count? RFC 5965 7.3, RFC 6591: abuse, fraud, virus and other do. */
bool complaint_is_actionable(struct view feedback_type);

#endif
