/* SPDX-License-Identifier: MIT
 * Archives into the ledger: what `ingest` does, and `clean` before it judges. Counts what became of each message.
 * Everything happens in the ledger's open run: nothing is stored before the caller commits. */
#ifndef WINNOW_CMD_INTAKE_H
#define WINNOW_CMD_INTAKE_H

#include "cmd/examine.h"
#include "cmd/progress.h"

enum { INTAKE_TROUBLES = 1000 }; /* kept for the report; all are counted */

/* Where the events of one counted message are: those of a message have consecutive numbers. */
struct intake_message {
    gint64 first;
    guint32 count;
};

struct intake {
    const struct common *common;
    struct examiner *examiner;
    struct ledger *ledger;
    bool reread; /* --reread: nothing is left out */
    struct progress_bar bar;
    guint64 messages;    /* all that were read, the unreadable ones among them */
    guint64 unreadable;  /* places that could not be read */
    guint64 incomplete;  /* messages of which only a part was read: past the limit, or their file broke off */
    guint64 duplicate;   /* messages all of whose events were known */
    guint64 not_bounce;  /* messages that are no evidence: ordinary mail, auto-replies, delays */
    guint64 events;      /* added to the ledger */
    guint64 known_files; /* left out: earlier runs have read them, and they are the same */
    guint64 known_bytes; /* of these, and of the fronts of files that grew */
    guint64 noticed;     /* messages with a notice */
    GArray *counted;     /* struct intake_message: those with new evidence */
    GPtrArray *troubles; /* char *, with their place; INTAKE_TROUBLES at most */
    guint64 troubles_dropped;
};

void intake_init(struct intake *intake, const struct common *common, struct examiner *examiner, struct ledger *ledger);
void intake_clear(struct intake *intake);

/* Reads what is new in `paths` (NULL-terminated) into the ledger, and remembers what was read. Says troubles on
 * standard error as they come unless --quiet. */
bool intake_run(struct intake *intake, const char *const *paths, GError **error);

/* Stores the numbers of this intake with the run. */
/* "already read: 3 files, 1.2 GB"; NULL if nothing was left out. To be freed. */
char *intake_known(const struct intake *intake);

bool intake_store_counts(const struct intake *intake, gint64 run, GError **error);

#endif
