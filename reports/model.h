/* SPDX-License-Identifier: MIT
 * The model behind report.h: counts, and after report_finish() sorted tables, for the renderers to read. All texts have
 * been through clean_append(): renderers escape for their format only. */
#ifndef WINNOW_REPORTS_MODEL_H
#define WINNOW_REPORTS_MODEL_H

#include "reports/period.h"
#include "reports/report.h"
#include "reports/sends.h"
#include "reports/words.h"

enum {
    /* Distinct domains, and distinct texts, that are kept: at about 600 bytes each, 60 MB at the very worst. */
    LIMIT_DISTINCT = 100 * 1000,
    LIMIT_TROUBLES_SHOWN = 100,
    /* Rows of a table that people read, and of one that programs read. */
    ROWS_READ = 25,
    ROWS_PARSED = 1000,
    /* Texts shown for each cause of our own. */
    ROWS_OF_CAUSE = 5,
};

enum { KIND_COUNT = EVENT_UNSUBSCRIBE + 1, ACTION_COUNT = ACTION_REVIEW + 1 };

/* A sum that should add up. */
struct sum {
    guint64 in;    /* as counted at the door, or the sum of the parts if nobody counted */
    guint64 parts; /* what the fates add up to */
};

struct domain_tally {
    struct view name; /* lower case; view into the tally's own allocation */
    guint64 bounces, type[PERIOD_TYPES], complaints, unattributed;
    guint64 action[ACTION_COUNT];
};

/* Bounces that said the same and were judged the same. */
struct group {
    struct view key;      /* what the table compares */
    const char *template; /* in the key */
    const char *rule;
    enum ses_class class;
    enum cause cause;
    bool ruled; /* words of a rule decided; false: the status code or nothing did */
    guint64 count;
    char *path; /* the first place by name, for an example */
    guint64 offset;
};

struct trouble {
    char *text;
    guint64 count;
};

/* report_head, copied and cleaned. */
struct head {
    char *list, *command, *version, *policy_digest, *rules_digest;
    GPtrArray *archives, *outputs; /* char *; outputs are pairs of name and path */
    gint64 now, run;
    bool dry_run;
    guint64 sent;
};

struct report {
    struct head head;
    bool finished;

    guint64 message[FATE_COUNT], row[ROW_FATE_COUNT];
    guint64 known_files, known_bytes; /* of archives, not read again */
    bool messages_expected, rows_expected;
    struct sum messages, rows;

    guint64 kind[KIND_COUNT];
    guint64 class[SES_CLASS_COUNT], class_listed[SES_CLASS_COUNT];
    guint64 complaints_listed;
    guint64 step[CLAIM_STEP_COUNT]; /* [CLAIM_NONE]: about nobody on the list */
    guint64 ambiguous;              /* events about several of the list */
    guint64 cause[CAUSE_COUNT];
    guint64 reason[KIND_COUNT][SES_CLASS_COUNT][ACTION_COUNT];

    GHashTable *domain_table; /* struct view * -> struct domain_tally * */
    GPtrArray *domains;       /* finished: most bounces first, then by name */
    struct domain_tally other_domains;

    struct sends sends;

    GHashTable *group_table; /* struct view * -> struct group * */
    GPtrArray *groups;       /* finished: most first, then by text */
    guint64 other_groups;    /* bounces past LIMIT_DISTINCT */

    GHashTable *day_table; /* gint64 * -> struct period_day * */
    guint64 undated, future;
    struct periods periods;

    GPtrArray *troubles; /* struct trouble, by text; the first LIMIT_TROUBLES_SHOWN */
    guint64 trouble_count, troubles_shown;

    GString *scratch, *cleaned;
};

struct rate {
    guint64 count; /* counted bounces, or complaints */
    guint64 sent;
    unsigned level;     /* limits reached, 0: all well */
    const char *limits; /* in words */
    const char *verdict;
};

guint64 report_bounces(const struct report *report);
/* Rows that stay in the list: kept, left for review, unjudged. */
guint64 report_staying(const struct report *report);
/* Only to be asked if head.sent > 0: without it there is no rate. */
struct rate report_bounce_rate(const struct report *report);
struct rate report_complaint_rate(const struct report *report);
/* What stands below row `from` of the domains, added up; `domains` is how many of them have names. */
struct domain_tally report_rest(const struct report *report, size_t from, guint64 *domains);
/* The run in one sentence; to be freed. */
char *report_verdict(const struct report *report);

/* The renderers, one per format. */
void render_html(const struct report *report, GString *out);
void render_text(const struct report *report, GString *out, unsigned columns);
void render_json(const struct report *report, GString *out);
void render_csv(const struct report *report, GString *out);

#endif
