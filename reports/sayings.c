/* SPDX-License-Identifier: MIT */
#include "reports/content.h"

guint64 content_groups(const struct report *report, struct table *table, size_t max,
                       bool (*wanted)(const struct group *group, int which), int which)
{
    guint64 shown = 0;
    size_t rows = 0;
    for (guint i = 0; i < report->groups->len && rows < max; i++) {
        const struct group *group = g_ptr_array_index(report->groups, i);
        if (wanted && !wanted(group, which))
            continue;
        g_autofree char *class = words_class(group->class);
        g_autofree char *detail = *group->path ? g_strdup_printf("%s · rule %s · for example %s:%" G_GUINT64_FORMAT,
                                                                 class, group->rule, group->path, group->offset)
                                               : g_strdup_printf("%s · rule %s", class, group->rule);
        table_code(table, group->template, detail);
        table_count(table, group->count);
        shown = plus(shown, group->count);
        rows++;
    }
    return shown;
}

static bool is_unruled(const struct group *group, int which)
{
    (void)which;
    return !group->ruled;
}

static void add_rest(struct table *table, guint64 all, guint64 shown)
{
    if (shown >= all)
        return;
    table_text(table, "other texts", NULL);
    table_count(table, all - shown);
    table->rest = true;
}

static void make_diagnostics(const struct report *report, struct document *document)
{
    if (report->groups->len == 0)
        return;
    document_add(document, BLOCK_SECTION, "What servers said most");
    document_add(
        document, BLOCK_SENTENCE,
        "Texts that differ only in addresses, hosts, numbers and ids are counted together; {address}, {host}, {n} "
        "and {id} stand for those.");
    struct table *table = document_table(document, "The most frequent texts", "What the server said", "#Bounces", NULL);
    guint64 shown = content_groups(report, table, ROWS_READ, NULL, 0);
    add_rest(table, report_bounces(report), shown);
}

static void make_unruled(const struct report *report, struct document *document)
{
    guint64 all = 0;
    for (guint i = 0; i < report->groups->len; i++) {
        const struct group *group = g_ptr_array_index(report->groups, i);
        if (!group->ruled)
            all = plus(all, group->count);
    }
    if (report->groups->len == 0)
        return;
    document_add(document, BLOCK_SECTION, "Texts without a rule");
    if (all == 0) {
        document_add(document, BLOCK_SENTENCE, "None: a rule knew the words of every bounce.");
        return;
    }
    g_autofree char *bounces = words_of(all, "bounce was", "bounces were");
    g_autofree char *share = words_percent(all, report_bounces(report));
    document_add(document, BLOCK_SENTENCE,
                 "%s judged by a bare code, or not at all (%s): no rule knows these words. A rule file of your own "
                 "(--rules FILE) can teach them.",
                 bounces, share);
    struct table *table =
        document_table(document, "The most frequent texts without a rule", "What the server said", "#Bounces", NULL);
    guint64 shown = content_groups(report, table, ROWS_READ, is_unruled, 0);
    add_rest(table, all, shown);
}

static const struct {
    enum claim_step step;
    const char *meaning;
} STEPS[] = {
    {CLAIM_VERP_KEY, "the return path names the subscriber, and a key proves it"},
    {CLAIM_VERP, "the return path of the mailing names the subscriber"},
    {CLAIM_ORIGINAL_RECIPIENT, "the bounce names the address that was written to"},
    {CLAIM_ENVELOPE_ID, "the envelope id leads to the subscriber"},
    {CLAIM_HEADER_ID, "a header of the returned message names the subscriber"},
    {CLAIM_MESSAGE_ID, "the log of what was sent says to whom the message went"},
    {CLAIM_RETURNED_TO, "the returned message was addressed to it"},
    {CLAIM_RECEIVED_FOR, "the returned message was on its way to it"},
    {CLAIM_FAILED_RECIPIENTS, "a header of the bounce names the address"},
    {CLAIM_FINAL_RECIPIENT, "the bounce names the address where it ended"},
    {CLAIM_TEXT, "the address stands in a text of no known form"},
    {CLAIM_VERP_GUESS, "one way of several to read the return path"},
    {CLAIM_NONE, "nobody on the list"},
};

static void add_share(struct table *table, const char *name, const char *meaning, guint64 count, guint64 all)
{
    if (!count)
        return;
    g_autofree char *share = words_percent(count, all);
    table_text(table, name, meaning);
    table_count(table, count);
    table_text(table, share, NULL);
}

static void make_attribution(const struct report *report, struct document *document)
{
    guint64 all = report->ambiguous;
    for (int i = 0; i < CLAIM_STEP_COUNT; i++)
        all = plus(all, report->step[i]);
    if (all == 0)
        return;
    document_add(document, BLOCK_SECTION, "How we know whose they were");
    struct table *table =
        document_table(document, "Events by what names the subscriber", "By", "#Events", "#Share", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(STEPS); i++) {
        enum claim_step step = STEPS[i].step;
        if (step == CLAIM_NONE)
            add_share(table, "for review", "several subscribers are named", report->ambiguous, all);
        add_share(table, step ? claim_step_name(step) : "not attributed", STEPS[i].meaning, report->step[step], all);
    }
}

static gint by_unattributed(gconstpointer a, gconstpointer b)
{
    const struct domain_tally *x = *(struct domain_tally *const *)a, *y = *(struct domain_tally *const *)b;
    if (x->unattributed != y->unattributed)
        return x->unattributed < y->unattributed ? 1 : -1;
    int order = memcmp(x->name.data, y->name.data, MIN(x->name.len, y->name.len));
    return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static void make_strangers(const struct report *report, struct document *document)
{
    enum { SHOWN = 10 };
    guint64 all = report->step[CLAIM_NONE];
    if (all == 0 || !report->head.list)
        return;
    g_autofree char *events = words_of(all, "event names", "events name");
    document_add(document, BLOCK_SENTENCE, "%s nobody who is on the list.", events);
    g_autoptr(GPtrArray) domains = g_ptr_array_new();
    for (guint i = 0; i < report->domains->len; i++) {
        struct domain_tally *tally = g_ptr_array_index(report->domains, i);
        if (tally->unattributed)
            g_ptr_array_add(domains, tally);
    }
    g_ptr_array_sort(domains, by_unattributed);
    struct table *table =
        document_table(document, "Events of nobody on the list, by domain", "Domain", "#Events", NULL);
    guint64 shown = 0;
    for (guint i = 0; i < MIN(domains->len, (guint)SHOWN); i++) {
        const struct domain_tally *tally = g_ptr_array_index(domains, i);
        g_autofree char *name = view_dup(tally->name);
        table_text(table, name, NULL);
        table_count(table, tally->unattributed);
        shown = plus(shown, tally->unattributed);
    }
    if (shown < all) {
        table_text(table, "other domains", NULL);
        table_count(table, all - shown);
        table->rest = true;
    }
}

static void make_troubles(const struct report *report, struct document *document)
{
    if (report->trouble_count == 0) {
        document_add(document, BLOCK_SENTENCE, "Nothing was unreadable or strange.");
        return;
    }
    struct table *table = document_table(document, "Unreadable or strange", "Where and what", "#Times", NULL);
    for (guint i = 0; i < report->troubles->len; i++) {
        const struct trouble *trouble = g_ptr_array_index(report->troubles, i);
        table_code(table, trouble->text, NULL);
        table_count(table, trouble->count);
    }
    if (report->troubles_shown < report->trouble_count) {
        table_text(table, "others", NULL);
        table_count(table, report->trouble_count - report->troubles_shown);
        table->rest = true;
    }
}

void content_sayings(const struct report *report, struct document *document)
{
    make_diagnostics(report, document);
    make_unruled(report, document);
    make_attribution(report, document);
    document_add(document, BLOCK_SECTION, "What could not be attributed or read");
    make_strangers(report, document);
    make_troubles(report, document);
}
