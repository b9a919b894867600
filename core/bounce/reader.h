/* SPDX-License-Identifier: MIT
 * What every reader of core/bounce sees and gives. A reader is a pure function over one mail: it adds an event for each
 * recipient whose fate it can tell and returns true, or adds nothing and returns false; then the next of the table is
 * asked. Private to core/bounce. Views live in the mail or in the pool. */
#ifndef WINNOW_BOUNCE_READER_H
#define WINNOW_BOUNCE_READER_H

#include "core/bounce/event.h"

struct reading {
    const struct mail *mail;
    struct pool *pool;
    struct view text; /* what the message itself says: its text parts without the returned copy, one after another */
    struct view from; /* its author's address, lower case as far as ASCII goes; empty if there is none */
    struct view subject;
    bool null_sender; /* Return-Path: <>, as reports have (RFC 3464 2, RFC 5321 4.5.5) */
    bool from_daemon; /* written by a mail system: mailer-daemon, postmaster … */
    struct event *events;
    size_t count, size;
    guint32 *slots; /* of reading_knows(): a hash table of events, each by its number + 1 */
    size_t slot_count, indexed;
    const char *reader;         /* name of the one being asked */
    const struct layout *maker; /* whose words were found though nobody was named in its form */
    struct reading_memo *memo;  /* what was found out about the text before (reading.c) */
};

struct reader {
    const char *name; /* stands in records as `reader` */
    bool (*read)(struct reading *reading);
};

/* Starts the reading of `mail`. */
struct reading reading_of(const struct mail *mail, struct pool *pool);

/* A new event of that kind, zeroed but for reader and kind; NULL once LIMIT_RECIPIENTS have been added.
 * Valid until the next call. */
struct event *reading_add(struct reading *reading, enum event_kind kind);

/* Has it an event whose recipient is `address`, ASCII case folded? */
bool reading_knows(struct reading *reading, struct view address);

/* False if `words` (ASCII case folded, a blank for any white space) are certainly not in the message's text. Cheap. */
bool reading_may_say(const struct reading *reading, const char *words);
/* The groups by which it tells. */
const struct grams *reading_grams(const struct reading *reading);
/* entries_without_copy() of the message's text, remembered. */
struct view reading_without_copy(const struct reading *reading);
/* What `answer` says, remembered: many readers ask the same of a message. */
enum reading_question { READING_REPORTS_FAILURE, READING_QUESTIONS };
bool reading_asked(const struct reading *reading, enum reading_question question,
                   bool (*answer)(const struct reading *reading));
/* signs_in() `text`, remembered: readers ask of the same texts again and again. */
guint32 reading_signs(const struct reading *reading, struct view text);

/* Fills event->return_paths: every header in which the address may stand that the report was sent to, nearest to the
 * envelope first, each address once; then the Return-Path of the returned message, or Original-Mail-From of a complaint
 * (RFC 5965 3.2); then "for <…>" of the report's own Received lines (RFC 5321 4.4). And event->arrived. */
void reading_return_paths(const struct reading *reading, struct event *event);

/* The readers; each documents its maker's habits where it is defined. */
bool read_feedback_report(struct reading *reading);  /* RFC 5965 */
bool read_delivery_status(struct reading *reading);  /* RFC 3464, RFC 6533 */
bool read_google(struct reading *reading);           /* Gmail's and Google Groups' texts */
bool read_ses_notification(struct reading *reading); /* Amazon SES by Amazon SNS: JSON */
bool read_exim(struct reading *reading);             /* and what was made of it */
bool read_list_manager(struct reading *reading);     /* posts that fml refuses */
bool read_layouts(struct reading *reading);  /* makers with one heading or sentence: Postfix, Courier, OpenSMTPD … */
bool read_sendmail(struct reading *reading); /* its text, old and new */
bool read_qmail(struct reading *reading);    /* QSBMF, and its many children */
bool read_exchange(struct reading *reading); /* Exchange since 2007 and Exchange Online, without a status part */
bool read_exchange_2003(struct reading *reading); /* Exchange up to 2003 */
bool read_groupwise(struct reading *reading);     /* users without domain */
bool read_notes(struct reading *reading);         /* reasons above the addresses */
bool read_corporate(struct reading *reading);     /* servers and filters of firms that report in words */
bool read_known_maker(struct reading *reading);   /* a maker that those above know, which names nobody in its form */
bool read_local_names(struct reading *reading);   /* recipients without a domain: AOL, JetMail */
bool read_labels(struct reading *reading);        /* forms of "label: value", in any language */
bool read_auto_reply(struct reading *reading);    /* RFC 3834 and the de-facto headers */
bool read_unsubscribe(struct reading *reading);   /* a letter that asks to be taken off the list */
bool read_rejection(struct reading *reading);     /* receipts that tell of a refusal: Sieve, Dovecot */
bool read_not_for_us(struct reading *reading);    /* MDNs, aggregate reports: adds one event of kind NONE */
bool read_bracket_list(struct reading *reading);  /* "<ann@example.org>: why", in any language */
bool read_wrapped(struct reading *reading);       /* a report that a gateway hung to a message of its own */
bool read_plain_text(struct reading *reading);    /* the last: words of no known maker */

/* Adds the automatic reply that this message is; for readers that know it to be one. */
bool auto_reply_add(struct reading *reading);

/* The status fields (RFC 3464) that stand in running text; for readers that know where. True if there were any. */
bool status_fields_in_text(struct reading *reading, struct view text);

#endif
