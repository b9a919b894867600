/* SPDX-License-Identifier: MIT */
#include "reports/report.h"

#include "reports/clean.h"
#include "reports/model.h"
#include "reports/template.h"

static const gint64 SECONDS_OF_DAY = 86400;
static const gint64 LATEST = 253402300799; /* 9999-12-31: a later date is nonsense whatever the clock */

static guint key_hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

static void group_free(gpointer data)
{
    struct group *group = data;
    g_free(group->path);
    g_free(group);
}

static void trouble_free(gpointer data)
{
    struct trouble *trouble = data;
    g_free(trouble->text);
    g_free(trouble);
}

static GPtrArray *copy_texts(const char *const *texts)
{
    GPtrArray *copies = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; texts && texts[i]; i++)
        g_ptr_array_add(copies, clean_dup(view_of(texts[i])));
    return copies;
}

struct report *report_new(const struct report_head *head)
{
    struct report *report = g_new0(struct report, 1);
    report->head = (struct head){
        .list = head->list ? clean_dup(view_of(head->list)) : NULL,
        .command = clean_dup(view_of(head->command)),
        .version = clean_dup(view_of(head->version)),
        .policy_digest = clean_dup(view_of(head->policy_digest)),
        .rules_digest = clean_dup(view_of(head->rules_digest)),
        .archives = copy_texts(head->archives),
        .outputs = copy_texts(head->outputs),
        .now = head->now,
        .run = head->run,
        .dry_run = head->dry_run,
        .sent = head->sent,
    };
    report->domain_table = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
    sends_init(&report->sends);
    report->group_table = g_hash_table_new_full(key_hash, key_equal, NULL, group_free);
    report->day_table = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    report->troubles = g_ptr_array_new_with_free_func(trouble_free);
    report->scratch = g_string_sized_new(1024);
    report->cleaned = g_string_sized_new(1024);
    return report;
}

void report_free(struct report *report)
{
    if (!report)
        return;
    struct head *head = &report->head;
    g_free(head->list);
    g_free(head->command);
    g_free(head->version);
    g_free(head->policy_digest);
    g_free(head->rules_digest);
    g_ptr_array_unref(head->archives);
    g_ptr_array_unref(head->outputs);
    g_clear_pointer(&report->domains, g_ptr_array_unref);
    g_clear_pointer(&report->groups, g_ptr_array_unref);
    g_hash_table_unref(report->domain_table);
    sends_clear(&report->sends);
    g_hash_table_unref(report->group_table);
    g_hash_table_unref(report->day_table);
    g_ptr_array_unref(report->troubles);
    periods_clear(&report->periods);
    g_string_free(report->scratch, TRUE);
    g_string_free(report->cleaned, TRUE);
    g_free(report);
}

void report_add_message(struct report *report, enum message_fate fate, guint64 count)
{
    report->message[fate] = plus(report->message[fate], count);
}

void report_add_row(struct report *report, enum row_fate fate, guint64 count)
{
    report->row[fate] = plus(report->row[fate], count);
}

void report_add_known(struct report *report, guint64 files, guint64 bytes)
{
    report->known_files = plus(report->known_files, files);
    report->known_bytes = plus(report->known_bytes, bytes);
}

void report_expect_messages(struct report *report, guint64 count)
{
    report->messages_expected = true;
    report->messages.in = count;
}

void report_expect_rows(struct report *report, guint64 count)
{
    report->rows_expected = true;
    report->rows.in = count;
}

static struct view cleaned(struct report *report, struct view text)
{
    g_string_truncate(report->cleaned, 0);
    clean_append(report->cleaned, text);
    return (struct view){.data = report->cleaned->str, .len = report->cleaned->len};
}

/* Lower case, without a dot at its end; in the report's scratch. */
static struct view domain_name(struct report *report, struct view domain)
{
    struct view name = cleaned(report, view_first(domain, LIMIT_ADDRESS));
    while (name.len && name.data[name.len - 1] == '.')
        name.len--;
    if (name.len == 0)
        name = VIEW("(unknown)");
    GString *low = g_string_truncate(report->scratch, 0);
    g_string_append_len(low, name.data, (gssize)name.len);
    g_string_ascii_down(low);
    return (struct view){.data = low->str, .len = low->len};
}

static struct domain_tally *domain_of(struct report *report, struct view domain)
{
    struct view key = domain_name(report, domain);
    struct domain_tally *tally = g_hash_table_lookup(report->domain_table, &key);
    if (tally)
        return tally;
    if (g_hash_table_size(report->domain_table) >= LIMIT_DISTINCT)
        return &report->other_domains;
    tally = g_malloc0(sizeof *tally + key.len);
    tally->name = (struct view){.data = memcpy(tally + 1, key.data, key.len), .len = key.len};
    g_hash_table_insert(report->domain_table, &tally->name, tally);
    return tally;
}

/* A rule decided by words if what matched is more than codes ("5.1.1", "550 5.1.1"). */
static bool is_ruled(const struct report_fact *fact)
{
    if (fact->class == SES_UNDETERMINED || view_is_empty(fact->rule) || view_equal(fact->rule, VIEW("none")))
        return false;
    for (size_t i = 0; i < fact->matched.len; i++) {
        if (!g_ascii_isdigit(fact->matched.data[i]) && fact->matched.data[i] != '.' && fact->matched.data[i] != ' ')
            return true;
    }
    return view_is_empty(fact->matched);
}

/* class, cause and ruled as three bytes, then the rule, a NUL, the template and a NUL. */
static struct view group_key(struct report *report, const struct report_fact *fact, enum cause cause, bool ruled)
{
    GString *key = g_string_truncate(report->scratch, 0);
    g_string_append_c(key, (char)('A' + (int)fact->class));
    g_string_append_c(key, (char)('A' + (int)cause));
    g_string_append_c(key, ruled ? 'r' : '-');
    clean_append(key, view_is_empty(fact->rule) ? VIEW("none") : view_first(fact->rule, 80));
    g_string_append_c(key, '\0');
    size_t empty = key->len;
    template_append(key, cleaned(report, view_first(fact->diagnostic, TEMPLATE_INPUT)));
    if (key->len == empty && view_is_empty(fact->status)) {
        g_string_append(key, "(no text)");
    } else if (key->len == empty) {
        g_string_append(key, "(no text; status ");
        clean_append(key, view_first(fact->status, 20));
        g_string_append_c(key, ')');
    }
    g_string_append_c(key, '\0');
    return (struct view){.data = key->str, .len = key->len};
}

static struct group *group_new(struct view key, const struct report_fact *fact, enum cause cause, bool ruled)
{
    struct group *group = g_malloc0(sizeof *group + key.len);
    char *copy = memcpy(group + 1, key.data, key.len);
    group->key = (struct view){.data = copy, .len = key.len};
    group->rule = copy + 3;
    group->template = group->rule + strlen(group->rule) + 1;
    group->class = fact->class;
    group->cause = cause;
    group->ruled = ruled;
    return group;
}

/* The example of a group is its first place by name, so that it does not depend on the order of adding. */
static void offer_place(struct group *group, const char *path, guint64 offset)
{
    int order = group->path ? strcmp(path, group->path) : -1;
    if (order > 0 || (order == 0 && offset >= group->offset))
        return;
    if (order != 0) {
        g_free(group->path);
        group->path = g_strdup(path);
    }
    group->offset = offset;
}

static void add_to_group(struct report *report, const struct report_fact *fact, enum cause cause)
{
    bool ruled = is_ruled(fact);
    struct view key = group_key(report, fact, cause, ruled);
    struct group *group = g_hash_table_lookup(report->group_table, &key);
    if (!group && g_hash_table_size(report->group_table) >= LIMIT_DISTINCT) {
        report->other_groups = plus(report->other_groups, 1);
        return;
    }
    if (!group) {
        group = group_new(key, fact, cause, ruled);
        g_hash_table_insert(report->group_table, &group->key, group);
    }
    group->count++;
    cleaned(report, view_first(fact->path, LIMIT_DIAGNOSTIC));
    offer_place(group, report->cleaned->str, fact->offset);
}

static void add_to_day(struct report *report, const struct report_fact *fact)
{
    gint64 now = report->head.now;
    if (fact->time <= 0) {
        report->undated++;
        return;
    }
    if (fact->time > LATEST || (now > 0 && fact->time > now + SECONDS_OF_DAY)) {
        report->future++;
        return;
    }
    gint64 day = fact->time / SECONDS_OF_DAY;
    struct period_day *entry = g_hash_table_lookup(report->day_table, &day);
    if (!entry) {
        entry = g_new0(struct period_day, 1);
        entry->day = day;
        g_hash_table_insert(report->day_table, &entry->day, entry);
    }
    entry->count[ses_type(fact->class)]++;
}

enum { CAMPAIGN_NAME = 200 }; /* bytes of it that are told apart and shown */

void report_add_sent_domain(struct report *report, struct view domain, guint64 count)
{
    g_return_if_fail(!report->finished);
    sends_add(&report->sends.by[SENT_BY_DOMAIN], domain_name(report, domain), count);
}

void report_add_sent_campaign(struct report *report, struct view campaign, guint64 count)
{
    g_return_if_fail(!report->finished);
    sends_add(&report->sends.by[SENT_BY_CAMPAIGN], cleaned(report, view_first_text(campaign, CAMPAIGN_NAME)), count);
}

static void add_to_sends(struct report *report, const struct report_fact *fact)
{
    bool bounce = fact->kind == EVENT_BOUNCE && words_counts_in_rate(fact->class);
    bool complaint = fact->kind == EVENT_COMPLAINT;
    if ((!bounce && !complaint) || (report->head.list && !fact->attributed))
        return;
    sends_count(&report->sends.by[SENT_BY_DOMAIN], domain_name(report, fact->domain), bounce, complaint);
    sends_count(&report->sends.by[SENT_BY_CAMPAIGN], cleaned(report, view_first_text(fact->campaign, CAMPAIGN_NAME)),
                bounce, complaint);
}

static void add_bounce(struct report *report, const struct report_fact *fact, struct domain_tally *domain)
{
    enum cause cause = cause_of(fact->class, fact->fault);
    report->class[fact->class]++;
    if (fact->attributed)
        report->class_listed[fact->class]++;
    report->cause[cause]++;
    domain->bounces++;
    domain->type[ses_type(fact->class)]++;
    add_to_group(report, fact, cause);
    add_to_day(report, fact);
}

void report_add_fact(struct report *report, const struct report_fact *fact)
{
    g_return_if_fail(!report->finished);
    g_return_if_fail((unsigned)fact->class < SES_CLASS_COUNT && (unsigned)fact->fault < FAULT_COUNT);
    g_return_if_fail((unsigned)fact->kind < KIND_COUNT && (unsigned)fact->step < CLAIM_STEP_COUNT);
    report->kind[fact->kind]++;
    if (fact->kind == EVENT_NONE)
        return;
    struct domain_tally *domain = domain_of(report, fact->domain);
    if (fact->ambiguous)
        report->ambiguous++;
    else
        report->step[fact->attributed ? fact->step : CLAIM_NONE]++;
    if (!fact->attributed && !fact->ambiguous)
        domain->unattributed++;
    if (fact->kind == EVENT_COMPLAINT) {
        domain->complaints++;
        report->complaints_listed += fact->attributed;
    }
    if (fact->kind == EVENT_BOUNCE)
        add_bounce(report, fact, domain);
    add_to_sends(report, fact);
}

void report_add_decision(struct report *report, struct view domain, const struct decision *decision)
{
    g_return_if_fail(!report->finished);
    g_return_if_fail((unsigned)decision->kind < KIND_COUNT && (unsigned)decision->class < SES_CLASS_COUNT);
    if (decision->action == ACTION_KEEP)
        return;
    domain_of(report, domain)->action[decision->action]++;
    enum ses_class class = decision->kind == EVENT_BOUNCE ? decision->class : 0;
    report->reason[decision->kind][class][decision->action]++;
}

/* Keeps the first hundred by text, equal ones once: which are shown does not depend on the order of adding. */
void report_add_trouble(struct report *report, struct view text)
{
    report->trouble_count = plus(report->trouble_count, 1);
    cleaned(report, view_first(text, LIMIT_DIAGNOSTIC));
    const char *line = report->cleaned->str;
    guint low = 0, high = report->troubles->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        const struct trouble *at = g_ptr_array_index(report->troubles, middle);
        if (strcmp(at->text, line) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct trouble *found = low < report->troubles->len ? g_ptr_array_index(report->troubles, low) : NULL;
    if (found && strcmp(found->text, line) == 0) {
        found->count++;
        return;
    }
    if (low >= LIMIT_TROUBLES_SHOWN)
        return;
    struct trouble *trouble = g_new0(struct trouble, 1);
    trouble->text = g_strdup(line);
    trouble->count = 1;
    g_ptr_array_insert(report->troubles, (gint)low, trouble);
    if (report->troubles->len > LIMIT_TROUBLES_SHOWN)
        g_ptr_array_set_size(report->troubles, LIMIT_TROUBLES_SHOWN);
}
