/* SPDX-License-Identifier: MIT */
#include "core/keep.h"

#include "core/error.h"
#include "core/output.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

struct place {
    char *folder, *list;
};

static void set_up(struct place *place, gconstpointer data)
{
    (void)data;
    place->folder = g_dir_make_tmp("winnow-keep-XXXXXX", NULL);
    place->list = g_build_filename(place->folder, "l.csv", NULL);
    g_file_set_contents(place->list, "old", -1, NULL);
}

static void tear_down(struct place *place, gconstpointer data)
{
    (void)data;
    char *arguments[] = {(char *)(guintptr) "rm", (char *)(guintptr) "-rf", place->folder, NULL};
    g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(place->folder);
    g_free(place->list);
}

static char *in(const struct place *place, const char *name)
{
    return g_build_filename(place->folder, name, NULL);
}

static void assert_text(const char *path, const char *wanted)
{
    g_autofree char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    g_assert_cmpstr(text, ==, wanted);
}

static void what_is_kept_outlives_what_replaces_it(struct place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    struct stat seen;
    g_autofree char *kept = keep_name(place->list, 12), *wanted = in(place, ".l.csv.winnow-undo-12");
    g_assert_cmpstr(kept, ==, wanted);
    g_assert_cmpint(stat(place->list, &seen), ==, 0);
    g_assert_true(keep_file(place->list, &seen, kept, &error));
    struct output *output = output_open(place->list, &error);
    g_assert_true(output_write(output, VIEW("new"), &error) && output_finish(output, &error));
    g_assert_true(output_publish(output, &error));
    output_free(output);
    assert_text(place->list, "new");
    assert_text(kept, "old");
    g_assert_true(keep_move(kept, place->list, &error));
    assert_text(place->list, "old");
}

static void a_name_that_a_dead_run_left_is_taken_over(struct place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    struct stat seen;
    g_autofree char *kept = keep_name(place->list, 3);
    g_file_set_contents(kept, "of a run that never counted", -1, NULL);
    g_assert_cmpint(stat(place->list, &seen), ==, 0);
    g_assert_true(keep_file(place->list, &seen, kept, &error));
    assert_text(kept, "old");
}

static void a_file_that_changed_meanwhile_is_not_kept(struct place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    struct stat seen;
    g_autofree char *kept = keep_name(place->list, 3);
    g_assert_cmpint(stat(place->list, &seen), ==, 0);
    g_file_set_contents(place->list, "somebody's", -1, NULL);
    g_assert_false(keep_file(place->list, &seen, kept, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT);
    g_assert_nonnull(strstr(error->message, "changed while the run was at work; nothing was replaced"));
    g_assert_false(g_file_test(kept, G_FILE_TEST_EXISTS));
    assert_text(place->list, "somebody's");
}

static void targets_are_files_behind_links(struct place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *link = in(place, "link");
    g_assert_cmpint(symlink("l.csv", link), ==, 0);
    g_autofree char *target = keep_target(link), *device = keep_target("/dev/null"), *out = keep_target("-");
    g_assert_cmpstr(target, ==, place->list);
    g_assert_null(device);
    g_assert_null(out);
}

/* Only what is surely ours, and of nobody who lives. */
static void the_dead_are_swept_up_after(struct place *place, gconstpointer data)
{
    (void)data;
    static const char *const names[] = {".l.csv.winnow-0a1b2c",  ".l.csv.winnow-0a1b2", ".l.csv.winnow-0A1B2C",
                                        ".l.csv.winnow-undo-1",  "l.csv.winnow-0a1b2c", ".m.csv.winnow-0a1b2c",
                                        ".l.csv.winnow-0a1b2cd", ".l.csv.winnow-ffffff"};
    g_autoptr(GError) error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = in(place, names[i]);
        g_file_set_contents(path, "x", -1, NULL);
    }
    g_autofree char *alive = in(place, ".l.csv.winnow-ffffff");
    int fd = open(alive, O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(flock(fd, LOCK_EX | LOCK_NB), ==, 0);
    struct output *output = output_open(place->list, &error); /* a writer at work */
    g_autofree char *writing = g_strdup(output_temporary(output));
    const char *const targets[] = {place->list};
    keep_sweep(targets, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = in(place, names[i]);
        g_assert_cmpint(g_file_test(path, G_FILE_TEST_EXISTS), ==, i != 0);
    }
    g_assert_true(g_file_test(writing, G_FILE_TEST_EXISTS));
    g_assert_true(output_finish(output, &error)); /* and one that only waits to publish */
    keep_sweep(targets, 1);
    g_assert_true(g_file_test(writing, G_FILE_TEST_EXISTS));
    output_leave(output);
    output_free(output);
    close(fd);
    keep_sweep(targets, 1);
    g_assert_false(g_file_test(writing, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(alive, G_FILE_TEST_EXISTS));
}

#define KEEP(path, function) g_test_add("/core/keep/" path, struct place, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    KEEP("kept", what_is_kept_outlives_what_replaces_it);
    KEEP("taken over", a_name_that_a_dead_run_left_is_taken_over);
    KEEP("changed", a_file_that_changed_meanwhile_is_not_kept);
    KEEP("targets", targets_are_files_behind_links);
    KEEP("swept", the_dead_are_swept_up_after);
    return g_test_run();
}
