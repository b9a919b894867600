/* SPDX-License-Identifier: MIT
 * winnow rules: the rules as they are, which one a text reaches, and whether their proofs hold. */
#include "cmd/command.h"
#include "core/classify/explain.h"
#include "core/classify/prove.h"

#include <stdio.h>

static int list_rules(const struct ruleset *rules)
{
    g_autoptr(GString) text = g_string_new(NULL);
    explain_rules(rules, text);
    fputs(text->str, stdout);
    return WINNOW_DONE;
}

static int prove_rules(const struct ruleset *rules)
{
    g_autoptr(GPtrArray) problems = rules_prove(rules);
    for (guint i = 0; i < problems->len; i++)
        puts(g_ptr_array_index(problems, i));
    printf("%zu rules, %u proofs do not hold\n", ruleset_count(rules), problems->len);
    return problems->len ? WINNOW_INCOMPLETE : WINNOW_DONE;
}

/* The rest of the arguments is the text, so that it need not be quoted. */
static int test_text(const struct ruleset *rules, char **words, GError **error)
{
    g_autofree char *line = g_strjoinv(" ", words);
    struct classifier *classifier = classifier_new(rules);
    g_autoptr(GString) text = g_string_new(NULL);
    struct pool pool;
    pool_init(&pool);
    struct verdict verdict;
    bool ok = explain_text(classifier, view_of(line), &pool, text, &verdict, error);
    int code = ok && strcmp(verdict.rule, "none") == 0 ? WINNOW_INCOMPLETE : WINNOW_DONE;
    if (ok)
        fputs(text->str, stdout);
    pool_clear(&pool);
    classifier_free(classifier);
    return ok ? code : WINNOW_ERROR_USAGE;
}

static int run_rules(const struct common *common, int argc, char **argv, GError **error)
{
    const char *what = argc > 1 ? argv[1] : "";
    bool test = strcmp(what, "test") == 0 && argc > 2;
    bool list = strcmp(what, "list") == 0 && argc == 2;
    bool prove = strcmp(what, "prove") == 0 && argc == 2;
    if (!test && !list && !prove) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "rules: 'list', 'prove' or 'test TEXT' is wanted");
        return WINNOW_ERROR_USAGE;
    }
    struct ruleset *rules = ruleset_load((const char *const *)common->rules, error);
    if (!rules)
        return WINNOW_ERROR_CONFIG;
    int code = list ? list_rules(rules) : prove ? prove_rules(rules) : test_text(rules, argv + 2, error);
    ruleset_free(rules);
    return code;
}

int cmd_rules(int argc, char **argv)
{
    struct common common = {0};
    const GOptionEntry entries[] = {{"rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &common.rules,
                                     "rules of your own, before the built-in ones", "FILE"},
                                    {0}};
    GOptionContext *context = command_options(
        "list | prove | test TEXT", "Lists the rules, checks their proofs, or says which one a text reaches, and why.",
        "TEXT is a reply such as '550 5.1.1 User unknown'; '[prose] …' is a text for\n"
        "people, '[command=DATA remote-mta=mx.example.net] …' says what else is known.\n"
        "Exit: 0 done, 1 no rule is reached or a proof does not hold, 2 usage,\n3 a rule file is wrong.",
        entries, &common, 0);
    GError *error = NULL;
    int code = WINNOW_DONE;
    if (command_parse(context, &argc, &argv, &common, &error))
        code = run_rules(&common, argc, argv, &error);
    common_clear(&common);
    return error ? command_fail(error) : code;
}
