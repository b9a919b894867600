/* SPDX-License-Identifier: MIT
 * What the MIME headers of an entity say of its content: type and parameters, transfer encoding, name (RFC 2045, 2183).
 * The plain forms are read here, RFC 2231 and comments by GMime. Views into the headers or the pool. Pure. */
#ifndef WINNOW_MAIL_CONTENT_H
#define WINNOW_MAIL_CONTENT_H

#include "core/mail/mail.h"

enum transfer { TRANSFER_NONE = 0, TRANSFER_BASE64, TRANSFER_QUOTED_PRINTABLE, TRANSFER_UUENCODE };

struct content {
    struct view type; /* lower case; what was given as default if the headers name none */
    struct view charset, boundary;
    struct view report_type; /* lower case */
    struct view name;        /* decoded */
    enum transfer transfer;
    bool declared; /* there is a Content-Type header */
};

struct content content_read(const struct headers *headers, struct view default_type);

/* `bytes` without their transfer encoding, at most `limit` bytes of them: itself, or a copy in `pool`. */
struct view content_decode(struct view bytes, enum transfer transfer, size_t limit, struct pool *pool);

#endif
