/* SPDX-License-Identifier: MIT
 * winnow classify: no list, no state; records on standard output. A filter for pipes and clusters. */
#include "cmd/examine.h"
#include "cmd/progress.h"
#include "cmd/record.h"
#include "cmd/sends.h"
#include "cmd/trace.h"
#include "core/match/joins.h"
#include "core/output.h"

struct classify_run {
    struct common common;
    enum record_format format;
    bool only_events; /* --only-events: nothing of kind none */
    bool trace;       /* --trace: how each message was read, instead of records */
    struct examiner *examiner;
    struct sends_input sends;
    struct joins *sent; /* NULL: no log of it */
    struct output *output;
    struct progress_bar bar;
    guint64 troubles;
};

static void *worker_new(void *user)
{
    struct classify_run *run = user;
    return examiner_worker_new(run->examiner);
}

static void worker_free(void *worker, void *user)
{
    (void)user;
    examiner_worker_free(worker);
}

static struct view *keep(struct batch *batch, const GString *text)
{
    struct view *record = pool_new(&batch->pool, struct view);
    *record = pool_copy(&batch->pool, (struct view){.data = text->str, .len = text->len});
    return record;
}

/* Records are made by the workers, so that the writer only has to write. */
static void work(struct batch *batch, void *worker, void *user)
{
    const struct classify_run *run = user;
    g_autoptr(GString) text = g_string_sized_new(4096);
    for (size_t i = 0; i < batch->count; i++) {
        g_string_truncate(text, 0);
        if (run->trace && view_is_empty(batch->raws[i].trouble)) {
            trace_append(worker, &batch->raws[i], &batch->pool, text);
            batch->results[i] = keep(batch, text);
            continue;
        }
        const struct examination *found = examine(worker, &batch->raws[i], &batch->pool);
        for (size_t k = 0; k < found->count; k++) {
            if (!run->only_events || found->at[k].event->kind != EVENT_NONE)
                record_append(run->format, &batch->raws[i], found, &found->at[k], text);
        }
        batch->results[i] = keep(batch, text);
    }
}

/* What the archive says of a message: it is past the limit, or its file broke off. */
static void say_incomplete(struct classify_run *run, const struct raw *raw)
{
    if (raw->notices.count == 0)
        return;
    progress_end(&run->bar);
    run->troubles++;
    g_autofree char *place = place_of(&raw->origin);
    for (unsigned i = 0; i < raw->notices.count; i++)
        say("%s: %.*s", place, (int)raw->notices.text[i].len, raw->notices.text[i].data);
}

static bool write_batch(struct batch *batch, void *user, GError **error)
{
    struct classify_run *run = user;
    for (size_t i = 0; i < batch->count; i++) {
        const struct view *record = batch->results[i];
        if (!view_is_empty(batch->raws[i].trouble)) {
            progress_end(&run->bar);
            say("%.*s", (int)batch->raws[i].trouble.len, batch->raws[i].trouble.data);
            run->troubles++;
            continue;
        }
        say_incomplete(run, &batch->raws[i]);
        if (!output_write(run->output, *record, error))
            return false;
    }
    return true;
}

static void draw(const struct progress *progress, void *user)
{
    struct classify_run *run = user;
    progress_draw(&run->bar, progress);
}

static bool run_pipeline(struct classify_run *run, const char *const *paths, GError **error)
{
    struct pipeline_options options = {.jobs = (unsigned)run->common.jobs, .stop = &interrupted};
    struct pipeline_calls calls = {.worker_new = worker_new,
                                   .work = work,
                                   .worker_free = worker_free,
                                   .write = write_batch,
                                   .progress = draw,
                                   .user = run};
    progress_init(&run->bar, run->common.quiet);
    bool done = pipeline_run(paths, &options, &calls, error);
    progress_end(&run->bar);
    return done;
}

static bool read_sends(struct classify_run *run, GError **error)
{
    if (!run->sends.files)
        return true;
    run->sent = sends_table(&run->sends, error);
    if (!run->sent)
        return false;
    sends_say(&run->sends, run->common.verbose);
    run->troubles += run->sends.troubles;
    examiner_join(run->examiner, run->sent);
    return true;
}

static bool classify_paths(struct classify_run *run, const char *const *paths, const char *to, GError **error)
{
    run->examiner = examiner_new(&run->common, false, error);
    if (!run->examiner || !read_sends(run, error))
        return false;
    run->output = output_open(to ? to : "-", error);
    if (!run->output)
        return false;
    g_autoptr(GString) head = g_string_new(NULL);
    if (!run->trace)
        record_head(run->format, head);
    return output_write(run->output, (struct view){.data = head->str, .len = head->len}, error) &&
           run_pipeline(run, paths, error) && output_finish(run->output, error) && output_publish(run->output, error);
}

int cmd_classify(int argc, char **argv)
{
    struct classify_run run = {0};
    g_autofree char *format = NULL;
    g_autofree char *to = NULL;
    gboolean only_events = FALSE, trace = FALSE;
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, "json (default), tsv, csv or ses", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &to, "write there, whole or not at all", "FILE"},
        {"only-events", 0, 0, G_OPTION_ARG_NONE, &only_events, "leave out messages that are no event at all", NULL},
        {"trace", 0, 0, G_OPTION_ARG_NONE, &trace, "how each message was read, and why", NULL},
        {0}};
    GOptionContext *context =
        command_options("PATH…", "Says what each message is: one record per message and recipient.",
                        "PATH is an mbox, a Maildir, MH, a directory of any of these, a single message,\n"
                        "packed or compressed, or '-'.\n"
                        "Exit: 0 done, 1 something was unreadable, 2 usage, 3 configuration,\n5 input, 6 output.",
                        entries, &run.common, COMMON_READING);
    sends_add_options(&run.sends, context);
    GError *error = NULL;
    bool ok = command_parse(context, &argc, &argv, &run.common, &error);
    run.only_events = only_events;
    run.trace = trace;
    if (ok && format && !record_format_parse(format, &run.format)) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "--format: '%s' is none of json, tsv, csv, ses", format);
        ok = false;
    }
    if (ok && argc < 2) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "classify: no PATH given ('-' is standard input)");
        ok = false;
    }
    catch_signals();
    ok = ok && sends_check(&run.sends, &error);
    ok = ok && classify_paths(&run, (const char *const *)argv + 1, to, &error);
    if (run.output)
        output_free(run.output);
    examiner_free(run.examiner);
    joins_free(run.sent);
    sends_input_clear(&run.sends);
    common_clear(&run.common);
    if (!ok)
        return command_fail(error);
    return run.troubles ? WINNOW_INCOMPLETE : WINNOW_DONE;
}
