/* SPDX-License-Identifier: MIT
 * Help for rule authors: why a statement gets its verdict, which rules came near, and what the rules are. Text for
 * people, in lines of at most about 100 columns; stable for equal input. */
#ifndef WINNOW_CLASSIFY_EXPLAIN_H
#define WINNOW_CLASSIFY_EXPLAIN_H

#include "core/classify/classify.h"

/* Appends: the verdict; the rule and what it rests on; what status and code would say alone; which rules came near and
 * why they did not win. Each line begins with `indent`. */
void explain_statement(struct classifier *classifier, const struct statement *statement, const char *indent,
                       struct pool *pool, GString *into);

/* `text` as people type it: "[command=DATA prose] 550 5.1.1 User unknown". WINNOW_ERROR_USAGE for an unknown option. */
bool explain_text(struct classifier *classifier, struct view text, struct pool *pool, GString *into,
                  struct verdict *verdict, GError **error);

/* All rules in the format of their files, in order; the user's first. */
void explain_rules(const struct ruleset *rules, GString *into);

#endif
