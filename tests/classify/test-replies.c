/* SPDX-License-Identifier: MIT
 * replies.tsv beside this file: what servers answer, and the verdicts that a careful postmaster accepts. */
#include "core/classify/classify.h"
#include "core/classify/notation.h"

static bool is_accepted(const char *accepted, const struct verdict *verdict)
{
    g_auto(GStrv) classes = g_strsplit(accepted, "|", -1);
    for (size_t i = 0; classes[i]; i++) {
        enum ses_class class;
        g_assert_true(ses_class_parse(view_of(classes[i]), &class));
        if (class == verdict->class)
            return true;
    }
    return false;
}

static void every_reply_gets_a_verdict_that_a_postmaster_accepts(void)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents("tests/classify/replies.tsv", &text, NULL, NULL));
    struct ruleset *rules = ruleset_load(NULL, NULL);
    g_assert_nonnull(rules);
    struct classifier *classifier = classifier_new(rules);
    struct pool pool;
    pool_init(&pool);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    unsigned replies = 0, wrong = 0;
    for (size_t i = 0; lines[i]; i++) {
        char *tab = strchr(lines[i], '\t');
        if (!tab || lines[i][0] == '#')
            continue;
        struct statement statement = {0};
        g_assert_true(statement_parse(view_range(lines[i], tab), &pool, &statement));
        struct verdict verdict = classify(classifier, &statement, &pool);
        replies++;
        if (is_accepted(tab + 1, &verdict))
            continue;
        wrong++;
        g_test_message("%s: got %s/%s by rule %s", lines[i], ses_type_name(verdict.class),
                       ses_subtype_name(verdict.class), verdict.rule);
    }
    pool_clear(&pool);
    classifier_free(classifier);
    ruleset_free(rules);
    g_assert_cmpuint(replies, >, 1100);
    g_assert_cmpuint(wrong, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/replies/every reply gets a verdict that a postmaster accepts",
                    every_reply_gets_a_verdict_that_a_postmaster_accepts);
    return g_test_run();
}
