/* SPDX-License-Identifier: MIT */
#include "reports/content.h"

enum { BARS = 10 };

static void make_types(const struct report *report, struct document *document)
{
    bool list = report->head.list != NULL;
    document_add(document, BLOCK_SECTION, "Bounces by type");
    if (report_bounces(report) == 0) {
        document_add(document, BLOCK_SENTENCE, "No bounces.");
        return;
    }
    struct chart *chart =
        document_chart(document, false, "Bounces by type and subtype",
                       "One bar for each of Amazon's types and subtypes; the figures are in the table.");
    struct table *table = list ? document_table(document, "Bounces by type and subtype, in the words of Amazon SES",
                                                "Type and subtype", "#Bounces", "#Of this list", "By default", NULL)
                               : document_table(document, "Bounces by type and subtype, in the words of Amazon SES",
                                                "Type and subtype", "#Bounces", "By default", NULL);
    for (int c = 1; c <= SES_CLASS_COUNT; c++) {
        enum ses_class at = c == SES_CLASS_COUNT ? SES_UNDETERMINED : c; /* Undetermined comes last */
        if (!report->class[at])
            continue;
        g_autofree char *name = words_class(at);
        guint64 value[CHART_SERIES] = {0};
        /* Series stand in the order permanent, transient, undetermined. */
        value[ses_type(at) == SES_TYPE_UNDETERMINED ? 2 : ses_type(at) - 1] = report->class[at];
        chart_row(chart, name, value);
        table_text(table, name, words_meaning(at));
        table_count(table, report->class[at]);
        if (list)
            table_count(table, report->class_listed[at]);
        table_text(table, words_consequence(at), NULL);
    }
}

static void domain_row(struct table *table, const char *name, const struct domain_tally *tally)
{
    table_text(table, name, NULL);
    table_count(table, tally->bounces);
    table_count(table, tally->type[SES_TYPE_PERMANENT]);
    table_count(table, tally->type[SES_TYPE_TRANSIENT]);
    table_count(table, tally->type[SES_TYPE_UNDETERMINED]);
    table_count(table, tally->action[ACTION_REMOVE]);
    table_count(table, tally->action[ACTION_HOLD]);
}

static void make_domains(const struct report *report, struct document *document)
{
    if (report->domains->len == 0)
        return;
    document_add(document, BLOCK_SECTION, "By recipient domain");
    struct chart *chart = document_chart(document, false, "Bounces by recipient domain",
                                         "The ten domains with the most bounces; the figures are in the table.");
    struct table *table = document_table(document, "Domains with the most bounces", "Domain", "#Bounces", "#Permanent",
                                         "#Transient", "#Undetermined", "#Removed", "#Held", NULL);
    for (guint i = 0; i < MIN(report->domains->len, (guint)ROWS_READ); i++) {
        const struct domain_tally *tally = g_ptr_array_index(report->domains, i);
        g_autofree char *name = view_dup(tally->name);
        const guint64 value[] = {tally->type[SES_TYPE_PERMANENT], tally->type[SES_TYPE_TRANSIENT],
                                 tally->type[SES_TYPE_UNDETERMINED]};
        if (i < BARS && tally->bounces)
            chart_row(chart, name, value);
        domain_row(table, name, tally);
    }
    guint64 domains;
    struct domain_tally rest = report_rest(report, ROWS_READ, &domains);
    if (domains == 0)
        return;
    g_autofree char *more = words_of(domains, "other domain", "other domains");
    g_autofree char *name = g_strdup_printf("%s%s", more, domains + ROWS_READ >= LIMIT_DISTINCT ? " and more" : "");
    domain_row(table, name, &rest);
    table->rest = true;
}

static bool of_cause(const struct group *group, int cause)
{
    return group->cause == (enum cause)cause;
}

static void make_cause(const struct report *report, struct document *document, enum cause cause)
{
    guint64 count = report->cause[cause];
    if (count == 0)
        return;
    g_autofree char *bounces = words_of(count, "bounce", "bounces");
    document_add(document, BLOCK_PART, "%s: %s", cause_title(cause), bounces);
    document_add(document, BLOCK_SENTENCE, "%s", cause_advice(cause));
    g_autofree char *caption = g_strdup_printf("%s: what servers said most", cause_title(cause));
    struct table *table = document_table(document, caption, "What the server said", "#Bounces", NULL);
    guint64 shown = content_groups(report, table, ROWS_OF_CAUSE, of_cause, (int)cause);
    if (shown < count) {
        table_text(table, "other texts", NULL);
        table_count(table, count - shown);
        table->rest = true;
    }
}

static void make_own_problems(const struct report *report, struct document *document)
{
    guint64 ours = 0;
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        ours = plus(ours, report->cause[cause]);
    if (report_bounces(report) == 0)
        return;
    document_add(document, BLOCK_SECTION, "Our own problems");
    if (ours == 0) {
        document_add(document, BLOCK_SENTENCE, "No bounce points at the sender, the message or the network.");
        return;
    }
    g_autofree char *count = words_of(ours, "bounce says", "bounces say");
    g_autofree char *share = words_percent(ours, report_bounces(report));
    document_add(
        document, BLOCK_SENTENCE,
        "%s nothing against the recipient (%s of all): the fault is in what was sent, in who sends it, or on the "
        "way.",
        count, share);
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        make_cause(report, document, cause);
}

static void period_notes(const struct periods *periods, struct document *document)
{
    const struct {
        guint64 count;
        const char *words;
    } notes[] = {
        {periods->before, "long before the rest, not shown here"},
        {periods->undated, "without a date"},
        {periods->future, "dated in the future"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
        g_autofree char *bounces = words_of(notes[i].count, "bounce", "bounces");
        if (notes[i].count)
            document_add(document, BLOCK_SENTENCE, "%s %s.", bounces, notes[i].words);
    }
}

static void make_periods(const struct report *report, struct document *document)
{
    const struct periods *periods = &report->periods;
    if (report_bounces(report) == 0)
        return;
    g_autofree char *title = g_strdup_printf("Bounces per %s", period_unit_name(periods->unit));
    document_add(document, BLOCK_SECTION, "%s", title);
    if (periods->buckets->len) {
        const struct period_day *bucket = &g_array_index(periods->buckets, struct period_day, 0);
        g_autofree char *first = period_label(periods->unit, bucket[0].day);
        g_autofree char *last = period_label(periods->unit, bucket[periods->buckets->len - 1].day);
        g_autofree char *description =
            g_strdup_printf("Stacked columns from %s to %s; the figures are in the table.", first, last);
        struct chart *chart = document_chart(document, true, title, description);
        g_autofree char *caption = g_strdup_printf("%s (UTC)", title);
        static const char *const NAMES[] = {"Day", "Week from", "Month", "Year"};
        struct table *table =
            document_table(document, caption, NAMES[periods->unit], "#Permanent", "#Transient", "#Undetermined", NULL);
        table->folded = true;
        for (guint i = 0; i < periods->buckets->len; i++) {
            g_autofree char *label = period_label(periods->unit, bucket[i].day);
            const guint64 value[] = {bucket[i].count[SES_TYPE_PERMANENT], bucket[i].count[SES_TYPE_TRANSIENT],
                                     bucket[i].count[SES_TYPE_UNDETERMINED]};
            chart_row(chart, label, value);
            table_text(table, label, NULL);
            for (int s = 0; s < CHART_SERIES; s++)
                table_count(table, value[s]);
        }
    }
    period_notes(periods, document);
}

void content_causes(const struct report *report, struct document *document)
{
    make_types(report, document);
    make_domains(report, document);
    make_own_problems(report, document);
    make_periods(report, document);
}
