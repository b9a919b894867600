/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "tests/archive/collect.h"

static void a_maildir_is_read_without_its_tmp(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "new/2.host", VIEW("Subject: new\n"));
    tree_write(&tree, "cur/1.host:2,S", VIEW("Subject: cur\r\n\r\nx\r\n"));
    tree_write(&tree, "tmp/3.host", VIEW("Subject: tmp\n"));
    tree_write(&tree, ".Sub.Folder/new/4.host", VIEW("Subject: sub\n"));
    tree_write(&tree, ".Sub.Folder/cur/5.host", VIEW("Subject: sub cur\n"));
    tree_write(&tree, ".Sub.Folder/tmp/6.host", VIEW("Subject: sub tmp\n"));
    tree_write(&tree, ".Sub.Folder/maildirfolder", VIEW(""));
    tree_write(&tree, ".git/config", VIEW("a: b\n"));
    tree_write(&tree, "dovecot.index.log", VIEW("\1\0\0\2"));
    tree_write(&tree, "dovecot-uidlist", VIEW("3 V1 N5\n1 :a: b\n"));
    tree_write(&tree, "subscriptions", VIEW("Sub.Folder\n"));
    expect_found(&tree, "",
                 ".Sub.Folder/cur/5.host@0 Subject: sub cur|\n"
                 ".Sub.Folder/new/4.host@0 Subject: sub|\n"
                 "cur/1.host:2,S@0 Subject: cur||x|\n"
                 "new/2.host@0 Subject: new|\n");
    expect_found(&tree, "cur", "cur/1.host:2,S@0 Subject: cur||x|\n");
    tree_remove(&tree);
}

static void a_maildir_message_is_one_message_and_an_empty_one_is_said(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "new/1", VIEW(FROM "Subject: a\n\none\n\n" FROM "Subject: b\n"));
    tree_write(&tree, "cur/2", VIEW(""));
    tree_write(&tree, "cur/3", VIEW("no header, but it was delivered\n"));
    expect_found(&tree, "",
                 "cur/2@0 trouble: 'cur/2': empty message; skipped\n"
                 "cur/3@0 no header, but it was delivered|\n"
                 "new/1@44 Subject: a||one||From MAILER-DAEMON Fri Jul  8 12:08:34 2011|Subject: b|\n");
    tree_remove(&tree);
}

static void an_mh_folder_is_read_without_its_sequences(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "inbox/1", VIEW("Subject: one\n"));
    tree_write(&tree, "inbox/10", VIEW("Subject: ten\n"));
    tree_write(&tree, "inbox/2", VIEW("Subject: two\n"));
    tree_write(&tree, "inbox/,3", VIEW("Subject: removed\n"));
    tree_write(&tree, "inbox/.mh_sequences", VIEW("cur: 1\n"));
    tree_write(&tree, "inbox/sub/1", VIEW("Subject: below\n"));
    expect_found(&tree, "",
                 "inbox/1@0 Subject: one|\ninbox/10@0 Subject: ten|\ninbox/2@0 Subject: two|\n"
                 "inbox/sub/1@0 Subject: below|\n");
    tree_remove(&tree);
}

static void a_tree_is_walked_in_byte_order_and_files_are_known_by_their_content(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "Z/picture.eml", VIEW("\x89PNG\r\n\x1a\n\0\0\0"));
    tree_write(&tree, "a/box.txt", VIEW(FROM "Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo\n"));
    tree_write(&tree, "a/empty", VIEW(""));
    tree_write(&tree, "b/prose", VIEW("Dear ann,\nnothing here is mail\n"));
    tree_write(&tree, "b/prose.eml", VIEW("It did bounce,\nbut the headers are lost\n"));
    tree_write(&tree, "b/mac", VIEW("Subject: mac\r\rlone CRs\r"));
    tree_write(&tree, "\xc3\xa9", VIEW("Subject: last\n"));
    expect_found(&tree, "",
                 "Z/picture.eml@0 trouble: 'Z/picture.eml': not a message, mailbox or archive; skipped\n"
                 "a/box.txt@44 Subject: a||one|\n"
                 "a/box.txt@105 Subject: b||two|\n"
                 "b/mac@0 Subject: mac||lone CRs|\n"
                 "b/prose@0 trouble: 'b/prose': not a message, mailbox or archive; skipped\n"
                 "b/prose.eml@0 It did bounce,|but the headers are lost|\n"
                 "\xc3\xa9@0 Subject: last|\n");
    expect_found(&tree, "b/prose", "b/prose@0 Dear ann,|nothing here is mail|\n");
    expect_found(&tree, "a/empty", "");
    tree_remove(&tree);
}

static void a_hidden_file_is_read_when_it_is_named(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, ".hidden", VIEW("Subject: a\n"));
    expect_found(&tree, "", "");
    expect_found(&tree, ".hidden", ".hidden@0 Subject: a|\n");
    tree_remove(&tree);
}

static void links_that_lead_back_pipes_and_sockets_are_left_alone(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "a/1.eml", VIEW("Subject: a\n"));
    tree_shell(&tree,
               "ln -s .. a/up; ln -s . a/self; mkfifo a/pipe; ln -s /dev/zero a/zero; ln -s ../b a/way; mkdir b; "
               "echo 'Subject: b' > b/2.eml");
    expect_found(&tree, "", "a/1.eml@0 Subject: a|\na/way/2.eml@0 Subject: b|\nb/2.eml@0 Subject: b|\n");
    tree_remove(&tree);
}

/* Permissions do not stop root; a link to itself stops everybody. */
static void what_cannot_be_read_is_said_and_the_rest_is_read(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "a.eml", VIEW("Subject: a\n"));
    tree_write(&tree, "c.eml", VIEW("Subject: c\n"));
    tree_shell(&tree, "ln -s b.eml b.eml; ln -s nowhere b2.eml");
    expect_found(&tree, "",
                 "a.eml@0 Subject: a|\n"
                 "b.eml@0 trouble: cannot read 'b.eml': Too many levels of symbolic links; skipped\n"
                 "b2.eml@0 trouble: cannot read 'b2.eml': No such file or directory; skipped\n"
                 "c.eml@0 Subject: c|\n");
    if (geteuid() != 0) {
        tree_shell(&tree, "rm b*.eml; mkdir d; chmod 0 a.eml d");
        expect_found(&tree, "",
                     "a.eml@0 trouble: cannot read 'a.eml': Permission denied; skipped\n"
                     "c.eml@0 Subject: c|\n"
                     "d@0 trouble: cannot read 'd': Permission denied; skipped\n");
        tree_shell(&tree, "chmod 700 a.eml d");
    }
    tree_remove(&tree);
}

static void a_tree_without_end_has_an_end(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_shell(&tree, "for i in $(seq 100); do mkdir d && cd d && echo 'Subject: a' > a.eml; done");
    g_autofree char *found = collect(&tree, "", (struct pipeline_options){.jobs = 1});
    g_assert_nonnull(strstr(found, "trouble: cannot read 'd/d/"));
    g_auto(GStrv) lines = g_strsplit(found, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 63 + 1 + 1);
    tree_remove(&tree);
}

static void a_path_that_does_not_exist_is_an_error_before_anything_is_read(void)
{
    struct tree tree;
    struct collected all;
    tree_make(&tree);
    collect_init(&all, &tree);
    tree_write(&tree, "a.eml", VIEW("Subject: a\n"));
    g_autofree char *there = tree_path(&tree, "a.eml"), *missing = tree_path(&tree, "b.eml");
    const char *paths[] = {there, missing, NULL};
    g_autoptr(GError) error = NULL;
    g_assert_false(collect_run(&all, paths, (struct pipeline_options){.jobs = 1}, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
    g_autofree char *expected =
        g_strdup_printf("cannot read '%s': No such file or directory; nothing was read", missing);
    g_assert_cmpstr(error->message, ==, expected);
    g_assert_cmpstr(all.text->str, ==, "");
    g_string_free(all.text, TRUE);
    tree_remove(&tree);
}

static void a_named_pipe_and_standard_input_are_streams(void)
{
    struct tree tree;
    tree_make(&tree);
    tree_write(&tree, "box", VIEW(FROM "Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo\n"));
    tree_shell(&tree, "mkfifo pipe; cat box > pipe & true");
    expect_found(&tree, "pipe", "pipe@44 Subject: a||one|\npipe@105 Subject: b||two|\n");

    g_autofree char *box = tree_path(&tree, "box");
    int saved = dup(STDIN_FILENO);
    FILE *file = freopen(box, "r", stdin);
    g_assert_nonnull(file);
    struct collected all;
    collect_init(&all, NULL);
    const char *paths[] = {"-", NULL};
    g_assert_true(collect_run(&all, paths, (struct pipeline_options){.jobs = 1}, NULL));
    g_assert_cmpstr(all.text->str, ==, "-@44 Subject: a||one|\n-@105 Subject: b||two|\n");
    g_assert_cmpuint(all.progress.bytes_total, ==, 0);
    g_string_free(all.text, TRUE);
    dup2(saved, STDIN_FILENO);
    close(saved);
    tree_remove(&tree);
}

static void progress_ends_at_the_sum_of_all_files(void)
{
    struct tree tree;
    struct collected all;
    tree_make(&tree);
    collect_init(&all, &tree);
    tree_write(&tree, "d/a.eml", VIEW("Subject: a\n"));
    tree_write(&tree, "d/b.eml", VIEW("Subject: bb\n"));
    tree_write(&tree, "c", VIEW(FROM "Subject: c\n"));
    g_autofree char *d = tree_path(&tree, "d"), *c = tree_path(&tree, "c");
    const char *paths[] = {d, c, NULL};
    g_assert_true(collect_run(&all, paths, (struct pipeline_options){.jobs = 1}, NULL));
    g_assert_cmpuint(all.progress.bytes_total, ==, 11 + 12 + 55);
    g_assert_cmpuint(all.progress.bytes_read, ==, 11 + 12 + 55);
    g_assert_cmpuint(all.progress.messages, ==, 3);
    g_string_free(all.text, TRUE);
    tree_remove(&tree);
}

static void a_message_beyond_the_limit_is_read_up_to_it_with_a_notice(void)
{
    struct tree tree;
    tree_make(&tree);
    g_autofree char *filler = g_strnfill(3000000, 'x');
    g_autofree char *box = g_strconcat(FROM "Subject: a\n\n", filler, "\n\n" FROM "Subject: b\n\ntwo\n", NULL);
    tree_write(&tree, "box", view_of(box));
    g_autofree char *found = collect(&tree, "box", (struct pipeline_options){.max_message = 20});
    g_assert_cmpstr(found, ==,
                    "box@44 Subject: a||xxxxxxxx [message of 3000013 bytes; only the first 20 were read]\n"
                    "box@3000102 Subject: b||two|\n");
    tree_remove(&tree);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/source/" name, function)
    TEST("a Maildir is read without its tmp", a_maildir_is_read_without_its_tmp);
    TEST("a Maildir message is one message, and an empty one is said",
         a_maildir_message_is_one_message_and_an_empty_one_is_said);
    TEST("an MH folder is read without its sequences", an_mh_folder_is_read_without_its_sequences);
    TEST("a tree is walked in byte order, and files are known by their content",
         a_tree_is_walked_in_byte_order_and_files_are_known_by_their_content);
    TEST("a hidden file is read when it is named", a_hidden_file_is_read_when_it_is_named);
    TEST("links that lead back, pipes and devices are left alone",
         links_that_lead_back_pipes_and_sockets_are_left_alone);
    TEST("what cannot be read is said, and the rest is read", what_cannot_be_read_is_said_and_the_rest_is_read);
    TEST("a tree without end has an end", a_tree_without_end_has_an_end);
    TEST("a path that does not exist is an error before anything is read",
         a_path_that_does_not_exist_is_an_error_before_anything_is_read);
    TEST("a named pipe and standard input are streams", a_named_pipe_and_standard_input_are_streams);
    TEST("progress ends at the sum of all files", progress_ends_at_the_sum_of_all_files);
    TEST("a message beyond the limit is read up to it, with a notice",
         a_message_beyond_the_limit_is_read_up_to_it_with_a_notice);
    return g_test_run();
}
