/* SPDX-License-Identifier: MIT
 * The subcommands, and what they share: options, messages, time. Only cmd/ prints, exits, reads clock and environment.
 */
#ifndef WINNOW_CMD_COMMAND_H
#define WINNOW_CMD_COMMAND_H

#include "core/error.h"
#include <glib.h>
#include <stdbool.h>

struct command {
    const char *name;
    const char *summary; /* one line for the list of commands */
    /* Arguments from the command's name on. Returns the exit code. */
    int (*run)(int argc, char **argv);
};

int cmd_clean(int argc, char **argv);
int cmd_ingest(int argc, char **argv);
int cmd_classify(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_reclassify(int argc, char **argv);
int cmd_prune(int argc, char **argv);
int cmd_forget(int argc, char **argv);
int cmd_policy(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_runs(int argc, char **argv);
int cmd_simulate(int argc, char **argv);
int cmd_verp(int argc, char **argv);
int cmd_undo(int argc, char **argv);

/* What many commands take. Zeroed is the default. Strings belong to it. */
struct common {
    gboolean quiet, verbose;
    char *state;           /* --state */
    char *now;             /* --now, as given */
    char **rules;          /* --rules FILE … */
    char *policy;          /* --policy FILE */
    char **verp;           /* --verp PATTERN … */
    char **bounce_domains; /* --bounce-domain DOMAIN … */
    char **id_headers;     /* --id-header NAME … */
    char *key_file;        /* --key-file FILE; see verp_in_force() */
    int jobs;              /* --jobs; 0: the cores */
    gint64 time;           /* of --now or the clock, Unix seconds; after common_settle() */
};

enum common_part {
    COMMON_READING = 1 << 0, /* --jobs, --rules, --id-header, and those of COMMON_VERP */
    COMMON_STATE = 1 << 1,   /* --state */
    COMMON_TIME = 1 << 2,    /* --now */
    COMMON_POLICY = 1 << 3,  /* --policy */
    COMMON_VERP = 1 << 4,    /* --verp, --bounce-domain, --key-file */
};

/* A context with the common options of `parts` behind the command's own `entries` (may be NULL). */
GOptionContext *command_options(const char *arguments, const char *summary, const char *description,
                                const GOptionEntry *entries, struct common *common, int parts);
/* Parses argv; on --help it prints and exits 0. WINNOW_ERROR_USAGE. Takes the context. */
bool command_parse(GOptionContext *context, int *argc, char ***argv, struct common *common, GError **error);
void common_clear(struct common *common);
/* "2026-05-01T10:00:00Z", or a day, which is its midnight, UTC. WINNOW_ERROR_USAGE names `option`. */
bool parse_time(const char *option, const char *text, gint64 *time, GError **error);

/* The state file in force: --state, WINNOW_STATE, $XDG_STATE_HOME/winnow/winnow.db. To be freed. */
char *common_state_path(const struct common *common);

/* "winnow: MESSAGE" on standard error; returns the exit code of the error and frees it. */
int command_fail(GError *error);
/* "winnow: MESSAGE" on standard error. */
void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Long text on standard output. What goes wrong is remembered, and said at the end of the program. */
void print_out(const char *text, size_t len);
extern int print_errno; /* of the first failure; 0: none */

/* RFC 3339, UTC, of Unix seconds: "2026-05-01T10:00:00Z". */
void format_time(gint64 time, char out[32]);

/* Set by SIGINT and SIGTERM: the run ends at the next batch, without output. */
extern bool interrupted;
void catch_signals(void);

#endif
