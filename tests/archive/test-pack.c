/* SPDX-License-Identifier: MIT
 * The packed files are made with the system's own packers; one that is not installed is skipped. */
#include "core/archive/gunzip.h"
#include "core/archive/pack.h"
#include "tests/archive/collect.h"

#define BOX FROM "Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo\n"

static bool has_program(const char *name)
{
    g_autofree char *path = g_find_program_in_path(name);
    return path != NULL;
}

static void a_compressed_mailbox_is_read_like_the_mailbox(void)
{
    static const struct {
        const char *program, *command, *name;
    } cases[] = {
        {"gzip", "gzip -k box", "box.gz"},  {"bzip2", "bzip2 -k box", "box.bz2"},    {"xz", "xz -k box", "box.xz"},
        {"zstd", "zstd -q box", "box.zst"}, {"xz", "xz -k -F lzma box", "box.lzma"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (!has_program(cases[i].program))
            continue;
        struct tree tree;
        tree_make(&tree);
        tree_write(&tree, "box", VIEW(BOX));
        tree_shell(&tree, cases[i].command);
        g_autofree char *expected =
            g_strdup_printf("%s@44 Subject: a||one|\n%s@105 Subject: b||two|\n", cases[i].name, cases[i].name);
        expect_found(&tree, cases[i].name, expected);
        tree_shell(&tree, "mv box.* misnamed.jpg");
        expect_found(&tree, "misnamed.jpg", "misnamed.jpg@44 Subject: a||one|\nmisnamed.jpg@105 Subject: b||two|\n");
        tree_remove(&tree);
    }
}

static void a_packed_maildir_gives_the_same_messages_as_the_maildir(void)
{
    static const struct {
        const char *program, *command, *name;
    } cases[] = {
        {"tar", "tar cf p.tar --sort=name m", "p.tar"},
        {"tar", "tar czf p.tgz --sort=name m", "p.tgz"},
        {"xz", "tar cJf p.txz --sort=name m", "p.txz"},
        {"bzip2", "tar cjf p.tbz --sort=name m", "p.tbz"},
        {"zstd", "tar --zstd -cf p.tzst --sort=name m", "p.tzst"},
        {"zip", "find m | sort | zip -q@ p.zip", "p.zip"},
        {"zip", "find m | sort | zip -q -0@ - | cat > p0.zip", "p0.zip"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (!has_program(cases[i].program))
            continue;
        struct tree tree;
        tree_make(&tree);
        tree_write(&tree, "m/cur/1.host", VIEW("Subject: cur\n"));
        tree_write(&tree, "m/new/2.host", VIEW(FROM "Subject: new\n\n" FROM "Subject: in it\n"));
        tree_write(&tree, "m/tmp/3.host", VIEW("Subject: tmp\n"));
        tree_write(&tree, "m/.Sub/cur/4.host", VIEW("Subject: sub\r\n"));
        tree_write(&tree, "m/dovecot.index", VIEW("\1\0\2"));
        tree_write(&tree, "m/.hidden/file", VIEW("Subject: hidden\n"));
        tree_shell(&tree, cases[i].command);
        const char *name = cases[i].name;
        g_autofree char *expected =
            g_strdup_printf("%s!m/.Sub/cur/4.host@0 Subject: sub|\n%s!m/cur/1.host@0 Subject: cur|\n"
                            "%s!m/new/2.host@44 Subject: new||From MAILER-DAEMON Fri Jul  8 12:08:34 2011|"
                            "Subject: in it|\n",
                            name, name, name);
        expect_found(&tree, name, expected);
        tree_remove(&tree);
    }
}

static void packed_files_inside_packed_files_are_opened(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "d/box", VIEW(BOX));
    tree_write(&tree, "d/z.eml", VIEW("Subject: z\n"));
    tree_shell(&tree,
               "gzip d/box; tar cf - --sort=name d | gzip > inner.tgz; tar cf outer.tar inner.tgz; bzip2 outer.tar");
    expect_found(&tree, "outer.tar.bz2",
                 "outer.tar.bz2!inner.tgz!d/box.gz@44 Subject: a||one|\n"
                 "outer.tar.bz2!inner.tgz!d/box.gz@105 Subject: b||two|\n"
                 "outer.tar.bz2!inner.tgz!d/z.eml@0 Subject: z|\n");
    tree_remove(&tree);
}

static void nesting_without_end_is_left_with_a_word(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "0", VIEW("Subject: a\n"));
    tree_write(&tree, "z.eml", VIEW("Subject: z\n"));
    tree_shell(&tree, "for i in 1 2 3 4 5 6; do tar cf $i $((i - 1)) z.eml; done");
    g_autofree char *five = collect(&tree, "5", (struct pipeline_options){.jobs = 1});
    g_assert_nonnull(strstr(five, "5!4!3!2!1!0@0 Subject: a|\n"));
    g_autofree char *six = collect(&tree, "6", (struct pipeline_options){.jobs = 1});
    g_assert_nonnull(strstr(six, "trouble: '6!5!4!3!2!1': packed more than 5 times; skipped\n"));
    g_assert_nonnull(strstr(six, "6!5!4!3!2!z.eml@0 Subject: z|\n"));
    g_assert_nonnull(strstr(six, "\n6!z.eml@0 Subject: z|\n"));
    tree_remove(&tree);
}

static void gzip_members_in_a_row_are_one_file(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "a", VIEW(FROM "Subject: a\n\none\n\n"));
    tree_write(&tree, "b", VIEW(FROM "Subject: b\n\ntwo\n"));
    tree_shell(&tree, "gzip -c a > p.gz; gzip -c b >> p.gz; head -c 600 /dev/zero >> p.gz");
    expect_found(&tree, "p.gz", "p.gz@44 Subject: a||one|\np.gz@105 Subject: b||two|\n");
    tree_remove(&tree);
}

static void of_a_truncated_gz_all_that_can_be_unpacked_is_read(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "box", VIEW(BOX));
    tree_write(&tree, "z.eml", VIEW("Subject: z\n"));
    tree_shell(&tree, "gzip -n box; truncate -s -12 box.gz");
    g_autofree char *found = collect(&tree, "", (struct pipeline_options){.jobs = 1});
    g_assert_true(g_str_has_prefix(found, "box.gz@44 Subject: a||one|\n"));
    g_assert_nonnull(
        strstr(found, " trouble: 'box.gz': truncated gzip input; read up to there\nz.eml@0 Subject: z|\n"));
    g_assert_cmpuint(g_strrstr(found, "trouble") - found, ==, strstr(found, "trouble") - found);
    tree_remove(&tree);
}

static void of_a_truncated_archive_the_members_before_are_read(void)
{
    g_autoptr(GString) noise = g_string_new("Subject: noise\n\n");
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    while (noise->len < 1500000)
        g_string_append_c(noise, (char)g_rand_int_range(rand, 32, 127));
    static const char *const commands[] = {
        "tar czf p d", "tar cf p d", "tar cf - d | xz -0 > p", "tar cjf p d", "tar czf d.tgz d; tar cf p d.tgz",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        struct tree tree;
        tree_make(&tree);
        tree_write(&tree, "d/1.eml", VIEW("Subject: first\n"));
        tree_write(&tree, "d/2.eml", (struct view){.data = noise->str, .len = noise->len});
        g_autofree char *command = g_strconcat(commands[i], "; truncate -s -300000 p", NULL);
        tree_shell(&tree, command);
        g_autofree char *found = collect(&tree, "p", (struct pipeline_options){.jobs = 1});
        g_test_message("%s: %s", commands[i], g_strrstr(found, "trouble"));
        g_auto(GStrv) troubles = g_strsplit(found, "trouble: 'p!", -1);
        g_assert_cmpuint(g_strv_length(troubles), ==, 2);
        g_assert_null(strstr(troubles[0], "trouble"));
        g_assert_nonnull(strstr(found, "[cut short: its file could not be read to the end]\n"));
        tree_remove(&tree);
    }
}

static void damaged_and_false_archives_are_said_once(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "a.gz", VIEW("\x1f\x8b\x08\0\0\0\0\0\0\0 this was never packed"));
    tree_write(&tree, "b.zip", VIEW("PK\x03\x04 neither was this"));
    tree_write(&tree, "c.xz",
               VIEW("\xfd"
                    "7zXZ\0 nor this"));
    tree_write(&tree, "d.zst", VIEW("\x28\xb5\x2f\xfd nor this"));
    tree_write(&tree, "e.Z", VIEW("\x1f\x9d\x90 nor this"));
    tree_write(&tree, "z.eml", VIEW("Subject: z\n"));
    g_autofree char *found = collect(&tree, "", (struct pipeline_options){.jobs = 1});
    g_auto(GStrv) lines = g_strsplit(found, "\n", -1);
    g_test_message("%s", found);
    g_assert_cmpuint(g_strv_length(lines), ==, 7);
    for (int i = 0; i < 5; i++)
        g_assert_nonnull(strstr(lines[i], "trouble: '"));
    g_assert_cmpstr(lines[5], ==, "z.eml@0 Subject: z|");
    tree_remove(&tree);
}

static void a_bomb_is_stopped_and_the_rest_is_read(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "front", VIEW("Subject: bomb\n\n"));
    tree_write(&tree, "z.eml", VIEW("Subject: z\n"));
    tree_shell(&tree, "{ cat front; head -c 120000000 /dev/zero; } | gzip -1 > a; gzip a; rm front");
    g_autofree char *found = collect(&tree, "", (struct pipeline_options){.jobs = 1, .max_message = 100});
    g_assert_nonnull(strstr(found, "trouble: 'a.gz': unpacks to more than 1000 times its size; read up to there\n"));
    g_assert_nonnull(strstr(found, "\nz.eml@0 Subject: z|\n"));
    tree_remove(&tree);
}

static void a_budget_ends_at_its_limit(void)
{
    struct stream stream = {0};
    struct budget budget = {0};
    g_assert_true(budget_charge(&budget, LIMIT_UNPACKED, &stream));
    g_assert_false(budget_charge(&budget, 1, &stream));
    g_assert_true(stream.failed);
    g_assert_cmpstr(stream.failure, ==, "unpacks to more than 68719476736 bytes");
}

static void a_gzip_cut_anywhere_ends(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "box", VIEW(BOX));
    tree_shell(&tree, "gzip box");
    g_autofree char *path = tree_path(&tree, "box.gz");
    g_autofree char *bytes = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    for (gsize cut = 3; cut <= length; cut++) {
        struct stream packed;
        struct budget budget = {0};
        char out[7];
        GString *text = g_string_new(NULL);
        stream_view_init(&packed, (struct view){.data = bytes, .len = cut});
        struct stream *stream = gunzip_new(&packed, &budget);
        ssize_t n;
        while ((n = stream_read(stream, out, sizeof out)) > 0)
            g_string_append_len(text, out, n);
        g_assert_true(g_str_has_prefix(BOX, text->str));
        g_assert_true(stream->failed == (cut < length));
        if (cut >= length - 8)
            g_assert_cmpstr(text->str, ==, BOX);
        g_string_free(text, TRUE);
        gunzip_free(stream);
    }
    tree_remove(&tree);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/pack/" name, function)
    TEST("a compressed mailbox is read like the mailbox", a_compressed_mailbox_is_read_like_the_mailbox);
    TEST("a packed Maildir gives the same messages as the Maildir",
         a_packed_maildir_gives_the_same_messages_as_the_maildir);
    TEST("packed files inside packed files are opened", packed_files_inside_packed_files_are_opened);
    TEST("nesting without end is left with a word", nesting_without_end_is_left_with_a_word);
    TEST("gzip members in a row are one file", gzip_members_in_a_row_are_one_file);
    TEST("of a truncated gz all that can be unpacked is read", of_a_truncated_gz_all_that_can_be_unpacked_is_read);
    TEST("of a truncated archive the members before are read", of_a_truncated_archive_the_members_before_are_read);
    TEST("damaged and false archives are said once", damaged_and_false_archives_are_said_once);
    TEST("a bomb is stopped, and the rest is read", a_bomb_is_stopped_and_the_rest_is_read);
    TEST("a budget ends at its limit", a_budget_ends_at_its_limit);
    TEST("a gzip cut anywhere ends", a_gzip_cut_anywhere_ends);
    return g_test_run();
}
