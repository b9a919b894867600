/* SPDX-License-Identifier: MIT
 * The ledger's evidence against one list: who of the candidates subscribes, what is known of each, what is to be done.
 * Two passes over the ledger and one over the list (a second one in rare cases); memory grows with the evidence. */
#ifndef WINNOW_CMD_JUDGE_H
#define WINNOW_CMD_JUDGE_H

#include "cmd/dates.h"
#include "cmd/intake.h"
#include "cmd/planned.h"
#include "cmd/quarantine.h"
#include "core/list/list.h"
#include "core/match/settle.h"
#include "core/policy/policy.h"
#include "reports/report.h"

/* A row that is not simply kept, with what its file says of it. In the order of the list. */
struct judged_row {
    struct subject_row row;
    size_t cells;
    guint32 verdict; /* index into judgement.verdicts */
};

/* What was decided about one subscriber. */
struct judged_subject {
    subject_index subject;
    struct decision decision;
    struct view reason;           /* the decision's why with the evidence, one line */
    const char *subtype, *status; /* of the deciding event; "" if none */
    struct view candidates;       /* ACTION_REVIEW: whom that event may be about, and what each rests on */
};

struct judgement {
    struct subjects *subjects;
    struct alike *alike; /* NULL without rules */
    GArray *verdicts;    /* struct judged_subject: all but ACTION_KEEP */
    GArray *rows;        /* struct judged_row */
    guint64 row_count, rejected;
    guint64 fate[ROW_FATE_COUNT]; /* rows by fate; they add up to row_count */
    guint64 messages[FATE_COUNT]; /* messages of the intake by fate */
    guint64 ragged;               /* rows that were noticed */
    guint64 unreadable;           /* rejected rows with NUL bytes, invalid UTF-8 or stray quotes */
    GPtrArray *faults;   /* char *, one for each of the first JUDGE_FAULTS rejected rows, with its line; the unreadable
                            ones first */
    struct pool pool;    /* of the reasons */
    GStringChunk *texts; /* of the evidence */
    struct dates *dates; /* NULL without a list */
    struct domains *domains;       /* of which much evidence names addresses: how many rows */
    struct quarantine *quarantine; /* NULL without a policy */
    struct signing *signing;       /* of the list's mail */
    guint64 unsigned_events;       /* of the SIGNING_DAYS before now, by which nobody is removed or held for want of a
                                      signature */
};

enum { JUDGE_FAULTS = 1000 }; /* for the report; all are counted */

/* All that is known of one subscriber, undecided; history.at by time. Valid during the call; texts as the judgement. */
struct judge_history {
    struct history history;
    const gint64 *read; /* when the run that first read each of history.at began */
    guint64 rows;       /* of the list */
};

struct judge_input {
    const char *list_path;
    struct ledger *ledger;
    struct list *list;     /* NULL: whoever is named by evidence subscribes, or `alone` does */
    const char *alone;     /* without a list: an address key or an id, the only subscriber there is; NULL: all are */
    const char *list_name; /* what policy calls it; NULL: it has no name */
    const char *engaged;   /* file of signs of life; NULL: none */
    unsigned alike;        /* rules of core/match/alike.h; 0: addresses are what they are */
    const struct policy *policy;
    const struct intake *intake;
    /* Called for each subscriber with evidence; then nothing is decided, and there need be no policy or intake. With a
     * policy, what its guards put aside is marked so. Without one each_evidence() is called before for all evidence
     * that is attributed, with what the search for bursts sees of it or NULL; and the rows of domains are counted of
     * which so many addresses are named. */
    void (*each_history)(const struct judge_history *of, void *user);
    void (*each_evidence)(gint64 event, gint64 time, const struct sighting *sighting, void *user);
    void *user;
    guint64 domain_rows;
    const struct plan *plan; /* decides instead of the policy; NULL: none */
    struct report *report;   /* facts, rows and decisions are added to it */
    gint64 now;
    bool beside; /* the ledger may be read in a thread of its own */
};

bool judge_list(const struct judge_input *input, struct judgement *out, GError **error);
void judgement_clear(struct judgement *judgement);

#endif
