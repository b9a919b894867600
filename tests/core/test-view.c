/* SPDX-License-Identifier: MIT */
#include "core/pool.h"
#include "core/view.h"

static void lines_end_at_lf_crlf_and_lone_cr(void)
{
    struct view rest = VIEW("a\nb\r\nc\rd\n\ne");
    const char *expected[] = {"a", "b", "c", "d", "", "e"};
    struct view line;
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_true(view_next_line(&rest, &line));
        g_assert_true(view_equal(line, view_of(expected[i])));
    }
    g_assert_false(view_next_line(&rest, &line));
}

static void finding_ignores_case_only_when_asked(void)
{
    g_assert_cmpint(view_find(VIEW("User Unknown"), VIEW("unknown")), ==, -1);
    g_assert_cmpint(view_find_fold(VIEW("User Unknown"), VIEW("unknown")), ==, 5);
    g_assert_cmpint(view_find_fold(VIEW("abc"), VIEW("abcd")), ==, -1);
    g_assert_cmpint(view_find_fold(VIEW(""), VIEW("")), ==, 0);
}

static ssize_t found_slowly(struct view v, struct view needle)
{
    for (size_t i = 0; i + needle.len <= v.len; i++) {
        if (g_ascii_strncasecmp(v.data + i, needle.data, needle.len) == 0)
            return (ssize_t)i;
    }
    return -1;
}

/* Letters and what they could be taken for if only their case's bit were looked at. */
static void finding_without_case_agrees_with_a_slow_search(void)
{
    static const char bytes[] = "aAbB@`[{\x80\xA0 ";
    g_autoptr(GRand) rand = g_rand_new_with_seed(17);
    for (int round = 0; round < 20000; round++) {
        char text[40], needle[4];
        struct view v = {.data = text, .len = (size_t)g_rand_int_range(rand, 0, 40)};
        struct view n = {.data = needle, .len = (size_t)g_rand_int_range(rand, 1, 4)};
        for (size_t i = 0; i < v.len; i++)
            text[i] = bytes[g_rand_int_range(rand, 0, sizeof bytes - 1)];
        for (size_t i = 0; i < n.len; i++)
            needle[i] = bytes[g_rand_int_range(rand, 0, sizeof bytes - 1)];
        g_assert_cmpint(view_find_fold(v, n), ==, found_slowly(v, n));
    }
}

static void words_are_taken_off_with_the_white_space_around_them(void)
{
    struct view rest = VIEW(" mark \t of  a maker ");
    g_assert_true(view_equal(view_take_word(&rest), VIEW("mark")));
    g_assert_true(view_equal(rest, VIEW("of  a maker")));
    for (int i = 0; i < 3; i++)
        g_assert_false(view_is_empty(view_take_word(&rest)));
    g_assert_true(view_is_empty(view_take_word(&rest)));
}

static void a_pool_keeps_what_it_handed_out_until_reset(void)
{
    struct pool pool;
    pool_init(&pool);
    struct view first = pool_copy(&pool, VIEW("kept"));
    for (int i = 0; i < 10000; i++)
        pool_printf(&pool, "%d", i);
    g_assert_true(view_equal(first, VIEW("kept")));
    pool_alloc(&pool, 8 * 1024 * 1024);
    g_assert_true(view_equal(first, VIEW("kept")));
    pool_reset(&pool);
    pool_clear(&pool);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/view/lines end at LF, CRLF and lone CR", lines_end_at_lf_crlf_and_lone_cr);
    g_test_add_func("/view/finding ignores case only when asked", finding_ignores_case_only_when_asked);
    g_test_add_func("/view/finding without case agrees with a slow search",
                    finding_without_case_agrees_with_a_slow_search);
    g_test_add_func("/view/words are taken off with the white space around them",
                    words_are_taken_off_with_the_white_space_around_them);
    g_test_add_func("/pool/keeps what it handed out until reset", a_pool_keeps_what_it_handed_out_until_reset);
    return g_test_run();
}
