/* SPDX-License-Identifier: MIT */
#include "core/bounce/bounce.h"
#include "core/bounce/fields.h"

static struct pool pool;
static struct mail_reader *reader;

static struct events read_text(const char *text)
{
    return bounce_read(mail_read(reader, view_of(text), &pool), &pool);
}

static struct events read_status(const char *fields)
{
    g_autofree char *text = g_strconcat(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: bounces@example.org\nSubject: Returned mail\n"
        "Date: Mon, 13 Apr 2026 09:00:00 +0000\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt failed.\n"
        "--b\nContent-Type: message/delivery-status\n\n",
        fields, "\n--b--\n", NULL);
    return read_text((const char *)pool_copy(&pool, view_of(text)).data);
}

static void assert_text(struct view got, const char *expected)
{
    g_autofree char *text = view_dup(got);
    g_assert_cmpstr(text, ==, expected);
}

static void every_recipient_has_a_fate_of_its_own(void)
{
    struct events e =
        read_status("Reporting-MTA: dns; mx.example.org\n\n"
                    "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\n"
                    "Diagnostic-Code: smtp; 550 5.1.1 no such\n user\n\n"
                    "Status: 4.4.1\nAction: delayed\nFinal-Recipient: rfc822;bob@example.org\n\n"
                    "Final-Recipient: rfc822;cy@example.org\nAction: relayed (to elsewhere)\nStatus: 2.1.5\n");
    g_assert_cmpuint(e.count, ==, 3);
    g_assert_cmpint(e.at[0].kind, ==, EVENT_BOUNCE);
    assert_text(e.at[0].recipient, "ann@example.org");
    assert_text(e.at[0].diagnostic, "550 5.1.1 no such user");
    g_assert_cmpint(e.at[0].smtp_code, ==, 550);
    assert_text(e.at[0].reporting_mta, "mx.example.org");
    g_assert_cmpint(e.at[1].kind, ==, EVENT_DELAY);
    assert_text(e.at[1].recipient, "bob@example.org");
    g_assert_cmpint(e.at[2].kind, ==, EVENT_DELIVERY);
}

static void a_missing_empty_line_does_not_merge_recipients(void)
{
    struct events e = read_status("Reporting-MTA: dns; mx.example.org\n"
                                  "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\n"
                                  "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.2.2\n");
    g_assert_cmpuint(e.count, ==, 2);
    assert_text(e.at[0].status, "5.1.1");
    assert_text(e.at[1].status, "5.2.2");
}

static void an_unknown_address_type_and_a_bare_local_part_are_read(void)
{
    struct events e = read_status("Reporting-MTA: dns; mx.example.org\n\n"
                                  "Final-Recipient: rfc/822; <ann@example.org>\nAction: failed\nStatus: 5.1.1\n\n"
                                  "Final-Recipient: rfc822; bob\nAction: failed\nStatus: 5.1.1\n");
    g_assert_cmpuint(e.count, ==, 2);
    assert_text(e.at[0].recipient, "ann@example.org");
    assert_text(e.at[1].recipient, "bob@mx.example.org");
}

static void the_original_recipient_stands_beside_the_final_one(void)
{
    struct events e =
        read_status("Final-Recipient: rfc822; new@example.net\nOriginal-Recipient: rfc822;ann+3Dlee@example.org\n"
                    "Action: failed\nStatus: 5.1.1\n");
    g_assert_cmpuint(e.count, ==, 1);
    assert_text(e.at[0].original_recipient, "ann=lee@example.org");
    assert_text(e.at[0].recipient, "new@example.net");
}

static void two_original_recipients_contradict_each_other(void)
{
    struct events e =
        read_status("Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822; new@example.net\n"
                    "Original-Recipient: rfc822;bob@example.org\nAction: failed\nStatus: 5.1.1\n");
    g_assert_cmpuint(e.count, ==, 1);
    assert_text(e.at[0].original_recipient, "ann@example.org");
    assert_text(e.at[0].other_original, "bob@example.org");
    e = read_status("Original-Recipient: rfc822;ann@example.org\nOriginal-Recipient: rfc822;ANN@example.org\n"
                    "Final-Recipient: rfc822; new@example.net\nAction: failed\nStatus: 5.1.1\n");
    g_assert_cmpuint(e.at[0].other_original.len, ==, 0);
}

static void whom_the_fields_leave_out_the_header_names_if_it_names_one(void)
{
    static const char *const FAILED[] = {"ann@example.org", "ann@example.org, bob@example.org"};
    for (size_t i = 0; i < G_N_ELEMENTS(FAILED); i++) {
        struct view text = pool_printf(&pool,
                                       "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nX-Failed-Recipients: %s\n"
                                       "Content-Type: message/delivery-status\n\n"
                                       "Reporting-MTA: dns; mx.example.org\n\n"
                                       "Final-Recipient: rfc822; unknown\nAction: failed\nStatus: 5.1.1\n",
                                       FAILED[i]);
        struct events e = read_text((const char *)pool_copy(&pool, text).data);
        g_assert_cmpuint(e.count, ==, 1);
        assert_text(e.at[0].recipient, i ? "unknown" : "ann@example.org");
    }
}

static void unless_the_second_begins_the_next_recipient(void)
{
    struct events e = read_status("Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822; a@example.net\n"
                                  "Action: failed\nStatus: 5.1.1\n"
                                  "Original-Recipient: rfc822;bob@example.org\nFinal-Recipient: rfc822; b@example.net\n"
                                  "Action: failed\nStatus: 5.2.2\n");
    g_assert_cmpuint(e.count, ==, 2);
    assert_text(e.at[0].original_recipient, "ann@example.org");
    assert_text(e.at[1].original_recipient, "bob@example.org");
    assert_text(e.at[1].recipient, "b@example.net");
    g_assert_cmpuint(e.at[0].other_original.len + e.at[1].other_original.len, ==, 0);
}

static void a_status_in_the_reply_is_better_than_a_vague_one(void)
{
    struct events e = read_status("Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.0.0\n"
                                  "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\n");
    assert_text(e.at[0].status, "5.2.2");
}

static void xtext_of_both_kinds_is_decoded(void)
{
    assert_text(xtext_decode(VIEW("a+2Bb+3Dc"), &pool), "a+b=c");
    assert_text(xtext_decode(VIEW("\\x{6A}\\x{F6}rg"), &pool), "jörg");
    assert_text(xtext_decode(VIEW("a+zzb+2"), &pool), "a+zzb+2");
    assert_text(xtext_decode(VIEW("\\x{D800}\\x{}"), &pool), "\\x{D800}\\x{}");
    /* A tag is no xtext. */
    assert_text(field_address(VIEW("rfc822; ann+ab@example.org"), &pool), "ann+ab@example.org");
}

static void a_message_that_says_nothing_is_one_event_of_kind_none(void)
{
    struct events e = read_text("From: Ann <ann@example.org>\nSubject: lunch?\n\nAt noon?\n");
    g_assert_cmpuint(e.count, ==, 1);
    g_assert_cmpint(e.at[0].kind, ==, EVENT_NONE);
    e = read_text("");
    g_assert_cmpuint(e.count, ==, 1);
    g_assert_cmpint(e.at[0].kind, ==, EVENT_NONE);
}

static void a_report_of_very_many_recipients_is_bounded(void)
{
    g_autoptr(GString) fields = g_string_new("Reporting-MTA: dns; mx.example.org\n\n");
    for (int i = 0; i < 6000; i++)
        g_string_append_printf(fields, "Final-Recipient: rfc822; u%d@example.org\nAction: failed\nStatus: 5.1.1\n\n",
                               i);
    struct events e = read_status(fields->str);
    g_assert_cmpuint(e.count, >, 1000);
    g_assert_cmpuint(e.count, <=, LIMIT_RECIPIENTS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
    g_test_add_func("/status/every recipient has a fate of its own", every_recipient_has_a_fate_of_its_own);
    g_test_add_func("/status/a missing empty line does not merge recipients",
                    a_missing_empty_line_does_not_merge_recipients);
    g_test_add_func("/status/an unknown address type and a bare local part are read",
                    an_unknown_address_type_and_a_bare_local_part_are_read);
    g_test_add_func("/status/the original recipient stands beside the final one",
                    the_original_recipient_stands_beside_the_final_one);
    g_test_add_func("/status/two original recipients contradict each other",
                    two_original_recipients_contradict_each_other);
    g_test_add_func("/status/whom the fields leave out the header names, if it names one",
                    whom_the_fields_leave_out_the_header_names_if_it_names_one);
    g_test_add_func("/status/unless the second begins the next recipient", unless_the_second_begins_the_next_recipient);
    g_test_add_func("/status/a status in the reply is better than a vague one",
                    a_status_in_the_reply_is_better_than_a_vague_one);
    g_test_add_func("/status/xtext of both kinds is decoded", xtext_of_both_kinds_is_decoded);
    g_test_add_func("/status/a message that says nothing is one event of kind none",
                    a_message_that_says_nothing_is_one_event_of_kind_none);
    g_test_add_func("/status/a report of very many recipients is bounded", a_report_of_very_many_recipients_is_bounded);
    int code = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return code;
}
