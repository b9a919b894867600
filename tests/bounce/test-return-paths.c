/* SPDX-License-Identifier: MIT
 * Every header in which a return path may stand is read, nearest to the envelope first. */
#include "core/bounce/bounce.h"

static struct pool pool;
static struct mail_reader *reader;

/* The return paths of a report with these headers, and of what it returns, one behind the other. */
static char *paths_of(const char *headers, const char *returned)
{
    g_autofree char *text = g_strconcat(headers,
                                        "From: MAILER-DAEMON@mx.example.org\nSubject: Undelivered\n"
                                        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                                        "--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\n"
                                        "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; "
                                        "ann@example.org\nAction: failed\nStatus: 5.1.1\n\n"
                                        "--b\nContent-Type: message/rfc822\n\n",
                                        returned, "From: news@example.net\nSubject: x\n\ntext\n--b--\n", NULL);
    struct view kept = pool_copy(&pool, view_of(text));
    struct events events = bounce_read(mail_read(reader, kept, &pool), &pool);
    GString *all = g_string_new(NULL);
    for (size_t i = 0; i < events.at[0].return_path_count; i++)
        g_string_append_printf(all, "%s%.*s", i ? " " : "", (int)events.at[0].return_paths[i].len,
                               events.at[0].return_paths[i].data);
    return g_string_free(all, FALSE);
}

static void assert_paths(const char *headers, const char *returned, const char *expected)
{
    g_autofree char *text = paths_of(headers, returned);
    g_assert_cmpstr(text, ==, expected);
}

static void every_header_is_read(void)
{
    static const char *const HEADERS[] = {"Delivered-To",  "X-Original-To", "Envelope-To",
                                          "X-Envelope-To", "Apparently-To", "To"};
    for (size_t i = 0; i < G_N_ELEMENTS(HEADERS); i++) {
        g_autofree char *text = g_strdup_printf("%s: <b+17@b.example.net>\n", HEADERS[i]);
        assert_paths(text, "", "b+17@b.example.net");
    }
    assert_paths("", "Return-Path: <b+17@b.example.net>\n", "b+17@b.example.net");
}

static void the_one_nearest_to_the_envelope_stands_first_and_each_once(void)
{
    assert_paths("To: <b+4@b.example.net>, B+1@b.example.net\nX-Original-To: b+2@b.example.net\n"
                 "Delivered-To: b+1@b.example.net\nDelivered-To: b+3@b.example.net\n",
                 "Return-Path: <b+2@b.example.net>\n",
                 "b+1@b.example.net b+3@b.example.net b+2@b.example.net b+4@b.example.net");
}

static void received_says_whom_the_report_was_for(void)
{
    assert_paths("Received: from mx.example.org (mx.example.org [192.0.2.1])\n\tby in.example.net (Postfix) with ESMTP "
                 "id 1\n\tfor <b+17@b.example.net>; Mon, 13 Apr 2026 08:00:00 +0000 (UTC)\n"
                 "Received: by mx.example.org for b+18@b.example.net; Mon, 13 Apr 2026 08:00:00 +0000\n"
                 "Received: from x by y with SMTP for <Multiple recipients>; Mon, 13 Apr 2026 08:00:00 +0000\n"
                 "Received: from x by y for \nReceived: from x by y for <\n",
                 "", "b+17@b.example.net b+18@b.example.net");
}

static void a_complaint_names_the_envelope_sender(void)
{
    const char *text = "From: fbl@isp.example\nTo: fbl@example.net\nSubject: complaint\n"
                       "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
                       "--b\n\nA complaint.\n--b\nContent-Type: message/feedback-report\n\n"
                       "Feedback-Type: abuse\nVersion: 1\nUser-Agent: x\n"
                       "Original-Mail-From: <b+17@b.example.net>\nOriginal-Rcpt-To: redacted@isp.example\n\n"
                       "--b\nContent-Type: message/rfc822\n\nFrom: news@example.net\nSubject: x\n\ntext\n--b--\n";
    struct events events = bounce_read(mail_read(reader, view_of(text), &pool), &pool);
    g_assert_cmpint(events.at[0].kind, ==, EVENT_COMPLAINT);
    g_assert_cmpuint(events.at[0].return_path_count, ==, 2);
    g_assert_true(view_equal(events.at[0].return_paths[1], VIEW("b+17@b.example.net")));
}

static void a_long_to_leaves_no_room_and_no_harm(void)
{
    assert_paths("To: a@x.example, b@x.example, c@x.example, d@x.example, e@x.example, f@x.example, g@x.example, "
                 "h@x.example, i@x.example\nDelivered-To: b+17@b.example.net\n",
                 "",
                 "b+17@b.example.net a@x.example b@x.example c@x.example d@x.example e@x.example f@x.example "
                 "g@x.example");
}

static struct event *first_event(const char *headers)
{
    g_autofree char *text =
        g_strconcat(headers,
                    "From: MAILER-DAEMON@mx.example.org\nSubject: Undelivered Mail Returned to Sender\n"
                    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                    "--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\n"
                    "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; a@x.example\n"
                    "Action: failed\nStatus: 5.1.1\n--b--\n",
                    NULL);
    struct view bytes = pool_copy(&pool, view_of(text));
    return bounce_read(mail_read(reader, bytes, &pool), &pool).at;
}

static void the_topmost_received_says_when_it_arrived(void)
{
    const gint64 noon = 1776600000; /* 2026-04-19 12:00:00 UTC */
    const char *received = "Received: from a.example (a.example [192.0.2.1]; other) by mx.example\n\twith ESMTP id 1;\n"
                           "\tSun, 19 Apr 2026 14:00:00 +0200 (CEST)\n"
                           "Received: from forger by a.example; Sun, 1 Mar 2026 12:00:00 +0000\n";
    g_autofree char *dated = g_strconcat(received, "Date: Sun, 01 Mar 2026 12:00:00 +0000\n", NULL);
    struct event *event = first_event(dated);
    g_assert_cmpint(event->arrived, ==, noon);
    g_assert_cmpint(event->time, ==, noon - 49 * 24 * 60 * 60);
    event = first_event(received); /* no date of its own */
    g_assert_cmpint(event->time, ==, noon);
    event = first_event("Received: by mx.example with local\n");
    g_assert_cmpint(event->arrived, ==, 0);
    g_assert_cmpint(event->time, ==, 0);
    event = first_event("Received: by mx.example; soon\n");
    g_assert_cmpint(event->arrived, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
    g_test_add_func("/return-paths/every header is read", every_header_is_read);
    g_test_add_func("/return-paths/the one nearest to the envelope stands first, and each once",
                    the_one_nearest_to_the_envelope_stands_first_and_each_once);
    g_test_add_func("/return-paths/Received says whom the report was for", received_says_whom_the_report_was_for);
    g_test_add_func("/return-paths/a complaint names the envelope sender", a_complaint_names_the_envelope_sender);
    g_test_add_func("/return-paths/a long To leaves no room and no harm", a_long_to_leaves_no_room_and_no_harm);
    g_test_add_func("/return-paths/the topmost Received says when it arrived",
                    the_topmost_received_says_when_it_arrived);
    int result = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return result;
}
