/* SPDX-License-Identifier: MIT
 * winnow itself: its rules say what each answer means, its policy and guards decide. */
#include "tests/year/contest.h"

#include "core/classify/classify.h"
#include "core/policy/policy.h"

struct dossier {
    GArray *occurrences; /* struct occurrence; NULL: nothing known */
    bool fresh;          /* since the last decision */
};

struct winnow {
    const struct world *world;
    struct policy *policy;
    enum ses_class classes[ANSWERS][WORDINGS];
    struct dossier *of;
    GPtrArray *campaigns; /* names, by day */
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
            w->classes[answer][wording] = classify(classifier, &statement, &pool).class;
        }
    }
    pool_clear(&pool);
    classifier_free(classifier);
    ruleset_free(rules);
}

static void *start(const struct world *world)
{
    struct winnow *w = g_new0(struct winnow, 1);
    w->world = world;
    w->policy = policy_load(NULL, NULL);
    w->of = g_new0(struct dossier, world_options(world)->people);
    w->campaigns = g_ptr_array_new_with_free_func(g_free);
    judge_answers(w);
    return w;
}

static void finish(void *self)
{
    struct winnow *w = self;
    for (guint32 i = 0; i < world_options(w->world)->people; i++) {
        if (w->of[i].occurrences)
            g_array_unref(w->of[i].occurrences);
    }
    g_ptr_array_unref(w->campaigns);
    g_free(w->of);
    policy_free(w->policy);
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
    struct occurrence occurrence = {
        .id = ++w->last_id,
        .time = signal->time,
        .kind = kinds[signal->kind],
        .class = signal->kind == SIGNAL_BOUNCE ? w->classes[signal->answer][signal->wording] : SES_UNDETERMINED,
        .step = signal->forged ? CLAIM_FINAL_RECIPIENT : CLAIM_VERP_KEY,
        .campaign = campaign_name(w, signal->campaign),
    };
    if (!dossier->occurrences)
        dossier->occurrences = g_array_new(FALSE, FALSE, sizeof occurrence);
    g_array_append_val(dossier->occurrences, occurrence);
    dossier->fresh = true;
}

static enum standing standing_of(enum action action)
{
    return action == ACTION_REMOVE ? STANDING_REMOVED : action == ACTION_HOLD ? STANDING_HELD : STANDING_MAILED;
}

static void night(void *self, const struct night *night)
{
    struct winnow *w = self;
    g_ptr_array_add(w->campaigns, g_strdup_printf("letter %d", night->day));
    for (size_t i = 0; i < night->count; i++)
        take_signal(w, &night->at[i]);
    for (guint32 i = 0; i < world_options(w->world)->people; i++) {
        struct dossier *dossier = &w->of[i];
        if (!dossier->fresh && night->standing[i] == STANDING_MAILED)
            continue;
        dossier->fresh = false;
        struct history history = {.at = (const struct occurrence *)(void *)dossier->occurrences->data,
                                  .count = dossier->occurrences->len};
        struct decision decision = policy_decide(w->policy, &history, night->now);
        night->standing[i] = (guint8)standing_of(decision.action);
        decision_clear(&decision);
    }
}

const struct contender winnow_contender = {"winnow", "its default policy and guards, with keyed return paths", start,
                                           night, finish};
