/* SPDX-License-Identifier: MIT */
#include "core/archive/eol.h"
#include "core/archive/mbox.h"
#include "core/archive/sniff.h"

#define FROM "From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n"

/* "offset:bytes" of every message, each closed with '#'; pushed in pieces of `piece` bytes. */
static char *messages_of(struct view bytes, size_t piece, bool split, size_t max)
{
    struct mbox_reader reader;
    struct mbox_message message;
    GString *text = g_string_new(NULL);
    mbox_init(&reader, max);
    mbox_start(&reader, split);
    for (size_t at = 0;; at += piece) {
        while (mbox_next(&reader, &message)) {
            g_string_append_printf(text, "%" G_GUINT64_FORMAT ":", message.offset);
            g_string_append_len(text, message.bytes.data, (gssize)message.bytes.len);
            if (message.size > message.bytes.len)
                g_string_append_printf(text, "(of %" G_GUINT64_FORMAT ")", message.size);
            g_string_append_c(text, '#');
        }
        if (reader.ended)
            break;
        if (at >= bytes.len)
            mbox_end(&reader);
        else
            mbox_push(&reader, view_first(view_from(bytes, at), piece));
    }
    mbox_clear(&reader);
    return g_string_free(text, FALSE);
}

/* However the bytes are cut, the messages are the same. */
static void expect_split(struct view bytes, bool split, const char *expected)
{
    for (size_t piece = 1; piece <= bytes.len + 1; piece++) {
        g_autofree char *found = messages_of(bytes, piece, split, 1000000);
        g_assert_cmpstr(found, ==, expected);
    }
}
#define EXPECT(literal, expected) expect_split(VIEW(literal), true, expected)

static void two_messages_are_found_without_the_empty_line_between(void)
{
    EXPECT(FROM "Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo\n\n",
           "44:Subject: a\n\none\n#105:Subject: b\n\ntwo\n#");
}

static void a_missing_last_newline_loses_nothing(void)
{
    EXPECT(FROM "Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo", "44:Subject: a\n\none\n#105:Subject: b\n\ntwo#");
    EXPECT(FROM "Subject: a", "44:Subject: a#");
}

static void an_empty_file_holds_no_message(void)
{
    EXPECT("", "");
    EXPECT("\n\n\n", "");
    EXPECT(FROM, "");
}

static void line_ends_of_dos_and_of_old_macs_are_understood(void)
{
#define DOS "From x Fri Jul  8 12:08:34 2011\r\n"
#define MAC "From x Fri Jul  8 12:08:34 2011\r"
    EXPECT(DOS "Subject: a\r\n\r\none\r\n\r\n" DOS "Subject: b\r\n\r\ntwo\r\n",
           "33:Subject: a\r\n\r\none\r\n#87:Subject: b\r\n\r\ntwo\r\n#");
    EXPECT(MAC "Subject: a\r\rone\r\r" MAC "Subject: b\r\rtwo\r", "32:Subject: a\r\rone\r#81:Subject: b\r\rtwo\r#");
    EXPECT(DOS "Subject: a\r\n\r\none\r\n\r\n" MAC "Subject: b\r\rtwo\r\r" FROM "Subject: c\n\nthree\n",
           "33:Subject: a\r\n\r\none\r\n#86:Subject: b\r\rtwo\r#147:Subject: c\n\nthree\n#");
}

static void from_lines_in_bodies_do_not_split(void)
{
    static const char *const bodies[] = {
        "\nFrom here on it is prose\nwith: colons\n",               /* no date */
        "\nFrom a Fri Jul  8 12:08:34 2011\nno header behind\n",    /* no header */
        "text\nFrom a Fri Jul  8 12:08:34 2011\nSubject: quoted\n", /* no empty line before */
        "\n>From a Fri Jul  8 12:08:34 2011\nSubject: quoted\n",    /* quoted */
        "\nFrom a Fri Jul  8 12:08:34\nSubject: no year\n",
        "\nFrom a Fri Jul  8 12:08:34 2011\nhttp://example.org/\n",
        "\nFrom: a Fri Jul  8 12:08:34 2011\nSubject: x\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *bytes = g_strconcat(FROM "Subject: a\n\n", bodies[i], "\n" FROM "Subject: b\n\ntwo\n", NULL);
        g_autofree char *expected =
            g_strdup_printf("44:Subject: a\n\n%s#%zu:Subject: b\n\ntwo\n#", bodies[i], 56 + strlen(bodies[i]) + 1 + 44);
        expect_split(view_of(bytes), true, expected);
    }
}

static void separators_of_many_programs_are_known(void)
{
    static const char *const lines[] = {
        "From - Fri Jul 08 12:08:34 2011",
        "From  Fri Jul  8 12:08:34 2011",
        "From a b@example.org Fri Jul  8 12:08 MET DST 2011",
        "From ann@example.org Fri, 8 Jul 2011 12:08:34 +0200",
        "From ann at example.org  Fri Jul  8 12:08:34 2011",
        "From ann@example.org 2011-07-08T12:08:34Z",
        "From \"a b\"@example.org Fri Jul  8 12:08:34 2011 remote from uucp",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        g_assert_true(sniff_is_separator(view_of(lines[i])));
    g_assert_false(sniff_is_separator(VIEW("From the 8 of Jul 2011 on we are closed")));
    g_assert_false(sniff_is_separator(VIEW("From 12:30 on we are closed in 2011")));
}

static void a_true_content_length_carries_over_unquoted_separators(void)
{
    EXPECT(FROM "Content-Length: 59\n\n" FROM "Subject: in it\n" FROM "Subject: b\n\ntwo\n",
           "44:Content-Length: 59\n\n" FROM "Subject: in it\n#167:Subject: b\n\ntwo\n#");
}

static void a_content_length_that_lies_is_not_believed(void)
{
    static const char *const values[] = {"1", "0", "9", "70", "100000", "99999999999999999999", "-5", "abc"};
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *first = g_strdup_printf("Content-Length: %s\n\none and more\n", values[i]);
        g_autofree char *bytes = g_strconcat(FROM, first, "\n" FROM "Subject: b\n\ntwo\n", NULL);
        g_autofree char *expected =
            g_strdup_printf("44:%s#%zu:Subject: b\n\ntwo\n#", first, 44 + strlen(first) + 1 + 44);
        expect_split(view_of(bytes), true, expected);
    }
}

static void a_message_beyond_the_limit_is_cut_and_the_next_is_found(void)
{
    g_autofree char *filler = g_strnfill(300000, 'x');
    g_autofree char *bytes = g_strconcat(FROM "Subject: a\n\n", filler, "\n\n" FROM "Subject: b\n\ntwo\n", NULL);
    static const size_t pieces[] = {1000, 4096, 65536, 1000000};
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree char *found = messages_of(view_of(bytes), pieces[i], true, 20);
        g_assert_cmpstr(found, ==, "44:Subject: a\n\nxxxxxxxx(of 300013)#300102:Subject: b\n\ntwo\n#");
    }
}

static void a_huge_message_is_not_held_in_memory(void)
{
    struct mbox_reader reader;
    struct mbox_message message;
    g_autofree char *piece = g_strnfill(64 * 1024, 'x');
    mbox_init(&reader, 1000);
    mbox_push(&reader, VIEW(FROM "Subject: a\n\n"));
    for (int i = 0; i < 500; i++) {
        mbox_push(&reader, (struct view){.data = piece, .len = 64 * 1024});
        g_assert_false(mbox_next(&reader, &message));
    }
    g_assert_cmpuint(reader.capacity, <, 1024 * 1024);
    mbox_end(&reader);
    g_assert_true(mbox_next(&reader, &message));
    g_assert_cmpuint(message.size, ==, 12 + 500 * 64 * 1024);
    g_assert_cmpuint(message.bytes.len, ==, 1000);
    mbox_clear(&reader);
}

static void a_single_message_is_never_split(void)
{
    expect_split(VIEW("Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo\n"), false,
                 "0:Subject: a\n\none\n\n" FROM "Subject: b\n\ntwo\n#");
}

static void what_stands_before_headers_is_stepped_over(void)
{
    expect_split(VIEW("\xef\xbb\xbf\n\nSubject: a\n\none\n"), false, "5:Subject: a\n\none\n#");
    expect_split(VIEW(">From x Fri Jul  8 12:08:34 2011\nSubject: a\n"), false, "33:Subject: a\n#");
    EXPECT(FROM ">From x Fri Jul  8 12:08:34 2011\nSubject: a\n", "77:Subject: a\n#");
    EXPECT("From x\nSubject: a\n", "7:Subject: a\n#");
}

static void bytes_of_any_value_are_kept(void)
{
    struct mbox_reader reader;
    struct mbox_message message;
    mbox_init(&reader, 1000);
    mbox_push(&reader, VIEW(FROM "Subject: \xe9\0\xff\n\n\0\n"));
    mbox_end(&reader);
    g_assert_true(mbox_next(&reader, &message));
    g_assert_true(view_equal(message.bytes, VIEW("Subject: \xe9\0\xff\n\n\0\n")));
    g_assert_false(mbox_next(&reader, &message));
    mbox_clear(&reader);
}

/* Bytes of few kinds, so that line ends, separators and headers meet in every way; a fixed seed. */
static void noise_gives_the_same_messages_however_it_is_cut(void)
{
    static const char *const words[] = {"\n",
                                        "\r",
                                        "\r\n",
                                        "From ",
                                        FROM,
                                        "Subject: a\n",
                                        "x",
                                        ">From ",
                                        ("\n\n" FROM),
                                        "\r\r",
                                        "Content-Length: 3\n",
                                        ": ",
                                        "\xef\xbb\xbf",
                                        "From x Fri Jul  8 12:08:34 2011\r",
                                        "http:"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(5322);
    for (int round = 0; round < 400; round++) {
        g_autoptr(GString) bytes = g_string_new(g_rand_boolean(rand) ? FROM : "");
        for (int i = g_rand_int_range(rand, 1, 25); i > 0; i--)
            g_string_append(bytes, words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
        struct view view = {.data = bytes->str, .len = bytes->len};
        for (int split = 0; split < 2; split++) {
            g_autofree char *whole = messages_of(view, bytes->len + 1, split, 1000000);
            for (size_t piece = 1; piece < 8; piece++) {
                g_autofree char *cut = messages_of(view, piece, split, 1000000);
                g_assert_cmpstr(cut, ==, whole);
            }
        }
    }
}

static void line_ends_become_lf(void)
{
    const struct {
        struct view from, to;
    } cases[] = {
        {VIEW(""), VIEW("")},
        {VIEW("a\nb"), VIEW("a\nb")},
        {VIEW("a\r\nb\r\n"), VIEW("a\nb\n")},
        {VIEW("a\rb\r\rc\r"), VIEW("a\nb\n\nc\n")},
        {VIEW("a\r\r\nb"), VIEW("a\nb")},
        {VIEW("\r"), VIEW("\n")},
        {VIEW("a\0\r\n"), VIEW("a\0\n")},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char into[64];
        size_t n = eol_copy(into, cases[i].from);
        g_assert_true(view_equal((struct view){.data = into, .len = n}, cases[i].to));
    }
}

static void looking_inside_tells_what_a_file_is(void)
{
    const struct {
        struct view head;
        enum sniff kind;
    } cases[] = {
        {VIEW(""), SNIFF_EMPTY},
        {VIEW("\r\n \n"), SNIFF_EMPTY},
        {VIEW(FROM "Subject: a\n"), SNIFF_MBOX},
        {VIEW("From x\nSubject: a\n"), SNIFF_MBOX},
        {VIEW("Subject: a\n\nx"), SNIFF_MESSAGE},
        {VIEW("\xef\xbb\xbf\n>From x\nSubject: a\n"), SNIFF_MESSAGE},
        {VIEW("Received : a\n"), SNIFF_MESSAGE},
        {VIEW("Subject: a\r\rlone CRs"), SNIFF_MESSAGE},
        {VIEW("Subject: \xe9\n\nwith a \0 in it"), SNIFF_MESSAGE},
        {VIEW("Dear ann,\nit bounced\n"), SNIFF_TEXT},
        {VIEW("From the desk of ann\nit bounced\n"), SNIFF_TEXT},
        {VIEW("http://example.org/\n"), SNIFF_TEXT},
        {VIEW("\x1f\x8b\x08\0"), SNIFF_PACKED},
        {VIEW("PK\x03\x04"), SNIFF_PACKED},
        {VIEW("BZh91AY&SY"), SNIFF_PACKED},
        {VIEW("BZhello is text\n"), SNIFF_TEXT},
        {VIEW("\x89PNG\r\n\x1a\n\0\0\0"), SNIFF_UNKNOWN},
        {VIEW("\x7f"
              "ELF\x02\x01\x01\0"),
         SNIFF_UNKNOWN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %zu", i);
        g_assert_cmpint(sniff(cases[i].head, true), ==, cases[i].kind);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/mbox/" name, function)
    TEST("two messages are found, without the empty line between",
         two_messages_are_found_without_the_empty_line_between);
    TEST("a missing last newline loses nothing", a_missing_last_newline_loses_nothing);
    TEST("an empty file holds no message", an_empty_file_holds_no_message);
    TEST("line ends of DOS and of old Macs are understood", line_ends_of_dos_and_of_old_macs_are_understood);
    TEST("From lines in bodies do not split", from_lines_in_bodies_do_not_split);
    TEST("separators of many programs are known", separators_of_many_programs_are_known);
    TEST("a true Content-Length carries over unquoted separators",
         a_true_content_length_carries_over_unquoted_separators);
    TEST("a Content-Length that lies is not believed", a_content_length_that_lies_is_not_believed);
    TEST("a message beyond the limit is cut, and the next is found",
         a_message_beyond_the_limit_is_cut_and_the_next_is_found);
    TEST("a huge message is not held in memory", a_huge_message_is_not_held_in_memory);
    TEST("a single message is never split", a_single_message_is_never_split);
    TEST("what stands before headers is stepped over", what_stands_before_headers_is_stepped_over);
    TEST("bytes of any value are kept", bytes_of_any_value_are_kept);
    TEST("noise gives the same messages however it is cut", noise_gives_the_same_messages_however_it_is_cut);
    TEST("line ends become LF", line_ends_become_lf);
    TEST("looking inside tells what a file is", looking_inside_tells_what_a_file_is);
    return g_test_run();
}
