/* SPDX-License-Identifier: MIT */
#include "core/bounce/layout_files.h"
#include "core/mail/mail.h"

static void every_layout_reads_its_examples_for_those_they_name(void)
{
    g_autoptr(GString) report = g_string_new(NULL);
    struct mail_reader *mails = mail_reader_new();
    bool good = layouts_prove(mails, report);
    mail_reader_free(mails);
    g_assert_cmpstr(report->str, ==, "");
    g_assert_true(good);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/layouts/every layout reads its examples for those they name",
                    every_layout_reads_its_examples_for_those_they_name);
    return g_test_run();
}
