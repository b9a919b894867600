/* SPDX-License-Identifier: MIT */
#include "tests/reports/sample.h"

#include "reports/layout.h"
#include "reports/model.h"
#include <csv.h>
#include <jansson.h>

enum { SAMPLE_FACTS = 1000 };

static struct report *sample(guint64 sent)
{
    struct report_head head = sample_head(sent);
    struct report *report = report_new(&head);
    for (unsigned i = 0; i < SAMPLE_FACTS; i++)
        sample_add(report, i);
    sample_add_rest(report);
    report_finish(report);
    return report;
}

static char *rendered(const struct report *report, enum report_format format)
{
    return g_string_free(report_render(report, format, 80), FALSE);
}

static json_t *parsed(const struct report *report)
{
    g_autofree char *text = rendered(report, REPORT_JSON);
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        g_error("%s at line %d", error.text, error.line);
    return root;
}

/* The integer at "bounces.by_class.1.count". */
static gint64 number_at(json_t *root, const char *path)
{
    g_auto(GStrv) keys = g_strsplit(path, ".", -1);
    json_t *at = root;
    for (size_t i = 0; keys[i]; i++)
        at = json_is_array(at) ? json_array_get(at, (size_t)g_ascii_strtoull(keys[i], NULL, 10))
                               : json_object_get(at, keys[i]);
    if (!json_is_integer(at))
        g_error("no number at %s", path);
    return json_integer_value(at);
}

static void says(const char *text, const char *words)
{
    if (!strstr(text, words))
        g_error("does not say: %s", words);
}

static void says_not(const char *text, const char *words)
{
    g_autofree char *low = g_ascii_strdown(text, -1);
    if (strstr(low, words))
        g_error("must not say: %s", words);
}

static void the_sums_are_shown_and_reconcile(void)
{
    struct report *report = sample(0);
    g_autofree char *html = rendered(report, REPORT_HTML);
    says(html, "412 of 20,000 subscribers removed, 96 held until their retry date; 19,492 stay in the list");
    says(html, "20,000 rows in = 19,470 kept + 96 held + 412 removed + 17 review + 5 rejected. It adds up.");
    says(html, "1,070 messages in = 930 counted");
    says_not(html, "not add up");
    json_t *root = parsed(report);
    g_assert_true(json_is_true(json_object_get(json_object_get(root, "rows"), "adds_up")));
    gint64 classes = 0;
    for (int i = 0; i < SES_CLASS_COUNT; i++) {
        g_autofree char *path = g_strdup_printf("bounces.by_class.%d.count", i);
        classes += number_at(root, path);
    }
    g_assert_cmpint(classes, ==, number_at(root, "bounces.total"));
    g_assert_cmpint(classes, ==, number_at(root, "events.bounce"));
    json_decref(root);
    report_free(report);
}

static void a_sum_that_does_not_add_up_is_said_aloud(void)
{
    struct report_head head = sample_head(0);
    struct report *report = report_new(&head);
    report_add_row(report, ROW_FATE_KEPT, 90);
    report_expect_rows(report, 100);
    report_add_message(report, FATE_COUNTED, 12);
    report_expect_messages(report, 10);
    report_finish(report);
    g_autofree char *text = g_string_free(report_render(report, REPORT_TEXT, 200), FALSE);
    says(text, "Does not add up: 10 too few");
    says(text, "Does not add up: 2 too many");
    json_t *root = parsed(report);
    g_assert_true(json_is_false(json_object_get(json_object_get(root, "rows"), "adds_up")));
    g_assert_cmpint(number_at(root, "rows.difference"), ==, 10);
    g_assert_cmpint(number_at(root, "messages.difference"), ==, -2);
    json_decref(root);
    report_free(report);
}

static void the_order_of_adding_does_not_matter(void)
{
    unsigned order[SAMPLE_FACTS];
    for (unsigned i = 0; i < SAMPLE_FACTS; i++)
        order[i] = i;
    GRand *rand = g_rand_new_with_seed(7);
    for (unsigned i = SAMPLE_FACTS - 1; i > 0; i--) {
        unsigned j = (unsigned)g_rand_int_range(rand, 0, (gint32)i + 1);
        unsigned swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    g_rand_free(rand);
    struct report_head head = sample_head(20000);
    struct report *one = report_new(&head), *two = report_new(&head);
    for (unsigned i = 0; i < 300; i++) {
        g_autofree char *up = g_strdup_printf("place %u", i), *down = g_strdup_printf("place %u", 299 - i);
        report_add_trouble(one, view_of(up));
        report_add_trouble(two, view_of(down));
    }
    for (unsigned i = 0; i < SAMPLE_FACTS; i++) {
        sample_add(one, i);
        sample_add(two, order[i]);
    }
    report_finish(one);
    report_finish(two);
    for (int format = REPORT_HTML; format <= REPORT_CSV; format++) {
        g_autofree char *a = rendered(one, (enum report_format)format), *b = rendered(two, (enum report_format)format);
        g_assert_true(strlen(a) > 1000 && strcmp(a, b) == 0);
    }
    report_free(one);
    report_free(two);
}

static void a_rate_needs_a_denominator(void)
{
    struct report *report = sample(0);
    for (int format = REPORT_HTML; format <= REPORT_CSV; format++) {
        g_autofree char *text = rendered(report, (enum report_format)format);
        says_not(text, "bounce rate");
        says_not(text, "bounce_rate");
        says_not(text, "complaint rate");
    }
    g_autofree char *text = g_string_free(report_render(report, REPORT_TEXT, 200), FALSE);
    says(text, "Rate unknown: pass --sent N");
    says(text, "Share of the list: 2.06 % (412 of 20,000 rows removed)");
    report_free(report);
}

static void add_bounces(struct report *report, enum ses_class class, unsigned count, bool attributed)
{
    struct report_fact fact = {.kind = EVENT_BOUNCE,
                               .class = class,
                               .attributed = attributed,
                               .step = CLAIM_VERP,
                               .domain = VIEW("example.org")};
    for (unsigned i = 0; i < count; i++)
        report_add_fact(report, &fact);
}

static void a_rate_counts_as_amazon_does_and_only_this_list(void)
{
    static const struct {
        guint64 sent;
        const char *words;
    } cases[] = {
        {3001, "good: below 2 %"},
        {3000, "watch: 2 % or more"},
        {1200, "bad: 5 % or more"},
        {600, "critical: 10 %"},
        {50, "More bounces than messages sent"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct report_head head = sample_head(cases[i].sent);
        struct report *report = report_new(&head);
        add_bounces(report, SES_PERMANENT_GENERAL, 10, true);
        add_bounces(report, SES_PERMANENT_NO_EMAIL, 40, true);
        add_bounces(report, SES_PERMANENT_SUPPRESSED, 10, true);
        add_bounces(report, SES_PERMANENT_ON_ACCOUNT_LIST, 1000, true);
        add_bounces(report, SES_TRANSIENT_MAILBOX_FULL, 1000, true);
        add_bounces(report, SES_PERMANENT_NO_EMAIL, 1000, false);
        report_finish(report);
        g_autofree char *text = g_string_free(report_render(report, REPORT_TEXT, 200), FALSE);
        says(text, cases[i].words);
        says(text, "60 Permanent bounces of this list (General, NoEmail, Suppressed), divided by");
        json_t *root = parsed(report);
        g_assert_cmpint(number_at(root, "rates.bounce.count"), ==, 60);
        json_decref(root);
        report_free(report);
    }
}

/* Every text that strangers can reach says something hostile. */
static struct report *hostile(void)
{
    static const char *const EVIL = "</script><img src=x onerror='alert(1)'>\342\200\256\033]0;x\a\377\"&\n=cmd,|\"";
    static const char *outputs[] = {"cleaned", "javascript:alert(1)<\">.csv", NULL};
    const char *archives[] = {EVIL, NULL};
    struct view evil = view_of(EVIL);
    struct report_head head = {.list = EVIL,
                               .archives = archives,
                               .outputs = outputs,
                               .command = EVIL,
                               .version = EVIL,
                               .policy_digest = EVIL};
    struct report *report = report_new(&head);
    struct report_fact fact = {.kind = EVENT_BOUNCE,
                               .domain = evil,
                               .diagnostic = evil,
                               .rule = evil,
                               .matched = evil,
                               .path = evil,
                               .class = SES_TRANSIENT_CONTENT_REJECTED};
    report_add_fact(report, &fact);
    fact.diagnostic = VIEW("=HYPERLINK(evil)");
    report_add_fact(report, &fact);
    struct decision decision = {.action = ACTION_REMOVE, .kind = EVENT_BOUNCE};
    report_add_decision(report, evil, &decision);
    report_add_trouble(report, evil);
    report_add_row(report, ROW_FATE_REMOVED, 1);
    report_finish(report);
    return report;
}

static void hostile_text_is_harmless_in_every_format(void)
{
    struct report *report = hostile();
    for (int format = REPORT_HTML; format <= REPORT_CSV; format++) {
        g_autofree char *text = rendered(report, (enum report_format)format);
        g_assert_true(g_utf8_validate(text, -1, NULL));
        g_assert_null(strstr(text, "\342\200\256"));
        g_assert_null(strpbrk(text, "\033\a\r\t"));
        says(text, "{U+202E}");
    }
    g_autofree char *html = rendered(report, REPORT_HTML);
    g_assert_null(strstr(html, "<img"));
    says_not(html, "<script");
    says_not(html, "</script");
    says_not(html, "javascript:alert(1)\"");
    says(html, "&lt;/script&gt;");
    report_free(report);
}

static void the_page_needs_nothing_from_outside(void)
{
    struct report *report = sample(20000);
    g_autofree char *html = rendered(report, REPORT_HTML);
    says(html, "content=\"default-src 'none'; style-src 'unsafe-inline'\"");
    says(html, "<svg role=\"img\"");
    says(html, "prefers-color-scheme: dark");
    says(html, "@media print");
    says(html, "href=\"subscribers.clean.csv\"");
    says_not(html, "<script");
    says_not(html, "<link");
    says_not(html, "src=");
    says_not(html, "href=\"http");
    says_not(html, "url(");
    report_free(report);
}

struct csv_seen {
    unsigned column, rows, removed;
    char *field[4];
    bool ragged, formula;
};

static void csv_field(void *bytes, size_t len, void *data)
{
    struct csv_seen *seen = data;
    const char *text = bytes;
    if (seen->column < 4) {
        g_free(seen->field[seen->column]);
        seen->field[seen->column] = g_strndup(text ? text : "", len);
    }
    seen->formula = seen->formula || (len && strchr("=+@", text[0]));
    seen->column++;
}

static void csv_row(int end, void *data)
{
    (void)end;
    struct csv_seen *seen = data;
    seen->ragged = seen->ragged || seen->column != 4;
    if (!seen->ragged && strcmp(seen->field[0], "rows") == 0 && strcmp(seen->field[1], "removed") == 0)
        seen->removed = (unsigned)g_ascii_strtoull(seen->field[3], NULL, 10);
    seen->column = 0;
    seen->rows++;
}

static struct csv_seen read_csv(const char *text)
{
    struct csv_seen seen = {0};
    struct csv_parser parser;
    g_assert_cmpint(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), ==, 0);
    g_assert_cmpuint(csv_parse(&parser, text, strlen(text), csv_field, csv_row, &seen), ==, strlen(text));
    g_assert_cmpint(csv_fini(&parser, csv_field, csv_row, &seen), ==, 0);
    csv_free(&parser);
    for (int i = 0; i < 4; i++)
        g_free(seen.field[i]);
    return seen;
}

static void the_csv_has_four_fields_in_every_row_and_no_formula(void)
{
    struct report *rich = sample(0), *evil = hostile();
    g_autofree char *one = rendered(rich, REPORT_CSV), *two = rendered(evil, REPORT_CSV);
    struct csv_seen seen = read_csv(one);
    g_assert_false(seen.ragged);
    g_assert_cmpuint(seen.rows, >, 100);
    g_assert_cmpuint(seen.removed, ==, 412);
    seen = read_csv(two);
    g_assert_false(seen.ragged || seen.formula);
    report_free(rich);
    report_free(evil);
}

static void text_is_never_wider_than_the_columns(void)
{
    static const unsigned COLUMNS[] = {20, 33, 40, 60, 80, 132};
    struct report *reports[] = {sample(20000), hostile()};
    for (size_t r = 0; r < G_N_ELEMENTS(reports); r++) {
        for (size_t c = 0; c < G_N_ELEMENTS(COLUMNS); c++) {
            g_autofree char *text = g_string_free(report_render(reports[r], REPORT_TEXT, COLUMNS[c]), FALSE);
            g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
            for (size_t i = 0; lines[i]; i++)
                if (layout_width(lines[i]) > COLUMNS[c])
                    g_error("wider than %u: %s", COLUMNS[c], lines[i]);
        }
        report_free(reports[r]);
    }
}

static void the_top_25_domains_and_the_rest_are_all_bounces(void)
{
    struct report_head head = sample_head(0);
    struct report *report = report_new(&head);
    struct report_fact fact = {.kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL};
    for (unsigned d = 0; d < 30; d++) {
        g_autofree char *domain = g_strdup_printf("D%02u.Example.org.", d);
        fact.domain = view_of(domain);
        for (unsigned i = 0; i <= d; i++)
            report_add_fact(report, &fact);
    }
    report_finish(report);
    g_autofree char *html = rendered(report, REPORT_HTML);
    says(html, "d05.example.org");
    says(html, "5 other domains</th><td class=\"n\">15</td>");
    says_not(html, "d04.example.org");
    report_free(report);
}

static void an_empty_report_is_still_sensible(void)
{
    struct report_head head = {.command = "clean", .version = "0"};
    struct report *report = report_new(&head);
    report_finish(report);
    g_autofree char *text = rendered(report, REPORT_TEXT);
    says(text, "Nothing came in: no rows and no messages.");
    g_autofree char *html = rendered(report, REPORT_HTML), *csv = rendered(report, REPORT_CSV);
    says(html, "</html>");
    says_not(html, "nan");
    says_not(html, "inf");
    g_assert_false(read_csv(csv).ragged);
    json_t *root = parsed(report);
    g_assert_cmpint(number_at(root, "rows.in"), ==, 0);
    json_decref(root);
    report_free(report);
}

static void huge_counts_do_not_wrap_around(void)
{
    struct report_head head = sample_head(G_MAXUINT64);
    struct report *report = report_new(&head);
    report_add_row(report, ROW_FATE_KEPT, G_MAXUINT64);
    report_add_row(report, ROW_FATE_KEPT, 5);
    report_add_row(report, ROW_FATE_REMOVED, G_MAXUINT64);
    report_add_message(report, FATE_COUNTED, G_MAXUINT64);
    report_finish(report);
    g_autofree char *text = g_string_free(report_render(report, REPORT_TEXT, 400), FALSE);
    says(text, "18,446,744,073,709,551,615 rows in");
    json_t *root = parsed(report);
    g_assert_cmpint(number_at(root, "rows.in"), ==, G_MAXINT64);
    json_decref(root);
    report_free(report);
}

static struct report *dated(const gint64 *days, size_t count, unsigned repeat)
{
    struct report_head head = sample_head(0);
    head.now = 0;
    struct report *report = report_new(&head);
    struct report_fact fact = {.kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL};
    for (size_t i = 0; i < count; i++) {
        fact.time = days[i] * 86400 + 86399;
        for (unsigned n = 0; n < (i + 1 == count ? repeat : 1); n++)
            report_add_fact(report, &fact);
    }
    report_finish(report);
    return report;
}

static void days_without_bounces_are_shown_and_long_spans_are_grouped(void)
{
    /* 2024-02-27 is day 19780; 2024 is a leap year. */
    struct report *days = dated((gint64[]){19780, 19783}, 2, 1);
    json_t *root = parsed(days);
    json_t *buckets = json_object_get(json_object_get(root, "periods"), "buckets");
    g_assert_cmpuint(json_array_size(buckets), ==, 4);
    g_assert_cmpstr(json_string_value(json_object_get(json_array_get(buckets, 2), "from")), ==, "2024-02-29");
    g_assert_cmpint(number_at(root, "periods.buckets.2.permanent"), ==, 0);
    json_decref(root);
    report_free(days);
    static const struct {
        gint64 span;
        const char *unit, *first;
    } cases[] = {{91, "day", "2024-02-27"},
                 {92, "week", "2024-02-26"},
                 {700, "month", "2024-02-01"},
                 {4000, "year", "2024-01-01"},
                 {2900000, "year", NULL}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct report *report = dated((gint64[]){19780, 19780 + cases[i].span}, 2, 1);
        root = parsed(report);
        json_t *periods = json_object_get(root, "periods");
        g_assert_cmpstr(json_string_value(json_object_get(periods, "unit")), ==, cases[i].unit);
        g_assert_cmpuint(json_array_size(json_object_get(periods, "buckets")), <=, PERIOD_BUCKETS);
        json_t *first = json_array_get(json_object_get(periods, "buckets"), 0);
        if (cases[i].first)
            g_assert_cmpstr(json_string_value(json_object_get(first, "from")), ==, cases[i].first);
        json_decref(root);
        report_free(report);
    }
}

static void a_forged_old_date_does_not_flatten_the_chart(void)
{
    struct report *report = dated((gint64[]){1, 19780, 19783}, 3, 400);
    json_t *root = parsed(report);
    g_assert_cmpint(number_at(root, "periods.before"), ==, 1 + 1);
    g_assert_cmpstr(json_string_value(json_object_get(json_object_get(root, "periods"), "unit")), ==, "day");
    json_decref(root);
    report_free(report);
}

static void the_first_hundred_troubles_are_shown_and_all_counted(void)
{
    struct report_head head = sample_head(0);
    struct report *report = report_new(&head);
    for (unsigned i = 0; i < 250; i++) {
        g_autofree char *line = g_strdup_printf("file %03u: unreadable", i % 125);
        report_add_trouble(report, view_of(line));
    }
    report_finish(report);
    json_t *root = parsed(report);
    g_assert_cmpint(number_at(root, "troubles.count"), ==, 250);
    g_assert_cmpint(number_at(root, "troubles.shown.99.count"), ==, 2);
    json_decref(root);
    g_autofree char *text = rendered(report, REPORT_TEXT);
    says(text, "file 099: unreadable");
    says_not(text, "file 100: unreadable");
    report_free(report);
}

static void distinct_texts_and_domains_are_bounded_and_none_is_lost(void)
{
    struct report_head head = sample_head(0);
    struct report *report = report_new(&head);
    gint64 start = g_get_monotonic_time();
    char text[512], domain[64];
    guint64 bounces = 0;
    for (unsigned i = 0; i < 250 * 1000; i++) {
        struct report_fact fact = sample_fact(i, text, domain);
        char own[64], words[64];
        if (i % 2) { /* half of them differ in domain and in words */
            int letters = g_snprintf(own, sizeof own, "d%u.example.net", i);
            fact.domain = (struct view){.data = own, .len = (size_t)letters};
            letters = g_snprintf(words, sizeof words, "refused because %c%c%c%c%c", 'a' + i % 26, 'a' + i / 26 % 26,
                                 'a' + i / 676 % 26, 'a' + i / 17576 % 26, 'a' + i / 456976 % 26);
            fact.diagnostic = (struct view){.data = words, .len = (size_t)letters};
        }
        bounces += fact.kind == EVENT_BOUNCE;
        report_add_fact(report, &fact);
    }
    report_finish(report);
    g_test_message("250,000 facts in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time() - start) / 1000);
    g_assert_cmpuint(report->domains->len, <=, LIMIT_DISTINCT);
    g_assert_cmpuint(report->groups->len, <=, LIMIT_DISTINCT);
    guint64 named;
    g_assert_cmpuint(report_rest(report, 0, &named).bounces, ==, bounces);
    g_assert_cmpuint(named, ==, LIMIT_DISTINCT);
    report_free(report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/reports/" #name, name)
    TEST(the_sums_are_shown_and_reconcile);
    TEST(a_sum_that_does_not_add_up_is_said_aloud);
    TEST(the_order_of_adding_does_not_matter);
    TEST(a_rate_needs_a_denominator);
    TEST(a_rate_counts_as_amazon_does_and_only_this_list);
    TEST(hostile_text_is_harmless_in_every_format);
    TEST(the_page_needs_nothing_from_outside);
    TEST(the_csv_has_four_fields_in_every_row_and_no_formula);
    TEST(text_is_never_wider_than_the_columns);
    TEST(the_top_25_domains_and_the_rest_are_all_bounces);
    TEST(an_empty_report_is_still_sensible);
    TEST(huge_counts_do_not_wrap_around);
    TEST(days_without_bounces_are_shown_and_long_spans_are_grouped);
    TEST(a_forged_old_date_does_not_flatten_the_chart);
    TEST(the_first_hundred_troubles_are_shown_and_all_counted);
    TEST(distinct_texts_and_domains_are_bounded_and_none_is_lost);
    return g_test_run();
}
