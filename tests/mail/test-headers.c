/* SPDX-License-Identifier: MIT */
#include "core/limits.h"
#include "core/mail/mail.h"

static struct pool pool;
static struct mail_reader *reader;

static void assert_view(struct view got, const char *expected)
{
    g_autofree char *text = view_dup(got);
    g_assert_cmpstr(text, ==, expected);
}

static struct mail *read_text(const char *text)
{
    return mail_read(reader, view_of(text), &pool);
}

static bool has_notice(const struct mail *mail, const char *words)
{
    for (unsigned i = 0; i < mail->notices.count; i++) {
        if (view_find(mail->notices.text[i], view_of(words)) >= 0)
            return true;
    }
    return false;
}

static void a_folded_header_comes_out_as_one_line(void)
{
    struct mail *mail = read_text("Subject: Undelivered\n\tMail \n  Returned\nX-Empty:\n\nbody\n");
    assert_view(headers_get(&mail->headers, "subject"), "Undelivered Mail Returned");
    bool found = false;
    assert_view(headers_get_nth(&mail->headers, "X-Empty", 0, &found), "");
    g_assert_true(found);
    headers_get_nth(&mail->headers, "X-Empty", 1, &found);
    g_assert_false(found);
    g_assert_false(headers_has(&mail->headers, "X-None"));
}

static void encoded_words_are_decoded(void)
{
    static const struct {
        const char *raw, *expected;
    } CASES[] = {
        {"=?utf-8?Q?Zustellung_f=C3=BCr_Ann?=", "Zustellung für Ann"},
        {"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"},
        {"=?gb2312?B?1tDOxA==?= bounce", "中文 bounce"},
        {"=?utf-8?Q?a=C3?=\n =?utf-8?Q?=A9b?=", "aéb"},
        {"plain =? text", "plain =? text"},
        {"=?utf-8?B?YQpi?=", "a b"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        g_autofree char *text = g_strdup_printf("Subject: %s\n\n", CASES[i].raw);
        assert_view(headers_get(&read_text(text)->headers, "Subject"), CASES[i].expected);
    }
}

static void raw_8_bit_headers_become_utf_8(void)
{
    assert_view(headers_get(&read_text("Subject: f\xfcr Ann\n\n")->headers, "Subject"), "für Ann");
    assert_view(headers_get(&read_text("Subject: f\xc3\xbcr Ann\n\n")->headers, "Subject"), "für Ann");
    assert_view(
        headers_get(&read_text("Subject: \xd3\xca\xbc\xfe\xb4\xab\xca\xe4\xca\xa7\xb0\xdc\n\n")->headers, "Subject"),
        "邮件传输失败");
    assert_view(headers_get(&read_text("Subject: \033$B%F%9%H\033(B\n\n")->headers, "Subject"), "テスト");
}

static void from_lines_and_empty_lines_before_the_headers_are_passed_over(void)
{
    struct mail *mail = read_text("\n\n>From ann@example.org Wed May  1 10:00:00 2024\nFrom x\nSubject: s\n\nbody");
    assert_view(headers_get(&mail->headers, "Subject"), "s");
    assert_view(mail->parts[0].text, "body");
}

static void without_headers_the_whole_text_is_body(void)
{
    struct mail *mail = read_text("Hi. This is the mail system\nuser unknown\n\nTo: x\n");
    g_assert_cmpuint(mail->headers.count, ==, 0);
    assert_view(mail->parts[0].text, "Hi. This is the mail system\nuser unknown\n\nTo: x\n");
    assert_view(mail->type, "text/plain");
}

static void a_stray_line_is_tolerated_and_a_block_of_them_begins_the_body(void)
{
    struct mail *mail = read_text("Received: by a with SMTP id\ng3mr43; Tue\nTo: ann@example.org\n\nbody\n");
    assert_view(headers_get(&mail->headers, "Received"), "by a with SMTP id g3mr43; Tue");
    assert_view(headers_get(&mail->headers, "To"), "ann@example.org");
    assert_view(mail->parts[0].text, "body\n");
    g_assert_true(has_notice(mail, "without a colon"));

    mail = read_text("To: ann@example.org\nuser unknown\nand so on\n\nmore\n");
    assert_view(mail->parts[0].text, "user unknown\nand so on\n\nmore\n");
}

static void a_parameter_that_lost_its_indent_still_counts(void)
{
    struct mail *mail = read_text("Content-Type: multipart/mixed;\nboundary=\"b\"\n\n--b\n\nhello\n--b--\n");
    g_assert_cmpuint(mail->part_count, ==, 1);
    assert_view(mail->parts[0].text, "hello");
}

static void headers_without_end_are_cut_with_a_notice(void)
{
    g_autoptr(GString) text = g_string_new("Subject: s\n");
    while (text->len < 1024 * 1024)
        g_string_append(
            text, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
    struct mail *mail = mail_read(reader, (struct view){text->str, text->len}, &pool);
    assert_view(headers_get(&mail->headers, "Subject"), "s");
    g_assert_cmpuint(mail->headers.count, <=, LIMIT_HEADERS);
    g_assert_true(has_notice(mail, "header block without end"));

    g_string_assign(text, "");
    for (int i = 0; i < LIMIT_HEADERS + 5; i++)
        g_string_append_printf(text, "X: %d\n", i);
    g_string_append(text, "\nbody");
    mail = mail_read(reader, (struct view){text->str, text->len}, &pool);
    g_assert_cmpuint(mail->headers.count, ==, LIMIT_HEADERS);
    g_assert_true(has_notice(mail, "too many headers"));
    assert_view(mail->parts[0].text, "body");

    g_string_assign(text, "X: ");
    g_string_set_size(text, 1024 * 1024);
    memset(text->str + 3, 'y', text->len - 3);
    mail = mail_read(reader, (struct view){text->str, text->len}, &pool);
    g_assert_true(has_notice(mail, "header block without end"));
}

static void report_groups_are_read_one_by_one(void)
{
    struct view rest = VIEW("\nReporting-MTA: dns; mx.example.net\n\n\n  Final-Recipient : rfc822; ann@example.org\n"
                            "  Diagnostic-Code: smtp; 550 5.1.1\n    User unknown\nunfolded words\n\n");
    struct headers first = headers_parse(rest, &pool, &rest);
    assert_view(headers_get(&first, "reporting-mta"), "dns; mx.example.net");
    struct headers second = headers_parse(rest, &pool, &rest);
    assert_view(headers_get(&second, "Final-Recipient"), "rfc822; ann@example.org");
    assert_view(headers_get(&second, "Diagnostic-Code"), "smtp; 550 5.1.1 User unknown unfolded words");
    g_assert_cmpuint(second.count, ==, 2);
    g_assert_cmpuint(headers_parse(rest, &pool, &rest).count, ==, 0);
    g_assert_cmpuint(rest.len, ==, 0);
}

static void dates_are_read_as_mail_writes_them(void)
{
    static const struct {
        const char *text;
        gint64 seconds;
    } CASES[] = {
        {"Wed, 1 May 2024 10:00:00 +0000 (UTC)", 1714557600},
        {"1 May 24 12:00:00 +0200", 1714557600},
        {"Wed, 1 May 2024 05:00:00 EST", 1714557600},
        {"Wed, 1 May 2024 19:00:00 JST", 1714557600},
        {"Wed, 1 May 2024 12:00:00 CEST", 1714557600},
        {"Wed, 1 May 2024 10.00.00 GMT", 1714557600},
        {"Wed May  1 10:00:00 2024", 1714557600},
        {"Wed, 1 May 2024 10:00:00 (local time) +0000", 1714557600},
        {"2024-05-01T10:00:00Z", 1714557600},
        {"2024-05-01 12:00:00 +0200", 1714557600},
        {"2024-05-01T12:00:00+02:00", 1714557600},
        {"32 May 2024 10:00:00 +0000", 0},
        {"Thu, 31 Feb 2024 10:00:00 GMT", 0},
        {"1 May 2024 25:61:00 +0000", 0},
        {"yesterday", 0},
        {"2024-13-01T10:00:00Z", 0},
        {"2024-", 0},
        {"", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++)
        g_assert_cmpint(mail_date(view_of(CASES[i].text)), ==, CASES[i].seconds);
    mail_date((struct view){"1 \0May\0 2024", 12});
}

/* The usual form is read without GMime: days around every month's end, zones to both sides, years far apart. */
static void usual_dates_are_the_calendars(void)
{
    static const char *const zones[] = {"+0000", "-0000", "+0530", "-0800", "+1400", "-1200"};
    g_autoptr(GDateTime) day = g_date_time_new_utc(1972, 1, 1, 23, 59, 58);
    for (int i = 0; i < 3000; i++) {
        g_autofree char *zone = g_strdup(zones[i % G_N_ELEMENTS(zones)]);
        g_autofree char *date = g_date_time_format(day, i % 2 ? "%a, %d %b %Y %H:%M:%S" : "%-d %b %Y %H:%M:%S");
        g_autofree char *text = g_strconcat(g_strstrip(date), " ", zone, i % 5 ? "" : " (there)", NULL);
        gint64 offset = (g_ascii_strtoll(zone, NULL, 10) / 100 * 60 + g_ascii_strtoll(zone, NULL, 10) % 100) * 60;
        g_assert_cmpint(mail_date(view_of(text)), ==, g_date_time_to_unix(day) - offset);
        GDateTime *next = g_date_time_add_days(day, 17);
        g_date_time_unref(day);
        day = next;
    }
}

static void addresses_are_found_in_every_form(void)
{
    static const struct {
        const char *text;
        const char *expected[4];
    } CASES[] = {
        {"ann@example.org", {"ann@example.org"}},
        {"<ann@example.org>", {"ann@example.org"}},
        {"Ann <ann@example.org>, bob@example.net", {"ann@example.org", "bob@example.net"}},
        {"\"Smith, Ann\" <ann@example.org>", {"ann@example.org"}},
        {"friends: ann@example.org, bob@example.net;, cy@example.com",
         {"ann@example.org", "bob@example.net", "cy@example.com"}},
        {"ann@example.org (Ann (the first))", {"ann@example.org"}},
        {"\"ann smith\"@example.org", {"\"ann smith\"@example.org"}},
        {"Jos\xc3\xa9 <jos\xc3\xa9@example.org>", {"jos\xc3\xa9@example.org"}},
        {"<@relay.example.net:ann@example.org>", {"ann@example.org"}},
        {"ann@example.org; bob@example.net", {"ann@example.org", "bob@example.net"}},
        {"ann@example.org (never closed", {"ann@example.org"}},
        {"undisclosed-recipients:;", {NULL}},
        {"MAILER-DAEMON", {NULL}},
        {"@", {NULL}},
        {"", {NULL}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        struct view out[4];
        size_t n = mail_addresses(view_of(CASES[i].text), out, G_N_ELEMENTS(out), &pool);
        for (size_t k = 0; k < n; k++)
            assert_view(out[k], CASES[i].expected[k]);
        g_assert_true(n == G_N_ELEMENTS(out) || !CASES[i].expected[n]);
    }
    struct view one;
    g_assert_cmpuint(mail_addresses(VIEW("a@example.org, b@example.org"), &one, 1, &pool), ==, 1);
}

static void deeply_nested_address_groups_do_no_harm(void)
{
    g_autoptr(GString) text = g_string_new("");
    for (int i = 0; i < 50000; i++)
        g_string_append(text, i % 2 ? "a:" : "b,c:");
    g_string_append(text, "ann@example.org");
    struct view out[4];
    g_assert_cmpuint(mail_addresses((struct view){text->str, text->len}, out, 4, &pool), <=, 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
#define TEST(name) g_test_add_func("/mail/headers/" #name, name)
    TEST(a_folded_header_comes_out_as_one_line);
    TEST(encoded_words_are_decoded);
    TEST(raw_8_bit_headers_become_utf_8);
    TEST(from_lines_and_empty_lines_before_the_headers_are_passed_over);
    TEST(without_headers_the_whole_text_is_body);
    TEST(a_stray_line_is_tolerated_and_a_block_of_them_begins_the_body);
    TEST(a_parameter_that_lost_its_indent_still_counts);
    TEST(headers_without_end_are_cut_with_a_notice);
    TEST(report_groups_are_read_one_by_one);
    TEST(dates_are_read_as_mail_writes_them);
    TEST(usual_dates_are_the_calendars);
    TEST(addresses_are_found_in_every_form);
    TEST(deeply_nested_address_groups_do_no_harm);
    int status = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return status;
}
