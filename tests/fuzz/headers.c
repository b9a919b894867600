/* SPDX-License-Identifier: MIT
 * Header fields as they stand in reports and returned copies, and the dates and addresses in them. */
#include "core/limits.h"
#include "core/mail/mail.h"
#include "tests/fuzz/fuzz.h"

enum { ADDRESSES = 20 };

static void check_value(struct view value, struct pool *pool)
{
    struct view found[ADDRESSES];
    fuzz_text(value);
    mail_date(value);
    size_t n = mail_addresses(value, found, ADDRESSES, pool);
    REQUIRE(n <= ADDRESSES);
    for (size_t i = 0; i < n; i++)
        fuzz_text(found[i]);
    struct view first;
    REQUIRE(mail_addresses(value, &first, 1, pool) == MIN(n, (size_t)1));
    REQUIRE(n == 0 || view_equal(first, found[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *bytes = NULL;
    struct view rest = fuzz_message(fuzz_view(data, size), &bytes);
    struct pool pool;
    pool_init(&pool);
    /* One field group after the other, as delivery-status parts have them. */
    for (int groups = 0; rest.len > 0 && groups < 50; groups++) {
        size_t before = rest.len;
        struct headers headers = headers_parse(rest, &pool, &rest);
        REQUIRE(headers.count <= LIMIT_HEADERS);
        for (size_t i = 0; i < headers.count; i++) {
            g_autofree char *name = view_dup(headers.at[i].name);
            REQUIRE(headers_has(&headers, name));
            check_value(headers_get(&headers, name), &pool);
        }
        REQUIRE(rest.len < before || headers.count == 0);
        if (rest.len >= before)
            break;
    }
    pool_clear(&pool);
    return 0;
}
