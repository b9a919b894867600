/* SPDX-License-Identifier: MIT
 * A rule file of the user's, built alone, proved, and asked about its own lines. */
#include "core/classify/notation.h"
#include "core/classify/parse.h"
#include "core/classify/prove.h"
#include "tests/fuzz/fuzz.h"

static void ask(const struct ruleset *rules, struct view text)
{
    struct classifier *classifier = classifier_new(rules);
    struct pool pool;
    pool_init(&pool);
    struct view line;
    for (int i = 0; i < 20 && view_next_line(&text, &line); i++) {
        struct statement statement = {0};
        if (!statement_parse(view_trim(line), &pool, &statement))
            continue;
        struct verdict verdict = classify(classifier, &statement, &pool);
        REQUIRE(verdict.rule && verdict.class < SES_CLASS_COUNT && verdict.fault < FAULT_COUNT);
        fuzz_touch(verdict.matched);
    }
    pool_clear(&pool);
    classifier_free(classifier);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = fuzz_view(data, size);
    g_autoptr(GError) error = NULL;
    struct ruleset *rules = ruleset_of_text("user.rules", text, &error);
    REQUIRE(rules || g_str_has_prefix(error->message, "user.rules:"));
    if (!rules)
        return 0;
    ask(rules, text);
    g_ptr_array_unref(rules_prove(rules));
    ruleset_free(rules);
    return 0;
}
