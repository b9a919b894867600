/* SPDX-License-Identifier: MIT
 * winnow itself: its rules say what each answer means, its policy and guards decide. */
#include "tests/year/contest.h"

#include "core/classify/classify.h"
#include "core/policy/guard.h"
#include "core/policy/policy.h"
#include "core/policy/signing.h"

#include <stdlib.h>

struct dossier {
    GArray *occurrences; /* struct occurrence; NULL: nothing known */
    bool fresh;          /* since the last decision */
};

/* A bounce, as the search for bursts and outages sees it. */
struct seen {
    guint32 person, at; /* index of the occurrence */
    gint64 time;
    bool soft;
    const char *diagnostic;
};

struct winnow {
    const struct world *world;
    struct policy *policy;
    struct signing *signing; /* NULL: return paths are not signed */
    struct verdict verdicts[ANSWERS][WORDINGS];
    struct dossier *of;
    GPtrArray *campaigns; /* names, by day */
    GArray *seen;         /* struct seen */
    GHashTable *rows_of;  /* domain -> its subscribers */
    gint64 last_id;
};

static void judge_answers(struct winnow *w)
{
    struct ruleset *rules = ruleset_load(NULL, NULL);
    struct classifier *classifier = classifier_new(rules);
    struct pool pool;
    pool_init(&pool);
    for (unsigned answer = ANSWER_TAKEN + 1; answer < ANSWERS; answer++) {
        for (unsigned wording = 0; wording < WORDINGS; wording++) {
            const char *text = answer_text(answer, wording);
            struct statement statement = {.diagnostic = view_of(text),
                                          .status = view_of(answer_status(answer, wording)),
                                          .smtp_code = g_ascii_isdigit(text[0]) ? atoi(text) : 0,
                                          .reader = VIEW("rfc3464")};
            w->verdicts[answer][wording] = classify(classifier, &statement, &pool);
        }
    }
    pool_clear(&pool);
    classifier_free(classifier);
    ruleset_free(rules);
}

static struct winnow *begin(const struct world *world, bool signed_paths)
{
    GError *error = NULL;
    struct winnow *w = g_new0(struct winnow, 1);
    w->world = world;
    w->policy = policy_load(NULL, &error);
    g_assert_no_error(error);
    w->signing = signed_paths ? signing_new() : NULL;
    w->of = g_new0(struct dossier, world_options(world)->people);
    w->campaigns = g_ptr_array_new_with_free_func(g_free);
    w->seen = g_array_new(FALSE, FALSE, sizeof(struct seen));
    w->rows_of = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint32 i = 0; i < world_options(world)->people; i++) {
        gpointer domain = (gpointer)(gsize)world_domain(world, i);
        gsize rows = GPOINTER_TO_SIZE(g_hash_table_lookup(w->rows_of, domain));
        g_hash_table_insert(w->rows_of, domain, GSIZE_TO_POINTER(rows + 1));
    }
    judge_answers(w);
    return w;
}

static void *start(const struct world *world)
{
    return begin(world, true);
}

static void *start_unsigned(const struct world *world)
{
    return begin(world, false);
}

static void finish(void *self)
{
    struct winnow *w = self;
    for (guint32 i = 0; i < world_options(w->world)->people; i++) {
        if (w->of[i].occurrences)
            g_array_unref(w->of[i].occurrences);
    }
    g_ptr_array_unref(w->campaigns);
    g_array_unref(w->seen);
    g_hash_table_unref(w->rows_of);
    g_free(w->of);
    policy_free(w->policy);
    signing_free(w->signing);
    g_free(w);
}

static struct view campaign_name(const struct winnow *w, int day)
{
    return view_of(g_ptr_array_index(w->campaigns, (guint)day));
}

static void take_signal(struct winnow *w, const struct signal *signal)
{
    static const enum event_kind kinds[] = {
        [SIGNAL_BOUNCE] = EVENT_BOUNCE, [SIGNAL_DELAY] = EVENT_DELAY, [SIGNAL_AUTO_REPLY] = EVENT_AUTO_REPLY};
    struct dossier *dossier = &w->of[signal->person];
    bool bounce = signal->kind == SIGNAL_BOUNCE;
    const struct verdict none = {.class = SES_UNDETERMINED};
    const struct verdict *verdict = bounce ? &w->verdicts[signal->answer][signal->wording] : &none;
    struct occurrence occurrence = {
        .id = ++w->last_id,
        .time = signal->time,
        .kind = kinds[signal->kind],
        .class = verdict->class,
        .ours = bounce && verdict->class == SES_TRANSIENT_GENERAL && verdict->fault == FAULT_SENDER,
        .step = signal->forged ? CLAIM_FINAL_RECIPIENT
                : w->signing   ? CLAIM_VERP_KEY
                               : CLAIM_VERP,
        .campaign = campaign_name(w, signal->campaign),
    };
    if (!dossier->occurrences)
        dossier->occurrences = g_array_new(FALSE, FALSE, sizeof occurrence);
    g_array_append_val(dossier->occurrences, occurrence);
    if (w->signing)
        signing_see(w->signing, &occurrence, signal->time);
    dossier->fresh = true;
    bool soft = ses_type(occurrence.class) == SES_TYPE_TRANSIENT && verdict->fault != FAULT_SENDER &&
                verdict->fault != FAULT_MESSAGE;
    if (occurrence.kind != EVENT_BOUNCE || !(soft || ses_type(occurrence.class) == SES_TYPE_PERMANENT))
        return;
    struct seen seen = {.person = signal->person,
                        .at = dossier->occurrences->len - 1,
                        .time = signal->time,
                        .soft = soft,
                        .diagnostic = answer_text((enum answer)signal->answer, signal->wording)};
    g_array_append_val(w->seen, seen);
}

static guint64 rows_of(struct view domain, void *user)
{
    const struct winnow *w = user;
    g_autofree char *name = view_dup(domain);
    return GPOINTER_TO_SIZE(g_hash_table_lookup(w->rows_of, name));
}

/* Anew each night: the next one knows more. */
static void mark_bursts(struct winnow *w, gint64 now)
{
    const struct burst_limits limits = guard_burst_limits(policy_guard(w->policy));
    g_autoptr(bursts_auto) bursts = bursts_new(&limits);
    for (gint64 day = world_options(w->world)->begin; day < now; day += WORLD_DAY)
        bursts_active(bursts, day + WORLD_DAY / 2);
    for (guint i = 0; i < w->seen->len; i++) {
        const struct seen *seen = &g_array_index(w->seen, struct seen, i);
        struct sighting sighting = {.time = seen->time,
                                    .subject = seen->person,
                                    .domain = view_of(world_domain(w->world, seen->person)),
                                    .remote_mta = view_of(world_mx(w->world, seen->person)),
                                    .diagnostic = view_of(seen->diagnostic),
                                    .soft = seen->soft};
        bursts_add(bursts, &sighting);
    }
    bursts_find(bursts, world_options(w->world)->people, rows_of, w);
    for (guint i = 0; i < w->seen->len; i++) {
        const struct seen *seen = &g_array_index(w->seen, struct seen, i);
        struct occurrence *of = &g_array_index(w->of[seen->person].occurrences, struct occurrence, seen->at);
        const struct burst *burst = bursts_of(bursts, i, now);
        bool quarantined = burst && burst->kind != BURST_MESSAGE;
        w->of[seen->person].fresh |= quarantined != of->quarantined;
        of->quarantined = quarantined;
        of->doubt = burst && burst->kind == BURST_MESSAGE ? "it met nearly everybody" : NULL;
    }
}

static enum standing standing_of(enum action action)
{
    return action == ACTION_REMOVE ? STANDING_REMOVED : action == ACTION_HOLD ? STANDING_HELD : STANDING_MAILED;
}

/* A guard that stops the night leaves everybody where they are. */
static bool guards_allow(const struct winnow *w, const struct night *night, const guint8 *standing)
{
    const struct guard_limits *limits = policy_guard(w->policy);
    g_autoptr(GHashTable) anew_at = g_hash_table_new(g_str_hash, g_str_equal);
    guint64 anew = 0, all = 0, rows = world_options(w->world)->people;
    bool allowed = true;
    for (guint32 i = 0; i < rows && allowed; i++) {
        all += standing[i] == STANDING_REMOVED;
        if (standing[i] != STANDING_REMOVED || night->standing[i] == STANDING_REMOVED)
            continue;
        const char *domain = world_domain(w->world, i);
        gsize removed = GPOINTER_TO_SIZE(g_hash_table_lookup(anew_at, domain)) + 1;
        g_hash_table_insert(anew_at, (gpointer)(gsize)domain, GSIZE_TO_POINTER(removed));
        allowed = !guard_trips_at(limits, domain, removed, rows_of(view_of(domain), (gpointer)(gsize)w), NULL);
        anew++;
    }
    return allowed && !guard_trips(limits, anew, rows, NULL) &&
           !guard_trips_in_all(limits, all - anew, all, rows, NULL);
}

static void night(void *self, const struct night *night)
{
    struct winnow *w = self;
    guint32 people = world_options(w->world)->people;
    g_autofree guint8 *standing = g_memdup2(night->standing, people);
    g_ptr_array_add(w->campaigns, g_strdup_printf("letter %d", night->day));
    for (size_t i = 0; i < night->count; i++)
        take_signal(w, &night->at[i]);
    mark_bursts(w, night->now);
    for (guint32 i = 0; i < people; i++) {
        const struct dossier *dossier = &w->of[i];
        if (!dossier->fresh && night->standing[i] == STANDING_MAILED)
            continue;
        struct history history = {.at = (const struct occurrence *)(void *)dossier->occurrences->data,
                                  .count = dossier->occurrences->len,
                                  .signing = w->signing};
        struct decision decision = policy_decide(w->policy, &history, night->now);
        standing[i] = (guint8)standing_of(decision.action);
        decision_clear(&decision);
    }
    if (!guards_allow(w, night, standing))
        return;
    memcpy(night->standing, standing, people);
    for (guint32 i = 0; i < people; i++)
        w->of[i].fresh = false;
}

const struct contender winnow_contender = {"winnow", "its default policy and guards; return paths are signed", start,
                                           night, finish};
const struct contender winnow_unsigned = {"  unsigned", "the same without a key: whoever knows an address may blame it",
                                          start_unsigned, night, finish};
