/* SPDX-License-Identifier: MIT */
#include "tests/year/contest.h"

enum { NIGHT_HOUR = 3, FULL_LATE_DAYS = 60 };

struct contest {
    const struct world *world;
    const struct world_options *options;
    GArray **due; /* struct signal, by the night that finds them */
    guint16 *mails;
    guint8 *standing, *before;
    bool *late; /* a dead or full one that was mailed long after */
    struct score score;
};

static gint64 night_time(const struct contest *c, int day)
{
    return c->options->begin + (gint64)(day + 1) * WORLD_DAY + NIGHT_HOUR * 60 * 60;
}

/* What comes after the last night is not seen. */
static void expect(struct contest *c, const struct signal *signal)
{
    gint64 since = signal->time - night_time(c, 0);
    gint64 night = since <= 0 ? 0 : (since + WORLD_DAY - 1) / WORLD_DAY;
    if (night < c->options->days)
        g_array_append_vals(c->due[night], signal, 1);
}

static bool can_tell(const struct contest *c, gint64 end, int days)
{
    return end + (gint64)(days + 1) * WORLD_DAY <= c->options->begin + (gint64)c->options->days * WORLD_DAY;
}

static void count_mail(struct contest *c, guint32 person, gint64 time)
{
    gint64 end;
    enum ending ending = world_ending(c->world, person, &end);
    c->score.mails++;
    c->mails[person]++;
    if (ending == ENDING_NONE || time < end)
        return;
    bool dead = ending != ENDING_FULL;
    c->score.mails_to_dead += dead;
    int days = dead ? WORLD_LATE_DAYS : FULL_LATE_DAYS;
    if (can_tell(c, end, days) && time >= end + (gint64)days * WORLD_DAY)
        c->late[person] = true;
}

static void send_all(struct contest *c, int day)
{
    struct signal signals[SIGNALS_MAX];
    for (guint32 i = 0; i < c->options->people; i++) {
        gint64 time = world_mail_time(c->world, i, day);
        if (c->standing[i] == STANDING_MAILED) {
            count_mail(c, i, time);
            size_t count = world_send(c->world, i, day, signals);
            for (size_t k = 0; k < count; k++)
                expect(c, &signals[k]);
        } else if (c->standing[i] == STANDING_HELD && world_is_good(c->world, i, time) &&
                   world_receives(c->world, i, day)) {
            c->score.good_held_days++;
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const struct signal *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return (x->campaign > y->campaign) - (x->campaign < y->campaign);
}

static void spend_night(struct contest *c, const struct contender *contender, void *self, int day)
{
    GArray *due = c->due[day];
    g_array_sort(due, by_time);
    struct night night = {.world = c->world,
                          .day = day,
                          .now = night_time(c, day),
                          .at = (const struct signal *)(void *)due->data,
                          .count = due->len,
                          .mails = c->mails,
                          .standing = c->standing};
    memcpy(c->before, c->standing, c->options->people);
    contender->night(self, &night);
    for (guint32 i = 0; i < c->options->people; i++) {
        bool removed = c->standing[i] == STANDING_REMOVED && c->before[i] != STANDING_REMOVED;
        c->score.good_removed += removed && world_is_good(c->world, i, night.now);
    }
}

static void count_ends(struct contest *c)
{
    for (guint32 i = 0; i < c->options->people; i++) {
        gint64 end;
        enum ending ending = world_ending(c->world, i, &end);
        if (ending == ENDING_NONE || !can_tell(c, end, ending == ENDING_FULL ? FULL_LATE_DAYS : WORLD_LATE_DAYS))
            continue;
        if (ending == ENDING_FULL) {
            c->score.full++;
            c->score.full_late += c->late[i];
        } else {
            c->score.dead++;
            c->score.dead_late += c->late[i];
        }
    }
}

struct score contest_run(const struct world *world, const struct contender *contender)
{
    const struct world_options *options = world_options(world);
    g_autofree guint16 *mails = g_new0(guint16, options->people);
    g_autofree guint8 *standing = g_new0(guint8, options->people), *before = g_new0(guint8, options->people);
    g_autofree bool *late = g_new0(bool, options->people);
    g_autofree GArray **due = g_new(GArray *, options->days);
    struct contest c = {.world = world,
                        .options = options,
                        .due = due,
                        .mails = mails,
                        .standing = standing,
                        .before = before,
                        .late = late};
    for (int day = 0; day < options->days; day++) {
        due[day] = g_array_new(FALSE, FALSE, sizeof(struct signal));
        g_autoptr(GArray) forged = g_array_new(FALSE, FALSE, sizeof(struct signal));
        world_forge(world, day, forged);
        g_array_append_vals(due[day], forged->data, forged->len);
    }
    void *self = contender->start(world);
    for (int day = 0; day < options->days; day++) {
        send_all(&c, day);
        spend_night(&c, contender, self, day);
    }
    contender->finish(self);
    count_ends(&c);
    for (int day = 0; day < options->days; day++)
        g_array_unref(due[day]);
    return c.score;
}
