/* SPDX-License-Identifier: MIT
 * Addresses as mail systems compare them. Nothing here rewrites a list: keys are for matching only.
 * RFC 5321 2.4 (domains without case), RFC 5890 (IDN), RFC 6531 (UTF-8 local parts, compared in NFC). */
#ifndef WINNOW_MATCH_ADDRESS_H
#define WINNOW_MATCH_ADDRESS_H

#include "core/pool.h"
#include "core/view.h"

/* The matching key of `address`: angle brackets, comments and source route gone, quoted local part unquoted where that
 * changes nothing, local part case-folded and NFC, domain lower case and in its A-label form, trailing dot gone.
 * Empty if it is no address with local part and domain. Lives in `pool`, or is `address` itself if nothing changes. */
struct view address_key(struct view address, struct pool *pool);

/* The part behind the last '@', or empty. */
struct view address_domain(struct view address);
struct view address_local(struct view address);

#endif
