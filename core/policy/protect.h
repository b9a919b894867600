/* SPDX-License-Identifier: MIT
 * Whom no evidence removes or holds: addresses and domains of [protect], from the policy itself and from files that it
 * names. They are shown for review instead. [protect list=NAME] adds to that for some lists. For core/policy only;
 * const after reading. */
#ifndef WINNOW_POLICY_PROTECT_H
#define WINNOW_POLICY_PROTECT_H

#include "core/policy/settings.h"

struct protect;

struct protect *protect_new(void);
void protect_free(struct protect *protect);

/* An entry of [protect]: addresses=, domains=, file= (relative to the folder of the configuration). What stands in the
 * file is one address or domain a line, '#' begins a comment. `selector` (NULL: all lists) lives as long as `protect`;
 * a key said again of the same one replaces what it said before. WINNOW_ERROR_CONFIG with file and line. */
bool protect_set(struct protect *protect, const struct selector *selector, const struct conf *conf,
                 const struct conf_entry *entry, GError **error);

/* Where the address (a key) is protected in `list` (NULL: in none), "mine.conf:3"; NULL if it is not. Lives as long as
 * `protect`. */
const char *protect_origin(const struct protect *protect, const char *list, struct view address);

/* The groups as they are read, each value with its origin above it if asked for: those that speak for `list`, or
 * (`all`) for whichever. */
void protect_format(GString *out, const struct protect *protect, bool all, const char *list, bool origins);
/* All who are protected, one a line, sorted, by group, wherever it was written. */
void protect_list(GString *out, const struct protect *protect);

#endif
