/* SPDX-License-Identifier: MIT */
#include "core/classify/explain.h"
#include "core/classify/notation.h"
#include "core/classify/prove.h"
#include "core/classify/ruleset.h"
#include "core/error.h"
#include <glib/gstdio.h>

/* The name of the rule that `typed` (a like line) reaches. Valid as long as `rules`. */
static const char *reach(const struct ruleset *rules, const char *typed)
{
    struct classifier *classifier = classifier_new(rules);
    struct pool pool;
    pool_init(&pool);
    struct statement statement;
    g_assert_true(statement_parse(view_of(typed), &pool, &statement));
    const char *rule = classify(classifier, &statement, &pool).rule;
    pool_clear(&pool);
    classifier_free(classifier);
    return rule;
}

static struct ruleset *rules_of(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct ruleset *rules = ruleset_of_text("test.rules", view_of(text), &error);
    g_assert_no_error(error);
    return rules;
}

static void the_built_in_rules_prove_themselves(void)
{
    g_autoptr(GError) error = NULL;
    struct ruleset *rules = ruleset_load(NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(ruleset_count(rules), >, 100);
    GPtrArray *problems = rules_prove(rules);
    for (guint i = 0; i < problems->len; i++)
        g_test_message("%s", (const char *)g_ptr_array_index(problems, i));
    g_assert_cmpuint(problems->len, ==, 0);
    g_ptr_array_unref(problems);
    ruleset_free(rules);
}

static void mistakes_are_named_with_their_place(void)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"says x", "test.rules:1: 'says' before the first 'rule'"},
        {"# fine\nrule a", "test.rules:2: rule 'a' has no class, such as Permanent/NoEmail"},
        {"rule a Permanent/Gone", "test.rules:1: 'Permanent/Gone' is no bounce class"},
        {"rule a! Permanent/NoEmail", "test.rules:1: a rule needs a name of letters, digits, '-', '_' and '.'"},
        {"rule a Permanent/NoEmail\n\n sais gone", "test.rules:3: 'sais' is not a word of the rule language"},
        {"rule a Permanent/NoEmail\nstatus 5.1",
         "test.rules:2: '5.1' is no enhanced status code, such as 5.1.1 or 4.x.x"},
        {"rule a Permanent/NoEmail\nstatus 5.1.1.1",
         "test.rules:2: '5.1.1.1' is no enhanced status code, such as 5.1.1 or 4.x.x"},
        {"rule a Permanent/NoEmail\nsmtp 700", "test.rules:2: '700' is no SMTP reply code"},
        {"rule a Permanent/NoEmail\nweight 101", "test.rules:2: a weight is a number from 0 to 100"},
        {"rule a Permanent/NoEmail\nsays", "test.rules:2: no words"},
        {"rule a Permanent/NoEmail\nremote-mta mx*.example.org",
         "test.rules:2: '*' can only stand for the front of a name, as in *.example.org"},
        {"rule a Permanent/NoEmail\nsmtp 550\nrule a Permanent/NoEmail\nsmtp 551",
         "test.rules:3: rule 'a' is there already, at test.rules:1"},
        {"rule a Permanent/NoEmail\nnote nothing",
         "test.rules:1: rule 'a' says nothing: it needs 'says', 'status' or 'smtp'"},
        {"rule a Permanent/NoEmail\nlike [colour=red] x",
         "test.rules:2: unknown option in '[...]'; known are prose, reader, remote-mta, command, domain, recipient, "
         "status, smtp"},
        {"rule a Permanent/NoEmail fault=moon\nsmtp 550", "test.rules:1: 'fault=moon' is not understood here; known is "
                                                          "fault=recipient, sender, message, network, unknown"},
        {"rule a Permanent/NoEmail\nsays \xFF", "test.rules:2: not UTF-8 text"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(ruleset_of_text("test.rules", view_of(cases[i].text), &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
        g_assert_cmpstr(error->message, ==, cases[i].expected);
    }
}

static void words_that_cannot_be_looked_for_are_refused(void)
{
    g_autofree char *many = g_strnfill(400, 'x');
    g_autofree char *parts =
        g_strdup_printf("ab%s", " .. ab .. ab .. ab .. ab .. ab .. ab .. ab .. ab .. ab .. ab .. ab .. "
                                "ab .. ab .. ab .. ab .. ab");
    const char *lines[] = {"a", "abc .. x", "( |)", "(a|b", many, parts};
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf("rule a Permanent/NoEmail\n says %s\n", lines[i]);
        struct ruleset *rules = ruleset_of_text("test.rules", view_of(text), &error);
        if (i == 3) { /* no choice: literal parentheses */
            g_assert_no_error(error);
            ruleset_free(rules);
            continue;
        }
        g_assert_null(rules);
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
        g_assert_true(g_str_has_prefix(error->message, "test.rules:2: '"));
    }
}

static void two_dots_mean_later_and_not_too_far(void)
{
    struct ruleset *rules =
        rules_of("rule gone Permanent/NoEmail\n says no such .. mailbox\n like no such x mailbox\n");
    g_assert_cmpstr(reach(rules, "550 No such\n <ann@example.org> MAILBOX here"), ==, "gone");
    g_assert_cmpstr(reach(rules, "no such mailbox"), ==, "gone");
    g_assert_cmpstr(reach(rules, "mailbox: no such thing"), ==, "none");
    g_assert_cmpstr(reach(rules, "no such mailboxes"), ==, "none");
    g_autofree char *far = g_strnfill(130, '-');
    g_autofree char *text = g_strdup_printf("no such %s mailbox", far);
    g_assert_cmpstr(reach(rules, text), ==, "none");
    ruleset_free(rules);
}

static void choices_stand_for_every_text(void)
{
    struct ruleset *rules =
        rules_of("rule gone Permanent/NoEmail\n"
                 " says (mailbox|user|account|recipient) (is |has been |)(unknown|gone|removed|deleted) .. "
                 "(the |)(server|system)\n");
    g_assert_cmpstr(reach(rules, "user unknown on server"), ==, "gone");
    g_assert_cmpstr(reach(rules, "Account has been deleted from the system"), ==, "gone");
    g_assert_cmpstr(reach(rules, "account is is deleted from the system"), ==, "none");
    g_assert_cmpstr(reach(rules, "account deleted"), ==, "none");
    g_assert_cmpstr(reach(rules, "accounts deleted system"), ==, "none");
    g_assert_cmpstr(reach(rules, "user unknownserver system"), ==, "none");
    ruleset_free(rules);
}

static void words_are_whole_words_unless_starred(void)
{
    struct ruleset *rules = rules_of("rule full Transient/MailboxFull\n says full\n"
                                     "rule quota Transient/General\n says over*quota*\n says quota*\n");
    g_assert_cmpstr(reach(rules, "it was successfully delivered"), ==, "none");
    g_assert_cmpstr(reach(rules, "box (full)"), ==, "full");
    g_assert_cmpstr(reach(rules, "QuotaExceeded"), ==, "quota");
    g_assert_cmpstr(reach(rules, "BadQuotaExceeded"), ==, "none");
    ruleset_free(rules);
}

static void unless_is_about_the_same_text(void)
{
    struct ruleset *rules = rules_of("rule gone Permanent/NoEmail\n says user unknown\n unless spam filter\n");
    g_assert_cmpstr(reach(rules, "user unknown"), ==, "gone");
    g_assert_cmpstr(reach(rules, "user unknown to our spam filter"), ==, "none");
    g_assert_cmpstr(reach(rules, "SPAM\r\n\tFILTER: user unknown"), ==, "none");
    struct classifier *classifier = classifier_new(rules);
    struct pool pool;
    pool_init(&pool);
    struct statement both = {.diagnostic = VIEW("user unknown"), .prose = VIEW("our spam filter is nice")};
    g_assert_cmpstr(classify(classifier, &both, &pool).rule, ==, "gone");
    pool_clear(&pool);
    classifier_free(classifier);
    ruleset_free(rules);
}

static void kinds_of_conditions_are_joined_by_and(void)
{
    struct ruleset *rules = rules_of("rule both Permanent/NoEmail\n says access denied\n status 5.4.1 4.2.x\n"
                                     "rule mta Transient/General\n says nope\n remote-mta *.example.net\n"
                                     "rule rcpt Permanent/General\n smtp 550\n command RCPT\n");
    g_assert_cmpstr(reach(rules, "550 5.4.1 access denied"), ==, "both");
    g_assert_cmpstr(reach(rules, "550 4.2.9 access denied"), ==, "both");
    g_assert_cmpstr(reach(rules, "550 5.7.1 access denied"), ==, "none");
    g_assert_cmpstr(reach(rules, "550 5.4.1 no"), ==, "none");
    g_assert_cmpstr(reach(rules, "[remote-mta=mx.EXAMPLE.net.] nope"), ==, "mta");
    g_assert_cmpstr(reach(rules, "[remote-mta=badexample.net] nope"), ==, "none");
    g_assert_cmpstr(reach(rules, "[command=RCPT_TO] 550"), ==, "rcpt");
    g_assert_cmpstr(reach(rules, "[command=DATA] 550"), ==, "none");
    ruleset_free(rules);
}

static void a_failed_proof_is_reported_with_its_place(void)
{
    struct ruleset *rules =
        rules_of("rule a Permanent/NoEmail\n weight 5\n says gone\n like gone\n like here\n unlike gone away\n"
                 "rule b Transient/General\n says gone away\n says away now\n like away now\n"
                 "rule c Transient/General\n says away now\n says tie\n like tie\n"
                 "rule d Permanent/General\n says tie\n");
    GPtrArray *problems = rules_prove(rules);
    const char *expected[] = {"test.rules:5: rule 'a' is not reached by its like: here",
                              "test.rules:6: rule 'a' is reached by its unlike: gone away",
                              "test.rules:8: rule 'b' can never win by 'gone away': 'a' always does",
                              "test.rules:14: rule 'c' ties with 'd' over its like: tie",
                              "test.rules:13: rule 'c' ties with 'd' over its says: tie",
                              "test.rules:15: rule 'd' has no 'like' to prove it",
                              "test.rules:16: rule 'd' ties with 'c' over its says: tie"};
    for (guint i = 0; i < problems->len; i++)
        g_test_message("%s", (const char *)g_ptr_array_index(problems, i));
    g_assert_cmpuint(problems->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < problems->len; i++)
        g_assert_cmpstr(g_ptr_array_index(problems, i), ==, expected[i]);
    g_ptr_array_unref(problems);
    ruleset_free(rules);
}

struct user_file {
    char *folder, *path;
};

static struct user_file user_file(const char *text)
{
    struct user_file file = {.folder = g_dir_make_tmp("winnow-rules-XXXXXX", NULL)};
    file.path = g_build_filename(file.folder, "mine.rules", NULL);
    g_assert_true(g_file_set_contents(file.path, text, -1, NULL));
    return file;
}

static void user_file_clear(struct user_file *file)
{
    g_unlink(file->path);
    g_rmdir(file->folder);
    g_free(file->path);
    g_free(file->folder);
}

static void a_users_rules_win_over_built_in_ones(void)
{
    struct user_file file = user_file("rule mine Transient/General fault=sender\n status 5.1.1\n like 5.1.1\n"
                                      "rule status-mailbox-full Permanent/General\n status 5.2.2\n like 5.2.2\n");
    const char *files[] = {file.path, NULL};
    g_autoptr(GError) error = NULL;
    struct ruleset *plain = ruleset_load(NULL, &error);
    struct ruleset *rules = ruleset_load(files, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(ruleset_count(rules), ==, ruleset_count(plain) + 1);
    g_assert_cmpstr(ruleset_digest(rules), !=, ruleset_digest(plain));
    g_assert_cmpuint(strlen(ruleset_digest(rules)), ==, 64);
    g_assert_cmpstr(reach(rules, "550 5.1.1 user unknown"), ==, "mine");
    g_assert_cmpstr(reach(plain, "550 5.1.1 user unknown"), !=, "mine");
    g_assert_cmpstr(reach(rules, "550 5.2.2 mailbox full"), ==, "status-mailbox-full");
    ruleset_free(rules);
    ruleset_free(plain);
    user_file_clear(&file);
}

static void a_users_file_that_is_missing_or_wrong_is_an_error(void)
{
    struct user_file file = user_file("rule a Permanent/NoEmail\n says ok then\n says\n");
    const char *files[] = {file.path, NULL};
    g_autoptr(GError) error = NULL;
    g_assert_null(ruleset_load(files, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_autofree char *expected = g_strdup_printf("%s:3: no words", file.path);
    g_assert_cmpstr(error->message, ==, expected);
    g_clear_error(&error);
    user_file_clear(&file);
    const char *missing[] = {"/nonexistent/x.rules", NULL};
    g_assert_null(ruleset_load(missing, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, "'/nonexistent/x.rules'"));
}

static void rules_are_listed_in_their_own_language(void)
{
    struct ruleset *rules = ruleset_load(NULL, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    explain_rules(rules, text);
    g_autoptr(GError) error = NULL;
    struct ruleset *again = ruleset_of_text("listed", (struct view){.data = text->str, .len = text->len}, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(ruleset_count(again), ==, ruleset_count(rules));
    g_auto(GStrv) listed = g_strsplit(text->str, "\n", -1);
    g_autoptr(GString) twice = g_string_new(NULL);
    explain_rules(again, twice);
    g_auto(GStrv) listed_twice = g_strsplit(twice->str, "\n", -1);
    g_assert_cmpuint(g_strv_length(listed_twice), ==, g_strv_length(listed));
    for (guint i = 0; listed[i]; i++) {
        if (listed[i][0] != '#') /* the place that a rule was read from */
            g_assert_cmpstr(listed_twice[i], ==, listed[i]);
    }
    ruleset_free(again);
    ruleset_free(rules);
}

static void an_explanation_names_the_winner_and_what_came_near(void)
{
    struct ruleset *rules =
        rules_of("rule first Permanent/NoEmail\n weight 9\n says user unknown\n note gone for good\n"
                 "rule second Transient/General\n says user unknown\n unless never\n"
                 "rule near Transient/General\n says unknown\n status 5.7.1\n"
                 "rule code Permanent/General\n status 5.1.1\n");
    struct classifier *classifier = classifier_new(rules);
    struct pool pool;
    pool_init(&pool);
    g_autoptr(GString) text = g_string_new(NULL);
    struct verdict verdict;
    g_assert_true(explain_text(classifier, VIEW("550 5.1.1 User  unknown"), &pool, text, &verdict, NULL));
    g_assert_cmpstr(verdict.rule, ==, "first");
    g_assert_nonnull(strstr(text->str, "Permanent/NoEmail"));
    g_assert_nonnull(strstr(text->str, "User  unknown"));
    g_assert_nonnull(strstr(text->str, "second"));
    g_assert_nonnull(strstr(text->str, "near"));
    g_assert_nonnull(strstr(text->str, "another status"));
    pool_clear(&pool);
    classifier_free(classifier);
    ruleset_free(rules);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/the built-in rules prove themselves", the_built_in_rules_prove_themselves);
    g_test_add_func("/rules/mistakes are named with their place", mistakes_are_named_with_their_place);
    g_test_add_func("/rules/words that cannot be looked for are refused", words_that_cannot_be_looked_for_are_refused);
    g_test_add_func("/rules/two dots mean later and not too far", two_dots_mean_later_and_not_too_far);
    g_test_add_func("/rules/choices stand for every text", choices_stand_for_every_text);
    g_test_add_func("/rules/words are whole words unless starred", words_are_whole_words_unless_starred);
    g_test_add_func("/rules/unless is about the same text", unless_is_about_the_same_text);
    g_test_add_func("/rules/kinds of conditions are joined by and", kinds_of_conditions_are_joined_by_and);
    g_test_add_func("/rules/a failed proof is reported with its place", a_failed_proof_is_reported_with_its_place);
    g_test_add_func("/rules/a user's rules win over built-in ones", a_users_rules_win_over_built_in_ones);
    g_test_add_func("/rules/a user's file that is missing or wrong is an error",
                    a_users_file_that_is_missing_or_wrong_is_an_error);
    g_test_add_func("/rules/rules are listed in their own language", rules_are_listed_in_their_own_language);
    g_test_add_func("/rules/an explanation names the winner and what came near",
                    an_explanation_names_the_winner_and_what_came_near);
    return g_test_run();
}
