/* SPDX-License-Identifier: MIT
 * struct event: the fate of one recipient as a message tells it: facts only, no opinion (that is core/classify).
 * Empty view: not said. Views live in the message's bytes or the batch's pool. */
#ifndef WINNOW_BOUNCE_EVENT_H
#define WINNOW_BOUNCE_EVENT_H

#include "core/mail/mail.h"
#include "core/notice.h"
#include "core/view.h"

/* X(enumerator, name in records) */
#define EVENT_KINDS(X)                                                                                                 \
    X(NONE, "none")                                                                                                    \
    X(BOUNCE, "bounce")                                                                                                \
    X(DELAY, "delay")                                                                                                  \
    X(COMPLAINT, "complaint")                                                                                          \
    X(AUTO_REPLY, "auto-reply")                                                                                        \
    X(DELIVERY, "delivery")                                                                                            \
    X(UNSUBSCRIBE, "unsubscribe")

enum event_kind {
#define EVENT_ENUM(id, name) EVENT_##id,
    EVENT_KINDS(EVENT_ENUM)
#undef EVENT_ENUM
};

const char *event_kind_name(enum event_kind kind);

enum { EVENT_RETURN_PATHS = 8, EVENT_RECEIVED_FOR = 4 };

struct carried; /* core/match/carried.h */

struct event {
    enum event_kind kind;
    struct view recipient;          /* Final-Recipient, as the receiving side names it; addr-spec */
    struct view original_recipient; /* Original-Recipient (RFC 3461 ORCPT, decoded), or what was forwarded */
    struct view other_original;   /* a second one in the same fields, which contradicts it: neither is to be believed */
    struct view failed_recipient; /* X-Failed-Recipients (Exim, Gmail) */
    struct view status;           /* enhanced status code, "5.1.1" (RFC 3463) */
    struct view action;           /* failed, delayed, delivered, relayed, expanded (RFC 3464 2.3.3) */
    struct view diagnostic;       /* Diagnostic-Code without its type, or the reply as the text quotes it */
    struct view command;          /* SMTP command that was answered, upper case: "RCPT TO", "DATA"; else empty */
    struct view prose;            /* what the human part says of this recipient; for rules, not for records */
    /* Of the only recipient for whom neither status nor code was told: the whole text, and the subject without that of
     * the returned message. For rules, where `prose` says nothing to them. */
    struct view context, title;
    struct view reporting_mta, remote_mta;
    struct view envelope_id;   /* Original-Envelope-Id (RFC 3461 ENVID) */
    struct view feedback_type; /* complaints: abuse, fraud, virus, other, not-spam, auth-failure (RFC 5965, RFC 6591) */
    int smtp_code;             /* 550; 0 if none was quoted */
    gint64 time;    /* of the attempt or arrival, else of the report, else `arrived`; Unix seconds, 0 unknown */
    gint64 arrived; /* when our own mail system took the report in: of its topmost Received field; 0 unknown */
    /* Where the report itself was sent: Delivered-To, X-Original-To, Envelope-To, To …, Received; and the returned
     * message's Return-Path: VERP. Each once, nearest to the envelope first. */
    struct view return_paths[EVENT_RETURN_PATHS];
    size_t return_path_count;
    struct view message_id;          /* of the report, without angle brackets */
    struct view returned_message_id; /* of the returned message */
    struct view returned_to;         /* its To, first address */
    /* Others are named beside it in To or Cc, or it is its author, or the report came to it, or the message was posted
     * to a list: then it says nothing of who failed. */
    bool returned_to_others;
    struct view received_for[EVENT_RECEIVED_FOR]; /* "for <…>" in its Received, nearest to its origin first */
    size_t received_for_count;
    const struct carried *carried; /* what its headers carry to tell the subscriber by; NULL: nothing */
    struct view campaign;          /* X-Campaign*, Feedback-ID, List-ID of the returned message */
    const char *reader;            /* which reader spoke: "rfc3464"; static */
    struct notices notices;
};

/* All that one message says; never empty: a message that says nothing is one event of kind NONE. */
struct events {
    struct event *at;
    size_t count;
};

#endif
