/* SPDX-License-Identifier: MIT */
#include "core/classify/classify.h"

#include "core/classify/judge.h"

struct verdict classify(struct classifier *classifier, const struct statement *statement, struct pool *pool)
{
    struct candidate first;
    if (!judge(classifier, statement, &first, NULL, NULL))
        return (struct verdict){.rule = "none"};
    if (first.level <= LEVEL_STATUS && first.level != LEVEL_WEAK_PROSE && first.level != LEVEL_WEAK_DIAGNOSTIC &&
        reply_contradicts(statement))
        return (struct verdict){.rule = "code-and-status-disagree",
                                .matched = pool_printf(pool, "%d %.*s", statement->smtp_code,
                                                       (int)statement->status.len, statement->status.data)};
    const struct rule *rule = ruleset_rule(classifier_rules(classifier), first.rule);
    enum level level = first.level % LEVEL_USER;
    struct verdict verdict = {.class = rule->class,
                              .fault = rule->fault,
                              .rule = rule->name,
                              .matched = first.matched,
                              .by_reply = level == LEVEL_DIAGNOSTIC || level == LEVEL_PROVIDER_DIAGNOSTIC};
    if (view_is_empty(verdict.matched))
        verdict.matched = pool_printf(pool, "%d", statement->smtp_code);
    if (!rule->user && ses_type(rule->class) == SES_TYPE_PERMANENT && reply_is_temporary(statement))
        verdict.class = SES_TRANSIENT_GENERAL;
    return verdict;
}
