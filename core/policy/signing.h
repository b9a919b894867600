/* SPDX-License-Identifier: MIT
 * Since when a list's mail has gone out from signed return paths (core/match/signed.h), as far as is known: it was
 * signed when the first of its bounces came that a key proved. What comes after that without proof, and long enough for
 * mail that was sent before, is forged, or no answer to this list's mail. Times are Unix seconds. Texts live as long as
 * the signing. One thread adds; then it is const. */
#ifndef WINNOW_POLICY_SIGNING_H
#define WINNOW_POLICY_SIGNING_H

#include "core/policy/policy.h"

/* How long a mail may have been on its way when it bounces. RFC 5321 4.5.4.1: "generally at least 4-5 days" of trying.
 */
enum { SIGNING_DAYS = 7 };

struct signing;

struct signing *signing_new(void);
void signing_free(struct signing *signing);

/* It became known at `known` that mail was signed at `since`. */
void signing_add(struct signing *signing, gint64 known, gint64 since);
/* The same, if the occurrence shows it: a bounce that a key proved, and not doubtful. */
void signing_see(struct signing *signing, const struct occurrence *of, gint64 known);
/* The earliest that was known by `now`; 0: nothing was. `signing` may be NULL. */
gint64 signing_since(const struct signing *signing, gint64 now);
/* Would the occurrence carry proof, if it were an answer to this list's mail? Then why it is doubted; else NULL. What
 * names an id of that very mail needs no other. */
const char *signing_doubt(const struct signing *signing, const struct occurrence *of, gint64 now);

#endif
