/* SPDX-License-Identifier: MIT */
#include "core/policy/replay.h"

#include <gio/gio.h>

#define DAY ((gint64)24 * 60 * 60)
#define NOON(day) ((gint64)1772366400 + (gint64)(day)*DAY) /* 2026-03-01 12:00 UTC */
#define NIGHT(day) (NOON(day) + DAY / 2)

enum { MOST = 12, DAYS = 40 };

/* Subscribers who are known by few bounces each, and a run every night. */
struct scene {
    struct policy *policy;
    struct occurrence at[MOST][MOST];
    gint64 known[MOST][MOST];
    struct replay_subject subjects[MOST];
    gint64 moments[DAYS];
    guint32 sighting[MOST][MOST];
    struct bursts *bursts;
    struct replay_input input;
};

static void set_up(struct scene *scene, gconstpointer data)
{
    (void)data;
    GError *error = NULL;
    scene->policy = policy_load(NULL, &error);
    g_assert_no_error(error);
    for (int i = 0; i < DAYS; i++)
        scene->moments[i] = NIGHT(i);
    for (int i = 0; i < MOST; i++) {
        scene->subjects[i].history.at = scene->at[i];
        scene->subjects[i].known = scene->known[i];
        scene->subjects[i].rows = 1;
    }
    scene->input = (struct replay_input){
        .subjects = scene->subjects, .moments = scene->moments, .moment_count = DAYS, .end = NIGHT(DAYS), .rows = 1000};
}

static void tear_down(struct scene *scene, gconstpointer data)
{
    (void)data;
    policy_free(scene->policy);
    if (scene->bursts)
        bursts_free(scene->bursts);
}

static void knows(struct scene *scene, size_t subject, enum event_kind kind, enum ses_class class, gint64 time)
{
    size_t n = scene->subjects[subject].history.count++;
    scene->at[subject][n] = (struct occurrence){
        .id = (gint64)(subject * MOST + n + 1), .time = time, .kind = kind, .class = class, .step = CLAIM_VERP};
    scene->known[subject][n] = time;
    scene->input.subject_count = MAX(scene->input.subject_count, subject + 1);
}

static void bounces(struct scene *scene, size_t subject, enum ses_class class, int day)
{
    knows(scene, subject, EVENT_BOUNCE, class, NOON(day));
}

static void removal_comes_with_the_first_run_that_knows(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 3);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpint(replay->fates[0].removed, ==, NIGHT(3));
    g_assert_cmpuint(replay->removed, ==, 1);
    g_assert_cmpint(replay->fates[0].last, ==, ACTION_REMOVE);
    g_assert_nonnull(strstr(replay->fates[0].why, "one is enough to remove"));
    replay_free(replay);
}

static void what_became_known_later_decides_later(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 3);
    scene->known[0][0] = NOON(9);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpint(replay->fates[0].removed, ==, NIGHT(9));
    replay_free(replay);
}

static void a_hold_ends_by_itself_and_its_days_are_counted(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_TRANSIENT_MAILBOX_FULL, 2);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    const struct replay_fate *fate = &replay->fates[0];
    g_assert_cmpint(fate->held, ==, NIGHT(2));
    g_assert_cmpint(fate->retry_after, ==, NOON(9));
    g_assert_cmpint(fate->seconds_held, ==, 7 * DAY); /* of the nights 2 to 8 */
    g_assert_cmpint(fate->last, ==, ACTION_KEEP);
    g_assert_cmpuint(replay->held, ==, 1);
    g_assert_cmpuint(replay->removed, ==, 0);
    replay_free(replay);
}

static void bounces_after_the_removal_are_avoided(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 3);
    for (int day = 4; day < 9; day++)
        bounces(scene, 0, SES_PERMANENT_NO_EMAIL, day);
    bounces(scene, 1, SES_TRANSIENT_CONTENT_REJECTED, 5);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->fates[0].avoided, ==, 5);
    g_assert_cmpuint(replay->avoided, ==, 5);
    g_assert_cmpint(replay->fates[0].alive, ==, 0);
    replay_free(replay);
}

static void a_delivery_after_the_removal_was_a_mistake(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 3);
    knows(scene, 0, EVENT_DELIVERY, SES_UNDETERMINED, NOON(6));
    bounces(scene, 1, SES_PERMANENT_NO_EMAIL, 3);
    scene->subjects[1].history.engaged = NOON(20);
    bounces(scene, 2, SES_PERMANENT_NO_EMAIL, 3);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->removed, ==, 3);
    g_assert_cmpuint(replay->alive, ==, 2);
    g_assert_cmpint(replay->fates[0].alive, ==, NOON(6));
    g_assert_cmpint(replay->fates[1].alive, ==, NOON(20));
    replay_free(replay);
}

static void a_sign_of_life_counts_from_its_day_on(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_TRANSIENT_MAILBOX_FULL, 2);
    scene->subjects[0].history.engaged = NOON(4);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpint(replay->fates[0].seconds_held, ==, 2 * DAY);
    replay_free(replay);
}

static void a_stopped_run_changes_nothing(struct scene *scene, gconstpointer data)
{
    (void)data;
    scene->input.rows = 100;
    for (size_t i = 0; i < 4; i++)
        scene->subjects[i].rows = i < 3 ? 20 : 1;
    bounces(scene, 3, SES_PERMANENT_NO_EMAIL, 1);
    for (size_t i = 0; i < 3; i++)
        bounces(scene, i, SES_PERMANENT_NO_EMAIL, 3);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpint(replay->fates[3].removed, ==, NIGHT(1));
    for (size_t i = 0; i < 3; i++)
        g_assert_cmpint(replay->fates[i].removed, ==, 0);
    g_assert_cmpuint(replay->stopped, ==, DAYS - 3);
    replay_free(replay);
}

static void without_evidence_or_runs_nothing_happens(struct scene *scene, gconstpointer data)
{
    (void)data;
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->count, ==, 0);
    replay_free(replay);
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 3);
    scene->input.moment_count = 0;
    replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->removed, ==, 0);
    replay_free(replay);
}

/* The first bounce of each of MOST subscribers at one domain is seen by the search for bursts, after quiet days. */
static void look_for_bursts(struct scene *scene)
{
    struct burst_limits limits = guard_burst_limits(policy_guard(scene->policy));
    scene->bursts = bursts_new(&limits);
    for (int day = 0; day < DAYS; day++)
        bursts_active(scene->bursts, NOON(day));
    for (size_t i = 0; i < MOST; i++) {
        for (size_t n = 0; n < scene->subjects[i].history.count; n++) {
            struct sighting sighting = {
                .time = scene->at[i][n].time, .subject = (guint32)i, .domain = VIEW("example.com")};
            scene->sighting[i][n] = bursts_add(scene->bursts, &sighting);
        }
        scene->subjects[i].sighting = scene->sighting[i];
    }
    bursts_find(scene->bursts, 0, NULL, NULL);
    scene->input.bursts = scene->bursts;
}

static void a_burst_is_held_and_what_follows_it_removes(struct scene *scene, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < MOST; i++)
        bounces(scene, i, SES_PERMANENT_NO_EMAIL, 10);
    bounces(scene, 3, SES_PERMANENT_NO_EMAIL, 15);
    look_for_bursts(scene);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->removed, ==, 1);
    g_assert_cmpuint(replay->held, ==, MOST);
    g_assert_cmpint(replay->fates[3].removed, ==, NIGHT(15));
    g_assert_cmpint(replay->fates[0].seconds_held, ==, 3 * DAY);
    g_assert_cmpint(replay->fates[0].last, ==, ACTION_KEEP);
    replay_free(replay);
}

static void who_was_removed_before_it_was_known_for_a_burst_comes_back(struct scene *scene, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < MOST; i++)
        knows(scene, i, EVENT_BOUNCE, SES_PERMANENT_NO_EMAIL, NIGHT(10) + (i < 6 ? -1 : 1) * 60 * 60);
    look_for_bursts(scene);
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpint(replay->fates[0].removed, ==, NIGHT(10));
    g_assert_cmpint(replay->fates[0].held, ==, NIGHT(11));
    g_assert_cmpint(replay->fates[0].last, ==, ACTION_KEEP);
    g_assert_cmpint(replay->fates[MOST - 1].removed, ==, 0);
    g_assert_cmpint(replay->fates[MOST - 1].held, ==, NIGHT(11));
    replay_free(replay);
}

static guint64 three_hundred(struct view domain, void *user)
{
    (void)user;
    return view_equal(domain, VIEW("example.com")) ? 300 : 0;
}

static void too_many_at_one_domain_stop_the_run(struct scene *scene, gconstpointer data)
{
    (void)data;
    scene->input.rows = 10000;
    scene->input.rows_of = three_hundred;
    for (size_t i = 0; i < MOST; i++) {
        bounces(scene, i, SES_PERMANENT_NO_EMAIL, 10);
        scene->subjects[i].rows = 11;
        scene->subjects[i].history.address = VIEW("ann@example.com");
    }
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->removed, ==, 0);
    g_assert_cmpuint(replay->stopped, ==, DAYS - 10);
    replay_free(replay);
    scene->subjects[0].rows = 0;
    scene->subjects[1].rows = 10;
    replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->removed, ==, MOST);
    replay_free(replay);
}

static void evidence_that_was_old_when_it_was_read_removes_nobody(struct scene *scene, gconstpointer data)
{
    (void)data;
    knows(scene, 0, EVENT_BOUNCE, SES_PERMANENT_NO_EMAIL, NOON(5) - 731 * DAY);
    scene->known[0][0] = NOON(5);
    scene->subjects[0].sighting = scene->sighting[0];
    struct replay *replay = replay_run(scene->policy, &scene->input);
    g_assert_cmpuint(replay->removed, ==, 0);
    g_assert_cmpuint(replay->review, ==, 1);
    replay_free(replay);
}

/* A policy_decide() each night over what is known by then, without any of the replay's savings. */
static void it_decides_what_runs_would_every_night(struct scene *scene, gconstpointer data)
{
    (void)data;
    static const enum ses_class classes[] = {SES_PERMANENT_NO_EMAIL, SES_TRANSIENT_GENERAL, SES_TRANSIENT_GENERAL,
                                             SES_TRANSIENT_MAILBOX_FULL, SES_TRANSIENT_CONTENT_REJECTED};
    g_autoptr(GRand) dice = g_rand_new_with_seed(5);
    for (size_t i = 0; i < MOST; i++) {
        int day = 0;
        for (int n = g_rand_int_range(dice, 0, MOST); n > 0; n--) {
            day += g_rand_int_range(dice, 0, 6);
            if (g_rand_boolean(dice) || i % 2)
                bounces(scene, i, classes[(size_t)g_rand_int_range(dice, i % 3 != 0, G_N_ELEMENTS(classes))], day);
            else
                knows(scene, i, EVENT_DELIVERY, SES_UNDETERMINED, NOON(day));
        }
    }
    struct replay *replay = replay_run(scene->policy, &scene->input);
    for (size_t i = 0; i < scene->input.subject_count; i++) {
        gint64 removed = 0, held = 0;
        for (int day = 0; day < DAYS; day++) {
            struct history history = scene->subjects[i].history;
            size_t count = 0;
            while (count < history.count && history.at[count].time <= NIGHT(day))
                count++;
            history.count = count;
            struct decision decision = policy_decide(scene->policy, &history, NIGHT(day));
            if (decision.action == ACTION_REMOVE && !removed)
                removed = NIGHT(day);
            held += decision.action == ACTION_HOLD ? DAY : 0;
            decision_clear(&decision);
        }
        g_assert_cmpint(replay->fates[i].removed, ==, removed);
        g_assert_cmpint(replay->fates[i].seconds_held, ==, held);
    }
    g_assert_cmpuint(replay->removed, >, 0);
    g_assert_cmpuint(replay->held, >, replay->removed);
    replay_free(replay);
}

static bool recall_two(size_t moment, GArray *into, void *user, GError **error)
{
    (void)user;
    (void)error;
    struct replay_line removed = {.subject = 0, .decision = {.action = ACTION_REMOVE, .why = g_strdup("so it was")}};
    struct replay_line held = {.subject = 1, .decision = {.action = ACTION_HOLD, .retry_after = NOON(9)}};
    if (moment >= 3)
        g_array_append_val(into, removed);
    else
        decision_clear(&removed.decision);
    if (moment >= 2 && moment < 5)
        g_array_append_val(into, held);
    return true;
}

static void decisions_that_were_made_are_added_up_alike(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 1);
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 7);
    bounces(scene, 1, SES_TRANSIENT_MAILBOX_FULL, 2);
    GError *error = NULL;
    struct replay *replay = replay_recall(&scene->input, recall_two, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(replay->fates[0].removed, ==, NIGHT(3));
    g_assert_cmpstr(replay->fates[0].why, ==, "so it was");
    g_assert_cmpuint(replay->fates[0].avoided, ==, 1);
    g_assert_cmpint(replay->fates[1].seconds_held, ==, 3 * DAY);
    g_assert_cmpint(replay->fates[1].last, ==, ACTION_KEEP);
    replay_free(replay);
}

static bool recall_fails(size_t moment, GArray *into, void *user, GError **error)
{
    (void)user;
    if (moment < 2)
        return recall_two(moment + 3, into, NULL, error);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot");
    return false;
}

static void what_cannot_be_recalled_is_an_error(struct scene *scene, gconstpointer data)
{
    (void)data;
    bounces(scene, 0, SES_PERMANENT_NO_EMAIL, 1);
    bounces(scene, 1, SES_TRANSIENT_MAILBOX_FULL, 1);
    GError *error = NULL;
    g_assert_null(replay_recall(&scene->input, recall_fails, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    g_error_free(error);
}

static void evidence_is_known_when_it_happened_unless_a_run_missed_it(void)
{
    const gint64 runs[] = {100, 200, 300};
    g_assert_cmpint(replay_known(150, 200, runs, 3), ==, 150);
    g_assert_cmpint(replay_known(200, 200, runs, 3), ==, 200);
    g_assert_cmpint(replay_known(50, 300, runs, 3), ==, 300);
    g_assert_cmpint(replay_known(250, 900, runs, 3), ==, 900);
    g_assert_cmpint(replay_known(350, 900, runs, 3), ==, 350);
    g_assert_cmpint(replay_known(50, 900, NULL, 0), ==, 50);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(function) g_test_add("/replay/" #function, struct scene, NULL, set_up, function, tear_down)
    TEST(removal_comes_with_the_first_run_that_knows);
    TEST(what_became_known_later_decides_later);
    TEST(a_hold_ends_by_itself_and_its_days_are_counted);
    TEST(bounces_after_the_removal_are_avoided);
    TEST(a_delivery_after_the_removal_was_a_mistake);
    TEST(a_sign_of_life_counts_from_its_day_on);
    TEST(a_stopped_run_changes_nothing);
    TEST(without_evidence_or_runs_nothing_happens);
    TEST(a_burst_is_held_and_what_follows_it_removes);
    TEST(who_was_removed_before_it_was_known_for_a_burst_comes_back);
    TEST(too_many_at_one_domain_stop_the_run);
    TEST(evidence_that_was_old_when_it_was_read_removes_nobody);
    TEST(it_decides_what_runs_would_every_night);
    TEST(decisions_that_were_made_are_added_up_alike);
    TEST(what_cannot_be_recalled_is_an_error);
    g_test_add_func("/replay/evidence_is_known_when_it_happened_unless_a_run_missed_it",
                    evidence_is_known_when_it_happened_unless_a_run_missed_it);
    return g_test_run();
}
