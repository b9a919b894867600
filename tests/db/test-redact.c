/* SPDX-License-Identifier: MIT */
#include "core/limits.h"
#include "db/redact.h"

#include <glib.h>

static struct redactor *two_redactor(void)
{
    const struct view keys[] = {VIEW("ann+list@example.org"), VIEW("jörg@xn--bcher-kva.example"),
                                VIEW("\"a b\"@example.org")};
    return redactor_new(keys, G_N_ELEMENTS(keys));
}

#define X REDACTED
static const struct {
    const char *text, *wanted; /* NULL: nothing is found */
} cases[] = {
    {"ann+list@example.org", X},
    {"550 <Ann+List@EXAMPLE.ORG>: unknown", "550 <" X ">: unknown"},
    {"rfc822;ann+list@example.org.", "rfc822;" X "."},
    {"rfc822;ann+2Blist@example.org", "rfc822;" X},
    {"to=ann+list@example.org, or mailto:ann+list%40example.org?x", "to=" X ", or mailto:" X "?x"},
    {"bounces-ann+list=example.org@lists.example.net", "bounces-" X "@lists.example.net"},
    {"b+12-ann+list=example.org-x7@lists.example.net", "b+12-" X "-x7@lists.example.net"},
    {"<april-ann+list@example.org@news.example.net>", "<april-" X "@news.example.net>"},
    {"mail/ann+list@example.org.eml", "mail/" X ".eml"},
    {"Jörg@Bücher.example jörg@xn--bcher-kva.example", X " " X},
    {"\"a b\"@example.org", X},
    {"'ann+list@example.org'", "'" X "'"},
    {"ann+list@example.org,ann+list@example.org", X "," X},
    {"jo-ann+list@example.org", NULL},
    {"jo.ann+list@example.org", NULL},
    {"joann+list@example.org", NULL},
    {"ann@example.org", NULL},
    {"ann+list@example.org.uk", NULL},
    {"ann+list@example.organ", NULL},
    {"ann+list@mail.example.org", NULL},
    {"ann+list@example.org-and-more.net", NULL},
    {"@", NULL},
    {"=", NULL},
    {"ann+list@", NULL},
    {"@example.org", NULL},
    {"", NULL},
};
#undef X

static void an_address_is_found_however_it_is_written_and_no_other_is(void)
{
    struct redactor *redactor = two_redactor();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct view text = view_of(cases[i].text);
        g_assert_cmpint(redactor_finds(redactor, text), ==, cases[i].wanted != NULL);
        GString *out = redactor_apply(redactor, text);
        g_assert_cmpstr(out ? out->str : NULL, ==, cases[i].wanted);
        if (out)
            g_string_free(out, TRUE);
    }
    redactor_free(redactor);
}

/* Diagnostics are stored up to a limit, which may stand in the middle of an address. */
static void an_address_that_the_limit_cut_is_found(void)
{
    struct redactor *redactor = two_redactor();
    for (size_t shown = strlen("ann+list@"); shown <= strlen("ann+list@example.org"); shown++) {
        g_autofree char *text = g_strnfill(LIMIT_DIAGNOSTIC, ' ');
        memcpy(text + LIMIT_DIAGNOSTIC - shown, "ann+list@example.org", shown);
        if (shown > strlen("ann+list@"))
            g_assert_true(redactor_finds(redactor, (struct view){.data = text, .len = LIMIT_DIAGNOSTIC}));
        memcpy(text + LIMIT_DIAGNOSTIC - shown, "bob+list@example.org", shown);
        g_assert_false(redactor_finds(redactor, (struct view){.data = text, .len = LIMIT_DIAGNOSTIC}));
    }
    redactor_free(redactor);
}

static bool is_of_org(struct view key, const void *user)
{
    g_assert_true(user == cases);
    return view_equal(key, VIEW("ann@example.org"));
}

static void who_has_no_list_of_addresses_is_asked_about_each(void)
{
    struct redactor *redactor = redactor_asking(is_of_org, cases);
    GString *out = redactor_apply(redactor, VIEW("<bob@example.org>, <ANN@example.org>, jo-ann@example.org"));
    g_assert_cmpstr(out->str, ==, "<bob@example.org>, <" REDACTED ">, jo-ann@example.org");
    g_string_free(out, TRUE);
    redactor_free(redactor);
}

/* Texts come from the network. */
static void long_runs_of_anything_are_read_in_time(void)
{
    struct redactor *redactor = two_redactor();
    static const char *const runs[] = {"@", "=", "a=", "ann+list=exampel.", "\"@", "%40", "a.-b", "\xc3\xbc@"};
    for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < 64 * 1024)
            g_string_append(text, runs[i]);
        gint64 begin = g_get_monotonic_time();
        g_assert_false(redactor_finds(redactor, (struct view){.data = text->str, .len = text->len}));
        g_assert_cmpint(g_get_monotonic_time() - begin, <, 20 * G_USEC_PER_SEC);
    }
    redactor_free(redactor);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/db/redact/an address is found however it is written",
                    an_address_is_found_however_it_is_written_and_no_other_is);
    g_test_add_func("/db/redact/an address that the limit cut is found", an_address_that_the_limit_cut_is_found);
    g_test_add_func("/db/redact/one may be asked about each", who_has_no_list_of_addresses_is_asked_about_each);
    g_test_add_func("/db/redact/long runs are read in time", long_runs_of_anything_are_read_in_time);
    return g_test_run();
}
