/* SPDX-License-Identifier: MIT
 * The CSV report, in long form for spreadsheets and scripts: "section,key,subkey,value", RFC 4180, LF. Texts of
 * strangers that a spreadsheet would take for a formula get an apostrophe in front. */
#include "reports/model.h"

static void put_field(GString *out, const char *text)
{
    bool formula = *text && strchr("=+-@", *text);
    g_string_append_c(out, '"');
    if (formula)
        g_string_append_c(out, '\'');
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void put_names(GString *out, const char *section, const char *key, const char *subkey)
{
    g_string_append_printf(out, "%s,", section);
    put_field(out, key);
    g_string_append_c(out, ',');
    put_field(out, subkey);
    g_string_append_c(out, ',');
}

static void put_text(GString *out, const char *section, const char *key, const char *subkey, const char *value)
{
    put_names(out, section, key, subkey);
    put_field(out, value);
    g_string_append_c(out, '\n');
}

static void put_count(GString *out, const char *section, const char *key, const char *subkey, guint64 value)
{
    put_names(out, section, key, subkey);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT "\n", value);
}

static void put_share(GString *out, const char *section, const char *key, const char *subkey, guint64 part,
                      guint64 whole)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    put_names(out, section, key, subkey);
    if (whole)
        g_string_append(out, g_ascii_formatd(digits, sizeof digits, "%.6f", (double)part / (double)whole));
    g_string_append_c(out, '\n');
}

static void put_head(GString *out, const struct head *head)
{
    g_autofree char *time = words_time(head->now, true);
    put_text(out, "run", "version", "", head->version);
    put_text(out, "run", "command", "", head->command);
    put_text(out, "run", "list", "", head->list ? head->list : "");
    put_text(out, "run", "time", "", head->now ? time : "");
    put_count(out, "run", "number", "", (guint64)MAX(head->run, 0));
    put_count(out, "run", "dry_run", "", head->dry_run);
    for (guint i = 0; i < head->archives->len; i++)
        put_text(out, "run", "archive", "", g_ptr_array_index(head->archives, i));
    for (guint i = 0; i + 1 < head->outputs->len; i += 2)
        put_text(out, "run", "output", g_ptr_array_index(head->outputs, i), g_ptr_array_index(head->outputs, i + 1));
}

static void put_sums(GString *out, const struct report *report)
{
    put_count(out, "rows", "in", "", report->rows.in);
#define ROW_LINE(id, key, words) put_count(out, "rows", key, "", report->row[ROW_FATE_##id]);
    ROW_FATES(ROW_LINE)
#undef ROW_LINE
    put_count(out, "rows", "adds_up", "", report->rows.in == report->rows.parts);
    put_count(out, "messages", "in", "", report->messages.in);
#define MESSAGE_LINE(id, key, words) put_count(out, "messages", key, "", report->message[FATE_##id]);
    MESSAGE_FATES(MESSAGE_LINE)
#undef MESSAGE_LINE
    put_count(out, "messages", "adds_up", "", report->messages.in == report->messages.parts);
    put_count(out, "already_read", "files", "", report->known_files);
    put_count(out, "already_read", "bytes", "", report->known_bytes);
}

static void put_actions(GString *out, const char *section, const char *key, const guint64 *action)
{
    put_count(out, section, key, "removed", action[ACTION_REMOVE]);
    put_count(out, section, key, "held", action[ACTION_HOLD]);
    put_count(out, section, key, "review", action[ACTION_REVIEW]);
}

static void put_decisions(GString *out, const struct report *report)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        for (int c = 0; c < SES_CLASS_COUNT; c++) {
            const guint64 *action = report->reason[kind][c];
            if (!action[ACTION_REMOVE] && !action[ACTION_HOLD] && !action[ACTION_REVIEW])
                continue;
            g_autofree char *name = kind == EVENT_BOUNCE ? words_class(c) : g_strdup(event_kind_name(kind));
            put_actions(out, "decisions", name, action);
        }
    }
}

static void put_rates(GString *out, const struct report *report)
{
    if (!report->head.sent) {
        put_share(out, "rates", "share_of_list_removed", "", report->row[ROW_FATE_REMOVED], report->rows.in);
        return;
    }
    const struct {
        const char *name;
        struct rate rate;
    } rates[] = {{"bounce", report_bounce_rate(report)}, {"complaint", report_complaint_rate(report)}};
    put_count(out, "rates", "sent", "", report->head.sent);
    for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
        put_count(out, "rates", rates[i].name, "count", rates[i].rate.count);
        put_share(out, "rates", rates[i].name, "rate", rates[i].rate.count, rates[i].rate.sent);
    }
}

static void put_sends(GString *out, const char *section, const struct sent_by *by)
{
    for (guint i = 0; i < MIN(by->top->len, (guint)ROWS_PARSED); i++) {
        const struct sent_tally *tally = g_ptr_array_index(by->top, i);
        g_autofree char *name = view_dup(tally->name);
        put_count(out, section, name, "sent", tally->sent);
        put_count(out, section, name, "bounces", tally->bounces);
        put_share(out, section, name, "bounce_rate", tally->bounces, tally->sent);
        put_count(out, section, name, "complaints", tally->complaints);
        put_share(out, section, name, "complaint_rate", tally->complaints, tally->sent);
    }
}

static void put_bounces(GString *out, const struct report *report)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        put_count(out, "events", event_kind_name(kind), "", report->kind[kind]);
    for (int c = 0; c < SES_CLASS_COUNT; c++) {
        g_autofree char *name = words_class(c);
        put_count(out, "bounces", name, "count", report->class[c]);
        put_count(out, "bounces", name, "of_list", report->class_listed[c]);
    }
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        put_count(out, "own_problems", cause_key(cause), "", report->cause[cause]);
    for (int step = 0; step < CLAIM_STEP_COUNT; step++)
        put_count(out, "attribution", claim_step_name(step), "", report->step[step]);
    put_count(out, "attribution", "ambiguous", "", report->ambiguous);
}

static void put_tally(GString *out, const char *section, const char *key, const struct domain_tally *tally)
{
    put_count(out, section, key, "bounces", tally->bounces);
    put_count(out, section, key, "permanent", tally->type[SES_TYPE_PERMANENT]);
    put_count(out, section, key, "transient", tally->type[SES_TYPE_TRANSIENT]);
    put_count(out, section, key, "undetermined", tally->type[SES_TYPE_UNDETERMINED]);
    put_count(out, section, key, "complaints", tally->complaints);
    put_actions(out, section, key, tally->action);
}

static void put_domains(GString *out, const struct report *report)
{
    for (guint i = 0; i < MIN(report->domains->len, (guint)ROWS_PARSED); i++) {
        const struct domain_tally *tally = g_ptr_array_index(report->domains, i);
        g_autofree char *name = view_dup(tally->name);
        put_tally(out, "domains", name, tally);
    }
    guint64 count;
    struct domain_tally rest = report_rest(report, ROWS_PARSED, &count);
    put_count(out, "other_domains", "", "domains", count);
    put_tally(out, "other_domains", "", &rest);
}

static void put_periods(GString *out, const struct periods *periods)
{
    put_text(out, "periods", "unit", "", period_unit_name(periods->unit));
    for (guint i = 0; i < periods->buckets->len; i++) {
        const struct period_day *bucket = &g_array_index(periods->buckets, struct period_day, i);
        g_autofree char *from = period_label(PERIOD_DAY, bucket->day);
        put_count(out, "periods", from, "permanent", bucket->count[SES_TYPE_PERMANENT]);
        put_count(out, "periods", from, "transient", bucket->count[SES_TYPE_TRANSIENT]);
        put_count(out, "periods", from, "undetermined", bucket->count[SES_TYPE_UNDETERMINED]);
    }
    put_count(out, "periods", "before", "", periods->before);
    put_count(out, "periods", "undated", "", periods->undated);
    put_count(out, "periods", "future", "", periods->future);
}

static void put_sayings(GString *out, const struct report *report)
{
    for (guint i = 0; i < MIN(report->groups->len, (guint)ROWS_PARSED); i++) {
        const struct group *group = g_ptr_array_index(report->groups, i);
        g_autofree char *class = words_class(group->class);
        g_autofree char *judged = g_strdup_printf("%s %s%s", class, group->rule, group->ruled ? "" : " (no words)");
        put_count(out, "diagnostics", group->template, judged, group->count);
    }
    for (guint i = 0; i < report->troubles->len; i++) {
        const struct trouble *trouble = g_ptr_array_index(report->troubles, i);
        put_count(out, "troubles", trouble->text, "", trouble->count);
    }
    put_count(out, "troubles", "", "all", report->trouble_count);
}

void render_csv(const struct report *report, GString *out)
{
    g_string_append(out, "section,key,subkey,value\n");
    put_head(out, &report->head);
    put_sums(out, report);
    put_decisions(out, report);
    put_rates(out, report);
    put_sends(out, "campaigns", &report->sends.by[SENT_BY_CAMPAIGN]);
    put_sends(out, "sent_domains", &report->sends.by[SENT_BY_DOMAIN]);
    put_bounces(out, report);
    put_domains(out, report);
    put_periods(out, &report->periods);
    put_sayings(out, report);
}
