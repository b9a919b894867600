/* SPDX-License-Identifier: MIT
 * Settling the evidence: whom of one list each event of the ledger is about, what is doubtful of it, and what a guard
 * puts aside. Between the ledger and judge.c, which decides about each subscriber, and for it only. Memory grows with
 * the evidence, not with the list. */
#ifndef WINNOW_CMD_EVIDENCE_H
#define WINNOW_CMD_EVIDENCE_H

#include "cmd/judge.h"

/* One piece of evidence about one subject, with what the reason quotes of it. Texts are interned: 40 bytes an event. */
struct item {
    subject_index subject;
    struct occurrence occurrence;
    const char *status, *rule, *matched, *path, *member;
    guint64 offset;
    gint64 read;        /* when its first run began */
    guint32 quarantine; /* its number there */
};

struct gathering {
    const struct judge_input *input;
    struct judgement *out;
    GArray *items;          /* struct item */
    GArray *row_notes;      /* struct row_note, by offset */
    GByteArray *attributed; /* bit of each event's number */
    GHashTable *interned;   /* struct view * as the ledger has it -> text of out->texts */
    struct suppressed *suppressed;
    /* While keys are read. */
    struct shared *addressed;
    gint64 path_of;         /* the last event that had a return path */
    struct view path_names; /* the only reading of it so far; else empty */
    struct pool scratch;    /* of one row or event */
};

/* Both must live as long as the gathering, and `out` have all that judge_list() gives it. */
void evidence_init(struct gathering *g, const struct judge_input *input, struct judgement *out);
void evidence_clear(struct gathering *g);
/* Fills the items and the row counts of the judgement. */
bool evidence_settle(struct gathering *g, GError **error);

/* Of the row at that offset, if evidence is about it; else 0. */
size_t evidence_cells_at(const struct gathering *g, guint64 offset);
/* The messages of the intake, into the judgement. */
void evidence_count_messages(struct gathering *g);

#endif
