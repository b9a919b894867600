/* SPDX-License-Identifier: MIT
 * winnow clean from the inside: one run over one list, for clean.c and the files that it is divided into. */
#ifndef WINNOW_CMD_CLEAN_H
#define WINNOW_CMD_CLEAN_H

#include "cmd/listing.h"
#include "cmd/lists.h"
#include "cmd/plan.h"
#include "cmd/sends.h"

struct clean {
    struct common common;
    const char *list_path;
    char **bounces;
    struct listing listing;
    struct sends_input sends;
    char *list_name;
    gint64 sent;
    gboolean dry_run, force, reread;
    char *plan_path, *approve;
    gint64 undo_runs;
    char **arguments;  /* as a plan says them */
    struct plan *plan; /* that is approved */
    char *fingerprint; /* of the ledger before the run, and after a guard stopped it */
    guint64 changes;   /* of the ledger before anything is read */
    bool bursts;       /* some were found of late */
    struct lists lists;
    struct examiner *examiner;
    struct policy *policy;
    struct ledger *ledger;
    struct list *list;
    struct report *report;
    struct intake intake;
    struct judgement judgement;
    gint64 run;
};

/* The plan that is to be approved says what was asked: its arguments are put before those of the command line. */
bool clean_take_plan(struct clean *c, int *argc, char ***argv, GError **error);
/* Before anything is read: is all as it was when the plan was made? */
bool clean_check_plan(struct clean *c, GError **error);
/* After all is judged: does a guard stop the run? Then the plan is saved. Writes the plan that was asked for. */
bool clean_guards_allow(struct clean *c, GError **error);

/* What is odd about the list as a whole, as one line each, to be freed; ends with NULL. */
char **clean_oddities(const struct clean *c);
/* Not one address: most likely it is the wrong column. */
bool clean_is_without_addresses(const struct judgement *judgement);
void clean_say_dates(const struct clean *c);
void clean_say_faults(const struct clean *c);
void clean_say_bursts(struct clean *c);
/* Was something read without keys, though the list's mail is signed and the policy asks for proof? */
bool clean_lacks_keys(const struct clean *c);
/* What is not proven though the list's mail is signed, as one line each, to be freed; ends with NULL. */
char **clean_signing(const struct clean *c);
void clean_say_signing(const struct clean *c);
void clean_print_summary(const struct clean *c);

#endif
