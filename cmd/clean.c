/* SPDX-License-Identifier: MIT
 * winnow clean: the main job. Read the archives into the ledger, judge the list by all that is known, write. */
#include "cmd/clean.h"
#include "core/policy/signing.h"
#include "core/task.h"
#include "db/departures.h"
#include "db/signing.h"

#include <stdio.h>

enum { UNDO_RUNS = 7 }; /* a week of nights */

static void clean_clear(struct clean *c)
{
    lists_clear(&c->lists);
    judgement_clear(&c->judgement);
    intake_clear(&c->intake);
    if (c->report)
        report_free(c->report);
    if (c->list)
        list_close(c->list);
    if (c->ledger)
        ledger_close(c->ledger);
    if (c->policy)
        policy_free(c->policy);
    examiner_free(c->examiner);
    plan_free(c->plan);
    g_free(c->plan_path);
    g_free(c->approve);
    g_free(c->fingerprint);
    g_strfreev(c->arguments);
    g_strfreev(c->bounces);
    listing_clear(&c->listing);
    sends_input_clear(&c->sends);
    g_free(c->list_name);
    common_clear(&c->common);
}

/* Everything that can be wrong is looked at before the first message is read. */
static bool open_all(struct clean *c, GError **error)
{
    c->policy = policy_load(c->common.policy, error);
    if (!c->policy)
        return false;
    /* Nothing to read needs no rules, which take longer to load than a small list to clean. */
    bool reads = c->bounces || c->common.rules || c->common.verp || c->common.id_headers || c->common.key_file;
    c->examiner = reads ? examiner_new(&c->common, true, error) : NULL;
    if (reads && !c->examiner)
        return false;
    c->list_name = listing_name(&c->listing, c->list_path);
    c->list = listing_open(&c->listing, c->list_path, error);
    if (!c->list || (c->listing.engaged && !dates_check_engaged(c->listing.engaged, error)))
        return false;
    g_autofree char *state = common_state_path(&c->common);
    bool missing = !g_file_test(state, G_FILE_TEST_EXISTS);
    c->ledger = ledger_open(c->dry_run && missing ? ":memory:" : state, LEDGER_WRITE, error);
    if (!c->ledger)
        return false;
    if (!c->dry_run && !replace_mend(c->ledger, error))
        return false;
    c->fingerprint = ledger_fingerprint(c->ledger, error);
    lists_settle_paths(&c->lists, c->list_path);
    return c->fingerprint && (c->dry_run || lists_check(&c->lists, c->list_path, c->ledger, c->force, error));
}

static void open_report(struct clean *c, const char **outputs)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        outputs[2 * i] = list_file_name((enum list_file)i);
        outputs[2 * i + 1] = c->lists.path[i];
    }
    struct report_head head = {
        .list = c->list_path,
        .archives = (const char *const *)c->bounces,
        .command = "clean",
        .version = WINNOW_VERSION,
        .now = c->common.time,
        .run = c->run,
        .dry_run = c->dry_run,
        .sent = c->sends.files ? c->sends.rows : (guint64)c->sent,
        .policy_digest = policy_digest(c->policy),
        .rules_digest = c->examiner ? ruleset_digest(examiner_rules(c->examiner)) : NULL,
        .outputs = c->dry_run ? NULL : outputs,
    };
    c->report = report_new(&head);
    sends_report(&c->sends, c->report);
}

static void fill_report(struct clean *c)
{
    for (int i = 0; i < FATE_COUNT; i++)
        report_add_message(c->report, (enum message_fate)i, c->judgement.messages[i]);
    for (int i = 0; i < ROW_FATE_COUNT; i++)
        report_add_row(c->report, (enum row_fate)i, c->judgement.fate[i]);
    report_add_known(c->report, c->intake.known_files, c->intake.known_bytes);
    report_expect_messages(c->report, c->intake.messages);
    report_expect_rows(c->report, c->judgement.row_count);
    for (guint i = 0; i < c->intake.troubles->len; i++)
        report_add_trouble(c->report, view_of(g_ptr_array_index(c->intake.troubles, i)));
    for (guint i = 0; i < c->judgement.faults->len; i++)
        report_add_trouble(c->report, view_of(g_ptr_array_index(c->judgement.faults, i)));
    const GPtrArray *dates = dates_troubles(c->judgement.dates);
    for (guint i = 0; i < dates->len; i++)
        report_add_trouble(c->report, view_of(g_ptr_array_index(dates, i)));
    char **said[] = {clean_oddities(c), quarantine_say(c->judgement.quarantine, c->common.time), clean_signing(c)};
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        for (char **line = said[i]; *line; line++)
            report_add_trouble(c->report, view_of(*line));
        g_strfreev(said[i]);
    }
    report_finish(c->report);
}

struct keyed {
    struct view key;
    const struct judged_subject *judged;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int order = memcmp(x->key.data, y->key.data, MIN(x->key.len, y->key.len));
    return order ? order : (x->key.len > y->key.len) - (x->key.len < y->key.len);
}

/* In the order of their keys, as the ledger's index is: rows in the order of the list would be put all over it. */
static bool store_decisions(struct clean *c, GError **error)
{
    g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(struct keyed));
    for (guint i = 0; i < c->judgement.verdicts->len; i++) {
        const struct judged_subject *judged = &g_array_index(c->judgement.verdicts, struct judged_subject, i);
        struct keyed keyed = {.key = subjects_key(c->judgement.subjects, judged->subject), .judged = judged};
        g_array_append_val(sorted, keyed);
    }
    g_array_sort(sorted, by_key);
    for (guint i = 0; i < sorted->len; i++) {
        const struct keyed *keyed = &g_array_index(sorted, struct keyed, i);
        size_t cursor = 0;
        struct subject_row row = {0};
        subjects_row(c->judgement.subjects, keyed->judged->subject, &cursor, &row);
        if (!ledger_add_decision(c->ledger, c->run, keyed->key, row.number, &keyed->judged->decision, error))
            return false;
    }
    return ledger_count(c->ledger, c->run, "rows", (gint64)c->judgement.row_count, error) &&
           ledger_count(c->ledger, c->run, "kept", (gint64)c->judgement.fate[ROW_FATE_KEPT], error) &&
           ledger_count(c->ledger, c->run, "removed", (gint64)c->judgement.fate[ROW_FATE_REMOVED], error) &&
           ledger_count(c->ledger, c->run, "held", (gint64)c->judgement.fate[ROW_FATE_HELD], error) &&
           ledger_count(c->ledger, c->run, "review", (gint64)c->judgement.fate[ROW_FATE_REVIEW], error) &&
           ledger_count(c->ledger, c->run, "rejected", (gint64)c->judgement.fate[ROW_FATE_REJECTED], error);
}

static bool write_files(void *user, GError **error)
{
    struct clean *c = user;
    return lists_write(&c->lists, c->list, &c->judgement, c->report, error) && lists_finish(&c->lists, error);
}

/* Both only read the judgement; the files are the one's, the ledger is the other's. */
static bool write_and_store(struct clean *c, GError **error)
{
    struct task *writing = c->common.jobs > 1 ? task_start(write_files, c) : NULL;
    if (!writing && !write_files(c, error))
        return false;
    bool stored = intake_store_counts(&c->intake, c->run, error) && store_decisions(c, error);
    bool written = !writing || task_wait(writing, stored ? error : NULL);
    return stored && written;
}

static void note_signing(gint64 known, gint64 since, void *user)
{
    gint64 *earliest = user;
    (void)known;
    *earliest = MIN(*earliest, since);
}

/* Kept beside the bounces that show it, which may be pruned. */
static bool store_signing(const struct clean *c, GError **error)
{
    gint64 since = signing_since(c->judgement.signing, c->common.time), stored = G_MAXINT64;
    return ledger_each_signing(c->ledger, c->list_name, note_signing, &stored, error) &&
           (since == 0 || since >= stored || ledger_add_signing(c->ledger, c->list_name, since, error));
}

static bool record(struct clean *c, GError **error)
{
    g_autofree char *list = g_canonicalize_filename(c->list_path, NULL), *state = common_state_path(&c->common);
    return lists_record(&c->lists, c->ledger, c->run, error) && ledger_set_cleaned(c->ledger, list, error) &&
           quarantine_store(c->judgement.quarantine, c->ledger, error) && store_signing(c, error) &&
           (strcmp(state, ":memory:") == 0 || lists_prepare(&c->lists, c->ledger, c->run, error)) &&
           ledger_commit(c->ledger, error);
}

/* Files first, finished but unpublished; then the ledger, which knows their digests and the renames to come; then their
 * names. Whoever is killed before the commit has done nothing; later, the next run does the rest. */
static bool write_all(struct clean *c, GError **error)
{
    if (!write_and_store(c, error) || !record(c, error)) {
        lists_unprepare(&c->lists);
        return false;
    }
    return lists_publish(&c->lists, error) && ledger_clear_pending(c->ledger, error) &&
           lists_tidy(&c->lists, c->ledger, (guint64)c->undo_runs, error);
}

static bool clean_list(struct clean *c, GError **error)
{
    const char *outputs[2 * LIST_FILE_COUNT + 1] = {0};
    if (!open_all(c, error) || !clean_check_plan(c, error) ||
        !ledger_begin(c->ledger, "clean", c->common.time, &c->run, error) ||
        !ledger_set_list(c->ledger, c->list_name, error) ||
        (c->examiner && !ledger_judged_by(c->ledger, ruleset_digest(examiner_rules(c->examiner)), error)))
        return false;
    c->changes = ledger_changes(c->ledger);
    intake_init(&c->intake, &c->common, c->examiner, c->ledger);
    c->intake.reread = c->reread;
    if ((c->bounces && !intake_run(&c->intake, (const char *const *)c->bounces, error)) ||
        !sends_join(&c->sends, c->ledger, error))
        return false;
    if (c->plan && !plan_bind(c->plan, c->ledger, error))
        return false;
    open_report(c, outputs);
    struct judge_input input = {.list_path = c->list_path,
                                .ledger = c->ledger,
                                .list = c->list,
                                .list_name = c->list_name,
                                .engaged = c->listing.engaged,
                                .alike = listing_alike(&c->listing),
                                .policy = c->policy,
                                .intake = &c->intake,
                                .plan = c->plan,
                                .report = c->report,
                                .now = c->common.time,
                                .beside = c->common.jobs > 1};
    if (!judge_list(&input, &c->judgement, error) || (c->plan && !plan_met(c->plan, &c->judgement, error)))
        return false;
    fill_report(c);
    clean_say_faults(c);
    clean_say_bursts(c);
    clean_say_signing(c);
    return clean_guards_allow(c, error) && (c->dry_run || write_all(c, error));
}

static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0';
}

static bool same_path(const char *a, const char *b)
{
    g_autofree char *x = g_canonicalize_filename(a, NULL), *y = g_canonicalize_filename(b, NULL);
    return strcmp(x, y) == 0;
}

static bool check_arguments(struct clean *c, int argc, char **argv, GError **error)
{
    const char *problem = NULL;
    bool pathless = false;
    /* A plan names its list; who says it again means the same. */
    if (c->plan && argc == 3 && same_path(argv[1], argv[2]))
        argc = 2;
    for (char **path = c->bounces; path && *path; path++)
        pathless = pathless || is_option(*path);
    if (pathless)
        problem = "--bounces: a PATH is wanted behind it, not an option ('./-x' is a file of that name)";
    else if (argc < 2 && c->bounces)
        problem =
            "clean: no LIST given; it comes first, for all that follows --bounces up to the next option are archives";
    else if (argc < 2)
        problem = "clean: no LIST given";
    else if (strcmp(argv[1], "-") == 0)
        problem = "clean: LIST is read twice and must be a file, not standard input";
    else if (argc > 2)
        problem = "clean: one LIST at a time; archives are given with --bounces";
    else if (c->plan_path && c->plan)
        problem = "--plan: what is approved has a plan already";
    else if (c->undo_runs < 0)
        problem = "--undo-runs: a number of runs cannot be negative";
    else if (c->sent < 0)
        problem = "--sent: a number of messages cannot be negative";
    else if (c->sent && c->sends.files)
        problem = "--sent: the log of --sends says how many were sent";
    if (problem) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "%s", problem);
        return false;
    }
    c->list_path = argv[1];
    c->dry_run = c->dry_run || c->plan_path;
    return listing_check(&c->listing, error) && sends_check(&c->sends, error);
}

static bool begins_paths(const char *argument)
{
    return strcmp(argument, "--bounces") == 0 || strcmp(argument, "-b") == 0;
}

/* "--bounces a b c": what follows the option up to the next one belongs to it. GOption takes one value an option. */
static char **spread_bounces(int *argc, char **argv)
{
    GPtrArray *out = g_ptr_array_new();
    bool spreading = false;
    for (int i = 0; i < *argc; i++) {
        if (begins_paths(argv[i]) && i + 1 < *argc && !is_option(argv[i + 1])) {
            spreading = true;
            continue;
        }
        spreading = spreading && !is_option(argv[i]);
        g_ptr_array_add(out, spreading ? g_strconcat("--bounces=", argv[i], NULL) : g_strdup(argv[i]));
    }
    *argc = (int)out->len;
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

int cmd_clean(int argc, char **argv)
{
    struct clean c = {.undo_runs = UNDO_RUNS};
    const GOptionEntry entries[] = {
        {"bounces", 'b', 0, G_OPTION_ARG_FILENAME_ARRAY, &c.bounces, "archives of bounces; several may follow",
         "PATH…"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &c.lists.path[LIST_FILE_CLEAN],
         "the cleaned list (default: LIST.clean.csv)", "FILE"},
        {"removed", 0, 0, G_OPTION_ARG_FILENAME, &c.lists.path[LIST_FILE_REMOVED],
         "removed rows (default: LIST.removed.csv)", "FILE"},
        {"held", 0, 0, G_OPTION_ARG_FILENAME, &c.lists.path[LIST_FILE_HELD], "held rows (default: LIST.held.csv)",
         "FILE"},
        {"review", 0, 0, G_OPTION_ARG_FILENAME, &c.lists.path[LIST_FILE_REVIEW],
         "rows to look at (default: LIST.review.csv)", "FILE"},
        {"report", 0, 0, G_OPTION_ARG_FILENAME, &c.lists.path[LIST_FILE_REPORT],
         "the report: .html, .txt, .json or .csv", "FILE"},
        {"sent", 0, 0, G_OPTION_ARG_INT64, &c.sent, "messages sent: what rates are divided by", "N"},
        {"reread", 0, 0, G_OPTION_ARG_NONE, &c.reread, "read everything, what is known to be read too", NULL},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &c.dry_run, "write nothing: neither files nor ledger", NULL},
        {"plan", 0, 0, G_OPTION_ARG_FILENAME, &c.plan_path, "write only what would be done, to FILE", "FILE"},
        {"approve", 0, 0, G_OPTION_ARG_FILENAME, &c.approve, "carry out exactly that plan, or nothing", "PLAN"},
        {"undo-runs", 0, 0, G_OPTION_ARG_INT64, &c.undo_runs, "runs whose former files are kept for undo (7)", "N"},
        {"force", 0, 0, G_OPTION_ARG_NONE, &c.force, "past the guards, over files that no run wrote", NULL},
        {0}};
    GOptionContext *context = command_options(
        "LIST",
        "Cleans LIST with the evidence of bounces; writes the cleaned list, what was\ntaken out and why, and a report.",
        "Exit: 0 done, 1 done but something was unreadable or is up for review, 2 usage,\n"
        "3 configuration, 4 state, 5 input, 6 output, 7 a guard stopped the run and no\n"
        "list was written, 8 another run holds the lock.",
        entries, &c.common, COMMON_READING | COMMON_STATE | COMMON_TIME | COMMON_POLICY);
    listing_add_options(&c.listing, context);
    sends_add_options(&c.sends, context);
    GError *error = NULL;
    g_auto(GStrv) spread = spread_bounces(&argc, argv);
    c.arguments = plan_arguments(argc, spread);
    bool ok = clean_take_plan(&c, &argc, &spread, &error);
    g_autofree char **arguments = g_memdup2(spread, sizeof(char *) * ((size_t)argc + 1));
    char **parsed = arguments;
    if (ok)
        ok = command_parse(context, &argc, &parsed, &c.common, &error) && check_arguments(&c, argc, parsed, &error);
    else
        g_option_context_free(context);
    catch_signals();
    ok = ok && clean_list(&c, &error);
    int code = WINNOW_DONE;
    if (!ok)
        code = command_fail(error);
    else if (c.intake.unreadable || c.intake.incomplete || c.judgement.unreadable ||
             dates_unreadable(c.judgement.dates) || c.sends.troubles || c.judgement.fate[ROW_FATE_REVIEW] || c.bursts ||
             clean_is_without_addresses(&c.judgement) || clean_lacks_keys(&c))
        code = WINNOW_INCOMPLETE;
    if (ok && !c.common.quiet)
        clean_print_summary(&c);
    clean_clear(&c);
    return code;
}
