/* SPDX-License-Identifier: MIT
 * The report as a document: headings, sentences, tables, charts, in reading order, so that page and terminal say the
 * same in the same words. Built by content.c from the model, rendered by html.c and text.c. All texts are copied, clean
 * and unescaped. Free with document_free(). */
#ifndef WINNOW_REPORTS_DOCUMENT_H
#define WINNOW_REPORTS_DOCUMENT_H

#include "core/view.h"

enum { CHART_SERIES = 3 };

struct column {
    const char *name; /* static */
    bool number;      /* to the right */
};

struct cell {
    char *text;
    char *detail; /* a second, quieter line; NULL: none */
    bool code;    /* what a server said: shown as it stands, may be long */
};

struct table {
    char *caption;
    GArray *columns; /* struct column; the first column names the row */
    GArray *cells;   /* struct cell, row by row */
    bool folded;     /* figures behind a chart: a page may fold it away */
    bool rest;       /* the last row sums up what is not shown */
};

struct chart_row {
    char *label;
    guint64 value[CHART_SERIES];
};

struct chart {
    bool columns; /* over time, upright; else bars with labels */
    char *title, *description;
    GArray *rows; /* struct chart_row; the series are permanent, transient, undetermined */
};

struct link {
    char *name, *path;
    char *href; /* relative; NULL: cannot be linked */
};

enum block_kind { BLOCK_SECTION, BLOCK_PART, BLOCK_SENTENCE, BLOCK_GOOD, BLOCK_WARNING, BLOCK_TABLE, BLOCK_CHART };

struct block {
    enum block_kind kind;
    char *text; /* of a section also its name in links */
    struct table table;
    struct chart chart;
};

/* One of the few figures at the top, or a line of the head: "list", "subscribers.csv". */
struct figure {
    char *label, *text;
};

struct document {
    char *title, *verdict;
    bool dry_run;
    GArray *head;      /* struct figure */
    GArray *figures;   /* struct figure */
    GPtrArray *links;  /* struct link */
    GPtrArray *blocks; /* struct block */
    GArray *foot;      /* struct figure */
};

struct document *document_new(void);
void document_free(struct document *document);

void document_figure(GArray *figures, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);
void document_add(struct document *document, enum block_kind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Column names end with NULL; those of numbers begin with '#'. The table belongs to the document. */
struct table *document_table(struct document *document, const char *caption, ...) G_GNUC_NULL_TERMINATED;
/* Cells fill the rows from left to right. */
void table_text(struct table *table, const char *text, const char *detail);
void table_code(struct table *table, const char *text, const char *detail);
void table_count(struct table *table, guint64 count);
size_t table_rows(const struct table *table);
static inline const struct cell *table_cell(const struct table *table, size_t row, size_t column)
{
    return &g_array_index(table->cells, struct cell, row * table->columns->len + column);
}

struct chart *document_chart(struct document *document, bool columns, const char *title, const char *description);
void chart_row(struct chart *chart, const char *label, const guint64 value[CHART_SERIES]);

#endif
