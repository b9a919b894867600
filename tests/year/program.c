/* SPDX-License-Identifier: MIT
 * The program itself as a contender: real mails in, real lists out, one run of `winnow clean` a night. Its files are in
 * a folder of its own, which is left to whoever asks for it (program_folder). */
#include "tests/year/program.h"

#include "tests/year/letters.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>

struct program {
    const struct world *world;
    struct keys *keys;
    GString *mbox;
};

static char *folder;

const char *program_folder(void)
{
    return folder;
}

static char *file_at(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void write_file(const char *name, const char *text, gsize len)
{
    GError *error = NULL;
    g_autofree char *path = file_at(name);
    g_file_set_contents_full(path, text, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, &error);
    g_assert_no_error(error);
}

static void write_list(const struct world *world)
{
    g_autoptr(GString) text = g_string_new("id,email\n");
    for (guint32 i = 0; i < world_options(world)->people; i++) {
        g_string_append_printf(text, "%u,", i + 1);
        world_append_address(world, i, text);
        g_string_append_c(text, '\n');
    }
    write_file("list.csv", text->str, text->len);
}

static void *start(const struct world *world)
{
    static const char key[] = "year 8d0f3b6a1c5e7294a6b8d0e2f4163758a9cbedf0123456789abcdef013579bdf\n";
    GError *error = NULL;
    struct program *p = g_new0(struct program, 1);
    g_free(folder);
    folder = g_dir_make_tmp("winnow-year-XXXXXX", &error);
    g_assert_no_error(error);
    p->world = world;
    p->mbox = g_string_new(NULL);
    write_list(world);
    write_file("keys", key, strlen(key));
    g_autofree char *path = file_at("keys");
    p->keys = keys_load(path, &error);
    g_assert_no_error(error);
    return p;
}

static void finish(void *self)
{
    struct program *p = self;
    keys_free(p->keys);
    g_string_free(p->mbox, TRUE);
    g_free(p);
}

char *program_run(const char *const *arguments, int *code)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_ptr_array_add(argv, (gpointer)(gsize)g_getenv("WINNOW"));
    for (size_t i = 0; arguments[i]; i++)
        g_ptr_array_add(argv, (gpointer)(gsize)arguments[i]);
    g_ptr_array_add(argv, NULL);
    GError *error = NULL;
    char *out = NULL;
    g_autofree char *said = NULL;
    int status;
    g_spawn_sync(folder, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &said, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    *code = WEXITSTATUS(status);
    if (*code > 1)
        g_test_message("exit code %d: %s", *code, said);
    return out;
}

/* Everybody in the file stands so. */
static void read_standing(const struct program *p, const char *name, enum standing standing, guint8 *of)
{
    g_autofree char *path = file_at(name), *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
        guint64 person = g_ascii_strtoull(line + 1, NULL, 10);
        g_assert_cmpuint(person, >, 0);
        g_assert_cmpuint(person, <=, world_options(p->world)->people);
        of[person - 1] = (guint8)standing;
    }
}

static void night(void *self, const struct night *night)
{
    struct program *p = self;
    g_string_truncate(p->mbox, 0);
    for (size_t i = 0; i < night->count; i++)
        letter_append(p->world, &night->at[i], p->keys, p->mbox);
    g_autofree char *mbox = g_strdup_printf("night-%03d.mbox", night->day);
    write_file(mbox, p->mbox->str, p->mbox->len);
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(night->now);
    g_autofree char *now = g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ");
    const char *const arguments[] = {"clean", "list.csv", "--quiet", "--state",   "state.db", "--key-file",
                                     "keys",  "--now",    now,       "--bounces", mbox,       NULL};
    int code;
    g_free(program_run(arguments, &code));
    g_assert_true(code <= 1 || code == 7); /* a guard leaves the old lists, and nobody is there to ask */
    memset(night->standing, STANDING_MAILED, world_options(p->world)->people);
    read_standing(p, "list.held.csv", STANDING_HELD, night->standing);
    read_standing(p, "list.removed.csv", STANDING_REMOVED, night->standing);
}

const struct contender program_contender = {"winnow clean", "the program, night by night", start, night, finish};
