/* SPDX-License-Identifier: MIT */
#include "tests/year/private.h"

const struct world_options world_year = {
    .seed = 2026, .people = 20000, .days = 365, .begin = 1735689600, .dead_at_first = 0.02, .deaths = 0.10};

enum { PER_SMALL_DOMAIN = 18, OUTAGE_HOURS = 18, BLOCK_DAYS = 2 };

/* --- dice --------------------------------------------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea, Flood 2014). */
static guint64 mixed(guint64 x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

guint64 world_dice(const struct world *world, guint64 a, guint64 b, guint64 salt)
{
    return mixed(mixed(mixed(world->options.seed ^ salt << 56) ^ a) ^ b);
}

double world_chance(const struct world *world, guint64 a, guint64 b, enum salt salt)
{
    return (double)(world_dice(world, a, b, salt) >> 11) / 9007199254740992.0;
}

static gint64 between(const struct world *world, guint64 a, guint64 b, enum salt salt, gint64 low, gint64 high)
{
    return low + (gint64)(world_chance(world, a, b, salt) * (double)(high - low));
}

static gint64 length_of(const struct world *world)
{
    return (gint64)world->options.days * WORLD_DAY;
}

/* --- making it ---------------------------------------------------------------------------------------------------- */

/* Shares of the list at the five large providers; the rest is at small domains. */
static const double big_share[BIG_DOMAINS] = {0.25, 0.15, 0.10, 0.08, 0.07};

static void make_downs(struct world *world, guint32 at)
{
    struct domain *domain = &world->domains[at];
    for (guint64 i = 0; i < 2; i++) {
        double die = world_chance(world, at, i, SALT_DOWN);
        if (at < BIG_DOMAINS || die > 0.5)
            continue;
        /* Mostly hours; now and then the better part of a week. */
        gint64 longest = die < 0.05 ? 156 * HOUR : 20 * HOUR;
        domain->down[i].begin = world->options.begin + between(world, at, i, SALT_DOWN_AT, 0, length_of(world));
        domain->down[i].end = domain->down[i].begin + between(world, at, i + 8, SALT_DOWN_AT, HOUR, longest);
    }
}

/* One in five small domains has its mail taken by one of the two largest providers. */
static void make_domain(struct world *world, guint32 at)
{
    struct domain *domain = &world->domains[at];
    double host = world_chance(world, at, 0, SALT_HOST);
    domain->host = at < BIG_DOMAINS ? at : host < 0.12 ? 0 : host < 0.20 ? 1 : at;
    domain->name = at < BIG_DOMAINS ? g_strdup_printf("mail%u.example.net", at + 1)
                                    : g_strdup_printf("firm%03u.example.com", at - BIG_DOMAINS + 1);
    domain->mx = domain->host < BIG_DOMAINS ? g_strdup_printf("mx.mail%u.example.net", domain->host + 1)
                                            : g_strdup_printf("mx.%s", domain->name);
    make_downs(world, at);
    double end = world_chance(world, at, 0, SALT_DOMAIN_END);
    if (at < BIG_DOMAINS || end > 0.03)
        return;
    domain->ending = end < 0.02 ? ENDING_NO_DOMAIN : ENDING_SILENT;
    domain->end = world->options.begin + between(world, at, 1, SALT_DOMAIN_END, 0, length_of(world));
}

static guint32 domain_of(const struct world *world, guint32 at)
{
    double die = world_chance(world, at, 0, SALT_DOMAIN);
    for (guint32 i = 0; i < BIG_DOMAINS; i++) {
        if (die < big_share[i])
            return i;
        die -= big_share[i];
    }
    return BIG_DOMAINS + (guint32)(world_dice(world, at, 1, SALT_DOMAIN) % (world->domain_count - BIG_DOMAINS));
}

static void make_end(struct world *world, guint32 at)
{
    struct person *person = &world->people[at];
    const struct domain *domain = &world->domains[person->domain];
    const struct world_options *o = &world->options;
    double die = world_chance(world, at, 0, SALT_END), how = world_chance(world, at, 1, SALT_END);
    gint64 end = o->begin + between(world, at, 0, SALT_END_TIME, 0, length_of(world));
    if (die < o->dead_at_first + o->deaths) {
        person->ending = how < 0.85 ? ENDING_NO_USER : ENDING_DISABLED;
        person->end = die < o->dead_at_first ? o->begin : end;
    } else if (die < o->dead_at_first + o->deaths * 1.1) {
        person->ending = ENDING_FULL;
        person->end = end;
    }
    if (domain->ending != ENDING_NONE && (person->ending == ENDING_NONE || domain->end < person->end)) {
        person->ending = domain->ending;
        person->end = domain->end;
    }
}

/* Most boxes are never full; some once or twice, by a holiday at the longest; a few every couple of months. Who has
 * made room has room for six weeks. */
static void make_full(struct world *world, guint32 at)
{
    struct person *person = &world->people[at];
    double die = world_chance(world, at, 0, SALT_FULL);
    int episodes = die < 0.01 ? EPISODES : die < 0.06 ? 1 : die < 0.07 ? 2 : 0;
    gint64 longest = (episodes == EPISODES ? 10 : 28) * WORLD_DAY, room = 42 * WORLD_DAY;
    gint64 share = episodes ? length_of(world) / episodes : 0;
    for (int i = 0; i < episodes; i++) {
        gint64 begin = world->options.begin + i * share +
                       between(world, at, (guint64)i, SALT_FULL_AT, 0, MAX(share - room - longest, 1));
        gint64 length = between(world, at, (guint64)i + 8, SALT_FULL_AT, WORLD_DAY, longest);
        gint64 end = MIN(begin + length, world->options.begin + (i + 1) * share - room);
        person->full[i] = (struct span){begin, MAX(begin, end)};
    }
}

static void make_person(struct world *world, guint32 at)
{
    struct person *person = &world->people[at];
    person->domain = domain_of(world, at);
    person->minute = (guint32)between(world, at, 0, SALT_HOUR, 6 * 60, 18 * 60);
    make_end(world, at);
    make_full(world, at);
    for (guint64 i = 0; i < G_N_ELEMENTS(person->holiday); i++) {
        if (world_chance(world, at, i, SALT_HOLIDAY) > 0.35)
            continue;
        gint64 begin = world->options.begin + between(world, at, i, SALT_HOLIDAY_AT, 0, length_of(world));
        gint64 length = between(world, at, i + 8, SALT_HOLIDAY_AT, 5 * WORLD_DAY, 15 * WORLD_DAY);
        person->holiday[i] = (struct span){begin, begin + length};
    }
    person->replies_always = world_chance(world, at, 9, SALT_HOLIDAY) < 0.1;
    /* A third never opens anything. */
    double open = world_chance(world, at, 0, SALT_ENGAGES);
    person->open_rate = open < 0.33 ? 0 : (guint8)(open * open * 30);
}

/* The blows of the year fall at the same parts of a shorter one. */
static void make_calendar(struct world *world)
{
    const struct world_options *o = &world->options;
    gint64 outage = o->begin + (gint64)(o->days * 33 / 100) * WORLD_DAY + 8 * HOUR;
    gint64 block = o->begin + (gint64)(o->days * 45 / 100) * WORLD_DAY;
    world->outage = (struct span){outage, outage + OUTAGE_HOURS * HOUR};
    world->block = (struct span){block, block + BLOCK_DAYS * WORLD_DAY};
    world->spam_day = o->days * 58 / 100;
    world->forge_day = o->days * 70 / 100;
}

struct world *world_new(const struct world_options *options)
{
    struct world *world = g_new0(struct world, 1);
    world->options = *options;
    world->domain_count = BIG_DOMAINS + MAX(1, (guint32)(options->people * 0.35 / PER_SMALL_DOMAIN));
    world->domains = g_new0(struct domain, world->domain_count);
    world->people = g_new0(struct person, options->people);
    make_calendar(world);
    for (guint32 i = 0; i < world->domain_count; i++)
        make_domain(world, i);
    for (guint32 i = 0; i < options->people; i++)
        make_person(world, i);
    return world;
}

void world_free(struct world *world)
{
    for (guint32 i = 0; i < world->domain_count; i++) {
        g_free(world->domains[i].name);
        g_free(world->domains[i].mx);
    }
    g_free(world->domains);
    g_free(world->people);
    g_free(world);
}

const struct world_options *world_options(const struct world *world)
{
    return &world->options;
}

/* --- the truth ---------------------------------------------------------------------------------------------------- */

enum ending world_ending(const struct world *world, guint32 person, gint64 *time)
{
    *time = world->people[person].end;
    return world->people[person].ending;
}

bool world_is_dead(const struct world *world, guint32 person, gint64 time)
{
    const struct person *p = &world->people[person];
    return has_ended(p, time) && p->ending != ENDING_FULL;
}

bool world_is_good(const struct world *world, guint32 person, gint64 time)
{
    return !has_ended(&world->people[person], time);
}

bool world_engages(const struct world *world, guint32 person, int day)
{
    const struct person *p = &world->people[person];
    return p->open_rate && !has_ended(p, world_mail_time(world, person, day)) &&
           world_dice(world, person, (guint64)day + 16, SALT_ENGAGES) % 100 < p->open_rate;
}

gint64 world_mail_time(const struct world *world, guint32 person, int day)
{
    return world->options.begin + (gint64)day * WORLD_DAY + (gint64)world->people[person].minute * 60;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

void world_append_address(const struct world *world, guint32 person, GString *into)
{
    g_string_append_printf(into, "reader%05u@%s", person + 1, world_domain(world, person));
}

const char *world_domain(const struct world *world, guint32 person)
{
    return world->domains[world->people[person].domain].name;
}

const char *world_mx(const struct world *world, guint32 person)
{
    return world->domains[world->people[person].domain].mx;
}
