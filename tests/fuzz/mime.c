/* SPDX-License-Identifier: MIT
 * A message taken apart: what mail_read() promises its readers. */
#include "core/limits.h"
#include "core/mail/mail.h"
#include "tests/fuzz/fuzz.h"

/* Decoding may make U+FFFD, three bytes, of each byte. */
enum { WIDEST = 3 };

static void check_headers(const struct headers *headers)
{
    REQUIRE(headers->count <= LIMIT_HEADERS);
    for (size_t i = 0; i < headers->count; i++) {
        fuzz_touch(headers->at[i].value);
        g_autofree char *name = view_dup(headers->at[i].name);
        fuzz_text(headers_get(headers, name));
    }
}

static void check_part(const struct part *part)
{
    REQUIRE(part->depth <= LIMIT_MIME_DEPTH);
    check_headers(&part->headers);
    check_headers(&part->returned);
    fuzz_touch(part->type);
    fuzz_text(part->name);
    if (part->kind == PART_RETURNED) {
        fuzz_touch(part->text);
        return;
    }
    REQUIRE(part->text.len <= (size_t)LIMIT_PART_TEXT * WIDEST);
    fuzz_text(part->text);
    fuzz_text(part->own);
    REQUIRE(view_index(part->text, '\r') < 0 && view_index(part->text, '\0') < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mail_reader *reader;
    reader = reader ? reader : mail_reader_new();
    g_autofree char *bytes = NULL;
    struct view message = fuzz_message(fuzz_view(data, size), &bytes);
    struct pool pool;
    pool_init(&pool);
    const struct mail *mail = mail_read(reader, message, &pool);
    REQUIRE(mail->part_count <= LIMIT_MIME_PARTS);
    check_headers(&mail->headers);
    check_headers(&mail->returned);
    for (size_t i = 0; i < mail->part_count; i++)
        check_part(&mail->parts[i]);
    pool_clear(&pool);
    return 0;
}
