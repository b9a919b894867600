/* SPDX-License-Identifier: MIT */
#include "reports/content.h"
#include "reports/svg.h"
#include <gio/gio.h>

static const char STYLE[] = "/winnow/reports/assets/report.css";

static void element(GString *out, const char *open, const char *text, const char *close)
{
    g_string_append(out, open);
    svg_escape(out, text);
    g_string_append(out, close);
}

static void append_head(const struct document *document, GString *out)
{
    g_string_append(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                         "'unsafe-inline'\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                         "<meta name=\"referrer\" content=\"no-referrer\">\n"
                         "<meta name=\"color-scheme\" content=\"light dark\">\n");
    element(out, "<title>", document->title, "</title>\n<style>\n");
    g_autoptr(GBytes) style = g_resources_lookup_data(STYLE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (style)
        g_string_append_len(out, g_bytes_get_data(style, NULL), (gssize)g_bytes_get_size(style));
    g_string_append(out, "</style>\n</head>\n<body>\n");
}

static void append_list(GString *out, const char *class, const GArray *figures)
{
    g_string_append_printf(out, "<dl class=\"%s\">\n", class);
    for (guint i = 0; i < figures->len; i++) {
        const struct figure *figure = &g_array_index(figures, struct figure, i);
        element(out, "<div><dt>", figure->label, "</dt>");
        element(out, "<dd>", figure->text, "</dd></div>\n");
    }
    g_string_append(out, "</dl>\n");
}

static void append_links(const struct document *document, GString *out)
{
    if (document->links->len == 0)
        return;
    g_string_append_printf(out, "<p class=\"files\"><b>%s</b>\n", document->dry_run ? "Would be written:" : "Written:");
    for (guint i = 0; i < document->links->len; i++) {
        const struct link *link = g_ptr_array_index(document->links, i);
        element(out, "<span>", link->name, " ");
        if (link->href && !document->dry_run)
            element(out, "<a href=\"", link->href, "\">");
        svg_escape(out, link->path);
        g_string_append(out, link->href && !document->dry_run ? "</a></span>\n" : "</span>\n");
    }
    g_string_append(out, "</p>\n");
}

static void append_contents(const struct document *document, GString *out)
{
    g_string_append(out, "<nav aria-label=\"Contents\">\n");
    for (guint i = 0; i < document->blocks->len; i++) {
        const struct block *block = g_ptr_array_index(document->blocks, i);
        if (block->kind != BLOCK_SECTION)
            continue;
        g_string_append_printf(out, "<a href=\"#s%u\">", i);
        element(out, "", block->text, "</a>\n");
    }
    g_string_append(out, "</nav>\n");
}

/* "Transient/AttachmentRejected" may break behind the slash. */
static void append_name(GString *out, const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text, "/", -1);
    for (size_t i = 0; pieces[i]; i++)
        element(out, i ? "/<wbr>" : "", pieces[i], "");
}

static void append_cell(GString *out, const struct table *table, size_t row, size_t column)
{
    const struct cell *cell = table_cell(table, row, column);
    bool number = g_array_index(table->columns, struct column, column).number;
    const char *tag = column == 0 ? "th" : "td";
    g_string_append_printf(out, "<%s%s%s>", tag, column == 0 ? " scope=\"row\"" : "", number ? " class=\"n\"" : "");
    if (cell->code)
        element(out, "<code>", cell->text, "</code>");
    else
        append_name(out, cell->text);
    if (cell->detail)
        element(out, "<small>", cell->detail, "</small>");
    g_string_append_printf(out, "</%s>", tag);
}

static void append_table(GString *out, const struct table *table)
{
    if (table->folded)
        element(out, "<details><summary>Figures: ", table->caption, "</summary>\n");
    element(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", table->caption, "\">");
    element(out, "<table>\n<caption>", table->caption, "</caption>\n<thead><tr>");
    for (guint c = 0; c < table->columns->len; c++) {
        const struct column *column = &g_array_index(table->columns, struct column, c);
        element(out, column->number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">", column->name, "</th>");
    }
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < table_rows(table); r++) {
        bool rest = table->rest && r + 1 == table_rows(table);
        g_string_append(out, rest ? "<tr class=\"rest\">" : "<tr>");
        for (guint c = 0; c < table->columns->len; c++)
            append_cell(out, table, r, c);
        g_string_append(out, "</tr>\n");
    }
    g_string_append(out, "</tbody>\n</table></div>\n");
    if (table->folded)
        g_string_append(out, "</details>\n");
}

static void append_chart(GString *out, const struct chart *chart, unsigned id)
{
    if (chart->rows->len == 0)
        return;
    g_string_append(out, "<figure>\n");
    svg_append(out, chart, id);
    g_string_append(out, "<figcaption><span class=\"k0\"></span>Permanent <span class=\"k1\"></span>Transient "
                         "<span class=\"k2\"></span>Undetermined</figcaption>\n</figure>\n");
}

static void append_block(GString *out, const struct block *block, unsigned id, bool *open)
{
    switch (block->kind) {
    case BLOCK_SECTION:
        g_string_append_printf(out, "%s<section aria-labelledby=\"s%u\">\n<h2 id=\"s%u\">", *open ? "</section>\n" : "",
                               id, id);
        element(out, "", block->text, "</h2>\n");
        *open = true;
        break;
    case BLOCK_PART:
        element(out, "<h3>", block->text, "</h3>\n");
        break;
    case BLOCK_SENTENCE:
        element(out, "<p>", block->text, "</p>\n");
        break;
    case BLOCK_GOOD:
        element(out, "<p class=\"good\">", block->text, "</p>\n");
        break;
    case BLOCK_WARNING:
        element(out, "<p class=\"bad\">", block->text, "</p>\n");
        break;
    case BLOCK_TABLE:
        append_table(out, &block->table);
        break;
    case BLOCK_CHART:
        append_chart(out, &block->chart, id);
        break;
    }
}

void render_html(const struct report *report, GString *out)
{
    struct document *document = content_make(report);
    append_head(document, out);
    element(out, "<header>\n<h1>", document->title, "</h1>\n");
    append_list(out, "head", document->head);
    element(out, "<p class=\"verdict\">", document->verdict, "</p>\n");
    append_list(out, "figures", document->figures);
    append_links(document, out);
    append_contents(document, out);
    g_string_append(out, "</header>\n<main>\n");
    bool open = false;
    for (guint i = 0; i < document->blocks->len; i++)
        append_block(out, g_ptr_array_index(document->blocks, i), i, &open);
    g_string_append(out, open ? "</section>\n</main>\n<footer>\n" : "</main>\n<footer>\n");
    append_list(out, "foot", document->foot);
    g_string_append(out, "</footer>\n</body>\n</html>\n");
    document_free(document);
}
