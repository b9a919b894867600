/* SPDX-License-Identifier: MIT
 * Addresses as mail systems compare them. Nothing here rewrites a list: keys are for matching only.
 * RFC 5321 2.4 (domains without case), RFC 5890 (IDN), RFC 6531 (UTF-8 local parts, compared in NFC).
 * Pure, for any number of threads. */
#ifndef WINNOW_MATCH_ADDRESS_H
#define WINNOW_MATCH_ADDRESS_H

#include "core/pool.h"
#include "core/view.h"

/* The matching key of `address`: angle brackets, comments and source route gone, quoted local part unquoted where that
 * changes nothing, local part case-folded and NFC, domain lower case and in its A-label form, trailing dot gone.
 * Empty if it is no address with local part and domain, or more than one, or longer than LIMIT_ADDRESS.
 * Lives in `pool`, or is `address` itself if nothing changes. The key of a key is that key. */
struct view address_key(struct view address, struct pool *pool);

/* The cheap half of address_key(): where its '@' is if `address` is plain ASCII `atom@domain` without trailing dot, and
 * then its key, as long as itself, stands in `into`, which has room for `address.len` bytes. 0 says nothing about
 * `address`. */
size_t address_fold(struct view address, char *into);

/* The parts as written, in their own case: the local part unquoted, the domain without trailing dot. They live in
 * `pool` or in `address`. False if it is no single address; the domain may still be no valid one (address_key() tells).
 */
bool address_split(struct view address, struct pool *pool, struct view *local, struct view *domain);

/* Could mail go to this key on the Internet: a local part of at most 64 octets (RFC 5321 4.5.3.1.1), and a domain of
 * two labels or more whose last one is no number? `key` is of address_key(). */
bool address_is_plausible(struct view key);

/* The part behind the last '@', or empty. */
struct view address_domain(struct view address);
struct view address_local(struct view address);

#endif
