/* SPDX-License-Identifier: MIT
 * The ledger: everything winnow knows, append-only, in one SQLite file (WAL). Facts (event, claim) and opinion
 * (verdict, decision) are stored apart. Everything of SQLite stays behind db/. One writer at a time, held by a lock.
 * One thread. Errors: WINNOW_ERROR_STATE (corrupted, newer schema, full disk, not a ledger), WINNOW_ERROR_LOCKED
 * (another run). */
#ifndef WINNOW_DB_LEDGER_H
#define WINNOW_DB_LEDGER_H

#include "core/archive/raw.h"
#include "core/bounce/event.h"
#include "core/classify/classify.h"
#include "core/match/claim.h"
#include "core/policy/policy.h"

struct ledger;

enum ledger_mode { LEDGER_READ, LEDGER_WRITE };

/* ":memory:" is a ledger of this process only. LEDGER_WRITE creates file and directories, migrates, and takes the lock.
 */
struct ledger *ledger_open(const char *path, enum ledger_mode mode, GError **error);
/* Anything begun and not committed is undone. */
void ledger_close(struct ledger *ledger);
typedef struct ledger ledger_auto; /* for g_autoptr() */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ledger_auto, ledger_close)

/* A run is one transaction: all of it is stored, or nothing. `now` Unix seconds. Returns its number in *run. */
bool ledger_begin(struct ledger *ledger, const char *command, gint64 now, gint64 *run, GError **error);
/* Within a run: which rules (ruleset_digest()) the verdicts are of that follow. */
bool ledger_judged_by(struct ledger *ledger, const char *ruleset_digest, GError **error);
/* Counts "added" itself. A failure abandons the run. */
bool ledger_commit(struct ledger *ledger, GError **error);
/* Ends a run that cleaned no list after all: what it read is stored, under the name of `command`. */
bool ledger_commit_facts(struct ledger *ledger, const char *command, GError **error);
void ledger_abandon(struct ledger *ledger);
/* Grows with whatever is stored, by whichever run. */
guint64 ledger_changes(const struct ledger *ledger);

/* SHA-256, 32 bytes, of message and recipient: the same bounce read twice is one event. */
struct event_key {
    guint8 digest[32];
};

/* One event with its claim and verdict. *added is false if it was known already; candidates that are new are then added
 * to it. What is known only of runs that were taken back (db/undo.h) is news. *id is its number in either case. Events
 * of kind NONE are not stored, nor those about who was forgotten (db/forgotten.h): *id is 0. Texts are cut at
 * LIMIT_DIAGNOSTIC. */
bool ledger_add_event(struct ledger *ledger, const struct event_key *key, const struct origin *origin,
                      const struct event *event, const struct claim *claim, const struct verdict *verdict, gint64 *id,
                      bool *added, GError **error);

/* Within a run: the event was none after all, because its message had not been whole. */
bool ledger_withdraw_event(struct ledger *ledger, const struct event_key *key, GError **error);

/* Within a run: adds to an event those candidates of `claim` that it has not. */
bool ledger_add_candidates(struct ledger *ledger, gint64 event, const struct claim *claim, GError **error);

/* Every text of a piece of evidence, so that who keeps one (cmd/ahead.c) misses none. */
#define EVIDENCE_TEXTS(X)                                                                                              \
    X(recipient)                                                                                                       \
    X(original_recipient)                                                                                              \
    X(status)                                                                                                          \
    X(diagnostic)                                                                                                      \
    X(rule)                                                                                                            \
    X(matched)                                                                                                         \
    X(reader)                                                                                                          \
    X(remote_mta)                                                                                                      \
    X(message_id)                                                                                                      \
    X(returned_message_id)                                                                                             \
    X(campaign)                                                                                                        \
    X(path)                                                                                                            \
    X(member)

/* What the ledger holds of one event, for attribution, policy and reports. Views are valid during the call only. */
struct evidence {
    gint64 id;
    gint64 run;
    enum event_kind kind;
    enum ses_class class;
    enum fault fault;
    gint64 time;     /* 0 unknown */
    gint64 arrived;  /* 0 unknown */
    gint64 read;     /* when the run that read it first began: stands in for a time that is unknown, or later than it */
    bool actionable; /* complaints */
#define EVIDENCE_TEXT(name) struct view name;
    EVIDENCE_TEXTS(EVIDENCE_TEXT)
#undef EVIDENCE_TEXT
    guint64 offset;
    int smtp_code;
    const struct candidate *candidates; /* strongest first */
    size_t candidate_count;
};

/* Every event in force of the kinds that decisions rest on, in order of id, `time` up to `until` (0: all). */
bool ledger_each(struct ledger *ledger, gint64 until,
                 bool (*each)(const struct evidence *evidence, void *user, GError **error), void *user, GError **error);
/* The keys of all candidates, each at least once, in the order of events: far cheaper than to ask for all of these. The
 * candidates have no scheme. Views are valid during the call only. */
typedef bool (*each_key_call)(gint64 event, const struct candidate *candidate, void *user, GError **error);
bool ledger_each_key(struct ledger *ledger, each_key_call each, void *user, GError **error);
/* Events with a candidate of that key (address key or id). */
bool ledger_each_of(struct ledger *ledger, struct view key,
                    bool (*each)(const struct evidence *evidence, void *user, GError **error), void *user,
                    GError **error);

/* Whom one event may be about, strongest first: struct candidate to `into`, which is emptied; texts live in `pool`. */
bool ledger_candidates(struct ledger *ledger, gint64 event, GArray *into, struct pool *pool, GError **error);

/* One subscriber's decision of this run. `key` is the address key. Of who was forgotten none is stored. */
bool ledger_add_decision(struct ledger *ledger, gint64 run, struct view key, guint64 row,
                         const struct decision *decision, GError **error);

/* A decision as it was stored. Views are valid during the call only. */
struct past_decision {
    gint64 run, started; /* the run, and when it began */
    struct view key;
    guint64 row;
    enum action action;
    gint64 retry_after, decided_by, last_bounce;
    enum event_kind kind;
    enum ses_class class;
    struct view why;
};
typedef bool (*each_decision_call)(const struct past_decision *decision, void *user, GError **error);
/* Decisions of a run, or of an address key over all runs in force, in the order in which they were added. */
bool ledger_each_decision(struct ledger *ledger, gint64 run, each_decision_call each, void *user, GError **error);
bool ledger_each_decision_of(struct ledger *ledger, struct view key, each_decision_call each, void *user,
                             GError **error);

/* A kind: the event decided a removal and is part of no burst, though what shows that may have been erased. */
#define LEDGER_NO_BURST "none"
/* Within a run: the event is part of a burst. Then all that runs in force found so, in the order of events. */
bool ledger_quarantine(struct ledger *ledger, gint64 event, const char *kind, const char *why, GError **error);
bool ledger_each_quarantined(struct ledger *ledger,
                             bool (*each)(gint64 event, const char *kind, const char *why, void *user), void *user,
                             GError **error);

/* What an event is known by in every ledger, in hex; empty for 0. And back: 0 if there is none in force. */
enum { EVENT_DIGEST_HEX = 32 };
bool ledger_event_digest(struct ledger *ledger, gint64 event, char hex[EVENT_DIGEST_HEX + 1], GError **error);
bool ledger_event_number(struct ledger *ledger, const char *hex, gint64 *event, GError **error);
/* A text that changes whenever anything is added to the ledger. To be freed; NULL with an error. */
char *ledger_fingerprint(struct ledger *ledger, GError **error);

/* Numbers of a run, by name ("messages", "counted", "duplicate", "removed" …). */
bool ledger_count(struct ledger *ledger, gint64 run, const char *name, guint64 value, GError **error);
bool ledger_each_count(struct ledger *ledger, gint64 run,
                       bool (*each)(const char *name, guint64 value, void *user, GError **error), void *user,
                       GError **error);

/* Files that runs wrote, by absolute path. Any run counts, not only the last: one that was killed after its commit left
 * the files of the one before it. */
bool ledger_add_output(struct ledger *ledger, gint64 run, const char *path, const char *digest, GError **error);
bool ledger_wrote(struct ledger *ledger, const char *path, const char *digest, bool *wrote, GError **error);

struct run_summary {
    gint64 run, started;
    const char *command, *version;
    const char *list; /* that it cleaned, by absolute path; "" if none */
    guint64 messages, added, removed, held;
    gint64 undoes;    /* the run that this one took back; 0: none */
    gint64 undone_by; /* the run in force that took this one back; 0: none */
};
bool ledger_each_run(struct ledger *ledger, bool (*each)(const struct run_summary *run, void *user, GError **error),
                     void *user, GError **error);

#endif
