/* SPDX-License-Identifier: MIT
 * The rule language, text to struct rule. Its reference is rules/README.md. Pure: the caller reads the files. */
#ifndef WINNOW_CLASSIFY_PARSE_H
#define WINNOW_CLASSIFY_PARSE_H

#include "core/classify/ruleset.h"

/* Appends the rules of `text` to `rules` (struct rule). False and WINNOW_ERROR_CONFIG "FILE:LINE: problem" at the first
 * thing that it does not understand; rules before it may have been appended. A rule of a user's file replaces a
 * built-in one of the same name; any other second rule of a name is an error. */
bool rules_parse(GPtrArray *rules, const char *file, struct view text, bool user, GError **error);

#endif
