/* SPDX-License-Identifier: MIT
 * Bytes of any charset into UTF-8, then what a person sees of them as HTML. The first line names the charset. */
#include "core/mail/mail.h"
#include "tests/fuzz/fuzz.h"

static void check(struct view text)
{
    fuzz_text(text);
    REQUIRE(view_index(text, '\r') < 0 && view_index(text, '\0') < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mail_reader *reader;
    reader = reader ? reader : mail_reader_new();
    struct view rest = fuzz_view(data, size);
    struct view charset = fuzz_take(&rest, '\n');
    struct pool pool;
    pool_init(&pool);
    struct view text = text_to_utf8(reader, rest, charset, &pool);
    check(text);
    /* A converter that was used before is as good as a new one. */
    REQUIRE(view_equal(text, text_to_utf8(NULL, rest, charset, &pool)));
    struct view shown = html_text(text, &pool);
    check(shown);
    REQUIRE(shown.len <= 4 * text.len + 16);
    pool_clear(&pool);
    return 0;
}
