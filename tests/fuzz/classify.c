/* SPDX-License-Identifier: MIT
 * The built-in rules on statements of any kind: anchors, status and code on the first line as `winnow rules test` takes
 * them, then the diagnostic, and behind a NUL byte the prose. */
#include "core/classify/classify.h"
#include "core/classify/notation.h"
#include "tests/fuzz/fuzz.h"

static bool within(struct view v, struct view whole)
{
    return v.data >= whole.data && v.data + v.len <= whole.data + whole.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct classifier *classifier;
    classifier = classifier ? classifier : classifier_new(ruleset_load(NULL, NULL));
    struct pool pool;
    pool_init(&pool);
    struct view prose = fuzz_view(data, size);
    struct view diagnostic = fuzz_take(&prose, '\0');
    struct view line = view_first(diagnostic, (size_t)MAX(view_index(diagnostic, '\n'), 0));
    struct statement statement = {0};
    if (!statement_parse(line, &pool, &statement))
        statement = (struct statement){0};
    statement.diagnostic = diagnostic;
    statement.prose = prose;
    struct verdict verdict = classify(classifier, &statement, &pool);
    REQUIRE(verdict.rule && verdict.class < SES_CLASS_COUNT && verdict.fault < FAULT_COUNT);
    fuzz_touch(verdict.matched);
    /* Whom it calls gone for its words, it can show the words. */
    REQUIRE(verdict.matched.len == 0 || verdict.matched.len < 32 || within(verdict.matched, diagnostic) ||
            within(verdict.matched, prose));
    /* What was asked before does not matter. */
    struct verdict again = classify(classifier, &statement, &pool);
    REQUIRE(again.rule == verdict.rule && view_equal(again.matched, verdict.matched));
    pool_clear(&pool);
    return 0;
}
