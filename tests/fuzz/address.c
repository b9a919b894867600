/* SPDX-License-Identifier: MIT
 * Matching keys: the key of a key is that key, and the quick way to it gives the same. */
#include "core/match/address.h"
#include "core/limits.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view address = fuzz_view(data, size);
    struct pool pool;
    pool_init(&pool);
    struct view key = address_key(address, &pool);
    fuzz_text(key);
    REQUIRE(view_equal(address_key(key, &pool), key));
    if (key.len > 0) {
        REQUIRE(view_index(key, '@') > 0);
        fuzz_touch(address_domain(key));
        fuzz_touch(address_local(key));
        REQUIRE(address_local(key).len + 1 + address_domain(key).len == key.len);
        address_is_plausible(key);
    }
    g_autofree char *folded = g_malloc(MAX(size, (size_t)1));
    if (address_fold(address, folded))
        REQUIRE(view_equal(key, (struct view){.data = folded, .len = size}));
    struct view local, domain;
    if (address_split(address, &pool, &local, &domain)) {
        fuzz_touch(local);
        fuzz_touch(domain);
    }
    pool_clear(&pool);
    return 0;
}
