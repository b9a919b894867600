/* SPDX-License-Identifier: MIT */
#include "core/list/quoted.h"

#include "core/limits.h"

void quoted_init(struct quoted *quoted, char delimiter)
{
    *quoted = (struct quoted){.text = g_string_new(NULL), .ends = g_array_new(FALSE, FALSE, sizeof(size_t))};
    csv_init(&quoted->parser, 0);
    csv_init(&quoted->strict, CSV_STRICT);
    /* Its buffer grows by such blocks (128 bytes by default), copied each time. */
    csv_set_blk_size(&quoted->parser, 64 * 1024);
    csv_set_blk_size(&quoted->strict, 64 * 1024);
    /* GLib's functions abort for want of memory, so that no call here can fail. */
    csv_set_realloc_func(&quoted->parser, g_realloc);
    csv_set_realloc_func(&quoted->strict, g_realloc);
    csv_set_free_func(&quoted->parser, g_free);
    csv_set_free_func(&quoted->strict, g_free);
    csv_set_delim(&quoted->parser, (unsigned char)delimiter);
    csv_set_delim(&quoted->strict, (unsigned char)delimiter);
}

void quoted_clear(struct quoted *quoted)
{
    if (!quoted->text)
        return;
    csv_free(&quoted->parser);
    csv_free(&quoted->strict);
    g_string_free(quoted->text, TRUE);
    g_array_free(quoted->ends, TRUE);
    *quoted = (struct quoted){0};
}

static void take_cell(void *cell, size_t len, void *user)
{
    struct quoted *quoted = user;
    if (quoted->cells++ >= LIMIT_CSV_COLUMNS)
        return;
    g_string_append_len(quoted->text, cell, (gssize)len);
    g_array_append_val(quoted->ends, quoted->text->len);
}

static void take_row(int terminator, void *user)
{
    (void)terminator;
    struct quoted *quoted = user;
    quoted->row_ended = true;
}

void quoted_begin(struct quoted *quoted)
{
    g_string_truncate(quoted->text, 0);
    g_array_set_size(quoted->ends, 0);
    quoted->cells = 0;
    quoted->row_ended = false;
}

void quoted_feed(struct quoted *quoted, struct view bytes)
{
    csv_parse(&quoted->parser, bytes.data, bytes.len, take_cell, take_row, quoted);
}

bool quoted_end(struct quoted *quoted)
{
    csv_set_opts(&quoted->parser, CSV_STRICT | CSV_STRICT_FINI);
    bool closed = csv_fini(&quoted->parser, take_cell, take_row, quoted) == 0;
    csv_set_opts(&quoted->parser, 0);
    if (!closed)
        csv_fini(&quoted->parser, NULL, NULL, NULL);
    return closed;
}

struct view quoted_cell(const struct quoted *quoted, guint i)
{
    size_t begin = i > 0 ? g_array_index(quoted->ends, size_t, i - 1) : 0;
    return view_range(quoted->text->str + begin, quoted->text->str + g_array_index(quoted->ends, size_t, i));
}

bool quoted_is_strict(struct quoted *quoted, struct view row)
{
    bool strict = csv_parse(&quoted->strict, row.data, row.len, NULL, NULL, NULL) == row.len;
    csv_fini(&quoted->strict, NULL, NULL, NULL);
    return strict;
}
