/* SPDX-License-Identifier: MIT */
#include "reports/content.h"
#include "reports/layout.h"

/* One empty line, however many are asked for. */
static void gap(GString *out)
{
    if (!g_str_has_suffix(out->str, "\n\n"))
        g_string_append_c(out, '\n');
}

static void append_heading(GString *out, const char *text, char line, size_t columns)
{
    layout_paragraph(out, text, 0, columns);
    size_t width = MIN(layout_width(text), columns);
    for (size_t i = 0; i < width; i++)
        g_string_append_c(out, line);
    g_string_append_c(out, '\n');
}

static void append_figures(GString *out, const GArray *figures, size_t columns)
{
    for (guint i = 0; i < figures->len; i++) {
        const struct figure *figure = &g_array_index(figures, struct figure, i);
        g_autofree char *line = g_strdup_printf("%s: %s", figure->label, figure->text);
        layout_paragraph(out, line, 0, columns);
    }
}

static void append_links(GString *out, const struct document *document, size_t columns)
{
    if (document->links->len == 0)
        return;
    g_string_append(out, document->dry_run ? "\nWould be written:\n" : "\nWritten:\n");
    for (guint i = 0; i < document->links->len; i++) {
        const struct link *link = g_ptr_array_index(document->links, i);
        g_autofree char *line = g_strdup_printf("%s: %s", link->name, link->path);
        layout_paragraph(out, line, 2, columns);
    }
}

static void append_block(GString *out, const struct block *block, size_t columns)
{
    switch (block->kind) {
    case BLOCK_SECTION:
        gap(out);
        append_heading(out, block->text, '=', columns);
        break;
    case BLOCK_PART:
        gap(out);
        append_heading(out, block->text, '-', columns);
        break;
    case BLOCK_SENTENCE:
    case BLOCK_GOOD:
        layout_paragraph(out, block->text, 0, columns);
        break;
    case BLOCK_WARNING:
        g_string_append(out, "!!! ");
        layout_paragraph(out, block->text, 0, columns - 4);
        break;
    case BLOCK_TABLE:
        gap(out);
        layout_paragraph(out, block->table.caption, 0, columns);
        g_string_append_c(out, '\n');
        layout_table(out, &block->table, columns);
        gap(out);
        break;
    case BLOCK_CHART: /* the table that follows has the figures */
        break;
    }
}

void render_text(const struct report *report, GString *out, unsigned columns)
{
    size_t width = MAX(columns, (unsigned)LAYOUT_MIN);
    struct document *document = content_make(report);
    append_heading(out, document->title, '=', width);
    append_figures(out, document->head, width);
    g_string_append_c(out, '\n');
    layout_paragraph(out, document->verdict, 0, width);
    append_links(out, document, width);
    for (guint i = 0; i < document->blocks->len; i++)
        append_block(out, g_ptr_array_index(document->blocks, i), width);
    gap(out);
    append_figures(out, document->foot, width);
    document_free(document);
}
