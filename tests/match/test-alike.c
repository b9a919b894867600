/* SPDX-License-Identifier: MIT */
#include "core/match/alike.h"

static struct pool pool;

enum { DOTS = 1 << ALIKE_GMAIL_DOTS, GOOGLE = 1 << ALIKE_GOOGLEMAIL, TAG = 1 << ALIKE_PLUS_TAG };

static const struct {
    unsigned rules;
    const char *key, *shared;
} CASES[] = {
    {0, "a.nn@googlemail.com", "a.nn@googlemail.com"},
    {DOTS, "a.n.n@gmail.com", "ann@gmail.com"},
    {DOTS, "a.n.n@googlemail.com", "ann@googlemail.com"},
    {DOTS, "a.n.n@example.org", "a.n.n@example.org"},
    {DOTS, "...@gmail.com", "...@gmail.com"},
    {GOOGLE, "a.nn@googlemail.com", "a.nn@gmail.com"},
    {GOOGLE, "ann@mail.googlemail.com", "ann@mail.googlemail.com"},
    {TAG, "ann+news@example.org", "ann@example.org"},
    {TAG, "ann+a+b@example.org", "ann@example.org"},
    {TAG, "+ann@example.org", "+ann@example.org"},
    {TAG, "\"a b+c\"@example.org", "\"a b+c\"@example.org"},
    {DOTS | GOOGLE | TAG, "a.n.n+x.y@googlemail.com", "ann@gmail.com"},
};

static void a_class_has_one_key(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        g_autofree char *shared = view_dup(alike_key(view_of(CASES[i].key), CASES[i].rules, &pool));
        g_assert_cmpstr(shared, ==, CASES[i].shared);
    }
}

static void rules_are_read_by_their_names(void)
{
    unsigned rules;
    g_assert_true(alike_parse("plus-tag", &rules));
    g_assert_cmpuint(rules, ==, TAG);
    g_assert_true(alike_parse("gmail-dots, googlemail,plus-tag", &rules));
    g_assert_cmpuint(rules, ==, DOTS | GOOGLE | TAG);
    g_assert_false(alike_parse("", &rules));
    g_assert_false(alike_parse("gmail-dots,", &rules));
    g_assert_false(alike_parse("dots", &rules));
}

static void candidates_become_the_subscribers_that_are_alike(void)
{
    struct alike *alike = alike_new(TAG);
    alike_want(alike, VIEW("ann@example.org"));
    g_assert_true(alike_see(alike, VIEW("ann+a@example.org")));
    g_assert_true(alike_see(alike, VIEW("ann+a@example.org")));
    g_assert_false(alike_see(alike, VIEW("bob+a@example.org")));
    const struct candidate given[] = {{.step = CLAIM_VERP, .is = CANDIDATE_ID, .key = VIEW("ann@example.org")},
                                      {.step = CLAIM_FINAL_RECIPIENT, .key = VIEW("ann@example.org")},
                                      {.step = CLAIM_TEXT, .key = VIEW("bob@example.org")}};
    size_t count = 3;
    const struct candidate *found = alike_expand(alike, given, &count, &pool);
    g_assert_cmpuint(count, ==, 3);
    g_assert_true(view_equal(found[0].key, VIEW("ann@example.org")));
    g_assert_true(view_equal(found[1].key, VIEW("ann+a@example.org")));
    g_assert_cmpint(found[1].step, ==, CLAIM_FINAL_RECIPIENT);
    g_assert_true(view_equal(found[2].key, VIEW("bob@example.org")));
    for (int i = 0; i < 2 * ALIKE_MAX; i++)
        alike_see(alike, pool_printf(&pool, "ann+%d@example.org", i));
    count = 3;
    alike_expand(alike, given, &count, &pool);
    g_assert_cmpuint(count, ==, 2 + ALIKE_MAX);
    alike_free(alike);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    g_test_add_func("/alike/a class has one key", a_class_has_one_key);
    g_test_add_func("/alike/rules are read by their names", rules_are_read_by_their_names);
    g_test_add_func("/alike/candidates become the subscribers that are alike",
                    candidates_become_the_subscribers_that_are_alike);
    int result = g_test_run();
    pool_clear(&pool);
    return result;
}
