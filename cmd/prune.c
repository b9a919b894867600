/* SPDX-License-Identifier: MIT
 * winnow prune: what is too old to keep goes; what is in force stays. */
#include "cmd/command.h"
#include "cmd/replace.h"
#include "db/erase.h"

#include <stdio.h>

struct prune {
    struct common common;
    char *older_than;
    gboolean dry_run;
    gint64 before;
    struct pruned pruned;
    bool compacted;
};

/* "400d", "26w", "2y" before now, or a date. */
static bool parse_age(const char *text, gint64 now, gint64 *before)
{
    static const struct {
        char unit;
        gint64 days;
    } units[] = {{'d', 1}, {'w', 7}, {'y', 365}};
    char *end;
    gint64 count = g_ascii_strtoll(text, &end, 10);
    for (size_t i = 0; i < G_N_ELEMENTS(units) && g_ascii_isdigit(*text); i++) {
        if (*end == units[i].unit && end[1] == '\0' && count <= 36500) {
            *before = now - count * units[i].days * 24 * 60 * 60;
            return true;
        }
    }
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *midnight = strlen(text) == 10 ? g_strconcat(text, "T00:00:00Z", NULL) : NULL;
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(midnight ? midnight : text, utc);
    if (date)
        *before = g_date_time_to_unix(date);
    return date != NULL;
}

static bool check_arguments(struct prune *p, int argc, char **argv, GError **error)
{
    if (argc > 1)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "prune: '%s' is too much", argv[1]);
    else if (!p->older_than)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "prune: --older-than is wanted, such as 400d");
    else if (!parse_age(p->older_than, p->common.time, &p->before))
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE,
                    "--older-than: '%s' is neither an age such as 400d, 26w or 2y nor a date such as 2026-05-01",
                    p->older_than);
    else if (p->before > p->common.time)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "--older-than: '%s' is yet to come", p->older_than);
    else
        return true;
    return false;
}

static bool prune(struct prune *p, GError **error)
{
    gint64 run;
    g_autofree char *state = common_state_path(&p->common);
    g_autoptr(ledger_auto) ledger = NULL;
    if (!g_file_test(state, G_FILE_TEST_EXISTS)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "no state at '%s' yet", state);
        return false;
    }
    ledger = ledger_open(state, LEDGER_WRITE, error);
    if (!ledger || (!p->dry_run && !replace_mend(ledger, error)) ||
        !ledger_begin_erasing(ledger, "prune", p->common.time, &run, error) ||
        !ledger_prune(ledger, p->before, p->common.time, &p->pruned, error))
        return false;
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing was erased");
        return false;
    }
    if (p->dry_run)
        return true;
    return ledger_count(ledger, run, "pruned_events", p->pruned.events, error) &&
           ledger_count(ledger, run, "pruned_decisions", p->pruned.decisions, error) && ledger_commit(ledger, error) &&
           ledger_compact(ledger, &p->compacted, error);
}

static void print_summary(const struct prune *p)
{
    char before[32];
    format_time(p->before, before);
    const struct pruned *n = &p->pruned;
    printf("%s before %s: %" G_GUINT64_FORMAT " event%s, %" G_GUINT64_FORMAT " decision%s%s\n",
           p->dry_run ? "would erase" : "erased", before, n->events, n->events == 1 ? "" : "s", n->decisions,
           n->decisions == 1 ? "" : "s", p->dry_run ? " (dry run: nothing written)" : "");
    if (n->kept > 0)
        printf("kept: %" G_GUINT64_FORMAT " older event%s of subscribers who are removed or held\n", n->kept,
               n->kept == 1 ? "" : "s");
    if (!p->dry_run && !p->compacted)
        say("another program reads the state: the file shrinks with the next run of 'winnow prune'");
}

int cmd_prune(int argc, char **argv)
{
    struct prune p = {0};
    const GOptionEntry entries[] = {
        {"older-than", 0, 0, G_OPTION_ARG_STRING, &p.older_than, "what is older goes: 400d, 26w, 2y, or a date", "AGE"},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &p.dry_run, "only say what would go", NULL},
        {0}};
    GOptionContext *context = command_options(
        "", "Erases old events and decisions from the ledger. Who is removed stays removed.",
        "Exit: 0 done, 1 done, but the file could not shrink yet, 2 usage, 4 state,\n8 another run holds the lock.",
        entries, &p.common, COMMON_STATE | COMMON_TIME);
    GError *error = NULL;
    catch_signals();
    bool ok = command_parse(context, &argc, &argv, &p.common, &error) && check_arguments(&p, argc, argv, &error) &&
              prune(&p, &error);
    int code = ok ? (p.dry_run || p.compacted ? WINNOW_DONE : WINNOW_INCOMPLETE) : command_fail(error);
    if (ok && !p.common.quiet)
        print_summary(&p);
    g_free(p.older_than);
    common_clear(&p.common);
    return code;
}
