/* SPDX-License-Identifier: MIT
 * --sends: logs of what was sent, joined with what the ledger has of returned messages. Of a log nothing is kept but
 * what joins: to whom the message of an event went becomes a candidate of the event, and its campaign is remembered.
 * Memory grows with the ids that bounces name and with the campaigns and domains (up to a limit), not with the log. */
#ifndef WINNOW_CMD_SENDS_H
#define WINNOW_CMD_SENDS_H

#include "cmd/command.h"
#include "core/pool.h"
#include "db/ledger.h"
#include "reports/report.h"

struct sends_input {
    char **files, **columns;         /* of the options */
    guint64 rows;                    /* messages sent */
    guint64 joined;                  /* events that a log knows more of */
    guint64 troubles;                /* rows that could not be used */
    GPtrArray *described;            /* char *: the first of them */
    GHashTable *campaigns, *domains; /* struct view * -> guint64 * */
    struct pool pool;
};

void sends_add_options(struct sends_input *sends, GOptionContext *context);
/* WINNOW_ERROR_USAGE, _INPUT: before anything is done. */
bool sends_check(const struct sends_input *sends, GError **error);
/* Within a run of the ledger, after the archives were read. Nothing without files. */
bool sends_join(struct sends_input *sends, struct ledger *ledger, GError **error);
/* All of the logs, where there is no ledger to ask what came back: memory grows with them. To be freed; NULL with an
 * error. */
struct joins;
struct joins *sends_table(struct sends_input *sends, GError **error);
/* What is wrong with the logs, on standard error: the first few, or all that are described. */
void sends_say(const struct sends_input *sends, bool all);
/* Into a report, before its facts. */
void sends_report(const struct sends_input *sends, struct report *report);
void sends_input_clear(struct sends_input *sends);

#endif
