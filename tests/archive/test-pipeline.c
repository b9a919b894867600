/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "tests/archive/collect.h"

enum { MESSAGES = 3000 };

/* A mailbox of many batches, messages of all sizes, every seventh with CRLF. */
static void write_box(const struct tree *tree)
{
    g_autoptr(GString) box = g_string_new(NULL);
    for (int i = 0; i < MESSAGES; i++) {
        const char *end = i % 7 ? "\n" : "\r\n";
        g_string_append_printf(box, "From x Fri Jul  8 12:08:34 2011%sSubject: %d%s%s", end, i, end, end);
        for (int line = i * 31 % 90; line > 0; line--)
            g_string_append_printf(box, "line %d of message %d%s", line, i, end);
        g_string_append(box, end);
    }
    tree_write(tree, "box", (struct view){.data = box->str, .len = box->len});
    tree_write(tree, "junk", VIEW("\1\2\0\3"));
    tree_write(tree, "small.eml", VIEW("Subject: small\n"));
}

static void every_number_of_jobs_gives_the_same_bytes_in_the_same_order(void)
{
    struct tree tree;
    tree_make(&tree);
    write_box(&tree);
    g_autofree char *one = collect(&tree, "", (struct pipeline_options){.jobs = 1});
    g_auto(GStrv) lines = g_strsplit(one, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, MESSAGES + 2 + 1);
    for (unsigned jobs = 0; jobs <= 5; jobs++) {
        g_autofree char *several = collect(&tree, "", (struct pipeline_options){.jobs = jobs});
        g_assert_cmpstr(several, ==, one);
    }
    tree_remove(&tree);
}

struct counts {
    int made, freed; /* in the caller's thread */
    int working;     /* atomic: work() calls going on */
    int written;
    int fail_at;
    bool stop;
    GThread *caller;
};

static void *worker_make(void *user)
{
    struct counts *counts = user;
    counts->made++;
    return g_new0(int, 1);
}

static void worker_end(void *worker, void *user)
{
    struct counts *counts = user;
    counts->freed++;
    g_free(worker);
}

static void work_and_count(struct batch *batch, void *worker, void *user)
{
    struct counts *counts = user;
    g_atomic_int_inc(&counts->working);
    *(int *)worker += (int)batch->count; /* two threads in one worker's state would show under tsan */
    g_atomic_int_add(&counts->working, -1);
}

static bool write_or_fail(struct batch *batch, void *user, GError **error)
{
    struct counts *counts = user;
    (void)batch;
    g_assert_true(g_thread_self() == counts->caller);
    if (++counts->written != counts->fail_at)
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "cannot write 'x': No space left on device");
    return false;
}

static bool write_and_stop(struct batch *batch, void *user, GError **error)
{
    struct counts *counts = user;
    (void)batch, (void)error;
    if (++counts->written == 2)
        __atomic_store_n(&counts->stop, true, __ATOMIC_RELAXED);
    return true;
}

static bool run_counted(struct counts *counts, const struct tree *tree, unsigned jobs,
                        bool (*write)(struct batch *, void *, GError **), GError **error)
{
    const struct pipeline_calls calls = {
        .worker_new = worker_make, .work = work_and_count, .worker_free = worker_end, .write = write, .user = counts};
    const struct pipeline_options options = {.jobs = jobs, .stop = &counts->stop};
    const char *paths[] = {tree->root, NULL};
    counts->caller = g_thread_self();
    return pipeline_run(paths, &options, &calls, error);
}

static guint threads_of_this_process(void)
{
    guint count = 0;
    g_autoptr(GDir) dir = g_dir_open("/proc/self/task", 0, NULL);
    while (dir && g_dir_read_name(dir))
        count++;
    return count;
}

static void a_write_error_ends_the_run_and_leaves_no_thread(void)
{
    struct tree tree;
    tree_make(&tree);
    write_box(&tree);
    guint before = threads_of_this_process();
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        for (int fail_at = 1; fail_at <= 3; fail_at++) {
            struct counts counts = {.fail_at = fail_at};
            g_autoptr(GError) error = NULL;
            g_assert_false(run_counted(&counts, &tree, jobs, write_or_fail, &error));
            g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT);
            g_assert_cmpint(counts.written, ==, fail_at);
            g_assert_cmpint(counts.made, ==, (int)jobs);
            g_assert_cmpint(counts.freed, ==, (int)jobs);
            g_assert_cmpint(g_atomic_int_get(&counts.working), ==, 0);
        }
    }
    /* A joined thread may stay in /proc for a moment. */
    for (int tries = 0; tries < 100 && threads_of_this_process() > before; tries++)
        g_usleep(10000);
    g_assert_cmpuint(threads_of_this_process(), ==, before);
    tree_remove(&tree);
}

static void being_stopped_ends_the_run_between_batches(void)
{
    struct tree tree;
    tree_make(&tree);
    write_box(&tree);
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        struct counts counts = {0};
        g_autoptr(GError) error = NULL;
        g_assert_false(run_counted(&counts, &tree, jobs, write_and_stop, &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
        g_assert_cmpstr(error->message, ==, "interrupted");
        g_assert_cmpint(counts.written, ==, 2);
        g_assert_cmpint(counts.freed, ==, (int)jobs);
    }
    tree_remove(&tree);
}

static void *stop_soon(void *user)
{
    bool *stop = user;
    g_usleep(100 * 1000);
    __atomic_store_n(stop, true, __ATOMIC_RELAXED);
    return NULL;
}

static void a_silent_pipe_does_not_keep_a_stopped_run(void)
{
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        int ends[2];
        g_assert_cmpint(pipe(ends), ==, 0);
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", ends[0]);
        const char *paths[] = {path, NULL};
        struct counts counts = {0};
        const struct pipeline_calls calls = {.work = collect_work, .write = write_and_stop, .user = &counts};
        const struct pipeline_options options = {.jobs = jobs, .stop = &counts.stop};
        g_autoptr(GError) error = NULL;
        GThread *stopper = g_thread_new("stopper", stop_soon, &counts.stop);
        g_assert_false(pipeline_run(paths, &options, &calls, &error));
        g_assert_cmpstr(error->message, ==, "interrupted");
        g_thread_join(stopper);
        close(ends[0]);
        close(ends[1]);
    }
}

static void nothing_to_read_is_a_run_without_batches(void)
{
    struct tree tree;
    tree_make(&tree);
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        struct counts counts = {0};
        g_autoptr(GError) error = NULL;
        g_assert_true(run_counted(&counts, &tree, jobs, write_or_fail, &error));
        g_assert_cmpint(counts.written, ==, 0);
    }
    tree_remove(&tree);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/pipeline/" name, function)
    TEST("every number of jobs gives the same bytes in the same order",
         every_number_of_jobs_gives_the_same_bytes_in_the_same_order);
    TEST("a write error ends the run and leaves no thread", a_write_error_ends_the_run_and_leaves_no_thread);
    TEST("being stopped ends the run between batches", being_stopped_ends_the_run_between_batches);
    TEST("a silent pipe does not keep a stopped run", a_silent_pipe_does_not_keep_a_stopped_run);
    TEST("nothing to read is a run without batches", nothing_to_read_is_a_run_without_batches);
    return g_test_run();
}
