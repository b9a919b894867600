/* SPDX-License-Identifier: MIT */
#include "core/policy/burst.h"

#include <stdio.h>

/* 2026-01-05 10:00:00 UTC, a Monday: the daily mail leaves. */
#define START ((gint64)1767607200)

enum { DAY = 24 * 60 * 60, HOUR = 60 * 60, PROVIDERS = 4, USERS = 1000 };

static const struct burst_limits limits = {.factor = 10,
                                           .min = 10,
                                           .share = 0.5,
                                           .outage_share = 0.75,
                                           .outage_days = 18,
                                           .confirm_days = 3,
                                           .message_share = 0.5,
                                           .campaign_share = 0.1};

/* Four providers with a thousand subscribers each: number n is at provider n / 1000. */
struct scene {
    struct bursts *bursts;
    GRand *chance;
    const char *campaign; /* of what fails next; NULL: unknown */
};

static void set_up(struct scene *scene, gconstpointer data)
{
    (void)data;
    scene->bursts = bursts_new(&limits);
    scene->chance = g_rand_new_with_seed(7);
}

static void tear_down(struct scene *scene, gconstpointer data)
{
    (void)data;
    bursts_free(scene->bursts);
    g_rand_free(scene->chance);
}

static guint32 fail_at(struct scene *scene, guint32 subject, gint64 time, const char *domain, const char *mta,
                       const char *said)
{
    g_autofree char *diagnostic = g_strdup_printf("550 5.1.1 <p%u@%s>: %s %08x", subject, domain, said, subject * 77);
    struct sighting sighting = {.time = time,
                                .subject = subject,
                                .domain = view_of(domain),
                                .remote_mta = view_of(mta),
                                .diagnostic = view_of(diagnostic),
                                .message = view_of(scene->campaign ? scene->campaign : "")};
    return bursts_add(scene->bursts, &sighting);
}

/* The subscriber's own provider says that there is no such user. */
static guint32 fail(struct scene *scene, guint32 subject, gint64 time)
{
    char domain[32], mta[32], said[32];
    guint32 provider = subject / USERS;
    g_snprintf(domain, sizeof domain, "mail%u.example", provider);
    g_snprintf(mta, sizeof mta, "dns; mx%u.mail%u.example", subject % 3, provider);
    g_snprintf(said, sizeof said, "no such user %c", (char)('a' + provider));
    return fail_at(scene, subject, time, domain, mta, said);
}

static guint64 rows_of(struct view domain, void *user)
{
    (void)user;
    return domain.len == strlen("mail0.example") ? USERS : 0;
}

static void find(struct scene *scene)
{
    bursts_find(scene->bursts, (guint64)PROVIDERS * USERS, rows_of, NULL);
}

/* Ordinary days: one death at each provider a day; from subscriber 900 of each on, upwards. */
static void quiet_days(struct scene *scene, int from, int to)
{
    for (int day = from; day < to; day++) {
        for (guint32 provider = 0; provider < PROVIDERS; provider++)
            fail(scene, provider * USERS + 900 + (guint32)day,
                 START + day * DAY + g_rand_int_range(scene->chance, 0, HOUR));
    }
}

static guint count_marked(struct scene *scene, guint32 from, guint32 to, gint64 now)
{
    guint marked = 0;
    for (guint32 i = from; i < to; i++)
        marked += bursts_of(scene->bursts, i, now) != NULL;
    return marked;
}

/* --- what is one -------------------------------------------------------------------------------------------------- */

static void an_outage_is_a_burst_and_nothing_else_is(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 19);
    guint32 first = fail(scene, 2000, START + 20 * DAY), last = first;
    for (guint32 i = 1; i < 600; i++) /* 18 hours of it */
        last = fail(scene, 2000 + i, START + 20 * DAY + i * 18 * HOUR / 600);
    quiet_days(scene, 23, 41);
    find(scene);
    g_assert_cmpuint(count_marked(scene, first, last + 1, G_MAXINT64), ==, 600);
    g_assert_cmpuint(count_marked(scene, 0, first, G_MAXINT64), ==, 0);
    g_assert_cmpuint(count_marked(scene, last + 1, last + 1 + 18 * PROVIDERS, G_MAXINT64), ==, 0);
    const struct burst *burst = bursts_at(scene->bursts, 0);
    g_assert_cmpint(burst->kind, ==, BURST_DOMAIN);
    g_assert_cmpstr(burst->name, ==, "mail2.example");
    g_assert_cmpuint(burst->subscribers, ==, 600);
    g_assert_cmpuint(burst->usual, ==, 1);
    g_assert_cmpint(burst->first, ==, START + 20 * DAY);
    g_assert_cmpstr(burst->why, ==, "one of 600 at mail2.example within 24 hours, where 1 in a day are the usual peak");
    g_assert_true(bursts_of(scene->bursts, first, G_MAXINT64) == burst);
    g_assert_null(bursts_at(scene->bursts, 1)); /* its servers and its words say the same */
}

static void reports_that_come_late_are_part_of_it(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 19);
    guint32 last = 0;
    for (guint32 i = 0; i < 600; i++)
        last = fail(scene, 2000 + i, START + 20 * DAY + i * 18 * HOUR / 600);
    gint64 end = START + 20 * DAY + 18 * HOUR;
    guint32 late = fail(scene, 2700, end + 36 * HOUR), later = fail(scene, 2701, end + 50 * HOUR);
    guint32 elsewhere = fail(scene, 700, end + 36 * HOUR);
    find(scene);
    g_assert_true(bursts_of(scene->bursts, late, G_MAXINT64) == bursts_of(scene->bursts, last, G_MAXINT64));
    g_assert_null(bursts_of(scene->bursts, late, end + 35 * HOUR));
    g_assert_null(bursts_of(scene->bursts, later, G_MAXINT64));
    g_assert_null(bursts_of(scene->bursts, elsewhere, G_MAXINT64));
}

static void a_burst_is_known_from_the_moment_at_which_it_shows(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 19);
    guint32 first = fail(scene, 2000, START + 20 * DAY);
    for (guint32 i = 1; i < 100; i++)
        fail(scene, 2000 + i, START + 20 * DAY + i * 60);
    find(scene);
    g_assert_cmpuint(count_marked(scene, first, first + 100, START + 20 * DAY + 8 * 60), ==, 0);
    g_assert_cmpuint(count_marked(scene, first, first + 100, START + 20 * DAY + 9 * 60), ==, 10);
    g_assert_cmpuint(count_marked(scene, first, first + 100, START + 20 * DAY + 50 * 60), ==, 51);
}

/* The number of the first sighting. */
static guint32 fail_together(struct scene *scene, guint32 from, guint32 count, gint64 time)
{
    guint32 first = fail(scene, from, time);
    for (guint32 i = 1; i < count; i++)
        fail(scene, from + i, time + i);
    return first;
}

static void assert_marked(struct scene *scene, guint32 from, guint32 count, guint expected)
{
    g_assert_cmpuint(count_marked(scene, from, from + count, G_MAXINT64), ==, expected);
}

static void a_later_bounce_confirms(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_together(scene, 2000, 100, START + 20 * DAY);
    guint32 again = fail_together(scene, 2050, 9, START + 23 * DAY); /* it goes on for some of them: they are dead */
    find(scene);
    assert_marked(scene, first, 100, 100);
    assert_marked(scene, again, 9, 0);
}

static void a_second_outage_confirms_nobody(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_together(scene, 2000, 600, START + 20 * DAY);
    guint32 second = fail_together(scene, 2300, 600, START + 30 * DAY);
    find(scene);
    assert_marked(scene, first, 600, 600);
    assert_marked(scene, second, 600, 600);
}

static void the_same_outage_twice_confirms_nobody(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_together(scene, 2000, 600, START + 20 * DAY);
    guint32 second = fail_together(scene, 2000, 600, START + 30 * DAY);
    find(scene);
    assert_marked(scene, first, 600, 600);
    assert_marked(scene, second, 600, 600);
}

static void who_fails_for_the_third_time_while_nobody_joins_in_is_dead(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_together(scene, 2000, 600, START + 20 * DAY);
    guint32 second = fail_together(scene, 2000, 600, START + 23 * DAY);
    guint32 third = fail_together(scene, 2000, 600, START + 26 * DAY);
    find(scene);
    assert_marked(scene, first, 600, 600);
    assert_marked(scene, second, 600, 600);
    assert_marked(scene, third, 600, 0);
}

static void a_third_outage_that_meets_others_too_confirms_nobody(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    fail_together(scene, 2000, 300, START + 20 * DAY);
    fail_together(scene, 2000, 300, START + 27 * DAY);
    guint32 third = fail_together(scene, 2000, 400, START + 34 * DAY);
    find(scene);
    assert_marked(scene, third, 400, 400);
}

/* Nothing is heard of the list between one mail and the next. */
static void a_domain_that_died_leaves_a_monthly_list_too(struct scene *scene, gconstpointer data)
{
    (void)data;
    guint32 mail[8] = {0};
    for (int month = 0; month < 8; month++) {
        quiet_days(scene, month * 30, month * 30 + 2);
        mail[month] = month < 5 ? 0 : fail_together(scene, 2200, 600, START + month * 30 * DAY);
    }
    find(scene);
    assert_marked(scene, mail[5], 600, 600);
    assert_marked(scene, mail[6], 600, 600);
    assert_marked(scene, mail[7], 600, 0);
}

/* --- small domains: "club" has fifteen subscribers ---------------------------------------------------------------- */

static guint64 rows_of_small(struct view domain, void *user)
{
    return view_equal(domain, view_of("club.example")) ? 15 : rows_of(domain, user);
}

static void find_small(struct scene *scene)
{
    bursts_find(scene->bursts, (guint64)PROVIDERS * USERS, rows_of_small, NULL);
}

static guint32 fail_at_the_club(struct scene *scene, guint32 from, guint32 count, gint64 time)
{
    guint32 first = fail_at(scene, 3000 + from, time, "club.example", "", "who is this");
    for (guint32 i = 1; i < count; i++)
        fail_at(scene, 3000 + from + i, time + i * 60, "club.example", "", "who is this");
    return first;
}

static void an_outage_of_a_small_domain_is_a_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_at_the_club(scene, 0, 9, START + 20 * DAY);
    find_small(scene);
    assert_marked(scene, first, 9, 9);
    g_assert_cmpstr(bursts_at(scene->bursts, 0)->why, ==,
                    "one of 9 of the 15 at club.example within 24 hours, where 0 in a day are the usual peak");
}

static void an_outage_of_a_small_domain_before_the_first_clean_is_one(struct scene *scene, gconstpointer data)
{
    (void)data;
    guint32 first = fail_at_the_club(scene, 0, 9, START + 20 * DAY);
    find_small(scene);
    assert_marked(scene, first, 9, 9);
}

static void less_than_half_of_a_small_domain_are_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_at_the_club(scene, 0, 7, START + 20 * DAY);
    find_small(scene);
    assert_marked(scene, first, 7, 0);
}

static void whoever_says_that_two_are_enough_is_taken_at_his_word(struct scene *scene, gconstpointer data)
{
    (void)data;
    bursts_free(scene->bursts);
    const struct burst_limits two = {.factor = 2, .min = 2, .confirm_days = 3};
    scene->bursts = bursts_new(&two);
    quiet_days(scene, 0, 20);
    guint32 first = fail_at_the_club(scene, 0, 2, START + 20 * DAY);
    find_small(scene);
    assert_marked(scene, first, 2, 2);
}

static void who_leaves_a_small_domain_day_by_day_is_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_at_the_club(scene, 0, 2, START + 20 * DAY);
    for (guint32 day = 1; day < 6; day++)
        fail_at_the_club(scene, day * 2, 2, START + (20 + day) * DAY + HOUR * day);
    find_small(scene);
    assert_marked(scene, first, 12, 0);
}

static void a_small_domain_that_died_is_confirmed(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail_at_the_club(scene, 0, 15, START + 20 * DAY);
    guint32 second = fail_at_the_club(scene, 0, 15, START + 27 * DAY);
    guint32 third = fail_at_the_club(scene, 0, 15, START + 34 * DAY);
    find_small(scene);
    assert_marked(scene, first, 15, 15);
    assert_marked(scene, second, 15, 15);
    assert_marked(scene, third, 15, 0);
}

static void the_dead_at_small_domains_of_a_dirty_list_are_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    for (guint32 i = 0; i < PROVIDERS * USERS; i++) {
        if (i % 10 < 3) /* three of ten are dead everywhere */
            fail(scene, i, START + i);
    }
    guint32 first = fail_at_the_club(scene, 900, 8, START);
    find_small(scene);
    assert_marked(scene, first, 8, 0);
}

/* --- soft failures ------------------------------------------------------------------------------------------------ */

static guint32 put_off(struct scene *scene, guint32 subject, gint64 time)
{
    struct sighting sighting = {.time = time, .subject = subject, .domain = view_of("club.example"), .soft = true};
    return bursts_add(scene->bursts, &sighting);
}

/* Each of `count` at the club, every third day, an hour after one another. Returns the first number. */
static guint32 put_off_for(struct scene *scene, guint32 count, int from, int days)
{
    guint32 first = G_MAXUINT32;
    for (int day = from; day < from + days; day += 3) {
        for (guint32 i = 0; i < count; i++)
            first = MIN(first, put_off(scene, 3000 + i, START + day * DAY + i * HOUR));
    }
    return first;
}

static void a_domain_that_puts_off_nearly_all_mail_is_out(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 40);
    guint32 first = put_off_for(scene, 13, 10, 17);
    find_small(scene);
    assert_marked(scene, first, 6 * 13, 6 * 13);
    const struct burst *burst = bursts_of(scene->bursts, first, G_MAXINT64);
    g_assert_cmpint(burst->kind, ==, BURST_OUTAGE);
    g_assert_cmpstr(burst->why, ==,
                    "one of 13 of the 15 at club.example whose mail was put off within 7 days; it counts only if that "
                    "lasts longer than 18");
    g_assert_null(bursts_of(scene->bursts, first, START + 10 * DAY + 10 * HOUR));
    g_assert_nonnull(bursts_of(scene->bursts, first, START + 10 * DAY + 11 * HOUR)); /* the twelfth */
}

static void a_few_full_boxes_are_no_outage(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 40);
    guint32 first = put_off_for(scene, 11, 10, 17);
    find_small(scene);
    assert_marked(scene, first, 6 * 11, 0);
}

static void the_dead_of_a_domain_are_not_asked_to_fail(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 40);
    fail_at(scene, 3013, START + DAY, "club.example", "", "who is this");
    fail_at(scene, 3014, START + 3 * DAY, "club.example", "", "who is this");
    guint32 first = put_off_for(scene, 10, 10, 17);
    find_small(scene);
    assert_marked(scene, first, 6 * 10, 6 * 10);
}

static void what_lasts_longer_than_an_outage_is_none(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 60);
    guint32 first = put_off_for(scene, 15, 10, 40);
    find_small(scene);
    g_assert_nonnull(bursts_of(scene->bursts, first, START + 28 * DAY));
    g_assert_null(bursts_of(scene->bursts, first, START + 31 * DAY));
    assert_marked(scene, first, 14 * 15, 0);
}

static void an_outage_after_an_outage_is_another_one(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 60);
    guint32 first = put_off_for(scene, 15, 10, 15), second = put_off_for(scene, 15, 40, 15);
    find_small(scene);
    assert_marked(scene, first, 5 * 15, 5 * 15);
    assert_marked(scene, second, 5 * 15, 5 * 15);
}

/* A third of it is put off: far more than ever, and far less than all. */
static void a_large_domain_is_out_by_its_history(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 40);
    guint32 first = 0, last = 0;
    for (guint32 i = 0; i < 300; i++) {
        struct sighting sighting = {.time = START + 20 * DAY + i * 60,
                                    .subject = i,
                                    .domain = view_of("mail0.example"),
                                    .remote_mta = view_of("mx.mail0.example"),
                                    .soft = true};
        last = bursts_add(scene->bursts, &sighting);
        first = i ? first : last;
    }
    find(scene);
    assert_marked(scene, first, 300, 300);
}

/* Each at a domain of his own: our own network is down, or our name servers are. */
static void who_cannot_reach_anybody_is_out_himself(struct scene *scene, gconstpointer data)
{
    (void)data;
    guint32 last = 0;
    for (guint32 i = 0; i < PROVIDERS * USERS * 8 / 10; i++) {
        g_autofree char *domain = g_strdup_printf("d%u.example", i);
        struct sighting sighting = {.time = START + i * 60, .subject = i, .domain = view_of(domain), .soft = true};
        last = bursts_add(scene->bursts, &sighting);
    }
    find(scene);
    assert_marked(scene, 0, last + 1, last + 1);
    g_assert_cmpstr(bursts_at(scene->bursts, 0)->why, ==,
                    "one of 3200 of the 4000 of the list whose mail was put off within 7 days; it counts only if that "
                    "lasts longer than 18");
}

static void single_subscribers_are_in_no_outage(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 40);
    guint32 first = put_off_for(scene, 1, 10, 17);
    find_small(scene);
    assert_marked(scene, first, 6, 0);
}

static void soft_failures_are_no_part_of_a_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 soft = put_off_for(scene, 5, 20, 1), hard = fail_at_the_club(scene, 5, 4, START + 20 * DAY);
    find_small(scene);
    assert_marked(scene, soft, 5, 0);
    assert_marked(scene, hard, 4, 0);
}

/* --- length ------------------------------------------------------------------------------------------------------- */

static void an_outage_of_two_days_is_one_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = fail(scene, 2000, START + 20 * DAY), last = 0;
    for (guint32 i = 1; i < 100; i++)
        fail(scene, 2000 + i, START + 20 * DAY);
    for (guint32 i = 0; i < 100; i++)
        last = fail(scene, 2000 + i, START + 21 * DAY + 60);
    find(scene);
    g_assert_cmpuint(count_marked(scene, first, last + 1, G_MAXINT64), ==, 200);
}

static void small_domains_on_one_provider_are_seen_together(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 first = 0;
    for (guint32 i = 0; i < 60; i++) {
        g_autofree char *domain = g_strdup_printf("club%u.example", i / 3);
        g_autofree char *said = g_strdup_printf("no user %c%c", (char)('a' + i % 26), (char)('a' + i / 26));
        first = fail_at(scene, 3000 + i, START + 20 * DAY + i, domain, "mx7.hosting.co.uk", said);
    }
    find(scene);
    g_assert_cmpuint(count_marked(scene, first - 59, first + 1, G_MAXINT64), ==, 60);
    g_assert_cmpint(bursts_at(scene->bursts, 0)->kind, ==, BURST_PROVIDER);
    g_assert_cmpstr(bursts_at(scene->bursts, 0)->name, ==, "hosting.co.uk");
    g_assert_null(bursts_at(scene->bursts, 1));
}

static void words_give_a_provider_away_that_has_no_name(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    fail_at(scene, 3999, START + DAY, "club99.example", "", "mailbox gone");
    guint32 first = 0;
    for (guint32 i = 0; i < 60; i++) {
        g_autofree char *domain = g_strdup_printf("club%u.example", i / 3);
        first = fail_at(scene, 3000 + i, START + 20 * DAY + i, domain, "", i < 40 ? "mailbox gone" : "other words");
    }
    find(scene);
    g_assert_cmpuint(count_marked(scene, first - 59, first - 19, G_MAXINT64), ==, 40);
    g_assert_cmpuint(count_marked(scene, first - 19, first + 1, G_MAXINT64), ==, 0);
    g_assert_cmpint(bursts_at(scene->bursts, 0)->kind, ==, BURST_WORDING);
    g_assert_cmpstr(bursts_at(scene->bursts, 0)->name, ==, "550 5.1.1 @ : mailbox gone #");
}

/* --- what is none ------------------------------------------------------------------------------------------------- */

static void a_first_clean_of_a_dirty_list_has_no_bursts(struct scene *scene, gconstpointer data)
{
    (void)data;
    for (guint32 i = 0; i < PROVIDERS * USERS; i++) {
        if (i % USERS < (i < USERS ? 300 : 100)) /* every tenth is dead, at one provider nearly every third */
            fail(scene, i, START + i);
    }
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

/* Nothing is known of the days before: so many at one place, and hardly any elsewhere, speaks for itself. */
static void an_outage_before_the_first_clean_is_one(struct scene *scene, gconstpointer data)
{
    (void)data;
    guint32 last = 0;
    for (guint32 i = 0; i < USERS * 6 / 10; i++)
        last = fail(scene, i, START + i);
    for (guint32 i = USERS; i < PROVIDERS * USERS; i += 100)
        fail(scene, i, START + i);
    find(scene);
    g_assert_nonnull(bursts_at(scene->bursts, 0));
    g_assert_cmpuint(count_marked(scene, last + 1 - USERS * 6 / 10, last + 1, G_MAXINT64), ==, USERS * 6 / 10);
    g_assert_null(bursts_of(scene->bursts, last + 1, G_MAXINT64));
}

static void the_dead_who_are_mailed_every_day_are_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    for (int day = 0; day < 30; day++) {
        for (guint32 i = 0; i < PROVIDERS * USERS; i += 10)
            fail(scene, i, START + day * DAY + i);
    }
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void the_dead_of_a_weekly_mail_are_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    for (int day = 0; day < 90; day++) {
        for (guint32 i = 0; i < PROVIDERS * USERS && day % 7 == 0; i += 10)
            fail(scene, i, START + day * DAY + i);
        quiet_days(scene, day, day + 1);
    }
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void the_first_mail_to_everybody_is_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    for (guint32 i = 0; i < PROVIDERS * USERS; i++) {
        if (i % USERS < (i < USERS ? 200 : 100))
            fail(scene, i, START + 20 * DAY + i);
    }
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void a_few_are_no_burst(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    for (guint32 i = 0; i < 8; i++)
        fail(scene, 2000 + i, START + 20 * DAY);
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void without_a_factor_nothing_is_looked_for(struct scene *scene, gconstpointer data)
{
    (void)data;
    bursts_free(scene->bursts);
    const struct burst_limits off = {.min = 10, .confirm_days = 3};
    scene->bursts = bursts_new(&off);
    quiet_days(scene, 0, 20);
    for (guint32 i = 0; i < PROVIDERS * USERS; i++)
        fail(scene, i, START + 20 * DAY);
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static void a_mail_that_nearly_nobody_gets_is_at_fault_itself(struct scene *scene, gconstpointer data)
{
    (void)data;
    guint32 last = 0;
    for (guint32 i = 0; i < PROVIDERS * USERS; i++) {
        if (i % 10 < 6)
            last = fail(scene, i, START + i);
    }
    fail(scene, 9, START + 10 * DAY);
    find(scene);
    const struct burst *burst = bursts_at(scene->bursts, 0);
    g_assert_cmpint(burst->kind, ==, BURST_MESSAGE);
    g_assert_cmpuint(burst->subscribers, ==, 2400);
    g_assert_cmpuint(count_marked(scene, 0, last + 1, G_MAXINT64), ==, 2400);
    g_assert_null(bursts_of(scene->bursts, last + 1, G_MAXINT64));
}

static void the_same_words_everywhere_are_about_the_message(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    guint32 last = 0;
    for (guint32 i = 0; i < 200; i++) {
        g_autofree char *domain = g_strdup_printf("club%u.example", i % 50);
        last = fail_at(scene, 3000 + i, START + 20 * DAY + i, domain, "", "we do not like this");
    }
    find(scene);
    g_assert_cmpuint(count_marked(scene, last - 199, last + 1, G_MAXINT64), ==, 200);
    g_assert_cmpint(bursts_of(scene->bursts, last, G_MAXINT64)->kind, ==, BURST_MESSAGE);
}

/* At such domains one is called dead in these words every day. */
static void many_deaths_in_words_that_are_known_are_about_people(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    for (guint32 i = 0; i < 20; i++)
        fail_at(scene, 3700 + i, START + i * DAY, "club7.example", "", "user unknown");
    for (guint32 i = 0; i < 200; i++) {
        g_autofree char *domain = g_strdup_printf("club%u.example", i % 50);
        fail_at(scene, 3000 + i, START + 20 * DAY + i, domain, "", "user unknown");
    }
    find(scene);
    for (size_t i = 0; bursts_at(scene->bursts, i); i++)
        g_assert_cmpint(bursts_at(scene->bursts, i)->kind, !=, BURST_MESSAGE);
}

/* One campaign meets a tenth of the list and more, everywhere, each of ten providers with words of its own. */
static guint32 fail_on_content(struct scene *scene, gint64 time)
{
    guint32 last = 0;
    for (guint32 i = 0; i < 500; i++) {
        g_autofree char *domain = g_strdup_printf("club%u.example", i % 10);
        g_autofree char *said = g_strdup_printf("bad thing %c", (char)('a' + i % 10));
        last = fail_at(scene, i, time + i, domain, "", said);
    }
    return last;
}

static void one_campaign_that_is_refused_in_new_words_is_at_fault_itself(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    scene->campaign = "june";
    guint32 dead = fail(scene, 3899, START + 20 * DAY);
    guint32 last = fail_on_content(scene, START + 20 * DAY);
    find(scene);
    g_assert_cmpuint(count_marked(scene, last - 499, last + 1, G_MAXINT64), ==, 500);
    const struct burst *burst = bursts_of(scene->bursts, last, G_MAXINT64);
    g_assert_cmpint(burst->kind, ==, BURST_MESSAGE);
    g_assert_cmpstr(burst->why, ==,
                    "one of 500 that failed in new words within 24 hours on 'june', as by a fault of it");
    g_assert_null(bursts_at(scene->bursts, 1));
    g_assert_null(bursts_of(scene->bursts, dead, G_MAXINT64)); /* she is called dead as others were */
    g_assert_cmpuint(count_marked(scene, 0, dead, G_MAXINT64), ==, 0);
    g_assert_null(bursts_of(scene->bursts, last, START + 20 * DAY + 60));
}

static void the_name_of_a_campaign_is_fit_for_a_terminal(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    scene->campaign = "ju\x1b[31mne";
    fail_on_content(scene, START + 20 * DAY);
    find(scene);
    g_assert_cmpstr(bursts_at(scene->bursts, 0)->name, ==, "ju [31mne");
}

static void a_campaign_to_a_dirty_list_is_not_at_fault(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    scene->campaign = "june";
    for (guint32 i = 0; i < PROVIDERS * USERS; i++) {
        if (i % USERS < 150)
            fail(scene, i, START + 20 * DAY + i);
    }
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void a_first_campaign_shows_no_fault(struct scene *scene, gconstpointer data)
{
    (void)data;
    scene->campaign = "june";
    fail_on_content(scene, START);
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void a_few_people_of_a_campaign_are_no_fault_of_it(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    scene->campaign = "june";
    fail_on_content(scene, START + 20 * DAY);
    bursts_find(scene->bursts, 6000, rows_of, NULL);
    g_assert_null(bursts_at(scene->bursts, 0));
}

static void two_campaigns_are_not_taken_for_one(struct scene *scene, gconstpointer data)
{
    (void)data;
    quiet_days(scene, 0, 20);
    for (guint32 i = 0; i < 500; i++) {
        g_autofree char *domain = g_strdup_printf("club%u.example", i % 10);
        g_autofree char *said = g_strdup_printf("bad thing %c", (char)('a' + i % 10));
        scene->campaign = i % 2 ? "june" : "july";
        fail_at(scene, i, START + 20 * DAY + i, domain, "", said);
    }
    find(scene);
    g_assert_null(bursts_at(scene->bursts, 0));
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static void the_order_of_reading_does_not_matter(struct scene *scene, gconstpointer data)
{
    (void)data;
    enum { COUNT = 900 };
    guint32 subject[COUNT];
    gint64 time[COUNT];
    for (guint32 i = 0; i < COUNT; i++) {
        subject[i] = i < 500 ? i * 8 : 2000 + (i - 500);
        time[i] = START + (i < 500 ? i * 3 * HOUR : 50 * DAY + (i - 500) * 60);
    }
    char *results[2];
    for (int turn = 0; turn < 2; turn++) {
        g_autofree guint32 *number = g_new(guint32, COUNT);
        GString *marks = g_string_new(NULL);
        for (guint32 i = 0; i < COUNT; i++) {
            guint32 k = turn ? COUNT - 1 - i : i;
            number[k] = fail(scene, subject[k], time[k]);
        }
        find(scene);
        for (guint32 i = 0; i < COUNT; i++) {
            const struct burst *burst = bursts_of(scene->bursts, number[i], START + 50 * DAY + 3 * HOUR);
            g_string_append_printf(marks, "%s\n", burst ? burst->why : "-");
        }
        results[turn] = g_string_free(marks, FALSE);
        bursts_free(scene->bursts);
        scene->bursts = bursts_new(&limits);
    }
    g_assert_nonnull(strstr(results[0], "one of"));
    g_assert_cmpstr(results[0], ==, results[1]);
    g_free(results[0]);
    g_free(results[1]);
}

/* A search that looks at every pair would never come to its end here. */
static void a_hundred_thousand_spread_over_a_year_are_no_burst(struct scene *scene, gconstpointer data)
{
    enum { COUNT = 100000 };
    (void)data;
    g_autofree guint32 *number = g_new(guint32, COUNT);
    for (guint32 i = 0; i < COUNT; i++) {
        guint32 subject = (guint32)g_rand_int_range(scene->chance, 0, PROVIDERS * USERS);
        number[i] = fail(scene, subject, START + g_rand_int_range(scene->chance, 0, 300 * DAY));
    }
    find(scene);
    for (guint32 i = 0; i < COUNT; i++)
        g_assert_null(bursts_of(scene->bursts, number[i], START + 400 * DAY));
}

static void servers_are_known_by_their_operator(void)
{
    static const char *const cases[][2] = {
        {"dns; gmail-smtp-in.l.google.com", "google.com"},
        {"mx1.mail.example.co.uk", "example.co.uk"},
        {"mx.example.org. (192.0.2.1)", "example.org"},
        {"example.org", "example.org"},
        {"mx.example.de", "example.de"},
        {"mx00.ac.example.jp", "example.jp"},
        {"192.0.2.1", ""},
        {"dns;[192.0.2.1]", ""},
        {"[IPv6:2001:db8::1]", ""},
        {"localhost", ""},
        {"", ""},
        {" . ", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *provider = view_dup(burst_provider(view_of(cases[i][0])));
        g_assert_cmpstr(provider, ==, cases[i][1]);
    }
}

static void replies_to_different_people_have_one_wording(void)
{
    static const char *const cases[][2] = {
        {"550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown",
         "550 5.1.1 @ : recipient address rejected: user unknown"},
        {"550-5.1.1 The email account that you tried to reach does not exist. x17si123abc.4 - gsmtp",
         "550-5.1.1 the email account that you tried to reach does not exist. # - gsmtp"},
        {"  552  Mailbox\r\n full ", "552 mailbox full"},
        {"", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        burst_wording(view_of(cases[i][0]), text);
        g_assert_cmpstr(text->str, ==, cases[i][1]);
    }
}

#define SCENE(path, function) g_test_add("/policy/burst/" path, struct scene, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SCENE("an outage before the first clean is one", an_outage_before_the_first_clean_is_one);
    SCENE("outage", an_outage_is_a_burst_and_nothing_else_is);
    SCENE("late", reports_that_come_late_are_part_of_it);
    SCENE("known", a_burst_is_known_from_the_moment_at_which_it_shows);
    SCENE("confirmed", a_later_bounce_confirms);
    SCENE("second", a_second_outage_confirms_nobody);
    SCENE("twice", the_same_outage_twice_confirms_nobody);
    SCENE("third", who_fails_for_the_third_time_while_nobody_joins_in_is_dead);
    SCENE("third/others", a_third_outage_that_meets_others_too_confirms_nobody);
    SCENE("monthly", a_domain_that_died_leaves_a_monthly_list_too);
    SCENE("outage/soft", a_domain_that_puts_off_nearly_all_mail_is_out);
    SCENE("outage/few", a_few_full_boxes_are_no_outage);
    SCENE("outage/dead", the_dead_of_a_domain_are_not_asked_to_fail);
    SCENE("outage/long", what_lasts_longer_than_an_outage_is_none);
    SCENE("outage/again", an_outage_after_an_outage_is_another_one);
    SCENE("outage/large", a_large_domain_is_out_by_its_history);
    SCENE("outage/ours", who_cannot_reach_anybody_is_out_himself);
    SCENE("outage/single", single_subscribers_are_in_no_outage);
    SCENE("outage/hard", soft_failures_are_no_part_of_a_burst);
    SCENE("small", an_outage_of_a_small_domain_is_a_burst);
    SCENE("small/first", an_outage_of_a_small_domain_before_the_first_clean_is_one);
    SCENE("small/few", less_than_half_of_a_small_domain_are_no_burst);
    SCENE("small/two", whoever_says_that_two_are_enough_is_taken_at_his_word);
    SCENE("small/slowly", who_leaves_a_small_domain_day_by_day_is_no_burst);
    SCENE("small/dead", a_small_domain_that_died_is_confirmed);
    SCENE("small/dirty", the_dead_at_small_domains_of_a_dirty_list_are_no_burst);
    SCENE("long", an_outage_of_two_days_is_one_burst);
    SCENE("provider", small_domains_on_one_provider_are_seen_together);
    SCENE("wording", words_give_a_provider_away_that_has_no_name);
    SCENE("first-clean", a_first_clean_of_a_dirty_list_has_no_bursts);
    SCENE("daily", the_dead_who_are_mailed_every_day_are_no_burst);
    SCENE("weekly", the_dead_of_a_weekly_mail_are_no_burst);
    SCENE("everybody", the_first_mail_to_everybody_is_no_burst);
    SCENE("few", a_few_are_no_burst);
    SCENE("off", without_a_factor_nothing_is_looked_for);
    SCENE("message", a_mail_that_nearly_nobody_gets_is_at_fault_itself);
    SCENE("spread", the_same_words_everywhere_are_about_the_message);
    SCENE("spread/known", many_deaths_in_words_that_are_known_are_about_people);
    SCENE("campaign", one_campaign_that_is_refused_in_new_words_is_at_fault_itself);
    SCENE("campaign/name", the_name_of_a_campaign_is_fit_for_a_terminal);
    SCENE("campaign/dirty", a_campaign_to_a_dirty_list_is_not_at_fault);
    SCENE("campaign/first", a_first_campaign_shows_no_fault);
    SCENE("campaign/few", a_few_people_of_a_campaign_are_no_fault_of_it);
    SCENE("campaign/two", two_campaigns_are_not_taken_for_one);
    SCENE("order", the_order_of_reading_does_not_matter);
    SCENE("a hundred thousand spread over a year are no burst", a_hundred_thousand_spread_over_a_year_are_no_burst);
    g_test_add_func("/policy/burst/operator", servers_are_known_by_their_operator);
    g_test_add_func("/policy/burst/words", replies_to_different_people_have_one_wording);
    return g_test_run();
}
