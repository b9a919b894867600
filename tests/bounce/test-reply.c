/* SPDX-License-Identifier: MIT */
#include "core/bounce/reply.h"

struct row {
    const char *text;
    int code;
    const char *status;
};

static const struct row replies[] = {
    {"550 5.1.1 <ann@example.org>: User unknown", 550, "5.1.1"},
    {"550-5.1.1 The email account does not exist", 550, "5.1.1"},
    {"host mx.example.net[198.51.100.20] said: 452 4.2.2 over quota (in reply to RCPT TO command)", 452, "4.2.2"},
    {"Remote host said: 554 delivery error: dd This user doesn't have a yahoo.com account", 554, ""},
    {"Sorry, no mailbox here by that name. (#5.1.1)", 0, "5.1.1"},
    {"<<< 553 5.1.8 Domain of sender does not exist", 553, "5.1.8"},
    {"SMTP error, 550 #5.1.0 Address rejected", 550, "5.1.0"},
    {"smtp; 421 Service not available", 421, ""},
    /* What only looks like one. */
    {"message size 31457280 exceeds size limit 552 bytes", 0, ""},
    {"It was in the queue for 432 minutes", 0, ""},
    {"connect to 5.1.1.7 failed", 0, ""},
    {"Exim 4.94.2 refused", 0, ""},
    {"the year 2024, room 550", 0, ""},
    {"", 0, ""},
};

static void a_reply_is_found_where_one_stands_and_nowhere_else(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(replies); i++) {
        struct reply found = reply_find(view_of(replies[i].text));
        g_autofree char *status = view_dup(found.status);
        g_test_message("%s", replies[i].text);
        g_assert_cmpint(found.code, ==, replies[i].code);
        g_assert_cmpstr(status, ==, replies[i].status);
    }
}

static void a_status_is_bounded_as_rfc_3463_has_it(void)
{
    g_assert_cmpuint(status_at_start(VIEW("5.1.1")).len, ==, 5);
    g_assert_cmpuint(status_at_start(VIEW("5.1.10 x")).len, ==, 6);
    g_assert_cmpuint(status_at_start(VIEW("5.7.506.")).len, ==, 7);
    g_assert_cmpuint(status_at_start(VIEW("5.1.1.1")).len, ==, 0);
    g_assert_cmpuint(status_at_start(VIEW("3.1.1")).len, ==, 0);
    g_assert_cmpuint(status_at_start(VIEW("5.1.")).len, ==, 0);
    g_assert_cmpuint(status_at_start(VIEW("5.1.1234")).len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reply/is found where one stands and nowhere else",
                    a_reply_is_found_where_one_stands_and_nowhere_else);
    g_test_add_func("/reply/a status is bounded as RFC 3463 has it", a_status_is_bounded_as_rfc_3463_has_it);
    return g_test_run();
}
