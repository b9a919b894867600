/* SPDX-License-Identifier: MIT
 * Whatever comes back, nobody is blamed for another's bounce, and hardly any is missed. With arguments
 *     test-attribution ROWS BOUNCES [SEED]
 * at that size, with figures; with the number of a bounce as a fourth one, its message. */
#include "core/bounce/bounce.h"
#include "core/mail/mail.h"
#include "core/match/address.h"
#include "core/match/carried.h"
#include "core/match/settle.h"
#include "core/match/verp.h"
#include "tests/attribution/bounces.h"

#include <stdio.h>
#include <stdlib.h>

/* What is made of one event, until the list has been seen. */
struct pending {
    enum wanted wanted;
    guint32 person, bounce;
    const char *sort;
    const struct candidate *at;
    size_t count;
};

struct tally {
    guint64 events, wanted, right, missed, doubted, wrong, rightly_nobody;
};

struct trial {
    guint32 rows, bounces, seed;
    struct verp *verp;
    struct mail_reader *mail;
    struct subjects *subjects;
    GArray *pending; /* struct pending */
    struct pool kept;
    struct tally tally;
    double reading, settling;
};

static const char *const ID_HEADERS[] = {"X-Member", NULL};

static const struct candidate *keep_claim(struct trial *t, const struct claim *claim)
{
    struct candidate *at = pool_array(&t->kept, struct candidate, claim->count + 1);
    for (size_t i = 0; i < claim->count; i++) {
        at[i] = claim->at[i];
        at[i].key = pool_copy(&t->kept, at[i].key);
        at[i].scheme = pool_copy(&t->kept, at[i].scheme);
        subjects_want(t->subjects, at[i].is, at[i].key);
    }
    return at;
}

static void read_bounce(struct trial *t, guint32 n, GString *text, struct pool *pool)
{
    struct made made = {.text = g_string_truncate(text, 0)};
    pool_reset(pool);
    bounce_make(t->seed, n, t->rows, pool, &made);
    const struct mail *mail = mail_read(t->mail, (struct view){.data = text->str, .len = text->len}, pool);
    struct events events = bounce_read(mail, pool);
    const struct carried *carried = carried_read(&mail->returned, ID_HEADERS, pool);
    for (size_t i = 0; i < MAX(events.count, made.events); i++) {
        bool foreseen = i < made.events && events.count <= made.events;
        struct pending pending = {.bounce = n,
                                  .sort = made.sort,
                                  .wanted = foreseen ? made.event[i].wanted : WANTED_NOBODY,
                                  .person = foreseen ? made.event[i].person : 0};
        if (i < events.count && events.at[i].kind != EVENT_NONE) {
            events.at[i].carried = carried;
            struct claim claim = claim_make(&events.at[i], events.count, t->verp, pool);
            pending.at = keep_claim(t, &claim);
            pending.count = claim.count;
        }
        g_array_append_val(t->pending, pending);
    }
}

static void see_list(struct trial *t)
{
    struct pool pool;
    pool_init(&pool);
    do {
        for (guint32 n = 0; n < t->rows; n++) {
            char id[ID_LENGTH + 1];
            pool_reset(&pool);
            person_id(n, id);
            subjects_see(t->subjects, person_address(n, &pool), view_of(id), n + 1, (guint64)n * 100, 100);
        }
    } while (subjects_again(t->subjects));
    pool_clear(&pool);
}

static void say(const struct trial *t, const struct pending *p, const struct settlement *s, const char *what)
{
    struct view key = s->count ? subjects_key(t->subjects, s->subject[0]) : (struct view){0};
    fprintf(stderr, "# %s: seed %u, bounce %u (%s), person %u: %.*s by %s\n", what, t->seed, p->bounce, p->sort,
            p->person, (int)key.len, key.data ? key.data : "", claim_step_name(s->step));
    for (size_t i = 0; i < p->count; i++)
        fprintf(stderr, "#   %s %.*s\n", claim_step_name(p->at[i].step), (int)p->at[i].key.len, p->at[i].key.data);
}

static void judge(struct trial *t, const struct pending *p)
{
    enum { SHOWN = 5 };
    struct settlement s = settle(t->subjects, p->at, p->count);
    struct tally *tally = &t->tally;
    bool sure = s.settled == SETTLED_ONE && s.doubt == DOUBT_NONE && s.step < CLAIM_TEXT;
    size_t cursor = 0;
    struct subject_row row = {0};
    if (sure)
        subjects_row(t->subjects, s.subject[0], &cursor, &row);
    bool right = sure && p->wanted != WANTED_NOBODY && row.number == p->person + 1;
    tally->events++;
    tally->wanted += p->wanted == WANTED_PERSON || right;
    tally->right += right;
    tally->rightly_nobody += !sure && p->wanted != WANTED_PERSON;
    if (sure && !right && tally->wrong++ < SHOWN)
        say(t, p, &s, "wrong");
    if (!sure && p->wanted == WANTED_PERSON) {
        tally->doubted += s.count > 0;
        if (tally->missed++ < SHOWN)
            say(t, p, &s, s.count ? "doubted" : "missed");
    }
}

static void run(struct trial *t)
{
    struct pool pool;
    pool_init(&pool);
    pool_init(&t->kept);
    t->verp = verp_new(NULL, NULL);
    t->mail = mail_reader_new();
    t->subjects = subjects_new();
    t->pending = g_array_new(FALSE, FALSE, sizeof(struct pending));
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GTimer) timer = g_timer_new();
    for (guint32 n = 0; n < t->bounces; n++)
        read_bounce(t, n, text, &pool);
    t->reading = g_timer_elapsed(timer, NULL);
    see_list(t);
    g_timer_start(timer);
    for (guint i = 0; i < t->pending->len; i++)
        judge(t, &g_array_index(t->pending, struct pending, i));
    t->settling = g_timer_elapsed(timer, NULL);
    g_array_unref(t->pending);
    subjects_free(t->subjects);
    mail_reader_free(t->mail);
    verp_free(t->verp);
    pool_clear(&t->kept);
    pool_clear(&pool);
}

static void nobody_is_blamed_for_another_and_hardly_any_is_missed(void)
{
    for (guint32 seed = 1; seed <= 2; seed++) {
        struct trial trial = {.rows = 20000, .bounces = 3000, .seed = seed};
        run(&trial);
        g_assert_cmpuint(trial.tally.wrong, ==, 0);
        g_assert_cmpuint(trial.tally.missed * 1000, <=, trial.tally.wanted);
        g_assert_cmpuint(trial.tally.right, >, trial.bounces * 8 / 10);
        g_assert_cmpuint(trial.tally.rightly_nobody, >, 0);
    }
}

static int at_size(char **argv)
{
    struct trial t = {.rows = (guint32)strtoul(argv[1], NULL, 10),
                      .bounces = (guint32)strtoul(argv[2], NULL, 10),
                      .seed = argv[3] ? (guint32)strtoul(argv[3], NULL, 10) : 1};
    run(&t);
    const struct tally *y = &t.tally;
    printf("attribution: %u bounces over %u rows, seed %u: %" G_GUINT64_FORMAT " events\n"
           "  %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " attributed, %" G_GUINT64_FORMAT
           " missed (%.3f %%; of these in doubt %" G_GUINT64_FORMAT "), %" G_GUINT64_FORMAT " wrong, %" G_GUINT64_FORMAT
           " rightly nobody's\n  made and read in %.2f s (%.0f a second), settled in %.3f s\n",
           t.bounces, t.rows, t.seed, y->events, y->right, y->wanted, y->missed,
           y->wanted ? 100.0 * (double)y->missed / (double)y->wanted : 0.0, y->doubted, y->wrong, y->rightly_nobody,
           t.reading, (double)t.bounces / t.reading, t.settling);
    return y->wrong || y->missed * 1000 > y->wanted;
}

/* The message of one bounce, to look at. */
static int show(char **argv)
{
    struct pool pool;
    struct made made = {.text = g_string_new(NULL)};
    pool_init(&pool);
    bounce_make((guint32)strtoul(argv[3], NULL, 10), (guint32)strtoul(argv[4], NULL, 10),
                (guint32)strtoul(argv[1], NULL, 10), &pool, &made);
    fputs(made.text->str, stdout);
    g_string_free(made.text, TRUE);
    pool_clear(&pool);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5)
        return show(argv);
    if (argc > 2 && g_ascii_isdigit(argv[1][0]))
        return at_size(argv);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/attribution/nobody is blamed for another, and hardly any is missed",
                    nobody_is_blamed_for_another_and_hardly_any_is_missed);
    return g_test_run();
}
