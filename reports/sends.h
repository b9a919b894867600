/* SPDX-License-Identifier: MIT
 * What was sent, by campaign and by domain, beside what came back of it: the rates that a log of sends allows. For the
 * files of reports/ only. */
#ifndef WINNOW_REPORTS_SENDS_H
#define WINNOW_REPORTS_SENDS_H

#include "reports/report.h"

struct sent_tally {
    struct view name;
    guint64 sent;
    guint64 bounces; /* those that the bounce rate counts */
    guint64 complaints;
};

/* One way to divide what was sent. Past LIMIT_DISTINCT names the rest is counted as `other`. */
struct sent_by {
    GHashTable *table; /* struct view * -> struct sent_tally * */
    GPtrArray *top;    /* finished: most bounces first, then most sent, then by name */
    struct sent_tally other;
};

enum { SENT_BY_CAMPAIGN, SENT_BY_DOMAIN, SENT_WAYS };

struct sends {
    struct sent_by by[SENT_WAYS];
};

void sends_init(struct sends *sends);
void sends_clear(struct sends *sends);
/* `name` has been cleaned. */
void sends_add(struct sent_by *by, struct view name, guint64 count);
/* A bounce or complaint of that name, if anything was sent there. */
void sends_count(struct sent_by *by, struct view name, guint64 bounces, guint64 complaints);
void sends_finish(struct sends *sends);

#endif
