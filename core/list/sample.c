/* SPDX-License-Identifier: MIT */
#include "core/list/sample.h"

#include "core/list/cell.h"
#include "core/list/scan.h"

enum {
    SAMPLE_ROWS = 200,
    SAMPLE_DESCRIBED = 20,  /* columns named in a message */
    SAMPLE_NAME = 256,      /* bytes of a column's name that are kept */
    SAMPLE_NAME_SHOWN = 40, /* characters of it in a message */
};

/* A name as UTF-8. Old exports are Latin-1 or Windows-1252, which agree on letters. */
static char *name_of(struct view cell)
{
    bool cut = cell.len > SAMPLE_NAME;
    g_autofree char *name = view_dup(view_first(view_trim(cell), SAMPLE_NAME));
    if (g_utf8_validate(name, -1, NULL))
        return g_steal_pointer(&name);
    return cut ? g_utf8_make_valid(name, -1) : g_convert(name, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

static void take_row(struct sample *sample, const struct scan *scan)
{
    sample->rows++;
    sample->agreeing += scan->cells == sample->cells;
    for (guint i = 0; i < scan->kept && i < sample->columns->len; i++) {
        struct view cell = cell_address(scan_cell(scan, i));
        sample_column(sample, i)->filled += cell.len > 0;
        sample_column(sample, i)->addresses += cell_is_address(cell);
    }
}

static void take_first(struct sample *sample, const struct scan *scan)
{
    for (guint i = 0; i < scan->kept; i++) {
        struct view cell = scan_cell(scan, i);
        g_ptr_array_add(sample->names, name_of(cell));
        sample->at_sign |= view_index(cell, '@') >= 0;
        sample->address |= cell_is_address(cell_address(cell));
    }
    g_array_set_size(sample->columns, sample->names->len);
    sample->cells = scan->cells;
    sample->data = scan->offset + scan->length;
    sample->data_line = scan->lines;
    sample->eol = scan->eols;
    if (sample->address)
        take_row(sample, scan);
}

void sample_take(struct sample *sample, int fd, const char *path, char delimiter, guint64 offset, guint64 line)
{
    *sample = (struct sample){
        .delimiter = delimiter,
        .begin = offset,
        .begin_line = line,
        .names = g_ptr_array_new_with_free_func(g_free),
        .columns = g_array_new(FALSE, TRUE, sizeof(struct sample_column)),
    };
    struct scan scan;
    scan_init(&scan, fd, path, delimiter, offset, line);
    sample->empty = !scan_next(&scan, &sample->error);
    if (!sample->empty) {
        take_first(sample, &scan);
        while (sample->rows < SAMPLE_ROWS && scan_next(&scan, &sample->error))
            take_row(sample, &scan);
    }
    sample->eols = scan.eols;
    scan_clear(&scan);
}

void sample_clear(struct sample *sample)
{
    g_clear_pointer(&sample->names, g_ptr_array_unref);
    g_clear_pointer(&sample->columns, g_array_unref);
    g_clear_error(&sample->error);
}

char *sample_describe(const struct sample *sample)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < sample->names->len && i < SAMPLE_DESCRIBED; i++) {
        const char *name = sample->names->pdata[i];
        g_autofree char *shown = g_utf8_substring(name, 0, MIN(SAMPLE_NAME_SHOWN, g_utf8_strlen(name, -1)));
        g_string_append_printf(text, "%s%u '%s'", i ? ", " : "", i + 1, shown);
    }
    if (sample->names->len > SAMPLE_DESCRIBED)
        g_string_append_printf(text, " and %u more", sample->names->len - SAMPLE_DESCRIBED);
    for (char *c = text->str; *c; c++)
        *c = g_ascii_iscntrl(*c) ? ' ' : *c;
    return g_string_free(text, FALSE);
}
