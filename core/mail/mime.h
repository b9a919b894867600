/* SPDX-License-Identifier: MIT
 * The MIME tree of a message as the list of its leaves, decoded: what mail_read() does below the message's headers.
 * Our own walk over the bytes, bounded in depth and number (GMime's tree of objects costs more than all the rest of
 * winnow); GMime decodes. Trouble becomes a notice. Views into the bytes or the pool. Pure. */
#ifndef WINNOW_MAIL_MIME_H
#define WINNOW_MAIL_MIME_H

#include "core/mail/mail.h"

/* Fills type, report_type and parts of `mail`, whose headers are read already, from its `body`. */
void mime_read(struct mail *mail, struct mail_reader *reader, struct view body, struct pool *pool);

#endif
