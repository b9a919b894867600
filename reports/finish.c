/* SPDX-License-Identifier: MIT */
#include "reports/model.h"

static int compare_counts(guint64 a, guint64 b)
{
    return (a < b) - (a > b);
}

static int compare_views(struct view a, struct view b)
{
    int order = memcmp(a.data, b.data, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static gint compare_domains(gconstpointer a, gconstpointer b)
{
    const struct domain_tally *x = *(struct domain_tally *const *)a, *y = *(struct domain_tally *const *)b;
    int order = compare_counts(x->bounces, y->bounces);
    order = order ? order : compare_counts(x->action[ACTION_REMOVE], y->action[ACTION_REMOVE]);
    return order ? order : compare_views(x->name, y->name);
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
    const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;
    int order = compare_counts(x->count, y->count);
    order = order ? order : strcmp(x->template, y->template);
    return order ? order : compare_views(x->key, y->key);
}

static gint compare_days(gconstpointer a, gconstpointer b)
{
    gint64 x = ((const struct period_day *)a)->day, y = ((const struct period_day *)b)->day;
    return (x > y) - (x < y);
}

static GPtrArray *sorted_values(GHashTable *table, GCompareFunc compare)
{
    GPtrArray *values = g_ptr_array_sized_new(g_hash_table_size(table) + 1);
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(values, value);
    g_ptr_array_sort(values, compare);
    return values;
}

static void make_periods(struct report *report)
{
    g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(struct period_day));
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, report->day_table);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_array_append_vals(days, value, 1);
    g_array_sort(days, compare_days);
    periods_init(&report->periods, (const struct period_day *)(const void *)days->data, days->len);
    report->periods.undated = report->undated;
    report->periods.future = report->future;
}

void report_finish(struct report *report)
{
    g_return_if_fail(!report->finished);
    report->finished = true;
    for (int i = 0; i < FATE_COUNT; i++)
        report->messages.parts = plus(report->messages.parts, report->message[i]);
    for (int i = 0; i < ROW_FATE_COUNT; i++)
        report->rows.parts = plus(report->rows.parts, report->row[i]);
    if (!report->messages_expected)
        report->messages.in = report->messages.parts;
    if (!report->rows_expected)
        report->rows.in = report->rows.parts;
    report->domains = sorted_values(report->domain_table, compare_domains);
    report->groups = sorted_values(report->group_table, compare_groups);
    for (guint i = 0; i < report->troubles->len; i++) {
        const struct trouble *trouble = g_ptr_array_index(report->troubles, i);
        report->troubles_shown = plus(report->troubles_shown, trouble->count);
    }
    make_periods(report);
    sends_finish(&report->sends);
}

guint64 report_bounces(const struct report *report)
{
    return report->kind[EVENT_BOUNCE];
}

guint64 report_staying(const struct report *report)
{
    const guint64 *row = report->row;
    return plus(plus(row[ROW_FATE_KEPT], row[ROW_FATE_REVIEW]), row[ROW_FATE_REJECTED]);
}

static unsigned level_of(guint64 count, guint64 sent, const double *limits, size_t n)
{
    unsigned level = 0;
    double share = (double)count / (double)sent;
    for (size_t i = 0; i < n; i++)
        level += share >= limits[i];
    return level;
}

struct rate report_bounce_rate(const struct report *report)
{
    static const double LIMITS[] = {0.02, 0.05, 0.10};
    static const char *const VERDICTS[] = {
        "good: below 2 %",
        "watch: 2 % or more; aim for less",
        "bad: 5 % or more, where Amazon SES puts an account under review",
        "critical: 10 % or more, where Amazon SES may stop an account's sending",
    };
    const guint64 *class = report->head.list ? report->class_listed : report->class;
    struct rate rate = {.sent = report->head.sent, .limits = "2 % to aim for, 5 % review, 10 % pause"};
    for (int c = 0; c < SES_CLASS_COUNT; c++) {
        if (words_counts_in_rate(c))
            rate.count = plus(rate.count, class[c]);
    }
    rate.level = level_of(rate.count, rate.sent, LIMITS, G_N_ELEMENTS(LIMITS));
    rate.verdict = VERDICTS[rate.level];
    return rate;
}

struct rate report_complaint_rate(const struct report *report)
{
    static const double LIMITS[] = {0.001, 0.005};
    static const char *const VERDICTS[] = {
        "good: below 0.1 %",
        "bad: 0.1 % or more, where Amazon SES puts an account under review",
        "critical: 0.5 % or more, where Amazon SES may stop an account's sending",
    };
    struct rate rate = {.sent = report->head.sent,
                        .limits = "0.1 % review, 0.5 % pause",
                        .count = report->head.list ? report->complaints_listed : report->kind[EVENT_COMPLAINT]};
    rate.level = level_of(rate.count, rate.sent, LIMITS, G_N_ELEMENTS(LIMITS));
    rate.verdict = VERDICTS[rate.level];
    return rate;
}

struct domain_tally report_rest(const struct report *report, size_t from, guint64 *domains)
{
    struct domain_tally rest = report->other_domains;
    *domains = report->domains->len > from ? report->domains->len - from : 0;
    for (size_t i = from; i < report->domains->len; i++) {
        const struct domain_tally *tally = g_ptr_array_index(report->domains, i);
        rest.bounces += tally->bounces;
        rest.complaints += tally->complaints;
        rest.unattributed += tally->unattributed;
        for (int t = 0; t < PERIOD_TYPES; t++)
            rest.type[t] += tally->type[t];
        for (int a = 0; a < ACTION_COUNT; a++)
            rest.action[a] += tally->action[a];
    }
    return rest;
}

static char *verdict_without_list(const struct report *report)
{
    if (report->messages.in == 0 && report_bounces(report) == 0)
        return g_strdup("Nothing came in: no rows and no messages.");
    g_autofree char *bounces = words_of(report_bounces(report), "bounce", "bounces");
    g_autofree char *complaints = words_of(report->kind[EVENT_COMPLAINT], "complaint", "complaints");
    if (report->messages.in == 0)
        return g_strdup_printf("%s and %s in the ledger.", bounces, complaints);
    g_autofree char *messages = words_of(report->messages.in, "message", "messages");
    return g_strdup_printf("%s and %s in %s.", bounces, complaints, messages);
}

char *report_verdict(const struct report *report)
{
    guint64 removed = report->row[ROW_FATE_REMOVED], held = report->row[ROW_FATE_HELD];
    if (report->rows.in == 0)
        return verdict_without_list(report);
    g_autofree char *in = words_of(report->rows.in, "subscriber", "subscribers");
    g_autofree char *staying = words_number(report_staying(report));
    g_autofree char *gone = words_number(removed);
    g_autofree char *paused = words_number(held);
    g_autofree char *review = words_number(report->row[ROW_FATE_REVIEW]);
    GString *out = g_string_new(NULL);
    bool dry = report->head.dry_run;
    if (removed == 0 && held == 0)
        g_string_append_printf(out, "Nobody%s removed or held; %s of %s %s in the list", dry ? " would be" : " was",
                               staying, in, report_staying(report) == 1 ? "stays" : "stay");
    else
        g_string_append_printf(out, "%s of %s %s, %s held until their retry date; %s %s in the list", gone, in,
                               dry ? "would be removed" : "removed", paused, staying,
                               dry                           ? "would stay"
                               : report_staying(report) == 1 ? "stays"
                                                             : "stay");
    if (report->row[ROW_FATE_REVIEW])
        g_string_append_printf(out, ", %s of them for you to look at", review);
    g_string_append(out, dry ? ". A dry run: nothing was written." : ".");
    return g_string_free(out, FALSE);
}
