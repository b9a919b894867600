/* SPDX-License-Identifier: MIT */
#include "tests/year/private.h"

enum {
    QUEUE_LIFE = 5 * WORLD_DAY, /* until a mail that nobody answers expires */
    DELAY_NOTICE = 4 * HOUR,    /* after that long the queue says that it is still trying */
};

static enum answer answer_of_end(enum ending ending)
{
    static const enum answer answer[] = {[ENDING_NO_USER] = ANSWER_NO_USER,
                                         [ENDING_DISABLED] = ANSWER_DISABLED,
                                         [ENDING_NO_DOMAIN] = ANSWER_NO_DOMAIN,
                                         [ENDING_SILENT] = ANSWER_SILENT,
                                         [ENDING_FULL] = ANSWER_FULL};
    return answer[ending];
}

/* A server of the two days says no where its host follows that block list: the large ones but the first, and a
 * fifth of the rest. */
static bool uses_block_list(const struct world *world, const struct domain *domain)
{
    if (domain->host < BIG_DOMAINS)
        return domain->host != 0;
    return world_chance(world, domain->host, 0, SALT_BLOCK) < 0.2;
}

static bool is_down(const struct domain *domain, gint64 time, gint64 *until)
{
    for (int i = 0; i < EPISODES; i++) {
        if (is_within(&domain->down[i], time)) {
            *until = domain->down[i].end;
            return true;
        }
    }
    return false;
}

static bool is_full(const struct person *person, gint64 time)
{
    for (int i = 0; i < EPISODES; i++) {
        if (is_within(&person->full[i], time))
            return true;
    }
    return false;
}

/* What a server that is up says at once. */
static enum answer answer_at(const struct world *world, guint32 at, int day, gint64 time)
{
    const struct person *person = &world->people[at];
    const struct domain *domain = &world->domains[person->domain];
    bool ended = has_ended(person, time);
    if (ended && person->ending == ENDING_NO_DOMAIN)
        return ANSWER_NO_DOMAIN;
    if (is_within(&world->block, time) && uses_block_list(world, domain))
        return ANSWER_BLOCKED;
    if (domain->host == 0 && is_within(&world->outage, time) && world_chance(world, at, 0, SALT_OUTAGE) < 0.6)
        return ANSWER_NO_USER;
    if (ended)
        return answer_of_end(person->ending);
    if (is_full(person, time))
        return ANSWER_FULL;
    if (day == world->spam_day && world_chance(world, domain->host, 0, SALT_SPAM) < (domain->host < 4 ? 1 : 0.5))
        return ANSWER_SPAM;
    return ANSWER_TAKEN;
}

static const struct span *holiday_at(const struct person *person, gint64 time)
{
    for (guint64 i = 0; i < G_N_ELEMENTS(person->holiday); i++) {
        if (is_within(&person->holiday[i], time))
            return &person->holiday[i];
    }
    return NULL;
}

/* RFC 3834 2: one answer a week is enough. Which days those are does not depend on who was mailed when: a mail that was
 * not sent is simply not answered. */
static bool answers_from_holiday(const struct person *person, gint64 time)
{
    const struct span *holiday = holiday_at(person, time);
    return holiday && (person->replies_always || (time - holiday->begin) / WORLD_DAY % 7 == 0);
}

/* Most reports come within minutes; some servers take the mail first and report hours or a day later. */
static gint64 travel(const struct world *world, guint32 person, int day)
{
    double die = world_chance(world, person, (guint64)day, SALT_TRAVEL);
    return die < 0.95 ? 60 + (gint64)(die * 600) : (gint64)((die - 0.95) * 20 * 36 * HOUR);
}

static struct signal signal_of(const struct world *world, guint32 person, int day, enum signal_kind kind,
                               enum answer answer, gint64 time)
{
    /* A server keeps to its words, whoever is meant. */
    guint64 speaker = world->domains[world->people[person].domain].host;
    guint64 wording = answer == ANSWER_NO_DOMAIN ? person : speaker;
    return (struct signal){.time = time,
                           .person = person,
                           .campaign = (gint16)day,
                           .kind = kind,
                           .answer = answer,
                           .wording = (guint8)(world_dice(world, wording, answer, SALT_WORDING) % WORDINGS)};
}

/* Nobody answers until `until`: the queue tries, says so, and gives up at last. */
static size_t queue(const struct world *world, guint32 person, int day, gint64 until, struct signal *into)
{
    gint64 sent = world_mail_time(world, person, day);
    size_t count = 0;
    if (until - sent > DELAY_NOTICE)
        into[count++] = signal_of(world, person, day, SIGNAL_DELAY, ANSWER_SILENT, sent + DELAY_NOTICE);
    if (until - sent > QUEUE_LIFE)
        into[count++] = signal_of(world, person, day, SIGNAL_BOUNCE, ANSWER_SILENT, sent + QUEUE_LIFE);
    return count;
}

/* Greylisting, overload, broken lines: mostly a delay, now and then for longer than the queue lives. */
static size_t noise(const struct world *world, guint32 person, int day, struct signal *into)
{
    double die = world_chance(world, person, (guint64)day, SALT_NOISE);
    gint64 sent = world_mail_time(world, person, day);
    if (die < 0.0003)
        into[0] = signal_of(world, person, day, SIGNAL_BOUNCE, ANSWER_BUSY, sent + 12 * HOUR);
    else if (die < 0.0010)
        into[0] = signal_of(world, person, day, SIGNAL_DELAY, ANSWER_BUSY, sent + DELAY_NOTICE);
    return die < 0.0010;
}

size_t world_send(const struct world *world, guint32 person, int day, struct signal into[static SIGNALS_MAX])
{
    const struct person *p = &world->people[person];
    gint64 time = world_mail_time(world, person, day), until;
    if (is_down(&world->domains[p->domain], time, &until))
        return queue(world, person, day, until, into);
    enum answer answer = answer_at(world, person, day, time);
    if (answer == ANSWER_SILENT)
        return queue(world, person, day, G_MAXINT64, into);
    if (answer != ANSWER_TAKEN) {
        into[0] = signal_of(world, person, day, SIGNAL_BOUNCE, answer, time + travel(world, person, day));
        return 1;
    }
    size_t count = noise(world, person, day, into);
    if (count > 0)
        return count;
    if (!answers_from_holiday(p, time))
        return 0;
    into[0] = signal_of(world, person, day, SIGNAL_AUTO_REPLY, ANSWER_TAKEN, time + 60);
    return 1;
}

bool world_receives(const struct world *world, guint32 person, int day)
{
    struct signal signals[SIGNALS_MAX];
    size_t count = world_send(world, person, day, signals);
    for (size_t i = 0; i < count; i++) {
        if (signals[i].kind == SIGNAL_BOUNCE)
            return false;
    }
    return true;
}

/* Every hundredth person is named once, every three-hundredth day after day for a week. */
void world_forge(const struct world *world, int day, GArray *into)
{
    for (guint32 i = 0; i < world->options.people; i++) {
        guint64 die = world_dice(world, i, 0, SALT_FORGED) % 300;
        int last = die < 2 ? 1 : die == 2 ? 7 : 0;
        int first = world->forge_day + (int)(world_dice(world, i, 1, SALT_FORGED) % 20);
        if (day < first || day >= first + last)
            continue;
        gint64 time = world->options.begin + (gint64)day * WORLD_DAY + 11 * HOUR;
        struct signal signal = signal_of(world, i, day, SIGNAL_BOUNCE, ANSWER_NO_USER, time);
        signal.forged = true;
        g_array_append_val(into, signal);
    }
}
