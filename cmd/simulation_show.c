/* SPDX-License-Identifier: MIT */
#include "cmd/cells.h"
#include "cmd/json.h"
#include "cmd/simulation.h"

#include <stdio.h>

enum { DAY = 24 * 60 * 60, NAME_WIDTH = 24 };

bool simulation_format_parse(const char *text, enum simulation_format *format)
{
    static const char *const names[] = {"text", "json", "csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *format = (enum simulation_format)i;
            return true;
        }
    }
    return false;
}

static const struct scenario *scenario_at(const struct simulation *s, guint i)
{
    return &g_array_index(s->scenarios, struct scenario, i);
}

static struct view address_at(const struct simulation *s, size_t i)
{
    return g_array_index(s->subjects, struct replay_subject, i).history.address;
}

static void append_day(GString *into, gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%d") : NULL;
    g_string_append(into, time && text ? text : "never");
}

/* Whole days, rounded. */
static gint64 days_of(gint64 seconds)
{
    return (seconds + DAY / 2) / DAY;
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void append_head(GString *into, const struct simulation *s)
{
    if (s->from > 0) {
        append_day(into, s->from);
        g_string_append(into, " to ");
        append_day(into, s->to - 1);
        g_string_append_printf(into, ", %u %s: ", s->moments->len, s->step == 0 ? "recorded runs" : "runs");
    } else {
        g_string_append(into, "neither evidence nor runs: ");
    }
    if (s->list)
        g_string_append_printf(into, "%" G_GUINT64_FORMAT " rows in %s, %u with evidence", s->rows, s->list_path,
                               s->subjects->len);
    else
        g_string_append_printf(into, "%u whom evidence names", s->subjects->len);
    g_string_append_printf(into, " (%" G_GUINT64_FORMAT " events)\n\n", s->events);
    g_string_append_printf(into, "%-*s%9s%8s%9s%8s%10s\n", NAME_WIDTH, "", "", "alive", "bounces", "", "days");
    g_string_append_printf(into, "%-*s%9s%8s%9s%8s%10s%9s\n", NAME_WIDTH, "policy", "removed", "later", "avoided",
                           "held", "held", "review");
}

static void append_scenario(GString *into, const struct scenario *scenario)
{
    const struct replay *r = scenario->replay;
    size_t len = strlen(scenario->name);
    bool cut = len > NAME_WIDTH - 1;
    g_autofree char *name =
        cut ? g_strconcat("...", scenario->name + len - (NAME_WIDTH - 4), NULL) : g_strdup(scenario->name);
    g_string_append_printf(into,
                           "%-*s%9" G_GUINT64_FORMAT "%8" G_GUINT64_FORMAT "%9" G_GUINT64_FORMAT "%8" G_GUINT64_FORMAT
                           "%10" G_GINT64_FORMAT "%9" G_GUINT64_FORMAT "\n",
                           NAME_WIDTH, name, r->removed, r->alive, r->avoided, r->held, days_of(r->seconds_held),
                           r->review);
}

static void append_example(GString *into, const struct simulation *s, const struct scenario *a,
                           const struct scenario *b, size_t subject)
{
    struct view address = address_at(s, subject);
    g_string_append_printf(into, "\n  such as %.*s: ", (int)MIN(address.len, 200), address.data);
    append_day(into, a->replay->fates[subject].removed);
    g_string_append_printf(into, " (%s), ", a->name);
    append_day(into, b->replay->fates[subject].removed);
    g_string_append_printf(into, " (%s)", b->name);
}

static void append_comparison(GString *into, const struct simulation *s, const struct scenario *first,
                              const struct scenario *other)
{
    struct difference d = simulation_compare(first->replay, other->replay);
    if (d.only_first + d.only_second + d.other_day == 0) {
        g_string_append_printf(into, "%s removes the same subscribers on the same days as %s\n", other->name,
                               first->name);
        return;
    }
    g_string_append_printf(into, "%s removes %zu whom %s does not; the other way %zu; on another day %zu", other->name,
                           d.only_second, first->name, d.only_first, d.other_day);
    append_example(into, s, first, other, d.example);
    g_string_append_c(into, '\n');
}

static void append_text(GString *into, const struct simulation *s)
{
    append_head(into, s);
    for (guint i = 0; i < s->scenarios->len; i++)
        append_scenario(into, scenario_at(s, i));
    g_string_append_c(into, '\n');
    for (guint i = 0; i < s->scenarios->len; i++) {
        size_t stopped = scenario_at(s, i)->replay->stopped;
        if (stopped)
            g_string_append_printf(into, "%s: a guard would have stopped %zu of %u runs\n", scenario_at(s, i)->name,
                                   stopped, s->moments->len);
        if (i > 0)
            append_comparison(into, s, scenario_at(s, 0), scenario_at(s, i));
    }
}

/* --- one subscriber under one policy ------------------------------------------------------------------------------ */

static bool is_worth_telling(const struct replay_fate *fate)
{
    return fate->removed || fate->held || fate->last != ACTION_KEEP;
}

static void append_row(GString *into, const struct simulation *s, const struct scenario *scenario, size_t subject)
{
    const struct replay_fate *fate = &scenario->replay->fates[subject];
    append_csv(into, view_of(scenario->name));
    g_string_append_c(into, ',');
    append_csv(into, address_at(s, subject));
    g_string_append_printf(into, ",%s,", action_name(fate->last));
    append_time(into, fate->removed);
    g_string_append_c(into, ',');
    append_time(into, fate->held);
    g_string_append_c(into, ',');
    append_time(into, fate->retry_after);
    g_string_append_printf(into, ",%" G_GINT64_FORMAT ",%u,", days_of(fate->seconds_held), fate->avoided);
    append_time(into, fate->alive);
    g_string_append_c(into, ',');
    append_csv(into, view_of(fate->why));
    g_string_append(into, "\r\n");
}

static void append_table(GString *into, const struct simulation *s)
{
    g_string_append(into, "policy,subscriber,action,removed,first_held,retry_after,days_held,bounces_avoided,"
                          "alive_after_removal,why\r\n");
    for (guint i = 0; i < s->scenarios->len; i++) {
        const struct scenario *scenario = scenario_at(s, i);
        for (size_t k = 0; k < scenario->replay->count; k++) {
            if (is_worth_telling(&scenario->replay->fates[k]))
                append_row(into, s, scenario, k);
        }
    }
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void append_fate(GString *into, const struct simulation *s, const struct replay_fate *fate, size_t subject)
{
    g_string_append_c(into, '{');
    append_json_key(into, "subscriber");
    append_json(into, address_at(s, subject));
    append_json_text(into, "action", view_of(action_name(fate->last)));
    append_json_when(into, "removed", fate->removed);
    append_json_when(into, "first_held", fate->held);
    append_json_when(into, "retry_after", fate->retry_after);
    append_json_number(into, "days_held", (guint64)days_of(fate->seconds_held));
    append_json_number(into, "bounces_avoided", fate->avoided);
    append_json_when(into, "alive_after_removal", fate->alive);
    append_json_text(into, "why", view_of(fate->why));
    g_string_append_c(into, '}');
}

static void append_json_scenario(GString *into, const struct simulation *s, const struct scenario *scenario)
{
    const struct replay *r = scenario->replay;
    bool any = false;
    g_string_append_c(into, '{');
    append_json_key(into, "policy");
    append_json(into, view_of(scenario->name));
    append_json_text(into, "digest", view_of(scenario->policy ? policy_digest(scenario->policy) : NULL));
    append_json_number(into, "removed", r->removed);
    append_json_number(into, "alive_after_removal", r->alive);
    append_json_number(into, "bounces_avoided", r->avoided);
    append_json_number(into, "held", r->held);
    append_json_number(into, "days_held", (guint64)days_of(r->seconds_held));
    append_json_number(into, "review", r->review);
    append_json_number(into, "runs_stopped", r->stopped);
    append_json_key(into, "subscribers");
    g_string_append_c(into, '[');
    for (size_t i = 0; i < r->count; i++) {
        if (!is_worth_telling(&r->fates[i]))
            continue;
        g_string_append(into, any ? ",\n" : "\n");
        append_fate(into, s, &r->fates[i], i);
        any = true;
    }
    g_string_append(into, "]}");
}

static void append_json_all(GString *into, const struct simulation *s)
{
    g_string_append_c(into, '{');
    append_json_when(into, "from", s->from);
    append_json_when(into, "to", s->to);
    append_json_number(into, "runs", s->moments->len);
    append_json_number(into, "rows", s->rows);
    append_json_number(into, "subscribers_with_evidence", s->subjects->len);
    append_json_number(into, "events", s->events);
    append_json_key(into, "policies");
    g_string_append_c(into, '[');
    for (guint i = 0; i < s->scenarios->len; i++) {
        g_string_append(into, i ? ",\n" : "\n");
        append_json_scenario(into, s, scenario_at(s, i));
    }
    g_string_append(into, "]}\n");
}

void simulation_show(const struct simulation *s, enum simulation_format format, GString *into)
{
    static void (*const shows[])(GString *, const struct simulation *) = {append_text, append_json_all, append_table};
    shows[format](into, s);
}
