/* SPDX-License-Identifier: MIT
 * Signs: words that tell what sort of message this is, before anybody asks what became of whom. They are data
 * (core/bounce/signs/NAME.signs, the format of rules: sign, says, like, unlike), found in one pass, and carry their
 * proofs. Loaded once for the process, const afterwards. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_SIGNS_H
#define WINNOW_BOUNCE_SIGNS_H

#include "core/pool.h"
#include "core/view.h"

/* X(enumerator, name in the files) */
#define SIGNS(X)                                                                                                       \
    X(REPORT_SUBJECT, "report-subject")         /* subjects of bounces */                                              \
    X(REPORT_TEXT, "report-text")               /* texts that say that mail was not delivered */                       \
    X(DELAY, "delay")                           /* not given up yet */                                                 \
    X(GAVE_UP, "gave-up")                       /* final, whatever else is said */                                     \
    X(AUTO_REPLY_SUBJECT, "auto-reply-subject") /* subjects of vacation notices */                                     \
    X(AUTO_REPLY_TEXT, "auto-reply-text")                                                                              \
    X(AWAY, "away")                 /* what only somebody absent says of himself */                                    \
    X(REPLY_LATER, "reply-later")   /* and that he will answer then */                                                 \
    X(LEFT, "left")                 /* the author is gone for good */                                                  \
    X(UNSUBSCRIBE, "unsubscribe")   /* "take me off your list" */                                                      \
    X(LURE, "lure")                 /* imitates a report to make one click */                                          \
    X(SUMMARY, "summary")           /* tells an operator of many messages at once */                                   \
    X(NEWSLETTER, "newsletter")     /* how mailings end: why one gets them, how one leaves */                          \
    X(CHALLENGE, "challenge")       /* "confirm that you are a person" */                                              \
    X(CONFIRMATION, "confirmation") /* subscriptions, list commands */                                                 \
    X(QUESTION, "list-question")    /* why Majordomo asks a list's owner about a post */                               \
    X(RECEIPT, "receipt")           /* read receipts, also those for deleted mail */                                   \
    X(REFUSAL, "refusal")           /* what a receipt says that stands for a refusal */                                \
    X(ONE_MESSAGE, "one-message")   /* speaks of one message, to its sender */                                         \
    X(OFFER, "offer")               /* an address to ask, or to use instead, follows */                                \
    X(TRACKER, "tracker")           /* a help desk tells of a letter that it got */

enum sign {
#define SIGN_ENUM(id, name) SIGN_##id,
    SIGNS(SIGN_ENUM)
#undef SIGN_ENUM
        SIGN_COUNT
};

/* Which signs `text` carries, as bits 1 << SIGN_*; `where` (SIGN_COUNT views, may be NULL) gets the first words of
 * each. */
guint32 signs_in(struct view text, struct view *where, struct pool *pool);

static inline bool signs_have(guint32 signs, enum sign sign)
{
    return (signs & (1u << sign)) != 0;
}

/* Every `like` shows its sign and every `unlike` does not. Otherwise false, with one line for each failure in `report`.
 */
bool signs_prove(GString *report);

#endif
