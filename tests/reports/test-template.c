/* SPDX-License-Identifier: MIT */
#include "reports/clean.h"
#include "reports/content.h"
#include "reports/template.h"

static char *template_of(const char *text, size_t len)
{
    g_autofree char *clean = clean_dup((struct view){.data = text, .len = len});
    GString *out = g_string_new(NULL);
    template_append(out, view_of(clean));
    return g_string_free(out, FALSE);
}

static void check(const char *text, const char *expected)
{
    g_autofree char *is = template_of(text, strlen(text));
    g_assert_cmpstr(is, ==, expected);
}

static void what_differs_between_two_bounces_is_replaced(void)
{
    check("550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown",
          "550 5.1.1 <{address}>: Recipient address rejected: User unknown");
    check("connect to mx1.example.org[192.0.2.7]:25: Connection timed out",
          "connect to {host}[{ip}]:{n}: Connection timed out");
    check("connect to mx1.example.org[2001:db8::1]:25: No route to host",
          "connect to {host}[{ip}]:{n}: No route to host");
    check("452 Message size 26214400 exceeds 25MB limit", "452 Message size {n} exceeds {n}MB limit");
    check("see https://example.com/a?b=ann@example.org for more", "see {url} for more");
    check("421 4.7.0 Try again later, 4Zx9k23Lw1z5Fh", "421 4.7.0 Try again later, {id}");
    check("no mailbox \"ann\" here", "no mailbox \"…\" here");
    check("mailbox `ann' unknown", "mailbox `…' unknown");
    check("Delivery to bounce+ann=example.org@example.net failed", "Delivery to {address} failed");
    check("550 <ann>... User unknown", "550 <{name}>... User unknown");
    check("host mx.example.org/192.0.2.1 said: 550 no", "host {host}/{ip} said: 550 no");
}

static void codes_stay_because_they_are_the_message(void)
{
    check("550-5.1.1 no such account", "550-5.1.1 no such account");
    check("said: 552 5.2.2 over quota", "said: 552 5.2.2 over quota");
    check("User unknown (#5.1.1)", "User unknown (#5.1.1)");
    check("on our block list (S3150) [TSS04]", "on our block list (S3150) [TSS04]");
    check("quota is 550 messages", "quota is {n} messages");
    check("messages weren't sent", "messages weren't sent");
    check("rejected.Please retry", "rejected.Please retry");
}

static void equal_causes_have_one_template(void)
{
    g_autofree char *one = template_of("550 5.1.1 <ann@example.org>: unknown, id=AB12CD34EF", 51);
    g_autofree char *two = template_of("550 5.1.1 <berta.c@mail.example.net>: unknown, id=99ZZ0011X", 58);
    g_assert_cmpstr(one, ==, two);
}

static void hostile_text_becomes_one_short_line_of_utf8(void)
{
    check("a\342\200\256b", "a{U+202E}b");
    check("a\r\n\tb", "a b");
    check("\033[31mred", "␛[{id}");
    check("", "");
    check("<", "<");
    check("<<<>>>\"'`", "<<<>>>\"'`");
    guint seed = 1;
    for (int round = 0; round < 3000; round++) {
        char bytes[1500];
        size_t len = (size_t)round % sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = round % 2 ? (char)(seed >> 16) : "<>{}@.:-/#=[]\"'`5U+ a1\343\201\202"[(seed >> 16) % 25];
        }
        g_autofree char *template = template_of(bytes, len);
        g_assert_true(g_utf8_validate(template, -1, NULL));
        g_assert_cmpuint(strlen(template), <=, TEMPLATE_LENGTH);
        g_assert_null(strpbrk(template, "\r\n\t\033"));
    }
}

static void links_are_relative_to_the_report(void)
{
    static const struct {
        const char *report, *path, *href;
    } cases[] = {
        {"out/l.report.html", "out/l.clean.csv", "l.clean.csv"},
        {"l.report.html", "./l.clean.csv", "l.clean.csv"},
        {"/srv/a/r.html", "/srv/b/l.csv", "../b/l.csv"},
        {"out/r.html", "l.csv", "../l.csv"},
        {"r.html", "a b/\303\244#?.csv", "a%20b/%C3%A4%23%3F.csv"},
        {"r.html", "javascript:alert(1)", "javascript%3Aalert%281%29"},
        {"r.html", "/srv/l.csv", NULL},
        {"../r.html", "l.csv", NULL},
        {"r.html", "-", NULL},
        {NULL, "l.csv", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *href = content_href(cases[i].report, cases[i].path);
        g_assert_cmpstr(href, ==, cases[i].href);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/reports/template/" #name, name)
    TEST(what_differs_between_two_bounces_is_replaced);
    TEST(codes_stay_because_they_are_the_message);
    TEST(equal_causes_have_one_template);
    TEST(hostile_text_becomes_one_short_line_of_utf8);
    TEST(links_are_relative_to_the_report);
    return g_test_run();
}
