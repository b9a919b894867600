/* SPDX-License-Identifier: MIT
 * winnow undo: takes a run back. Its files get the bytes that they had before it, its evidence and its decisions are no
 * longer in force. That is a run of its own, and can be taken back as well. */
#include "cmd/command.h"
#include "cmd/replace.h"
#include "core/keep.h"
#include "core/output.h"

#include <stdio.h>
#include <unistd.h>

enum deed { DEED_NOTHING, DEED_RESTORE, DEED_TAKE_AWAY };

/* A file of the run, and what is to be done. */
struct file {
    char *path, *before, *after; /* as the run found and left it */
    char *kept;                  /* where the bytes of `before` are */
    struct former_file now;
    enum deed deed;
};

struct undoing {
    struct ledger *ledger;
    gint64 run;   /* to take back */
    gint64 later; /* a later run over one of its files */
    struct run_summary summary;
    char *command, *list;
    bool found;
    gboolean force, dry_run, discard;
    GPtrArray *files;
    const struct file *asking; /* whose kept bytes are looked for */
    char *found_kept;
};

static void file_free(gpointer data)
{
    struct file *file = data;
    g_free(file->path);
    g_free(file->before);
    g_free(file->after);
    g_free(file->kept);
    former_clear(&file->now);
    g_free(file);
}

static bool fail(int code, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool fail(int code, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *problem = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, WINNOW_ERROR, code, "%s", problem);
    return false;
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

static bool see_run(const struct run_summary *run, void *user, GError **error)
{
    (void)error;
    struct undoing *u = user;
    if (run->run != u->run)
        return true;
    u->found = true;
    u->summary = *run;
    u->command = g_strdup(run->command);
    u->list = g_strdup(run->list);
    return true;
}

/* What other commands did (prune, forget …) is gone for good, as was asked. */
static bool is_undoable(const char *command)
{
    static const char *const commands[] = {"clean", "ingest", "stopped", "undo", "reclassify"};
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_str_equal(command, commands[i]))
            return true;
    }
    return false;
}

static bool look_at_run(struct undoing *u, GError **error)
{
    if (!ledger_each_run(u->ledger, see_run, u, error))
        return false;
    if (!u->found)
        return fail(WINNOW_ERROR_USAGE, error, "there is no run %" G_GINT64_FORMAT "; 'winnow runs' lists them",
                    u->run);
    if (!is_undoable(u->command))
        return fail(WINNOW_ERROR_USAGE, error, "run %" G_GINT64_FORMAT " is a '%s', which cannot be taken back", u->run,
                    u->command);
    return true;
}

static bool see_file(const struct replaced_file *replaced, void *user, GError **error)
{
    (void)error;
    struct undoing *u = user;
    struct file *file = g_new0(struct file, 1);
    file->path = g_strdup(replaced->path);
    file->before = g_strdup(replaced->before);
    file->after = g_strdup(replaced->after);
    g_ptr_array_add(u->files, file);
    return true;
}

struct later {
    gint64 run, target;
};

static bool see_undoing(const struct run_summary *run, void *user, GError **error)
{
    (void)error;
    struct later *later = user;
    if (run->run == later->run)
        later->target = run->undoes;
    return true;
}

/* A run in force after ours replaced the file too. One that took back another later one does not count: the two cancel
 * out. */
static bool see_later(const struct replaced_file *replaced, void *user, GError **error)
{
    struct undoing *u = user;
    if (replaced->run <= u->run || !ledger_in_force(u->ledger, replaced->run))
        return true;
    struct later later = {.run = replaced->run};
    if (!ledger_each_run(u->ledger, see_undoing, &later, error))
        return false;
    if (later.target <= u->run)
        u->later = MAX(u->later, replaced->run);
    return true;
}

/* The same bytes may have been kept for another run. */
static bool see_kept(const struct replaced_file *replaced, void *user, GError **error)
{
    struct undoing *u = user;
    if (u->found_kept || !replaced->kept || g_strcmp0(replaced->before, u->asking->before) != 0)
        return true;
    GError *inner = NULL;
    g_autofree char *digest = file_digest(replaced->kept, &inner);
    if (inner) {
        g_propagate_error(error, inner);
        return false;
    }
    if (g_strcmp0(digest, u->asking->before) == 0)
        u->found_kept = g_strdup(replaced->kept);
    return true;
}

static bool find_kept(struct undoing *u, struct file *file, GError **error)
{
    u->asking = file;
    if (!ledger_each_replaced_at(u->ledger, file->path, see_kept, u, error))
        return false;
    file->kept = g_steal_pointer(&u->found_kept);
    return file->kept || fail(WINNOW_ERROR_OUTPUT, error,
                              "what '%s' was before run %" G_GINT64_FORMAT
                              " is no longer kept (clean --undo-runs says for how long); nothing was changed",
                              file->path, u->run);
}

static bool look_at_file(struct undoing *u, struct file *file, GError **error)
{
    if (!ledger_each_replaced_at(u->ledger, file->path, see_later, u, error))
        return false;
    if (u->later > 0)
        return fail(WINNOW_ERROR_OUTPUT, error,
                    "run %" G_GINT64_FORMAT " wrote '%s' after run %" G_GINT64_FORMAT
                    "; take that one back first (winnow undo %" G_GINT64_FORMAT ")",
                    u->later, file->path, u->run, u->later);
    if (!former_look(&file->now, file->path, error))
        return false;
    if (g_strcmp0(file->now.digest, file->before) == 0)
        return true;
    if (!u->force && g_strcmp0(file->now.digest, file->after) != 0)
        return fail(WINNOW_ERROR_OUTPUT, error,
                    "'%s' is not what run %" G_GINT64_FORMAT
                    " left: somebody changed it; nothing was changed (--force keeps it aside and goes on)",
                    file->path, u->run);
    file->deed = file->before ? DEED_RESTORE : DEED_TAKE_AWAY;
    return !file->before || find_kept(u, file, error);
}

static bool look_at_files(struct undoing *u, GError **error)
{
    if (!ledger_each_replaced(u->ledger, u->run, see_file, u, error))
        return false;
    for (guint i = 0; i < u->files->len; i++) {
        if (!look_at_file(u, g_ptr_array_index(u->files, i), error))
            return false;
    }
    if (u->files->len == 0 && g_str_equal(u->command, "clean") && *u->list == '\0')
        return fail(WINNOW_ERROR_OUTPUT, error,
                    "run %" G_GINT64_FORMAT " kept nothing of what it replaced (an older winnow wrote it)", u->run);
    return true;
}

/* --- doing -------------------------------------------------------------------------------------------------------- */

/* The present file is moved aside, not copied: then it is gone from its place at once. */
static bool prepare_taking_away(struct undoing *u, struct file *file, gint64 run, GError **error)
{
    g_autofree char *aside = keep_name(file->path, run);
    const struct replaced_file replaced = {.run = run, .path = file->path, .before = file->now.digest, .kept = aside};
    const struct pending_move move = {.source = file->path, .target = aside, .moved = file->now.digest};
    unlink(aside); /* of a run of this number that never counted */
    return ledger_add_replaced(u->ledger, &replaced, error) && ledger_add_pending(u->ledger, &move, error);
}

static bool prepare(struct undoing *u, gint64 run, GError **error)
{
    for (guint i = 0; i < u->files->len; i++) {
        struct file *file = g_ptr_array_index(u->files, i);
        bool done =
            file->deed == DEED_NOTHING ||
            (file->deed == DEED_RESTORE ? replace_prepare(&file->now, u->ledger, run, file->kept, file->before, error)
                                        : prepare_taking_away(u, file, run, error));
        if (!done)
            return false;
    }
    return true;
}

static bool store(struct undoing *u, const struct common *common, gint64 *run, GError **error)
{
    if (ledger_begin(u->ledger, "undo", common->time, run, error) && prepare(u, *run, error) &&
        ledger_undo(u->ledger, u->run, u->discard, error) && ledger_commit(u->ledger, error))
        return true;
    for (guint i = 0; i < u->files->len; i++)
        replace_abandon(&((struct file *)g_ptr_array_index(u->files, i))->now);
    return false;
}

static bool move_one(const struct pending_move *move, void *user, GError **error)
{
    (void)user;
    return keep_move(move->source, move->target, error);
}

static void print_done(const struct undoing *u, gint64 run)
{
    printf("run %" G_GINT64_FORMAT " (%s%s%s) %s", u->run, u->command, *u->list ? " of " : "", u->list,
           u->dry_run ? "would be taken back" : "is taken back");
    if (!u->dry_run)
        printf(" by run %" G_GINT64_FORMAT, run);
    putchar('\n');
    static const char *const deeds[] = {
        [DEED_NOTHING] = "unchanged", [DEED_RESTORE] = "restored", [DEED_TAKE_AWAY] = "taken away"};
    for (guint i = 0; i < u->files->len; i++) {
        const struct file *file = g_ptr_array_index(u->files, i);
        printf("  %-10s  %s\n", deeds[file->deed], file->path);
    }
    if (u->summary.added > 0)
        printf("  %" G_GUINT64_FORMAT " events no longer count%s\n", u->summary.added,
               u->discard ? ", for good" : " until an archive with them is read again");
}

static bool undo(struct undoing *u, const struct common *common, GError **error)
{
    gint64 run = 0;
    g_autofree char *state = common_state_path(common);
    if (!g_file_test(state, G_FILE_TEST_EXISTS))
        return fail(WINNOW_ERROR_STATE, error, "no state at '%s' yet", state);
    u->ledger = ledger_open(state, LEDGER_WRITE, error);
    if (!u->ledger || !replace_mend(u->ledger, error) || !look_at_run(u, error))
        return false;
    if (!ledger_in_force(u->ledger, u->run)) {
        say("run %" G_GINT64_FORMAT " is taken back already, by run %" G_GINT64_FORMAT, u->run, u->summary.undone_by);
        return true;
    }
    if (!look_at_files(u, error))
        return false;
    if (!u->dry_run && (!store(u, common, &run, error) || !ledger_each_pending(u->ledger, move_one, NULL, error) ||
                        !ledger_clear_pending(u->ledger, error)))
        return false;
    if (!common->quiet)
        print_done(u, run);
    return true;
}

static bool parse_run(struct undoing *u, int argc, char **argv, GError **error)
{
    guint64 run = 0;
    if (argc == 2 && g_ascii_string_to_unsigned(argv[1], 10, 1, G_MAXINT64, &run, NULL)) {
        u->run = (gint64)run;
        return true;
    }
    return fail(WINNOW_ERROR_USAGE, error, "undo: one RUN is wanted, a number of 'winnow runs'");
}

int cmd_undo(int argc, char **argv)
{
    struct common common = {0};
    struct undoing u = {0};
    const GOptionEntry entries[] = {
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &u.dry_run, "only say what would be done", NULL},
        {"discard", 0, 0, G_OPTION_ARG_NONE, &u.discard, "its evidence does not come back when it is read again", NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &u.force, "even if somebody changed its files", NULL},
        {0}};
    GOptionContext *context =
        command_options("RUN",
                        "Takes a run back: its files are what they were before, or gone if there were\n"
                        "none; its evidence and decisions no longer count.",
                        "Exit: 0 done, or done before, 2 usage, 4 state, 6 a file cannot be restored and\n"
                        "nothing was changed, 8 another run holds the lock.",
                        entries, &common, COMMON_STATE | COMMON_TIME);
    GError *error = NULL;
    u.files = g_ptr_array_new_with_free_func(file_free);
    bool ok = command_parse(context, &argc, &argv, &common, &error) && parse_run(&u, argc, argv, &error) &&
              undo(&u, &common, &error);
    if (u.ledger)
        ledger_close(u.ledger);
    g_ptr_array_unref(u.files);
    g_free(u.command);
    g_free(u.list);
    common_clear(&common);
    return ok ? WINNOW_DONE : command_fail(error);
}
