/* SPDX-License-Identifier: MIT
 * Whom no evidence removes or holds: addresses and domains of [protect], from the policy itself and from files that it
 * names. They are shown for review instead. For core/policy only; const after reading. */
#ifndef WINNOW_POLICY_PROTECT_H
#define WINNOW_POLICY_PROTECT_H

#include "core/policy/conf.h"

struct protect;

struct protect *protect_new(void);
void protect_free(struct protect *protect);

/* An entry of [protect]: addresses=, domains=, file= (relative to the folder of the configuration). What stands in the
 * file is one address or domain a line, '#' begins a comment. A key said again replaces what it said before.
 * WINNOW_ERROR_CONFIG with file and line. */
bool protect_set(struct protect *protect, const struct conf *conf, const struct conf_entry *entry, GError **error);

/* Where the address (a key) is protected, "mine.conf:3"; NULL if it is not. Lives as long as `protect`. */
const char *protect_origin(const struct protect *protect, struct view address);

/* The keys of [protect] as they are read, each with its origin above it if asked for. */
void protect_format(GString *out, const struct protect *protect, bool origins);
/* All who are protected, one a line, sorted, wherever it was written. */
void protect_list(GString *out, const struct protect *protect);

#endif
