/* SPDX-License-Identifier: MIT */
#include "tests/year/contest.h"

enum { PEOPLE = 20000, DAYS = 365 };

struct fixture {
    struct world *world;
};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->world = world_new(&world_year);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    world_free(f->world);
}

static void the_same_mail_has_the_same_fate(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct world *again = world_new(&world_year);
    struct world_options other = world_year;
    other.seed++;
    struct world *different = world_new(&other);
    size_t unequal = 0;
    for (guint32 person = 0; person < PEOPLE; person += 7) {
        struct signal a[SIGNALS_MAX] = {0}, b[SIGNALS_MAX] = {0}, c[SIGNALS_MAX] = {0};
        int day = (int)(person % DAYS);
        size_t count = world_send(f->world, person, day, a);
        g_assert_cmpuint(count, ==, world_send(again, person, day, b));
        for (size_t i = 0; i < count; i++)
            g_assert_true(a[i].time == b[i].time && a[i].answer == b[i].answer && a[i].kind == b[i].kind);
        unequal += count != world_send(different, person, day, c) || (count > 0 && a[0].time != c[0].time);
    }
    g_assert_cmpuint(unequal, >, 0);
    world_free(again);
    world_free(different);
}

/* Who bounces with `answer` on `day`, of those whose address is good. */
static guint32 count_good(const struct world *world, int day, enum answer answer, const char *mx, guint32 *of)
{
    guint32 found = 0;
    *of = 0;
    for (guint32 i = 0; i < PEOPLE; i++) {
        struct signal signals[SIGNALS_MAX];
        if (!world_is_good(world, i, world_mail_time(world, i, day)) || (mx && strcmp(world_mx(world, i), mx) != 0))
            continue;
        ++*of;
        size_t count = world_send(world, i, day, signals);
        found += count > 0 && signals[0].kind == SIGNAL_BOUNCE && signals[0].answer == answer;
    }
    return found;
}

static void it_holds_every_blow_that_it_promises(struct fixture *f, gconstpointer data)
{
    (void)data;
    guint32 of;
    guint32 outage = count_good(f->world, DAYS * 33 / 100, ANSWER_NO_USER, "mx.mail1.example.net", &of);
    g_assert_cmpuint(of, >, 4000);
    g_assert_cmpfloat((double)outage / of, >, 0.45); /* 60 % but for those who were mailed before it began */
    g_assert_cmpfloat((double)outage / of, <, 0.60);
    g_assert_cmpuint(count_good(f->world, DAYS * 33 / 100 + 2, ANSWER_NO_USER, NULL, &of), ==, 0);
    g_assert_cmpuint(count_good(f->world, DAYS * 45 / 100, ANSWER_BLOCKED, NULL, &of), >, 5000);
    g_assert_cmpuint(count_good(f->world, DAYS * 45 / 100 + 1, ANSWER_BLOCKED, NULL, &of), >, 5000);
    g_assert_cmpuint(count_good(f->world, DAYS * 45 / 100 + 2, ANSWER_BLOCKED, NULL, &of), ==, 0);
    g_assert_cmpuint(count_good(f->world, DAYS * 58 / 100, ANSWER_SPAM, NULL, &of), >, 10000);
    g_autoptr(GArray) forged = g_array_new(FALSE, FALSE, sizeof(struct signal));
    for (int day = 0; day < DAYS; day++)
        world_forge(f->world, day, forged);
    g_assert_cmpuint(forged->len, >, 300);
    guint32 ends[ENDING_FULL + 1] = {0};
    gint64 end;
    for (guint32 i = 0; i < PEOPLE; i++)
        ends[world_ending(f->world, i, &end)]++;
    g_assert_cmpuint(ends[ENDING_NO_USER] + ends[ENDING_DISABLED], >, PEOPLE / 10);
    g_assert_cmpuint(ends[ENDING_NO_DOMAIN], >, 20);
    g_assert_cmpuint(ends[ENDING_SILENT], >, 20);
    g_assert_cmpuint(ends[ENDING_FULL], >, PEOPLE / 200);
}

/* Each contest is held once, for all tests. */
static const struct contender *all[CONTENDERS_MAX];
static struct score scores[CONTENDERS_MAX];
static size_t count;

static void hold_contests(void)
{
    struct world *world = world_new(&world_year);
    count = contest_all(all);
    for (size_t i = 0; i < count; i++)
        scores[i] = contest_run(world, all[i]);
    world_free(world);
}

static const struct score *score_of(const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i]->name, name) == 0)
            return &scores[i];
    }
    g_error("nobody is called %s", name);
}

static void winnow_removes_nobody_good_and_the_dead_in_time(void)
{
    const struct score *score = score_of("winnow");
    g_assert_cmpuint(score->good_removed, ==, 0);
    g_assert_cmpuint(score->dead, >, 2000);
    g_assert_cmpuint(score->dead_late * 100, <, score->dead);
    g_assert_cmpuint(score->full, >, 100);
    g_assert_cmpuint(score->full_late * 100, <, score->full);
    g_assert_cmpuint(score->mails_to_dead, <, 2 * score->dead);
    g_assert_cmpuint(score->good_held_days, <, score->mails / 100);
}

/* What guards compare is small in a small list. */
static void small_lists_lose_nobody_good_either(void)
{
    for (guint64 seed = 1; seed <= 8; seed++) {
        struct world_options options = world_year;
        options.seed = seed;
        options.people = seed % 2 ? 300 : 1000;
        struct world *world = world_new(&options);
        struct score score = contest_run(world, &winnow_contender);
        g_assert_cmpuint(score.good_removed, ==, 0);
        g_assert_cmpuint(score.dead_late * 100, <=, score.dead);
        world_free(world);
    }
}

static void each_imitation_keeps_to_its_terms(void)
{
    const struct score *listmonk = score_of("listmonk"), *sympa = score_of("Sympa"), *phplist = score_of("phpList"),
                       *mailman = score_of("Mailman"), *mailchimp = score_of("Mailchimp");
    g_assert_cmpuint(listmonk->good_removed, >, PEOPLE / 2); /* all who met a block list or a spam filter */
    g_assert_cmpuint(sympa->good_removed, ==, 0);
    g_assert_cmpuint(sympa->dead_late, ==, sympa->dead); /* 75 bounces take 75 days */
    g_assert_cmpuint(phplist->mails_to_dead, >=, 5 * phplist->dead);
    g_assert_cmpuint(mailman->mails_to_dead, >=, 5 * mailman->dead);
    g_assert_cmpuint(mailman->good_held_days, >, 0);
    g_assert_cmpuint(mailchimp->good_removed, >, 0);
    g_assert_cmpuint(mailchimp->good_removed, <, listmonk->good_removed);
}

static void readme_shows_this_year(void)
{
    const char *samples = g_getenv("SAMPLES");
    if (!samples) {
        g_test_skip("SAMPLES does not say where the sources are");
        return;
    }
    g_autofree char *path = g_build_filename(samples, "..", "README.md", NULL), *readme = NULL;
    g_assert_true(g_file_get_contents(path, &readme, NULL, NULL));
    g_autofree char *table = contest_table(all, scores, count);
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (!strstr(readme, *line))
            g_test_message("not in README.md ('make golden' writes it there): %s", *line);
        g_assert_nonnull(strstr(readme, *line));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(function) g_test_add("/year/" #function, struct fixture, NULL, set_up, function, tear_down)
    TEST(the_same_mail_has_the_same_fate);
    TEST(it_holds_every_blow_that_it_promises);
    hold_contests();
#define CONTEST(function) g_test_add_func("/year/" #function, function)
    CONTEST(winnow_removes_nobody_good_and_the_dead_in_time);
    CONTEST(small_lists_lose_nobody_good_either);
    CONTEST(each_imitation_keeps_to_its_terms);
    CONTEST(readme_shows_this_year);
    return g_test_run();
}
