/* SPDX-License-Identifier: MIT
 * Rows cut with memchr and rows that libcsv cuts are the same rows: random files against libcsv on its own. */
#include "core/error.h"
#include "core/limits.h"
#include "core/list/scan.h"

#include <sys/mman.h>
#include <unistd.h>

enum { ROUNDS = 4000 };

static int file_of(const GString *bytes)
{
    int fd = memfd_create("list", MFD_CLOEXEC);
    g_assert_cmpint(write(fd, bytes->str, bytes->len), ==, (ssize_t)bytes->len);
    return fd;
}

/* What libcsv says, as text: cells and rows, each with its length. */
static void say_cell(void *cell, size_t len, void *user)
{
    g_string_append_printf(user, "%zu:", len);
    g_string_append_len(user, cell, (gssize)len);
}

static void say_row(int terminator, void *user)
{
    (void)terminator;
    g_string_append_c(user, '#');
}

/* False: a quote is open at the end. */
static bool ask_libcsv(struct view bytes, char delimiter, GString *said)
{
    struct csv_parser parser;
    csv_init(&parser, 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    g_assert_cmpuint(csv_parse(&parser, bytes.data, bytes.len, say_cell, say_row, said), ==, bytes.len);
    csv_set_opts(&parser, CSV_STRICT | CSV_STRICT_FINI);
    bool closed = csv_fini(&parser, say_cell, say_row, said) == 0;
    csv_free(&parser);
    return closed;
}

static void say_scanned(const struct scan *scan, GString *said)
{
    g_assert_cmpuint(scan->cells, ==, scan->kept);
    for (size_t i = 0; i < scan->cells; i++)
        say_cell((void *)(guintptr)scan_cell(scan, i).data, scan_cell(scan, i).len, said);
    say_row(0, said);
}

static guint64 count_lines(struct view bytes)
{
    struct view line;
    guint64 lines = 0;
    while (view_next_line(&bytes, &line))
        lines++;
    return lines;
}

static bool is_blank(struct view gap)
{
    return view_trim(gap).len == 0 && view_index(gap, '\0') < 0;
}

static void compare(const GString *bytes, char delimiter)
{
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autoptr(GString) said = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    bool closed = ask_libcsv((struct view){bytes->str, bytes->len}, delimiter, expected);
    int fd = file_of(bytes);
    struct scan scan;
    scan_init(&scan, fd, "list", delimiter, 0, 1);
    guint64 end = 0, counted = 0, lines = 0;
    while (scan_next(&scan, &error)) {
        say_scanned(&scan, said);
        g_assert_cmpuint(scan.offset, >=, end);
        g_assert_true(is_blank((struct view){bytes->str + end, scan.offset - end}));
        lines += count_lines((struct view){bytes->str + counted, scan.offset - counted});
        counted = scan.offset;
        g_assert_cmpuint(scan.line, ==, 1 + lines);
        struct view row = {bytes->str + scan.offset, scan.length};
        g_assert_true(view_equal(scan_bytes(&scan), row));
        g_assert_cmpint(scan.nul, ==, view_index(row, '\0') >= 0);
        end = scan.offset + scan.length;
    }
    if (closed) {
        g_assert_no_error(error);
        g_assert_cmpmem(said->str, said->len, expected->str, expected->len);
        g_assert_true(is_blank((struct view){bytes->str + end, bytes->len - end}));
    } else {
        g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
        g_assert_cmpuint(said->len, <=, expected->len);
        g_assert_cmpmem(said->str, said->len, expected->str, said->len);
    }
    scan_clear(&scan);
    close(fd);
}

static const char DELIMITERS[] = ",;\t|";

/* Any bytes in any order: quotes, spaces and line ends where nobody would put them. */
static void any_bytes_are_cut_as_libcsv_cuts_them(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    static const char BYTES[] = "aab  ,,;\t|\"\"\"\n\n\r\r\n\xc3@\0";
    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(GString) bytes = g_string_new(NULL);
        for (int n = g_rand_int_range(rand, 0, 80); n > 0; n--)
            g_string_append_c(bytes, BYTES[g_rand_int_range(rand, 0, sizeof BYTES - 1)]);
        compare(bytes, DELIMITERS[round % 4]);
    }
}

static void add_random_cell(GRand *rand, GString *bytes, const char *eol)
{
    int kind = g_rand_int_range(rand, 0, 12);
    if (kind == 0)
        g_string_append_printf(bytes, "\"a%sb\"", eol);
    else if (kind == 1)
        g_string_append(bytes, " \"say \"\"hi\"\"\" ");
    else if (kind == 2)
        g_string_append(bytes, "5\" pipe");
    else if (kind < 6)
        g_string_append_printf(bytes, "\"x%d,;|\t\"", g_rand_int_range(rand, 0, 99));
    else
        g_string_append_printf(bytes, "u%d@example.org", g_rand_int_range(rand, 0, 99999));
}

static void add_random_row(GRand *rand, GString *bytes, char delimiter, const char *eol)
{
    for (int i = g_rand_int_range(rand, 1, 7); i > 0; i--) {
        add_random_cell(rand, bytes, eol);
        if (i > 1)
            g_string_append_c(bytes, delimiter);
    }
    g_string_append(bytes, eol);
    if (g_rand_int_range(rand, 0, 30) == 0)
        g_string_append(bytes, eol);
}

/* Several blocks long, so that rows, quotes and CRLF lie across their borders. */
static void long_files_are_cut_as_libcsv_cuts_them(void)
{
    static const char *const EOLS[] = {"\n", "\r\n", "\r"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(2);
    for (int round = 0; round < 6; round++) {
        g_autoptr(GString) bytes = g_string_new(NULL);
        while (bytes->len < 600 * 1000)
            add_random_row(rand, bytes, DELIMITERS[round % 4], EOLS[round % 3]);
        g_string_truncate(bytes, bytes->len - (gsize)(round % 2));
        compare(bytes, DELIMITERS[round % 4]);
    }
}

static void a_crlf_across_two_blocks_is_one_line_end(void)
{
    for (size_t len = 256 * 1024 - 4; len < 256 * 1024 + 2; len++) {
        g_autoptr(GString) bytes = g_string_new(NULL);
        while (bytes->len < len)
            g_string_append_c(bytes, 'a');
        g_string_append(bytes, "\r\nb,c\r\n");
        compare(bytes, ',');
    }
}

static char *error_of(const GString *bytes)
{
    g_autoptr(GError) error = NULL;
    int fd = file_of(bytes);
    struct scan scan;
    scan_init(&scan, fd, "list", ',', 0, 1);
    while (scan_next(&scan, &error))
        ;
    scan_clear(&scan);
    close(fd);
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
    return g_strdup(error->message);
}

static void a_row_past_the_limit_is_an_error_with_its_line(void)
{
    g_autoptr(GString) bytes = g_string_new("a,b\nc,d\n");
    for (size_t i = 0; i <= LIMIT_CSV_ROW; i++)
        g_string_append_c(bytes, 'x');
    g_autofree char *open = error_of(bytes);
    g_assert_cmpstr(open, ==, "cannot read 'list': line 3: the row is longer than 1024 KB");
    g_string_append(bytes, ",y\n");
    g_autofree char *ended = error_of(bytes);
    g_assert_cmpstr(ended, ==, open);
}

static void an_open_quote_is_an_error_with_the_line_where_it_opens(void)
{
    g_autoptr(GString) bytes = g_string_new("a,b\n\"c\nd\",\"e\"\n\"f\ng\",\"h\ni,j\n");
    g_autofree char *small = error_of(bytes);
    g_assert_cmpstr(small, ==, "cannot read 'list': line 5: the quote that opens here is not closed");
    for (int i = 0; i < LIMIT_CSV_ROW; i++)
        g_string_append(bytes, "x,y\n");
    g_autofree char *large = error_of(bytes);
    g_assert_cmpstr(large, ==, small);
}

static void a_quote_out_of_place_is_noticed_when_it_swallows_lines(void)
{
    g_autoptr(GString) bytes = g_string_new("\"Bob\" Smith,b@example.org\n\"Al\",a@example.org\n"
                                            "\"Bob\" Smith\",c@example.org\n\"two\nlines\",d@example.org\n");
    static const bool BAD[] = {true, false, false};
    int fd = file_of(bytes);
    struct scan scan;
    scan_init(&scan, fd, "list", ',', 0, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++) {
        g_assert_true(scan_next(&scan, NULL));
        g_assert_cmpint(scan.bad_quotes, ==, BAD[i]);
    }
    g_assert_false(scan_next(&scan, NULL));
    scan_clear(&scan);
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scan/any bytes are cut as libcsv cuts them", any_bytes_are_cut_as_libcsv_cuts_them);
    g_test_add_func("/scan/long files are cut as libcsv cuts them", long_files_are_cut_as_libcsv_cuts_them);
    g_test_add_func("/scan/a CRLF across two blocks is one line end", a_crlf_across_two_blocks_is_one_line_end);
    g_test_add_func("/scan/a row past the limit is an error with its line",
                    a_row_past_the_limit_is_an_error_with_its_line);
    g_test_add_func("/scan/an open quote is an error with the line where it opens",
                    an_open_quote_is_an_error_with_the_line_where_it_opens);
    g_test_add_func("/scan/a quote out of place is noticed when it swallows lines",
                    a_quote_out_of_place_is_noticed_when_it_swallows_lines);
    return g_test_run();
}
