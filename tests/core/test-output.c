/* SPDX-License-Identifier: MIT
 * Output appears whole or not at all: full disk, killed writer, links, modes. */
#include "core/error.h"
#include "core/output.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static char *in_folder(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void put(const char *path, const char *text)
{
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void expect_file(const char *path, const char *text)
{
    g_autofree char *found = NULL;
    g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
    g_assert_cmpstr(found, ==, text);
}

static unsigned files_in_folder(void)
{
    unsigned n = 0;
    GDir *dir = g_dir_open(folder, 0, NULL);
    while (g_dir_read_name(dir))
        n++;
    g_dir_close(dir);
    return n;
}

static void empty_folder(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = in_folder(name);
        g_assert_cmpint(g_remove(path), ==, 0);
    }
    g_dir_close(dir);
}

static void write_whole(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    struct output *output = output_open(path, &error);
    g_assert_no_error(error);
    g_assert_true(output_write(output, view_of(text), &error));
    g_assert_true(output_finish(output, &error));
    g_assert_true(output_publish(output, &error));
    output_free(output);
}

static void a_file_appears_when_it_is_published_and_not_before(void)
{
    g_autofree char *path = in_folder("list.csv");
    put(path, "old");
    struct output *output = output_open(path, NULL);
    g_assert_true(output_write(output, VIEW("new"), NULL));
    expect_file(path, "old");
    g_assert_true(output_finish(output, NULL));
    expect_file(path, "old");
    g_assert_true(output_publish(output, NULL));
    expect_file(path, "new");
    output_free(output);
    g_assert_cmpuint(files_in_folder(), ==, 1);
}

static void what_is_abandoned_leaves_nothing(void)
{
    g_autofree char *path = in_folder("list.csv");
    for (int finished = 0; finished < 2; finished++) {
        struct output *output = output_open(path, NULL);
        g_assert_true(output_write(output, VIEW("new"), NULL));
        g_assert_true(!finished || output_finish(output, NULL));
        output_free(output);
        g_assert_cmpuint(files_in_folder(), ==, 0);
    }
}

static void the_digest_is_that_of_the_file(void)
{
    g_autofree char *path = in_folder("list.csv");
    g_autofree char *block = g_strnfill(300 * 1024, 'x');
    struct output *output = output_open(path, NULL);
    for (int i = 0; i < 3; i++) {
        g_assert_true(output_write(output, VIEW("small"), NULL));
        g_assert_true(output_write(output, view_of(block), NULL));
    }
    g_assert_true(output_write(output, (struct view){0}, NULL));
    g_assert_true(output_finish(output, NULL) && output_publish(output, NULL));
    g_autofree char *digest = file_digest(path, NULL);
    g_assert_cmpstr(digest, ==, output_digest(output));
    output_free(output);
    put(path, "edited");
    g_autofree char *edited = file_digest(path, NULL);
    g_assert_cmpstr(digest, !=, edited);
}

static void a_digest_of_no_file_is_none(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = in_folder("absent");
    g_assert_null(file_digest(path, &error));
    g_assert_null(file_digest("/dev/zero", &error));
    g_assert_no_error(error);
    g_assert_null(file_digest(folder, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT);
}

static unsigned mode_of(const char *path)
{
    struct stat info;
    g_assert_cmpint(stat(path, &info), ==, 0);
    return info.st_mode & 07777;
}

static void the_mode_is_that_of_the_old_file_or_of_umask(void)
{
    g_autofree char *path = in_folder("list.csv");
    mode_t mask = umask(027);
    write_whole(path, "one");
    umask(mask);
    g_assert_cmpuint(mode_of(path), ==, 0640);
    g_assert_cmpint(chmod(path, 0604), ==, 0);
    write_whole(path, "two");
    g_assert_cmpuint(mode_of(path), ==, 0604);
}

static void of_a_link_the_target_is_replaced(void)
{
    g_autofree char *target = in_folder("target.csv");
    g_autofree char *link = in_folder("link.csv");
    g_autofree char *twice = in_folder("twice.csv");
    g_assert_cmpint(symlink("target.csv", link), ==, 0);
    g_assert_cmpint(symlink(link, twice), ==, 0);
    write_whole(twice, "through a dangling link");
    expect_file(target, "through a dangling link");
    write_whole(link, "again");
    expect_file(target, "again");
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK) && g_file_test(twice, G_FILE_TEST_IS_SYMLINK));
    g_assert_cmpuint(files_in_folder(), ==, 3);
}

static void expect_no_output(const char *path, const char *reason)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(output_open(path, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT);
    g_autofree char *expected = g_strdup_printf("cannot write '%s': %s; nothing was replaced", path, reason);
    g_assert_cmpstr(error->message, ==, expected);
}

static void where_nothing_can_be_written_the_error_names_the_path(void)
{
    g_autofree char *nowhere = in_folder("none/list.csv");
    g_autofree char *loop = in_folder("loop");
    expect_no_output(nowhere, "No such file or directory");
    expect_no_output(folder, "Is a directory");
    g_assert_cmpint(symlink("loop", loop), ==, 0);
    expect_no_output(loop, "Too many levels of symbolic links");
}

static void a_long_name_has_room_for_the_temporary_one(void)
{
    g_autofree char *name = g_strnfill(250, 'n');
    g_autofree char *path = in_folder(name);
    write_whole(path, "text");
    expect_file(path, "text");
}

static void a_full_disk_leaves_the_old_file_and_nothing_else(void)
{
    g_autofree char *path = in_folder("list.csv");
    g_autofree char *block = g_strnfill(100 * 1024, 'x');
    put(path, "old");
    struct rlimit before;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = 512 * 1024, .rlim_max = before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    g_autoptr(GError) error = NULL;
    struct output *output = output_open(path, NULL);
    bool written = true;
    for (int i = 0; i < 20 && written; i++)
        written = output_write(output, view_of(block), &error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    g_assert_false(written);
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_false(output_finish(output, NULL));
    g_assert_false(output_publish(output, NULL));
    output_free(output);
    expect_file(path, "old");
    g_assert_cmpuint(files_in_folder(), ==, 1);
}

static void a_device_is_written_to_and_not_replaced(void)
{
    g_autoptr(GError) error = NULL;
    write_whole("/dev/null", "gone");
    struct stat info;
    g_assert_true(stat("/dev/null", &info) == 0 && S_ISCHR(info.st_mode));
    struct output *output = output_open("/dev/full", NULL);
    g_assert_true(output_write(output, VIEW("text"), NULL));
    g_assert_false(output_finish(output, &error));
    g_assert_nonnull(strstr(error->message, "cannot write '/dev/full': No space left on device"));
    output_free(output);
}

static void a_killed_writer_leaves_the_old_file_whole(void)
{
    g_autofree char *path = in_folder("list.csv");
    put(path, "old");
    pid_t child = fork();
    if (child == 0) {
        struct output *output = output_open(path, NULL);
        output_write(output, VIEW("new"), NULL);
        output_finish(output, NULL);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status));
    expect_file(path, "old");
    write_whole(path, "new");
    expect_file(path, "new");
}

static void a_dash_is_standard_output(void)
{
    g_autofree char *path = in_folder("stdout");
    int saved = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    write_whole("-", "text");
    dup2(saved, STDOUT_FILENO);
    close(saved);
    expect_file(path, "text");
}

static void run(gconstpointer test)
{
    ((void (*)(void))(guintptr)test)();
    empty_folder();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *name;
        void (*test)(void);
    } TESTS[] = {
        {"/output/a file appears when it is published and not before",
         a_file_appears_when_it_is_published_and_not_before},
        {"/output/what is abandoned leaves nothing", what_is_abandoned_leaves_nothing},
        {"/output/the digest is that of the file", the_digest_is_that_of_the_file},
        {"/output/a digest of no file is none", a_digest_of_no_file_is_none},
        {"/output/the mode is that of the old file or of umask", the_mode_is_that_of_the_old_file_or_of_umask},
        {"/output/of a link the target is replaced", of_a_link_the_target_is_replaced},
        {"/output/where nothing can be written the error names the path",
         where_nothing_can_be_written_the_error_names_the_path},
        {"/output/a long name has room for the temporary one", a_long_name_has_room_for_the_temporary_one},
        {"/output/a full disk leaves the old file and nothing else", a_full_disk_leaves_the_old_file_and_nothing_else},
        {"/output/a device is written to and not replaced", a_device_is_written_to_and_not_replaced},
        {"/output/a killed writer leaves the old file whole", a_killed_writer_leaves_the_old_file_whole},
        {"/output/a dash is standard output", a_dash_is_standard_output},
    };
    folder = g_dir_make_tmp("winnow-test-XXXXXX", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(TESTS); i++)
        g_test_add_data_func(TESTS[i].name, (gconstpointer)(guintptr)TESTS[i].test, run);
    int result = g_test_run();
    g_rmdir(folder);
    g_free(folder);
    return result;
}
