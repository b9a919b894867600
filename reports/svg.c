/* SPDX-License-Identifier: MIT */
#include "reports/svg.h"

#include "reports/words.h"

enum {
    BAR_ROW = 36, /* a label, a bar and space, in pixels */
    COLUMNS_TOP = 14,
    COLUMNS_BASE = 164,
    COLUMNS_HEIGHT = 188,
};

void svg_escape(GString *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        switch (*at) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        case '\'':
            g_string_append(out, "&#39;");
            break;
        default:
            g_string_append_c(out, *at);
        }
    }
}

/* Two decimals at most, whatever the locale. */
static void put_number(GString *out, double value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(out, g_ascii_formatd(digits, sizeof digits, "%.2f", value));
}

static void put_attribute(GString *out, const char *name, double value, const char *unit)
{
    g_string_append_printf(out, " %s=\"", name);
    put_number(out, value);
    g_string_append_printf(out, "%s\"", unit);
}

static double row_total(const struct chart_row *row)
{
    double total = 0;
    for (int s = 0; s < CHART_SERIES; s++)
        total += (double)row->value[s];
    return total;
}

static double largest(const struct chart *chart)
{
    double max = 1;
    for (guint i = 0; i < chart->rows->len; i++)
        max = MAX(max, row_total(&g_array_index(chart->rows, struct chart_row, i)));
    return max;
}

static void begin(GString *out, const struct chart *chart, unsigned id, unsigned height)
{
    g_string_append_printf(out,
                           "<svg role=\"img\" aria-labelledby=\"c%u-t c%u-d\" width=\"100%%\" height=\"%u\" "
                           "xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"c%u-t\">",
                           id, id, height, id);
    svg_escape(out, chart->title);
    g_string_append_printf(out, "</title>\n<desc id=\"c%u-d\">", id);
    svg_escape(out, chart->description);
    g_string_append(out, "</desc>\n");
}

static void put_bar(GString *out, const struct chart_row *row, unsigned y, double max)
{
    double x = 0;
    for (int s = 0; s < CHART_SERIES; s++) {
        double width = 100.0 * (double)row->value[s] / max;
        if (row->value[s] == 0)
            continue;
        g_string_append_printf(out, "<rect class=\"s%d\" y=\"%u\" height=\"10\"", s, y);
        put_attribute(out, "x", x, "%");
        put_attribute(out, "width", MAX(width, 0.2), "%");
        g_string_append(out, "/>");
        x += width;
    }
}

/* Labels are shortened to fit a phone; the table has them whole. */
static void put_label(GString *out, const char *label)
{
    enum { LABEL = 34 };
    if (g_utf8_strlen(label, -1) <= LABEL) {
        svg_escape(out, label);
        return;
    }
    g_autofree char *shortened = g_utf8_substring(label, 0, LABEL - 1);
    svg_escape(out, shortened);
    g_string_append(out, "…");
}

static void append_bars(GString *out, const struct chart *chart, unsigned id)
{
    double max = largest(chart);
    begin(out, chart, id, chart->rows->len * BAR_ROW);
    for (guint i = 0; i < chart->rows->len; i++) {
        const struct chart_row *row = &g_array_index(chart->rows, struct chart_row, i);
        guint64 total = 0;
        for (int s = 0; s < CHART_SERIES; s++)
            total = plus(total, row->value[s]);
        g_autofree char *number = words_number(total);
        g_string_append_printf(out, "<text x=\"0\" y=\"%u\">", i * BAR_ROW + 13);
        put_label(out, row->label);
        g_string_append_printf(out, "</text><text class=\"n\" x=\"100%%\" y=\"%u\" text-anchor=\"end\">%s</text>",
                               i * BAR_ROW + 13, number);
        put_bar(out, row, i * BAR_ROW + 19, max);
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "</svg>\n");
}

/* The next round number whose half is round too: 1, 2, 4, 6, 8, 10, 20 … */
static double nice_above(double max)
{
    static const double STEPS[] = {1, 2, 4, 6, 8};
    double power = 1;
    while (power * 10 <= max)
        power *= 10;
    for (size_t i = 0; i < G_N_ELEMENTS(STEPS); i++) {
        if (max <= STEPS[i] * power)
            return STEPS[i] * power;
    }
    return 10 * power;
}

static void put_gridline(GString *out, double value, double top)
{
    double y = COLUMNS_BASE - (COLUMNS_BASE - COLUMNS_TOP) * value / top;
    g_string_append(out, "<line class=\"grid\" x1=\"0\" x2=\"100%\"");
    put_attribute(out, "y1", y, "");
    put_attribute(out, "y2", y, "");
    g_string_append(out, "/>");
}

static void put_grid_label(GString *out, double value, double top)
{
    g_autofree char *number = value >= 1e18 ? g_strdup("many") : words_number((guint64)value);
    g_string_append(out, "<text class=\"tick\" x=\"0\"");
    put_attribute(out, "y", COLUMNS_BASE - (COLUMNS_BASE - COLUMNS_TOP) * value / top - 3, "");
    g_string_append_printf(out, ">%s</text>\n", number);
}

static void put_column(GString *out, const struct chart_row *row, double x, double width, double top)
{
    double base = COLUMNS_BASE;
    for (int s = 0; s < CHART_SERIES; s++) {
        double height = (COLUMNS_BASE - COLUMNS_TOP) * (double)row->value[s] / top;
        if (row->value[s] == 0)
            continue;
        height = MAX(height, 0.5);
        base -= height;
        g_string_append_printf(out, "<rect class=\"s%d\"", s);
        put_attribute(out, "x", x, "%");
        put_attribute(out, "width", width, "%");
        put_attribute(out, "y", base, "");
        put_attribute(out, "height", height, "");
        g_string_append(out, "/>");
    }
}

static void put_axis(GString *out, const struct chart *chart)
{
    static const char *const ANCHORS[] = {"start", "middle", "end"};
    guint n = chart->rows->len;
    for (guint i = 0; i < 3; i++) {
        guint at = n == 1 ? 0 : i * (n - 1) / 2;
        if ((n == 1 && i != 1) || (n == 2 && i == 1))
            continue;
        const struct chart_row *row = &g_array_index(chart->rows, struct chart_row, at);
        g_string_append_printf(out, "<text class=\"tick\" x=\"%u%%\" y=\"%d\" text-anchor=\"%s\">", i * 50,
                               COLUMNS_BASE + 18, ANCHORS[i]);
        svg_escape(out, row->label);
        g_string_append(out, "</text>");
    }
}

static void append_columns(GString *out, const struct chart *chart, unsigned id)
{
    double top = nice_above(largest(chart));
    double slot = 100.0 / MAX(chart->rows->len, 1u);
    double width = MIN(slot * 0.8, 8.0);
    begin(out, chart, id, COLUMNS_HEIGHT);
    put_gridline(out, top, top);
    put_gridline(out, top / 2, top);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < chart->rows->len; i++) {
        const struct chart_row *row = &g_array_index(chart->rows, struct chart_row, i);
        put_column(out, row, i * slot + (slot - width) / 2, width, top);
    }
    g_string_append(out, "\n<line class=\"base\" x1=\"0\" x2=\"100%\"");
    put_attribute(out, "y1", COLUMNS_BASE, "");
    put_attribute(out, "y2", COLUMNS_BASE, "");
    g_string_append(out, "/>\n");
    put_grid_label(out, top, top);
    if (top >= 2)
        put_grid_label(out, top / 2, top);
    put_axis(out, chart);
    g_string_append(out, "\n</svg>\n");
}

void svg_append(GString *out, const struct chart *chart, unsigned id)
{
    if (chart->columns)
        append_columns(out, chart, id);
    else
        append_bars(out, chart, id);
}
