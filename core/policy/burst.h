/* SPDX-License-Identifier: MIT
 * Bursts: far more addresses declared dead at one place within a day than ever are, as by a provider's outage (Gmail,
 * December 2020: 550 5.1.1 for accounts that lived). Pure: sightings in, marks out; nothing of SQLite. A sighting is a
 * Permanent bounce of one subscriber, or a soft one. Every sighting in a burst is marked, with the time at which that
 * became known, so that one bursts_find() serves every day of a simulation: bursts_new(); bursts_active() for each day
 * with any evidence; bursts_add() for each sighting, in any order; bursts_find(); then for each sighting
 * bursts_of(bursts, number, now), NULL or the burst that it is part of. The caller sets occurrence.quarantined from
 * BURST_DOMAIN … BURST_WORDING and BURST_OUTAGE, and occurrence.doubt from BURST_MESSAGE. Time O(sightings), memory
 * about 200 bytes each. Texts that bursts name live as long as they do. One thread. */
#ifndef WINNOW_POLICY_BURST_H
#define WINNOW_POLICY_BURST_H

#include "core/view.h"

/* X(enumerator, name in records) */
#define BURST_KINDS(X)                                                                                                 \
    X(DOMAIN, "domain")     /* of the subscribers' addresses */                                                        \
    X(PROVIDER, "provider") /* domain of the Remote-MTA */                                                             \
    X(WORDING, "wording")   /* the diagnostic, but for numbers and addresses */                                        \
    X(MESSAGE, "message")   /* nearly everybody, or everybody in the same words: the fault of what was sent */         \
    X(OUTAGE, "outage")     /* of soft failures: nearly nobody of a place is reached */

enum burst_kind {
#define BURST_ENUM(id, name) BURST_##id,
    BURST_KINDS(BURST_ENUM)
#undef BURST_ENUM
        BURST_KIND_COUNT
};

const char *burst_kind_name(enum burst_kind kind);

/* Part of [guard] in the policy. */
struct burst_limits {
    int factor;            /* times the usual peak; 0: no bursts are looked for */
    int min;               /* subscribers, fewer are never a burst by the usual peak */
    double share;          /* of the subscribers of a domain, or of `min` at a provider; 0: shares are not looked at */
    int confirm_days;      /* a subscriber's bounce so long after the first one is another occasion */
    double message_share;  /* of the rows: nearly everybody; 0: is not looked for */
    double campaign_share; /* of the rows, on one campaign and in new words; 0: is not looked for */
    double outage_share;   /* of a place's rows; 0: soft failures are not looked at */
    int outage_days;
};

/* A window of 24 hours slides over each group's sightings. They are a burst if the distinct subscribers in it are at
 * least `min` and `factor` times the group's usual peak (the highest count of a day in the 90 days before, the top
 * tenth of the days with evidence left out), if at least BURST_HISTORY such days came before; or, with or without
 * history, `share` of a domain's subscribers in the list, BURST_FEW at least (of a provider's: `min`). In both
 * cases the share of the group's subscribers that fails must be BURST_STANDS_OUT times that of all others at that time:
 * a dirty list's first large mailing hits all alike (the others are looked at with hindsight, for it may go out place
 * by place). Outages come again, and the dead fail again and again. A subscriber's bounces are counted in occasions,
 * `confirm_days` apart. All make bursts, but those of the first BURST_OCCASIONS are part of them, so that one burst
 * does not confirm another; later ones only if it would be one by those alone who bounce on their first occasion: where
 * nobody new joins in, it is the dead who fail. Occasions are counted anew behind 21 days without a bounce of the
 * subscriber, on 21 of which the list had evidence. BURST_MESSAGE needs no history where the share says it. One
 * campaign is at fault, too, if it meets campaign_share of the rows, `factor` times the usual peak of the whole list,
 * at several domains, and nearly all in words that no bounce before had: the dead, be they many at once, are called
 * dead in words that are known. What comes within BURST_TAIL_HOURS of the end is part of it: reports travel. */
/* Soft failures are an outage of their place if, within BURST_OUTAGE_WINDOW days, they meet outage_share of a domain's
 * subscribers but for those who were called dead there, BURST_FEW at least, or of all rows, BURST_MANY at least; or, at
 * a domain, provider or anywhere, `factor` times what that many days of the usual peak before it began would be. It
 * ends when 10 days pass without one, on 10 of which the list had evidence. One that lasts longer than outage_days is
 * none: its marks are taken back at that time, and everything counts. */
enum {
    BURST_OUTAGE_WINDOW = 7,
    BURST_HOURS = 24,
    BURST_TAIL_HOURS = 48,
    BURST_HISTORY = 3,
    BURST_FEW = 3,
    BURST_OCCASIONS = 2,
    BURST_LOOK_BACK = 90,
    BURST_STANDS_OUT = 3,
    BURST_MANY = 100
};

struct sighting {
    gint64 time;     /* Unix seconds */
    guint32 subject; /* any numbering from 0 without large gaps */
    struct view domain, remote_mta, diagnostic;
    struct view message; /* the campaign, or the Message-ID of what came back; empty: unknown */
    bool soft;           /* a Transient bounce; of it only time, subject, domain and remote_mta matter */
};

struct burst {
    enum burst_kind kind;
    const char *name;    /* "gmail.com"; the words; "the list"; the campaign; outages of the list: "" */
    bool of_one;         /* one campaign or Message-ID is at fault; of outages: one provider */
    gint64 first, last;  /* times of its sightings */
    guint32 subscribers; /* distinct, in the worst 24 hours */
    guint32 usual;       /* peak of a day; 0 for none */
    guint64 rows;        /* of the domain, where their share makes the burst; of an outage's place; 0: unknown */
    const char *why;     /* "one of 3612 at gmail.com within 24 hours, where 4 in a day are the usual peak" */
};

struct bursts;

/* Subscribers of the list in `domain`; asked only where all else says burst. Sums over a group's domains count. */
typedef guint64 (*burst_rows_call)(struct view domain, void *user);

struct bursts *bursts_new(const struct burst_limits *limits);
void bursts_free(struct bursts *bursts);
typedef struct bursts bursts_auto; /* for g_autoptr() */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bursts_auto, bursts_free)

/* There was evidence of any kind at that time: the list was mailed. Sightings count by themselves. */
void bursts_active(struct bursts *bursts, gint64 time);
/* Copies what it needs. Returns the sighting's number, from 0 on. */
guint32 bursts_add(struct bursts *bursts, const struct sighting *sighting);
/* `rows` of the whole list (0: unknown, nothing is compared with the others then); `rows_of` may be NULL likewise. */
void bursts_find(struct bursts *bursts, guint64 rows, burst_rows_call rows_of, void *user);

/* The burst that the sighting is part of, as far as could be known at `now`; NULL: none. */
const struct burst *bursts_of(const struct bursts *bursts, guint32 sighting, gint64 now);
/* All bursts, by kind and name. NULL past the last. */
const struct burst *bursts_at(const struct bursts *bursts, size_t index);

/* "mx1.mail.example.co.uk" -> "example.co.uk": what names the operator of a server; empty for an address literal. */
struct view burst_provider(struct view remote_mta);
/* Appends the diagnostic without what differs between recipients: numbers, addresses, ids; lower case. */
void burst_wording(struct view diagnostic, GString *into);

#endif
