/* SPDX-License-Identifier: MIT */
#include "cmd/judge.h"

#include "cmd/evidence.h"
#include "cmd/review.h"
#include "cmd/suppressed.h"
#include "core/match/address.h"
#include "core/match/alike.h"
#include "core/policy/signing.h"
#include "db/departures.h"

struct judging {
    const struct judge_input *input;
    struct judgement *out;
    struct gathering gathering;
    GArray *occurrences; /* struct occurrence: scratch of history_of() */
    GString *text;       /* scratch of reason_of() */
};

static int by_time(const void *a, const void *b)
{
    const struct item *x = *(const struct item *const *)a, *y = *(const struct item *const *)b;
    if (x->occurrence.time != y->occurrence.time)
        return x->occurrence.time < y->occurrence.time ? -1 : 1;
    return (x->occurrence.id > y->occurrence.id) - (x->occurrence.id < y->occurrence.id);
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
                                .list = input->list_name,
                                .signing = j->out->signing};
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
        judged.cells = evidence_cells_at(&j->gathering, judged.row.offset);
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

static void count_unsigned(struct judging *j, const struct history *history)
{
    gint64 now = j->input->now, lately = now - (gint64)SIGNING_DAYS * 24 * 60 * 60;
    if (signing_since(history->signing, now) == 0)
        return;
    for (size_t i = 0; i < history->count; i++) {
        const struct occurrence *of = &history->at[i];
        bool late = MAX(of->time, of->arrived) > lately;
        j->out->unsigned_events += late && policy_unsigned(j->input->policy, history, of, now);
    }
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
    count_unsigned(j, &history);
    struct decision decision = policy_decide(j->input->policy, &history, j->input->now);
    report_add_decision(j->input->report, address_domain(subjects_key(j->out->subjects, items[0]->subject)), &decision);
    const struct item *item = find_item(items, count, decision.decided_by);
    if (decision.action == ACTION_KEEP) {
        if (item->occurrence.quarantined && item->occurrence.id == decision.decided_by)
            quarantine_spare(j->out->quarantine, item->quarantine, item->occurrence.id,
                             subjects_key(j->out->subjects, items[0]->subject));
        decision_clear(&decision);
        return true;
    }
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
    for (guint i = 0; i < j->gathering.items->len; i++)
        first[g_array_index(j->gathering.items, struct item, i).subject + 1]++;
    for (size_t s = 0; s < subjects; s++)
        first[s + 1] += first[s];
    g_autofree guint32 *next = g_memdup2(first, subjects * sizeof *first);
    for (guint i = 0; i < j->gathering.items->len; i++) {
        const struct item *item = &g_array_index(j->gathering.items, struct item, i);
        order[next[item->subject]++] = item;
    }
}

static bool judge_subjects(struct judging *j, GError **error)
{
    size_t subjects = subjects_wanted(j->out->subjects);
    g_autofree const struct item **order = g_new(const struct item *, j->gathering.items->len + 1);
    g_autofree guint32 *first = g_new0(guint32, subjects + 1);
    sort_items(j, order, first);
    for (size_t s = 0; s < subjects; s++) {
        size_t count = first[s + 1] - first[s];
        if (count > 1)
            qsort(order + first[s], count, sizeof *order, by_time);
        bool hands_over = j->input->each_history != NULL;
        struct decision decision;
        if (!hands_over &&
            suppressed_decide(j->gathering.suppressed, subjects_key(j->out->subjects, (subject_index)s), &decision)) {
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

static bool judge_all(struct judging *j, GError **error)
{
    if (!evidence_settle(&j->gathering, error) || !judge_subjects(j, error))
        return false;
    if (j->input->each_history)
        return true;
    count_rows(j);
    evidence_count_messages(&j->gathering);
    return true;
}

bool judge_list(const struct judge_input *input, struct judgement *out, GError **error)
{
    *out = (struct judgement){.subjects = subjects_new(), .texts = g_string_chunk_new(4096)};
    pool_init(&out->pool);
    out->domains = domains_new();
    out->signing = signing_new();
    out->faults = g_ptr_array_new_with_free_func(g_free);
    out->dates = input->list ? dates_new(input->list_path, input->now) : NULL;
    out->verdicts = g_array_new(FALSE, FALSE, sizeof(struct judged_subject));
    out->rows = g_array_new(FALSE, FALSE, sizeof(struct judged_row));
    out->alike = input->alike ? alike_new(input->alike) : NULL;
    g_autoptr(GArray) occurrences = g_array_new(FALSE, FALSE, sizeof(struct occurrence));
    g_autoptr(GString) text = g_string_new(NULL);
    struct judging j = {.input = input, .out = out, .occurrences = occurrences, .text = text};
    evidence_init(&j.gathering, input, out);
    bool judged = judge_all(&j, error);
    evidence_clear(&j.gathering);
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
    signing_free(judgement->signing);
    g_array_unref(judgement->verdicts);
    g_ptr_array_unref(judgement->faults);
    g_array_unref(judgement->rows);
    g_string_chunk_free(judgement->texts);
    pool_clear(&judgement->pool);
    *judgement = (struct judgement){0};
}
