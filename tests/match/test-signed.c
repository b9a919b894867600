/* SPDX-License-Identifier: MIT
 * Signed return paths: what is proven, what is not, and what the user is told of a bad key file. */
#include "core/error.h"
#include "core/match/address.h"
#include "core/match/signed.h"
#include "core/match/verp.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW "5f0c2e9a7b16d384c1e07a92f6b8d35e4c1f2a7b9d8e6053b7a1c4f2e9d80617"
#define OLD "a1c94e7702bd5638f0e19d2c47b8653afe20917dc38b46e5710fa2d96c3b845e"
#define OTHER "0d3f8b2a94c7e61557d0b9e1a83c4f627ae5901bd6c82f734e91a06b5dc3f872"
#define HOST "b.example.net"

static struct pool pool;
static struct keys *keys, *old, *other;
static char *directory;

static struct keys *parse(const char *text)
{
    GError *error = NULL;
    struct keys *parsed = keys_parse("keys", view_of(text), &error);
    g_assert_no_error(error);
    return parsed;
}

static char *make_with(const struct keys *by, const char *prefix, const char *campaign, enum candidate_is is,
                       const char *subject, GError **error)
{
    struct signed_mailing mailing = {
        .keys = by, .prefix = view_of(prefix), .campaign = view_of(campaign), .host = VIEW(HOST)};
    GString *text = g_string_new(NULL);
    if (signed_append(&mailing, is, view_of(subject), &pool, text, NULL, error))
        return g_string_free(text, FALSE);
    g_assert_cmpuint(text->len, ==, 0);
    g_string_free(text, TRUE);
    return NULL;
}

static char *make(const char *campaign, const char *address)
{
    GError *error = NULL;
    char *path = make_with(keys, "bounce+", campaign, CANDIDATE_ADDRESS, address, &error);
    g_assert_no_error(error);
    return path;
}

static char *write_keys(const char *text, int mode)
{
    char *path = g_build_filename(directory, "keys", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, (mode_t)mode), ==, 0);
    return path;
}

/* With the file of keys, or none. */
static struct verp *verp_with(const char *text)
{
    g_autofree char *path = text ? write_keys(text, 0600) : NULL;
    struct verp_options options = {.key_file = path};
    GError *error = NULL;
    struct verp *verp = verp_new(&options, &error);
    g_assert_no_error(error);
    return verp;
}

/* "KEY: ann@example.org of april", "forged: …", "unchecked: …", the scheme of others, or "nothing". */
static char *reading(const struct verp *verp, const char *path)
{
    struct verp_found found[VERP_READINGS];
    struct view kept = pool_copy(&pool, view_of(path));
    size_t n = verp_decode(verp, kept, &pool, found);
    if (n == 0)
        return g_strdup("nothing");
    g_autofree char *scheme = view_dup(found[0].scheme);
    const char *proof[] = {[VERP_UNSIGNED] = scheme,
                           [VERP_UNCHECKED] = "unchecked",
                           [VERP_PROVEN] = found[0].proven_by,
                           [VERP_FORGED] = "forged"};
    if (found[0].proof != VERP_UNSIGNED)
        g_assert_cmpuint(n, ==, 1);
    return g_strdup_printf("%s: %s%.*s of %.*s", proof[found[0].proof], found[0].is == CANDIDATE_ID ? "#" : "",
                           (int)found[0].key.len, found[0].key.len ? found[0].key.data : "", (int)found[0].campaign.len,
                           found[0].campaign.len ? found[0].campaign.data : "");
}

static void assert_reading(const struct verp *verp, const char *path, const char *expected)
{
    g_autofree char *text = reading(verp, path);
    if (!g_str_equal(text, expected))
        g_test_message("read from %s", path);
    g_assert_cmpstr(text, ==, expected);
}

/* --- */

static void what_is_made_is_read_again(void)
{
    static const struct {
        enum candidate_is is;
        const char *campaign, *subject, *expected;
    } CASES[] = {
        {CANDIDATE_ADDRESS, "april", "ann@example.org", "new: ann@example.org of april"},
        {CANDIDATE_ADDRESS, "", "ann@example.org", "new: ann@example.org of "},
        {CANDIDATE_ADDRESS, "A-1", "Ann.Lee@EXAMPLE.org", "new: ann.lee@example.org of A-1"},
        {CANDIDATE_ADDRESS, "x", "bob+a=b@example.org", "new: bob+a=b@example.org of x"},
        {CANDIDATE_ADDRESS, "x", "a..b.@example.org", "new: a..b.@example.org of x"},
        {CANDIDATE_ADDRESS, "x", "\"a b\"@example.org", "new: \"a b\"@example.org of x"},
        {CANDIDATE_ADDRESS, "x", "j\303\266rg@b\303\274.example", "new: j\303\266rg@xn--b-eha.example of x"},
        {CANDIDATE_ID, "april", "4711", "new: #4711 of april"},
        {CANDIDATE_ID, "a=b+c", "rJ8sK0vLm", "new: #rJ8sK0vLm of a=b+c"},
        {CANDIDATE_ID, "x", ".7.", "new: #.7. of x"},
        {CANDIDATE_ID, "\303\274ber", "a@b", "new: #a@b of \303\274ber"},
    };
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\n");
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        GError *error = NULL;
        g_autofree char *path = make_with(keys, "bounce+", CASES[i].campaign, CASES[i].is, CASES[i].subject, &error);
        g_assert_no_error(error);
        assert_reading(verp, path, CASES[i].expected);
        /* RFC 5321 4.1.2: a dot-atom, which no relay has to quote. */
        struct view local, domain;
        g_assert_true(address_split(view_of(path), &pool, &local, &domain));
        g_assert_null(strstr(path, ".."));
        g_assert_null(strchr(path, '"'));
        g_assert_null(strstr(path, ".@"));
        g_assert_true(address_is_plausible(address_key(view_of(path), &pool)));
        g_autofree char *lower = g_ascii_strdown(path, -1), *upper = g_ascii_strup(path, -1);
        g_assert_cmpstr(lower, ==, path);
        assert_reading(verp, upper, CASES[i].expected);
    }
}

/* Whoever writes the paths elsewhere: the format as winnow-verp(1) has it, worked out by another program. */
static void the_format_is_the_documented_one(void)
{
    g_autofree char *path = make("april", "ann@example.org");
    g_assert_cmpstr(path, ==, "bounce+sv1=a55rvi3uyxjl4siq=april=ann=example.org@" HOST);
    GError *error = NULL;
    g_autofree char *id = make_with(keys, "b-", "april", CANDIDATE_ID, "Xy-7", &error);
    g_assert_cmpstr(id, ==, "b-sv1=46bdqxlnzrajv7r4=april=+58y-7@" HOST);
}

static void every_key_proves_and_the_first_one_signs(void)
{
    g_autofree char *path = make("april", "ann@example.org");
    GError *error = NULL;
    g_autofree char *by_old = make_with(old, "bounce+", "april", CANDIDATE_ADDRESS, "ann@example.org", &error);
    g_autoptr(verp_auto) both = verp_with("# rotated in May\nnew " NEW "\nold\t" OLD "\n");
    assert_reading(both, path, "new: ann@example.org of april");
    assert_reading(both, by_old, "old: ann@example.org of april");
    g_autoptr(verp_auto) only_new = verp_with("new " NEW "\n");
    assert_reading(only_new, by_old, "forged: ann@example.org of april");
    g_autoptr(keys_auto) in_order = parse("new " NEW "\nold " OLD "\n");
    g_autofree char *signed_by_first =
        make_with(in_order, "bounce+", "april", CANDIDATE_ADDRESS, "ann@example.org", &error);
    g_assert_cmpstr(signed_by_first, ==, path);
}

static void nothing_but_the_right_tag_proves(void)
{
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\n");
    g_autofree char *april = make("april", "ann@example.org"), *may = make("may", "ann@example.org");
    const char *tag = strstr(april, "sv1=") + 4;
    GError *error = NULL;
    struct {
        char *path;
        const char *expected;
    } cases[] = {
        {make_with(other, "bounce+", "april", CANDIDATE_ADDRESS, "ann@example.org", &error),
         "forged: ann@example.org of april"},
        /* the tag of another campaign, another subscriber, an id of the same text */
        {g_strdup_printf("bounce+sv1=%.16s=may=ann=example.org@" HOST, tag), "forged: ann@example.org of may"},
        {g_strdup_printf("bounce+sv1=%.16s=april=bob=example.org@" HOST, tag), "forged: bob@example.org of april"},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann+40example.org@" HOST, tag), "forged: #ann@example.org of april"},
        {g_strdup_printf("bounce+sv1=%.16s==ann=example.org@" HOST, tag), "forged: ann@example.org of "},
        /* cut off, lengthened, empty */
        {g_strdup_printf("bounce+sv1=%.15s=april=ann=example.org@" HOST, tag), "forged:  of "},
        {g_strdup_printf("bounce+sv1=%.16sa=april=ann=example.org@" HOST, tag), "forged:  of "},
        {g_strdup("bounce+sv1==april=ann=example.org@" HOST), "forged:  of "},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann=example@" HOST, tag), "forged: ann@example of april"},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann=example.or@" HOST, tag), "forged: ann@example.or of april"},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann@" HOST, tag), "forged: #ann of april"},
        {g_strdup_printf("bounce+sv1=%.16s=april@" HOST, tag), "forged:  of "},
        {g_strdup_printf("bounce+sv1=%.16s@" HOST, tag), "forged:  of "},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann=example.org=x@" HOST, tag), "forged:  of "},
        {g_strdup_printf("bounce+sv1=%.16s=april=an+6e=example.org@" HOST, tag), "new: ann@example.org of april"},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann+0=example.org@" HOST, tag), "forged:  of april"},
        {g_strdup_printf("bounce+sv1=%.16s=april=ann+0a=example.org@" HOST, tag), "forged:  of april"},
        /* too little to be one */
        {g_strdup_printf("bounce+sv1=%.12s@" HOST, tag), "nothing"},
        {g_strdup("bounces-sv1=example.org@" HOST), "djb: sv1@example.org of bounces"},
        {g_strdup("bounces-msv1=example.org@" HOST), "djb: msv1@example.org of bounces"},
    };
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_reading(verp, cases[i].path, cases[i].expected);
        g_free(cases[i].path);
    }
    assert_reading(verp, may, "new: ann@example.org of may");
    /* One letter of the tag, wherever it stands. */
    for (size_t i = 0; i < KEYS_TAG; i++) {
        g_autofree char *changed = g_strdup(april);
        char *at = strstr(changed, "sv1=") + 4 + i;
        *at = *at == 'a' ? 'b' : 'a';
        assert_reading(verp, changed, "forged: ann@example.org of april");
    }
}

static void forwarders_and_batv_do_not_hide_it(void)
{
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\n");
    g_autofree char *path = make("april", "ann@example.org");
    g_autofree char *local = g_strndup(path, strlen(path) - strlen("@" HOST));
    static const char *const AROUND[] = {
        "SRS0=x7Yz=QQ=" HOST "=%s@forward.example.com",
        "srs0+x7Yz=QQ=" HOST "=%s@forward.example.com",
        "SRS1=aB3d=forward.example.com==x7Yz=QQ=" HOST "=%s@second.example",
        "bob+SRS=x7Yz=QQ=" HOST "=%s@tenant.example",
        "prvs=1234A1B2C3=%s@" HOST,
        "prvs=%s=1234a1b2c3@" HOST,
        "%s+prvs=1234a1b2c3@" HOST,
        "btv1==0123abcd==%s@" HOST,
        "msprvs1=19876abc=%s@" HOST,
        "SRS0=x7Yz=QQ=" HOST "=prvs=1234A1B2C3=%s@forward.example.com",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(AROUND); i++) {
        g_auto(GStrv) halves = g_strsplit(AROUND[i], "%s", 2);
        g_autofree char *wrapped = g_strconcat(halves[0], local, halves[1], NULL);
        assert_reading(verp, wrapped, "new: ann@example.org of april");
    }
}

static void without_keys_it_is_verp_like_any_other(void)
{
    g_autoptr(verp_auto) verp = verp_with(NULL);
    g_autofree char *path = make("april", "ann@example.org");
    assert_reading(verp, path, "unchecked: ann@example.org of april");
    g_autofree char *cut = g_strdup_printf("bounce+sv1=%.5s=april=ann=example.org@" HOST, strstr(path, "sv1=") + 4);
    assert_reading(verp, cut, "nothing");
}

/* --- claims */

static char *claim_text(const struct verp *verp, struct event *event, size_t siblings)
{
    struct claim claim = claim_make(event, siblings, verp, &pool);
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < claim.count; i++)
        g_string_append_printf(text, "%s:%.*s ", claim_step_name(claim.at[i].step), (int)claim.at[i].key.len,
                               claim.at[i].key.data);
    g_assert_cmpint(claim.count == 0, ==, !view_is_empty(claim.notice));
    return g_string_free(text, FALSE);
}

static void assert_claims(const struct verp *verp, struct event event, size_t siblings, const char *expected)
{
    g_autofree char *text = claim_text(verp, &event, siblings);
    g_assert_cmpstr(text, ==, expected);
}

static void a_forged_report_is_evidence_of_nothing(void)
{
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\n");
    g_autofree char *right = make("april", "ann@example.org");
    GError *error = NULL;
    g_autofree char *forged = make_with(other, "bounce+", "april", CANDIDATE_ADDRESS, "bob@example.org", &error);
    struct event event = {.recipient = VIEW("bob@example.org"),
                          .original_recipient = VIEW("bob@example.org"),
                          .return_paths = {view_of(forged), VIEW("news-bounces+bob=example.org@lists.example.net")},
                          .return_path_count = 2};
    assert_claims(verp, event, 1, "");
    assert_claims(verp, event, 2, "");
    /* A proof beside it stands nearer to the envelope, or not: it counts, the forged path does not. */
    event.return_paths[1] = view_of(right);
    assert_claims(verp, event, 1, "verp-key:ann@example.org original-recipient:bob@example.org ");
}

static void a_proof_stands_first_whichever_header_it_is_in(void)
{
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\n");
    g_autofree char *right = make("april", "ann@example.org");
    struct event event = {.recipient = VIEW("cy@forward.example"),
                          .return_paths = {VIEW("news-bounces+bob=example.org@lists.example.net"), view_of(right)},
                          .return_path_count = 2};
    assert_claims(verp, event, 1, "verp-key:ann@example.org verp:bob@example.org final-recipient:cy@forward.example ");
    struct claim claim = claim_make(&event, 1, verp, &pool);
    g_assert_true(view_equal(claim.campaign, VIEW("april")));
    g_assert_true(view_equal(claim.verp_recipient, VIEW("ann@example.org")));
}

static void a_report_about_several_on_a_proven_path_is_about_the_one_it_names(void)
{
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\n");
    g_autofree char *right = make("april", "ann@example.org");
    struct event event = {
        .recipient = VIEW("Ann@example.org"), .return_paths = {view_of(right)}, .return_path_count = 1};
    assert_claims(verp, event, 2, "verp-key:ann@example.org ");
    event.recipient = VIEW("bob@example.org");
    assert_claims(verp, event, 2, "");
    GError *error = NULL;
    g_autofree char *id = make_with(keys, "bounce+", "april", CANDIDATE_ID, "17", &error);
    event.return_paths[0] = view_of(id);
    assert_claims(verp, event, 1, "verp-key:17 final-recipient:bob@example.org ");
    assert_claims(verp, event, 2, "");
}

/* --- key files */

static void bad_key_files_are_refused_with_their_line_and_without_their_text(void)
{
    static const struct {
        const char *text, *problem;
    } BAD[] = {
        {"", "keys:1: no key"},
        {"# nothing\n\n", "keys:1: no key"},
        {"new\n", "keys:1: there is no key"},
        {NEW "\n", "keys:1: a line is NAME KEY"},
        {"# x\nnew " NEW "\n" OLD " old\n", "keys:3: a line is NAME KEY"},
        {"n/w " NEW "\n", "keys:1: a line is NAME KEY"},
        {"new 0123456789abcdef0123456789abcdef\n", "keys:1: the key is shorter"},
        {"new " NEW "a\n", "keys:1: the key is no even number"},
        {"new secret-word-secret-word-secret-word-secret-word-secret-word-1\n", "keys:1: the key is no even number"},
        {"new " NEW " old\n", "keys:1: the key is no even number"},
        {"new 0000000000000000000000000000000000000000000000000000000000000000\n", "keys:1: the key is not random"},
        {"new " NEW "\r\nnew " OLD "\r\n", "keys:2: this name stands"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(keys_parse("keys", view_of(BAD[i].text), &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
        if (!g_str_has_prefix(error->message, BAD[i].problem))
            g_assert_cmpstr(error->message, ==, BAD[i].problem);
        static const char *const SECRETS[] = {"5f0c2e", "a1c94e", "012345", "secret"};
        for (size_t k = 0; k < G_N_ELEMENTS(SECRETS); k++)
            g_assert_null(strstr(error->message, SECRETS[k]));
    }
}

static void a_key_file_that_others_can_read_is_refused(void)
{
    static const int OPEN[] = {0644, 0640, 0604, 0620, 0602};
    for (size_t i = 0; i < G_N_ELEMENTS(OPEN); i++) {
        g_autofree char *path = write_keys("new " NEW "\n", OPEN[i]);
        g_autoptr(GError) error = NULL;
        g_assert_null(keys_load(path, &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
        g_assert_nonnull(strstr(error->message, "open to others"));
        g_assert_nonnull(strstr(error->message, path));
    }
    g_autofree char *path = write_keys("new " NEW "\n", 0400);
    GError *error = NULL;
    g_autoptr(keys_auto) loaded = keys_load(path, &error);
    g_assert_no_error(error);
    g_assert_nonnull(loaded);
    g_autofree char *none = g_build_filename(directory, "none", NULL);
    g_assert_null(keys_load(none, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_clear_error(&error);
    g_assert_null(keys_load(directory, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_clear_error(&error);
    g_autofree char *big = g_strnfill(70000, '#');
    g_autofree char *long_one = write_keys(big, 0600);
    g_assert_null(keys_load(long_one, &error));
    g_assert_nonnull(strstr(error->message, "longer than"));
    g_clear_error(&error);
}

/* --- limits */

static void what_does_not_fit_is_refused_with_its_reason(void)
{
    GError *error = NULL;
    /* 7 + 4 + 16 + 1 + 5 + 1 + 30 = 64 */
    g_autofree char *fits =
        make_with(keys, "bounce+", "april", CANDIDATE_ADDRESS, "firstname.lastname@example.com", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(fits), ==, 64 + strlen("@" HOST));
    static const struct {
        const char *campaign;
        enum candidate_is is;
        const char *subject, *problem;
    } BAD[] = {
        {"april1", CANDIDATE_ADDRESS, "firstname.lastname@example.com", "65 octets before the '@'"},
        {"april", CANDIDATE_ADDRESS, "firstname.lastnames@example.com", "65 octets before the '@'"},
        {"april", CANDIDATE_ID, "0123456789012345678901234567890", "65 octets before the '@'"},
        {"a campaign with a rather long name", CANDIDATE_ID, "7", "octets before the '@'"},
        {"april", CANDIDATE_ADDRESS, "ann", "'ann': no address"},
        {"april", CANDIDATE_ADDRESS, "ann@localhost", "no address"},
        {"april", CANDIDATE_ADDRESS, "", "no address"},
        {"april", CANDIDATE_ID, "", "no id"},
        {"april", CANDIDATE_ID, "7\n8", "no id"},
        {"april", CANDIDATE_ID, "\xff", "no id"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++) {
        g_assert_null(make_with(keys, "bounce+", BAD[i].campaign, BAD[i].is, BAD[i].subject, &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
        if (!strstr(error->message, BAD[i].problem))
            g_assert_cmpstr(error->message, ==, BAD[i].problem);
        g_clear_error(&error);
    }
}

static void a_mailing_that_makes_no_paths_is_refused(void)
{
    static const struct {
        const char *prefix, *campaign, *host, *problem;
    } BAD[] = {
        {"bounce", "", HOST, "no prefix"},      {"b@", "", HOST, "no prefix"},
        {"b +", "", HOST, "no prefix"},         {"b..+", "", HOST, "no prefix"},
        {"sv1=", "", HOST, "no prefix"},        {"b\303\274+", "", HOST, "no prefix"},
        {"bounce+", "", "", "no domain"},       {"bounce+", "", "localhost", "no domain"},
        {"bounce+", "", "b example", "no dom"}, {"bounce+", "a\nb", HOST, "campaign"},
        {"bounce+", "\xff", HOST, "campaign"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++) {
        struct signed_mailing mailing = {.keys = keys,
                                         .prefix = view_of(BAD[i].prefix),
                                         .campaign = view_of(BAD[i].campaign),
                                         .host = view_of(BAD[i].host)};
        g_autoptr(GError) error = NULL;
        g_assert_false(signed_check(&mailing, &pool, &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, BAD[i].problem));
    }
    struct signed_mailing mailing = {.keys = keys, .host = VIEW("B.example.net.")};
    g_assert_true(signed_check(&mailing, &pool, NULL));
}

static void random_changes_never_prove_another(void)
{
    g_autoptr(verp_auto) verp = verp_with("new " NEW "\nold " OLD "\n");
    g_autofree char *path = make("april", "ann@example.org");
    g_autoptr(GRand) rand = g_rand_new_with_seed(17);
    for (int round = 0; round < 20000; round++) {
        g_autoptr(GString) text = g_string_new(path);
        for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--) {
            gsize at = (gsize)g_rand_int_range(rand, 0, (gint32)text->len);
            static const char BYTES[] = "abn=+4e0.A@-";
            char byte = BYTES[g_rand_int_range(rand, 0, sizeof BYTES - 1)];
            if (g_rand_boolean(rand))
                text->str[at] = byte;
            else if (g_rand_boolean(rand))
                g_string_insert_c(text, (gssize)at, byte);
            else
                g_string_erase(text, (gssize)at, 1);
        }
        struct verp_found found[VERP_READINGS];
        size_t n = verp_decode(verp, (struct view){.data = text->str, .len = text->len}, &pool, found);
        if (n > 0 && found[0].proof == VERP_PROVEN) {
            g_assert_true(view_equal(found[0].key, VIEW("ann@example.org")));
            g_assert_true(view_equal(found[0].campaign, VIEW("april")));
        }
        pool_reset(&pool);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    directory = g_dir_make_tmp("winnow-test-XXXXXX", NULL);
    keys = parse("new " NEW "\n");
    old = parse("old " OLD "\n");
    other = parse("other " OTHER "\n");
    static const struct {
        const char *name;
        void (*test)(void);
    } TESTS[] = {
        {"what is made is read again, in any case", what_is_made_is_read_again},
        {"the format is the documented one", the_format_is_the_documented_one},
        {"every key proves, and the first one signs", every_key_proves_and_the_first_one_signs},
        {"nothing but the right tag proves", nothing_but_the_right_tag_proves},
        {"forwarders and BATV do not hide it", forwarders_and_batv_do_not_hide_it},
        {"without keys it is VERP like any other", without_keys_it_is_verp_like_any_other},
        {"a forged report is evidence of nothing", a_forged_report_is_evidence_of_nothing},
        {"a proof stands first, whichever header it is in", a_proof_stands_first_whichever_header_it_is_in},
        {"a report about several on a proven path is about the one it names",
         a_report_about_several_on_a_proven_path_is_about_the_one_it_names},
        {"bad key files are refused with their line and without their text",
         bad_key_files_are_refused_with_their_line_and_without_their_text},
        {"a key file that others can read is refused", a_key_file_that_others_can_read_is_refused},
        {"what does not fit is refused with its reason", what_does_not_fit_is_refused_with_its_reason},
        {"a mailing that makes no paths is refused", a_mailing_that_makes_no_paths_is_refused},
        {"random changes never prove another", random_changes_never_prove_another},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(TESTS); i++) {
        g_autofree char *path = g_strconcat("/signed/", TESTS[i].name, NULL);
        g_test_add_func(path, TESTS[i].test);
    }
    int result = g_test_run();
    g_autofree char *file = g_build_filename(directory, "keys", NULL);
    g_unlink(file);
    g_rmdir(directory);
    g_free(directory);
    keys_free(keys);
    keys_free(old);
    keys_free(other);
    pool_clear(&pool);
    return result;
}
