/* SPDX-License-Identifier: MIT
 * Addresses and their surroundings in what mail systems write to people. What the text readers share.
 * Pure. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_PROSE_H
#define WINNOW_BOUNCE_PROSE_H

#include "core/bounce/reader.h"

/* The addr-spec around the '@' at `at` in `text` (RFC 5322 3.4.1, RFC 6531; quoted local parts too), or the empty view.
 * Punctuation that only ends a sentence is not part of it. */
struct view prose_address_at(struct view text, size_t at);

/* The first addr-spec in `text` from byte `from` on; *end is where it ends. Empty if there is none. */
struct view prose_next_address(struct view text, size_t from, size_t *end);

/* Is this address one that a report mentions without meaning it: its own sender or receiver, the author of the returned
 * message, a postmaster or help desk, a return path, a Message-ID in the returned headers? */
bool prose_is_stray(const struct reading *reading, struct view address);

/* The line of `text` around byte `at`, without its line break. */
struct view prose_line(struct view text, size_t at);

/* As much of `reason` as is kept of one recipient: where there are very many, each has but a few words of its own, and
 * a whole report must not be judged for each of them. */
struct view prose_reason_kept(const struct reading *reading, struct view reason);

/* Adds a bounce (or delay) for `address` unless this reading has one already, with the reply found in `reason` as its
 * facts and `reason` as its prose. NULL if nothing was added. */
struct event *prose_add(struct reading *reading, enum event_kind kind, struct view address, struct view reason);

/* Reads "RECIPIENT … reason" lists, the form most text reports have: every address in `text` that is no stray begins an
 * entry that reaches to the next one. Returns how many were added. */
size_t prose_read_list(struct reading *reading, enum event_kind kind, struct view text);

/* The one address that `text` names without being a stray, however often; empty if it names none or several. */
struct view prose_only_address(const struct reading *reading, struct view text);

/* What `text` says of one recipient among others: from the line that first names it to the line that names the next
 * one. Empty if it does not name it. */
struct view prose_about(const struct reading *reading, struct view text, struct view address);

/* EVENT_DELAY where the words say that delivery is still tried, else EVENT_BOUNCE. */
enum event_kind prose_kind(const struct reading *reading, struct view text);

/* Does the text name anybody whose mail may have failed? */
bool prose_names_somebody(const struct reading *reading);

#endif
