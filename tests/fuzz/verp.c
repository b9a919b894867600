/* SPDX-License-Identifier: MIT
 * A pattern of the user's on the first line, return paths on the others; and all of it as a file of keys. */
#include "core/match/verp.h"
#include "core/match/address.h"
#include "core/match/pattern.h"
#include "core/match/signed.h"
#include "tests/fuzz/fuzz.h"

#include <glib/gstdio.h>

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
        bool forged = found[i].proof == VERP_FORGED;
        REQUIRE(forged || (found[i].text.len > 0 && found[i].key.len > 0 && found[i].scheme.len > 0));
        REQUIRE((found[i].proof == VERP_PROVEN) == (found[i].proven_by != NULL));
        REQUIRE(found[i].proof == VERP_UNSIGNED || n == 1);
        if (forged)
            continue;
        if (found[i].is == CANDIDATE_ADDRESS)
            REQUIRE(view_equal(address_key(found[i].text, &pool), found[i].key) && address_is_plausible(found[i].key));
        for (size_t k = 0; k < i; k++)
            REQUIRE(found[k].is != found[i].is || !view_equal(found[k].key, found[i].key));
    }
    pool_clear(&pool);
}

/* What can be signed is read again and proven, and what is proven was signed by us. */
static void check_signed(const struct verp *verp, struct view path)
{
    struct pool pool;
    pool_init(&pool);
    struct signed_path whole;
    struct verp_found found[VERP_READINGS];
    struct signed_mailing mailing = {.keys = verp_keys(verp), .prefix = VIEW("b+"), .host = VIEW("example.net")};
    if (signed_parse(path, &pool, &whole) == SIGNED_WHOLE) {
        fuzz_touch(whole.key);
        fuzz_touch(whole.campaign);
        mailing.campaign = whole.campaign;
        REQUIRE(signed_check(&mailing, &pool, NULL));
        path = whole.subject;
    }
    for (int is = CANDIDATE_ADDRESS; is <= CANDIDATE_ID; is++) {
        g_autoptr(GString) made = g_string_new(NULL);
        if (!signed_append(&mailing, is, path, &pool, made, NULL, NULL)) {
            REQUIRE(made->len == 0);
            continue;
        }
        struct view text = {.data = made->str, .len = made->len};
        struct view key = is == CANDIDATE_ID ? path : address_key(path, &pool);
        REQUIRE(verp_decode(verp, text, &pool, found) == 1 && found[0].proof == VERP_PROVEN);
        REQUIRE((int)found[0].is == is && view_equal(found[0].key, key));
        REQUIRE(view_equal(found[0].campaign, mailing.campaign));
    }
    pool_clear(&pool);
}

static void check_keys(struct view text)
{
    g_autoptr(GError) error = NULL;
    struct keys *keys = keys_parse("keys", text, &error);
    REQUIRE(!keys == (error != NULL));
    keys_free(keys);
}

static char *write_keys(void)
{
    static const char KEYS[] = "fuzz 5f0c2e9a7b16d384c1e07a92f6b8d35e4c1f2a7b9d8e6053b7a1c4f2e9d80617\n";
    char *path = NULL;
    int fd = g_file_open_tmp("winnow-fuzz-XXXXXX", &path, NULL);
    REQUIRE(fd >= 0 && g_close(fd, NULL));
    REQUIRE(g_file_set_contents_full(path, KEYS, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    return path;
}

static struct verp *make_with_keys(void)
{
    g_autofree char *path = write_keys();
    struct verp *verp = verp_new(&(struct verp_options){.key_file = path}, NULL);
    g_unlink(path);
    REQUIRE(verp);
    return verp;
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
    g_autofree char *trouble = pattern_trouble(pattern, &text);
    REQUIRE((n > 0) == (trouble == NULL));
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
    static struct verp *built_in, *with_keys;
    built_in = built_in ? built_in : verp_new(NULL, NULL);
    with_keys = with_keys ? with_keys : make_with_keys();
    check_keys(fuzz_view(data, size));
    g_autoptr(GError) error = NULL;
    g_autoptr(verp_auto) verp = verp_new(&options, &error);
    for (int i = 0; i < 20 && rest.len > 0; i++) {
        struct view path = fuzz_take(&rest, '\n');
        check_found(built_in, path);
        check_found(with_keys, path);
        check_signed(with_keys, path);
        if (verp)
            check_found(verp, path);
        check_matches(pattern, path);
    }
    return 0;
}
