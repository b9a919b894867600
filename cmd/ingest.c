/* SPDX-License-Identifier: MIT
 * winnow ingest: archives into the ledger, nothing else. */
#include "cmd/intake.h"
#include "cmd/replace.h"
#include "cmd/sends.h"

#include <stdio.h>

static void print_summary(const struct intake *intake, const struct sends_input *sends)
{
    g_autofree char *known = intake_known(intake);
    printf("%" G_GUINT64_FORMAT " messages: %u with new evidence, %" G_GUINT64_FORMAT " known, %" G_GUINT64_FORMAT
           " no bounces, %" G_GUINT64_FORMAT " unreadable\n%" G_GUINT64_FORMAT " events added\n",
           intake->messages, intake->counted->len, intake->duplicate, intake->not_bounce, intake->unreadable,
           intake->events);
    if (known)
        puts(known);
    if (sends->files)
        printf("%" G_GUINT64_FORMAT " messages sent; %" G_GUINT64_FORMAT " events are about one of them\n", sends->rows,
               sends->joined);
}

static bool ingest(struct intake *intake, const struct common *common, struct sends_input *sends, bool reread,
                   const char *const *paths, GError **error)
{
    struct examiner *examiner = examiner_new(common, true, error);
    if (!examiner)
        return false;
    g_autofree char *state = common_state_path(common);
    struct ledger *ledger = ledger_open(state, LEDGER_WRITE, error);
    gint64 run;
    bool ok = ledger && replace_mend(ledger, error) && ledger_begin(ledger, "ingest", common->time, &run, error) &&
              ledger_judged_by(ledger, ruleset_digest(examiner_rules(examiner)), error);
    intake_init(intake, common, examiner, ledger);
    intake->reread = reread;
    ok = ok && intake_run(intake, paths, error) && sends_join(sends, ledger, error) &&
         intake_store_counts(intake, run, error) && ledger_commit(ledger, error);
    if (ledger)
        ledger_close(ledger);
    examiner_free(examiner);
    return ok;
}

int cmd_ingest(int argc, char **argv)
{
    struct common common = {0};
    struct intake intake = {0};
    struct sends_input sends = {0};
    gboolean reread = FALSE;
    const GOptionEntry entries[] = {
        {"reread", 0, 0, G_OPTION_ARG_NONE, &reread, "read everything, what is known to be read too", NULL}, {0}};
    GOptionContext *context =
        command_options("PATH…", "Adds the evidence of archives to the ledger. What is known is not added again.",
                        "PATH is an mbox, a Maildir, MH, a directory of any of these, a single message,\n"
                        "packed or compressed, or '-'.\n"
                        "Exit: 0 done, 1 something was unreadable, 2 usage, 3 configuration, 4 state,\n"
                        "5 input, 8 another run holds the lock.",
                        entries, &common, COMMON_READING | COMMON_STATE | COMMON_TIME);
    sends_add_options(&sends, context);
    GError *error = NULL;
    bool ok = command_parse(context, &argc, &argv, &common, &error);
    if (ok && argc < 2) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "ingest: no PATH given ('-' is standard input)");
        ok = false;
    }
    catch_signals();
    ok = ok && sends_check(&sends, &error) &&
         ingest(&intake, &common, &sends, reread, (const char *const *)argv + 1, &error);
    int code = ok ? (intake.unreadable || intake.incomplete || sends.troubles ? WINNOW_INCOMPLETE : WINNOW_DONE)
                  : command_fail(error);
    if (ok && !common.quiet) {
        sends_say(&sends, common.verbose);
        print_summary(&intake, &sends);
    }
    sends_input_clear(&sends);
    intake_clear(&intake);
    common_clear(&common);
    return code;
}
