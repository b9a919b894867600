/* SPDX-License-Identifier: MIT */
#include "cmd/judge.h"

#include "cmd/ahead.h"
#include "cmd/review.h"
#include "cmd/suppressed.h"
#include "core/match/address.h"
#include "core/match/alike.h"
#include "db/departures.h"

/* One piece of evidence about one subject, with what the reason quotes of it. Texts are interned: 40 bytes an event. */
struct item {
    subject_index subject;
    struct occurrence occurrence;
    const char *status, *rule, *matched, *path, *member;
    guint64 offset;
    gint64 read;        /* when its first run began */
    guint32 quarantine; /* its number there */
};

struct row_note {
    guint64 offset;
    size_t cells;
};

struct judging {
    const struct judge_input *input;
    struct judgement *out;
    GArray *items;          /* struct item */
    GArray *row_notes;      /* struct row_note, by offset */
    GByteArray *attributed; /* bit of each event's number */
    GHashTable *interned;   /* struct view * as the ledger has it -> text of out->texts */
    GArray *occurrences;    /* struct occurrence: scratch of decide() */
    GString *text;          /* scratch of reason_of() */
    struct suppressed *suppressed;
    struct pool scratch; /* of one row or event */
};

static bool want_key(enum candidate_is is, struct view key, void *user, GError **error)
{
    (void)error;
    struct judging *j = user;
    subjects_want(j->out->subjects, is, key);
    if (is == CANDIDATE_ADDRESS && j->out->alike)
        alike_want(j->out->alike, key);
    if (is == CANDIDATE_ADDRESS)
        domains_want(j->out->domains, key);
    return true;
}

static bool see_key(enum candidate_is is, struct view key, void *user, GError **error)
{
    (void)error;
    struct judging *j = user;
    if (j->input->alone && !view_equal(key, view_of(j->input->alone)))
        return true;
    guint64 number = ++j->out->row_count;
    if (is == CANDIDATE_ADDRESS)
        subjects_see_key(j->out->subjects, key, (struct view){0}, number, number, 0);
    else
        subjects_see(j->out->subjects, (struct view){0}, key, number, number, 0);
    return true;
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

static void reject_row(struct judging *j, const struct row *row)
{
    struct judgement *out = j->out;
    bool unreadable = row->invalid_utf8 || row->fault == ROW_NUL || row->fault == ROW_BAD_QUOTES;
    if (out->faults->len < JUDGE_FAULTS)
        g_ptr_array_insert(out->faults, unreadable ? (gint)out->unreadable : -1,
                           g_strdup_printf("'%s': line %" G_GUINT64_FORMAT ": %s; the row stays as it is",
                                           j->input->list_path, row->line, fault_text(row)));
    out->rejected++;
    out->unreadable += unreadable;
}

/* A subscriber whose address is like one that evidence names is a subject too. */
static void see_alike(struct judging *j, struct view address)
{
    struct view key = address_key(address, &j->scratch);
    if (!view_is_empty(key) && alike_see(j->out->alike, key))
        subjects_want(j->out->subjects, CANDIDATE_ADDRESS, key);
    pool_reset(&j->scratch);
}

static bool see_row(const struct row *row, void *user, GError **error)
{
    struct judging *j = user;
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing written");
        return false;
    }
    j->out->row_count++;
    j->out->ragged += row->ragged;
    if (row->fault != ROW_SOUND)
        reject_row(j, row);
    struct view address = row->fault == ROW_SOUND ? row->address : (struct view){0};
    bool folded = row->fault == ROW_SOUND && !view_is_empty(row->key);
    domains_see(j->out->domains, folded ? row->key : address);
    if (j->out->alike)
        see_alike(j, folded ? row->key : address);
    if (folded ? subjects_see_key(j->out->subjects, row->key, row->id, row->number, row->offset, row->length)
               : subjects_see(j->out->subjects, address, row->id, row->number, row->offset, row->length)) {
        struct row_note note = {.offset = row->offset, .cells = row->cells};
        g_array_append_val(j->row_notes, note);
        dates_see(j->out->dates, row);
    }
    return true;
}

static bool stream_list(struct judging *j, GError **error)
{
    do {
        j->out->row_count = j->out->rejected = j->out->ragged = j->out->unreadable = 0;
        g_ptr_array_set_size(j->out->faults, 0);
        g_array_set_size(j->row_notes, 0);
        dates_again(j->out->dates);
        domains_restart(j->out->domains);
        if (!list_each(j->input->list, see_row, j, error))
            return false;
    } while (subjects_again(j->out->subjects));
    return !j->input->engaged || dates_read_engaged(j->out->dates, j->input->engaged, j->out->subjects, error);
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
static const char *interned(struct judging *j, struct view text)
{
    text = view_first(text, 200);
    if (view_is_empty(text))
        return "";
    const char *known = g_hash_table_lookup(j->interned, &text);
    if (known)
        return known;
    g_autofree char *copy = view_dup(text);
    g_autofree char *valid = g_utf8_make_valid(copy, -1);
    struct view *key = pool_new(&j->out->pool, struct view);
    *key = pool_copy(&j->out->pool, text);
    known = g_string_chunk_insert_const(j->out->texts, g_strdelimit(valid, "\r\n\t", ' '));
    g_hash_table_insert(j->interned, key, (gpointer)(gsize)known);
    return known;
}

static void mark_attributed(struct judging *j, gint64 id)
{
    guint byte = (guint)(id / 8);
    if (byte >= j->attributed->len) {
        guint old = j->attributed->len;
        g_byte_array_set_size(j->attributed, MAX(byte + 1, old * 2));
        memset(j->attributed->data + old, 0, j->attributed->len - old);
    }
    j->attributed->data[byte] |= (guint8)(1u << (id % 8));
}

static bool is_attributed(const struct judging *j, gint64 id)
{
    guint byte = (guint)(id / 8);
    return byte < j->attributed->len && (j->attributed->data[byte] & (1u << (id % 8)));
}

/* In words why nobody should be removed for it; NULL: nothing is doubtful. */
static const char *doubt_of(struct judging *j, const struct settlement *settled)
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
        text = g_strdup_printf("the mail was sent to %.*s, who is not in this list", len, other);
        break;
    case DOUBT_ELSEWHERE:
        text = g_strdup_printf("what failed is %.*s, who is not in this list", len, other);
        break;
    }
    return interned(j, view_of(text));
}

/* Of the one class that all faults share. Where a class is the sender's fault by itself, its own group of the policy
 * says what becomes of it. */
static bool is_ours(const struct evidence *e)
{
    return e->kind == EVENT_BOUNCE && e->class == SES_TRANSIENT_GENERAL &&
           (e->fault == FAULT_SENDER || e->fault == FAULT_MESSAGE);
}

static void add_item(struct judging *j, const struct evidence *e, subject_index subject, enum claim_step step,
                     const char *doubt)
{
    /* A bounce without a date, or with one that was still to come, happened when it was first read at the latest. */
    gint64 time = e->time > 0 && e->time <= e->read ? e->time : e->read;
    struct item item = {
        .subject = subject,
        .occurrence = {.id = e->id,
                       .time = time,
                       .kind = e->kind,
                       .class = e->class,
                       .actionable = e->actionable,
                       .step = step,
                       .campaign = view_of(interned(j, e->campaign)),
                       .doubt = doubt,
                       .ours = is_ours(e)},
        .status = interned(j, e->status),
        .rule = interned(j, e->rule),
        .matched = interned(j, e->matched),
        .path = interned(j, e->path),
        .member = interned(j, e->member),
        .offset = e->offset,
        .read = e->read,
        .quarantine = QUARANTINE_NONE,
    };
    struct view domain = address_domain(subjects_key(j->out->subjects, subject));
    struct sighting sighting;
    if (j->out->quarantine)
        item.quarantine = quarantine_see(j->out->quarantine, e, time, subject, domain, doubt != NULL);
    else if (j->input->each_evidence)
        j->input->each_evidence(
            e->id, time, quarantine_sighting(e, time, subject, domain, doubt != NULL, &sighting) ? &sighting : NULL,
            j->input->user);
    g_array_append_val(j->items, item);
}

static struct view domain_of(const struct judging *j, const struct evidence *e, const struct settlement *settled)
{
    if (settled->count)
        return address_domain(subjects_key(j->out->subjects, settled->subject[0]));
    struct view named = view_is_empty(e->recipient) ? e->original_recipient : e->recipient;
    return address_domain(named);
}

static void report_fact(struct judging *j, const struct evidence *e, const struct settlement *settled)
{
    struct report_fact fact = {
        .kind = e->kind,
        .class = e->class,
        .fault = e->fault,
        .time = e->time,
        .attributed = settled->settled == SETTLED_ONE,
        .ambiguous = settled->settled == SETTLED_AMBIGUOUS,
        .step = settled->step,
        .domain = domain_of(j, e, settled),
        .campaign = e->campaign,
        .diagnostic = e->diagnostic,
        .status = e->status,
        .rule = e->rule,
        .matched = e->matched,
        .path = e->path,
        .offset = e->offset,
    };
    report_add_fact(j->input->report, &fact);
}

static bool settle_evidence(const struct evidence *e, void *user, GError **error)
{
    (void)error;
    struct judging *j = user;
    const struct candidate *candidates = e->candidates;
    size_t count = e->candidate_count;
    pool_reset(&j->scratch);
    if (j->out->alike)
        candidates = alike_expand(j->out->alike, candidates, &count, &j->scratch);
    struct settlement settled = settle(j->out->subjects, candidates, count);
    if (j->input->report)
        report_fact(j, e, &settled);
    if (settled.settled == SETTLED_NONE)
        return true;
    mark_attributed(j, e->id);
    const char *doubt = doubt_of(j, &settled);
    for (size_t i = 0; i < settled.count; i++)
        add_item(j, e, settled.subject[i], settled.step, doubt);
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct item *x = *(const struct item *const *)a, *y = *(const struct item *const *)b;
    if (x->occurrence.time != y->occurrence.time)
        return x->occurrence.time < y->occurrence.time ? -1 : 1;
    return (x->occurrence.id > y->occurrence.id) - (x->occurrence.id < y->occurrence.id);
}

/* What guards make of hard bounces. */
static bool put_aside(struct judging *j, GError **error)
{
    struct quarantine *quarantine = j->out->quarantine;
    bool rows_known = j->input->list != NULL;
    if (!quarantine_settle(quarantine, j->input->ledger, rows_known ? j->out->row_count : 0,
                           rows_known ? j->out->domains : NULL, j->input->now, error))
        return false;
    for (guint i = 0; i < j->items->len; i++) {
        struct item *item = &g_array_index(j->items, struct item, i);
        quarantine_apply(quarantine, item->quarantine, item->read, &item->occurrence);
    }
    return true;
}

/* Until the next call. */
static bool history_of(const struct judging *j, const struct item *const *items, size_t count, struct history *history,
                       GError **error)
{
    const struct judge_input *input = j->input;
    subject_index subject = items[0]->subject;
    GArray *at = g_array_set_size(j->occurrences, 0);
    for (size_t i = 0; i < count; i++)
        g_array_append_val(at, items[i]->occurrence);
    *history = (struct history){.at = (const struct occurrence *)(void *)at->data,
                                .count = at->len,
                                .address = subjects_key(j->out->subjects, subject),
                                .list = input->list_name};
    if (j->out->dates)
        dates_of(j->out->dates, j->out->subjects, subject, &history->subscribed, &history->engaged);
    bool asks = input->policy && input->list_name && policy_readmits(input->policy);
    return !asks || ledger_last_removed(input->ledger, input->list_name, history->address, &history->removed, error);
}

static bool hand_over(struct judging *j, const struct item *const *items, size_t count, GError **error)
{
    struct judge_history of = {0};
    if (!history_of(j, items, count, &of.history, error))
        return false;
    g_autofree gint64 *read = g_new(gint64, count);
    for (size_t i = 0; i < count; i++)
        read[i] = items[i]->read;
    of.read = read;
    struct subject_row row;
    for (size_t cursor = 0; subjects_row(j->out->subjects, items[0]->subject, &cursor, &row);)
        of.rows++;
    j->input->each_history(&of, j->input->user);
    return true;
}

static const struct item *find_item(const struct item *const *items, size_t count, gint64 id)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i]->occurrence.id == id)
            return items[i];
    }
    return items[count - 1];
}

static void append_quoted(GString *into, const char *before, const char *text, const char *after)
{
    if (!*text)
        return;
    g_string_append(into, before);
    g_string_append(into, text);
    g_string_append(into, after);
}

static struct view reason_of(struct judging *j, const struct decision *decision, const struct item *item)
{
    GString *text = g_string_assign(j->text, decision->why);
    append_quoted(text, "; '", item->matched, "'");
    append_quoted(text, " (rule ", item->rule, ")");
    append_quoted(text, "; ", item->path, "");
    append_quoted(text, " (", item->member, ")");
    g_string_append_printf(text, " at %" G_GUINT64_FORMAT, item->offset);
    return pool_copy(&j->out->pool, (struct view){.data = text->str, .len = text->len});
}

static size_t cells_at(const struct judging *j, guint64 offset)
{
    size_t low = 0, high = j->row_notes->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row_note *note = &g_array_index(j->row_notes, struct row_note, middle);
        if (note->offset == offset)
            return note->cells;
        if (note->offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static enum row_fate fate_of(enum action action)
{
    switch (action) {
    case ACTION_HOLD:
        return ROW_FATE_HELD;
    case ACTION_REMOVE:
        return ROW_FATE_REMOVED;
    case ACTION_REVIEW:
        return ROW_FATE_REVIEW;
    default:
        return ROW_FATE_KEPT;
    }
}

static void add_rows(struct judging *j, subject_index subject, enum action action)
{
    size_t cursor = 0;
    struct judged_row judged = {.verdict = j->out->verdicts->len - 1};
    while (subjects_row(j->out->subjects, subject, &cursor, &judged.row)) {
        judged.cells = cells_at(j, judged.row.offset);
        g_array_append_val(j->out->rows, judged);
        j->out->fate[fate_of(action)]++;
    }
}

static void carry_out(struct judging *j, subject_index subject, const struct planned *planned)
{
    struct judged_subject judged = {.subject = subject,
                                    .decision = planned->decision,
                                    .reason = planned->reason,
                                    .subtype = planned->subtype,
                                    .status = planned->status};
    judged.decision.why = g_strdup(planned->decision.why);
    report_add_decision(j->input->report, address_domain(subjects_key(j->out->subjects, subject)), &judged.decision);
    g_array_append_val(j->out->verdicts, judged);
    add_rows(j, subject, judged.decision.action);
}

static bool judge_subject(struct judging *j, const struct item *const *items, size_t count, GError **error)
{
    if (j->input->plan) {
        subject_index subject = items[0]->subject;
        const struct planned *planned = plan_find(j->input->plan, subjects_key(j->out->subjects, subject));
        if (planned)
            carry_out(j, subject, planned);
        return true;
    }
    struct history history;
    if (!history_of(j, items, count, &history, error))
        return false;
    struct decision decision = policy_decide(j->input->policy, &history, j->input->now);
    report_add_decision(j->input->report, address_domain(subjects_key(j->out->subjects, items[0]->subject)), &decision);
    if (decision.action == ACTION_KEEP) {
        decision_clear(&decision);
        return true;
    }
    const struct item *item = find_item(items, count, decision.decided_by);
    struct judged_subject judged = {.subject = items[0]->subject, .decision = decision, .status = item->status};
    judged.reason = reason_of(j, &decision, item);
    judged.subtype = item->occurrence.kind == EVENT_BOUNCE ? ses_subtype_name(item->occurrence.class)
                                                           : event_kind_name(item->occurrence.kind);
    g_array_append_val(j->out->verdicts, judged);
    add_rows(j, items[0]->subject, decision.action);
    return true;
}

/* Nothing else is known of these: they were forgotten. */
static void judge_suppressed(struct judging *j, subject_index subject, struct decision *decision)
{
    struct judged_subject judged = {.subject = subject, .decision = *decision, .status = ""};
    report_add_decision(j->input->report, address_domain(subjects_key(j->out->subjects, subject)), decision);
    judged.reason = pool_copy(&j->out->pool, view_of(decision->why));
    judged.subtype = ses_subtype_name(decision->class);
    g_array_append_val(j->out->verdicts, judged);
    add_rows(j, subject, decision->action);
}

static int by_offset(const void *a, const void *b)
{
    const struct judged_row *x = a, *y = b;
    return (x->row.offset > y->row.offset) - (x->row.offset < y->row.offset);
}

/* The items by subject, into `order`; `first[s]` is where those of subject s begin, up to `first[s + 1]`. */
static void sort_items(const struct judging *j, const struct item **order, guint32 *first)
{
    size_t subjects = subjects_wanted(j->out->subjects);
    for (guint i = 0; i < j->items->len; i++)
        first[g_array_index(j->items, struct item, i).subject + 1]++;
    for (size_t s = 0; s < subjects; s++)
        first[s + 1] += first[s];
    g_autofree guint32 *next = g_memdup2(first, subjects * sizeof *first);
    for (guint i = 0; i < j->items->len; i++) {
        const struct item *item = &g_array_index(j->items, struct item, i);
        order[next[item->subject]++] = item;
    }
}

static bool judge_subjects(struct judging *j, GError **error)
{
    size_t subjects = subjects_wanted(j->out->subjects);
    g_autofree const struct item **order = g_new(const struct item *, j->items->len + 1);
    g_autofree guint32 *first = g_new0(guint32, subjects + 1);
    sort_items(j, order, first);
    for (size_t s = 0; s < subjects; s++) {
        size_t count = first[s + 1] - first[s];
        if (count > 1)
            qsort(order + first[s], count, sizeof *order, by_time);
        bool hands_over = j->input->each_history != NULL;
        struct decision decision;
        if (!hands_over &&
            suppressed_decide(j->suppressed, subjects_key(j->out->subjects, (subject_index)s), &decision)) {
            judge_suppressed(j, (subject_index)s, &decision);
            continue;
        }
        if (count > 0 && !(hands_over ? hand_over(j, order + first[s], count, error)
                                      : judge_subject(j, order + first[s], count, error)))
            return false;
    }
    g_array_sort(j->out->rows, by_offset);
    return true;
}

/* A row without a readable address that an id led to has a fate of its own; the rest of the rejected stay as they are.
 */
static void count_rows(struct judging *j)
{
    struct judgement *out = j->out;
    guint64 decided = out->fate[ROW_FATE_HELD] + out->fate[ROW_FATE_REMOVED] + out->fate[ROW_FATE_REVIEW];
    out->fate[ROW_FATE_REJECTED] = MIN(out->rejected, out->row_count - decided);
    out->fate[ROW_FATE_KEPT] = out->row_count - decided - out->fate[ROW_FATE_REJECTED];
}

static void count_messages(struct judging *j)
{
    const struct intake *intake = j->input->intake;
    guint64 *fate = j->out->messages;
    fate[FATE_UNREADABLE] = intake->unreadable;
    fate[FATE_DUPLICATE] = intake->duplicate;
    fate[FATE_NOT_BOUNCE] = intake->not_bounce;
    for (guint i = 0; i < intake->counted->len; i++) {
        const struct intake_message *message = &g_array_index(intake->counted, struct intake_message, i);
        bool attributed = false;
        for (guint32 k = 0; k < message->count && !attributed; k++)
            attributed = is_attributed(j, message->first + k);
        fate[attributed ? FATE_COUNTED : FATE_UNATTRIBUTED]++;
    }
}

static bool judge_all(struct judging *j, GError **error)
{
    const struct judge_input *input = j->input;
    struct judgement *out = j->out;
    if (!ledger_each_key(input->ledger, want_key, j, error) ||
        (!input->list && !ledger_each_key(input->ledger, see_key, j, error)))
        return false;
    const struct guard_limits *limits = input->policy ? policy_guard(input->policy) : NULL;
    out->quarantine = limits ? quarantine_new(limits) : NULL;
    domains_settle(out->domains, limits ? MIN(limits->burst_rows, limits->min_domain_rows) : input->domain_rows);
    g_autoptr(suppressed_auto) suppressed = NULL;
    if (input->list && !input->each_history &&
        !suppressed_find(input->list, input->ledger, out->subjects, &suppressed, error))
        return false;
    j->suppressed = suppressed;
    g_autoptr(ahead_auto) ahead = ahead_start(input->ledger, input->beside);
    if ((input->list && !stream_list(j, error)) || !ahead_each(ahead, settle_evidence, j, error))
        return false;
    if (out->quarantine && !put_aside(j, error))
        return false;
    if (!judge_subjects(j, error))
        return false;
    if (input->each_history)
        return true;
    count_rows(j);
    count_messages(j);
    return true;
}

bool judge_list(const struct judge_input *input, struct judgement *out, GError **error)
{
    *out = (struct judgement){.subjects = subjects_new(), .texts = g_string_chunk_new(4096)};
    pool_init(&out->pool);
    out->domains = domains_new();
    out->faults = g_ptr_array_new_with_free_func(g_free);
    out->dates = input->list ? dates_new(input->list_path, input->now) : NULL;
    out->verdicts = g_array_new(FALSE, FALSE, sizeof(struct judged_subject));
    out->rows = g_array_new(FALSE, FALSE, sizeof(struct judged_row));
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct item));
    g_autoptr(GArray) notes = g_array_new(FALSE, FALSE, sizeof(struct row_note));
    g_autoptr(GByteArray) attributed = g_byte_array_new();
    g_autoptr(GHashTable) texts = g_hash_table_new(hash_view, equal_views);
    g_autoptr(GArray) occurrences = g_array_new(FALSE, FALSE, sizeof(struct occurrence));
    g_autoptr(GString) text = g_string_new(NULL);
    struct judging j = {.input = input,
                        .out = out,
                        .items = items,
                        .row_notes = notes,
                        .attributed = attributed,
                        .interned = texts,
                        .occurrences = occurrences,
                        .text = text};
    out->alike = input->alike ? alike_new(input->alike) : NULL;
    pool_init(&j.scratch);
    bool judged = judge_all(&j, error);
    pool_clear(&j.scratch);
    return judged && (input->each_history || review_name_candidates(out, input->ledger, error));
}

void judgement_clear(struct judgement *judgement)
{
    if (!judgement->subjects)
        return;
    for (guint i = 0; i < judgement->verdicts->len; i++)
        decision_clear(&g_array_index(judgement->verdicts, struct judged_subject, i).decision);
    subjects_free(judgement->subjects);
    alike_free(judgement->alike);
    dates_free(judgement->dates);
    domains_free(judgement->domains);
    quarantine_free(judgement->quarantine);
    g_array_unref(judgement->verdicts);
    g_ptr_array_unref(judgement->faults);
    g_array_unref(judgement->rows);
    g_string_chunk_free(judgement->texts);
    pool_clear(&judgement->pool);
    *judgement = (struct judgement){0};
}
