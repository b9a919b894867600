/* SPDX-License-Identifier: MIT
 * winnow runs: what was done, and when. */
#include "cmd/command.h"
#include "cmd/json.h"
#include "db/ledger.h"
#include "db/undo.h"

#include <stdio.h>
#include <string.h>

struct printing {
    struct ledger *ledger;
    GString *line; /* of JSON */
    bool any;
};

static bool print_run(const struct run_summary *run, void *user, GError **error)
{
    (void)error;
    struct printing *printing = user;
    if (!printing->any)
        printf("%5s %-20s %-10s %8s %7s %7s %6s %9s\n", "run", "started", "command", "messages", "new", "removed",
               "held", "undone by");
    printing->any = true;
    char started[32], command[32], by[24] = "";
    format_time(run->started, started);
    g_strlcpy(command, run->command, sizeof command);
    if (run->undoes > 0)
        g_snprintf(command, sizeof command, "%s:%" G_GINT64_FORMAT, run->command, run->undoes);
    if (run->undone_by > 0)
        g_snprintf(by, sizeof by, " %9" G_GINT64_FORMAT, run->undone_by);
    printf("%5" G_GINT64_FORMAT " %-20s %-10s %8" G_GUINT64_FORMAT " %7" G_GUINT64_FORMAT " %7" G_GUINT64_FORMAT
           " %6" G_GUINT64_FORMAT "%s\n",
           run->run, started, command, run->messages, run->added, run->removed, run->held, by);
    return true;
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void append_run(GString *line, const char *key, gint64 run)
{
    if (run > 0)
        append_json_number(line, key, (guint64)run);
    else
        append_json_text(line, key, (struct view){0});
}

static bool append_count(const char *name, guint64 value, void *user, GError **error)
{
    (void)error;
    append_json_number(user, name, value);
    return true;
}

static bool append_file(const struct replaced_file *file, void *user, GError **error)
{
    (void)error;
    GString *line = user;
    g_string_append(line, line->str[line->len - 1] == '[' ? "{\"path\":" : ",{\"path\":");
    append_json(line, view_of(file->path));
    append_json_text(line, "before", view_of(file->before));
    append_json_text(line, "after", view_of(file->after));
    append_json_text(line, "kept", view_of(file->kept));
    g_string_append_c(line, '}');
    return true;
}

static bool print_json(const struct run_summary *run, void *user, GError **error)
{
    struct printing *printing = user;
    GString *line = g_string_truncate(printing->line, 0);
    printing->any = true;
    g_string_append_c(line, '{');
    append_json_number(line, "run", (guint64)run->run);
    append_json_when(line, "started", run->started);
    append_json_text(line, "command", view_of(run->command));
    append_json_text(line, "version", view_of(run->version));
    append_json_text(line, "list", view_of(run->list));
    append_run(line, "undoes", run->undoes);
    append_run(line, "undone_by", run->undone_by);
    g_string_append(line, ",\"counts\":{");
    if (!ledger_each_count(printing->ledger, run->run, append_count, line, error))
        return false;
    g_string_append(line, "},\"files\":[");
    if (!ledger_each_replaced(printing->ledger, run->run, append_file, line, error))
        return false;
    g_string_append(line, "]}");
    puts(line->str);
    return true;
}

static bool print_runs(const struct common *common, bool json, GError **error)
{
    g_autofree char *state = common_state_path(common);
    g_autoptr(GString) line = g_string_new(NULL);
    struct printing printing = {.ledger = ledger_open(state, LEDGER_READ, error), .line = line};
    bool ok = printing.ledger && ledger_each_run(printing.ledger, json ? print_json : print_run, &printing, error);
    if (ok && !printing.any && !json)
        puts("no runs yet");
    if (printing.ledger)
        ledger_close(printing.ledger);
    return ok;
}

int cmd_runs(int argc, char **argv)
{
    struct common common = {0};
    g_autofree char *format = NULL;
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "text (the default), or json: an object a line", "FORMAT"}, {0}};
    GOptionContext *context = command_options("", "Lists the runs that the ledger knows, the first one first.",
                                              "Exit: 0 done, 2 usage, 4 state.", entries, &common, COMMON_STATE);
    GError *error = NULL;
    bool ok = command_parse(context, &argc, &argv, &common, &error);
    bool json = g_strcmp0(format, "json") == 0;
    if (ok && argc > 1) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "runs: '%s' is too much", argv[1]);
        ok = false;
    } else if (ok && format && !json && strcmp(format, "text") != 0) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "--format: '%s' is neither text nor json", format);
        ok = false;
    }
    ok = ok && print_runs(&common, json, &error);
    common_clear(&common);
    return ok ? WINNOW_DONE : command_fail(error);
}
