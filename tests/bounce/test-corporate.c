/* SPDX-License-Identifier: MIT
 * Reports of firms' mail systems in words, where samples/bounces has no room: what is broken, quoted or cut off. */
#include "core/bounce/reader.h"

static struct pool pool;
static struct mail_reader *mails;

typedef bool read_function(struct reading *);

/* The recipients that `read` finds in a message of a mail system with that text, as "kind recipient<original>|…". */
static void assert_read(read_function *read, const char *from, const char *text, const char *expected)
{
    pool_reset(&pool);
    struct view bytes = pool_printf(&pool, "From: %s\nTo: news@example.org\nSubject: Undeliverable\n\n%s", from, text);
    struct reading reading = reading_of(mail_read(mails, bytes, &pool), &pool);
    bool found = read(&reading);
    g_assert_cmpint(found, ==, reading.count > 0);
    g_autoptr(GString) all = g_string_new(NULL);
    for (size_t i = 0; i < reading.count; i++) {
        const struct event *e = &reading.events[i];
        g_string_append_printf(all, "%s%s %.*s", i ? "|" : "", event_kind_name(e->kind), (int)e->recipient.len,
                               e->recipient.data ? e->recipient.data : "");
        if (e->original_recipient.len)
            g_string_append_printf(all, "<%.*s>", (int)e->original_recipient.len, e->original_recipient.data);
    }
    g_assert_cmpstr(all->str, ==, expected);
}

static const char *const system_name = "System Administrator <postmaster@example.net>";

#define UNREACHED "The following recipient(s) could not be reached:\n\n"
#define ADMINISTRATORS "Diagnostic information for administrators:\n\nGenerating server: mx.example.net\n\n"

static void only_a_mail_system_is_believed(void)
{
    const char *text = UNREACHED "      ann@example.com on 5/14/2019 9:21 AM\n            <mx.example.net #5.1.1>\n";
    assert_read(read_exchange_2003, system_name, text, "bounce ann@example.com");
    assert_read(read_exchange_2003, "Carol <carol@example.com>", text, "");
    text = ADMINISTRATORS "ann@example.com\n#550 5.1.1 not found ##\n";
    assert_read(read_exchange, system_name, text, "bounce ann@example.com");
    assert_read(read_exchange, "Carol <carol@example.com>", text, "");
    assert_read(read_groupwise, "Carol <carol@example.com>",
                "undeliverable to the following:\n\tann (user not found)\n", "");
    assert_read(read_notes, "Carol <carol@example.com>", "--- Failure Reasons ---\ngone\nann@example.com\n", "");
}

static void a_quoted_report_is_none(void)
{
    assert_read(read_exchange_2003, system_name, "> " UNREACHED "> ann@example.com on 5/14/2019\n", "");
    assert_read(read_exchange, system_name,
                "> Diagnostic information for administrators:\n> ann@example.com\n> #550 x\n", "");
}

static void what_exchange_wrapped_is_unwrapped(void)
{
    assert_read(read_exchange_2003, system_name, UNREACHED "IMCEASMTP-ann+40example+2Ecom@gw.example.net on 1/1/2019\n",
                "bounce ann@example.com");
    assert_read(read_exchange_2003, system_name, UNREACHED "c=GB;a= ;dda:SMTP=ann@example.com; on 1/1/2019\n",
                "bounce ann@example.com");
    /* No address inside, and broken ones. */
    assert_read(read_exchange_2003, system_name, UNREACHED "IMCEASMTP-ann@gw.example.net on 1/1/2019\n",
                "bounce IMCEASMTP-ann@gw.example.net");
    assert_read(read_exchange_2003, system_name, UNREACHED "IMCEASMTP-+4@gw.example.net on 1/1/2019\n",
                "bounce IMCEASMTP-+4@gw.example.net");
    assert_read(read_exchange_2003, system_name, UNREACHED "IMCEASMTP-ann+00+40+ZZ@gw.example.net on 1/1/2019\n",
                "bounce ann+00@+ZZ");
    assert_read(read_exchange_2003, system_name, UNREACHED "IMCEASMTP-ann+40+FF@gw.example.net on 1/1/2019\n",
                "bounce IMCEASMTP-ann+40+FF@gw.example.net");
}

static void a_forwarded_recipient_is_named_with_the_mailed_one(void)
{
    assert_read(read_exchange, system_name,
                ADMINISTRATORS "ann@example.net\n#550 5.1.1 gone ##rfc822;ann@example.com\n",
                "bounce ann@example.net<ann@example.com>");
    assert_read(read_exchange, system_name,
                ADMINISTRATORS "ann@example.net\n#550 5.1.1 gone ##rfc822;ann@example.net\n", "bounce ann@example.net");
    assert_read(read_exchange, system_name, ADMINISTRATORS "ann@example.net\n#550 5.1.1 gone ##",
                "bounce ann@example.net");
}

static void users_without_domain_get_the_reporting_one(void)
{
    assert_read(read_groupwise, "Mailer-Daemon@example.net",
                "undeliverable to the following:\n\tann (user not found)\n", "bounce ann@example.net");
    assert_read(read_groupwise, "Mailer-Daemon@example.net",
                "undeliverable to the following:\n\tann smith, bob (x)\n(y)\n)\n", "");
}

static void one_reason_may_stand_above_several_addresses(void)
{
    assert_read(
        read_notes, system_name,
        "--- Failure Reasons ---\n\nUser not listed\nann@example.net\nbob@example.net\n--- Returned Message ---\n"
        "carl@example.net\n",
        "bounce ann@example.net|bounce bob@example.net");
    assert_read(read_notes, system_name, "--- Failure Reasons ---", "");
}

/* Reports come cut off anywhere; each must be read or refused. */
static void any_beginning_of_a_report_is_borne(void)
{
    static const struct {
        read_function *read;
        const char *text;
    } reports[] = {
        {read_exchange_2003,
         UNREACHED "IMCEASMTP-ann+40example+2Ecom@gw.example.net on 1/1/2019\n  <mx #5.1.1 smtp;550 no>\n"},
        {read_exchange, ADMINISTRATORS
         "ann@example.net\nmx.example.com\nRemote Server returned '550 5.1.1 gone' ##rfc822;b@example.net"},
        {read_groupwise, "undeliverable to the following:\n\tann (user not found)\n"},
        {read_notes, "--- Failure Reasons ---\nUser not listed\nann@example.net\n--- Returned"},
        {read_corporate,
         "Failed to deliver to 'ann@example.net'\nLOCAL module(account ann) reports:\n account is full"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
        size_t whole = 0;
        for (size_t n = 0; n <= strlen(reports[i].text); n++) {
            pool_reset(&pool);
            struct view bytes = pool_printf(&pool, "From: postmaster@example.net\n\n%.*s", (int)n, reports[i].text);
            struct reading reading = reading_of(mail_read(mails, bytes, &pool), &pool);
            reports[i].read(&reading);
            g_assert_cmpuint(reading.count, <=, 1);
            whole = reading.count;
        }
        g_assert_cmpuint(whole, ==, 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    mails = mail_reader_new();
#define TEST(name) g_test_add_func("/bounce/corporate/" #name, name)
    TEST(only_a_mail_system_is_believed);
    TEST(a_quoted_report_is_none);
    TEST(what_exchange_wrapped_is_unwrapped);
    TEST(a_forwarded_recipient_is_named_with_the_mailed_one);
    TEST(users_without_domain_get_the_reporting_one);
    TEST(one_reason_may_stand_above_several_addresses);
    TEST(any_beginning_of_a_report_is_borne);
    int status = g_test_run();
    mail_reader_free(mails);
    pool_clear(&pool);
    return status;
}
