/* SPDX-License-Identifier: MIT */
#include "core/bounce/label_files.h"

static void every_label_is_shown_by_its_examples_and_by_no_counterexample(void)
{
    g_autoptr(GString) report = g_string_new(NULL);
    bool good = labels_prove(report);
    g_assert_cmpstr(report->str, ==, "");
    g_assert_true(good);
}

static void the_value_is_what_follows_and_may_be_nothing(void)
{
    const struct view with = VIEW("* Recipient:  ann@example.org"), without = VIEW("Reason:");
    struct view value;
    g_assert_cmpint(label_at(with, &value), ==, LABEL_RECIPIENT);
    g_assert_true(view_equal(view_trim(value), VIEW("ann@example.org")));
    g_assert_cmpint(label_at(without, &value), ==, LABEL_REASON);
    g_assert_true(value.data == without.data + without.len && value.len == 0);
    g_assert_cmpint(label_at(VIEW(""), &value), ==, LABEL_NONE);
    g_assert_cmpint(label_at(VIEW("- [ > "), &value), ==, LABEL_NONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bounce/labels/every label is shown by its examples and by no counterexample",
                    every_label_is_shown_by_its_examples_and_by_no_counterexample);
    g_test_add_func("/bounce/labels/the value is what follows and may be nothing",
                    the_value_is_what_follows_and_may_be_nothing);
    return g_test_run();
}
