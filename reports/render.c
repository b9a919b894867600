/* SPDX-License-Identifier: MIT */
#include "reports/model.h"

static const char *const FORMAT_NAMES[] = {
#define FORMAT_NAME(id, name) [REPORT_##id] = name,
    REPORT_FORMATS(FORMAT_NAME)
#undef FORMAT_NAME
};

bool report_format_parse(const char *name, enum report_format *format)
{
    for (size_t i = 0; i < G_N_ELEMENTS(FORMAT_NAMES); i++) {
        if (strcmp(name, FORMAT_NAMES[i]) == 0) {
            *format = (enum report_format)i;
            return true;
        }
    }
    return false;
}

GString *report_render(const struct report *report, enum report_format format, unsigned columns)
{
    GString *out = g_string_sized_new(64 * 1024);
    g_return_val_if_fail(report->finished, out);
    switch (format) {
    case REPORT_HTML:
        render_html(report, out);
        break;
    case REPORT_TEXT:
        render_text(report, out, columns);
        break;
    case REPORT_JSON:
        render_json(report, out);
        break;
    case REPORT_CSV:
        render_csv(report, out);
        break;
    }
    return out;
}
