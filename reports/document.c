/* SPDX-License-Identifier: MIT */
#include "reports/document.h"

#include "reports/words.h"
#include <stdarg.h>

static void clear_figure(gpointer data)
{
    struct figure *figure = data;
    g_free(figure->label);
    g_free(figure->text);
}

static void clear_cell(gpointer data)
{
    struct cell *cell = data;
    g_free(cell->text);
    g_free(cell->detail);
}

static void clear_chart_row(gpointer data)
{
    g_free(((struct chart_row *)data)->label);
}

static void free_link(gpointer data)
{
    struct link *link = data;
    g_free(link->name);
    g_free(link->path);
    g_free(link->href);
    g_free(link);
}

static void free_block(gpointer data)
{
    struct block *block = data;
    g_free(block->text);
    g_free(block->table.caption);
    g_clear_pointer(&block->table.columns, g_array_unref);
    g_clear_pointer(&block->table.cells, g_array_unref);
    g_free(block->chart.title);
    g_free(block->chart.description);
    g_clear_pointer(&block->chart.rows, g_array_unref);
    g_free(block);
}

static GArray *array_new(guint size, GDestroyNotify clear)
{
    GArray *array = g_array_new(FALSE, TRUE, size);
    if (clear)
        g_array_set_clear_func(array, clear);
    return array;
}

struct document *document_new(void)
{
    struct document *document = g_new0(struct document, 1);
    document->head = array_new(sizeof(struct figure), clear_figure);
    document->figures = array_new(sizeof(struct figure), clear_figure);
    document->foot = array_new(sizeof(struct figure), clear_figure);
    document->links = g_ptr_array_new_with_free_func(free_link);
    document->blocks = g_ptr_array_new_with_free_func(free_block);
    return document;
}

void document_free(struct document *document)
{
    if (!document)
        return;
    g_free(document->title);
    g_free(document->verdict);
    g_array_unref(document->head);
    g_array_unref(document->figures);
    g_array_unref(document->foot);
    g_ptr_array_unref(document->links);
    g_ptr_array_unref(document->blocks);
    g_free(document);
}

void document_figure(GArray *figures, const char *label, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct figure figure = {.label = g_strdup(label), .text = g_strdup_vprintf(format, args)};
    va_end(args);
    g_array_append_val(figures, figure);
}

static struct block *block_new(struct document *document, enum block_kind kind)
{
    struct block *block = g_new0(struct block, 1);
    block->kind = kind;
    g_ptr_array_add(document->blocks, block);
    return block;
}

void document_add(struct document *document, enum block_kind kind, const char *format, ...)
{
    struct block *block = block_new(document, kind);
    va_list args;
    va_start(args, format);
    block->text = g_strdup_vprintf(format, args);
    va_end(args);
}

struct table *document_table(struct document *document, const char *caption, ...)
{
    struct table *table = &block_new(document, BLOCK_TABLE)->table;
    table->caption = g_strdup(caption);
    table->columns = array_new(sizeof(struct column), NULL);
    table->cells = array_new(sizeof(struct cell), clear_cell);
    va_list names;
    va_start(names, caption);
    for (const char *name; (name = va_arg(names, const char *));) {
        struct column column = {.name = name[0] == '#' ? name + 1 : name, .number = name[0] == '#'};
        g_array_append_val(table->columns, column);
    }
    va_end(names);
    return table;
}

static void add_cell(struct table *table, struct cell cell)
{
    g_array_append_val(table->cells, cell);
}

void table_text(struct table *table, const char *text, const char *detail)
{
    add_cell(table, (struct cell){.text = g_strdup(text), .detail = g_strdup(detail)});
}

void table_code(struct table *table, const char *text, const char *detail)
{
    add_cell(table, (struct cell){.text = g_strdup(text), .detail = g_strdup(detail), .code = true});
}

void table_count(struct table *table, guint64 count)
{
    add_cell(table, (struct cell){.text = words_number(count)});
}

size_t table_rows(const struct table *table)
{
    return table->cells->len / table->columns->len;
}

struct chart *document_chart(struct document *document, bool columns, const char *title, const char *description)
{
    struct chart *chart = &block_new(document, BLOCK_CHART)->chart;
    chart->columns = columns;
    chart->title = g_strdup(title);
    chart->description = g_strdup(description);
    chart->rows = array_new(sizeof(struct chart_row), clear_chart_row);
    return chart;
}

void chart_row(struct chart *chart, const char *label, const guint64 value[CHART_SERIES])
{
    struct chart_row row = {.label = g_strdup(label)};
    memcpy(row.value, value, sizeof row.value);
    g_array_append_val(chart->rows, row);
}
