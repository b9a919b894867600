/* SPDX-License-Identifier: MIT
 * Imitations of other systems' defaults, as their documentation and configuration state them. Where they leave
 * something open, the reading that is kinder to them is taken, and said. None of them sees a delivery's failure other
 * than by the bounces that come back. */
#include "tests/year/contest.h"

#include <string.h>

/* What each remembers of one person; every imitation uses what it needs. */
struct memory {
    gint64 first, last; /* time of the first and last bounce that counts */
    gint64 since;       /* day of the last step (disabling, warning) */
    double points;
    gint32 count, hard, warnings;
    gint32 mails_at_first;
    gint32 campaign; /* last that bounced, plus one */
    gint32 engaged;  /* day up to which engagement was looked at */
};

struct peer {
    struct memory *of;
};

static void *start(const struct world *world)
{
    struct peer *peer = g_new0(struct peer, 1);
    peer->of = g_new0(struct memory, world_options(world)->people);
    return peer;
}

static void finish(void *self)
{
    struct peer *peer = self;
    g_free(peer->of);
    g_free(peer);
}

static bool is_hard(const struct signal *signal)
{
    return answer_status((enum answer)signal->answer, signal->wording)[0] == '5';
}

/* --- Mailman 2.1 and 3: Mailman/Defaults.py.in 1523-1580; styles/base.py 149-152 -----------------------------------
 */

enum { MAILMAN_THRESHOLD = 5, MAILMAN_STALE_DAYS = 7, MAILMAN_WARNINGS = 3, MAILMAN_WARNING_DAYS = 7 };
/* What a warning that reaches a living member is worth: so many of a hundred answer it and are members again. Nobody
 * publishes such a number; this one is a guess in Mailman's favour. */
enum { MAILMAN_ANSWERED = 25 };

static void mailman_bounce(struct memory *m, const struct signal *signal)
{
    if (m->last && signal->time - m->last > MAILMAN_STALE_DAYS * WORLD_DAY)
        m->points = 0;
    bool counted_today = m->last && m->points > 0 && signal->time / WORLD_DAY == m->last / WORLD_DAY;
    m->points += counted_today ? 0 : 1;
    m->last = signal->time;
}

static void mailman_warn(const struct night *night, struct memory *m, guint32 person)
{
    if (night->day - m->since < MAILMAN_WARNING_DAYS)
        return;
    if (m->warnings >= MAILMAN_WARNINGS) {
        night->standing[person] = STANDING_REMOVED;
        return;
    }
    m->warnings++;
    m->since = night->day;
    bool reached = world_receives(night->world, person, night->day);
    if (reached && world_dice(night->world, person, (guint64)night->day, 'm') % 100 < MAILMAN_ANSWERED) {
        *m = (struct memory){0};
        night->standing[person] = STANDING_MAILED;
    }
}

static void mailman_night(void *self, const struct night *night)
{
    struct peer *peer = self;
    for (size_t i = 0; i < night->count; i++) {
        const struct signal *signal = &night->at[i];
        struct memory *m = &peer->of[signal->person];
        if (signal->kind != SIGNAL_BOUNCE || night->standing[signal->person] != STANDING_MAILED)
            continue;
        mailman_bounce(m, signal);
        if (m->points < MAILMAN_THRESHOLD)
            continue;
        night->standing[signal->person] = STANDING_HELD;
        m->warnings = 0;
        m->since = night->day - MAILMAN_WARNING_DAYS; /* the first warning goes out at once */
    }
    for (guint32 i = 0; i < world_options(night->world)->people; i++) {
        if (night->standing[i] == STANDING_HELD)
            mailman_warn(night, &peer->of[i], i);
    }
}

/* --- Sympa: ProcessTask.pm 1234-1290, Config/Schema.pm 2287, default/tasks -----------------------------------------
 */

enum { SYMPA_BOUNCES = 10, SYMPA_DAYS = 10, SYMPA_REMOVES = 75, SYMPA_PROCESSED = 7 };

/* It takes every report with a status for a bounce, notices of delay too. */
static void sympa_night(void *self, const struct night *night)
{
    struct peer *peer = self;
    for (size_t i = 0; i < night->count; i++) {
        const struct signal *signal = &night->at[i];
        struct memory *m = &peer->of[signal->person];
        if (signal->kind == SIGNAL_AUTO_REPLY)
            continue;
        if (m->count++ == 0) {
            m->first = signal->time;
            m->mails_at_first = night->mails[signal->person] - 1;
        }
        m->last = signal->time;
        m->hard = is_hard(signal);
    }
    if (night->day % SYMPA_PROCESSED != SYMPA_PROCESSED - 1)
        return;
    for (guint32 i = 0; i < world_options(night->world)->people; i++) {
        const struct memory *m = &peer->of[i];
        if (m->count < SYMPA_BOUNCES || m->last - m->first < SYMPA_DAYS * WORLD_DAY)
            continue;
        double mails = MAX(1, night->mails[i] - m->mails_at_first);
        double score = m->count * MIN(1.0, m->count / mails) * (m->hard ? 1 : 0.5);
        if (score >= SYMPA_REMOVES)
            night->standing[i] = STANDING_REMOVED;
    }
}

/* --- listmonk: schema.sql 287 ---------------------------------------------------------------------------------------
 */

/* Hard: one blocks for ever. Soft: nothing. A bounce is tied by a header of the mail that it returns, which a forger
 * does not know. */
static void listmonk_night(void *self, const struct night *night)
{
    (void)self;
    for (size_t i = 0; i < night->count; i++) {
        const struct signal *signal = &night->at[i];
        if (signal->kind == SIGNAL_BOUNCE && !signal->forged && is_hard(signal))
            night->standing[signal->person] = STANDING_REMOVED;
    }
}

/* --- phpList 3: lists/admin/init.php 206-217 ------------------------------------------------------------------------
 */

enum { PHPLIST_CONSECUTIVE = 5 };

/* Neither hard nor soft; whatever comes back for a mail counts, auto-replies too, unless it is a notice of delay. The
 * unconfirmed get no mail until they confirm anew. */
static void phplist_night(void *self, const struct night *night)
{
    struct peer *peer = self;
    for (size_t i = 0; i < night->count; i++) {
        const struct signal *signal = &night->at[i];
        struct memory *m = &peer->of[signal->person];
        int campaign = signal->campaign + 1;
        if (signal->kind == SIGNAL_DELAY || campaign <= m->campaign)
            continue;
        m->count = campaign == m->campaign + 1 ? m->count + 1 : 1;
        m->campaign = campaign;
        if (m->count >= PHPLIST_CONSECUTIVE)
            night->standing[signal->person] = STANDING_REMOVED;
    }
}

/* --- Mailchimp: its help pages on bounces ---------------------------------------------------------------------------
 */

enum { MAILCHIMP_SOFT_IDLE = 7, MAILCHIMP_SOFT_ACTIVE = 15, MAILCHIMP_RECENT_DAYS = 30 };

static bool has_engaged(const struct world *world, guint32 person, int from, int to)
{
    for (int day = MAX(0, from); day <= to; day++) {
        if (world_engages(world, person, day))
            return true;
    }
    return false;
}

/* Hard is what says that the address or its domain does not exist, or that it is disabled; blocks and full boxes are
 * soft. "Recently" is taken for 30 days, and to have opened anything since the last soft bounce forgets those before.
 */
static void mailchimp_night(void *self, const struct night *night)
{
    struct peer *peer = self;
    for (size_t i = 0; i < night->count; i++) {
        const struct signal *signal = &night->at[i];
        guint32 person = signal->person;
        struct memory *m = &peer->of[person];
        if (signal->kind != SIGNAL_BOUNCE || signal->forged)
            continue;
        if (signal->answer == ANSWER_NO_USER || signal->answer == ANSWER_NO_DOMAIN ||
            signal->answer == ANSWER_DISABLED) {
            if (!has_engaged(night->world, person, night->day - MAILCHIMP_RECENT_DAYS, night->day))
                night->standing[person] = STANDING_REMOVED;
            continue;
        }
        if (has_engaged(night->world, person, m->engaged, night->day))
            m->count = 0;
        m->engaged = night->day;
        m->count++;
        bool active = has_engaged(night->world, person, 0, night->day);
        if (m->count >= (active ? MAILCHIMP_SOFT_ACTIVE : MAILCHIMP_SOFT_IDLE))
            night->standing[person] = STANDING_REMOVED;
    }
}

const struct contender peers[] = {
    {"Mailman", "1 point a day, at 5 disabled, reset after 7 days; 3 warnings, 7 days apart, then removed", start,
     mailman_night, finish},
    {"Sympa", "from 10 bounces over 10 days: bounces x rate x (1 or 0.5), at 75 removed; weekly", start, sympa_night,
     finish},
    {"listmonk", "one hard bounce blocks", start, listmonk_night, finish},
    {"phpList", "5 mails in a row that came back: unconfirmed", start, phplist_night, finish},
    {"Mailchimp", "hard cleans unless engaged in 30 days; 7 soft, or 15 if ever engaged", start, mailchimp_night,
     finish},
    {0}};
