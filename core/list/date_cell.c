/* SPDX-License-Identifier: MIT */
#include "core/list/date_cell.h"

enum {
    LONGEST = 64,
    DAY_LENGTH = 10, /* 2026-05-01 */
};

/* Up to the end of year 9999; shorter numbers are years, days, anything. */
static bool read_seconds(const char *text, gint64 *time)
{
    guint64 number;
    if (strlen(text) < 9 || !g_ascii_string_to_unsigned(text, 10, 1, G_GINT64_CONSTANT(253402300799), &number, NULL))
        return false;
    *time = (gint64)number;
    return true;
}

static bool is_zero(const char *text)
{
    return g_str_has_prefix(text, "0000-00-00") || g_str_equal(text, "0");
}

static bool looks_like_day(const char *text)
{
    static const char form[] = "0000-00-00";
    for (int i = 0; i < DAY_LENGTH; i++) {
        if (form[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
            return false;
    }
    return true;
}

/* GLib wants seconds, a large Z, and no space before the zone. */
static char *in_full(const char *text)
{
    g_autofree char *upper = g_ascii_strup(text, -1);
    g_autoptr(GString) full = g_string_new(upper);
    if (full->len == DAY_LENGTH)
        g_string_append(full, "T00:00:00");
    const char *clock = full->str + DAY_LENGTH + 1;
    if (strlen(clock) >= 5 && clock[2] == ':' && clock[5] != ':')
        g_string_insert(full, DAY_LENGTH + 6, ":00");
    char *space = strrchr(full->str, ' ');
    if (space && space > full->str + DAY_LENGTH)
        g_string_erase(full, space - full->str, 1);
    return g_string_free(g_steal_pointer(&full), FALSE);
}

enum date_cell date_cell_read(struct view cell, gint64 *time)
{
    *time = 0;
    cell = view_trim(cell);
    if (view_is_empty(cell))
        return DATE_CELL_EMPTY;
    if (cell.len > LONGEST)
        return DATE_CELL_BAD;
    g_autofree char *text = view_dup(cell);
    if (is_zero(text))
        return DATE_CELL_EMPTY;
    if (read_seconds(text, time))
        return DATE_CELL_MOMENT;
    if (strlen(text) < DAY_LENGTH || !looks_like_day(text))
        return DATE_CELL_BAD;
    g_autofree char *full = in_full(text);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(full, utc);
    gint64 seconds = date ? g_date_time_to_unix(date) : 0;
    if (seconds <= 0)
        return DATE_CELL_BAD;
    *time = seconds;
    return strlen(text) == DAY_LENGTH ? DATE_CELL_DAY : DATE_CELL_MOMENT;
}
