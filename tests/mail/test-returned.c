/* SPDX-License-Identifier: MIT */
#include "core/mail/mail.h"

static struct pool pool;
static struct mail_reader *reader;

static void assert_view(struct view got, const char *expected)
{
    g_autofree char *text = view_dup(view_trim(got));
    g_assert_cmpstr(text, ==, expected);
}

static struct mail *read_body(const char *body)
{
    return mail_read(reader, pool_printf(&pool, "From: MAILER-DAEMON@mx.example.net\n\n%s", body), &pool);
}

#define COPY                                                                                                           \
    "Return-Path: <news@example.com>\n"                                                                                \
    "Received: from a.example.com by mx.example.net\n"                                                                 \
    "\tfor <ann@example.org>; Wed, 1 May 2024 10:00:00 +0000\n"                                                        \
    "From: news@example.com\n"                                                                                         \
    "To: ann@example.org\n"                                                                                            \
    "Subject: News\n"                                                                                                  \
    "Message-ID: <1@example.com>\n"

#define OWN "<ann@example.org>:\n550 5.1.1 user unknown"

static void the_copy_behind_an_announcing_line_is_cut_off(void)
{
    static const char *const MARKERS[] = {
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "----- Original message -----",
        "--- The header of the original message is following. ---",
        "Original message headers:",
        "------- Message text follows",
        "|------------------------- Message text follows: ------------------------|",
        "   ----- Unsent message follows -----",
        "Received: header of message:",
        "--------RETURNED MAIL FOLLOWS--------",
        "--- Mensaje original adjunto.",
        "Message headers follow.",
        "-----------------------------------------",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(MARKERS); i++) {
        g_autofree char *body = g_strdup_printf(OWN "\n\n%s\n\n" COPY "\n", MARKERS[i]);
        struct mail *mail = read_body(body);
        g_test_message("%s", MARKERS[i]);
        assert_view(headers_get(&mail->returned, "Subject"), "News");
        assert_view(headers_get(&mail->returned, "Message-ID"), "<1@example.com>");
        g_assert_true(view_begins_fold(mail->parts[0].own, VIEW(OWN)));
        g_assert_cmpint(view_find(mail->parts[0].own, VIEW("news@example.com")), ==, -1);
        assert_view(mail->parts[0].text, g_strchomp(body));
    }
}

static void the_body_of_the_copy_goes_with_it(void)
{
    struct mail *mail = read_body(OWN "\n\n--- Below this line is a copy of the message.\n\n" COPY
                                      "\nWrite to bob@example.org: user unknown\n");
    assert_view(mail->parts[0].own, OWN);
    g_assert_cmpint(view_find(mail->parts[0].own, VIEW("bob@")), ==, -1);
}

static void a_header_paragraph_without_announcement_is_a_copy(void)
{
    struct mail *mail = read_body(OWN "\n\n" COPY "\nbob@example.org\n");
    assert_view(mail->parts[0].own, OWN);
    assert_view(headers_get(&mail->returned, "To"), "ann@example.org");
}

static void words_behind_quoted_headers_stay_the_systems_own(void)
{
    struct mail *mail =
        read_body("This report relates to a message you sent with the following header fields:\n\n"
                  "  Message-id: <1@example.com>\n  Date: Wed, 01 May 2024 10:00:00 +0000\n"
                  "  From: news@example.com\n  To: ann@example.org\n  Subject: News\n\n"
                  "Your message cannot be delivered to the following recipients:\n\n  ann@example.org\n");
    g_assert_cmpint(view_find(mail->parts[0].own, VIEW("cannot be delivered")), >, 0);
    g_assert_cmpint(view_find(mail->parts[0].own, VIEW("news@example.com")), ==, -1);
    assert_view(headers_get(&mail->returned, "Subject"), "News");
}

static void particulars_that_the_system_tells_stay_its_own(void)
{
    static const char TEXT[] =
        "Your message\n\n  To:      ann@example.org\n  Subject: News\n  Sent:    Wed, 1 May 2024\n\n"
        "did not reach the following recipient(s):\n\nann@example.org";
    struct mail *mail = read_body(TEXT);
    assert_view(mail->parts[0].own, TEXT);
    assert_view(headers_get(&mail->returned, "Subject"), "News");
}

static void prose_is_left_alone(void)
{
    static const char *const TEXTS[] = {
        "I am out of the office.\n\nNote: write to bob@example.org instead.\nSubject: please keep it.\nThanks for it.",
        "--- Below this line is a copy of the message.\n\nbut nothing follows",
        "Original message headers:",
        "From: here\nto there\nand back again\nfor ever",
        "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\nReporting-MTA: dns; mx.example.net",
        "",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(TEXTS); i++) {
        struct mail *mail = read_body(TEXTS[i]);
        assert_view(mail->parts[0].own, TEXTS[i]);
        g_assert_cmpuint(mail->returned.count, ==, 0);
    }
}

static void headers_that_html_took_the_indent_from_are_a_copy(void)
{
    struct mail *mail =
        mail_read(reader,
                  VIEW("Content-Type: text/html\n\n<p>Undeliverable: ann@example.org</p><p>Original message "
                       "headers:</p><div>Received: from a.example.com<br>by mx.example.net<br>with SMTP; "
                       "x<br>From: news@example.com<br>Subject: News</div>"),
                  &pool);
    assert_view(mail->parts[0].own, "Undeliverable: ann@example.org");
    assert_view(headers_get(&mail->returned, "Received"), "from a.example.com by mx.example.net with SMTP; x");
    assert_view(headers_get(&mail->returned, "Subject"), "News");
}

static void a_returned_part_comes_before_a_copy_in_text(void)
{
    struct mail *mail =
        mail_read(reader,
                  VIEW("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--- Original message ---\n\n" COPY
                       "\n--b\nContent-Type: text/rfc822-headers\n\nSubject: the part\nTo: x@example.org\n--b--\n"),
                  &pool);
    assert_view(headers_get(&mail->returned, "Subject"), "the part");
    assert_view(mail->parts[0].own, "");
}

static void hostile_texts_come_to_their_end(void)
{
    static const char *const PIECES[] = {
        "--- original message\n", "A: original message:\n", "Received: x\n\n",
        "-----\nTo: x\n",         "From: x\ny\n",           "To: x\nX-Y: original message:\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(PIECES); i++) {
        g_autoptr(GString) text = g_string_new("");
        while (text->len < 256 * 1024)
            g_string_append(text, PIECES[i]);
        read_body(text->str);
        pool_reset(&pool);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
#define TEST(name) g_test_add_func("/mail/returned/" #name, name)
    TEST(the_copy_behind_an_announcing_line_is_cut_off);
    TEST(the_body_of_the_copy_goes_with_it);
    TEST(a_header_paragraph_without_announcement_is_a_copy);
    TEST(words_behind_quoted_headers_stay_the_systems_own);
    TEST(particulars_that_the_system_tells_stay_its_own);
    TEST(prose_is_left_alone);
    TEST(headers_that_html_took_the_indent_from_are_a_copy);
    TEST(a_returned_part_comes_before_a_copy_in_text);
    TEST(hostile_texts_come_to_their_end);
    int status = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return status;
}
