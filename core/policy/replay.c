/* SPDX-License-Identifier: MIT */
#include "core/policy/replay.h"

#include "core/match/address.h"
#include "core/policy/guard.h"
#include "core/policy/signing.h"

/* Where one subject stands. */
struct stand {
    size_t visible; /* of its evidence */
    enum action action;
    gint64 removed; /* since; 0: is not removed */
    gint64 last;    /* the last moment of a removal that is over */
    gint64 engaged; /* of history.engaged: 0 until it is past */
    guint32 marked; /* of what is visible: part of a burst, as far as is known */
    bool stale;     /* what is known was not decided on: it is new, or a guard stopped the run */
};

struct replaying {
    const struct policy *policy;
    const struct replay_input *input;
    struct replay *out;
    struct stand *stands;
    GArray *news; /* struct replay_line: what this moment decides */
    guint64 rows_removed;
    gint64 before;   /* the moment before this one */
    GArray *scratch; /* struct occurrence */
};

gint64 replay_known(gint64 time, gint64 read, const gint64 *runs, size_t run_count)
{
    size_t low = 0, high = run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs[middle] < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low < run_count && runs[low] < read ? read : time;
}

static void see_news(struct stand *stand, const struct replay_subject *subject, gint64 now)
{
    while (stand->visible < subject->history.count && subject->known[stand->visible] <= now) {
        stand->visible++;
        stand->stale = true;
    }
    if (!stand->engaged && subject->history.engaged > 0 && subject->history.engaged <= now) {
        stand->engaged = subject->history.engaged;
        stand->stale = true;
    }
}

/* Time alone ends holds; it never speaks against anybody. */
static bool may_change(const struct stand *stand)
{
    return stand->visible > 0 && (stand->stale || stand->action == ACTION_HOLD);
}

static const struct burst *burst_at(const struct replaying *r, const struct replay_subject *subject, size_t i,
                                    gint64 now)
{
    bool seen = r->input->bursts && subject->sighting && subject->sighting[i] != REPLAY_NO_SIGHTING;
    return seen ? bursts_of(r->input->bursts, subject->sighting[i], now) : NULL;
}

/* That a bounce was part of a burst may become known after it. */
static void see_bursts(const struct replaying *r, struct stand *stand, const struct replay_subject *subject, gint64 now)
{
    guint32 marked = 0;
    for (size_t i = 0; i < stand->visible; i++)
        marked += burst_at(r, subject, i, now) != NULL;
    stand->stale = stand->stale || marked != stand->marked;
    stand->marked = marked;
}

/* What guards make of a hard bounce, as in a run. */
static void guard_one(const struct replaying *r, const struct replay_subject *subject, size_t i, gint64 now,
                      struct occurrence *of)
{
    if (!subject->sighting || subject->sighting[i] == REPLAY_NO_SIGHTING)
        return;
    const struct burst *burst = burst_at(r, subject, i, now);
    if (burst && burst->kind != BURST_MESSAGE) {
        of->quarantined = true;
        of->burst = burst->why;
    } else if (burst) {
        of->doubt = burst->why;
    } else if (!of->doubt && ses_type(of->class) == SES_TYPE_PERMANENT &&
               guard_is_stale(policy_guard(r->policy), of->time, subject->known[i])) {
        of->doubt = "it was too old when it was first read";
    }
}

static struct decision decide(const struct replaying *r, size_t at, gint64 now)
{
    const struct stand *stand = &r->stands[at];
    const struct replay_subject *subject = &r->input->subjects[at];
    g_array_set_size(r->scratch, 0);
    g_array_append_vals(r->scratch, subject->history.at, (guint)stand->visible);
    for (size_t i = 0; i < stand->visible; i++)
        guard_one(r, subject, i, now, &g_array_index(r->scratch, struct occurrence, i));
    struct history history = subject->history;
    history.at = (const struct occurrence *)(void *)r->scratch->data;
    history.count = stand->visible;
    history.engaged = stand->engaged;
    history.removed = stand->removed ? r->before : stand->last;
    return policy_decide(r->policy, &history, now);
}

static void take_removal(struct replaying *r, size_t at, struct decision *decision, gint64 now)
{
    struct replay_fate *fate = &r->out->fates[at];
    if (!r->stands[at].removed)
        r->stands[at].removed = now;
    if (fate->removed)
        return;
    fate->removed = now;
    g_free(fate->why);
    fate->why = g_steal_pointer(&decision->why);
}

static void take(struct replaying *r, size_t at, struct decision *decision, gint64 now)
{
    struct replay_fate *fate = &r->out->fates[at];
    struct stand *stand = &r->stands[at];
    stand->stale = false;
    stand->action = fate->last = decision->action;
    if (decision->action == ACTION_REMOVE) {
        take_removal(r, at, decision, now);
        return;
    }
    stand->last = stand->removed ? r->before : stand->last;
    stand->removed = 0;
    if (decision->action == ACTION_HOLD) {
        fate->held = fate->held ? fate->held : now;
        fate->retry_after = decision->retry_after;
    }
    if (decision->action != ACTION_KEEP && !fate->removed) {
        g_free(fate->why);
        fate->why = g_steal_pointer(&decision->why);
    }
}

/* Rows removed anew at each domain: none of them too many? */
static bool domains_allow(const struct replaying *r, const struct guard_limits *limits)
{
    g_autoptr(GHashTable) anew = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool allowed = true;
    for (guint i = 0; i < r->news->len && allowed; i++) {
        const struct replay_line *line = &g_array_index(r->news, struct replay_line, i);
        const struct replay_subject *subject = &r->input->subjects[line->subject];
        if (line->decision.action != ACTION_REMOVE || r->stands[line->subject].action == ACTION_REMOVE)
            continue;
        struct view domain = address_domain(subject->history.address);
        g_autofree char *name = view_dup(domain);
        guint64 removed = GPOINTER_TO_SIZE(g_hash_table_lookup(anew, name)) + subject->rows;
        g_hash_table_replace(anew, g_strdup(name), GSIZE_TO_POINTER((gsize)removed));
        if (removed <= limits->min_domain_rows)
            continue;
        guint64 rows = r->input->rows_of ? r->input->rows_of(domain, r->input->user) : 0;
        allowed = !guard_trips_at(limits, name, removed, MAX(rows, removed), NULL);
    }
    return allowed;
}

/* Would a run carry this out? Whom the moment before removed is not counted anew. */
static bool guards_allow(struct replaying *r)
{
    const struct guard_limits *limits = policy_guard(r->policy);
    guint64 anew = 0, back = 0;
    for (guint i = 0; i < r->news->len; i++) {
        const struct replay_line *line = &g_array_index(r->news, struct replay_line, i);
        bool removed = r->stands[line->subject].action == ACTION_REMOVE;
        guint64 rows = r->input->subjects[line->subject].rows;
        if (line->decision.action == ACTION_REMOVE)
            anew += removed ? 0 : rows;
        else
            back += removed ? rows : 0;
    }
    guint64 all = r->rows_removed + anew - back;
    if (guard_trips(limits, anew, r->input->rows, NULL) || !domains_allow(r, limits) ||
        guard_trips_in_all(limits, r->rows_removed - back, all, r->input->rows, NULL))
        return false;
    r->rows_removed = all;
    return true;
}

/* What is known of the list's mail speaks of everybody's evidence. */
static void see_signing(const struct replaying *r, struct stand *stand, const struct replay_subject *subject,
                        gint64 now)
{
    const struct signing *signing = subject->history.signing;
    stand->stale = stand->stale || signing_since(signing, now) != signing_since(signing, r->before);
}

/* What has come since the moment before, while the subject was removed. */
static void count_what_was_missed(struct replaying *r, size_t at, size_t before)
{
    const struct stand *stand = &r->stands[at];
    const struct replay_subject *subject = &r->input->subjects[at];
    struct replay_fate *fate = &r->out->fates[at];
    gint64 engaged = subject->history.engaged;
    if (!stand->removed)
        return;
    for (size_t i = before; i < stand->visible; i++) {
        const struct occurrence *of = &subject->history.at[i];
        if (of->time <= stand->removed)
            continue;
        fate->avoided += of->kind == EVENT_BOUNCE;
        if (of->kind == EVENT_DELIVERY && !fate->alive)
            fate->alive = of->time;
    }
    if (!fate->alive && engaged > stand->removed && engaged == stand->engaged)
        fate->alive = engaged;
}

static void see_all(struct replaying *r, gint64 now)
{
    for (size_t i = 0; i < r->out->count; i++) {
        size_t before = r->stands[i].visible;
        see_news(&r->stands[i], &r->input->subjects[i], now);
        see_signing(r, &r->stands[i], &r->input->subjects[i], now);
        if (r->input->bursts && r->input->subjects[i].sighting)
            see_bursts(r, &r->stands[i], &r->input->subjects[i], now);
        count_what_was_missed(r, i, before);
    }
}

static void decide_all(struct replaying *r, gint64 now)
{
    for (size_t i = 0; i < r->out->count; i++) {
        if (!may_change(&r->stands[i]))
            continue;
        struct replay_line line = {.subject = i, .decision = decide(r, i, now)};
        g_array_append_val(r->news, line);
    }
}

static void take_all(struct replaying *r, bool allowed, gint64 now, gint64 next)
{
    for (guint i = 0; i < r->news->len; i++) {
        struct replay_line *line = &g_array_index(r->news, struct replay_line, i);
        if (allowed)
            take(r, line->subject, &line->decision, now);
        decision_clear(&line->decision);
    }
    g_array_set_size(r->news, 0);
    for (size_t i = 0; i < r->out->count; i++)
        r->out->fates[i].seconds_held += r->stands[i].action == ACTION_HOLD ? next - now : 0;
}

static void add_up(struct replay *out)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct replay_fate *fate = &out->fates[i];
        out->removed += fate->removed != 0;
        out->alive += fate->alive != 0;
        out->held += fate->held != 0;
        out->review += fate->last == ACTION_REVIEW;
        out->avoided += fate->avoided;
        out->seconds_held += fate->seconds_held;
    }
}

static gint64 moment_after(const struct replay_input *input, size_t i)
{
    return i + 1 < input->moment_count ? input->moments[i + 1] : MAX(input->end, input->moments[i]);
}

static struct replaying begin(const struct policy *policy, const struct replay_input *input)
{
    struct replay *out = g_new0(struct replay, 1);
    out->count = input->subject_count;
    out->fates = g_new0(struct replay_fate, out->count + 1);
    return (struct replaying){.policy = policy,
                              .input = input,
                              .out = out,
                              .stands = g_new0(struct stand, out->count + 1),
                              .scratch = g_array_new(FALSE, FALSE, sizeof(struct occurrence)),
                              .news = g_array_new(FALSE, FALSE, sizeof(struct replay_line))};
}

static struct replay *finish(struct replaying *r)
{
    add_up(r->out);
    g_free(r->stands);
    g_array_unref(r->news);
    g_array_unref(r->scratch);
    return r->out;
}

struct replay *replay_run(const struct policy *policy, const struct replay_input *input)
{
    struct replaying r = begin(policy, input);
    for (size_t i = 0; i < input->moment_count; i++) {
        gint64 now = input->moments[i];
        see_all(&r, now);
        decide_all(&r, now);
        bool allowed = r.news->len == 0 || guards_allow(&r);
        r.out->stopped += !allowed;
        take_all(&r, allowed, now, moment_after(input, i));
        r.before = now;
    }
    return finish(&r);
}

/* Whom the moment does not name, it kept. */
static void keep_the_others(struct replaying *r)
{
    g_autofree bool *named = g_new0(bool, r->out->count + 1);
    for (guint i = 0; i < r->news->len; i++)
        named[g_array_index(r->news, struct replay_line, i).subject] = true;
    for (size_t i = 0; i < r->out->count; i++) {
        struct replay_line line = {.subject = i, .decision = {.action = ACTION_KEEP}};
        if (!named[i] && r->stands[i].action != ACTION_KEEP)
            g_array_append_val(r->news, line);
    }
}

struct replay *replay_recall(const struct replay_input *input, replay_recall_call recall, void *user, GError **error)
{
    struct replaying r = begin(NULL, input);
    bool sound = true;
    for (size_t i = 0; i < input->moment_count && sound; i++) {
        see_all(&r, input->moments[i]);
        sound = recall(i, r.news, user, error);
        keep_the_others(&r);
        take_all(&r, true, input->moments[i], moment_after(input, i));
        r.before = input->moments[i];
    }
    struct replay *out = finish(&r);
    if (sound)
        return out;
    replay_free(out);
    return NULL;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    for (size_t i = 0; i < replay->count; i++)
        g_free(replay->fates[i].why);
    g_free(replay->fates);
    g_free(replay);
}
