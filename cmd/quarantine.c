/* SPDX-License-Identifier: MIT */
#include "cmd/quarantine.h"

enum { DAY = 24 * 60 * 60, OUTAGE_SAID = 7 /* days: shorter ones hold, and are over before anybody is removed */ };

/* What a run before found about an event. */
struct stored {
    gint64 event;
    bool message;
    bool counts; /* it is in no burst, whatever is found now */
    const char *why;
};

struct quarantine {
    const struct guard_limits *limits;
    struct bursts *bursts;
    GArray *events; /* gint64: of each sighting */
    GArray *stored; /* struct stored, by event */
    GStringChunk *texts;
    gint64 now;
    guint64 spared;
    char *one_spared;
};

struct quarantine *quarantine_new(const struct guard_limits *limits)
{
    struct quarantine *quarantine = g_new0(struct quarantine, 1);
    struct burst_limits burst = guard_burst_limits(limits);
    quarantine->limits = limits;
    quarantine->bursts = bursts_new(&burst);
    quarantine->events = g_array_new(FALSE, FALSE, sizeof(gint64));
    quarantine->stored = g_array_new(FALSE, FALSE, sizeof(struct stored));
    quarantine->texts = g_string_chunk_new(1024);
    return quarantine;
}

void quarantine_free(struct quarantine *quarantine)
{
    if (!quarantine)
        return;
    bursts_free(quarantine->bursts);
    g_array_unref(quarantine->events);
    g_array_unref(quarantine->stored);
    g_string_chunk_free(quarantine->texts);
    g_free(quarantine->one_spared);
    g_free(quarantine);
}

/* What receiving systems say of a mailbox. Lists of suppressed addresses are imported at once, and are no outage. */
static bool is_hard(const struct evidence *e)
{
    return e->kind == EVENT_BOUNCE && (e->class == SES_PERMANENT_NO_EMAIL || e->class == SES_PERMANENT_GENERAL);
}

/* What speaks of the receiving system at least as much as of the mailbox, and not of the sender. */
static bool is_soft(const struct evidence *e)
{
    return e->kind == EVENT_BOUNCE && ses_type(e->class) == SES_TYPE_TRANSIENT && e->fault != FAULT_SENDER &&
           e->fault != FAULT_MESSAGE;
}

bool quarantine_sighting(const struct evidence *evidence, gint64 time, guint32 subject, struct view domain,
                         bool doubtful, struct sighting *sighting)
{
    *sighting = (struct sighting){.time = time,
                                  .subject = subject,
                                  .domain = domain,
                                  .remote_mta = evidence->remote_mta,
                                  .diagnostic = evidence->diagnostic,
                                  .message = view_is_empty(evidence->campaign) ? evidence->returned_message_id
                                                                               : evidence->campaign,
                                  .soft = is_soft(evidence)};
    return (is_hard(evidence) || sighting->soft) && !doubtful;
}

guint32 quarantine_see(struct quarantine *quarantine, const struct evidence *evidence, gint64 time, guint32 subject,
                       struct view domain, bool doubtful)
{
    struct sighting sighting;
    bursts_active(quarantine->bursts, time);
    if (!quarantine_sighting(evidence, time, subject, domain, doubtful, &sighting))
        return QUARANTINE_NONE;
    g_array_append_val(quarantine->events, evidence->id);
    return bursts_add(quarantine->bursts, &sighting);
}

static guint64 rows_of(struct view domain, void *domains)
{
    return domains_rows(domains, domain);
}

static bool add_stored(gint64 event, const char *kind, const char *why, void *user)
{
    struct quarantine *quarantine = user;
    struct stored stored = {.event = event,
                            .message = g_str_equal(kind, burst_kind_name(BURST_MESSAGE)),
                            .counts = g_str_equal(kind, LEDGER_NO_BURST),
                            .why = g_string_chunk_insert_const(quarantine->texts, why)};
    g_array_append_val(quarantine->stored, stored);
    return true;
}

bool quarantine_settle(struct quarantine *quarantine, struct ledger *ledger, guint64 rows,
                       const struct domains *domains, gint64 now, GError **error)
{
    quarantine->now = now;
    bursts_find(quarantine->bursts, rows, domains ? rows_of : NULL, (gpointer)(gsize)domains);
    return ledger_each_quarantined(ledger, add_stored, quarantine, error);
}

static const struct stored *find_stored(const struct quarantine *quarantine, gint64 event)
{
    guint low = 0, high = quarantine->stored->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const struct stored *stored = &g_array_index(quarantine->stored, struct stored, middle);
        if (stored->event == event)
            return stored;
        if (stored->event < event)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void put_aside(struct occurrence *occurrence, bool message, const char *why)
{
    if (message) {
        occurrence->doubt = why;
        return;
    }
    occurrence->quarantined = true;
    occurrence->burst = why;
}

void quarantine_apply(struct quarantine *quarantine, guint32 number, gint64 read, struct occurrence *occurrence)
{
    if (number == QUARANTINE_NONE)
        return;
    const struct burst *burst = bursts_of(quarantine->bursts, number, quarantine->now);
    const struct stored *stored = find_stored(quarantine, occurrence->id);
    if (stored && !stored->counts)
        put_aside(occurrence, stored->message, stored->why);
    else if (burst && !stored)
        put_aside(occurrence, burst->kind == BURST_MESSAGE, burst->why);
    if (ses_type(occurrence->class) != SES_TYPE_PERMANENT || occurrence->quarantined || occurrence->doubt ||
        !guard_is_stale(quarantine->limits, occurrence->time, read))
        return;
    g_autofree char *text =
        g_strdup_printf("it was %" G_GINT64_FORMAT " days old when it was first read", (read - occurrence->time) / DAY);
    occurrence->doubt = g_string_chunk_insert_const(quarantine->texts, text);
}

bool quarantine_store(const struct quarantine *quarantine, struct ledger *ledger, GError **error)
{
    for (guint i = 0; i < quarantine->events->len; i++) {
        const struct burst *burst = bursts_of(quarantine->bursts, i, quarantine->now);
        gint64 event = g_array_index(quarantine->events, gint64, i);
        if (burst && burst->kind != BURST_OUTAGE && !find_stored(quarantine, event) &&
            !ledger_quarantine(ledger, event, burst_kind_name(burst->kind), burst->why, error))
            return false;
    }
    return true;
}

void quarantine_spare(struct quarantine *quarantine, guint32 number, gint64 event, struct view address)
{
    const struct burst *burst =
        number == QUARANTINE_NONE ? NULL : bursts_of(quarantine->bursts, number, quarantine->now);
    if (!burst || burst->kind == BURST_OUTAGE || find_stored(quarantine, event))
        return;
    if (quarantine->spared++ == 0)
        quarantine->one_spared = view_dup(address);
}

static char *day_of(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return date ? g_date_time_format(date, "%Y-%m-%d") : g_strdup("?");
}

/* Within all of it more may have failed than in any window. */
static char *say_outage(const struct burst *b, gint64 days)
{
    g_autofree char *since = day_of(b->first), *until = day_of(b->first + days * DAY);
    g_autofree char *of = b->rows ? g_strdup_printf(" of %" G_GUINT64_FORMAT, b->rows) : g_strdup("");
    return g_strdup_printf("outage: %u%s subscribers%s%s could not be reached since %s; held, and not removed for it "
                           "before %s",
                           b->subscribers, of,
                           b->of_one  ? " at the servers of "
                           : *b->name ? " at "
                                      : "",
                           b->name, since, until);
}

static char *say_burst(const struct burst *b, gint64 outage_days)
{
    static const char *const at[] = {[BURST_DOMAIN] = "at ",
                                     [BURST_PROVIDER] = "at the servers of ",
                                     [BURST_WORDING] = "with the words '",
                                     [BURST_MESSAGE] = "on "};
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(b->first);
    g_autofree char *since = date ? g_date_time_format(date, "%Y-%m-%dT%H:%MZ") : g_strdup("?");
    if (b->kind == BURST_MESSAGE && b->of_one)
        return g_strdup_printf(
            "%u subscribers failed in new words within %d hours from %s, all on '%s'; taken for a fault "
            "of the message: nobody is removed for it",
            b->subscribers, BURST_HOURS, since, b->name);
    if (b->kind == BURST_MESSAGE)
        return g_strdup_printf("%u subscribers failed alike within %d hours from %s; taken for a fault of the message: "
                               "nobody is removed for it",
                               b->subscribers, BURST_HOURS, since);
    if (b->kind == BURST_OUTAGE)
        return say_outage(b, outage_days);
    if (b->rows)
        return g_strdup_printf("burst: hard bounces of %u of the %" G_GUINT64_FORMAT
                               " subscribers at %s within %d hours from %s, where %u in a day are the usual peak; "
                               "held, not removed",
                               b->subscribers, b->rows, b->name, BURST_HOURS, since, b->usual);
    return g_strdup_printf("burst: %u hard bounces %s%s%s within %d hours from %s, where %u in a day are the usual "
                           "peak; held, not removed",
                           b->subscribers, at[b->kind], b->name, b->kind == BURST_WORDING ? "'" : "", BURST_HOURS,
                           since, b->usual);
}

/* Of outages only long ones, which the policy could take for deaths, and not those that turned out to be such. */
static bool is_worth_saying(const struct quarantine *quarantine, const struct burst *burst, gint64 now)
{
    const struct guard_limits *limits = quarantine->limits;
    bool of_late = burst->last <= now && now - burst->last <= (gint64)limits->quarantine_days * DAY;
    gint64 length = burst->last - burst->first;
    return of_late && (burst->kind != BURST_OUTAGE ||
                       (length >= OUTAGE_SAID * DAY && length <= (gint64)limits->outage_days * DAY));
}

char **quarantine_say(const struct quarantine *quarantine, gint64 now)
{
    GPtrArray *lines = g_ptr_array_new();
    const struct burst *burst;
    for (size_t i = 0; (burst = bursts_at(quarantine->bursts, i)); i++) {
        if (is_worth_saying(quarantine, burst, now))
            g_ptr_array_add(lines, say_burst(burst, (gint64)quarantine->limits->outage_days));
    }
    if (quarantine->spared == 1)
        g_ptr_array_add(lines,
                        g_strdup_printf("%s failed in a burst that is over, and not again since: not removed; see "
                                        "winnow-explain(1)",
                                        quarantine->one_spared));
    if (quarantine->spared > 1)
        g_ptr_array_add(lines, g_strdup_printf("%" G_GUINT64_FORMAT " subscribers failed in bursts that are over, and "
                                               "not again since: not removed; one is %s, see winnow-explain(1)",
                                               quarantine->spared, quarantine->one_spared));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}
