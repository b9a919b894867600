/* SPDX-License-Identifier: MIT */
#include "core/policy/guard.h"
#include "core/policy/policy.h"

enum { DAY = 24 * 60 * 60 };

static struct guard_limits defaults(void)
{
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(NULL, &error);
    g_assert_no_error(error);
    struct guard_limits limits = *policy_guard(policy);
    policy_free(policy);
    return limits;
}

/* Sets one key in a group [guard]; the message of the error, or NULL. */
static char *set(struct guard_limits *limits, const char *line)
{
    g_autofree char *text = g_strdup_printf("[guard]\n%s\n", line);
    unsigned lines[GUARD_KEY_COUNT] = {0};
    g_autoptr(GError) error = NULL;
    struct conf *conf = conf_parse("p.conf", view_of(text), &error);
    g_assert_no_error(error);
    const struct conf_entry *entry = g_ptr_array_index(conf->entries, 0);
    bool done = guard_set(limits, lines, conf, entry, entry->line, &error);
    conf_free(conf);
    g_assert_true(done == !error);
    return error ? g_strdup(error->message) : NULL;
}

static void every_key_is_printed_as_it_is_read(void)
{
    static const char *const lines[GUARD_KEY_COUNT] = {
        "max-share=12.5%",     "min-rows=7",           "max-domain-share=never", "min-domain-rows=0",
        "max-list-share=100%", "burst-factor=never",   "burst-rows=2",           "burst-share=12.5%",
        "quarantine-days=9",   "message-share=33.25%", "campaign-share=7%",      "outage-share=75.5%",
        "outage-days=4",       "max-age-days=never",   "plan-days=36500",
    };
    struct guard_limits limits = defaults();
    for (unsigned key = 0; key < GUARD_KEY_COUNT; key++) {
        g_assert_null(set(&limits, lines[key]));
        g_autoptr(GString) text = g_string_new(guard_key_name(key));
        g_string_append_c(text, '=');
        guard_format(&limits, key, text);
        g_assert_cmpstr(text->str, ==, lines[key]);
    }
}

static void what_a_key_cannot_be_is_refused(void)
{
    static const char *const cases[][2] = {
        {"max-share=never", "p.conf:2: max-share is written 0% to 100%; not 'never'"},
        {"max-domain-share=101%", "p.conf:2: max-domain-share is written 0% to 100%, or never; not '101%'"},
        {"message-share=half", "p.conf:2: message-share is written 0% to 100%, or never; not 'half'"},
        {"burst-factor=1", "p.conf:2: burst-factor is a number from 2, or never; not '1'"},
        {"burst-rows=1", "p.conf:2: burst-rows is a number from 2; not '1'"},
        {"burst-rows=-5", "p.conf:2: burst-rows is a number from 2; not '-5'"},
        {"quarantine-days=0", "p.conf:2: quarantine-days is a number of days from 1; not '0'"},
        {"quarantine-days=never", "p.conf:2: quarantine-days is a number of days from 1; not 'never'"},
        {"max-age-days=36501", "p.conf:2: max-age-days is a number of days from 1, or never; not '36501'"},
        {"plan-days=", "p.conf:2: plan-days is a number of days from 1; not ''"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct guard_limits limits = defaults();
        g_autofree char *problem = set(&limits, cases[i][0]);
        g_assert_cmpstr(problem, ==, cases[i][1]);
    }
}

static void limits_hold_to_the_row(void)
{
    struct guard_limits limits = defaults();
    g_autofree char *domain = NULL, *all = NULL;
    g_assert_false(guard_trips_at(&limits, "example.org", 100, 120, NULL));
    g_assert_true(guard_trips_at(&limits, "example.org", 101, 120, &domain));
    g_assert_cmpstr(domain, ==,
                    "101 of 120 rows at example.org (84.2 %) would be removed; the guard allows 100 (40 % of them, or "
                    "100 if that is more)");
    g_assert_false(guard_trips_at(&limits, "example.org", 400, 1000, NULL));
    g_assert_true(guard_trips_at(&limits, "example.org", 401, 1000, NULL));
    g_assert_false(guard_trips_in_all(&limits, 499, 500, 1000, NULL));
    g_assert_true(guard_trips_in_all(&limits, 500, 501, 1000, &all));
    g_assert_nonnull(strstr(all, "501 of 1000 rows (50.1 %) would be gone, with those of earlier runs"));
    g_assert_null(set(&limits, "max-domain-share=never"));
    g_assert_null(set(&limits, "max-list-share=never"));
    g_assert_false(guard_trips_at(&limits, "example.org", 1000, 1000, NULL));
    g_assert_false(guard_trips_in_all(&limits, 0, 1000, 1000, NULL));
}

/* Half of the list was dead and somebody let it go: the nights after that go on, until it is another fifth. */
static void the_limit_of_a_list_stops_once(void)
{
    struct guard_limits limits = defaults();
    g_assert_true(guard_trips_in_all(&limits, 0, 600, 1000, NULL));
    g_assert_false(guard_trips_in_all(&limits, 600, 601, 1000, NULL));
    g_assert_false(guard_trips_in_all(&limits, 600, 700, 1000, NULL));
    g_assert_true(guard_trips_in_all(&limits, 700, 701, 1000, NULL));
    g_assert_true(guard_trips_in_all(&limits, 600, 701, 1000, NULL));
    g_assert_false(guard_trips_in_all(&limits, 701, 701, 1000, NULL));
    g_assert_false(guard_trips_in_all(&limits, 0, 0, 0, NULL));
}

static void old_news_are_stale(void)
{
    struct guard_limits limits = defaults();
    const gint64 then = 1000 * (gint64)DAY;
    g_assert_false(guard_is_stale(&limits, then, then + 730 * (gint64)DAY));
    g_assert_true(guard_is_stale(&limits, then, then + 730 * (gint64)DAY + 1));
    g_assert_false(guard_is_stale(&limits, 0, then)); /* nobody knows when that was */
    g_assert_null(set(&limits, "max-age-days=never"));
    g_assert_false(guard_is_stale(&limits, then, then + 7300 * (gint64)DAY));
}

static void never_turns_the_search_for_bursts_off(void)
{
    struct guard_limits limits = defaults();
    struct burst_limits burst = guard_burst_limits(&limits);
    g_assert_cmpint(burst.factor, ==, 10);
    g_assert_cmpint(burst.min, ==, 10);
    g_assert_cmpint(burst.confirm_days, ==, 3);
    g_assert_cmpfloat(burst.message_share, ==, 0.5);
    g_assert_null(set(&limits, "burst-factor=never"));
    g_assert_null(set(&limits, "message-share=never"));
    burst = guard_burst_limits(&limits);
    g_assert_cmpint(burst.factor, ==, 0);
    g_assert_cmpfloat(burst.message_share, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/guard/keys", every_key_is_printed_as_it_is_read);
    g_test_add_func("/policy/guard/refused", what_a_key_cannot_be_is_refused);
    g_test_add_func("/policy/guard/limits", limits_hold_to_the_row);
    g_test_add_func("/policy/guard/list", the_limit_of_a_list_stops_once);
    g_test_add_func("/policy/guard/stale", old_news_are_stale);
    g_test_add_func("/policy/guard/never", never_turns_the_search_for_bursts_off);
    return g_test_run();
}
