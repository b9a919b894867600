/* SPDX-License-Identifier: MIT
 * The files that `clean` writes beside the list: cleaned, removed, held, review, report. All are finished before any is
 * published, and none replaces a file that no earlier run wrote. */
#ifndef WINNOW_CMD_LISTS_H
#define WINNOW_CMD_LISTS_H

#include "cmd/judge.h"
#include "cmd/replace.h"
#include "core/output.h"

/* X(enumerator, option and name in messages, suffix beside the list) */
#define LIST_FILES(X)                                                                                                  \
    X(CLEAN, "cleaned", ".clean.csv")                                                                                  \
    X(REMOVED, "removed", ".removed.csv")                                                                              \
    X(HELD, "held", ".held.csv")                                                                                       \
    X(REVIEW, "review", ".review.csv")                                                                                 \
    X(REPORT, "report", ".report.html")

enum list_file {
#define LIST_FILE_ENUM(id, name, suffix) LIST_FILE_##id,
    LIST_FILES(LIST_FILE_ENUM)
#undef LIST_FILE_ENUM
        LIST_FILE_COUNT
};

const char *list_file_name(enum list_file file);

struct lists {
    char *path[LIST_FILE_COUNT];
    struct output *output[LIST_FILE_COUNT];
    struct former_file former[LIST_FILE_COUNT]; /* since lists_check() */
    bool prepared;
};

/* Fills the paths that are still NULL: beside `list`, its .csv, .tsv or .txt replaced by the suffix. */
void lists_settle_paths(struct lists *lists, const char *list);
/* Where a plan goes that a guard stopped: beside the report, named after the list. To be freed. */
char *lists_plan_path(const struct lists *lists, const char *list);
void lists_clear(struct lists *lists);

/* Every path must be new, or hold what a run recorded in the ledger, unless `force`. No path may be the list itself, or
 * one of the others. WINNOW_ERROR_OUTPUT, before anything is read. */
bool lists_check(struct lists *lists, const char *list, struct ledger *ledger, bool force, GError **error);

/* Writes all files; nothing has its name yet. */
bool lists_write(struct lists *lists, struct list *list, const struct judgement *judgement, const struct report *report,
                 GError **error);
/* All of them are on the disk. */
bool lists_finish(struct lists *lists, GError **error);
/* Records the digests in the run. Before the ledger commits and lists_publish(): a crash between the two leaves old
 * files that an earlier run recorded, or new ones that this one did. */
bool lists_record(const struct lists *lists, struct ledger *ledger, gint64 run, GError **error);
/* Keeps the former files and records the renames to come; without it the run cannot be undone. lists_unprepare() if the
 * run is not stored then. */
bool lists_prepare(struct lists *lists, struct ledger *ledger, gint64 run, GError **error);
void lists_unprepare(struct lists *lists);
/* When it fails after lists_prepare(), the next run completes it. */
bool lists_publish(struct lists *lists, GError **error);
/* Forgets what dead runs left, and former files but those of the last `runs`. */
bool lists_tidy(const struct lists *lists, struct ledger *ledger, guint64 runs, GError **error);

#endif
