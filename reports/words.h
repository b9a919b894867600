/* SPDX-License-Identifier: MIT
 * The words and figures of the report: what a verdict means, what follows from it by default, what to do about a cause
 * of our own. Independent of the locale. Returned `const` texts are static, others are to be freed. Pure. */
#ifndef WINNOW_REPORTS_WORDS_H
#define WINNOW_REPORTS_WORDS_H

#include "core/classify/taxonomy.h"

/* Causes that are the sender's to mend. X(enumerator, key in JSON and CSV, title, what to do) */
#define CAUSES(X)                                                                                                      \
    X(REPUTATION, "reputation_policy", "Reputation, authentication, policy",                                           \
      "Check SPF, DKIM and DMARC of the sending domain and the block lists of the sending address; slow down for the " \
      "providers concerned and follow the page that their answer names.")                                              \
    X(CONTENT, "content", "Content",                                                                                   \
      "The words, links or images of the mailing were refused. Look at what was sent that day, and at the "            \
      "reputation of the domains it links to.")                                                                        \
    X(SIZE, "size", "Size", "Make the message smaller: link to large images and files.")                               \
    X(ATTACHMENT, "attachment", "Attachment", "Link to the file on a site of yours; many providers refuse its type.")  \
    X(MESSAGE, "message", "Form of the message",                                                                       \
      "The message itself was at fault: check its headers, line lengths and encoding.")                                \
    X(TIMEOUT, "timeout", "Time limit of the sender",                                                                  \
      "The time that the sending system allows ran out. Allow more, or send earlier.")                                 \
    X(NETWORK, "network", "Network and name service",                                                                  \
      "Connections or DNS failed, on one side or the other. If it is more than one domain, look at the sending side.")

enum cause {
    CAUSE_NONE, /* not ours */
#define CAUSE_ENUM(id, key, title, advice) CAUSE_##id,
    CAUSES(CAUSE_ENUM)
#undef CAUSE_ENUM
        CAUSE_COUNT
};

enum cause cause_of(enum ses_class class, enum fault fault);
const char *cause_key(enum cause cause);
const char *cause_title(enum cause cause);
const char *cause_advice(enum cause cause);

/* What a class means, and what the default policy makes of it; one line each. */
const char *words_meaning(enum ses_class class);
const char *words_consequence(enum ses_class class);
/* Does SES count the class in the bounce rate? Permanent/General, NoEmail and Suppressed; no list of the account's own.
 */
bool words_counts_in_rate(enum ses_class class);

/* "Permanent/NoEmail". */
char *words_class(enum ses_class class);
/* "20,000". */
char *words_number(guint64 n);
/* "1 bounce", "2,000 bounces": the singular and the plural. */
char *words_of(guint64 n, const char *one, const char *many);
/* "2.06 %" of `part` in `whole`; "–" if there is no whole. Small shares get a third place. */
char *words_percent(guint64 part, guint64 whole);
/* "2025-11-23 04:16 UTC", or with `iso` "2025-11-23T04:16:00Z"; Unix seconds. */
char *words_time(gint64 time, bool iso);

/* Sums of what strangers state must not wrap around. */
static inline guint64 plus(guint64 a, guint64 b)
{
    return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

#endif
