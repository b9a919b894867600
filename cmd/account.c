/* SPDX-License-Identifier: MIT */
#include "cmd/account.h"

#include "cmd/suppressed.h"
#include "core/match/address.h"
#include "core/match/alike.h"

/* --- who ---------------------------------------------------------------------------------------------------------- */

static char *key_of(const char *who)
{
    struct pool pool;
    pool_init(&pool);
    struct view key = address_key(view_of(who), &pool);
    char *text = view_is_empty(key) ? g_strdup(who) : view_dup(key);
    pool_clear(&pool);
    return text;
}

struct finding_row {
    struct account *account;
    struct pool pool;
    GString *address; /* of the row that an id led to */
};

/* By address; or by id, where what was asked for is none. */
static bool find_row(const struct row *row, void *user, GError **error)
{
    (void)error;
    struct finding_row *finding = user;
    struct account *account = finding->account;
    struct view wanted = view_of(account->key);
    pool_reset(&finding->pool);
    struct view key = row->fault != ROW_SOUND    ? (struct view){0}
                      : !view_is_empty(row->key) ? row->key
                                                 : address_key(row->address, &finding->pool);
    bool by_id = !strchr(account->key, '@') && view_equal_fold(row->id, wanted);
    if (!by_id && !view_equal(key, wanted))
        return true;
    if (account->rows++ > 0)
        return true;
    account->line = row->line;
    account->id = view_is_empty(row->id) ? NULL : view_dup(row->id);
    if (by_id && !view_is_empty(key))
        g_string_append_len(finding->address, key.data, (gssize)key.len);
    return true;
}

static bool find_in_list(struct account *account, struct list *list, GError **error)
{
    struct finding_row finding = {.account = account, .address = g_string_new(NULL)};
    pool_init(&finding.pool);
    bool read = list_each(list, find_row, &finding, error);
    pool_clear(&finding.pool);
    if (finding.address->len > 0) {
        g_free(account->key);
        account->key = g_strdup(finding.address->str);
    }
    g_string_free(finding.address, TRUE);
    return read;
}

/* --- what is decided ---------------------------------------------------------------------------------------------- */

static void take_history(const struct judge_history *of, void *user)
{
    struct account *account = user;
    if (!view_equal(of->history.address, view_of(account->key)))
        return;
    account->history = of->history;
    g_array_append_vals(account->occurrences, of->history.at, (guint)of->history.count);
}

/* As the decision does; so that it is said of each event. */
static void doubt_what_is_unsigned(struct account *account, const struct account_input *input)
{
    for (guint i = 0; i < account->occurrences->len; i++) {
        struct occurrence *of = &g_array_index(account->occurrences, struct occurrence, i);
        if (!of->doubt)
            of->doubt = policy_unsigned(input->policy, &account->history, of, input->now);
    }
}

static bool decide(struct account *account, const struct account_input *input, GError **error)
{
    struct judge_input judge = {
        .list_path = input->list_path,
        .ledger = input->ledger,
        .list = input->list,
        .alone = account->key,
        .list_name = input->list_name,
        .engaged = input->engaged,
        .policy = input->policy,
        .alike = input->alike,
        .each_history = take_history,
        .user = account,
        .now = input->now,
    };
    if (!judge_list(&judge, &account->judgement, error))
        return false;
    account->history.at = (const struct occurrence *)(void *)account->occurrences->data;
    account->history.address = view_of(account->key);
    account->history.list = input->list_name;
    doubt_what_is_unsigned(account, input);
    account->decision = policy_decide(input->policy, &account->history, input->now);
    account->findings = policy_findings(input->policy, &account->history, input->now);
    account->changes = policy_what_if(input->policy, &account->history, input->now);
    return true;
}

/* `clean` stores nothing about who was forgotten, and removes whom it had removed. */
static void look_whether_forgotten(struct account *account, const struct ledger *ledger)
{
    enum candidate_is is = strchr(account->key, '@') ? CANDIDATE_ADDRESS : CANDIDATE_ID;
    account->is_forgotten = ledger_forgot(ledger, is, view_of(account->key), &account->forgotten);
    if (!account->is_forgotten || !account->forgotten.removed || is != CANDIDATE_ADDRESS)
        return;
    decision_clear(&account->decision);
    account->decision = suppressed_since(account->forgotten.started);
    g_array_set_size(account->findings, 0);
    g_array_set_size(account->changes, 0);
}

bool account_is_judged(const struct account *account)
{
    return !account->list_path || account->rows > 0;
}

/* --- what is known ------------------------------------------------------------------------------------------------ */

static const char *copy(struct account *account, struct view text)
{
    g_autofree char *bytes = view_dup(text);
    g_autofree char *valid = g_utf8_make_valid(bytes ? bytes : "", -1);
    for (char *at = valid; *at; at++)
        *at = g_ascii_iscntrl(*at) ? ' ' : *at;
    return g_string_chunk_insert_const(account->texts, valid);
}

static const struct occurrence *occurrence_of(const struct account *account, gint64 id)
{
    for (guint i = 0; i < account->occurrences->len; i++) {
        const struct occurrence *of = &g_array_index(account->occurrences, struct occurrence, i);
        if (of->id == id)
            return of;
    }
    return NULL;
}

/* Under another address that the user takes for one with his. */
static bool is_alike(const struct account *account, const struct candidate *candidate)
{
    if (!account->alike || candidate->is != CANDIDATE_ADDRESS || !strchr(account->key, '@'))
        return false;
    struct pool pool;
    pool_init(&pool);
    bool alike = view_equal(alike_key(candidate->key, account->alike, &pool),
                            alike_key(view_of(account->key), account->alike, &pool));
    pool_clear(&pool);
    return alike;
}

/* Does it name the subscriber himself? */
static bool is_self(const struct account *account, const struct candidate *candidate)
{
    return view_equal(candidate->key, view_of(account->key)) || is_alike(account, candidate) ||
           (account->id && candidate->is == CANDIDATE_ID && view_equal_fold(candidate->key, view_of(account->id)));
}

static enum claim_step step_of(const struct evidence *e, const struct account *account)
{
    for (size_t i = 0; i < e->candidate_count; i++) {
        if (is_self(account, &e->candidates[i]))
            return e->candidates[i].step;
    }
    return CLAIM_NONE;
}

static void take_candidates(struct account *account, const struct evidence *e)
{
    for (size_t i = 0; i < e->candidate_count; i++) {
        const struct candidate *c = &e->candidates[i];
        struct account_candidate candidate = {.is_self = is_self(account, c),
                                              .candidate = {.step = c->step,
                                                            .is = c->is,
                                                            .key = view_of(copy(account, c->key)),
                                                            .scheme = view_of(copy(account, c->scheme))}};
        g_array_append_val(account->candidates, candidate);
    }
}

static bool is_known(const struct account *account, gint64 id)
{
    for (guint i = 0; i < account->events->len; i++) {
        if (g_array_index(account->events, struct account_event, i).id == id)
            return true;
    }
    return false;
}

static bool take_event(const struct evidence *e, void *user, GError **error)
{
    (void)error;
    struct account *account = user;
    if (is_known(account, e->id))
        return true;
    const struct occurrence *of = occurrence_of(account, e->id);
    struct account_event event = {
        .id = e->id,
        .time = e->time,
        .read = e->read,
        .kind = e->kind,
        .class = e->class,
        .fault = e->fault,
        .step = of ? of->step : step_of(e, account),
        .attributed = of != NULL,
        .too_early = of && of->time > 0 && of->time < account->history.subscribed,
        .ours = of && of->ours,
        .quarantined = of && of->quarantined,
        .doubt = of ? of->doubt : NULL,
        .burst = of ? of->burst : NULL,
        .path = copy(account, e->path),
        .member = copy(account, e->member),
        .message_id = copy(account, e->message_id),
        .reader = copy(account, e->reader),
        .rule = copy(account, e->rule),
        .matched = copy(account, e->matched),
        .status = copy(account, e->status),
        .diagnostic = copy(account, e->diagnostic),
        .remote_mta = copy(account, e->remote_mta),
        .campaign = copy(account, e->campaign),
        .offset = e->offset,
        .first_candidate = account->candidates->len,
        .candidate_count = (guint)e->candidate_count,
    };
    take_candidates(account, e);
    g_array_append_val(account->events, event);
    return true;
}

static bool take_event_alike(const struct evidence *e, void *user, GError **error)
{
    return step_of(e, user) == CLAIM_NONE || take_event(e, user, error);
}

static bool take_past(const struct past_decision *d, void *user, GError **error)
{
    (void)error;
    struct account *account = user;
    struct account_past past = {
        .run = d->run,
        .started = d->started,
        .retry_after = d->retry_after,
        .decided_by = d->decided_by,
        .row = d->row,
        .action = d->action,
        .why = copy(account, d->why),
    };
    g_array_append_val(account->past, past);
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct account_event *x = a, *y = b;
    gint64 p = x->time ? x->time : x->read, q = y->time ? y->time : y->read;
    if (p != q)
        return p < q ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

bool account_gather(struct account *account, const struct account_input *input, GError **error)
{
    *account = (struct account){
        .key = key_of(input->who),
        .list_path = input->list_path,
        .now = input->now,
        .alike = input->alike,
        .events = g_array_new(FALSE, FALSE, sizeof(struct account_event)),
        .candidates = g_array_new(FALSE, FALSE, sizeof(struct account_candidate)),
        .past = g_array_new(FALSE, FALSE, sizeof(struct account_past)),
        .occurrences = g_array_new(FALSE, FALSE, sizeof(struct occurrence)),
        .texts = g_string_chunk_new(1024),
    };
    if ((input->list && !find_in_list(account, input->list, error)) || !decide(account, input, error) ||
        !ledger_each_of(input->ledger, view_of(account->key), take_event, account, error) ||
        (account->id && !ledger_each_of(input->ledger, view_of(account->id), take_event, account, error)) ||
        (input->alike && !ledger_each(input->ledger, 0, take_event_alike, account, error)) ||
        !ledger_each_decision_of(input->ledger, view_of(account->key), take_past, account, error))
        return false;
    g_array_sort(account->events, by_time);
    look_whether_forgotten(account, input->ledger);
    return true;
}

void account_clear(struct account *account)
{
    if (!account->key)
        return;
    g_array_unref(account->events);
    g_array_unref(account->candidates);
    g_array_unref(account->past);
    g_array_unref(account->occurrences);
    g_clear_pointer(&account->findings, g_array_unref);
    g_clear_pointer(&account->changes, g_array_unref);
    decision_clear(&account->decision);
    judgement_clear(&account->judgement);
    g_string_chunk_free(account->texts);
    g_free(account->key);
    g_free(account->id);
    *account = (struct account){0};
}
