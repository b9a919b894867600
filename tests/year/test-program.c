/* SPDX-License-Identifier: MIT
 * Two months of 300 subscribers through the program itself: mails in, lists out. */
#include "tests/year/program.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>

static const struct world_options small = {
    .seed = 11, .people = 300, .days = 60, .begin = 1735689600, .dead_at_first = 0.03, .deaths = 0.15};

static void remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_remove(file);
    }
    g_rmdir(path);
}

static void nights_of_the_program_remove_the_dead_alone(void)
{
    struct world *world = world_new(&small);
    struct score score = contest_run(world, &program_contender);
    g_test_message("good removed %" G_GUINT64_FORMAT ", held %" G_GUINT64_FORMAT " days; dead %" G_GUINT64_FORMAT
                   ", late %" G_GUINT64_FORMAT ", mails to them %" G_GUINT64_FORMAT,
                   score.good_removed, score.good_held_days, score.dead, score.dead_late, score.mails_to_dead);
    g_assert_cmpuint(score.good_removed, ==, 0);
    g_assert_cmpuint(score.dead, >, 15);
    g_assert_cmpuint(score.dead_late, ==, 0);
    struct score core = contest_run(world, &winnow_contender); /* nothing is lost on the way through mails and files */
    g_assert_cmpmem(&score, sizeof score, &core, sizeof core);
    world_free(world);
}

/* The lines of one policy without its name and the reasons, which differ in what they quote. */
static char *fates_of(const char *csv, const char *policy)
{
    GString *fates = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(csv, "\r\n", -1);
    g_autofree char *prefix = g_strconcat(policy, ",", NULL);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, ",", 10);
        if (!g_str_has_prefix(*line, prefix))
            continue;
        for (int i = 1; i < 9; i++)
            g_string_append_printf(fates, "%s ", cells[i]);
        g_string_append_c(fates, '\n');
    }
    return g_string_free(fates, FALSE);
}

static void the_replay_of_these_nights_is_what_they_were(void)
{
    const char *arguments[] = {"simulate",   "list.csv", "--state", "state.db", "--now",
                               "2025-06-01", "--format", "text",    NULL};
    int code;
    g_autofree char *text = program_run(arguments, &code);
    g_test_message("%s", text);
    g_assert_cmpint(code, ==, 0);
    g_assert_nonnull(strstr(text, ", 60 runs: 300 rows"));
    g_assert_nonnull(strstr(text, "default removes the same subscribers on the same days as recorded"));
    arguments[7] = "csv";
    g_autofree char *csv = program_run(arguments, &code);
    g_autofree char *recorded = fates_of(csv, "recorded"), *replayed = fates_of(csv, "default");
    g_assert_cmpuint(strlen(recorded), >, 5000);
    g_assert_cmpstr(recorded, ==, replayed);
    remove_folder(program_folder());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!g_getenv("WINNOW")) {
        puts("1..0 # SKIP WINNOW does not name the program");
        return 0;
    }
    g_test_add_func("/program/nights_of_the_program_remove_the_dead_alone",
                    nights_of_the_program_remove_the_dead_alone);
    g_test_add_func("/program/the_replay_of_these_nights_is_what_they_were",
                    the_replay_of_these_nights_is_what_they_were);
    return g_test_run();
}
