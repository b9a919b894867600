/* SPDX-License-Identifier: MIT */
#include "cmd/evidence.h"

#include "cmd/ahead.h"
#include "cmd/suppressed.h"
#include "core/match/address.h"
#include "core/match/alike.h"
#include "core/match/shared.h"
#include "core/policy/signing.h"
#include "db/departures.h"
#include "db/signing.h"

struct row_note {
    guint64 offset;
    size_t cells;
};

/* A reading of a return path is somebody's if there is no other one. */
static void end_path(struct gathering *g)
{
    if (!view_is_empty(g->path_names))
        subjects_mark(g->out->subjects, g->path_names, SUBJECT_WAS_HERE);
    g->path_names = (struct view){0};
}

/* Whom the event names: so he is no mere reading of a return path. */
static void see_name(struct gathering *g, gint64 event, const struct candidate *candidate)
{
    if (candidate->step == CLAIM_TEXT || candidate->step == CLAIM_VERP_GUESS)
        return;
    if (candidate->step != CLAIM_VERP) {
        subjects_mark(g->out->subjects, candidate->key, SUBJECT_WAS_HERE);
        return;
    }
    if (g->path_of == event) {
        g->path_names = (struct view){0};
        return;
    }
    end_path(g);
    pool_reset(&g->scratch);
    g->path_names = pool_copy(&g->scratch, candidate->key);
    g->path_of = event;
}

static bool want_key(gint64 event, const struct candidate *candidate, void *user, GError **error)
{
    (void)error;
    struct gathering *g = user;
    struct view shared;
    subjects_want(g->out->subjects, candidate->is, candidate->key);
    if (candidate->is != CANDIDATE_ADDRESS)
        return true;
    see_name(g, event, candidate);
    if (g->out->alike)
        alike_want(g->out->alike, candidate->key);
    domains_want(g->out->domains, address_domain(candidate->key));
    if (shared_see(g->addressed, event, candidate, &shared))
        subjects_mark(g->out->subjects, shared, SUBJECT_SHARED);
    return true;
}

static bool mark_decided(struct view key, void *user, GError **error)
{
    (void)error;
    struct gathering *g = user;
    subjects_mark(g->out->subjects, key, SUBJECT_WAS_HERE);
    return true;
}

/* Another way to read the return path of an event: nobody, as far as this one tells. */
static bool is_other_reading(struct gathering *g, gint64 event, const struct candidate *candidate)
{
    if (candidate->step != CLAIM_VERP)
        return candidate->step == CLAIM_VERP_GUESS;
    bool other = g->path_of == event;
    g->path_of = event;
    return other;
}

/* Without a list everybody subscribes whom the evidence names. */
static bool see_key(gint64 event, const struct candidate *candidate, void *user, GError **error)
{
    (void)error;
    struct gathering *g = user;
    struct view key = candidate->key;
    const char *alone = g->input->alone;
    if (alone ? !view_equal(key, view_of(alone)) : is_other_reading(g, event, candidate))
        return true;
    guint64 number = ++g->out->row_count;
    if (candidate->is == CANDIDATE_ADDRESS)
        subjects_see_key(g->out->subjects, key, (struct view){0}, number, number, 0);
    else
        subjects_see(g->out->subjects, (struct view){0}, key, number, number, 0);
    return true;
}

/* Whom the evidence names, and what else is known of them. */
static bool want_keys(struct gathering *g, GError **error)
{
    g_autoptr(shared_auto) addressed = shared_new();
    g->addressed = addressed;
    struct ledger *ledger = g->input->ledger;
    bool sound = ledger_each_key(ledger, want_key, g, error) && ledger_each_decided(ledger, mark_decided, g, error);
    end_path(g);
    g->addressed = NULL;
    g->path_of = 0;
    sound = sound && (g->input->list || ledger_each_key(ledger, see_key, g, error));
    return sound;
}

static const char *fault_text(const struct row *row)
{
    static const char *const texts[] = {
        [ROW_NO_ADDRESS] = "no address",
        [ROW_BAD_ADDRESS] = "the cell is no address",
        [ROW_NUL] = "NUL bytes",
        [ROW_BAD_QUOTES] = "a stray quote makes one row of several lines",
    };
    return row->invalid_utf8 ? "the address is no UTF-8" : texts[row->fault];
}

static void reject_row(struct gathering *g, const struct row *row)
{
    struct judgement *out = g->out;
    bool unreadable = row->invalid_utf8 || row->fault == ROW_NUL || row->fault == ROW_BAD_QUOTES;
    if (out->faults->len < JUDGE_FAULTS)
        g_ptr_array_insert(out->faults, unreadable ? (gint)out->unreadable : -1,
                           g_strdup_printf("'%s': line %" G_GUINT64_FORMAT ": %s; the row stays as it is",
                                           g->input->list_path, row->line, fault_text(row)));
    out->rejected++;
    out->unreadable += unreadable;
}

/* A subscriber whose address is like one that evidence names is a subject too. */
static void see_alike(struct gathering *g, struct view address)
{
    struct view key = address_key(address, &g->scratch);
    if (!view_is_empty(key) && alike_see(g->out->alike, key))
        subjects_want(g->out->subjects, CANDIDATE_ADDRESS, key);
    pool_reset(&g->scratch);
}

static bool see_row(const struct row *row, void *user, GError **error)
{
    struct gathering *g = user;
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing written");
        return false;
    }
    g->out->row_count++;
    g->out->ragged += row->ragged;
    if (row->fault != ROW_SOUND)
        reject_row(g, row);
    struct view address = row->fault == ROW_SOUND ? row->address : (struct view){0};
    bool folded = row->fault == ROW_SOUND && !view_is_empty(row->key);
    domains_see(g->out->domains, folded ? row->domain : address_domain(address));
    if (g->out->alike)
        see_alike(g, folded ? row->key : address);
    if (folded ? subjects_see_key(g->out->subjects, row->key, row->id, row->number, row->offset, row->length)
               : subjects_see(g->out->subjects, address, row->id, row->number, row->offset, row->length)) {
        struct row_note note = {.offset = row->offset, .cells = row->cells};
        g_array_append_val(g->row_notes, note);
        dates_see(g->out->dates, row);
    }
    return true;
}

static bool stream_list(struct gathering *g, GError **error)
{
    do {
        g->out->row_count = g->out->rejected = g->out->ragged = g->out->unreadable = 0;
        g_ptr_array_set_size(g->out->faults, 0);
        g_array_set_size(g->row_notes, 0);
        dates_again(g->out->dates);
        domains_restart(g->out->domains);
        if (!list_each(g->input->list, see_row, g, error))
            return false;
    } while (subjects_again(g->out->subjects));
    return !g->input->engaged || dates_read_engaged(g->out->dates, g->input->engaged, g->out->subjects, error);
}

static guint hash_view(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal_views(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

/* The text as a reason quotes it. Cleaned once: events share their rules, states, words and sources. */
static const char *interned(struct gathering *g, struct view text)
{
    text = view_first(text, 200);
    if (view_is_empty(text))
        return "";
    const char *known = g_hash_table_lookup(g->interned, &text);
    if (known)
        return known;
    g_autofree char *copy = view_dup(text);
    g_autofree char *valid = g_utf8_make_valid(copy, -1);
    struct view *key = pool_new(&g->out->pool, struct view);
    *key = pool_copy(&g->out->pool, text);
    known = g_string_chunk_insert_const(g->out->texts, g_strdelimit(valid, "\r\n\t", ' '));
    g_hash_table_insert(g->interned, key, (gpointer)(gsize)known);
    return known;
}

static void mark_attributed(struct gathering *g, gint64 id)
{
    guint byte = (guint)(id / 8);
    if (byte >= g->attributed->len) {
        guint old = g->attributed->len;
        g_byte_array_set_size(g->attributed, MAX(byte + 1, old * 2));
        memset(g->attributed->data + old, 0, g->attributed->len - old);
    }
    g->attributed->data[byte] |= (guint8)(1u << (id % 8));
}

static bool is_attributed(const struct gathering *g, gint64 id)
{
    guint byte = (guint)(id / 8);
    return byte < g->attributed->len && (g->attributed->data[byte] & (1u << (id % 8)));
}

static bool is_addressee(const struct candidate *candidate)
{
    return candidate->step == CLAIM_RETURNED_TO || candidate->step == CLAIM_RECEIVED_FOR;
}

/* In words why nobody should be removed for it; NULL: nothing is doubtful. */
static const char *doubt_of(struct gathering *g, const struct settlement *settled)
{
    const char *by = claim_step_name(settled->step);
    g_autofree char *text = NULL;
    int len = settled->against ? (int)settled->against->key.len : 0;
    const char *other = settled->against ? settled->against->key.data : "";
    switch (settled->doubt) {
    case DOUBT_NONE:
        return NULL;
    case DOUBT_READINGS:
        text = settled->step == CLAIM_VERP
                   ? g_strdup("the return path can be read as more than one subscriber")
                   : g_strdup_printf("what names the subscriber (%s) is true of more than one", by);
        break;
    case DOUBT_STEPS:
        text = g_strdup_printf("%s names one subscriber, %s another", by, claim_step_name(settled->against->step));
        break;
    case DOUBT_STRANGER:
        text = g_strdup_printf("the mail was %s to %.*s, who is not in this list",
                               is_addressee(settled->against) ? "addressed" : "sent", len, other);
        break;
    case DOUBT_ELSEWHERE:
        text = g_strdup_printf("what failed is %.*s, who is not in this list", len, other);
        break;
    }
    return interned(g, view_of(text));
}

/* Of the one class that all faults share. Where a class is the sender's fault by itself, its own group of the policy
 * says what becomes of it. */
static bool is_ours(const struct evidence *e)
{
    return e->kind == EVENT_BOUNCE && e->class == SES_TRANSIENT_GENERAL &&
           (e->fault == FAULT_SENDER || e->fault == FAULT_MESSAGE);
}

static void add_item(struct gathering *g, const struct evidence *e, subject_index subject, enum claim_step step,
                     const char *doubt)
{
    /* A bounce without a date, or with one that was still to come, happened when it was first read at the latest. */
    gint64 time = e->time > 0 && e->time <= e->read ? e->time : e->read;
    struct item item = {
        .subject = subject,
        .occurrence = {.id = e->id,
                       .time = time,
                       .arrived = MIN(e->arrived, e->read),
                       .kind = e->kind,
                       .class = e->class,
                       .actionable = e->actionable,
                       .step = step,
                       .traced = settle_is_traced(g->out->subjects, e->candidates, e->candidate_count, subject),
                       .campaign = view_of(interned(g, e->campaign)),
                       .doubt = doubt,
                       .ours = is_ours(e)},
        .status = interned(g, e->status),
        .rule = interned(g, e->rule),
        .matched = interned(g, e->matched),
        .path = interned(g, e->path),
        .member = interned(g, e->member),
        .offset = e->offset,
        .read = e->read,
        .quarantine = QUARANTINE_NONE,
    };
    struct view domain = address_domain(subjects_key(g->out->subjects, subject));
    struct sighting sighting;
    if (g->out->quarantine)
        item.quarantine = quarantine_see(g->out->quarantine, e, time, subject, domain, doubt != NULL);
    else if (g->input->each_evidence)
        g->input->each_evidence(
            e->id, time, quarantine_sighting(e, time, subject, domain, doubt != NULL, &sighting) ? &sighting : NULL,
            g->input->user);
    g_array_append_val(g->items, item);
    if (g->input->list)
        signing_see(g->out->signing, &item.occurrence, e->read);
}

/* Without a list there is but one sender. */
static void see_signed(struct gathering *g, const struct evidence *e)
{
    struct occurrence of = {.time = MIN(e->time, e->read), .arrived = MIN(e->arrived, e->read), .kind = e->kind};
    of.step = e->candidate_count > 0 ? e->candidates[0].step : CLAIM_NONE;
    signing_see(g->out->signing, &of, e->read);
}

static struct view domain_of(const struct gathering *g, const struct evidence *e, const struct settlement *settled)
{
    if (settled->count)
        return address_domain(subjects_key(g->out->subjects, settled->subject[0]));
    struct view named = view_is_empty(e->recipient) ? e->original_recipient : e->recipient;
    return address_domain(named);
}

static void report_fact(struct gathering *g, const struct evidence *e, const struct settlement *settled)
{
    struct report_fact fact = {
        .kind = e->kind,
        .class = e->class,
        .fault = e->fault,
        .time = e->time,
        .attributed = settled->settled == SETTLED_ONE,
        .ambiguous = settled->settled == SETTLED_AMBIGUOUS,
        .step = settled->step,
        .domain = domain_of(g, e, settled),
        .campaign = e->campaign,
        .diagnostic = e->diagnostic,
        .status = e->status,
        .rule = e->rule,
        .matched = e->matched,
        .path = e->path,
        .offset = e->offset,
    };
    report_add_fact(g->input->report, &fact);
}

static bool settle_evidence(const struct evidence *e, void *user, GError **error)
{
    (void)error;
    struct gathering *g = user;
    const struct candidate *candidates = e->candidates;
    size_t count = e->candidate_count;
    pool_reset(&g->scratch);
    if (!g->input->list)
        see_signed(g, e);
    if (g->out->alike)
        candidates = alike_expand(g->out->alike, candidates, &count, &g->scratch);
    struct settlement settled = settle(g->out->subjects, candidates, count);
    if (g->input->report)
        report_fact(g, e, &settled);
    if (settled.settled == SETTLED_NONE)
        return true;
    mark_attributed(g, e->id);
    const char *doubt = doubt_of(g, &settled);
    for (size_t i = 0; i < settled.count; i++)
        add_item(g, e, settled.subject[i], settled.step, doubt);
    return true;
}

/* What guards make of hard bounces. */
static bool put_aside(struct gathering *g, GError **error)
{
    struct quarantine *quarantine = g->out->quarantine;
    bool rows_known = g->input->list != NULL;
    if (!quarantine_settle(quarantine, g->input->ledger, rows_known ? g->out->row_count : 0,
                           rows_known ? g->out->domains : NULL, g->input->now, error))
        return false;
    for (guint i = 0; i < g->items->len; i++) {
        struct item *item = &g_array_index(g->items, struct item, i);
        quarantine_apply(quarantine, item->quarantine, item->read, &item->occurrence);
    }
    return true;
}

size_t evidence_cells_at(const struct gathering *g, guint64 offset)
{
    size_t low = 0, high = g->row_notes->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row_note *note = &g_array_index(g->row_notes, struct row_note, middle);
        if (note->offset == offset)
            return note->cells;
        if (note->offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

void evidence_count_messages(struct gathering *g)
{
    const struct intake *intake = g->input->intake;
    guint64 *fate = g->out->messages;
    fate[FATE_UNREADABLE] = intake->unreadable;
    fate[FATE_DUPLICATE] = intake->duplicate;
    fate[FATE_NOT_BOUNCE] = intake->not_bounce;
    for (guint i = 0; i < intake->counted->len; i++) {
        const struct intake_message *message = &g_array_index(intake->counted, struct intake_message, i);
        bool attributed = false;
        for (guint32 k = 0; k < message->count && !attributed; k++)
            attributed = is_attributed(g, message->first + k);
        fate[attributed ? FATE_COUNTED : FATE_UNATTRIBUTED]++;
    }
}

static void add_signing(gint64 known, gint64 since, void *user)
{
    struct gathering *g = user;
    signing_add(g->out->signing, known, since);
}

bool evidence_settle(struct gathering *g, GError **error)
{
    const struct judge_input *input = g->input;
    struct judgement *out = g->out;
    if (!want_keys(g, error) || !ledger_each_signing(input->ledger, input->list_name, add_signing, g, error))
        return false;
    const struct guard_limits *limits = input->policy ? policy_guard(input->policy) : NULL;
    out->quarantine = limits ? quarantine_new(limits) : NULL;
    domains_settle(out->domains, limits ? guard_least_asked(limits) : input->domain_rows);
    if (input->list && !input->each_history &&
        !suppressed_find(input->list, input->ledger, out->subjects, &g->suppressed, error))
        return false;
    g_autoptr(ahead_auto) ahead = ahead_start(input->ledger, input->beside);
    if ((input->list && !stream_list(g, error)) || !ahead_each(ahead, settle_evidence, g, error))
        return false;
    return !out->quarantine || put_aside(g, error);
}

void evidence_init(struct gathering *g, const struct judge_input *input, struct judgement *out)
{
    *g = (struct gathering){.input = input,
                            .out = out,
                            .items = g_array_new(FALSE, FALSE, sizeof(struct item)),
                            .row_notes = g_array_new(FALSE, FALSE, sizeof(struct row_note)),
                            .attributed = g_byte_array_new(),
                            .interned = g_hash_table_new(hash_view, equal_views)};
    pool_init(&g->scratch);
}

void evidence_clear(struct gathering *g)
{
    g_array_unref(g->items);
    g_array_unref(g->row_notes);
    g_byte_array_unref(g->attributed);
    g_hash_table_unref(g->interned);
    suppressed_free(g->suppressed);
    pool_clear(&g->scratch);
}
