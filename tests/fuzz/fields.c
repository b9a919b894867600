/* SPDX-License-Identifier: MIT
 * Values of report fields, SMTP replies and addresses as they stand in running text. */
#include "core/bounce/fields.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"
#include "tests/fuzz/fuzz.h"

static void check_part_of(struct view v, struct view whole)
{
    fuzz_touch(v);
    REQUIRE(v.len == 0 || (v.data >= whole.data && v.data + v.len <= whole.data + whole.len));
}

static void check_reply(struct view text)
{
    struct reply reply = reply_find(text);
    REQUIRE(reply.code == 0 || (reply.code >= 211 && reply.code <= 599));
    check_part_of(reply.status, text);
    check_part_of(reply.text, text);
    check_part_of(status_at_start(text), text);
    check_part_of(status_find(text), text);
}

static void check_addresses(struct view text)
{
    size_t end = 0;
    for (size_t from = 0; from < text.len; from = end) {
        struct view address = prose_next_address(text, from, &end);
        if (view_is_empty(address))
            break;
        check_part_of(address, text);
        REQUIRE(end > from && end <= text.len);
    }
    for (size_t at = 0; at < text.len; at++) {
        if (text.data[at] == '@')
            check_part_of(prose_address_at(text, at), text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Whole texts are what the readers' targets are for; here each '@' is asked about. */
    struct view text = fuzz_view(data, MIN(size, (size_t)4096));
    struct pool pool;
    pool_init(&pool);
    fuzz_touch(field_address(text, &pool));
    fuzz_touch(field_mta(text));
    fuzz_touch(field_text(text));
    fuzz_touch(xtext_decode(text, &pool));
    check_reply(text);
    check_addresses(text);
    pool_clear(&pool);
    return 0;
}
