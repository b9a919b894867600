/* SPDX-License-Identifier: MIT */
#include "cmd/simulation.h"

#include "core/policy/signing.h"
#include "db/signing.h"

enum { DAY = 24 * 60 * 60 };

static guint hash_view(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal_views(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

void simulation_init(struct simulation *s)
{
    *s = (struct simulation){
        .step = 1,
        .runs = g_array_new(FALSE, FALSE, sizeof(struct recorded_run)),
        .subjects = g_array_new(FALSE, FALSE, sizeof(struct replay_subject)),
        .by_key = g_hash_table_new_full(hash_view, equal_views, g_free, NULL),
        .moments = g_array_new(FALSE, FALSE, sizeof(gint64)),
        .sightings = g_array_new(FALSE, FALSE, sizeof(guint32)),
        .signing = signing_new(),
        .scenarios = g_array_new(FALSE, FALSE, sizeof(struct scenario)),
    };
}

void simulation_clear(struct simulation *s)
{
    for (guint i = 0; i < s->scenarios->len; i++) {
        struct scenario *scenario = &g_array_index(s->scenarios, struct scenario, i);
        policy_free(scenario->policy);
        if (scenario->bursts)
            bursts_free(scenario->bursts);
        replay_free(scenario->replay);
    }
    for (guint i = 0; i < s->subjects->len; i++) {
        const struct replay_subject *subject = &g_array_index(s->subjects, struct replay_subject, i);
        g_free((gpointer)(gsize)subject->history.at);
        g_free((gpointer)(gsize)subject->known);
        g_free((gpointer)(gsize)subject->sighting);
    }
    g_array_unref(s->runs);
    g_array_unref(s->subjects);
    g_hash_table_unref(s->by_key);
    g_array_unref(s->moments);
    g_array_unref(s->sightings);
    g_array_unref(s->scenarios);
    signing_free(s->signing);
    judgement_clear(&s->judgement);
    g_free(s->list_name);
    if (s->list)
        list_close(s->list);
    if (s->ledger)
        ledger_close(s->ledger);
}

/* --- what is known ------------------------------------------------------------------------------------------------ */

/* Runs over another list say nothing of this one. */
static bool add_run(const struct run_summary *run, void *user, GError **error)
{
    (void)error;
    struct simulation *s = user;
    struct recorded_run recorded = {.run = run->run, .started = run->started};
    g_autofree char *list = s->list_path ? g_canonicalize_filename(s->list_path, NULL) : NULL;
    bool ours = !list || !*run->list || strcmp(list, run->list) == 0;
    if (strcmp(run->command, "clean") == 0 && !run->undone_by && ours)
        g_array_append_val(s->runs, recorded);
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct recorded_run *x = a, *y = b;
    if (x->started != y->started)
        return x->started < y->started ? -1 : 1;
    return (x->run > y->run) - (x->run < y->run);
}

bool simulation_load_runs(struct simulation *s, GError **error)
{
    bool loaded = ledger_each_run(s->ledger, add_run, s, error);
    g_array_sort(s->runs, by_start);
    return loaded;
}

static void see_evidence(gint64 event, gint64 time, const struct sighting *sighting, void *user)
{
    struct simulation *s = user;
    for (guint i = 0; i < s->scenarios->len; i++) {
        const struct scenario *scenario = &g_array_index(s->scenarios, struct scenario, i);
        bursts_active(scenario->bursts, time);
        if (sighting)
            bursts_add(scenario->bursts, sighting);
    }
    if (!sighting)
        return;
    const guint32 none = REPLAY_NO_SIGHTING;
    while (s->sightings->len <= event)
        g_array_append_val(s->sightings, none);
    g_array_index(s->sightings, guint32, event) = s->sighting_count++;
}

static guint32 sighting_of(const struct simulation *s, gint64 event)
{
    return event < s->sightings->len ? g_array_index(s->sightings, guint32, event) : REPLAY_NO_SIGHTING;
}

struct dated {
    struct occurrence occurrence;
    gint64 known;
};

static int by_known(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    if (x->known != y->known)
        return x->known < y->known ? -1 : 1;
    return (x->occurrence.id > y->occurrence.id) - (x->occurrence.id < y->occurrence.id);
}

static void add_subject(const struct judge_history *of, void *user)
{
    struct simulation *s = user;
    size_t count = of->history.count;
    g_autofree gint64 *starts = g_new(gint64, s->runs->len + 1);
    for (guint i = 0; i < s->runs->len; i++)
        starts[i] = g_array_index(s->runs, struct recorded_run, i).started;
    g_autofree struct dated *dated = g_new(struct dated, count);
    for (size_t i = 0; i < count; i++) {
        const struct occurrence *at = &of->history.at[i];
        dated[i] =
            (struct dated){.occurrence = *at, .known = replay_known(at->time, of->read[i], starts, s->runs->len)};
    }
    qsort(dated, count, sizeof *dated, by_known);
    struct occurrence *at = g_new(struct occurrence, count);
    gint64 *known = g_new(gint64, count);
    guint32 *sighting = g_new(guint32, count);
    for (size_t i = 0; i < count; i++) {
        at[i] = dated[i].occurrence;
        known[i] = dated[i].known;
        sighting[i] = sighting_of(s, at[i].id);
        signing_see(s->signing, &at[i], known[i]);
    }
    struct replay_subject subject = {
        .history = of->history, .known = known, .sighting = sighting, .rows = s->list ? of->rows : 1};
    subject.history.at = at;
    subject.history.signing = s->signing;
    g_array_append_val(s->subjects, subject);
    s->events += count;
    struct view *key = g_memdup2(&subject.history.address, sizeof *key);
    g_hash_table_insert(s->by_key, key, GSIZE_TO_POINTER((gsize)s->subjects->len));
}

static guint64 rows_of(struct view domain, void *user)
{
    const struct simulation *s = user;
    return domains_rows(s->judgement.domains, domain);
}

/* The least that any policy asks about. */
static guint64 domain_rows(const struct simulation *s)
{
    guint64 least = G_MAXUINT64;
    for (guint i = 0; i < s->scenarios->len; i++) {
        const struct guard_limits *limits = policy_guard(g_array_index(s->scenarios, struct scenario, i).policy);
        least = MIN(least, guard_least_asked(limits));
    }
    return least;
}

static void add_signing(gint64 known, gint64 since, void *user)
{
    struct simulation *s = user;
    signing_add(s->signing, known, since);
}

bool simulation_load_histories(struct simulation *s, gint64 now, bool beside, GError **error)
{
    struct judge_input input = {.list_path = s->list_path,
                                .ledger = s->ledger,
                                .list = s->list,
                                .list_name = s->list_name,
                                .engaged = s->engaged,
                                .alike = s->alike,
                                .now = now,
                                .each_history = add_subject,
                                .each_evidence = see_evidence,
                                .user = s,
                                .domain_rows = domain_rows(s),
                                .beside = beside};
    if (!judge_list(&input, &s->judgement, error) ||
        !ledger_each_signing(s->ledger, s->list_name, add_signing, s, error))
        return false;
    s->rows = s->list ? s->judgement.row_count : s->subjects->len;
    for (guint i = 0; i < s->scenarios->len; i++) {
        const struct scenario *scenario = &g_array_index(s->scenarios, struct scenario, i);
        bursts_find(scenario->bursts, s->list ? s->rows : 0, s->list ? rows_of : NULL, s);
    }
    return true;
}

/* --- when to look ------------------------------------------------------------------------------------------------- */

static gint64 day_begin(gint64 time)
{
    return time - (time % DAY + DAY) % DAY;
}

static bool settle_span(struct simulation *s, GError **error)
{
    gint64 first = 0, last = 0;
    for (guint i = 0; i < s->subjects->len; i++) {
        const struct replay_subject *subject = &g_array_index(s->subjects, struct replay_subject, i);
        gint64 begin = subject->known[0], end = subject->known[subject->history.count - 1];
        first = first == 0 || begin < first ? begin : first;
        last = MAX(last, end);
    }
    if (s->runs->len > 0) {
        first = first ? MIN(first, g_array_index(s->runs, struct recorded_run, 0).started) : first;
        last = MAX(last, g_array_index(s->runs, struct recorded_run, s->runs->len - 1).started);
    }
    gint64 from = s->from ? s->from : day_begin(first), to = s->to ? s->to : last + 1;
    bool sound = from < to;
    if (!sound) {
        char begin[32], end[32];
        format_time(first, begin);
        format_time(last, end);
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "%s: what is known is of %s to %s",
                    s->from ? "--from" : "--to", begin, end);
    }
    s->from = from;
    s->to = to;
    return sound;
}

static gint64 start_of(const struct simulation *s, guint run)
{
    return g_array_index(s->runs, struct recorded_run, run).started;
}

bool simulation_set_moments(struct simulation *s, GError **error)
{
    if (!settle_span(s, error))
        return false;
    guint run = 0;
    while (run < s->runs->len && start_of(s, run) < s->from)
        run++;
    for (; s->step == 0 && run < s->runs->len && start_of(s, run) < s->to; run++) {
        gint64 started = start_of(s, run);
        g_array_append_val(s->moments, started);
    }
    if (s->step == 0)
        return true;
    gint64 length = (gint64)s->step * DAY;
    for (gint64 begin = s->from; begin < s->to; begin += length) {
        gint64 end = MIN(begin + length, s->to), moment = end;
        for (; run < s->runs->len && start_of(s, run) < end; run++)
            moment = start_of(s, run);
        if (moment < end || run == s->runs->len || start_of(s, run) >= end + length)
            g_array_append_val(s->moments, moment);
    }
    return true;
}

/* --- what becomes of it ------------------------------------------------------------------------------------------- */

static struct replay_input input_of(const struct simulation *s, const struct scenario *scenario)
{
    return (struct replay_input){
        .subjects = (const struct replay_subject *)(void *)s->subjects->data,
        .subject_count = s->subjects->len,
        .moments = (const gint64 *)(void *)s->moments->data,
        .moment_count = s->moments->len,
        .end = s->to,
        .rows = s->rows,
        .bursts = scenario ? scenario->bursts : NULL,
        .rows_of = s->list ? rows_of : NULL,
        .user = (gpointer)(gsize)s,
    };
}

void simulation_add(struct simulation *s, const char *name, struct policy *policy)
{
    struct burst_limits limits = guard_burst_limits(policy_guard(policy));
    struct scenario scenario = {.name = name, .policy = policy, .bursts = bursts_new(&limits)};
    g_array_append_val(s->scenarios, scenario);
}

struct recalling {
    const struct simulation *simulation;
    GArray *into;
};

static bool recall_decision(const struct past_decision *decision, void *user, GError **error)
{
    (void)error;
    struct recalling *recalling = user;
    const struct simulation *s = recalling->simulation;
    gsize index = GPOINTER_TO_SIZE(g_hash_table_lookup(s->by_key, &decision->key));
    struct replay_line line = {
        .subject = index - 1,
        .decision = {.action = decision->action, .retry_after = decision->retry_after, .why = view_dup(decision->why)}};
    if (index == 0)
        decision_clear(&line.decision);
    else
        g_array_append_val(recalling->into, line);
    return true;
}

/* The last run at that moment; where none was, what the one before it had left. */
static const struct recorded_run *run_by(const struct simulation *s, gint64 moment)
{
    const struct recorded_run *found = NULL;
    for (guint i = 0; i < s->runs->len; i++) {
        const struct recorded_run *run = &g_array_index(s->runs, struct recorded_run, i);
        if (run->started > moment)
            break;
        found = run;
    }
    return found;
}

static bool recall(size_t moment, GArray *into, void *user, GError **error)
{
    const struct simulation *s = user;
    const struct recorded_run *run = run_by(s, g_array_index(s->moments, gint64, moment));
    struct recalling recalling = {.simulation = s, .into = into};
    return !run || ledger_each_decision(s->ledger, run->run, recall_decision, &recalling, error);
}

static bool recall_runs(struct simulation *s, GError **error)
{
    if (s->runs->len == 0 || g_array_index(s->runs, struct recorded_run, 0).started > s->to)
        return true;
    struct replay_input input = input_of(s, NULL);
    struct scenario recorded = {.name = "recorded", .replay = replay_recall(&input, recall, s, error)};
    if (!recorded.replay)
        return false;
    g_array_prepend_val(s->scenarios, recorded);
    return true;
}

bool simulation_run(struct simulation *s, GError **error)
{
    for (guint i = 0; i < s->scenarios->len; i++) {
        struct scenario *scenario = &g_array_index(s->scenarios, struct scenario, i);
        struct replay_input input = input_of(s, scenario);
        scenario->replay = replay_run(scenario->policy, &input);
    }
    return recall_runs(s, error);
}

struct difference simulation_compare(const struct replay *first, const struct replay *second)
{
    struct difference difference = {0};
    for (size_t i = 0; i < first->count; i++) {
        gint64 a = first->fates[i].removed, b = second->fates[i].removed;
        bool differs = day_begin(a) != day_begin(b);
        if (differs && difference.only_first + difference.only_second + difference.other_day == 0)
            difference.example = i;
        difference.only_first += a && !b;
        difference.only_second += b && !a;
        difference.other_day += a && b && differs;
    }
    return difference;
}
