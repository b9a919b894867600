/* SPDX-License-Identifier: MIT */
#include "reports/content.h"

static const char *const MESSAGE_WORDS[] = {
#define FATE_WORDS(id, key, words) words,
    MESSAGE_FATES(FATE_WORDS)
#undef FATE_WORDS
};

static const char *const ROW_WORDS[] = {
#define FATE_WORDS(id, key, words) words,
    ROW_FATES(FATE_WORDS)
#undef FATE_WORDS
};

/* For the equation a word each; "held until their retry date" is for the table. */
static const char *const ROW_KEYS[] = {
#define FATE_KEY(id, key, words) key,
    ROW_FATES(FATE_KEY)
#undef FATE_KEY
};

static const char *or_none(const char *text)
{
    return text && *text ? text : "–";
}

static void make_links(const struct report *report, struct document *document)
{
    const GPtrArray *outputs = report->head.outputs;
    const char *base = outputs->len > 1 ? g_ptr_array_index(outputs, 1) : NULL;
    for (guint i = 0; i + 1 < outputs->len; i += 2) {
        if (strcmp(g_ptr_array_index(outputs, i), "report") == 0)
            base = g_ptr_array_index(outputs, i + 1);
    }
    for (guint i = 0; i + 1 < outputs->len; i += 2) {
        struct link *link = g_new0(struct link, 1);
        link->name = g_strdup(g_ptr_array_index(outputs, i));
        link->path = g_strdup(g_ptr_array_index(outputs, i + 1));
        link->href = content_href(base, link->path);
        g_ptr_array_add(document->links, link);
    }
}

static void make_head(const struct report *report, struct document *document)
{
    const struct head *head = &report->head;
    g_autofree char *name = head->list ? g_path_get_basename(head->list) : NULL;
    document->title = name ? g_strdup_printf("Bounce report: %s", name) : g_strdup("Bounce report");
    document->verdict = report_verdict(report);
    document->dry_run = head->dry_run;
    g_autofree char *time = words_time(head->now, false);
    if (head->list)
        document_figure(document->head, "List", "%s", head->list);
    if (head->now)
        document_figure(document->head, "Time", "%s", time);
    if (head->run)
        document_figure(document->head, "Run", "%" G_GINT64_FORMAT, head->run);
    if (head->dry_run)
        document_figure(document->head, "Dry run", "nothing was written");
    GString *archives = g_string_new(NULL);
    for (guint i = 0; i < head->archives->len; i++)
        g_string_append_printf(archives, "%s%s", i ? ", " : "", (char *)g_ptr_array_index(head->archives, i));
    if (archives->len)
        document_figure(document->head, "Bounces from", "%s", archives->str);
    g_string_free(archives, TRUE);
    make_links(report, document);
}

static void add_figure(struct document *document, const char *label, guint64 count)
{
    g_autofree char *number = words_number(count);
    document_figure(document->figures, label, "%s", number);
}

static void make_figures(const struct report *report, struct document *document)
{
    if (report->rows.in) {
        add_figure(document, "Removed", report->row[ROW_FATE_REMOVED]);
        add_figure(document, "Held", report->row[ROW_FATE_HELD]);
        add_figure(document, "Stay", report_staying(report));
    } else {
        add_figure(document, "Messages", report->messages.in);
    }
    add_figure(document, "Bounces", report_bounces(report));
    add_figure(document, "Complaints", report->kind[EVENT_COMPLAINT]);
}

/* "20,000 rows in = 19,480 kept + …", and whether it is true. */
static void make_sum(struct document *document, const struct sum *sum, const char *what, const guint64 *parts,
                     const char *const *names, int n)
{
    g_autofree char *in = words_number(sum->in);
    GString *equation = g_string_new(NULL);
    g_string_append_printf(equation, "%s %s in %s", in, what, sum->in == sum->parts ? "=" : "≠");
    for (int i = 0; i < n; i++) {
        g_autofree char *part = words_number(parts[i]);
        g_string_append_printf(equation, "%s%s %s", i ? " + " : " ", part, names[i]);
    }
    if (sum->in == sum->parts) {
        document_add(document, BLOCK_GOOD, "%s. It adds up.", equation->str);
    } else {
        bool missing = sum->in > sum->parts;
        g_autofree char *difference = words_number(missing ? sum->in - sum->parts : sum->parts - sum->in);
        document_add(document, BLOCK_WARNING,
                     "%s. Does not add up: %s too %s on the right. Please report it as a fault of winnow.",
                     equation->str, difference, missing ? "few" : "many");
    }
    g_string_free(equation, TRUE);
}

static void make_share(struct table *table, const char *label, guint64 count, guint64 whole)
{
    g_autofree char *share = words_percent(count, whole);
    table_text(table, label, NULL);
    table_count(table, count);
    table_text(table, share, NULL);
}

static void make_known(const struct report *report, struct document *document)
{
    g_autofree char *files = words_of(report->known_files, "file", "files");
    g_autofree char *size = g_format_size(report->known_bytes);
    if (report->known_files > 0)
        document_add(
            document, BLOCK_SENTENCE,
            "%s of these archives (%s with the fronts of files that grew) had been read by earlier runs and had "
            "not changed; what they tell is in the ledger and counts as before.",
            files, size);
    else if (report->known_bytes > 0)
        document_add(document, BLOCK_SENTENCE, "%s of files that grew had been read by earlier runs.", size);
}

static void make_sums(const struct report *report, struct document *document)
{
    document_add(document, BLOCK_SECTION, "What came in and where it went");
    if (report->rows.in || report->rows.parts) {
        struct table *table =
            document_table(document, "Rows of the list", "What became of them", "#Rows", "#Share of the list", NULL);
        for (int i = 0; i < ROW_FATE_COUNT; i++)
            make_share(table, ROW_WORDS[i], report->row[i], report->rows.in);
        make_sum(document, &report->rows, "rows", report->row, ROW_KEYS, ROW_FATE_COUNT);
    }
    if (report->messages.in || report->messages.parts) {
        struct table *table =
            document_table(document, "Messages read", "What became of them", "#Messages", "#Share", NULL);
        for (int i = 0; i < FATE_COUNT; i++)
            make_share(table, MESSAGE_WORDS[i], report->message[i], report->messages.in);
        make_sum(document, &report->messages, "messages", report->message, MESSAGE_WORDS, FATE_COUNT);
    } else {
        document_add(document, BLOCK_SENTENCE, "No messages were read.");
    }
    make_known(report, document);
}

static void make_reasons(const struct report *report, struct document *document)
{
    struct table *table = NULL;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        for (int c = 0; c < SES_CLASS_COUNT; c++) {
            const guint64 *count = report->reason[kind][c];
            if (!count[ACTION_REMOVE] && !count[ACTION_HOLD] && !count[ACTION_REVIEW])
                continue;
            if (!table) {
                document_add(document, BLOCK_SECTION, "Who was removed or held, and why");
                table = document_table(document, "Subscribers by what decided", "Decided by", "#Removed", "#Held",
                                       "#For review", NULL);
            }
            g_autofree char *name = kind == EVENT_BOUNCE ? words_class(c) : g_strdup(event_kind_name(kind));
            table_text(table, name, kind == EVENT_BOUNCE ? words_meaning(c) : NULL);
            table_count(table, count[ACTION_REMOVE]);
            table_count(table, count[ACTION_HOLD]);
            table_count(table, count[ACTION_REVIEW]);
        }
    }
}

static void add_rate(struct table *table, const struct rate *rate, const char *name, const char *what)
{
    g_autofree char *count = words_number(rate->count);
    g_autofree char *sent = words_number(rate->sent);
    g_autofree char *share = words_percent(rate->count, rate->sent);
    g_autofree char *sum = g_strdup_printf("%s %s, divided by %s messages sent", count, what, sent);
    table_text(table, name, sum);
    table_text(table, share, NULL);
    table_text(table, rate->verdict, rate->limits);
}

static void make_rates(const struct report *report, struct document *document)
{
    if (report->head.sent) {
        struct rate bounce = report_bounce_rate(report), complaint = report_complaint_rate(report);
        document_add(document, BLOCK_SECTION, "Rates");
        struct table *table =
            document_table(document, "Rates and the limits of Amazon SES", "Rate", "#Value", "Where that is", NULL);
        bool list = report->head.list != NULL;
        add_rate(table, &bounce, "Bounce rate",
                 list ? "Permanent bounces of this list (General, NoEmail, Suppressed)"
                      : "Permanent bounces (General, NoEmail, Suppressed)");
        add_rate(table, &complaint, "Complaint rate", list ? "complaints of this list" : "complaints");
        if (bounce.count > bounce.sent)
            document_add(document, BLOCK_WARNING,
                         "More bounces than messages sent: the number given to --sent, or the log given to --sends, "
                         "does not cover this archive.");
        content_sends(report, document);
        return;
    }
    if (!report->rows.in)
        return;
    g_autofree char *share = words_percent(report->row[ROW_FATE_REMOVED], report->rows.in);
    g_autofree char *removed = words_number(report->row[ROW_FATE_REMOVED]);
    g_autofree char *rows = words_number(report->rows.in);
    document_add(document, BLOCK_SECTION, "Rates");
    document_add(
        document, BLOCK_SENTENCE,
        "Rate unknown: pass --sent N, the number of messages sent, or --sends FILE, the log of them. Share of the "
        "list: %s (%s of %s rows "
        "removed).",
        share, removed, rows);
}

static void make_foot(const struct report *report, struct document *document)
{
    const struct head *head = &report->head;
    document_figure(document->foot, "winnow", "%s", or_none(head->version));
    document_figure(document->foot, "Command", "%s", or_none(head->command));
    document_figure(document->foot, "Policy", "%s", or_none(head->policy_digest));
    document_figure(document->foot, "Rules", "%s", or_none(head->rules_digest));
}

struct document *content_make(const struct report *report)
{
    struct document *document = document_new();
    make_head(report, document);
    make_figures(report, document);
    make_sums(report, document);
    make_reasons(report, document);
    make_rates(report, document);
    content_causes(report, document);
    content_sayings(report, document);
    make_foot(report, document);
    return document;
}
