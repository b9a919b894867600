/* SPDX-License-Identifier: MIT
 * From what was said about a recipient to a verdict in the SES taxonomy, by rules (see rules.h for their language).
 * The rules are const after loading and shared by all threads; each thread has its own scratch. Pure. */
#ifndef WINNOW_CLASSIFY_CLASSIFY_H
#define WINNOW_CLASSIFY_CLASSIFY_H

#include "core/classify/rules.h"
#include "core/classify/taxonomy.h"
#include "core/pool.h"

/* What speaks. All may be empty. UTF-8. */
struct statement {
    struct view diagnostic;    /* the SMTP reply, if one was quoted */
    struct view prose;         /* what the human part says of this recipient */
    struct view status;        /* "5.1.1" */
    int smtp_code;             /* 550, or 0 */
    struct view reader;        /* name of the reader: anchors */
    struct view remote_mta;    /* host that answered: anchors */
    struct view command;       /* "RCPT TO", "DATA": anchors */
    struct view domain;        /* of the recipient: anchors */
    struct view recipients[2]; /* his addresses, final and original: replies name him by them */
};

struct verdict {
    enum ses_class class;
    enum fault fault;
    const char *rule;    /* name of the rule that decided; "none" when nothing did; lives as long as the rules */
    struct view matched; /* the words that matched, from the statement (or the status or code as text; pool) */
    bool by_reply;       /* words of the diagnostic decided: without the prose it would be the same */
};

struct classifier; /* scratch of one thread over a const ruleset */
struct classifier *classifier_new(const struct ruleset *rules);
void classifier_free(struct classifier *classifier);

/* Precedence: words of a known provider (an anchored rule), words of the diagnostic, words of the prose, enhanced
 * status code, SMTP code. `matched` may be allocated from `pool`. Never fails: nothing known is SES_UNDETERMINED. */
struct verdict classify(struct classifier *classifier, const struct statement *statement, struct pool *pool);

#endif
