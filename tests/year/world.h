/* SPDX-License-Identifier: MIT
 * A made-up list with known truth: who is alive, when each dies, and what becomes of a mail to anybody on any day. All
 * of it follows from the seed: the same mail has the same fate whoever asks and however often, so that several policies
 * meet the same world. A person who is not mailed does not bounce. Times are Unix seconds, days count from 0.
 *
 * In it, beside ordinary deaths: boxes that are full and heal, and some that do not; holidays; small servers that are
 * down; slow and busy ones; one provider that answers "no such user" for 60 % of its users during 18 hours; our own
 * address on a block list for two days; one campaign that most servers take for spam; forged bounces. */
#ifndef YEAR_WORLD_H
#define YEAR_WORLD_H

#include <glib.h>
#include <stdbool.h>

enum { WORLD_DAY = 24 * 60 * 60, WORLD_LATE_DAYS = 30 };

struct world_options {
    guint64 seed;
    guint32 people;
    int days;
    gint64 begin;         /* midnight of day 0 */
    double dead_at_first; /* share of the list that is dead on day 0 */
    double deaths;        /* share that dies in the course of it */
};
/* 20,000 people, 365 days from 2025-01-01, 2 % dead at first and 10 % more in the year. */
extern const struct world_options world_year;

struct world;
struct world *world_new(const struct world_options *options);
void world_free(struct world *world);
const struct world_options *world_options(const struct world *world);

/* How an address ends. FULL: the box is full for good; the server still knows it. */
enum ending { ENDING_NONE, ENDING_NO_USER, ENDING_DISABLED, ENDING_NO_DOMAIN, ENDING_SILENT, ENDING_FULL };
enum ending world_ending(const struct world *world, guint32 person, gint64 *time);
/* Its end, other than a full box, is past. */
bool world_is_dead(const struct world *world, guint32 person, gint64 time);
/* Neither that, nor full for good. */
bool world_is_good(const struct world *world, guint32 person, gint64 time);
/* Would the mail of that day arrive? */
bool world_receives(const struct world *world, guint32 person, int day);
/* Did the person open or click the mail of that day (supposing it came)? */
bool world_engages(const struct world *world, guint32 person, int day);

/* How a server answers. */
enum answer {
    ANSWER_TAKEN,
    ANSWER_NO_USER,
    ANSWER_DISABLED,
    ANSWER_NO_DOMAIN,
    ANSWER_FULL,
    ANSWER_BLOCKED, /* our address is on a list */
    ANSWER_SPAM,    /* this message is */
    ANSWER_BUSY,    /* tried until it expired */
    ANSWER_SILENT,  /* no connection until it expired */
    ANSWERS
};
enum { WORDINGS = 3 };
/* "550 5.1.1 <%s>: Recipient address rejected: User unknown"; NULL for ANSWER_TAKEN. */
const char *answer_text(enum answer answer, unsigned wording);
/* "5.1.1" as it stands in the text. */
const char *answer_status(enum answer answer, unsigned wording);

enum signal_kind { SIGNAL_BOUNCE, SIGNAL_DELAY, SIGNAL_AUTO_REPLY };

/* One message that comes back. */
struct signal {
    gint64 time; /* it arrives, and says so */
    guint32 person;
    gint16 campaign; /* day of the mail that it is about */
    guint8 kind, answer, wording;
    bool forged; /* it names the person, but nothing was sent: no return path with a key */
};

enum { SIGNALS_MAX = 2 };
/* What becomes of that day's mail to that person. Returns the number of signals. */
size_t world_send(const struct world *world, guint32 person, int day, struct signal into[static SIGNALS_MAX]);
/* The forged bounces that arrive on `day`, whoever is mailed, appended to `into` (struct signal). */
void world_forge(const struct world *world, int day, GArray *into);
/* When the mail of that day leaves. */
gint64 world_mail_time(const struct world *world, guint32 person, int day);

void world_append_address(const struct world *world, guint32 person, GString *into);
/* Of the address, and of the system that takes mail for it: many domains share one. Both live as long as the world. */
const char *world_domain(const struct world *world, guint32 person);
const char *world_mx(const struct world *world, guint32 person);

/* A number that looks random and follows from the four. */
guint64 world_dice(const struct world *world, guint64 a, guint64 b, guint64 salt);

#endif
