/* SPDX-License-Identifier: MIT */
#include "core/list/list.h"

#include "core/error.h"
#include "core/limits.h"
#include "core/list/cell.h"
#include "core/list/columns.h"
#include "core/list/dialect.h"
#include "core/list/private.h"
#include "core/list/scan.h"
#include "core/match/address.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool list_fail(const struct list *list, const char *problem, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read list '%s': %s", list->path, problem);
    return false;
}

static void add_notice(struct list *list, const char *text)
{
    g_ptr_array_set_size(list->notices, (gint)list->notices->len - 1);
    g_ptr_array_add(list->notices, g_strdup(text));
    g_ptr_array_add(list->notices, NULL);
}

/* Says so once: more than one bit is set, which was not so before. */
static void notice_eols(struct list *list, unsigned eols)
{
    unsigned all = list->eols | eols;
    bool mixed = (all & (all - 1)) != 0;
    bool known = (list->eols & (list->eols - 1)) != 0;
    list->eols = all;
    if (mixed && !known)
        add_notice(list, "line ends are mixed; each row keeps its own");
}

static const char *eol_text(unsigned eols)
{
    if (eols & SCAN_CRLF)
        return "\r\n";
    return eols & SCAN_CR ? "\r" : "\n";
}

static bool read_head(struct list *list, guint64 length, GError **error)
{
    g_string_set_size(list->head, length);
    ssize_t n = list_read(list, list->head->str, length, 0, error);
    if (n < 0)
        return false;
    if ((guint64)n < length)
        return list_fail(list, "it shrank while it was read", error);
    list->shape.head = (struct view){.data = list->head->str, .len = list->head->len};
    return true;
}

/* Where data begins without a header: behind BOM and "sep=" line, which is where the first row was looked for. */
static void begin_at_first_row(struct list *list, const struct sample *sample)
{
    list->data = sample->begin;
    list->data_line = sample->begin_line;
}

static bool fill_shape(struct list *list, const struct list_options *options, struct dialect *dialect, GError **error)
{
    const struct sample *sample = &dialect->sample;
    list->shape = (struct list_shape){
        .delimiter = sample->delimiter,
        .header = dialect->header,
        .bom = dialect->bom,
        .columns = sample->cells,
        .eol = eol_text(sample->eol ? sample->eol : sample->eols),
        .size = dialect->size,
    };
    if (sample->cells > LIMIT_CSV_COLUMNS)
        return list_fail(list, "its first row has too many columns for a list; is it CSV?", error);
    if (!columns_find_email(sample, list->path, options->email_column, dialect->header, &list->shape.email_column,
                            error) ||
        !columns_find_id(sample, list->path, options->id_column, dialect->header, list->shape.email_column,
                         &list->shape.id_column, error) ||
        !columns_find(sample, list->path, options->subscribed_column, dialect->header, &list->shape.subscribed_column,
                      error) ||
        !columns_find(sample, list->path, options->engaged_column, dialect->header, &list->shape.engaged_column, error))
        return false;
    if (!dialect->header) {
        begin_at_first_row(list, sample);
        return true;
    }
    g_autoptr(GPtrArray) duplicates = g_ptr_array_new_with_free_func(g_free);
    columns_notice_duplicates(sample, duplicates);
    for (guint i = 0; i < duplicates->len; i++)
        add_notice(list, duplicates->pdata[i]);
    list->data = sample->data;
    list->data_line = sample->data_line;
    return read_head(list, sample->data, error);
}

static bool look(struct list *list, const struct list_options *options, GError **error)
{
    struct dialect dialect = {0};
    bool done = dialect_find(&dialect, list->fd, list->path, options->delimiter, error) &&
                fill_shape(list, options, &dialect, error);
    if (done)
        notice_eols(list, dialect.sample.eols);
    dialect_clear(&dialect);
    return done;
}

static bool open_file(struct list *list, GError **error)
{
    /* Without O_NONBLOCK a named pipe would make us wait for a writer, only to be told that it will not do. */
    list->fd = open(list->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (list->fd < 0 || fstat(list->fd, &list->opened) != 0)
        return list_fail(list, g_strerror(errno), error);
    posix_fadvise(list->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return true;
}

struct list *list_open(const char *path, const struct list_options *options, GError **error)
{
    static const struct list_options NOTHING_SAID = {0};
    options = options ? options : &NOTHING_SAID;
    struct list *list = g_new0(struct list, 1);
    list->path = g_strdup(path);
    list->fd = -1;
    list->head = g_string_new(NULL);
    list->rows = g_string_new(NULL);
    list->notices = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(list->notices, NULL);
    bool usable = options->delimiter == 0 || !strchr("\"\r\n ", options->delimiter);
    if (!usable)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE,
                    "cannot read list '%s': a quote, space or line end is no "
                    "delimiter",
                    path);
    if (usable && open_file(list, error) && look(list, options, error))
        return list;
    list_close(list);
    return NULL;
}

void list_close(struct list *list)
{
    if (!list)
        return;
    if (list->fd >= 0)
        close(list->fd);
    g_string_free(list->head, TRUE);
    g_string_free(list->rows, TRUE);
    g_ptr_array_unref(list->notices);
    g_free(list->path);
    g_free(list);
}

const struct list_shape *list_shape(const struct list *list)
{
    return &list->shape;
}

const char *const *list_notices(const struct list *list)
{
    return (const char *const *)list->notices->pdata;
}

static void judge_address(struct row *row, const struct scan *scan, struct view cell)
{
    row->address = cell_address(cell);
    if (row->address.len == 0)
        row->fault = ROW_NO_ADDRESS;
    else if (!cell_is_address(row->address))
        row->fault = ROW_BAD_ADDRESS;
    row->invalid_utf8 =
        row->address.len > 0 && !scan->nul && !g_utf8_validate_len(row->address.data, row->address.len, NULL);
    if (row->invalid_utf8)
        row->fault = ROW_BAD_ADDRESS;
}

/* Sets address, key, their flags and fault. Nearly every address of a list is one that address_fold() knows: plain
 * ASCII, nothing around it. */
static void judge(struct list *list, struct row *row, const struct scan *scan, struct view cell)
{
    size_t at = cell.len <= sizeof list->key ? address_fold(cell, list->key) : 0;
    if (at > 0) {
        row->address = cell;
        row->key = (struct view){.data = list->key, .len = cell.len};
        row->domain = view_from(row->key, at + 1);
    } else {
        judge_address(row, scan, cell);
    }
    if (scan->nul)
        row->fault = ROW_NUL;
    if (!scan->bad_quotes)
        return;
    /* Nobody may be found by it: removing it would remove the neighbours too. */
    row->fault = ROW_BAD_QUOTES;
    row->address = row->key = row->domain = row->id = row->subscribed = row->engaged = (struct view){0};
    row->invalid_utf8 = false;
}

static struct view cell_at(const struct scan *scan, ssize_t column)
{
    return column < 0 ? (struct view){0} : scan_cell(scan, (size_t)column);
}

bool list_each(struct list *list, bool (*each)(const struct row *row, void *user, GError **error), void *user,
               GError **error)
{
    const struct list_shape *shape = &list->shape;
    GError *problem = NULL;
    struct scan scan;
    scan_init(&scan, list->fd, list->path, shape->delimiter, list->data, list->data_line);
    for (guint64 number = 1; scan_next(&scan, &problem); number++) {
        struct row row = {
            .number = number,
            .line = scan.line,
            .offset = scan.offset,
            .length = scan.length,
            .cells = scan.cells,
            .ragged = scan.cells != shape->columns,
        };
        row.id = cell_at(&scan, shape->id_column);
        row.subscribed = cell_at(&scan, shape->subscribed_column);
        row.engaged = cell_at(&scan, shape->engaged_column);
        judge(list, &row, &scan, scan_cell(&scan, shape->email_column));
        if (!each(&row, user, &problem))
            break;
    }
    notice_eols(list, scan.eols);
    scan_clear(&scan);
    if (!problem)
        return true;
    g_propagate_error(error, problem);
    return false;
}
