/* SPDX-License-Identifier: MIT
 * What is worth saying of a run, and one renderer per format over it. The model is filled by adding facts and rows in
 * any order, then finished; renderers read it only. Equal facts give equal bytes. Knows no SQLite and no terminal. */
#ifndef WINNOW_REPORTS_REPORT_H
#define WINNOW_REPORTS_REPORT_H

#include "core/policy/policy.h"

struct report;

/* What became of one message, for the sum "messages in = …". X(enumerator, JSON key, words) */
#define MESSAGE_FATES(X)                                                                                               \
    X(COUNTED, "counted", "counted as evidence")                                                                       \
    X(DUPLICATE, "duplicate", "already known")                                                                         \
    X(NOT_BOUNCE, "not_bounce", "not a bounce")                                                                        \
    X(UNATTRIBUTED, "unattributed", "of nobody on this list")                                                          \
    X(UNREADABLE, "unreadable", "unreadable")

enum message_fate {
#define FATE_ENUM(id, key, words) FATE_##id,
    MESSAGE_FATES(FATE_ENUM)
#undef FATE_ENUM
        FATE_COUNT
};

/* What became of one row, for the sum "rows in = …". */
#define ROW_FATES(X)                                                                                                   \
    X(KEPT, "kept", "kept")                                                                                            \
    X(HELD, "held", "held until their retry date")                                                                     \
    X(REMOVED, "removed", "removed")                                                                                   \
    X(REVIEW, "review", "left in the list, for you to look at")                                                        \
    X(REJECTED, "rejected", "left in the list unjudged: no readable address")

enum row_fate {
#define ROW_ENUM(id, key, words) ROW_FATE_##id,
    ROW_FATES(ROW_ENUM)
#undef ROW_ENUM
        ROW_FATE_COUNT
};

struct report_head {
    const char *list; /* path of the list as given; NULL if there is none */
    const char *const *archives;
    const char *command; /* "clean", "report" */
    const char *version;
    gint64 now; /* Unix seconds */
    gint64 run; /* number of the run; 0: none */
    bool dry_run;
    guint64 sent; /* --sent N; 0: not stated, so there is no bounce rate */
    const char *policy_digest, *rules_digest;
    const char *const *outputs; /* "cleaned", "LIST.clean.csv", "removed", "…" … pairs; NULL at the end; may be NULL */
};

/* One event as the report counts it. */
struct report_fact {
    enum event_kind kind;
    enum ses_class class;
    enum fault fault;
    gint64 time;          /* 0: unknown */
    bool attributed;      /* to a subscriber of the list */
    bool ambiguous;       /* it names several of them, so that it is for review */
    enum claim_step step; /* if attributed */
    struct view domain;   /* of the recipient */
    struct view campaign; /* that the message was of; may be empty */
    struct view diagnostic, status, rule, matched;
    struct view path; /* where the message is, for examples */
    guint64 offset;
};

/* Copies all of `head`. With a list, rates count what is attributed to it; without one, everything. One thread.
 * Distinct domains and texts are kept up to LIMIT_DISTINCT of model.h; past it they are counted as "other", and then
 * which were kept does depend on the order. Free with report_free(). */
struct report *report_new(const struct report_head *head);
void report_free(struct report *report);
/* What was sent, of which the log is at hand: by the recipient's domain and by campaign. Before the facts, which are
 * then set beside it. */
void report_add_sent_domain(struct report *report, struct view domain, guint64 count);
void report_add_sent_campaign(struct report *report, struct view campaign, guint64 count);
void report_add_message(struct report *report, enum message_fate fate, guint64 count);
void report_add_row(struct report *report, enum row_fate fate, guint64 count);
void report_add_fact(struct report *report, const struct report_fact *fact);
/* A removed or held subscriber's domain and reason (for the tables by domain and by reason). */
void report_add_decision(struct report *report, struct view domain, const struct decision *decision);
/* Trouble with a place: unreadable files, strange mail; the first hundred are shown, all are counted. */
void report_add_trouble(struct report *report, struct view text);
/* What was not read, because earlier runs had read it and it had not changed: files, and bytes of them and of the
 * fronts of files that grew. */
void report_add_known(struct report *report, guint64 files, guint64 bytes);
/* What came in as counted at the door, apart from what became of it: the report then says whether the sums reconcile,
 * and by how much they do not. Without it the sum of the fates is taken. */
void report_expect_messages(struct report *report, guint64 count);
void report_expect_rows(struct report *report, guint64 count);
/* Sorts; nothing may be added afterwards. */
void report_finish(struct report *report);

#define REPORT_FORMATS(X)                                                                                              \
    X(HTML, "html")                                                                                                    \
    X(TEXT, "text")                                                                                                    \
    X(JSON, "json")                                                                                                    \
    X(CSV, "csv")

enum report_format {
#define FORMAT_ENUM(id, name) REPORT_##id,
    REPORT_FORMATS(FORMAT_ENUM)
#undef FORMAT_ENUM
};

bool report_format_parse(const char *name, enum report_format *format);
/* The rendered report; never fails; UTF-8. `columns` is the width for text (80; at least 20). Free with
 * g_string_free(). */
GString *report_render(const struct report *report, enum report_format format, unsigned columns);

#endif
