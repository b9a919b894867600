/* SPDX-License-Identifier: MIT
 * winnow runs: what was done, and when. */
#include "cmd/command.h"
#include "db/ledger.h"

#include <stdio.h>

static bool print_run(const struct run_summary *run, void *user, GError **error)
{
    (void)error;
    bool *any = user;
    if (!*any)
        printf("%6s  %-20s  %-8s %9s %9s %8s %8s\n", "run", "started", "command", "messages", "new", "removed", "held");
    *any = true;
    char started[32];
    format_time(run->started, started);
    printf("%6" G_GINT64_FORMAT "  %-20s  %-8s %9" G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT
           " %8" G_GUINT64_FORMAT "\n",
           run->run, started, run->command, run->messages, run->added, run->removed, run->held);
    return true;
}

int cmd_runs(int argc, char **argv)
{
    struct common common = {0};
    GOptionContext *context = command_options("", "Lists the runs that the ledger knows, the first one first.",
                                              "Exit: 0 done, 2 usage, 4 state.", NULL, &common, COMMON_STATE);
    GError *error = NULL;
    struct ledger *ledger = NULL;
    bool any = false;
    bool ok = command_parse(context, &argc, &argv, &common, &error);
    if (ok && argc > 1) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "runs: '%s' is too much", argv[1]);
        ok = false;
    }
    if (ok) {
        g_autofree char *state = common_state_path(&common);
        ledger = ledger_open(state, LEDGER_READ, &error);
        ok = ledger && ledger_each_run(ledger, print_run, &any, &error);
    }
    if (ok && !any)
        puts("no runs yet");
    if (ledger)
        ledger_close(ledger);
    common_clear(&common);
    return ok ? WINNOW_DONE : command_fail(error);
}
