/* SPDX-License-Identifier: MIT
 * For the tests of core/archive: a temporary tree, and a run of the pipeline whose outcome is one text, a line a
 * message: "path!member@offset bytes" with LF shown as '|', or "trouble: …"; notices follow in brackets. */
#ifndef TESTS_ARCHIVE_COLLECT_H
#define TESTS_ARCHIVE_COLLECT_H

#include "core/archive/pipeline.h"
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FROM "From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n"

struct tree {
    char *root;
};

static inline void tree_make(struct tree *tree)
{
    g_autoptr(GError) error = NULL;
    tree->root = g_dir_make_tmp("winnow-archive-XXXXXX", &error);
    g_assert_no_error(error);
}

static inline void tree_remove(struct tree *tree)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", tree->root);
    g_assert_cmpint(system(command), ==, 0);
    g_free(tree->root);
}

static inline char *tree_path(const struct tree *tree, const char *name)
{
    return g_build_filename(tree->root, name, NULL);
}

static inline void tree_write(const struct tree *tree, const char *name, struct view bytes)
{
    g_autofree char *path = tree_path(tree, name);
    g_autofree char *directory = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, bytes.data ? bytes.data : "", (gssize)bytes.len, NULL));
}

static inline void tree_shell(const struct tree *tree, const char *command)
{
    g_autofree char *line = g_strdup_printf("cd '%s' && { %s; } >/dev/null 2>&1", tree->root, command);
    g_assert_cmpint(system(line), ==, 0);
}

struct collected {
    GString *text;
    const char *root; /* left out of paths */
    guint messages, troubles;
    guint64 next;
    struct progress progress;
};

static inline void collect_work(struct batch *batch, void *worker, void *user)
{
    (void)worker, (void)user;
    for (size_t i = 0; i < batch->count; i++)
        batch->results[i] = pool_printf(&batch->pool, "%zu", batch->raws[i].bytes.len).data ? batch : NULL;
}

static inline void collect_view(GString *text, struct view v)
{
    for (size_t i = 0; i < v.len && i < 400; i++)
        g_string_append_c(text, v.data[i] == '\n' ? '|' : v.data[i] == '\0' ? '0' : v.data[i]);
    if (v.len > 400)
        g_string_append_printf(text, "...%zu", v.len);
}

static inline bool collect_write(struct batch *batch, void *user, GError **error)
{
    struct collected *all = user;
    (void)error;
    for (size_t i = 0; i < batch->count; i++) {
        const struct raw *raw = &batch->raws[i];
        g_assert_cmpuint(raw->sequence, ==, all->next++);
        g_assert_true(batch->results[i] == batch);
        const char *path = raw->origin.path;
        if (all->root && g_str_has_prefix(path, all->root))
            path += strlen(all->root) + (path[strlen(all->root)] == '/');
        g_string_append_printf(all->text, "%s%s%s@%" G_GUINT64_FORMAT " ", path, raw->origin.member ? "!" : "",
                               raw->origin.member ? raw->origin.member : "", raw->origin.offset);
        if (raw->trouble.len) {
            g_autofree char *said = view_dup(raw->trouble);
            g_autofree char *root = g_strconcat(all->root ? all->root : "", "/", NULL);
            g_auto(GStrv) parts = g_strsplit(said, root, -1);
            g_autofree char *plain = g_strjoinv("", parts);
            g_string_append_printf(all->text, "trouble: %s", plain);
        }
        collect_view(all->text, raw->bytes);
        for (unsigned n = 0; n < raw->notices.count; n++)
            g_string_append_printf(all->text, " [%.*s]", (int)raw->notices.text[n].len, raw->notices.text[n].data);
        g_string_append_c(all->text, '\n');
        raw->trouble.len ? all->troubles++ : all->messages++;
    }
    return true;
}

static inline void collect_progress(const struct progress *progress, void *user)
{
    struct collected *all = user;
    all->progress = *progress;
}

static inline void collect_init(struct collected *all, const struct tree *tree)
{
    *all = (struct collected){.text = g_string_new(NULL), .root = tree ? tree->root : NULL};
}

static inline bool collect_run(struct collected *all, const char *const *paths, struct pipeline_options options,
                               GError **error)
{
    const struct pipeline_calls calls = {
        .work = collect_work, .write = collect_write, .progress = collect_progress, .user = all};
    return pipeline_run(paths, &options, &calls, error);
}

/* What is found at `name` in the tree ("" for all of it). */
static inline char *collect(const struct tree *tree, const char *name, struct pipeline_options options)
{
    struct collected all;
    collect_init(&all, tree);
    g_autofree char *path = *name ? tree_path(tree, name) : g_strdup(tree->root);
    const char *paths[] = {path, NULL};
    g_autoptr(GError) error = NULL;
    bool done = collect_run(&all, paths, options, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    return g_string_free(all.text, FALSE);
}

#define expect_found(tree, name, expected)                                                                             \
    do {                                                                                                               \
        g_autofree char *found_ = collect((tree), (name), (struct pipeline_options){.jobs = 1});                       \
        g_assert_cmpstr(found_, ==, (expected));                                                                       \
    } while (0)

#endif
