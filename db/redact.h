/* SPDX-License-Identifier: MIT
 * Finds addresses in any text, however mail systems write them there, and blanks out those that are to be forgotten:
 * plain in any case, quoted, as xtext (RFC 3461 4), in return paths (ann=example.org), with the '@' encoded as %40 or
 * =40, and one that a text was cut off in. Pure. */
#ifndef WINNOW_DB_REDACT_H
#define WINNOW_DB_REDACT_H

#include "core/view.h"

/* What stands in place of an address. */
#define REDACTED "(forgotten)"

struct redactor;

/* For these address keys (core/match/address.h), which are copied. */
struct redactor *redactor_new(const struct view *keys, size_t count);
/* For those of whom `is` says so: there is no list of them. `user` must outlive the redactor. */
struct redactor *redactor_asking(bool (*is)(struct view key, const void *user), const void *user);
void redactor_free(struct redactor *redactor);

/* Is one of them in `text`? */
bool redactor_finds(struct redactor *redactor, struct view text);
/* `text` without them; NULL if it has none. */
GString *redactor_apply(struct redactor *redactor, struct view text);

#endif
