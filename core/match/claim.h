/* SPDX-License-Identifier: MIT
 * struct claim: which subscriber an event may be about: every candidate with what it rests on. Who of them subscribes
 * is settled against the list (core/match/settle.h), not here. Pure; const configuration shared by threads.
 * A return path names one recipient. A report about several (RFC 3464 2.3) is about several people at most one of whom
 * it names: there VERP is evidence only for the event whose own recipient it equals, and an id in it is none at all.
 * Keys change two things: a return path that is signed by none of them is a forgery, and nothing in its report is
 * evidence; and a report on a mail that was provably sent to one address is none about the others in it, on one to an
 * id none at all, for which of them has the id is not known here. */
#ifndef WINNOW_MATCH_CLAIM_H
#define WINNOW_MATCH_CLAIM_H

#include "core/bounce/event.h"

/* The ladder, strongest first. Whoever can write a message to the bounce address can write everything of it but what
 * takes a key (verp-key) or a sight of our mail (envelope-id and message-id joined with the log of what was sent).
 * X(enumerator, name in records and the report) */
#define CLAIM_STEPS(X)                                                                                                 \
    X(NONE, "none")                                                                                                    \
    X(VERP_KEY, "verp-key")                                                                                            \
    X(VERP, "verp")                                                                                                    \
    X(ORIGINAL_RECIPIENT, "original-recipient")                                                                        \
    X(ENVELOPE_ID, "envelope-id")                                                                                      \
    X(HEADER_ID, "header-id")                                                                                          \
    X(MESSAGE_ID, "message-id")                                                                                        \
    X(RETURNED_TO, "returned-to")                                                                                      \
    X(RECEIVED_FOR, "received-for")                                                                                    \
    X(FAILED_RECIPIENTS, "x-failed-recipients")                                                                        \
    X(FINAL_RECIPIENT, "final-recipient")                                                                              \
    X(TEXT, "text")                                                                                                    \
    X(VERP_GUESS, "verp-guess")

enum claim_step {
#define CLAIM_ENUM(id, name) CLAIM_##id,
    CLAIM_STEPS(CLAIM_ENUM)
#undef CLAIM_ENUM
        CLAIM_STEP_COUNT
};

const char *claim_step_name(enum claim_step step);
bool claim_step_parse(struct view text, enum claim_step *step);

enum candidate_is { CANDIDATE_ADDRESS, CANDIDATE_ID };

/* The scheme of an address in a later Received than the first: whoever forwards mail says there whom to. */
#define CLAIM_RELAYED "relayed"
/* Behind the scheme of a return path that names nobody whom the first one names: one of them is not this mail's. */
#define CLAIM_OTHER_PATH ", in another return path"

struct candidate {
    enum claim_step step;
    enum candidate_is is;
    struct view key;    /* address_key() of it, or the id as written */
    struct view scheme; /* how it was decoded: "mailman", "user"; of a header its name, of a log of sends "sends";
                           see above */
};

struct claim {
    struct candidate *at; /* strongest step first; several at one step are the possible splits of one return path */
    size_t count;
    struct view verp_recipient; /* first address that a return path carries, as written; empty if none */
    struct view subscriber_id;  /* first id, of a return path or a header */
    struct view campaign; /* of a proven return path; where the event has none, of the user's pattern; else empty */
    struct view notice;   /* why there are no candidates, if the return path is the reason; static or empty */
};

struct verp; /* the schemes in force: built-in ones and the user's patterns (verp.h) */

/* `siblings`: events of the same message, this one among them (events.count). What one address is named by at several
 * steps is kept at the strongest. All readings of one return path are candidates at one step, and the list settles
 * which is meant, but: where the event speaks of one of them (as its recipient, as addressee, in the reply) no shorter
 * one is, and if the form of the path is as clear, no longer one either. What may have been cut off stands behind
 * everything else (CLAIM_VERP_GUESS). `verp` may be NULL: return paths are not read. Lives in `pool`, in the event or
 * is static. */
struct claim claim_make(const struct event *event, size_t siblings, const struct verp *verp, struct pool *pool);

#endif
