/* SPDX-License-Identifier: MIT */
#include "core/mail/mail.h"

#include "core/limits.h"
#include "core/mail/headers.h"
#include "core/mail/mime.h"
#include "core/mail/returned.h"

/* The copy of the original message inside the texts of systems that do not speak RFC 3462. */
static void find_copies(struct mail *mail, struct pool *pool)
{
    bool first = true;
    for (size_t i = 0; i < mail->part_count; i++) {
        struct part *part = &mail->parts[i];
        if (part->kind != PART_TEXT && part->kind != PART_HTML)
            continue;
        part->own = returned_split(part->text, first, &part->returned, pool);
        first = false;
    }
}

static struct headers first_returned(const struct mail *mail)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        if (mail->parts[i].kind == PART_RETURNED && mail->parts[i].returned.count > 0)
            return mail->parts[i].returned;
    }
    for (size_t i = 0; i < mail->part_count; i++) {
        if (mail->parts[i].returned.count > 0)
            return mail->parts[i].returned;
    }
    return (struct headers){.pool = mail->headers.pool};
}

struct mail *mail_read(struct mail_reader *reader, struct view bytes, struct pool *pool)
{
    struct mail *mail = pool_new(pool, struct mail);
    mail->bytes = bytes;
    if (bytes.len > LIMIT_MESSAGE)
        notice_add(&mail->notices, VIEW("very long message; only its beginning is read"));
    struct view body;
    bytes = view_first(bytes, LIMIT_MESSAGE);
    mail->headers = headers_scan(bytes, HEADERS_OF_MESSAGE, &body, pool, &mail->notices);
    mime_read(mail, reader, body, pool);
    find_copies(mail, pool);
    mail->returned = first_returned(mail);
    return mail;
}

const struct part *mail_part(const struct mail *mail, enum part_kind kind)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        if (mail->parts[i].kind == kind)
            return &mail->parts[i];
    }
    return NULL;
}
