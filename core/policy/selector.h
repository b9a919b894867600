/* SPDX-License-Identifier: MIT
 * The heads of a policy's groups: "[Transient/General domain=example.org,*.example.net list='weekly news']". Words are
 * parted and quoted as in a shell. For core/policy only. */
#ifndef WINNOW_POLICY_SELECTOR_H
#define WINNOW_POLICY_SELECTOR_H

#include "core/policy/settings.h"

/* Of the group that `entry` stands in. WINNOW_ERROR_CONFIG with the entry's line. Free with selector_free(). */
struct selector *selector_parse(const struct conf *conf, const struct conf_entry *entry, GError **error);
void selector_free(gpointer selector);

/* Every list and every domain? */
bool selector_is_general(const struct selector *selector);
/* Does the name, perhaps with a star for all subtypes, speak for `group`? */
bool selector_names(const struct selector *selector, unsigned group);
/* How closely it speaks for a subscriber of `list` at `domain`: 0 not at all; else the higher is the closer. A domain
 * is closer than none, a longer one than a shorter, itself than "*." before it; then a list than none, itself than a
 * pattern; then a subtype than the star. */
unsigned selector_rank(const struct selector *selector, const char *list, struct view domain);

/* A domain as configuration writes it, "*." before it for those below it: as keys have it, to be freed; NULL if it is
 * none. */
char *domain_pattern(const char *written);
/* How closely "example.org" or "*.example.org" speaks for `domain`; 0: not. */
unsigned domain_pattern_rank(const char *pattern, struct view domain);

#endif
