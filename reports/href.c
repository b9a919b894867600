/* SPDX-License-Identifier: MIT */
#include "reports/content.h"

/* Path components without "." and empty ones; a leading "/" is an empty first component. */
static GPtrArray *components(const char *path)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    if (g_path_is_absolute(path))
        g_ptr_array_add(parts, g_strdup(""));
    g_auto(GStrv) pieces = g_strsplit(path, "/", -1);
    for (size_t i = 0; pieces[i]; i++) {
        if (*pieces[i] && strcmp(pieces[i], ".") != 0)
            g_ptr_array_add(parts, g_strdup(pieces[i]));
    }
    return parts;
}

static const char *part(const GPtrArray *parts, guint i)
{
    return g_ptr_array_index(parts, i);
}

char *content_href(const char *report_path, const char *path)
{
    if (!report_path || !*path || strcmp(path, "-") == 0 || strcmp(report_path, "-") == 0 ||
        g_path_is_absolute(report_path) != g_path_is_absolute(path))
        return NULL;
    g_autoptr(GPtrArray) from = components(report_path);
    g_autoptr(GPtrArray) to = components(path);
    if (to->len == 0 || from->len == 0)
        return NULL;
    guint common = 0;
    while (common + 1 < from->len && common + 1 < to->len && strcmp(part(from, common), part(to, common)) == 0)
        common++;
    GString *href = g_string_new(NULL);
    for (guint i = common; i + 1 < from->len; i++) {
        if (strcmp(part(from, i), "..") == 0) { /* the way back from there is not in the path */
            g_string_free(href, TRUE);
            return NULL;
        }
        g_string_append(href, "../");
    }
    for (guint i = common; i < to->len; i++) {
        g_autofree char *escaped = g_uri_escape_string(part(to, i), NULL, FALSE);
        g_string_append_printf(href, "%s%s", i > common ? "/" : "", escaped);
    }
    return g_string_free(href, FALSE);
}
