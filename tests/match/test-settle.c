/* SPDX-License-Identifier: MIT */
#include "core/match/address.h"
#include "core/match/settle.h"
#include "core/match/verp.h"

static struct pool pool;

/* A list in few words: rows of "address id", numbered from 1, ten bytes each. */
static void stream(struct subjects *subjects, const char *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct view row = view_of(rows[i]);
        ssize_t blank = view_last_index(row, ' ');
        struct view id = view_from(row, (size_t)blank + 1);
        subjects_see(subjects, view_first(row, (size_t)blank), id, i + 1, i * 10, 10);
    }
}

static void want_all(struct subjects *subjects, const struct candidate *candidates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        subjects_want(subjects, candidates[i].is, candidates[i].key);
}

static struct settlement settle_with(struct subjects *subjects, const struct candidate *candidates, size_t count,
                                     const char *const *rows, size_t row_count)
{
    want_all(subjects, candidates, count);
    stream(subjects, rows, row_count);
    if (subjects_again(subjects))
        stream(subjects, rows, row_count);
    g_assert_false(subjects_again(subjects));
    return settle(subjects, candidates, count);
}

static void assert_subject(const struct subjects *subjects, const struct settlement *s, const char *key)
{
    g_assert_cmpint(s->settled, ==, SETTLED_ONE);
    g_assert_cmpuint(s->count, ==, 1);
    g_assert_true(view_equal(subjects_key(subjects, s->subject[0]), view_of(key)));
}

static void assert_rows(const struct subjects *subjects, subject_index subject, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    size_t cursor = 0;
    for (struct subject_row row; subjects_row(subjects, subject, &cursor, &row);) {
        g_assert_cmpuint(row.offset, ==, (row.number - 1) * 10);
        g_assert_cmpuint(row.length, ==, 10);
        g_string_append_printf(text, "%s%u", text->len ? " " : "", (unsigned)row.number);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

#define ADDRESS(s, k)                                                                                                  \
    {                                                                                                                  \
        .step = CLAIM_##s, .is = CANDIDATE_ADDRESS, .key = VIEW(k), .scheme = VIEW(#s)                                 \
    }
#define ID(s, k)                                                                                                       \
    {                                                                                                                  \
        .step = CLAIM_##s, .is = CANDIDATE_ID, .key = VIEW(k)                                                          \
    }

static void the_strongest_step_that_subscribes_decides(void)
{
    static const char *const ROWS[] = {"Final@example.org 1", "other@example.org 2", "ORIGINAL@Example.org 3"};
    const struct candidate candidates[] = {ADDRESS(VERP, "gone@example.org"),
                                           ADDRESS(ORIGINAL_RECIPIENT, "original@example.org"),
                                           ADDRESS(FINAL_RECIPIENT, "final@example.org")};
    g_autoptr(subjects_auto) subjects = subjects_new();
    struct settlement s = settle_with(subjects, candidates, 3, ROWS, 3);
    assert_subject(subjects, &s, "original@example.org");
    g_assert_cmpint(s.step, ==, CLAIM_ORIGINAL_RECIPIENT);
    g_assert_cmpint(s.doubt, ==, DOUBT_STRANGER);
    g_assert_true(s.against == &candidates[0]);
    assert_rows(subjects, s.subject[0], "3");
    s = settle(subjects, candidates, 1);
    g_assert_cmpint(s.settled, ==, SETTLED_NONE);
    g_assert_cmpint(s.doubt, ==, DOUBT_NONE);
    s = settle(subjects, NULL, 0);
    g_assert_cmpint(s.settled, ==, SETTLED_NONE);
}

static void of_two_readings_the_subscriber_wins_and_two_are_for_review(void)
{
    static const char *const ONE[] = {"pierre@example.org 1"};
    static const char *const BOTH[] = {"pierre@example.org 1", "jean-pierre@example.org 2", "bob@example.org 3"};
    const struct candidate candidates[] = {ADDRESS(VERP, "jean-pierre@example.org"),
                                           ADDRESS(VERP, "pierre@example.org"),
                                           ADDRESS(FINAL_RECIPIENT, "bob@example.org")};
    g_autoptr(subjects_auto) one = subjects_new();
    struct settlement s = settle_with(one, candidates, 3, ONE, 1);
    assert_subject(one, &s, "pierre@example.org");
    g_assert_cmpint(s.doubt, ==, DOUBT_NONE);
    g_assert_true(view_equal(s.scheme, VIEW("VERP")));
    g_autoptr(subjects_auto) both = subjects_new();
    s = settle_with(both, candidates, 3, BOTH, 3);
    g_assert_cmpint(s.settled, ==, SETTLED_AMBIGUOUS);
    g_assert_cmpint(s.step, ==, CLAIM_VERP);
    g_assert_cmpint(s.doubt, ==, DOUBT_READINGS);
    g_assert_cmpuint(s.count, ==, 2);
}

static void all_rows_of_an_address_are_one_subscriber(void)
{
    static const char *const ROWS[] = {"x@example.org 1", "Ann@example.org 2", "<ann@EXAMPLE.org> 3", "y@example.org 4",
                                       "ann@example.org. 5"};
    const struct candidate candidates[] = {ADDRESS(FINAL_RECIPIENT, "ann@example.org")};
    g_autoptr(subjects_auto) subjects = subjects_new();
    struct settlement s = settle_with(subjects, candidates, 1, ROWS, 5);
    assert_subject(subjects, &s, "ann@example.org");
    assert_rows(subjects, s.subject[0], "2 3 5");
    g_assert_cmpuint(subjects_count(subjects), ==, 1);
}

static void an_id_and_an_address_of_the_same_row_are_one_subscriber(void)
{
    static const char *const ROWS[] = {"ann@example.org U-7", "bob@example.org U-8"};
    const struct candidate candidates[] = {ID(VERP, "u-7"), ADDRESS(VERP, "ann@example.org")};
    g_autoptr(subjects_auto) subjects = subjects_new();
    struct settlement s = settle_with(subjects, candidates, 2, ROWS, 2);
    assert_subject(subjects, &s, "ann@example.org");
    assert_rows(subjects, s.subject[0], "1");
    const struct candidate two[] = {ID(VERP, "U-8"), ADDRESS(VERP, "ann@example.org")};
    g_autoptr(subjects_auto) other = subjects_new();
    g_assert_cmpint(settle_with(other, two, 2, ROWS, 2).settled, ==, SETTLED_AMBIGUOUS);
}

static void an_id_takes_every_row_of_its_subscriber_along(void)
{
    static const char *const ROWS[] = {"ann@example.org 6", "bob@example.org 8", "ann@example.org 7"};
    const struct candidate candidates[] = {ID(VERP, "7")};
    g_autoptr(subjects_auto) subjects = subjects_new();
    struct settlement s = settle_with(subjects, candidates, 1, ROWS, 3);
    assert_subject(subjects, &s, "ann@example.org");
    assert_rows(subjects, s.subject[0], "1 3");
    g_assert_cmpuint(subjects_count(subjects), ==, 1);
}

static void an_id_is_found_in_another_case_only_if_not_in_its_own(void)
{
    static const char *const ROWS[] = {"ann@example.org aB3", "bob@example.org Ab3"};
    const struct candidate own[] = {ID(VERP, "Ab3")}, folded[] = {ID(VERP, "ab3")};
    g_autoptr(subjects_auto) subjects = subjects_new();
    struct settlement s = settle_with(subjects, own, 1, ROWS, 2);
    assert_subject(subjects, &s, "bob@example.org");
    g_assert_cmpint(settle(subjects, folded, 1).settled, ==, SETTLED_AMBIGUOUS);
}

static void a_row_without_an_address_is_known_by_its_id(void)
{
    static const char *const ROWS[] = {"not-an-address 7", "ann@example.org 8", " 7"};
    const struct candidate candidates[] = {ID(VERP, "7")};
    g_autoptr(subjects_auto) subjects = subjects_new();
    struct settlement s = settle_with(subjects, candidates, 1, ROWS, 3);
    assert_subject(subjects, &s, "7");
    assert_rows(subjects, s.subject[0], "1 3");
}

static void an_id_that_everybody_has_is_nobodys(void)
{
    g_autoptr(subjects_auto) subjects = subjects_new();
    const struct candidate candidates[] = {ID(VERP, "1")};
    want_all(subjects, candidates, 1);
    for (unsigned i = 0; i < 5000; i++) {
        char address[64];
        g_snprintf(address, sizeof address, "user%u@example.org", i);
        subjects_see(subjects, view_of(address), VIEW("1"), i + 1, i * 10, 10);
    }
    struct settlement s = settle(subjects, candidates, 1);
    g_assert_cmpint(s.settled, ==, SETTLED_AMBIGUOUS);
    g_assert_cmpuint(s.count, ==, SETTLE_SUBJECTS);
    g_assert_cmpuint(subjects_wanted(subjects), <, 100);
}

static void subjects_come_in_the_order_of_the_list(void)
{
    static const char *const ROWS[] = {"c@example.org 1", "a@example.org 2", "c@example.org 3", "b@example.org 4",
                                       "z@example.org 5"};
    g_autoptr(subjects_auto) subjects = subjects_new();
    subjects_want(subjects, CANDIDATE_ADDRESS, VIEW("a@example.org"));
    subjects_want(subjects, CANDIDATE_ADDRESS, VIEW("a@example.org"));
    subjects_want(subjects, CANDIDATE_ADDRESS, VIEW("b@example.org"));
    subjects_want(subjects, CANDIDATE_ADDRESS, VIEW("c@example.org"));
    subjects_want(subjects, CANDIDATE_ADDRESS, VIEW("missing@example.org"));
    subjects_want(subjects, CANDIDATE_ADDRESS, VIEW(""));
    g_assert_cmpuint(subjects_wanted(subjects), ==, 4);
    stream(subjects, ROWS, 5);
    g_autoptr(GString) order = g_string_new(NULL);
    size_t cursor = 0;
    for (subject_index i; (i = subjects_next(subjects, &cursor)) != SUBJECT_NONE;)
        g_string_append_c(order, subjects_key(subjects, i).data[0]);
    g_assert_cmpstr(order->str, ==, "cab");
    g_assert_cmpuint(subjects_count(subjects), ==, 3);
}

/* --- the property: whatever the local part, the right subscriber or none, never another
 * ------------------------------- */

static const struct {
    const char *format; /* local part, domain */
} ENCODERS[] = {
    {"news-%s=%s@lists.example.net"},
    {"bounces-weekly-%s=%s@lists.example.net"},
    {"news-return-17-%s=%s@lists.example.net"},
    {"news-return-probe-1700000000.abcdefghijklmnopabcd-%s=%s@lists.example.net"},
    {"news+bounces-17-%s=%s@lists.example.net"},
    {"news-bounces+%s=%s@lists.example.net"},
    {"bounce+%s==a==%s==news@lists.example.net"},
    {"owner-news+%s=%s@lists.example.net"},
    {"news-request+%s=%s@lists.example.net"},
    {"bounces+104321-7c9e-%s=%s@em7.example.net"},
    {"bounce+1f2e3d.8a7b6c-%s=%s@mg.example.net"},
    {"bounce-40012-77-%s=%s@lyris.example.net"},
    {"return-a12-88-901-%s=%s=4@ga.example.net"},
    {"bounces+a1b2c3d4-%s=%s@b.example.net"},
    {"%s=%s@returns.example.net"},
    {"prvs=1234A1B2C3=news-bounces+%s=%s@lists.example.net"},
    {"SRS0=x7Yz=QQ=lists.example.net=news-%s=%s@forward.example.com"},
    {"SRS1=aB3d=forward.example.com==x7Yz=QQ=lists.example.net=news-bounces+%s=%s@second.example"},
    {"bob+SRS=x7Yz=QQ=lists.example.net=bounces-weekly-%s=%s@tenant.example"},
};

static char *random_local(GRand *rand)
{
    static const char *const WORDS[] = {"ann", "bob", "jean", "pierre", "news", "7", "x", "li"};
    static const char *const JOINTS[] = {"=", "+", "-", ".", "=", "+", "_", "--"};
    GString *local = g_string_new(WORDS[g_rand_int_range(rand, 0, G_N_ELEMENTS(WORDS))]);
    for (int n = g_rand_int_range(rand, 1, 5); n > 0; n--) {
        g_string_append(local, JOINTS[g_rand_int_range(rand, 0, G_N_ELEMENTS(JOINTS))]);
        g_string_append(local, WORDS[g_rand_int_range(rand, 0, G_N_ELEMENTS(WORDS))]);
        if (g_rand_boolean(rand))
            g_string_append_printf(local, "%d", g_rand_int_range(rand, 0, 30));
    }
    return g_string_free(local, FALSE);
}

static void whatever_the_local_part_the_list_settles_it_right(void)
{
    enum { PEOPLE = 3000 };
    static const char *const DOMAINS[] = {"example.org", "mail.example.com", "xn--mnchen-3ya.example"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240229);
    g_autoptr(verp_auto) verp = verp_new(NULL, NULL);
    g_autoptr(subjects_auto) subjects = subjects_new();
    g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) claims = g_array_new(FALSE, FALSE, sizeof(struct claim));
    g_autoptr(GArray) truth = g_array_new(FALSE, FALSE, sizeof(int));
    struct pool kept;
    pool_init(&kept);
    for (int p = 0; p < PEOPLE; p++) {
        g_autofree char *local = random_local(rand);
        const char *domain = DOMAINS[g_rand_int_range(rand, 0, G_N_ELEMENTS(DOMAINS))];
        g_ptr_array_add(people, g_strdup_printf("%s@%s", local, domain));
        for (int k = 0; k < 4; k++) {
            g_autofree char *format = g_strdup(ENCODERS[(p + k * 5) % G_N_ELEMENTS(ENCODERS)].format);
            /* "%s" twice: local part, domain */
            g_auto(GStrv) parts = g_strsplit(format, "%s", 3);
            struct event event = {.return_path_count = 1};
            event.return_paths[0] = pool_printf(&kept, "%s%s%s%s%s", parts[0], local, parts[1], domain, parts[2]);
            struct claim claim = claim_make(&event, 1, verp, &kept);
            want_all(subjects, claim.at, claim.count);
            g_array_append_val(claims, claim);
            g_array_append_val(truth, p);
        }
    }
    for (guint p = 0; p < people->len; p++)
        subjects_see(subjects, view_of(g_ptr_array_index(people, p)), VIEW(""), p + 1, p * 10, 10);
    unsigned right = 0, review = 0;
    for (guint i = 0; i < claims->len; i++) {
        const struct claim *claim = &g_array_index(claims, struct claim, i);
        struct view wanted = view_of(g_ptr_array_index(people, g_array_index(truth, int, i)));
        struct settlement s = settle(subjects, claim->at, claim->count);
        g_assert_cmpint(s.settled, !=, SETTLED_NONE);
        bool among = false;
        for (size_t k = 0; k < s.count; k++)
            among = among || view_equal(subjects_key(subjects, s.subject[k]), wanted);
        g_assert_true(among);
        right += s.settled == SETTLED_ONE;
        review += s.settled == SETTLED_AMBIGUOUS;
    }
    g_test_message("%u right, %u for review", right, review);
    g_assert_cmpuint(right, >, claims->len * 90 / 100);
    g_assert_cmpuint(review, >, 0);
    pool_clear(&kept);
}

static void many_keys_stay_apart_and_each_is_found(void)
{
    enum { KEYS = 100000 };
    g_autoptr(subjects_auto) subjects = subjects_new();
    char address[64];
    for (unsigned i = 0; i < KEYS; i++) {
        g_snprintf(address, sizeof address, "first.last%u@example%u.org", i * 2, i % 997);
        subjects_want(subjects, CANDIDATE_ADDRESS, view_of(address));
    }
    for (unsigned i = 0; i < 2 * KEYS; i++) {
        g_snprintf(address, sizeof address, "First.Last%u@example%u.org", i, i / 2 % 997);
        g_assert_cmpint(subjects_see(subjects, view_of(address), VIEW(""), i + 1, i * 10, 10), ==, i % 2 == 0);
    }
    g_assert_cmpuint(subjects_count(subjects), ==, KEYS);
}

/* `-m perf`: what a row of the list costs. */
static void a_row_is_cheap(void)
{
    enum { KEYS = 100000, ROWS = 2000000 };
    g_autoptr(subjects_auto) subjects = subjects_new();
    g_autofree char *texts = g_malloc((size_t)ROWS * 40);
    char address[64];
    for (unsigned i = 0; i < KEYS; i++) {
        g_snprintf(address, sizeof address, "first.last%07u@example%03u.org", i * 20, i * 20 % 997);
        subjects_want(subjects, CANDIDATE_ADDRESS, view_of(address));
    }
    for (unsigned i = 0; i < ROWS; i++)
        g_snprintf(texts + (size_t)i * 40, 40, "First.last%07u@example%03u.org", i, i % 997);
    for (unsigned hit = 0; hit < 2; hit++) {
        unsigned rows = 0, seen = 0;
        g_test_timer_start();
        for (unsigned i = 0; i < ROWS; i++) {
            if ((i % 20 == 0) != hit)
                continue;
            const char *text = texts + (size_t)i * 40;
            seen += subjects_see(subjects, (struct view){.data = text, .len = 32}, VIEW(""), i + 1, i * 40ul, 40);
            rows++;
        }
        double ns = g_test_timer_elapsed() * 1e9 / rows;
        g_test_minimized_result(ns, "subjects_see %s: %.0f ns, %u of %u seen", hit ? "hit" : "miss", ns, seen, rows);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    g_test_add_func("/settle/the strongest step that subscribes decides", the_strongest_step_that_subscribes_decides);
    g_test_add_func("/settle/of two readings the subscriber wins, and two are for review",
                    of_two_readings_the_subscriber_wins_and_two_are_for_review);
    g_test_add_func("/settle/all rows of an address are one subscriber", all_rows_of_an_address_are_one_subscriber);
    g_test_add_func("/settle/an id and an address of the same row are one subscriber",
                    an_id_and_an_address_of_the_same_row_are_one_subscriber);
    g_test_add_func("/settle/an id takes every row of its subscriber along",
                    an_id_takes_every_row_of_its_subscriber_along);
    g_test_add_func("/settle/an id is found in another case only if not in its own",
                    an_id_is_found_in_another_case_only_if_not_in_its_own);
    g_test_add_func("/settle/a row without an address is known by its id", a_row_without_an_address_is_known_by_its_id);
    g_test_add_func("/settle/an id that everybody has is nobody's", an_id_that_everybody_has_is_nobodys);
    g_test_add_func("/settle/subjects come in the order of the list", subjects_come_in_the_order_of_the_list);
    g_test_add_func("/settle/whatever the local part, the list settles it right",
                    whatever_the_local_part_the_list_settles_it_right);
    g_test_add_func("/settle/many keys stay apart and each is found", many_keys_stay_apart_and_each_is_found);
    if (g_test_perf())
        g_test_add_func("/settle/a row is cheap", a_row_is_cheap);
    int result = g_test_run();
    pool_clear(&pool);
    return result;
}
