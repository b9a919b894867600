/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "core/list/private.h"
#include "core/output.h"

#include <errno.h>
#include <unistd.h>

enum {
    COPY_BLOCK = 256 * 1024,
    ROWS_BLOCK = 16 * 1024, /* rows asked for one by one in the list's order lie near one another */
};

ssize_t list_read(struct list *list, char *into, size_t len, guint64 offset, GError **error)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = pread(list->fd, into + have, len - have, (off_t)(offset + have));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            list_fail(list, g_strerror(errno), error);
            return -1;
        }
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (ssize_t)have;
}

static bool fail_changed(const struct list *list, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "list '%s' changed while it was read; run again", list->path);
    return false;
}

bool list_unchanged(struct list *list, GError **error)
{
    struct stat now;
    if (stat(list->path, &now) != 0)
        return list_fail(list, g_strerror(errno), error);
    const struct stat *then = &list->opened;
    bool same = now.st_dev == then->st_dev && now.st_ino == then->st_ino && now.st_size == then->st_size &&
                now.st_mtim.tv_sec == then->st_mtim.tv_sec && now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
    return same || fail_changed(list, error);
}

static bool read_rows(struct list *list, guint64 offset, size_t length, GError **error)
{
    g_string_set_size(list->rows, length);
    ssize_t n = list_read(list, list->rows->str, length, offset, error);
    g_string_set_size(list->rows, n < 0 ? 0 : (gsize)n);
    list->rows_at = offset;
    return n >= 0;
}

bool list_row_bytes(struct list *list, guint64 offset, size_t length, GString *into, GError **error)
{
    g_string_truncate(into, 0);
    bool here = offset >= list->rows_at && offset + length <= list->rows_at + list->rows->len;
    bool near = offset >= list->rows_at && offset - list->rows_at < 2 * ROWS_BLOCK;
    if (!here && !read_rows(list, offset, near ? MAX(length, ROWS_BLOCK) : length, error))
        return false;
    if (length > list->rows->len - (offset - list->rows_at))
        return fail_changed(list, error);
    g_string_append_len(into, list->rows->str + (offset - list->rows_at), (gssize)length);
    return true;
}

/* Writes what of the block at `offset` lies in no span from `*next` on; moves `*next` behind spans that end in it. */
static bool write_kept(struct view block, guint64 offset, const struct row_span *omitted, size_t count, size_t *next,
                       struct output *output, GError **error)
{
    guint64 end = offset + block.len;
    guint64 at = offset;
    while (at < end) {
        guint64 begin = *next < count ? omitted[*next].offset : G_MAXUINT64;
        guint64 keep = CLAMP(begin, at, end);
        struct view kept = {.data = block.data + (at - offset), .len = keep - at};
        if (kept.len > 0 && !output_write(output, kept, error))
            return false;
        at = keep;
        if (begin > at)
            continue;
        guint64 span_end = begin + omitted[*next].length;
        at = CLAMP(span_end, at, end);
        if (span_end <= end)
            ++*next;
    }
    return true;
}

bool list_copy(struct list *list, const struct row_span *omitted, size_t count, struct output *output, GError **error)
{
    g_autofree char *buffer = g_malloc(COPY_BLOCK);
    guint64 size = list->shape.size;
    size_t next = 0;
    for (guint64 offset = 0; offset < size; offset += COPY_BLOCK) {
        size_t len = MIN((guint64)COPY_BLOCK, size - offset);
        ssize_t n = list_read(list, buffer, len, offset, error);
        if (n < 0)
            return false;
        if ((size_t)n < len)
            return fail_changed(list, error);
        struct view block = {.data = buffer, .len = len};
        if (!write_kept(block, offset, omitted, count, &next, output, error))
            return false;
    }
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static void append_cell(char delimiter, struct view cell, GString *into)
{
    bool quote = cell.len > 0 && (is_space(cell.data[0]) || is_space(cell.data[cell.len - 1]));
    for (size_t i = 0; i < cell.len && !quote; i++)
        quote = cell.data[i] == delimiter || cell.data[i] == '"' || cell.data[i] == '\r' || cell.data[i] == '\n';
    g_string_append_c(into, delimiter);
    if (!quote) {
        g_string_append_len(into, cell.data, (gssize)cell.len);
        return;
    }
    g_string_append_c(into, '"');
    for (ssize_t at; (at = view_index(cell, '"')) >= 0; cell = view_from(cell, (size_t)at + 1)) {
        g_string_append_len(into, cell.data, at + 1);
        g_string_append_c(into, '"');
    }
    g_string_append_len(into, cell.data, (gssize)cell.len);
    g_string_append_c(into, '"');
}

/* Bytes of the line end that `row` ends with. */
static size_t eol_length(struct view row)
{
    if (row.len == 0)
        return 0;
    if (row.data[row.len - 1] == '\r')
        return 1;
    if (row.data[row.len - 1] != '\n')
        return 0;
    return row.len > 1 && row.data[row.len - 2] == '\r' ? 2 : 1;
}

void list_append_cells(const struct list_shape *shape, struct view bytes, size_t cells_in_row, const struct view *cells,
                       size_t count, GString *into)
{
    size_t eol = eol_length(bytes);
    g_string_append_len(into, bytes.data, (gssize)(bytes.len - eol));
    for (size_t i = cells_in_row; i < shape->columns; i++)
        g_string_append_c(into, shape->delimiter);
    for (size_t i = 0; i < count; i++)
        append_cell(shape->delimiter, cells[i], into);
    if (eol > 0)
        g_string_append_len(into, bytes.data + bytes.len - eol, (gssize)eol);
    else
        g_string_append(into, shape->eol);
}
