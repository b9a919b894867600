/* SPDX-License-Identifier: MIT */
#include "reports/layout.h"

enum { GAP = 2, MIN_TEXT = 12, MAX_COLUMNS = 16, DETAIL_INDENT = 2 };

/* g_utf8_next_char() casts const away. */
static const char *next_char(const char *at)
{
    return at + g_utf8_skip[(unsigned char)*at];
}

static size_t char_width(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

size_t layout_width(const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at; at = next_char(at))
        width += char_width(g_utf8_get_char(at));
    return width;
}

static void spaces(GString *out, size_t n)
{
    g_string_append_printf(out, "%*s", (int)n, "");
}

/* Takes the next line of at most `width` columns off `rest`: up to a space if there is one, else as much as fits. */
static char *take_line(const char **rest, size_t width)
{
    const char *start = *rest, *at = start, *space = NULL;
    size_t used = 0;
    for (; *at; at = next_char(at)) {
        size_t wide = char_width(g_utf8_get_char(at));
        if (used + wide > width)
            break;
        if (*at == ' ' && at > start)
            space = at;
        used += wide;
    }
    const char *end = *at == '\0' || *at == ' ' ? at : space ? space : at;
    if (end == start && *end)
        end = next_char(end);
    *rest = end;
    while (**rest == ' ')
        (*rest)++;
    return g_strndup(start, (size_t)(end - start));
}

static void wrap(GPtrArray *lines, const char *text, size_t indent, size_t width)
{
    const char *rest = text;
    size_t room = width > indent ? width - indent : 1;
    do {
        g_autofree char *line = take_line(&rest, room);
        g_ptr_array_add(lines, g_strdup_printf("%*s%s", (int)indent, "", line));
    } while (*rest);
}

void layout_paragraph(GString *out, const char *text, size_t indent, size_t columns)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    wrap(lines, text, indent, columns);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(out, "%s\n", (char *)g_ptr_array_index(lines, i));
}

static const struct column *column_at(const struct table *table, size_t c)
{
    return &g_array_index(table->columns, struct column, c);
}

static size_t sum_of(const size_t *widths, size_t n)
{
    size_t sum = n ? (n - 1) * GAP : 0;
    for (size_t c = 0; c < n; c++)
        sum += widths[c];
    return sum;
}

/* The widths that the cells would like, then the widest texts narrowed until all fits. */
static bool fit(const struct table *table, size_t columns, size_t *widths)
{
    size_t n = table->columns->len;
    for (size_t c = 0; c < n; c++) {
        widths[c] = layout_width(column_at(table, c)->name);
        for (size_t r = 0; r < table_rows(table); r++) {
            const struct cell *cell = table_cell(table, r, c);
            widths[c] = MAX(widths[c], layout_width(cell->text));
            if (cell->detail)
                widths[c] = MAX(widths[c], layout_width(cell->detail) + DETAIL_INDENT);
        }
    }
    while (sum_of(widths, n) > columns) {
        size_t widest = n;
        for (size_t c = 0; c < n; c++) {
            if (!column_at(table, c)->number && widths[c] > MIN_TEXT && (widest == n || widths[c] > widths[widest]))
                widest = c;
        }
        if (widest == n)
            return false;
        widths[widest]--;
    }
    return true;
}

static void put_rule(GString *out, size_t width)
{
    for (size_t i = 0; i < width; i++)
        g_string_append_c(out, '-');
    g_string_append_c(out, '\n');
}

static void put_aligned(GString *out, const char *text, size_t width, bool right)
{
    size_t used = layout_width(text);
    size_t pad = used < width ? width - used : 0;
    if (right)
        spaces(out, pad);
    g_string_append(out, text);
    if (!right)
        spaces(out, pad);
}

static void trim_end(GString *out)
{
    while (out->len && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

/* A row of cells that may each take several lines. */
static void put_row(GString *out, const struct table *table, GPtrArray *const *cells, const size_t *widths)
{
    size_t n = table->columns->len;
    guint height = 0;
    for (size_t c = 0; c < n; c++)
        height = MAX(height, cells[c]->len);
    for (guint line = 0; line < height; line++) {
        for (size_t c = 0; c < n; c++) {
            const char *text = line < cells[c]->len ? g_ptr_array_index(cells[c], line) : "";
            if (c)
                spaces(out, GAP);
            put_aligned(out, text, widths[c], column_at(table, c)->number);
        }
        trim_end(out);
        g_string_append_c(out, '\n');
    }
}

static void put_cells(GString *out, const struct table *table, size_t row, const size_t *widths)
{
    GPtrArray *cells[MAX_COLUMNS];
    size_t n = table->columns->len;
    for (size_t c = 0; c < n; c++) {
        cells[c] = g_ptr_array_new_with_free_func(g_free);
        if (row == table_rows(table)) { /* the head */
            wrap(cells[c], column_at(table, c)->name, 0, widths[c]);
            continue;
        }
        const struct cell *cell = table_cell(table, row, c);
        wrap(cells[c], cell->text, 0, widths[c]);
        if (cell->detail)
            wrap(cells[c], cell->detail, DETAIL_INDENT, widths[c]);
    }
    put_row(out, table, cells, widths);
    for (size_t c = 0; c < n; c++)
        g_ptr_array_unref(cells[c]);
}

static void put_records(GString *out, const struct table *table, size_t columns)
{
    for (size_t r = 0; r < table_rows(table); r++) {
        for (size_t c = 0; c < table->columns->len; c++) {
            const struct cell *cell = table_cell(table, r, c);
            g_autofree char *line = g_strdup_printf("%s: %s", column_at(table, c)->name, cell->text);
            layout_paragraph(out, c ? line : cell->text, c ? DETAIL_INDENT : 0, columns);
            if (cell->detail)
                layout_paragraph(out, cell->detail, DETAIL_INDENT, columns);
        }
    }
}

void layout_table(GString *out, const struct table *table, size_t columns)
{
    size_t widths[MAX_COLUMNS];
    g_return_if_fail(table->columns->len <= MAX_COLUMNS);
    if (!fit(table, columns, widths)) {
        put_records(out, table, columns);
        return;
    }
    put_cells(out, table, table_rows(table), widths);
    put_rule(out, sum_of(widths, table->columns->len));
    for (size_t r = 0; r < table_rows(table); r++)
        put_cells(out, table, r, widths);
}
