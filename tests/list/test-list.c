/* SPDX-License-Identifier: MIT
 * Lists as people have them: dialects, columns, broken files; nothing but the rows named ever changes. */
#include "core/error.h"
#include "core/list/cell.h"
#include "core/list/list.h"
#include "core/output.h"

#include <csv.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A view that may stand in a static table. */
#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        literal, sizeof(literal) - 1                                                                                   \
    }

static char *folder;
static char *path;     /* of the list under test */
static char *out_path; /* of the copy */

static void put(struct view bytes)
{
    g_assert_true(g_file_set_contents(path, bytes.data, (gssize)bytes.len, NULL));
}

/* ---- reading into a text: address,id;… ---- */

static bool say_row(const struct row *row, void *user, GError **error)
{
    static const char *const FAULTS[] = {
        [ROW_SOUND] = "",   [ROW_NO_ADDRESS] = "!none",   [ROW_BAD_ADDRESS] = "!bad",
        [ROW_NUL] = "!nul", [ROW_BAD_QUOTES] = "!quotes",
    };
    (void)error;
    GString *said = user;
    g_string_append_len(said, row->address.data, (gssize)row->address.len);
    if (row->id.len > 0) {
        g_string_append_c(said, '=');
        g_string_append_len(said, row->id.data, (gssize)row->id.len);
    }
    g_string_append_printf(said, "%s%s%s ", FAULTS[row->fault], row->ragged ? "!ragged" : "",
                           row->invalid_utf8 ? "!utf8" : "");
    return true;
}

static void expect_rows(struct list *list, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) said = g_string_new(NULL);
    list_each(list, say_row, said, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(said->str, ==, expected);
}

static struct list *open_sound(const struct list_options *options)
{
    g_autoptr(GError) error = NULL;
    struct list *list = list_open(path, options, &error);
    g_assert_no_error(error);
    return list;
}

static const struct {
    const char *name;
    struct view bytes;
    const char *rows;
    char delimiter;
    bool header;
} DIALECTS[] = {
    {"comma", TEXT("email,name\na@example.org,Ann\n"), "a@example.org ", ',', true},
    {"semicolon, commas in the cells", TEXT("Name;E-Mail-Adresse\n\"B, Ann\";a@example.org\nC, D;c@example.org\n"),
     "a@example.org c@example.org ", ';', true},
    {"tab", TEXT("id\tmail\n1\ta@example.org\n"), "a@example.org=1 ", '\t', true},
    {"pipe", TEXT("1|a@example.org\n2|b@example.org\n"), "a@example.org b@example.org ", '|', false},
    {"one column, no header", TEXT("a@example.org\nb@example.org"), "a@example.org b@example.org ", ',', false},
    {"one row", TEXT("a@example.org"), "a@example.org ", ',', false},
    {"header only", TEXT("email;name"), "", ';', true},
    {"BOM and CRLF",
     TEXT("\xef\xbb\xbf"
          "email,id\r\na@example.org,7\r\n"),
     "a@example.org=7 ", ',', true},
    {"BOM, no header",
     TEXT("\xef\xbb\xbf"
          "a@example.org\r\n"),
     "a@example.org ", ',', false},
    {"lone CR", TEXT("email,id\ra@example.org,7\r"), "a@example.org=7 ", ',', true},
    {"Excel's separator line", TEXT("sep=;\r\nx,y;email\r\n1,2;a@example.org\r\n"), "a@example.org ", ';', true},
    {"line ends in quotes", TEXT("note,email\n\"one\ntwo\",a@example.org\n\"\"\"x\"\"\",b@example.org\n"),
     "a@example.org b@example.org ", ',', true},
    {"blank lines", TEXT("\n\nemail\n\n a@example.org \n  \n\nb@example.org\n\n"), "a@example.org b@example.org ", ',',
     true},
    {"no last line end", TEXT("email,x\na@example.org,"), "a@example.org ", ',', true},
    {"ragged rows", TEXT("email,x\na@example.org\nb@example.org,1,2\nc@example.org,\n"),
     "a@example.org!ragged b@example.org!ragged c@example.org ", ',', true},
    {"no address in the cell", TEXT("n,email\n1,\n2,none\n3\n4,a@example.org\n"),
     "!none none!bad !none!ragged a@example.org ", ',', true},
    {"address in clothes",
     TEXT("email\nmailto:a@example.org\n<b@example.org>\n\" c@example.org \"\nD <d@example.org>\n"),
     "a@example.org b@example.org c@example.org d@example.org ", ',', true},
    {"no-break space",
     TEXT("email\n\xc2\xa0"
          "a@example.org\xe2\x80\x8b\n"),
     "a@example.org ", ',', true},
    {"NUL in a row", TEXT("email,x\na@example.org,\0\nb@example.org,1\n"), "a@example.org!nul b@example.org ", ',',
     true},
    {"invalid UTF-8", TEXT("email,x\n\xe9@example.org,\nb@example.org,\xe9\n"),
     "\xe9@example.org!bad!utf8 b@example.org ", ',', true},
    {"quote inside a bare cell", TEXT("size,email\n5\" pipe,a@example.org\n"), "a@example.org ", ',', true},
    {"quote out of place",
     TEXT("n,email\n\"B\" C,b@example.org\n\"A\",a@example.org\n1,d@example.org\n2,e@example.org\n"),
     "!quotes d@example.org e@example.org ", ',', true},
    {"name of the source in the first row", TEXT("a@example.org,mail\nb@example.org,mail\n"),
     "a@example.org b@example.org ", ',', false},
    {"header that lies", TEXT("mail,contact\nyes,a@example.org\nno,b@example.org\n"), "a@example.org b@example.org ",
     ',', true},
    {"Latin-1 header", TEXT("nimi;s\xe4hk\xf6posti\nA;a@example.org\n"), "a@example.org ", ';', true},
    {"upper case and underscores", TEXT("MEMBER_ID,EMAIL_ADDRESS\n5,a@example.org\n"), "a@example.org=5 ", ',', true},
    {"Spanish", TEXT("Correo Electronico,x\na@example.org,\n"), "a@example.org ", ',', true},
    {"Chinese", TEXT("编号,电子邮件\n5,a@example.org\n"), "a@example.org=5 ", ',', true},
    {"Japanese", TEXT("氏名,メールアドレス\nx,a@example.org\n"), "a@example.org ", ',', true},
    {"Russian", TEXT("Имя;Электронная почта\nx;a@example.org\n"), "a@example.org ", ';', true},
    {"found by the cells", TEXT("who,where\nAnn,a@example.org\nBen,b@example.org\n"), "a@example.org b@example.org ",
     ',', true},
};

static void lists_are_read_in_the_dialect_they_have(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(DIALECTS); i++) {
        g_test_message("%s", DIALECTS[i].name);
        put(DIALECTS[i].bytes);
        struct list *list = open_sound(NULL);
        g_assert_cmpint(list_shape(list)->delimiter, ==, DIALECTS[i].delimiter);
        g_assert_cmpint(list_shape(list)->header, ==, DIALECTS[i].header);
        expect_rows(list, DIALECTS[i].rows);
        expect_rows(list, DIALECTS[i].rows);
        list_close(list);
    }
}

static void the_head_is_kept_as_it_stands(void)
{
    put(VIEW("\xef\xbb\xbf\r\nEmail,\"a \"\"b\"\"\"\r\na@example.org,1\r\n"));
    struct list *list = open_sound(NULL);
    const struct list_shape *shape = list_shape(list);
    g_assert_true(view_equal(shape->head, VIEW("\xef\xbb\xbf\r\nEmail,\"a \"\"b\"\"\"\r\n")));
    g_assert_true(shape->bom);
    g_assert_cmpstr(shape->eol, ==, "\r\n");
    g_assert_cmpuint(shape->columns, ==, 2);
    list_close(list);
}

/* ---- columns that the user names ---- */

static const struct {
    struct list_options options;
    struct view bytes;
    const char *rows; /* or NULL: */
    const char *error;
} NAMED[] = {
    {{.email_column = "Work"}, TEXT("Home,Work\na@example.org,b@example.org\n"), "b@example.org ", NULL},
    {{.email_column = "work"}, TEXT("Home,Work\na@example.org,b@example.org\n"), "b@example.org ", NULL},
    {{.email_column = "1"}, TEXT("Home,Work\na@example.org,b@example.org\n"), "a@example.org ", NULL},
    {{.email_column = "2", .id_column = "1"}, TEXT("7,b@example.org\n"), "b@example.org=7 ", NULL},
    {{.email_column = "2"}, TEXT("email,email\na@example.org,b@example.org\n"), "b@example.org ", NULL},
    {{.delimiter = ';'}, TEXT("email,x;y\na@example.org,x;y\n"), NULL, "no column of it holds addresses"},
    {{.delimiter = ':'}, TEXT("email:x\na@example.org:y\n"), "a@example.org ", NULL},
    {{.delimiter = '"'}, TEXT("email\n"), NULL, "no delimiter"},
    {{.email_column = "work"},
     TEXT("home,email\nx,a@example.org\n"),
     NULL,
     "it has no column 'work'; its columns are 1 'home', 2 'email'"},
    {{.email_column = "3"}, TEXT("home,email\nx,a@example.org\n"), NULL, "it has no column '3'"},
    {{.email_column = "work"}, TEXT("1,a@example.org\n"), NULL, "no header row and no column 'work'"},
    {{.id_column = "key"}, TEXT("email\na@example.org\n"), NULL, "it has no column 'key'"},
    {{0}, TEXT("email,x,E-Mail\na@example.org,,b@example.org\n"), NULL, "columns 1 and 3 are both named 'email'"},
    {{0}, TEXT("a@example.org,b@example.org\n"), NULL, "columns 1 and 2 both hold addresses"},
    {{0},
     TEXT("name,city\nAnn,Rome\n"),
     NULL,
     "no column of it holds addresses, name one with --email-column; its columns are 1 'name', 2 'city'"},
};

static void expect_error(const struct list_options *options, const char *part)
{
    g_autoptr(GError) error = NULL;
    struct list *list = list_open(path, options, &error);
    g_assert_null(list);
    g_assert_true(error->domain == WINNOW_ERROR);
    if (!strstr(error->message, part))
        g_error("'%s' is not in: %s", part, error->message);
    g_assert_nonnull(strstr(error->message, path));
}

static void columns_are_those_the_user_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(NAMED); i++) {
        put(NAMED[i].bytes);
        if (NAMED[i].error) {
            expect_error(&NAMED[i].options, NAMED[i].error);
            continue;
        }
        struct list *list = open_sound(&NAMED[i].options);
        expect_rows(list, NAMED[i].rows);
        list_close(list);
    }
}

/* ---- files that are no lists ---- */

static const struct {
    struct view bytes;
    const char *error;
} BROKEN[] = {
    {TEXT(""), "the list is empty"},
    {TEXT("\n \r\n\t\n"), "the list is empty"},
    {TEXT("\xef\xbb\xbf\n"), "the list is empty"},
    {TEXT("\xff\xfe"
          "a\0@\0"),
     "it is UTF-16"},
    {TEXT("\xfe\xff\0a\0@"), "it is UTF-16"},
    {TEXT("e\0m\0a\0i\0l\0\n\0"), "it is UTF-16"},
    {TEXT("PK\x03\x04rest"), "it is a workbook or a zip file"},
    {TEXT("\x1f\x8b\x08"), "it is compressed"},
    {TEXT("email;x\na@example.org;1\nb@example.org;\"open\nc@example.org;1\n"), "line 3: the quote that opens here"},
    {TEXT("\"email\na@example.org\n"), "line 1: the quote that opens here"},
};

static void broken_files_are_told_from_lists(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(BROKEN); i++) {
        put(BROKEN[i].bytes);
        expect_error(NULL, BROKEN[i].error);
    }
    g_unlink(path);
    expect_error(NULL, "No such file or directory");
    g_mkdir(path, 0700);
    expect_error(NULL, "it is a directory");
    g_rmdir(path);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    expect_error(NULL, "no regular file");
    g_unlink(path);
}

static void random_bytes_neither_crash_nor_hang(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    for (int round = 0; round < 300; round++) {
        g_autoptr(GString) bytes = g_string_new(round % 2 ? "email\n" : "");
        for (int n = g_rand_int_range(rand, 0, 3000); n > 0; n--)
            g_string_append_c(bytes, (char)g_rand_int_range(rand, 0, 256));
        put((struct view){bytes->str, bytes->len});
        g_autoptr(GString) said = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        struct list *list = list_open(path, NULL, &error);
        g_assert_true((list == NULL) == (error != NULL));
        if (list && !list_each(list, say_row, said, &error))
            g_assert_nonnull(error);
        list_close(list);
    }
}

static void an_open_quote_far_down_fails_the_reading(void)
{
    g_autoptr(GString) bytes = g_string_new("email,x\n");
    for (int i = 2; i < 1000; i++)
        g_string_append_printf(bytes, "u%d@example.org,1\n", i);
    g_string_append(bytes, "last@example.org,\"1\n");
    put((struct view){bytes->str, bytes->len});
    struct list *list = open_sound(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) said = g_string_new(NULL);
    g_assert_false(list_each(list, say_row, said, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "line 1000: the quote that opens here is not closed"));
    list_close(list);
}

static void odd_files_are_noticed(void)
{
    put(VIEW("email,x,x\na@example.org,1,2\r\n"));
    struct list *list = open_sound(NULL);
    const char *const *notices = list_notices(list);
    g_assert_cmpstr(notices[0], ==, "columns 2 and 3 are both named 'x'");
    g_assert_cmpstr(notices[1], ==, "line ends are mixed; each row keeps its own");
    g_assert_null(notices[2]);
    expect_rows(list, "a@example.org ");
    g_assert_cmpuint(g_strv_length((char **)(guintptr)list_notices(list)), ==, 2);
    list_close(list);
}

static bool stop_at_two(const struct row *row, void *user, GError **error)
{
    *(guint64 *)user = row->number;
    if (row->number == 3)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "stop");
    return row->number < 2;
}

static void a_reader_can_stop(void)
{
    put(VIEW("a@example.org\nb@example.org\nc@example.org\n"));
    struct list *list = open_sound(NULL);
    guint64 last = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(list_each(list, stop_at_two, &last, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(last, ==, 2);
    list_close(list);
}

static void a_list_saved_meanwhile_is_told(void)
{
    put(VIEW("a@example.org\n"));
    struct list *list = open_sound(NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(list_unchanged(list, &error));
    FILE *more = fopen(path, "a");
    fputs("b@example.org\n", more);
    fclose(more);
    g_assert_false(list_unchanged(list, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT);
    list_close(list);
}

/* ---- byte-exact copies ---- */

struct seen {
    GArray *spans; /* struct row_span: every row */
    GArray *cells; /* size_t */
};

static bool see(const struct row *row, void *user, GError **error)
{
    (void)error;
    struct seen *seen = user;
    struct row_span span = {.offset = row->offset, .length = row->length};
    g_array_append_val(seen->spans, span);
    g_array_append_val(seen->cells, row->cells);
    return true;
}

static void expect_copy(struct list *list, const GArray *omitted, const GString *expected)
{
    g_autoptr(GError) error = NULL;
    struct output *output = output_open(out_path, &error);
    g_assert_no_error(error);
    g_assert_true(list_copy(list, &g_array_index(omitted, struct row_span, 0), omitted->len, output, &error));
    g_assert_true(output_finish(output, &error) && output_publish(output, &error));
    output_free(output);
    g_autofree char *copied = NULL;
    gsize len = 0;
    g_assert_true(g_file_get_contents(out_path, &copied, &len, NULL));
    g_assert_cmpmem(copied, len, expected->str, expected->len);
}

static void take_cell(void *cell, size_t len, void *user)
{
    g_ptr_array_add(user, g_string_new_len(cell, (gssize)len));
}

static void free_cell(gpointer cell)
{
    g_string_free(cell, TRUE);
}

/* Cells of one row, as libcsv reads it. */
static GPtrArray *parse(struct view row, char delimiter)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(free_cell);
    struct csv_parser parser;
    csv_init(&parser, 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_parse(&parser, row.data, row.len, take_cell, NULL, cells);
    csv_fini(&parser, take_cell, NULL, cells);
    csv_free(&parser);
    return cells;
}

static void expect_cell(const GPtrArray *cells, size_t i, struct view expected)
{
    const GString *cell = cells->pdata[i];
    g_assert_cmpmem(cell->str, cell->len, expected.data, expected.len);
}

static void expect_appended(const struct list_shape *shape, struct view bytes, size_t cells)
{
    const struct view more[] = {VIEW("plain"), VIEW("a,b;c\td|e"), VIEW("say \"hi\""), VIEW(""),
                                VIEW(" two\r\nlines ")};
    g_autoptr(GString) row = g_string_new(NULL);
    list_append_cells(shape, bytes, cells, more, G_N_ELEMENTS(more), row);
    g_assert_true(g_str_has_suffix(row->str, bytes.data[bytes.len - 1] == '\r' ? "\r" : shape->eol) ||
                  g_str_has_suffix(row->str, "\n"));
    g_autoptr(GPtrArray) before = parse(bytes, shape->delimiter);
    g_autoptr(GPtrArray) after = parse((struct view){row->str, row->len}, shape->delimiter);
    size_t own = MAX(before->len, shape->columns);
    g_assert_cmpuint(before->len, ==, cells);
    g_assert_cmpuint(after->len, ==, own + G_N_ELEMENTS(more));
    for (size_t i = 0; i < own; i++) {
        const GString *cell = i < before->len ? before->pdata[i] : NULL;
        expect_cell(after, i, cell ? (struct view){cell->str, cell->len} : VIEW(""));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(more); i++)
        expect_cell(after, own + i, more[i]);
}

static void check_partition(struct list *list, const GString *bytes, GRand *rand)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) row = g_string_new(NULL);
    g_autoptr(GString) kept = g_string_new(NULL);
    g_autoptr(GArray) omitted = g_array_new(FALSE, FALSE, sizeof(struct row_span));
    struct seen seen = {g_array_new(FALSE, FALSE, sizeof(struct row_span)), g_array_new(FALSE, FALSE, sizeof(size_t))};
    g_assert_true(list_each(list, see, &seen, &error));
    expect_copy(list, omitted, bytes);
    guint64 end = list_shape(list)->head.len;
    g_string_append_len(kept, list_shape(list)->head.data, (gssize)end);
    for (guint i = 0; i < seen.spans->len; i++) {
        struct row_span span = g_array_index(seen.spans, struct row_span, i);
        g_assert_cmpuint(span.offset, >=, end);
        g_string_append_len(kept, bytes->str + end, (gssize)(span.offset - end));
        end = span.offset + span.length;
        g_assert_true(list_row_bytes(list, span.offset, span.length, row, &error));
        g_assert_cmpmem(row->str, row->len, bytes->str + span.offset, span.length);
        expect_appended(list_shape(list), (struct view){row->str, row->len}, g_array_index(seen.cells, size_t, i));
        if (g_rand_int_range(rand, 0, 3) == 0)
            g_array_append_val(omitted, span);
        else
            g_string_append_len(kept, row->str, (gssize)row->len);
    }
    g_string_append_len(kept, bytes->str + end, (gssize)(bytes->len - end));
    expect_copy(list, omitted, kept);
    g_array_unref(seen.spans);
    g_array_unref(seen.cells);
}

struct dialect_of_test {
    char delimiter;
    const char *eol;
    bool bom, header, mess;
};

static void add_row(GRand *rand, GString *bytes, const struct dialect_of_test *d, int number)
{
    static const char *const CELLS[] = {
        "", "x", " y ", "\"q\"", "\"\"\"\"", "5\" pipe", "\"a,;|\tb\"", "\"two\nlines\"", "\xe9", "é"};
    g_string_append_printf(bytes, "%d%cu%d@example.org", number, d->delimiter, number);
    for (int n = d->mess ? g_rand_int_range(rand, 0, 4) : 2; n > 0; n--)
        g_string_append_printf(bytes, "%c%s", d->delimiter, CELLS[g_rand_int_range(rand, 0, G_N_ELEMENTS(CELLS))]);
    g_string_append(bytes, d->eol);
    if (d->mess && g_rand_int_range(rand, 0, 8) == 0)
        g_string_append_printf(bytes, "  %s", d->eol);
}

static void rows_and_gaps_are_the_whole_file_in_any_dialect(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    for (int round = 0; round < 96; round++) {
        const struct dialect_of_test d = {
            .delimiter = ",;\t|"[round % 4],
            .eol = (const char *const[]){"\n", "\r\n", "\r"}[round % 3],
            .bom = round % 5 == 0,
            .header = round % 2 == 0,
            .mess = round % 7 > 2,
        };
        g_autoptr(GString) bytes = g_string_new(d.bom ? "\xef\xbb\xbf" : "");
        if (d.header)
            g_string_append_printf(bytes, "id%cemail%cx%cy%s", d.delimiter, d.delimiter, d.delimiter, d.eol);
        for (int n = round % 12 == 11 ? 12000 : g_rand_int_range(rand, 3, 40), i = 0; i < n; i++)
            add_row(rand, bytes, &d, i);
        if (round % 8 == 0)
            g_string_truncate(bytes, bytes->len - strlen(d.eol));
        put((struct view){bytes->str, bytes->len});
        struct list *list = open_sound(NULL);
        g_assert_cmpint(list_shape(list)->delimiter, ==, d.delimiter);
        check_partition(list, bytes, rand);
        list_close(list);
    }
}

static void an_address_has_the_form_of_one(void)
{
    static const char *const GOOD[] = {"a@example.org", "a+b=c@example.org",    "\"a b\"@example.org",
                                       "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "é@exämple.org",
                                       "a@localhost",   "o'neil@example.org"};
    static const char *const BAD[] = {"",
                                      "@",
                                      "a@",
                                      "@example.org",
                                      "a b@example.org",
                                      "a@b@example.org",
                                      "a@exa mple.org",
                                      "a@example.org,b@example.org",
                                      "a@example.org;b",
                                      "a@-x.org",
                                      "a@.org",
                                      "a",
                                      "a@[x;]"};
    for (size_t i = 0; i < G_N_ELEMENTS(GOOD); i++)
        g_assert_true(cell_is_address(view_of(GOOD[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++)
        g_assert_false(cell_is_address(view_of(BAD[i])));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("winnow-test-XXXXXX", NULL);
    path = g_build_filename(folder, "list.csv", NULL);
    out_path = g_build_filename(folder, "out.csv", NULL);
    g_test_add_func("/list/lists are read in the dialect they have", lists_are_read_in_the_dialect_they_have);
    g_test_add_func("/list/the head is kept as it stands", the_head_is_kept_as_it_stands);
    g_test_add_func("/list/columns are those the user names", columns_are_those_the_user_names);
    g_test_add_func("/list/broken files are told from lists", broken_files_are_told_from_lists);
    g_test_add_func("/list/random bytes neither crash nor hang", random_bytes_neither_crash_nor_hang);
    g_test_add_func("/list/an open quote far down fails the reading", an_open_quote_far_down_fails_the_reading);
    g_test_add_func("/list/odd files are noticed", odd_files_are_noticed);
    g_test_add_func("/list/a reader can stop", a_reader_can_stop);
    g_test_add_func("/list/a list saved meanwhile is told", a_list_saved_meanwhile_is_told);
    g_test_add_func("/list/rows and gaps are the whole file in any dialect",
                    rows_and_gaps_are_the_whole_file_in_any_dialect);
    g_test_add_func("/list/an address has the form of one", an_address_has_the_form_of_one);
    int result = g_test_run();
    g_unlink(path);
    g_unlink(out_path);
    g_rmdir(folder);
    g_free(folder);
    g_free(path);
    g_free(out_path);
    return result;
}
