/* SPDX-License-Identifier: MIT */
#include "core/list/date_cell.h"

struct row {
    const char *cell;
    enum date_cell is;
    gint64 time;
};

static const struct row rows[] = {
    {"2026-05-01", DATE_CELL_DAY, 1777593600},
    {" 2026-05-01 ", DATE_CELL_DAY, 1777593600},
    {"2026-05-01T10:20:30Z", DATE_CELL_MOMENT, 1777630830},
    {"2026-05-01t10:20:30z", DATE_CELL_MOMENT, 1777630830},
    {"2026-05-01 10:20:30", DATE_CELL_MOMENT, 1777630830},
    {"2026-05-01T10:20:30.250Z", DATE_CELL_MOMENT, 1777630830},
    {"2026-05-01T12:20:30+02:00", DATE_CELL_MOMENT, 1777630830},
    {"2026-05-01 12:20:30 +0200", DATE_CELL_MOMENT, 1777630830},
    {"2026-05-01 10:20", DATE_CELL_MOMENT, 1777630800},
    {"2026-05-01T12:20+02:00", DATE_CELL_MOMENT, 1777630800},
    {"1777630830", DATE_CELL_MOMENT, 1777630830},
    {"999999999", DATE_CELL_MOMENT, 999999999},
    {"", DATE_CELL_EMPTY, 0},
    {"  ", DATE_CELL_EMPTY, 0},
    {"0", DATE_CELL_EMPTY, 0},
    {"0000-00-00", DATE_CELL_EMPTY, 0},
    {"0000-00-00 00:00:00", DATE_CELL_EMPTY, 0},
    {"01/05/2026", DATE_CELL_BAD, 0},
    {"1 May 2026", DATE_CELL_BAD, 0},
    {"2026-5-1", DATE_CELL_BAD, 0},
    {"2026-02-30", DATE_CELL_BAD, 0},
    {"2026-13-01", DATE_CELL_BAD, 0},
    {"2026-05-01T25:00:00Z", DATE_CELL_BAD, 0},
    {"2026-05-01x", DATE_CELL_BAD, 0},
    {"2026-05-01T", DATE_CELL_BAD, 0},
    {"2026-05-01 yesterday", DATE_CELL_BAD, 0},
    {"1969-12-31", DATE_CELL_BAD, 0},
    {"20260501", DATE_CELL_BAD, 0},
    {"2026", DATE_CELL_BAD, 0},
    {"-1777630830", DATE_CELL_BAD, 0},
    {"1777630830000", DATE_CELL_BAD, 0},
    {"yes", DATE_CELL_BAD, 0},
    {"\xff\xfe", DATE_CELL_BAD, 0},
};

static void a_cell_is_read(gconstpointer data)
{
    const struct row *row = data;
    gint64 time = -1;
    g_assert_cmpint(date_cell_read(view_of(row->cell), &time), ==, row->is);
    g_assert_cmpint(time, ==, row->time);
}

static void an_endless_cell_is_no_date(void)
{
    g_autofree char *text = g_strnfill(1 << 20, '2');
    gint64 time;
    g_assert_cmpint(date_cell_read(view_of(text), &time), ==, DATE_CELL_BAD);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/list/date-cell/%zu", i);
        g_test_add_data_func(path, &rows[i], a_cell_is_read);
    }
    g_test_add_func("/list/date-cell/an endless cell is no date", an_endless_cell_is_no_date);
    return g_test_run();
}
