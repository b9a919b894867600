/* SPDX-License-Identifier: MIT */
#include "core/limits.h"
#include "core/mail/mail.h"
#include <gmime/gmime.h>

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

static const char REPORT[] = "From: MAILER-DAEMON@mx.example.net\n"
                             "To: list+ann@example.org\n"
                             "Subject: Undelivered Mail Returned to Sender\n"
                             "MIME-Version: 1.0\n"
                             "Content-Type: multipart/report; report-type=Delivery-Status;\n"
                             "\tboundary=\"outer/mx.example.net\"\n"
                             "\n"
                             "This is a MIME-encapsulated message.\n"
                             "\n"
                             "--outer/mx.example.net\n"
                             "Content-Description: Notification\n"
                             "Content-Type: multipart/alternative; boundary=inner\n"
                             "\n"
                             "--inner\n"
                             "Content-Type: text/plain; charset=utf-8\n"
                             "Content-Transfer-Encoding: quoted-printable\n"
                             "\n"
                             "The mail for ann@ex=\n"
                             "ample.org could not be delivered f=C3=BCr immer.\n"
                             "--inner\n"
                             "Content-Type: text/html; charset=utf-8\n"
                             "\n"
                             "<p>ann@example.org: <b>unknown</b></p>\n"
                             "--inner--\n"
                             "\n"
                             "--outer/mx.example.net\n"
                             "Content-Type: message/delivery-status\n"
                             "\n"
                             "Reporting-MTA: dns; mx.example.net\n"
                             "\n"
                             "Final-Recipient: rfc822; ann@example.org\n"
                             "Action: failed\n"
                             "Status: 5.1.1\n"
                             "\n"
                             "--outer/mx.example.net  \n"
                             "Content-Type: message/rfc822\n"
                             "\n"
                             "From: news@example.com\n"
                             "To: ann@example.org\n"
                             "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n"
                             "Content-Type: multipart/mixed; boundary=inner\n"
                             "\n"
                             "--inner\n"
                             "\n"
                             "Hello\n"
                             "--inner--\n"
                             "\n"
                             "--outer/mx.example.net--\n"
                             "epilogue\n";

static void a_report_comes_apart_into_its_leaves(void)
{
    struct mail *mail = read_text(REPORT);
    assert_view(mail->type, "multipart/report");
    assert_view(mail->report_type, "delivery-status");
    g_assert_cmpuint(mail->part_count, ==, 4);
    static const enum part_kind KINDS[] = {PART_TEXT, PART_HTML, PART_DELIVERY_STATUS, PART_RETURNED};
    static const unsigned DEPTHS[] = {2, 2, 1, 1};
    for (size_t i = 0; i < 4; i++) {
        g_assert_cmpint(mail->parts[i].kind, ==, KINDS[i]);
        g_assert_cmpuint(mail->parts[i].depth, ==, DEPTHS[i]);
        assert_view(mail->parts[i].report_type, "delivery-status");
    }
    assert_view(mail->parts[0].text, "The mail for ann@example.org could not be delivered für immer.");
    assert_view(mail->parts[1].text, "ann@example.org: unknown");
    assert_view(headers_get(&mail->returned, "Subject"), "Grüße");
    assert_view(headers_get(&mail->returned, "To"), "ann@example.org");
    g_assert_cmpuint(mail->notices.count, ==, 0);
    g_assert_true(mail_part(mail, PART_DELIVERY_STATUS) == &mail->parts[2]);
    g_assert_null(mail_part(mail, PART_FEEDBACK));
}

static void a_returned_message_can_be_read_in_its_turn(void)
{
    struct mail *mail = read_text(REPORT);
    struct mail *inner = mail_read(reader, mail_part(mail, PART_RETURNED)->text, &pool);
    assert_view(headers_get(&inner->headers, "From"), "news@example.com");
    assert_view(inner->parts[0].text, "Hello");
}

static void report_parts_are_decoded_wherever_they_stand(void)
{
    struct mail *mail = read_text("Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
                                  "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGFubkBleGFtcGxlLm9yZw0KU3RhdHVzOiA1LjEuMQ0K\n");
    g_assert_cmpint(mail->parts[0].kind, ==, PART_DELIVERY_STATUS);
    assert_view(mail->parts[0].text, "Final-Recipient: rfc822; ann@example.org\nStatus: 5.1.1\n");

    mail = read_text(
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: MESSAGE/Global-Delivery-Status\n"
        "Content-Transfer-Encoding: Quoted-Printable\n\nFinal-Recipient: utf-8; j=C3=B6rg@ex=\nample.org\n--a--\n");
    assert_view(mail_part(mail, PART_DELIVERY_STATUS)->text, "Final-Recipient: utf-8; jörg@example.org");

    mail = read_text("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
                     "VG86IGFubkBleGFtcGxlLm9yZw0KDQpib2R5DQo=\n");
    assert_view(headers_get(&mail->returned, "To"), "ann@example.org");

    mail = read_text(
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain; name*=utf-8''r%C3%BC.txt\n"
        "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\nend\n--a--\n");
    assert_view(mail->parts[0].text, "Cat");
    assert_view(mail->parts[0].name, "rü.txt");
}

static void boundaries_are_found_however_badly_they_are_declared(void)
{
    static const char *const PARAMETERS[] = {
        "boundary=\"b=1\"",         "boundary=b=1",
        "boundary=\"b=1 \"",        "boundary='b=1'",
        "boundary=\"b=1",           "x=y",
        "boundary=other",           "charset=x; boundary=b=1",
        "BOUNDARY = \"b=1\" ; a=b", "boundary*=utf-8''b%3D1",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(PARAMETERS); i++) {
        g_autofree char *text =
            g_strdup_printf("Content-Type: multipart/mixed; %s\n\npreamble\n--b=1 \t\nContent-Type: "
                            "text/plain\n\none\n--b=1\n\ntwo\n--b=1--\n",
                            PARAMETERS[i]);
        struct mail *mail = read_text(text);
        g_test_message("%s", PARAMETERS[i]);
        g_assert_cmpuint(mail->part_count, ==, 2);
        assert_view(mail->parts[0].text, "one");
        assert_view(mail->parts[1].text, "two");
    }
}

static void a_multipart_that_shows_no_boundary_is_text(void)
{
    struct mail *mail = read_text("Content-Type: multipart/report; boundary=x\n\nuser unknown\n-- \nmx\n");
    g_assert_cmpuint(mail->part_count, ==, 1);
    g_assert_cmpint(mail->parts[0].kind, ==, PART_TEXT);
    assert_view(mail->parts[0].text, "user unknown\n-- \nmx\n");
    g_assert_true(has_notice(mail, "without any boundary"));
}

static void unfinished_multiparts_keep_their_parts(void)
{
    struct mail *mail =
        read_text("Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/mixed; "
                  "boundary=outer\n\n--outer\n\none\n--out\n\ntwo\n");
    g_assert_cmpuint(mail->part_count, ==, 2);
    assert_view(mail->parts[0].text, "one");
    assert_view(mail->parts[1].text, "two\n");
    g_assert_true(has_notice(mail, "without its final boundary"));
}

static void parts_without_a_content_type_in_the_header_are_seen(void)
{
    struct mail *mail =
        read_text("Subject: s\n\nThis is a MIME message\n\n--b1\nContent-Type: text/plain\n\none\n--b1--\n");
    g_assert_cmpuint(mail->part_count, ==, 1);
    assert_view(mail->parts[0].text, "one");
    mail = read_text(
        "Subject: s\n\nHi. This is the qmail-send program.\n\n--b1\nContent-Type: text/plain\n\none\n--b1--\n");
    g_assert_cmpint(view_find(mail->parts[0].text, VIEW("qmail")), >, 0);
}

static void a_thousand_nested_multiparts_are_a_notice(void)
{
    g_autoptr(GString) text = g_string_new("");
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    g_string_append(text, "\nhello\n");
    struct mail *mail = mail_read(reader, (struct view){text->str, text->len}, &pool);
    g_assert_true(has_notice(mail, "nested too deeply"));
}

static void more_parts_than_the_limit_are_a_notice(void)
{
    g_autoptr(GString) text = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 5000; i++)
        g_string_append(text, "--b\n\nx\n");
    g_string_append(text, "--b--\n");
    struct mail *mail = mail_read(reader, (struct view){text->str, text->len}, &pool);
    g_assert_cmpuint(mail->part_count, ==, LIMIT_MIME_PARTS);
    g_assert_true(has_notice(mail, "too many MIME parts"));
}

static void empty_and_degenerate_messages_are_read(void)
{
    static const char *const TEXTS[] = {
        "",
        "\n",
        "\n\n\n",
        "--b",
        "--b\n--b\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b",
        ":",
        ": x\n",
        "Content-Type:\n\nx",
        "Content-Type: ;\n\nx",
        "Content-Type: text\n\nx",
        "From \n",
        "Content-Type: multipart/\n\n--a\n\n",
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
        "Content-Type: message/rfc822\n\n",
        "Content-Type: text/plain; charset=\"\n\n\xff",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(TEXTS); i++)
        g_assert_cmpuint(read_text(TEXTS[i])->part_count, <=, 2);
    struct mail *nuls = mail_read(reader, VIEW("Subject: a\0b\n\nuser\0 unknown\n"), &pool);
    assert_view(nuls->parts[0].text, "user unknown\n");
    assert_view(headers_get(&nuls->headers, "Subject"), "a b");
}

static void long_bodies_and_bad_boundaries_take_linear_time(void)
{
    g_autoptr(GString) text = g_string_new("Content-Type: multipart/mixed; boundary=");
    for (int i = 0; i < 150; i++)
        g_string_append_c(text, 'a');
    g_string_append(text, "\n\n");
    size_t start = text->len;
    g_string_set_size(text, 8 * 1024 * 1024);
    memset(text->str + start, 'a', text->len - start);
    gint64 before = g_get_monotonic_time();
    struct mail *mail = mail_read(reader, (struct view){text->str, text->len}, &pool);
    g_assert_cmpint(g_get_monotonic_time() - before, <, 5 * G_USEC_PER_SEC);
    g_assert_cmpuint(mail->parts[0].text.len, ==, LIMIT_PART_TEXT);
    g_assert_true(has_notice(mail, "long text"));
}

/* --- GMime is the oracle for well-formed messages
 * ---------------------------------------------------------------------- */

static void collect(GMimeObject *object, GPtrArray *leaves)
{
    if (!GMIME_IS_MULTIPART(object)) {
        g_ptr_array_add(leaves, object);
        return;
    }
    GMimeMultipart *multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
        collect(g_mime_multipart_get_part(multipart, i), leaves);
}

static void assert_same_leaf(const struct part *part, GMimeObject *leaf)
{
    g_autofree char *written = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(leaf));
    g_autofree char *type = g_ascii_strdown(written, -1);
    assert_view(part->type, type);
    if (!GMIME_IS_TEXT_PART(leaf) || part->kind != PART_TEXT)
        return;
    g_autofree char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(leaf));
    assert_view(part->text, text);
}

static void assert_same_tree(const char *text)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_autoptr(GPtrArray) leaves = g_ptr_array_new();
    collect(g_mime_message_get_mime_part(message), leaves);
    struct mail *mail = read_text(text);
    g_assert_cmpuint(mail->part_count, ==, leaves->len);
    for (size_t i = 0; i < mail->part_count; i++)
        assert_same_leaf(&mail->parts[i], leaves->pdata[i]);
    assert_view(headers_get(&mail->headers, "Subject"), g_mime_message_get_subject(message));
    g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
}

static void add_random_text(GString *text, GRand *rand)
{
    static const char *const LINES[] = {"user unknown\n",    "\n",         "-- \nsignature\n",
                                        "ann@example.org\n", "f=C3=BCr\n", "--not\n"};
    for (int i = g_rand_int_range(rand, 1, 6); i > 0; i--)
        g_string_append(text, LINES[g_rand_int_range(rand, 0, G_N_ELEMENTS(LINES))]);
}

static void add_random_entity(GString *text, GRand *rand, int depth, int *boundaries)
{
    static const char *const LEAVES[] = {
        "Content-Type: text/plain\n",
        "Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: quoted-printable\n",
        "Content-Type: message/delivery-status\n",
        "Content-Type: TEXT/PLAIN;\n\tcharset=us-ascii\n",
        "Content-Type: application/octet-stream\n",
        "Content-Description: none\n",
    };
    if (depth >= 4 || g_rand_int_range(rand, 0, 2) == 0) {
        g_string_append_printf(text, "%s\n", LEAVES[g_rand_int_range(rand, 0, G_N_ELEMENTS(LEAVES))]);
        add_random_text(text, rand);
        return;
    }
    int boundary = (*boundaries)++;
    g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=\"=_%d_\"\n\n", boundary);
    for (int i = g_rand_int_range(rand, 1, 4); i > 0; i--) {
        g_string_append_printf(text, "--=_%d_\n", boundary);
        add_random_entity(text, rand, depth + 1, boundaries);
        g_string_append(text, "\n");
    }
    g_string_append_printf(text, "--=_%d_--\n", boundary);
}

static void well_formed_messages_read_as_gmime_reads_them(void)
{
    assert_same_tree(REPORT);
    g_autoptr(GRand) rand = g_rand_new_with_seed(2);
    g_autoptr(GString) text = g_string_new("");
    for (int i = 0; i < 500; i++) {
        int boundaries = 0;
        g_string_assign(text, "From: a@example.org\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= to\n all\n");
        add_random_entity(text, rand, 0, &boundaries);
        assert_same_tree(text->str);
        pool_reset(&pool);
    }
}

static void flipped_bytes_never_break_the_reader(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    char bytes[sizeof REPORT];
    for (int round = 0; round < 20000; round++) {
        memcpy(bytes, REPORT, sizeof REPORT);
        for (int flips = g_rand_int_range(rand, 1, 12); flips > 0; flips--)
            bytes[g_rand_int_range(rand, 0, sizeof REPORT - 1)] = (char)g_rand_int_range(rand, 0, 256);
        size_t from = round % 4 ? 0 : (size_t)g_rand_int_range(rand, 0, sizeof REPORT - 1);
        struct mail *mail = mail_read(reader, (struct view){bytes + from, sizeof REPORT - 1 - from}, &pool);
        for (size_t i = 0; i < mail->part_count; i++) {
            const struct part *part = &mail->parts[i];
            g_assert_true(part->kind == PART_RETURNED || part->text.len == 0 ||
                          g_utf8_validate(part->text.data, (gssize)part->text.len, NULL));
        }
        struct view subject = headers_get(&mail->headers, "Subject");
        g_assert_true(subject.len == 0 || g_utf8_validate(subject.data, (gssize)subject.len, NULL));
        pool_reset(&pool);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
#define TEST(name) g_test_add_func("/mail/mime/" #name, name)
    TEST(a_report_comes_apart_into_its_leaves);
    TEST(a_returned_message_can_be_read_in_its_turn);
    TEST(report_parts_are_decoded_wherever_they_stand);
    TEST(boundaries_are_found_however_badly_they_are_declared);
    TEST(a_multipart_that_shows_no_boundary_is_text);
    TEST(unfinished_multiparts_keep_their_parts);
    TEST(parts_without_a_content_type_in_the_header_are_seen);
    TEST(a_thousand_nested_multiparts_are_a_notice);
    TEST(more_parts_than_the_limit_are_a_notice);
    TEST(empty_and_degenerate_messages_are_read);
    TEST(long_bodies_and_bad_boundaries_take_linear_time);
    TEST(well_formed_messages_read_as_gmime_reads_them);
    TEST(flipped_bytes_never_break_the_reader);
    int status = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return status;
}
