/* SPDX-License-Identifier: MIT
 * A pattern of the user's on the first line, return paths on the others. */
#include "core/match/verp.h"
#include "core/match/address.h"
#include "core/match/pattern.h"
#include "tests/fuzz/fuzz.h"

static void check_found(const struct verp *verp, struct view path)
{
    struct pool pool;
    pool_init(&pool);
    struct verp_found found[VERP_READINGS];
    size_t n = verp_decode(verp, path, &pool, found);
    REQUIRE(n <= VERP_READINGS);
    for (size_t i = 0; i < n; i++) {
        fuzz_touch(found[i].text);
        fuzz_touch(found[i].campaign);
        REQUIRE(found[i].text.len > 0 && found[i].key.len > 0 && found[i].scheme.len > 0);
        if (found[i].is == CANDIDATE_ADDRESS)
            REQUIRE(view_equal(address_key(found[i].text, &pool), found[i].key) && address_is_plausible(found[i].key));
        for (size_t k = 0; k < i; k++)
            REQUIRE(found[k].is != found[i].is || !view_equal(found[k].key, found[i].key));
    }
    pool_clear(&pool);
}

/* Groups are pieces of the text, and no longer than it. */
static void check_matches(const char *pattern_text, struct view path)
{
    g_autoptr(pattern_auto) pattern = pattern_parse(pattern_text, NULL);
    if (!pattern)
        return;
    struct pattern_text text = pattern_text_of(path);
    struct pattern_match matches[VERP_READINGS];
    size_t n = pattern_match(pattern, &text, matches, VERP_READINGS);
    REQUIRE(n <= VERP_READINGS);
    for (size_t i = 0; i < n; i++) {
        size_t sum = 0;
        for (int group = 0; group < PATTERN_GROUP_COUNT; group++) {
            struct view v = matches[i].group[group];
            fuzz_touch(v);
            REQUIRE(v.len == 0 || (v.data >= path.data && v.data + v.len <= path.data + path.len));
            sum += v.len;
        }
        REQUIRE(sum <= path.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view rest = fuzz_view(data, size);
    g_autofree char *pattern = view_dup(fuzz_take(&rest, '\n'));
    const char *patterns[] = {pattern};
    const struct verp_options options = {
        .patterns = patterns, .pattern_count = 1, .delimiters = size & 1 ? "+=" : "-#"};
    static struct verp *built_in;
    built_in = built_in ? built_in : verp_new(NULL, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(verp_auto) verp = verp_new(&options, &error);
    for (int i = 0; i < 20 && rest.len > 0; i++) {
        struct view path = fuzz_take(&rest, '\n');
        check_found(built_in, path);
        if (verp)
            check_found(verp, path);
        check_matches(pattern, path);
    }
    return 0;
}
