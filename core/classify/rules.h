/* SPDX-License-Identifier: MIT
 * The rule language: knowledge about bounces as data. A ruleset is built once from texts (the built-in ones first, then
 * the user's, which win over built-in ones), and is const afterwards: share it between threads. Every fragment of every
 * rule sits in one multi-pattern automaton (matcher.h). */
#ifndef WINNOW_CLASSIFY_RULES_H
#define WINNOW_CLASSIFY_RULES_H

#include "core/classify/taxonomy.h"

struct ruleset;

/* Parses and builds. `user_files` (NULL-terminated, may be NULL) are read after the built-in rules.
 * NULL and WINNOW_ERROR_CONFIG with "FILE:LINE: problem" if one cannot be read or parsed. Free with ruleset_free(). */
struct ruleset *ruleset_load(const char *const *user_files, GError **error);
void ruleset_free(struct ruleset *rules);
size_t ruleset_count(const struct ruleset *rules);
/* SHA-256 of all rule texts, hex: which opinion a stored verdict is. Lives as long as the ruleset. */
const char *ruleset_digest(const struct ruleset *rules);

#endif
