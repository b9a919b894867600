/* SPDX-License-Identifier: MIT */
#include "core/limits.h"
#include "core/match/address.h"

static struct pool pool;

static void assert_key(const char *address, const char *expected)
{
    struct view key = address_key(view_of(address), &pool);
    g_autofree char *text = view_dup(key);
    g_assert_cmpstr(text, ==, expected);
    struct view again = address_key(key, &pool);
    g_assert_true(view_equal(again, key));
}

static const struct {
    const char *address, *key;
} KEYS[] = {
    {"ann@example.org", "ann@example.org"},
    {"Ann.Smith@EXAMPLE.Org", "ann.smith@example.org"},
    {"<ann@example.org>", "ann@example.org"},
    {"  ann@example.org\r\n", "ann@example.org"},
    {"ann@example.org.", "ann@example.org"},
    {"Ann Smith <Ann@example.org>", "ann@example.org"},
    {"\"Smith, Ann <x@y.org>\" <ann@example.org>", "ann@example.org"},
    {"<@relay.example,@two.example:ann@example.org>", "ann@example.org"},
    {"ann(the (first) one)@example.org (at home)", "ann@example.org"},
    {"\"ann\"@example.org", "ann@example.org"},
    {"\"a\\nn\".smith@example.org", "ann.smith@example.org"},
    {"\"ann..smith\"@example.org", "ann..smith@example.org"},
    {"\"Ann Smith\"@example.org", "\"ann smith\"@example.org"},
    {"\"a@b\"@example.org", "\"a@b\"@example.org"},
    {"\"a\\\"b\\\\\"@example.org", "\"a\\\"b\\\\\"@example.org"},
    {"bounce+x=y%z@example.org", "bounce+x=y%z@example.org"},
    {"o'neil@example.org", "o'neil@example.org"},
    {"ann@[192.0.2.1]", "ann@[192.0.2.1]"},
    {"ann@localhost", "ann@localhost"},
    {"ann.@example.org", "ann.@example.org"},
    /* IDN in both forms, and 'ß' is no 'ss' (RFC 5891) */
    {"ann@M\303\234NCHEN.example", "ann@xn--mnchen-3ya.example"},
    {"ann@XN--MNCHEN-3YA.example", "ann@xn--mnchen-3ya.example"},
    {"ann@mu\314\210nchen.example", "ann@xn--mnchen-3ya.example"},
    {"ann@stra\303\237e.example", "ann@xn--strae-oqa.example"},
    {"ann@\344\276\213\343\200\202\346\265\213\350\257\225", "ann@xn--fsq.xn--0zwm56d"},
    /* EAI: composed or not, capital or not, it is one mailbox */
    {"J\303\226RG@example.org", "j\303\266rg@example.org"},
    {"jo\314\210rg@example.org", "j\303\266rg@example.org"},
    /* weiß is not weiss, nor is ﬁona fiona, ſ s, İ or ı i */
    {"WEI\303\237@example.org", "wei\303\237@example.org"},
    {"WEI\341\272\236@example.org", "wei\303\237@example.org"},
    {"\357\254\201ona@example.org", "\357\254\201ona@example.org"},
    {"\305\277am@example.org", "\305\277am@example.org"},
    {"\304\260lker@example.org", "\304\260lker@example.org"},
    {"\304\261lker@example.org", "\304\261lker@example.org"},
    {"\316\243\316\277\317\206\317\214\317\202@example.org", "\317\203\316\277\317\206\317\214\317\203@example.org"},
};

static void a_key_is_one_for_all_ways_to_write_an_address(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(KEYS); i++)
        assert_key(KEYS[i].address, KEYS[i].key);
}

static void what_is_no_single_address_has_no_key(void)
{
    static const char *const BAD[] = {
        "",
        "@",
        "ann",
        "ann@",
        "@example.org",
        "ann@@example.org",
        "a@b@example.org",
        "ann smith@example.org",
        "ann@exa mple.org",
        "ann@example..org",
        "ann@-example.org",
        "ann@example-.org",
        "ann@.org",
        "ann@example.org,",
        "ann@example.org, bob@example.org",
        "ann@example.org, Bob <bob@example.org>",
        "<ann@example.org> bob",
        "<ann@example.org",
        "ann@example.org>",
        "\"ann@example.org",
        "\"\"@example.org",
        "(ann@example.org",
        "ann)@example.org",
        "ann(x)smith@example.org",
        "\"ann\"smith@example.org",
        "@a:@b",
        "ann@[",
        "ann@[]",
        "ann@exa_mple!.org",
        "ann\001@example.org",
        "\"a\001\"@example.org",
        "\377\376@example.org",
        "ann@\377.org",
        "ann@\357\274\240.org",
        "((((((((((((((x))))))))))))))ann@example.org",
        "<>",
        "ann:bob@example.org",
        "ann;@example.org",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++)
        assert_key(BAD[i], "");
    struct view nul = {.data = "a\0b@example.org", .len = 15};
    g_assert_cmpuint(address_key(nul, &pool).len, ==, 0);
}

static void a_key_that_changes_nothing_is_the_text_itself(void)
{
    struct view plain = VIEW("ann+news=x@example.org");
    g_assert_true(address_key(plain, &pool).data == plain.data);
    struct view quoted = VIEW("\"ann smith\"@example.org");
    g_assert_true(address_key(quoted, &pool).data == quoted.data);
    struct view upper = VIEW("Ann@example.org");
    g_assert_true(address_key(upper, &pool).data != upper.data);
}

static void folding_agrees_with_the_key_wherever_it_answers(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(KEYS); i++) {
        char into[256];
        struct view address = view_of(KEYS[i].address);
        if (address_fold(address, into))
            g_assert_cmpmem(into, address.len, KEYS[i].key, strlen(KEYS[i].key));
    }
}

static void an_address_of_any_length_is_taken_or_refused(void)
{
    for (size_t len = 1; len < 4 * LIMIT_ADDRESS + 20; len += 13) {
        g_autofree char *local = g_strnfill(len, 'a');
        g_autofree char *address = g_strdup_printf("%s@example.org", local);
        g_autofree char *quoted = g_strdup_printf("\"%s\"@example.org", local);
        g_autofree char *named = g_strdup_printf("%s <ann@example.org>", local);
        g_assert_cmpuint(address_key(view_of(address), &pool).len, ==,
                         strlen(address) <= LIMIT_ADDRESS ? strlen(address) : 0);
        address_key(view_of(quoted), &pool);
        g_assert_cmpuint(address_key(view_of(named), &pool).len, ==, strlen(named) <= 4 * LIMIT_ADDRESS ? 15 : 0);
    }
}

static void parts_keep_their_own_case(void)
{
    struct view local, domain;
    g_assert_true(address_split(VIEW("<Ann.X@Example.ORG.>"), &pool, &local, &domain));
    g_assert_true(view_equal(local, VIEW("Ann.X")));
    g_assert_true(view_equal(domain, VIEW("Example.ORG")));
    g_assert_true(address_split(VIEW("Ann@Example.org"), &pool, &local, &domain));
    g_assert_true(view_equal(local, VIEW("Ann")));
    g_assert_false(address_split(VIEW("nobody"), &pool, &local, &domain));
}

static void plausible_is_what_the_internet_could_deliver(void)
{
    static const char *const GOOD[] = {"ann@example.org", "a@x.co", "ann@xn--mnchen-3ya.example"};
    static const char *const BAD[] = {"ann@localhost",   "ann@example.4", "ann@192.0.2.1",
                                      "ann@[192.0.2.1]", "ann@example.c", ""};
    for (size_t i = 0; i < G_N_ELEMENTS(GOOD); i++)
        g_assert_true(address_is_plausible(view_of(GOOD[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++)
        g_assert_false(address_is_plausible(view_of(BAD[i])));
    g_autofree char *local = g_strnfill(65, 'a');
    g_autofree char *address = g_strdup_printf("%s@example.org", local);
    g_assert_false(address_is_plausible(view_of(address)));
    g_assert_true(address_is_plausible(view_of(address + 1)));
}

/* Bytes that matter to the parser, put together at random: a key is idempotent whatever it came from. */
static void random_bytes_have_an_idempotent_key_or_none(void)
{
    static const char *const PIECES[] = {
        "a",    "B",  "@",           ".",        "\"",        "\\",       "(",
        ")",    "<",  ">",           " ",        ":",         ",",        "=",
        "+",    "[",  "]",           "\303\234", "u\314\210", "\315\205", "\341\276\200",
        "\377", "\n", "example.org", "@x.org"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240229);
    unsigned keys = 0;
    for (int round = 0; round < 50000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int n = g_rand_int_range(rand, 1, 9); n > 0; n--)
            g_string_append(text, PIECES[g_rand_int_range(rand, 0, G_N_ELEMENTS(PIECES))]);
        struct view key = address_key((struct view){.data = text->str, .len = text->len}, &pool);
        struct view again = address_key(key, &pool);
        g_assert_true(view_equal(key, again));
        keys += key.len > 0;
        if (round % 1000 == 0)
            pool_reset(&pool);
    }
    g_assert_cmpuint(keys, >, 300);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    g_test_add_func("/address/a key is one for all ways to write an address",
                    a_key_is_one_for_all_ways_to_write_an_address);
    g_test_add_func("/address/what is no single address has no key", what_is_no_single_address_has_no_key);
    g_test_add_func("/address/a key that changes nothing is the text itself",
                    a_key_that_changes_nothing_is_the_text_itself);
    g_test_add_func("/address/folding agrees with the key wherever it answers",
                    folding_agrees_with_the_key_wherever_it_answers);
    g_test_add_func("/address/an address of any length is taken or refused",
                    an_address_of_any_length_is_taken_or_refused);
    g_test_add_func("/address/parts keep their own case", parts_keep_their_own_case);
    g_test_add_func("/address/plausible is what the Internet could deliver",
                    plausible_is_what_the_internet_could_deliver);
    g_test_add_func("/address/random bytes have an idempotent key or none",
                    random_bytes_have_an_idempotent_key_or_none);
    int result = g_test_run();
    pool_clear(&pool);
    return result;
}
