/* SPDX-License-Identifier: MIT
 * A list of any shape: its rows stand in it one behind the other, and a copy without some of them is the file without
 * their bytes. */
#include "core/list/list.h"
#include "core/output.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST = 60 * 1024, PIPE = 64 * 1024 };

struct rows {
    struct view file;
    const struct list_shape *shape;
    guint64 end, number, line;
    GArray *omitted; /* struct row_span */
    GString *kept;   /* what a copy has to be */
};

static bool is_blank(char c)
{
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

static bool see(const struct row *row, void *user, GError **error)
{
    (void)error;
    struct rows *rows = user;
    REQUIRE(row->number == ++rows->number && row->line > rows->line);
    REQUIRE(row->offset >= rows->end && row->length > 0 && row->offset + row->length <= rows->file.len);
    REQUIRE(row->cells > 0 && row->ragged == (row->cells != rows->shape->columns));
    /* Between rows there is nothing but blank lines. */
    for (guint64 i = rows->number == 1 ? row->offset : rows->end; i < row->offset; i++)
        REQUIRE(is_blank(rows->file.data[i]));
    fuzz_touch(row->address);
    fuzz_touch(row->id);
    REQUIRE(row->fault != ROW_SOUND || row->address.len > 0);
    if (row->fault == ROW_SOUND)
        fuzz_text(row->address);
    rows->line = row->line;
    bool omit = (row->number * 7 + row->length) % 3 == 0;
    struct row_span span = {.offset = row->offset, .length = row->length};
    if (omit)
        g_array_append_val(rows->omitted, span);
    rows->end = row->offset + row->length;
    return true;
}

/* The file but for the omitted spans. */
static void make_kept(struct rows *rows)
{
    guint64 at = 0;
    for (guint i = 0; i < rows->omitted->len; i++) {
        const struct row_span *span = &g_array_index(rows->omitted, struct row_span, i);
        g_string_append_len(rows->kept, rows->file.data + at, (gssize)(span->offset - at));
        at = span->offset + span->length;
    }
    g_string_append_len(rows->kept, rows->file.data + at, (gssize)(rows->file.len - at));
}

/* Opens an output that is a named pipe, to which it is written directly, and our end of it. */
static struct output *open_pipe(int *fd)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("winnow-fuzz-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(folder, "pipe", NULL);
    REQUIRE(mkfifo(path, 0600) == 0);
    *fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(*fd >= 0 && fcntl(*fd, F_SETPIPE_SZ, PIPE) >= PIPE);
    struct output *output = output_open(path, &error);
    g_assert_no_error(error);
    unlink(path);
    rmdir(folder);
    return output;
}

static void check_copy(struct list *list, struct rows *rows)
{
    int fd;
    struct output *output = open_pipe(&fd);
    g_autoptr(GError) error = NULL;
    REQUIRE(list_copy(list, (const struct row_span *)(void *)rows->omitted->data, rows->omitted->len, output, &error));
    REQUIRE(output_finish(output, &error));
    output_free(output);
    g_autofree char *copy = g_malloc(PIPE);
    ssize_t n = read(fd, copy, PIPE);
    REQUIRE((n < 0 ? 0 : (size_t)n) == rows->kept->len);
    REQUIRE(n <= 0 || memcmp(copy, rows->kept->str, rows->kept->len) == 0);
    close(fd);
}

static void check_row_bytes(struct list *list, const struct rows *rows)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_autoptr(GString) longer = g_string_new(NULL);
    const struct view cells[] = {VIEW("a\"b"), VIEW(""), VIEW("c,\n")};
    for (guint i = 0; i < MIN(rows->omitted->len, 20u); i++) {
        const struct row_span *span = &g_array_index(rows->omitted, struct row_span, i);
        REQUIRE(list_row_bytes(list, span->offset, span->length, bytes, NULL));
        struct view row = {.data = bytes->str, .len = bytes->len};
        REQUIRE(view_equal(row, view_first(view_from(rows->file, span->offset), span->length)));
        list_append_cells(rows->shape, row, 1, cells, G_N_ELEMENTS(cells), longer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rows rows = {.file = fuzz_view(data, size)};
    g_autoptr(GError) error = NULL;
    struct list *list = size > LONGEST ? NULL : list_open(fuzz_file(rows.file), NULL, &error);
    if (!list)
        return 0;
    rows.shape = list_shape(list);
    rows.kept = g_string_new(NULL);
    rows.omitted = g_array_new(FALSE, FALSE, sizeof(struct row_span));
    REQUIRE(view_equal(rows.shape->head, view_first(rows.file, rows.shape->head.len)));
    REQUIRE(rows.shape->email_column < rows.shape->columns);
    rows.end = rows.shape->head.len;
    if (list_each(list, see, &rows, &error)) {
        for (guint64 i = rows.number ? rows.end : rows.file.len; i < rows.file.len; i++)
            REQUIRE(is_blank(rows.file.data[i]));
        make_kept(&rows);
        check_copy(list, &rows);
        check_row_bytes(list, &rows);
    }
    g_string_free(rows.kept, TRUE);
    g_array_unref(rows.omitted);
    list_close(list);
    return 0;
}
