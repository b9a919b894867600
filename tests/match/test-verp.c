/* SPDX-License-Identifier: MIT
 * Every form of return path that is known to be in use, and what may be read from it: all of it, and nothing else. */
#include "core/error.h"
#include "core/match/verp.h"

static struct pool pool;
static struct verp *builtin;

/* The readings as "key key …", ids with '#' before, guesses with '?'; the scheme of the first in `scheme`. */
static char *readings(const struct verp *verp, const char *path, struct view *scheme)
{
    struct verp_found found[VERP_READINGS];
    size_t n = verp_decode(verp, view_of(path), &pool, found);
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s%s%.*s", i ? " " : "", found[i].guess ? "?" : "",
                               found[i].is == CANDIDATE_ID ? "#" : "", (int)found[i].key.len, found[i].key.data);
    *scheme = n ? found[0].scheme : (struct view){0};
    return g_string_free(text, FALSE);
}

static void assert_reads(const struct verp *verp, const char *path, const char *scheme, const char *expected)
{
    struct view first;
    g_autofree char *text = readings(verp, path, &first);
    if (!g_str_equal(text, expected))
        g_test_message("read from %s", path);
    g_assert_cmpstr(text, ==, expected);
    g_assert_true(view_equal(first, view_of(scheme)));
}

#define HEX16 "0123456789abcdef"
#define HEX32 "00112233445566778899aabbccddeeff"
#define UUID "0f8fad5b-d9cb-469f-a165-70867728950e"
#define COOKIE "abcdefghijklmnopabcd"

static const struct {
    const char *path, *scheme, *readings;
} PATHS[] = {
    /* 1 DJB, qmail: any cut of the prefix */
    {"news-ann=example.org@lists.example.net", "djb", "ann@example.org news-ann@example.org"},
    {"bounces-jean-pierre=example.org@lists.example.net", "djb",
     "jean-pierre@example.org ?pierre@example.org bounces-jean-pierre@example.org"},
    {"news-owner-ann-marie=example.org@lists.example.net", "djb",
     "ann-marie@example.org owner-ann-marie@example.org news-owner-ann-marie@example.org"},
    {"news-a=b=example.org@lists.example.net", "djb", "a=b@example.org news-a=b@example.org"},
    {"bounces-bob+tag=example.org@lists.example.net", "plus",
     "?tag@example.org bob+tag@example.org bounces-bob+tag@example.org"},
    {"news-ann=m\303\274nchen.example@lists.example.net", "djb",
     "ann@xn--mnchen-3ya.example news-ann@xn--mnchen-3ya.example"},
    /* 2 ezmlm */
    /* Copied, the local part fills its place in the pool to the last byte. */
    {"bounce+2d998f.371096-pierre3582=b\303\274cher.example@lists.example.net", "mailgun",
     "pierre3582@xn--bcher-kva.example 2d998f.371096-pierre3582@xn--bcher-kva.example "
     "bounce+2d998f.371096-pierre3582@xn--bcher-kva.example"},
    {"news-return-17-ann-marie=example.org@lists.example.net", "ezmlm",
     "ann-marie@example.org 17-ann-marie@example.org return-17-ann-marie@example.org "
     "news-return-17-ann-marie@example.org"},
    {"news-return-warn-1700000000." COOKIE "-anna=example.org@lists.example.net", "ezmlm", "anna@example.org"},
    {"news-return-probe-1700000000." COOKIE "-a=n-n=example.org@lists.example.net", "ezmlm", "a=n-n@example.org"},
    {"news-return-receipt-1700000000." COOKIE "-ann=example.org@lists.example.net", "ezmlm", "ann@example.org"},
    {"news-return-17-3-ann=example.org@lists.example.net", "ezmlm",
     "ann@example.org 3-ann@example.org 17-3-ann@example.org return-17-3-ann@example.org "
     "news-return-17-3-ann@example.org"},
    {"news-return-g-17-ann=example.org@lists.example.net", "ezmlm",
     "ann@example.org g-17-ann@example.org return-g-17-ann@example.org news-return-g-17-ann@example.org"},
    {"news-return-m-17-3-ann=example.org@lists.example.net", "ezmlm",
     "ann@example.org 3-ann@example.org m-17-3-ann@example.org return-m-17-3-ann@example.org "
     "news-return-m-17-3-ann@example.org"},
    {"news-return-17-@lists.example.net", "", ""},
    /* 3 mlmmj */
    {"news+bounces-17-ann-marie=example.org@lists.example.net", "mlmmj",
     "ann-marie@example.org 17-ann-marie@example.org bounces-17-ann-marie@example.org "
     "news+bounces-17-ann-marie@example.org"},
    {"news+bounces-probe-ann=example.org@lists.example.net", "mlmmj", "ann@example.org"},
    /* 4, 6 Mailman: the first '+'; what is behind the last '=' can only be the domain */
    {"news-bounces+ann=example.org@lists.example.net", "mailman", "ann@example.org"},
    {"news-bounces+bob+tag=example.org@lists.example.net", "mailman", "bob+tag@example.org"},
    {"news-bounces+a=b=example.org@lists.example.net", "mailman", "a=b@example.org"},
    {"NEWS-BOUNCES+Ann=Example.ORG@lists.example.net", "mailman", "ann@example.org"},
    /* 5 Mailman's probe: only Mailman knows whose token it is */
    {"news-bounces+5f2b3c4d5e6f708192a3b4c5d6e7f80910203040@lists.example.net", "", ""},
    /* 7 Sympa */
    {"bounce+ann==a==example.org==news@lists.example.net", "sympa", "ann@example.org"},
    {"bounce+ann-x+y==a==example.org==news==w@lists.example.net", "sympa", "ann-x+y@example.org"},
    {"bounce+ann==a==example.org==news==r@lists.example.net", "sympa", "ann@example.org"},
    {"bounce+ann==a==example.org==news==4711@lists.example.net", "sympa", "ann@example.org"},
    /* 8 Postfix */
    {"owner-news+ann=example.org@lists.example.net", "postfix",
     "ann@example.org news+ann@example.org owner-news+ann@example.org"},
    /* 9 Exim, the current manual and the older */
    {"news-request+ann=example.org@lists.example.net", "exim", "ann@example.org"},
    {"news-request=ann%example.org@lists.example.net", "exim", "ann@example.org"},
    {"bounces-ann=example.org@lists.example.net", "djb", "ann@example.org bounces-ann@example.org"},
    /* 10 CiviCRM: the number is one of its queue, never one of a contact */
    {"b.12.3456." HEX16 "@crm.example.net", "civicrm", "#civicrm-queue:3456"},
    {"mail+b.12.3456." HEX16 "@crm.example.net", "civicrm", "#civicrm-queue:3456"},
    {"b.12.3456.012345678@crm.example.net", "", ""},
    {"b.12.x456." HEX16 "@crm.example.net", "", ""},
    /* 11 Mautic, 12 Discourse */
    {"mail+bounce_65fa3c1b9d2e4@ma.example.net", "mautic", "#65fa3c1b9d2e4"},
    {"mail+bounce@ma.example.net", "", ""},
    {"mail+bounce_later@ma.example.net", "", ""},
    {"incoming+verp-" HEX32 "@forum.example.net", "discourse", "#" HEX32},
    {"incoming+verp-0011@forum.example.net", "", ""},
    /* 13 Odoo */
    {"bounce+7-mailing.contact-42@erp.example.net", "odoo", "#odoo:7-mailing.contact-42"},
    {"bounce+7@erp.example.net", "odoo", "#odoo:7"},
    {"bounce+7-@erp.example.net", "", ""},
    /* 14 Mailtrain: three dots are anybody's, so it needs the bounce domain (see below) */
    {"Hk3bQ9xZ1.B1yT7dPq2.rJ8sK0vLm@bounces.example.net", "", ""},
    /* 15 OpenEMM, 16 phpList, 18 SES, 24 Postmark, 25 KumoMTA: nothing that can be read here */
    {"ext_g77Qa-3f.k9x2@openemm.example.net", "", ""},
    {"0102018f3c2d1e0a-5b6c7d8e-" UUID "-000000@eu-west-1.amazonses.com", "", ""},
    {"pm_bounces@pm.mtasv.net", "", ""},
    /* 17 listmonk's users, 23 generic */
    {"bounce+" UUID "@bounces.example.net", "uuid", "#" UUID},
    {"bounces+" UUID "@bounces.example.net", "uuid", "#" UUID},
    {"bounces+a1b2c3d4-ann-marie=example.org@bounces.example.net", "token",
     "ann-marie@example.org a1b2c3d4-ann-marie@example.org bounces+a1b2c3d4-ann-marie@example.org"},
    {"bounces+jean-pierre=example.org@bounces.example.net", "plus",
     "jean-pierre@example.org ?pierre@example.org bounces+jean-pierre@example.org"},
    {"bounces+april-ann=example.org@bounces.example.net", "plus",
     "april-ann@example.org ?ann@example.org bounces+april-ann@example.org"},
    {"news+bounces-ann=example.org@bounces.example.net", "djb",
     "ann@example.org bounces-ann@example.org news+bounces-ann@example.org"},
    {"news+jean-pierre=example.org@bounces.example.net", "plus",
     "jean-pierre@example.org news+jean-pierre@example.org"},
    {"owner-news-ann=example.org@lists.example.net", "djb",
     "news-ann@example.org ?ann@example.org owner-news-ann@example.org"},
    {"bounce-ann=example.org@bounces.example.net", "djb", "ann@example.org bounce-ann@example.org"},
    {"ann=example.org@returns.example.net", "bare", "ann@example.org"},
    {"x-abuse=example.org@returns.example.net", "djb", "abuse@example.org x-abuse@example.org"},
    /* 19 SendGrid, 20 Mailgun, 21 Lyris, 22 GreenArrow */
    {"bounces+104321-7c9e-ann-marie=example.org@em77.example.net", "sendgrid",
     "ann-marie@example.org 7c9e-ann-marie@example.org 104321-7c9e-ann-marie@example.org "
     "bounces+104321-7c9e-ann-marie@example.org"},
    {"bounce+1f2e3d.8a7b6c-a=nn=example.org@mg.example.net", "mailgun",
     "a=nn@example.org 1f2e3d.8a7b6c-a=nn@example.org bounce+1f2e3d.8a7b6c-a=nn@example.org"},
    {"bounce-40012-77-ann-marie=example.org@lyris.example.net", "lyris",
     "ann-marie@example.org 40012-77-ann-marie@example.org ?77-ann-marie@example.org "
     "bounce-40012-77-ann-marie@example.org"},
    {"return-a12-88-901-ann-marie=example.org=4@ga.example.net", "greenarrow", "ann-marie@example.org"},
    /* 26 BATV and its relatives, then again from no. 1 */
    {"prvs=1234A1B2C3=news-bounces+ann=example.org@lists.example.net", "mailman", "ann@example.org"},
    {"prvs=news-bounces+ann=example.org=1234a1b2c3@lists.example.net", "mailman", "ann@example.org"},
    {"news-bounces+ann=example.org+prvs=1234a1b2c3@lists.example.net", "mailman", "ann@example.org"},
    {"btv1==0123abcd==news-bounces+ann=example.org@lists.example.net", "mailman", "ann@example.org"},
    {"msprvs1=19876abc=news-bounces+ann=example.org@lists.example.net", "mailman", "ann@example.org"},
    {"prvs=1234A1B2C3=ann@example.org", "", ""},
    /* 27, 28, 29 SRS */
    {"SRS0=x7Yz=QQ=lists.example.net=news-bounces+ann=example.org@forward.example.com", "mailman", "ann@example.org"},
    {"srs0+x7Yz=QQ=lists.example.net=news-bounces+ann=example.org@forward.example.com", "mailman", "ann@example.org"},
    {"SRS0-x7Yz=QQ=lists.example.net=news-bounces+ann=example.org@forward.example.com", "mailman", "ann@example.org"},
    {"SRS1=aB3d=forward.example.com==x7Yz=QQ=lists.example.net=news-bounces+ann=example.org@second.example", "mailman",
     "ann@example.org"},
    {"SRS1=aB3d=forward.example.com=+x7Yz=QQ=lists.example.net=news-bounces+ann=example.org@second.example", "mailman",
     "ann@example.org"},
    {"bob+SRS=x7Yz=QQ=lists.example.net=news-bounces+ann=example.org@tenant.example", "mailman", "ann@example.org"},
    {"SRS0=x7Yz=QQ=lists.example.net=prvs=1234A1B2C3=news-bounces+ann=example.org@forward.example.com", "mailman",
     "ann@example.org"},
    {"SRS0=x7Yz=QQ=example.net=editor@forward.example.com", "", ""},
    {"SRS1=chaI=forward.example.com==opaque+string@second.example", "", ""},
    /* 30 a signed token proves nothing without its key */
    {"bounce+k3J9xQ+c0ffee00@bounces.example.net", "", ""},
    /* A '+' in the prefix or in the recipient: behind a word that is no list's name, the longer one is meant */
    {"my-list+ann=example.org@lists.example.net", "plus",
     "ann@example.org list+ann@example.org my-list+ann@example.org"},
    {"weekly-news-ann=example.org@lists.example.net", "djb",
     "news-ann@example.org ?ann@example.org weekly-news-ann@example.org"},
    /* xtext (RFC 3461 4), also in lower case */
    {"news-bounces+bob+2Btag=example.org@lists.example.net", "mailman", "bob+2btag@example.org bob+tag@example.org"},
    {"news-bounces+a+3db=example.org@lists.example.net", "mailman", "a+3db@example.org a=b@example.org"},
    {"news-bounces+m+C3+BCller=example.org@lists.example.net", "mailman",
     "m+c3+bcller@example.org m\303\274ller@example.org"},
    {"news-bounces+m+C3ller=example.org@lists.example.net", "mailman", "m+c3ller@example.org"},
    {"news-bounces+bob+20=example.org@lists.example.net", "mailman", "bob+20@example.org"},
    {"bounces+ann+40example.org@lists.example.net", "xtext", "ann@example.org"},
    {"bounces-bob+2Btag+40example.org@lists.example.net", "xtext",
     "?2btag@example.org bob+2btag@example.org bob+tag@example.org"},
    /* 64 octets: perhaps cut there, and example.co is another domain than example.com */
    {"news-bounces+somebody.with-quite-a-long-names=example-company.co@lists.example.net", "mailman",
     "?somebody.with-quite-a-long-names@example-company.co"},
    {"news-bounces+somebody.with-quite-a-long-name=example-company.com@lists.example.net", "mailman",
     "?somebody.with-quite-a-long-name@example-company.com"},
    {"SRS0=x7Yz=QQ=lists.example.net=news-bounces+ann.belle=example.co@forward.example.com", "mailman",
     "?ann.belle@example.co"},
    {"bounces+" UUID "-and-so-many-more-that-it-is-cut@b.example.net", "", ""},
    /* Quotes, brackets */
    {"<\"news-bounces+ann=example.org\"@lists.example.net>", "mailman", "ann@example.org"},
    /* No return path of ours at all */
    {"postmaster@example.org", "", ""},
    {"news+march=offer@example.org", "", ""},
    {"news+price=12.50@example.org", "", ""},
    {"bounces@example.org", "", ""},
    {"ann.b.smith@example.org", "", ""},
    {"a-b-c@example.org", "", ""},
    {"=example.org@example.net", "", ""},
    {"news-=example.org@example.net", "bare", "news-@example.org"},
    {"news-ann=example..org@example.net", "", ""},
    {"not an address", "", ""},
    {"", "", ""},
};

static void every_scheme_in_use_is_read_and_nothing_else(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(PATHS); i++)
        assert_reads(builtin, PATHS[i].path, PATHS[i].scheme, PATHS[i].readings);
}

static struct verp *with_pattern(const char *pattern)
{
    const char *patterns[] = {pattern};
    struct verp_options options = {.patterns = patterns, .pattern_count = 1};
    GError *error = NULL;
    struct verp *verp = verp_new(&options, &error);
    g_assert_no_error(error);
    return verp;
}

static void the_users_pattern_reads_what_it_says(void)
{
    static const struct {
        const char *pattern, *path, *readings;
    } CASES[] = {
        {"bounces-{local}={domain}@b.example.net", "bounces-jean-pierre=example.org@B.example.net",
         "jean-pierre@example.org"},
        {"bounce-{campaign}-{address}", "bounce-2024.1-ann=example.org@b.example.net", "ann@example.org"},
        {"b+{id}@b.example.net", "b+Xy-7@b.example.net", "#Xy-7"},
        {"bounce+{id}+{key}@b.example.net", "bounce+K3j+c0ffee@b.example.net", "#K3j"},
        {"{campaign}-x.{local}=#{domain}@b.example.net", "news-x.ann=#example.org@b.example.net", "ann@example.org"},
        {"{{{id}}}", "{42}@b.example.net", "#42"},
        {"{any}.{number}.{id}", "a.b.7.x9@b.example.net", "#x9"},
        {"b-{id}-{address}", "b-77-ann=example.org@b.example.net", "ann@example.org #77"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        g_autoptr(verp_auto) verp = with_pattern(CASES[i].pattern);
        assert_reads(verp, CASES[i].path, "user", CASES[i].readings);
    }
}

static void a_pattern_stands_before_the_schemes_and_falls_back_to_them(void)
{
    g_autoptr(verp_auto) verp = with_pattern("bounces-{local}={domain}@b.example.net");
    assert_reads(verp, "news-bounces+ann=example.org@lists.example.net", "mailman", "ann@example.org");
    assert_reads(verp, "bounces-ann=nodots@b.example.net", "", "");
}

static void bad_patterns_are_refused_with_their_place(void)
{
    static const struct {
        const char *pattern, *column, *problem;
    } BAD[] = {
        {"bounce@example.org", "column 1:", "no group names the recipient"},
        {"", "column 1:", "no group names the recipient"},
        {"b+{campaign}@example.org", "column 1:", "no group names the recipient"},
        {"b+{local}@example.org", "column 1:", "only together"},
        {"b+{idd}@example.org", "column 3:", "unknown group '{idd}'"},
        {"b+{id}{key}@example.org", "column 7:", "two groups need literal text"},
        {"b+{campaign}{address}", "column 13:", "two groups need literal text"},
        {"b+{id", "column 3:", "not closed"},
        {"b+{id{x}", "column 3:", "not closed"},
        {"b+{id}-}", "column 8:", "no brace is open"},
        {"b+{id}-{id}", "column 8:", "twice"},
        {"b+{address}-{local}", "column 13:", "twice"},
        {"b+{id} x", "column 7:", "white space"},
        {"b@{id}@x", "column 7:", "second '@'"},
        {"{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}a{id}", "column", "too many"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++) {
        struct verp_options options = {.patterns = &BAD[i].pattern, .pattern_count = 1};
        g_autoptr(GError) error = NULL;
        g_assert_null(verp_new(&options, &error));
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, BAD[i].column));
        g_assert_nonnull(strstr(error->message, BAD[i].problem));
    }
    g_autofree char *text = g_strnfill(5000, 'x');
    const char *long_one = text;
    struct verp_options options = {.patterns = &long_one, .pattern_count = 1};
    g_autoptr(GError) error = NULL;
    g_assert_null(verp_new(&options, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
}

static void with_bounce_domains_verp_of_others_does_not_count(void)
{
    const char *domains[] = {"Lists.example.net", "*.mail.example.com"};
    struct verp_options options = {.domains = domains, .domain_count = 2};
    g_autoptr(verp_auto) verp = verp_new(&options, NULL);
    assert_reads(verp, "news-bounces+ann=example.org@lists.EXAMPLE.net", "mailman", "ann@example.org");
    assert_reads(verp, "news-bounces+ann=example.org@em7.mail.example.com", "mailman", "ann@example.org");
    assert_reads(verp, "news-bounces+ann=example.org@mail.example.com", "", "");
    assert_reads(verp, "news-bounces+ann=example.org@evilmail.example.com", "", "");
    assert_reads(verp, "news-bounces+ann=example.org@other.example", "", "");
    assert_reads(verp, "SRS0=a=b=lists.example.net=news-bounces+ann=example.org@other.example", "mailman",
                 "ann@example.org");
    assert_reads(verp, "SRS0=a=b=other.example=news-bounces+ann=example.org@lists.example.net", "", "");
    /* 14 Mailtrain, case kept */
    assert_reads(verp, "Hk3bQ9xZ1.B1yT7dPq2.rJ8sK0vLm@lists.example.net", "mailtrain", "#rJ8sK0vLm");
    assert_reads(verp, "first.middle.lastname@lists.example.net", "", "");
    const char *bad[] = {"not a domain"};
    struct verp_options wrong = {.domains = bad, .domain_count = 1};
    g_autoptr(GError) error = NULL;
    g_assert_null(verp_new(&wrong, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
}

static void postfix_delimiters_may_be_any_that_postfix_permits(void)
{
    struct verp_options options = {.delimiters = "=+"};
    g_autoptr(verp_auto) verp = verp_new(&options, NULL);
    assert_reads(verp, "owner-news=ann+example.org@lists.example.net", "postfix", "ann@example.org");
    struct verp_options wrong = {.delimiters = "%="};
    g_autoptr(GError) error = NULL;
    g_assert_null(verp_new(&wrong, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
}

static void a_hostile_path_costs_little_and_says_nothing(void)
{
    g_autoptr(verp_auto) verp = with_pattern("{any}a{any}a{any}a{any}a{any}a{any}a{any}a{any}={id}x");
    g_autofree char *as = g_strnfill(600, 'a');
    g_autofree char *hyphens = g_strnfill(300, '-');
    g_autofree char *paths[] = {g_strdup_printf("%s=%s@example.net", as, "aaaaaaaaaa"),
                                g_strdup_printf("%s=bx@example.net", as),
                                g_strdup_printf("x%sy=example.org@example.net", hyphens),
                                g_strdup_printf("%s=example.org@example.net", hyphens), NULL};
    gint64 start = g_get_monotonic_time();
    for (int round = 0; round < 20; round++) {
        for (char **path = paths; *path; path++)
            assert_reads(verp, *path, "", "");
    }
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
    for (char **path = paths; *path; path++)
        g_clear_pointer(path, g_free);
}

static void random_paths_never_give_an_implausible_address(void)
{
    static const char *const PIECES[] = {"a",           "ann",      "-",      "+",     "=",          "==a==",
                                         "example.org", "SRS0=",    "SRS1=",  "prvs=", "1234abcdef", "bounce",
                                         "-bounces+",   "-return-", "b.1.2.", HEX16,   "+SRS=",      ".",
                                         "%",           "7",        "btv1==", "@"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(4711);
    for (int round = 0; round < 30000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int n = g_rand_int_range(rand, 1, 12); n > 0; n--)
            g_string_append(text, PIECES[g_rand_int_range(rand, 0, G_N_ELEMENTS(PIECES))]);
        g_string_append(text, "@lists.example.net");
        struct verp_found found[VERP_READINGS];
        size_t n = verp_decode(builtin, (struct view){.data = text->str, .len = text->len}, &pool, found);
        for (size_t i = 0; i < n; i++) {
            g_assert_cmpuint(found[i].key.len, >, 0);
            g_assert_true(found[i].is == CANDIDATE_ID || memchr(found[i].key.data, '.', found[i].key.len));
        }
        if (round % 1000 == 0)
            pool_reset(&pool);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    builtin = verp_new(NULL, NULL);
    g_test_add_func("/verp/every scheme in use is read, and nothing else",
                    every_scheme_in_use_is_read_and_nothing_else);
    g_test_add_func("/verp/the user's pattern reads what it says", the_users_pattern_reads_what_it_says);
    g_test_add_func("/verp/a pattern stands before the schemes and falls back to them",
                    a_pattern_stands_before_the_schemes_and_falls_back_to_them);
    g_test_add_func("/verp/bad patterns are refused with their place", bad_patterns_are_refused_with_their_place);
    g_test_add_func("/verp/with bounce domains, VERP of others does not count",
                    with_bounce_domains_verp_of_others_does_not_count);
    g_test_add_func("/verp/Postfix delimiters may be any that Postfix permits",
                    postfix_delimiters_may_be_any_that_postfix_permits);
    g_test_add_func("/verp/a hostile path costs little and says nothing", a_hostile_path_costs_little_and_says_nothing);
    g_test_add_func("/verp/random paths never give an implausible address",
                    random_paths_never_give_an_implausible_address);
    int result = g_test_run();
    verp_free(builtin);
    pool_clear(&pool);
    return result;
}
