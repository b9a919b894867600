/* SPDX-License-Identifier: MIT
 * What a run would do, as a file: JSON lines, a head with the state of things that it holds for, one line for each row
 * that is not simply kept, and an end with a digest of all before it. Approving a plan carries out exactly what it
 * says, or nothing: the list, the state, the policy and the rules must be the same. Archives may have grown; what is
 * new in them is read, but decides nothing yet. See winnow-plan(5). */
#ifndef WINNOW_CMD_PLAN_H
#define WINNOW_CMD_PLAN_H

#include "cmd/judge.h"

enum { PLAN_FORMAT = 1 };

/* The key under which a plan's head counts rows. */
const char *plan_fate_name(enum row_fate fate);

/* The state of things. Texts belong to the caller, or to the plan that was read. */
struct plan_head {
    gint64 made;
    const char *folder; /* where it was made */
    const char *list;   /* absolute */
    const char *list_digest, *state, *policy, *rules;
    const char *guard; /* that stopped the run; NULL: none */
    char **arguments;  /* of `clean`, without those about plans */
    guint64 rows, fate[ROW_FATE_COUNT];
};

/* What `clean` was asked, without --plan, --approve, --dry-run, --now and what only tells how much to say. Ends with
 * NULL. */
char **plan_arguments(int argc, char **argv);

/* Replaces the file only if it is a plan, unless `force`. WINNOW_ERROR_OUTPUT, WINNOW_ERROR_STATE. */
bool plan_write(const char *path, const struct plan_head *head, const struct judgement *judgement,
                struct ledger *ledger, bool force, GError **error);

/* A plan that was read. WINNOW_ERROR_INPUT with its line if it is none, broken off, or was changed. */
struct plan *plan_load(const char *path, GError **error);
void plan_free(struct plan *plan);
const struct plan_head *plan_head(const struct plan *plan);

/* WINNOW_ERROR_GUARD naming what is not as it was. */
bool plan_fits(const struct plan *plan, const struct plan_head *now, gint64 days, GError **error);
/* Within the run, after its archives were read: the evidence that the plan rests on is there. WINNOW_ERROR_GUARD. */
bool plan_bind(struct plan *plan, struct ledger *ledger, GError **error);
/* All was decided as planned. WINNOW_ERROR_GUARD. */
bool plan_met(const struct plan *plan, const struct judgement *judgement, GError **error);

#endif
