/* SPDX-License-Identifier: MIT
 * winnow forget: nothing about an address stays in the ledger but a keyed hash, so that who was removed stays so. */
#include "cmd/command.h"
#include "cmd/replace.h"
#include "core/match/address.h"
#include "db/erase.h"
#include "db/forgotten.h"
#include "db/redact.h"

#include <stdio.h>

struct forget {
    struct common common;
    gboolean lift;
    struct pool pool;
    GArray *of;         /* struct forgetting_of */
    GPtrArray *outputs; /* char *: files of earlier runs that name one of them */
    GPtrArray *sources; /* char *: archives that the erased events came from */
    guint64 texts;
    bool compacted;
};

static void add_argument(struct forget *f, const char *text)
{
    struct view given = view_trim(view_of(text));
    if (view_is_empty(given))
        return;
    struct forgetting_of of = {.key = address_key(given, &f->pool)};
    if (view_is_empty(of.key)) {
        of.is = CANDIDATE_ID;
        of.key = given;
    }
    of.key = pool_copy(&f->pool, of.key);
    g_array_append_val(f->of, of);
}

static bool add_lines(struct forget *f, GError **error)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) >= 0)
        add_argument(f, line);
    free(line);
    if (!ferror(stdin))
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read standard input; nothing was erased");
    return false;
}

static bool take_arguments(struct forget *f, int argc, char **argv, GError **error)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-") != 0)
            add_argument(f, argv[i]);
        else if (!add_lines(f, error))
            return false;
    }
    if (argc < 2) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE,
                    "forget: no ADDRESS given ('-' reads them from standard input)");
        return false;
    }
    return true;
}

static bool names_one(struct redactor *redactor, const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return false;
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    struct view bytes = {0};
    if (file)
        bytes = (struct view){.data = g_mapped_file_get_contents(file), .len = g_mapped_file_get_length(file)};
    return bytes.len > 0 && redactor_finds(redactor, bytes);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Plans that guards saved lie beside the outputs. */
static void add_plans(const char *folder, GPtrArray *paths)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".plan.jsonl"))
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    }
}

static bool list_files(struct ledger *ledger, GPtrArray *paths, GError **error)
{
    if (!ledger_outputs(ledger, paths, error))
        return false;
    g_autoptr(GHashTable) folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0, outputs = paths->len; i < outputs; i++) {
        char *folder = g_path_get_dirname(g_ptr_array_index(paths, i));
        if (!g_hash_table_contains(folders, folder))
            add_plans(folder, paths);
        g_hash_table_add(folders, folder);
    }
    g_ptr_array_sort(paths, by_path);
    return true;
}

/* What lies in the user's own files is his. */
static bool find_outputs(struct forget *f, struct ledger *ledger, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    if (!list_files(ledger, paths, error))
        return false;
    g_autofree struct view *keys = g_new(struct view, f->of->len + 1);
    size_t count = 0;
    for (guint i = 0; i < f->of->len; i++) {
        const struct forgetting_of *of = &g_array_index(f->of, struct forgetting_of, i);
        if (of->is == CANDIDATE_ADDRESS)
            keys[count++] = of->key;
    }
    struct redactor *redactor = redactor_new(keys, count);
    for (guint i = 0; i < paths->len; i++) {
        if (names_one(redactor, g_ptr_array_index(paths, i)))
            g_ptr_array_add(f->outputs, g_strdup(g_ptr_array_index(paths, i)));
    }
    redactor_free(redactor);
    return true;
}

static bool is_interrupted(GError **error)
{
    if (interrupted)
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing was erased");
    return interrupted;
}

/* Somebody subscribes again: the hash goes. */
static bool lift(struct forget *f, struct ledger *ledger, GError **error)
{
    gint64 run;
    if (!ledger_begin(ledger, "lift", f->common.time, &run, error))
        return false;
    for (guint i = 0; i < f->of->len; i++) {
        const struct forgetting_of *of = &g_array_index(f->of, struct forgetting_of, i);
        bool was;
        if (!ledger_lift(ledger, of->is, of->key, &was, error))
            return false;
        if (!f->common.quiet)
            printf("%.*s: %s\n", (int)of->key.len, of->key.data, was ? "may be known again" : "was not forgotten");
    }
    f->compacted = true;
    return ledger_commit(ledger, error);
}

static bool forget(struct forget *f, GError **error)
{
    gint64 run;
    g_autofree char *state = common_state_path(&f->common);
    if (!g_file_test(state, G_FILE_TEST_EXISTS)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "no state at '%s' yet", state);
        return false;
    }
    g_autoptr(ledger_auto) ledger = ledger_open(state, LEDGER_WRITE, error);
    if (!ledger || !replace_mend(ledger, error))
        return false;
    if (f->lift)
        return lift(f, ledger, error);
    if (!find_outputs(f, ledger, error) || !ledger_begin_erasing(ledger, "forget", f->common.time, &run, error))
        return false;
    struct forgetting_of *of = (struct forgetting_of *)(void *)f->of->data;
    return ledger_forget(ledger, of, f->of->len, &f->texts, f->sources, error) && !is_interrupted(error) &&
           ledger_count(ledger, run, "forgotten", f->of->len, error) && ledger_commit(ledger, error) &&
           ledger_compact(ledger, &f->compacted, error);
}

static void print_paths(const char *what, const GPtrArray *paths)
{
    if (paths->len > 0)
        puts(what);
    for (guint i = 0; i < paths->len; i++)
        printf("  %s\n", (const char *)g_ptr_array_index(paths, i));
}

static void print_summary(const struct forget *f)
{
    for (guint i = 0; i < f->of->len; i++) {
        const struct forgetting_of *of = &g_array_index(f->of, struct forgetting_of, i);
        printf("%.*s: %" G_GUINT64_FORMAT " event%s, %" G_GUINT64_FORMAT " decision%s erased; %s\n", (int)of->key.len,
               of->key.data, of->events, of->events == 1 ? "" : "s", of->decisions, of->decisions == 1 ? "" : "s",
               of->removed ? "was removed, and stays so" : "nothing more will be stored");
    }
    if (f->texts > 0)
        printf("blanked out in %" G_GUINT64_FORMAT " texts of other events\n", f->texts);
    print_paths("files of earlier runs that still name them, for you to delete:", f->outputs);
    print_paths("archives that these events were read from:", f->sources);
}

int cmd_forget(int argc, char **argv)
{
    struct forget f = {.of = g_array_new(FALSE, FALSE, sizeof(struct forgetting_of)),
                       .outputs = g_ptr_array_new_with_free_func(g_free),
                       .sources = g_ptr_array_new_with_free_func(g_free)};
    pool_init(&f.pool);
    const GOptionEntry entries[] = {
        {"lift", 0, 0, G_OPTION_ARG_NONE, &f.lift, "let them be known again: they have subscribed anew", NULL}, {0}};
    GOptionContext *context = command_options(
        "ADDRESS…",
        "Erases all that the ledger knows about ADDRESS (or an id; '-' reads one a\nline). Who was "
        "removed stays removed.",
        "Exit: 0 done, 1 done, but files still name them or the state is being read,\n2 usage, 4 state, 5 input, 8 "
        "another run holds the lock.",
        entries, &f.common, COMMON_STATE | COMMON_TIME);
    GError *error = NULL;
    catch_signals();
    bool ok = command_parse(context, &argc, &argv, &f.common, &error) && take_arguments(&f, argc, argv, &error) &&
              forget(&f, &error);
    int code = WINNOW_DONE;
    if (!ok)
        code = command_fail(error);
    else if (f.outputs->len > 0 || f.sources->len > 0 || !f.compacted)
        code = WINNOW_INCOMPLETE;
    if (ok && !f.compacted)
        say("another program reads the state: the last bytes go with the next run of 'winnow prune' or 'winnow "
            "forget'");
    if (ok && !f.common.quiet && !f.lift)
        print_summary(&f);
    g_ptr_array_unref(f.outputs);
    g_ptr_array_unref(f.sources);
    g_array_unref(f.of);
    pool_clear(&f.pool);
    common_clear(&f.common);
    return code;
}
