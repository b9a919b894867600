/* SPDX-License-Identifier: MIT */
#include "cmd/intake.h"

#include "db/positions.h"

void intake_init(struct intake *intake, const struct common *common, struct examiner *examiner, struct ledger *ledger)
{
    *intake = (struct intake){.common = common, .examiner = examiner, .ledger = ledger};
    intake->counted = g_array_new(FALSE, FALSE, sizeof(struct intake_message));
    intake->troubles = g_ptr_array_new_with_free_func(g_free);
}

void intake_clear(struct intake *intake)
{
    if (intake->counted)
        g_array_unref(intake->counted);
    if (intake->troubles)
        g_ptr_array_unref(intake->troubles);
    *intake = (struct intake){0};
}

static void *worker_new(void *user)
{
    const struct intake *intake = user;
    return examiner_worker_new(intake->examiner);
}

static void worker_free(void *worker, void *user)
{
    (void)user;
    examiner_worker_free(worker);
}

static void work(struct batch *batch, void *worker, void *user)
{
    (void)user;
    for (size_t i = 0; i < batch->count; i++)
        batch->results[i] = examine(worker, &batch->raws[i], &batch->pool);
}

static void add_trouble(struct intake *intake, char *text, bool aloud)
{
    if (aloud && !intake->common->quiet) {
        progress_end(&intake->bar);
        say("%s", text);
    }
    if (intake->troubles->len < INTAKE_TROUBLES) {
        g_ptr_array_add(intake->troubles, text);
    } else {
        intake->troubles_dropped++;
        g_free(text);
    }
}

static void note(struct intake *intake, const struct raw *raw, const struct notices *notices, bool aloud)
{
    for (unsigned i = 0; i < notices->count; i++) {
        g_autofree char *place = place_of(&raw->origin);
        add_trouble(intake, g_strdup_printf("%s: %.*s", place, (int)notices->text[i].len, notices->text[i].data),
                    aloud);
    }
}

static bool is_evidence(enum event_kind kind)
{
    return kind == EVENT_BOUNCE || kind == EVENT_COMPLAINT || kind == EVENT_DELIVERY;
}

static bool add_message(struct intake *intake, const struct raw *raw, const struct examination *found, GError **error)
{
    struct intake_message message = {0};
    bool evidence = false, stored = false, of_nobody = false;
    guint32 notices = found->notices.count;
    intake->incomplete += found->notices.count > 0;
    note(intake, raw, &found->notices, true);
    if (raw->cut) {
        /* "ann@example.co" may have been "ann@example.com": nobody is judged by half a message. */
        intake->unreadable++;
        return true;
    }
    for (size_t i = 0; i < found->count; i++) {
        const struct finding *f = &found->at[i];
        if (i == 0) {
            notices += f->event->notices.count;
            note(intake, raw, &f->event->notices, intake->common->verbose);
        }
        if (f->event->kind == EVENT_NONE)
            continue;
        gint64 id;
        bool added;
        if (!ledger_add_event(intake->ledger, &f->key, &raw->origin, f->event, &f->claim, &f->verdict, &id, &added,
                              error))
            return false;
        stored = stored || added;
        intake->events += added;
        if (!is_evidence(f->event->kind))
            continue;
        evidence = true;
        of_nobody = of_nobody || id == 0; /* somebody who was forgotten */
        if (added && message.count++ == 0)
            message.first = id;
    }
    intake->noticed += notices > 0;
    if (!evidence)
        intake->not_bounce++;
    else if (!stored && !of_nobody)
        intake->duplicate++;
    else
        g_array_append_val(intake->counted, message);
    return true;
}

/* An earlier run took half a message for a whole one: what it read into it was never said. */
static bool withdraw(struct intake *intake, const struct examination *found, GError **error)
{
    for (size_t i = 0; i < found->count; i++) {
        if (!ledger_withdraw_event(intake->ledger, &found->at[i].key, error))
            return false;
    }
    return true;
}

static bool write_batch(struct batch *batch, void *user, GError **error)
{
    struct intake *intake = user;
    for (size_t i = 0; i < batch->count; i++) {
        const struct raw *raw = &batch->raws[i];
        if (raw->withdrawn) {
            if (!withdraw(intake, batch->results[i], error))
                return false;
            continue;
        }
        intake->messages++;
        if (!view_is_empty(raw->trouble)) {
            intake->unreadable++;
            add_trouble(intake, view_dup(raw->trouble), true);
        } else if (!add_message(intake, raw, batch->results[i], error)) {
            return false;
        }
    }
    return true;
}

static void draw(const struct progress *progress, void *user)
{
    struct intake *intake = user;
    progress_draw(&intake->bar, progress);
}

static bool run_pipeline(struct intake *intake, const char *const *paths, struct positions *positions, GError **error)
{
    struct pipeline_options options = {
        .jobs = (unsigned)intake->common->jobs, .stop = &interrupted, .positions = positions};
    struct pipeline_calls calls = {
        .worker_new = worker_new, .work = work, .worker_free = worker_free, .write = write_batch, .user = intake};
    progress_init(&intake->bar, intake->common->quiet);
    calls.progress = intake->bar.shown ? draw : NULL;
    GError *inner = NULL;
    bool done = pipeline_run(paths, &options, &calls, &inner);
    progress_end(&intake->bar);
    if (inner && interrupted)
        g_prefix_error(&inner, "nothing written: ");
    if (inner)
        g_propagate_error(error, inner);
    return done;
}

bool intake_run(struct intake *intake, const char *const *paths, GError **error)
{
    const char *how = examiner_way(intake->examiner);
    struct positions *positions = positions_new(paths, g_get_real_time() * 1000, intake->reread);
    bool done = ledger_load_positions(intake->ledger, how, positions, error) &&
                run_pipeline(intake, paths, positions, error) &&
                ledger_store_positions(intake->ledger, how, positions, error);
    positions_counted(positions, &intake->known_files, &intake->known_bytes);
    positions_free(positions);
    return done;
}

char *intake_known(const struct intake *intake)
{
    if (intake->known_bytes == 0 && intake->known_files == 0)
        return NULL;
    g_autofree char *size = g_format_size(intake->known_bytes);
    return g_strdup_printf("already read: %" G_GUINT64_FORMAT " file%s, %s", intake->known_files,
                           intake->known_files == 1 ? "" : "s", size);
}

bool intake_store_counts(const struct intake *intake, gint64 run, GError **error)
{
    const struct {
        const char *name;
        guint64 value;
    } counts[] = {
        {"messages", intake->messages},       {"unreadable", intake->unreadable}, {"duplicate", intake->duplicate},
        {"not_bounce", intake->not_bounce},   {"counted", intake->counted->len},  {"known_files", intake->known_files},
        {"known_bytes", intake->known_bytes},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        if (!ledger_count(intake->ledger, run, counts[i].name, (gint64)counts[i].value, error))
            return false;
    }
    return true;
}
