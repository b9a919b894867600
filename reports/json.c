/* SPDX-License-Identifier: MIT
 * The JSON report, "winnow-report/1"; the order of keys is fixed, counts are integers (2^63-1 at most), shares are
 * fractions of one, times RFC 3339 in UTC, and what is unknown is null:
 *   format, version, command, list, archives[], time, run, dry_run, policy, rules, outputs[{name, path}], summary
 *   rows, messages     {in, one key for each fate, adds_up, difference}
 *   already_read       {files, bytes}: of the archives, known from earlier runs and not read again
 *   decisions[]        {kind, type, subtype, removed, held, review}
 *   rates              {sent, bounce{count, rate, limits_reached}, complaint{…}}, or without --sent
 *                      {sent: null, share_of_list_removed}
 *   sends              {campaigns[{name, sent, bounces, bounce_rate, complaints, complaint_rate}], domains[{…}]}; of
 *                      --sends, most bounces first
 *   events             {one key for each kind}
 *   bounces            {total, of_list, by_class[{type, subtype, count, of_list}]}
 *   domains            {top[{domain, bounces, …}], other{domains, bounces, …}}
 *   own_problems[]     {cause, count}
 *   periods            {unit, buckets[{from, permanent, transient, undetermined}], before, undated, future}
 *   diagnostics        {top[{text, type, subtype, rule, by_words, cause, count, path, offset}], other}
 *   attribution        {one key for each step; "none" is nobody, "ambiguous" several}
 *   troubles           {count, shown[{text, count}]} */
#include "reports/model.h"
#include <jansson.h>

static json_t *count_of(guint64 n)
{
    return json_integer((json_int_t)MIN(n, (guint64)G_MAXINT64));
}

/* Texts of the model are UTF-8 already; null if there is none. */
static json_t *text_of(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *share_of(guint64 part, guint64 whole)
{
    return whole ? json_real((double)part / (double)whole) : json_null();
}

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void set_head(json_t *root, const struct head *head)
{
    g_autofree char *time = words_time(head->now, true);
    set(root, "format", json_string("winnow-report/1"));
    set(root, "version", text_of(head->version));
    set(root, "command", text_of(head->command));
    set(root, "list", text_of(head->list));
    json_t *archives = json_array(), *outputs = json_array();
    for (guint i = 0; i < head->archives->len; i++)
        json_array_append_new(archives, json_string(g_ptr_array_index(head->archives, i)));
    for (guint i = 0; i + 1 < head->outputs->len; i += 2) {
        json_t *output = json_object();
        set(output, "name", json_string(g_ptr_array_index(head->outputs, i)));
        set(output, "path", json_string(g_ptr_array_index(head->outputs, i + 1)));
        json_array_append_new(outputs, output);
    }
    set(root, "archives", archives);
    set(root, "time", head->now ? text_of(time) : json_null());
    set(root, "run", head->run ? json_integer(head->run) : json_null());
    set(root, "dry_run", json_boolean(head->dry_run));
    set(root, "policy", text_of(head->policy_digest));
    set(root, "rules", text_of(head->rules_digest));
    set(root, "outputs", outputs);
}

static json_t *sum_of(const struct sum *sum, const guint64 *parts, const char *const *keys, int n)
{
    json_t *object = json_object();
    set(object, "in", count_of(sum->in));
    for (int i = 0; i < n; i++)
        set(object, keys[i], count_of(parts[i]));
    bool missing = sum->in > sum->parts;
    guint64 difference = MIN(missing ? sum->in - sum->parts : sum->parts - sum->in, (guint64)G_MAXINT64);
    set(object, "adds_up", json_boolean(sum->in == sum->parts));
    set(object, "difference", json_integer(missing ? (json_int_t)difference : -(json_int_t)difference));
    return object;
}

static void set_sums(json_t *root, const struct report *report)
{
    static const char *const ROW_KEYS[] = {
#define FATE_KEY(id, key, words) key,
        ROW_FATES(FATE_KEY)
#undef FATE_KEY
    };
    static const char *const MESSAGE_KEYS[] = {
#define FATE_KEY(id, key, words) key,
        MESSAGE_FATES(FATE_KEY)
#undef FATE_KEY
    };
    set(root, "rows", sum_of(&report->rows, report->row, ROW_KEYS, ROW_FATE_COUNT));
    set(root, "messages", sum_of(&report->messages, report->message, MESSAGE_KEYS, FATE_COUNT));
    json_t *known = json_object();
    set(known, "files", count_of(report->known_files));
    set(known, "bytes", count_of(report->known_bytes));
    set(root, "already_read", known);
}

static void set_class(json_t *object, enum ses_class class)
{
    set(object, "type", json_string(ses_type_name(class)));
    set(object, "subtype", json_string(ses_subtype_name(class)));
}

static void set_actions(json_t *object, const guint64 *action)
{
    set(object, "removed", count_of(action[ACTION_REMOVE]));
    set(object, "held", count_of(action[ACTION_HOLD]));
    set(object, "review", count_of(action[ACTION_REVIEW]));
}

static json_t *decisions_of(const struct report *report)
{
    json_t *decisions = json_array();
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        for (int c = 0; c < SES_CLASS_COUNT; c++) {
            const guint64 *action = report->reason[kind][c];
            if (!action[ACTION_REMOVE] && !action[ACTION_HOLD] && !action[ACTION_REVIEW])
                continue;
            json_t *decision = json_object();
            set(decision, "kind", json_string(event_kind_name(kind)));
            if (kind == EVENT_BOUNCE) {
                set_class(decision, c);
            } else {
                set(decision, "type", json_null());
                set(decision, "subtype", json_null());
            }
            set_actions(decision, action);
            json_array_append_new(decisions, decision);
        }
    }
    return decisions;
}

static json_t *rate_of(struct rate rate)
{
    json_t *object = json_object();
    set(object, "count", count_of(rate.count));
    set(object, "rate", share_of(rate.count, rate.sent));
    set(object, "limits_reached", json_integer(rate.level));
    return object;
}

static json_t *rates_of(const struct report *report)
{
    json_t *rates = json_object();
    set(rates, "sent", report->head.sent ? count_of(report->head.sent) : json_null());
    if (report->head.sent) {
        set(rates, "bounce", rate_of(report_bounce_rate(report)));
        set(rates, "complaint", rate_of(report_complaint_rate(report)));
    } else {
        set(rates, "share_of_list_removed", share_of(report->row[ROW_FATE_REMOVED], report->rows.in));
    }
    return rates;
}

static json_t *sent_by(const struct sent_by *by)
{
    json_t *all = json_array();
    for (guint i = 0; i < MIN(by->top->len, (guint)ROWS_PARSED); i++) {
        const struct sent_tally *tally = g_ptr_array_index(by->top, i);
        json_t *entry = json_object();
        set(entry, "name", json_stringn(tally->name.data, tally->name.len));
        set(entry, "sent", count_of(tally->sent));
        set(entry, "bounces", count_of(tally->bounces));
        set(entry, "bounce_rate", share_of(tally->bounces, tally->sent));
        set(entry, "complaints", count_of(tally->complaints));
        set(entry, "complaint_rate", share_of(tally->complaints, tally->sent));
        json_array_append_new(all, entry);
    }
    return all;
}

static json_t *sends_of(const struct sends *sends)
{
    json_t *object = json_object();
    set(object, "campaigns", sent_by(&sends->by[SENT_BY_CAMPAIGN]));
    set(object, "domains", sent_by(&sends->by[SENT_BY_DOMAIN]));
    return object;
}

static json_t *bounces_of(const struct report *report)
{
    json_t *bounces = json_object(), *classes = json_array();
    guint64 listed = 0;
    for (int c = 0; c < SES_CLASS_COUNT; c++) {
        listed = plus(listed, report->class_listed[c]);
        json_t *entry = json_object();
        set_class(entry, c);
        set(entry, "count", count_of(report->class[c]));
        set(entry, "of_list", count_of(report->class_listed[c]));
        json_array_append_new(classes, entry);
    }
    set(bounces, "total", count_of(report_bounces(report)));
    set(bounces, "of_list", count_of(listed));
    set(bounces, "by_class", classes);
    return bounces;
}

static void set_tally(json_t *object, const struct domain_tally *tally)
{
    set(object, "bounces", count_of(tally->bounces));
    set(object, "permanent", count_of(tally->type[SES_TYPE_PERMANENT]));
    set(object, "transient", count_of(tally->type[SES_TYPE_TRANSIENT]));
    set(object, "undetermined", count_of(tally->type[SES_TYPE_UNDETERMINED]));
    set(object, "complaints", count_of(tally->complaints));
    set(object, "unattributed", count_of(tally->unattributed));
    set_actions(object, tally->action);
}

static json_t *domains_of(const struct report *report)
{
    json_t *domains = json_object(), *top = json_array(), *other = json_object();
    for (guint i = 0; i < MIN(report->domains->len, (guint)ROWS_PARSED); i++) {
        const struct domain_tally *tally = g_ptr_array_index(report->domains, i);
        json_t *entry = json_object();
        set(entry, "domain", json_stringn(tally->name.data, tally->name.len));
        set_tally(entry, tally);
        json_array_append_new(top, entry);
    }
    guint64 count;
    struct domain_tally rest = report_rest(report, ROWS_PARSED, &count);
    set(other, "domains", count_of(count));
    set_tally(other, &rest);
    set(domains, "top", top);
    set(domains, "other", other);
    return domains;
}

static json_t *causes_of(const struct report *report)
{
    json_t *causes = json_array();
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        json_t *entry = json_object();
        set(entry, "cause", json_string(cause_key(cause)));
        set(entry, "count", count_of(report->cause[cause]));
        json_array_append_new(causes, entry);
    }
    return causes;
}

static json_t *periods_of(const struct periods *periods)
{
    json_t *object = json_object(), *buckets = json_array();
    for (guint i = 0; i < periods->buckets->len; i++) {
        const struct period_day *bucket = &g_array_index(periods->buckets, struct period_day, i);
        g_autofree char *from = period_label(PERIOD_DAY, bucket->day);
        json_t *entry = json_object();
        set(entry, "from", json_string(from));
        set(entry, "permanent", count_of(bucket->count[SES_TYPE_PERMANENT]));
        set(entry, "transient", count_of(bucket->count[SES_TYPE_TRANSIENT]));
        set(entry, "undetermined", count_of(bucket->count[SES_TYPE_UNDETERMINED]));
        json_array_append_new(buckets, entry);
    }
    set(object, "unit", json_string(period_unit_name(periods->unit)));
    set(object, "buckets", buckets);
    set(object, "before", count_of(periods->before));
    set(object, "undated", count_of(periods->undated));
    set(object, "future", count_of(periods->future));
    return object;
}

static json_t *diagnostics_of(const struct report *report)
{
    json_t *diagnostics = json_object(), *top = json_array();
    guint64 shown = 0;
    for (guint i = 0; i < MIN(report->groups->len, (guint)ROWS_PARSED); i++) {
        const struct group *group = g_ptr_array_index(report->groups, i);
        json_t *entry = json_object();
        set(entry, "text", json_string(group->template));
        set_class(entry, group->class);
        set(entry, "rule", text_of(group->rule));
        set(entry, "by_words", json_boolean(group->ruled));
        set(entry, "cause", text_of(cause_key(group->cause)));
        set(entry, "count", count_of(group->count));
        set(entry, "path", text_of(group->path));
        set(entry, "offset", count_of(group->offset));
        json_array_append_new(top, entry);
        shown = plus(shown, group->count);
    }
    set(diagnostics, "top", top);
    set(diagnostics, "other", count_of(report_bounces(report) - MIN(shown, report_bounces(report))));
    return diagnostics;
}

static json_t *troubles_of(const struct report *report)
{
    json_t *troubles = json_object(), *shown = json_array();
    for (guint i = 0; i < report->troubles->len; i++) {
        const struct trouble *trouble = g_ptr_array_index(report->troubles, i);
        json_t *entry = json_object();
        set(entry, "text", json_string(trouble->text));
        set(entry, "count", count_of(trouble->count));
        json_array_append_new(shown, entry);
    }
    set(troubles, "count", count_of(report->trouble_count));
    set(troubles, "shown", shown);
    return troubles;
}

static int append_bytes(const char *bytes, size_t len, void *out)
{
    g_string_append_len(out, bytes, (gssize)len);
    return 0;
}

void render_json(const struct report *report, GString *out)
{
    g_autofree char *summary = report_verdict(report);
    json_t *root = json_object(), *events = json_object(), *attribution = json_object();
    for (int kind = 0; kind < KIND_COUNT; kind++)
        set(events, event_kind_name(kind), count_of(report->kind[kind]));
    for (int step = 0; step < CLAIM_STEP_COUNT; step++)
        set(attribution, claim_step_name(step), count_of(report->step[step]));
    set(attribution, "ambiguous", count_of(report->ambiguous));
    set_head(root, &report->head);
    set(root, "summary", json_string(summary));
    set_sums(root, report);
    set(root, "decisions", decisions_of(report));
    set(root, "rates", rates_of(report));
    set(root, "sends", sends_of(&report->sends));
    set(root, "events", events);
    set(root, "bounces", bounces_of(report));
    set(root, "domains", domains_of(report));
    set(root, "own_problems", causes_of(report));
    set(root, "periods", periods_of(&report->periods));
    set(root, "diagnostics", diagnostics_of(report));
    set(root, "attribution", attribution);
    set(root, "troubles", troubles_of(report));
    json_dump_callback(root, append_bytes, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    g_string_append_c(out, '\n');
    json_decref(root);
}
