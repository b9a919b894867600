/* SPDX-License-Identifier: MIT
 * winnow simulate: what other policies would have done with the stored history. */
#include "cmd/listing.h"
#include "cmd/simulation.h"

#include <stdio.h>

struct request {
    struct common common;
    char **policies;
    struct listing listing;
    char *from, *to, *format;
    gint64 step;
    gboolean recorded;
    enum simulation_format as;
};

static void request_clear(struct request *r)
{
    g_strfreev(r->policies);
    g_free(r->from);
    g_free(r->to);
    g_free(r->format);
    listing_clear(&r->listing);
    common_clear(&r->common);
}

static bool usage(GError **error, const char *problem)
{
    g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, problem);
    return false;
}

/* A day given as the end is part of it. */
static bool settle_span(const struct request *r, struct simulation *s, GError **error)
{
    enum { DAY = 24 * 60 * 60, LENGTH_OF_DAY = 10 };
    if ((r->from && !parse_time("--from", r->from, &s->from, error)) ||
        (r->to && !parse_time("--to", r->to, &s->to, error)))
        return false;
    if (r->to && strlen(r->to) == LENGTH_OF_DAY)
        s->to += DAY;
    return !(r->from && r->to) || s->from < s->to || usage(error, "simulate: --from is not before --to");
}

static bool settle_request(struct request *r, int argc, char **argv, struct simulation *s, GError **error)
{
    if (argc > 2)
        return usage(error, "simulate: one LIST at a time; policies are given with --policy");
    if (r->step < 1 || r->step > 36500)
        return usage(error, "--step: a number of days from 1 to 36500");
    if (r->format && !simulation_format_parse(r->format, &r->as))
        return usage(error, "--format: text, json or csv");
    s->list_path = argc > 1 ? argv[1] : NULL;
    s->step = r->recorded ? 0 : (int)r->step;
    return listing_check(&r->listing, error) && settle_span(r, s, error);
}

static bool open_list(const struct request *r, struct simulation *s, GError **error)
{
    s->list = listing_open(&r->listing, s->list_path, error);
    s->list_name = listing_name(&r->listing, s->list_path);
    s->engaged = r->listing.engaged;
    s->alike = listing_alike(&r->listing);
    return s->list && (!s->engaged || dates_check_engaged(s->engaged, error));
}

static bool open_all(const struct request *r, struct simulation *s, GError **error)
{
    if (s->list_path && !open_list(r, s, error))
        return false;
    g_autofree char *state = common_state_path(&r->common);
    s->ledger = ledger_open(state, LEDGER_READ, error);
    return s->ledger != NULL;
}

/* A mistake in the last policy is said before the ledger is read for the first. */
static bool load_policies(const struct request *r, struct simulation *s, GError **error)
{
    for (guint i = 0; i == 0 || (r->policies && r->policies[i]); i++) {
        struct policy *policy = policy_load(r->policies ? r->policies[i] : NULL, error);
        if (!policy)
            return false;
        simulation_add(s, r->policies ? r->policies[i] : "default", policy);
    }
    return true;
}

static bool simulate(struct request *r, struct simulation *s, GError **error)
{
    if (!load_policies(r, s, error) || !open_all(r, s, error) || !simulation_load_runs(s, error) ||
        !simulation_load_histories(s, r->common.time, r->common.jobs > 1, error) || !simulation_set_moments(s, error) ||
        !simulation_run(s, error))
        return false;
    GString *out = g_string_new(NULL);
    simulation_show(s, r->as, out);
    fwrite(out->str, 1, out->len, stdout);
    g_string_free(out, TRUE);
    return true;
}

int cmd_simulate(int argc, char **argv)
{
    struct request r = {.step = 1};
    struct simulation s;
    const GOptionEntry entries[] = {
        {"policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &r.policies, "a policy to try; may be given again", "FILE"},
        {"from", 0, 0, G_OPTION_ARG_STRING, &r.from, "begin here (default: the first evidence)", "TIME"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &r.to, "end here (default: the last evidence)", "TIME"},
        {"step", 0, 0, G_OPTION_ARG_INT64, &r.step, "days from run to run (default: 1)", "DAYS"},
        {"as-recorded", 0, 0, G_OPTION_ARG_NONE, &r.recorded, "runs only when there were runs", NULL},
        {"format", 0, 0, G_OPTION_ARG_STRING, &r.format, "text, json or csv", "FORMAT"},
        {0}};
    GOptionContext *context = command_options(
        "[LIST]",
        "Replays the ledger's history day by day under other policies, beside what the\n"
        "recorded runs decided. Nothing is written. Without LIST everybody counts whom\n"
        "evidence names.",
        "Exit: 0 done, 2 usage, 3 configuration, 4 state, 5 input.", entries, &r.common, COMMON_STATE | COMMON_TIME);
    listing_add_options(&r.listing, context);
    GError *error = NULL;
    simulation_init(&s);
    bool ok = command_parse(context, &argc, &argv, &r.common, &error) && settle_request(&r, argc, argv, &s, &error);
    ok = ok && simulate(&r, &s, &error);
    simulation_clear(&s);
    request_clear(&r);
    return ok ? WINNOW_DONE : command_fail(error);
}
