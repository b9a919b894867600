/* SPDX-License-Identifier: MIT
 * Values of delivery-status and feedback-report fields (RFC 3464 2.1.2, RFC 3461 4, RFC 6533 3, RFC 5965).
 * Tolerant of what mail systems write instead. Pure. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_FIELDS_H
#define WINNOW_BOUNCE_FIELDS_H

#include "core/pool.h"
#include "core/view.h"

/* "rfc822; ann@example.org", "utf-8; …", "rfc/822;<ann@example.org>", "ann@example.org (Ann)", with xtext of either
 * kind decoded: the addr-spec. A local part alone is given as it is. Empty if there is nothing like an address. */
struct view field_address(struct view value, struct pool *pool);

/* "dns; mx.example.org (192.0.2.1)": "mx.example.org". */
struct view field_mta(struct view value);

/* "smtp; 550 5.1.1 no such user": the text behind the type, if there is one. */
struct view field_text(struct view value);

/* xtext of RFC 3461 ("+3D") and utf-8-addr-xtext of RFC 6533 ("\x{5000}") to UTF-8. */
struct view xtext_decode(struct view text, struct pool *pool);

#endif
