/* SPDX-License-Identifier: MIT */
#include "cmd/dates.h"

#include "core/error.h"
#include "core/list/date_cell.h"
#include "core/match/address.h"

enum {
    TROUBLES = 100, /* described */
    DAY = 24 * 60 * 60,
    SHOWN = 40, /* bytes of a cell that is no date */
};

struct row_dates {
    guint64 offset;
    gint64 subscribed, engaged;
};

struct dates {
    char *list_path;
    gint64 now;
    GArray *rows;    /* struct row_dates, by offset; those that say anything */
    GArray *engaged; /* gint64, by subject: of the file */
    guint64 unreadable;
    GPtrArray *troubles; /* char * */
};

struct dates *dates_new(const char *list_path, gint64 now)
{
    struct dates *dates = g_new0(struct dates, 1);
    dates->list_path = g_strdup(list_path);
    dates->now = now;
    dates->rows = g_array_new(FALSE, FALSE, sizeof(struct row_dates));
    dates->engaged = g_array_new(FALSE, TRUE, sizeof(gint64));
    dates->troubles = g_ptr_array_new_with_free_func(g_free);
    return dates;
}

void dates_free(struct dates *dates)
{
    if (!dates)
        return;
    g_free(dates->list_path);
    g_array_unref(dates->rows);
    g_array_unref(dates->engaged);
    g_ptr_array_unref(dates->troubles);
    g_free(dates);
}

static void complain(struct dates *dates, const char *path, guint64 line, struct view cell, const char *problem)
{
    dates->unreadable++;
    if (dates->troubles->len >= TROUBLES)
        return;
    g_autofree char *copy = view_dup(view_first_text(view_trim(cell), SHOWN));
    g_autofree char *valid = g_utf8_make_valid(copy, -1);
    g_ptr_array_add(dates->troubles, g_strdup_printf("'%s': line %" G_GUINT64_FORMAT ": '%s' %s; taken as unknown",
                                                     path, line, g_strdelimit(valid, "\r\n\t", ' '), problem));
}

/* 0 if it is unknown. A sign of life on some day may have come at its end; who subscribes on some day may get the first
 * bounce on it. A time up to a day ahead is another zone's, and is now; what is later is a mistake, and would protect
 * for ever. */
static gint64 read_date(struct dates *dates, const char *path, guint64 line, struct view cell, bool up_to_its_end)
{
    gint64 time;
    enum date_cell is = date_cell_read(cell, &time);
    if (is == DATE_CELL_BAD)
        complain(dates, path, line, cell, "is no date (2026-05-01, RFC 3339, Unix seconds)");
    if (is == DATE_CELL_BAD || is == DATE_CELL_EMPTY)
        return 0;
    if (time > dates->now + DAY) {
        complain(dates, path, line, cell, "is in the future");
        return 0;
    }
    if (is == DATE_CELL_DAY && up_to_its_end)
        time += DAY - 1;
    return MIN(time, dates->now);
}

void dates_see(struct dates *dates, const struct row *row)
{
    struct row_dates of = {
        .offset = row->offset,
        .subscribed = read_date(dates, dates->list_path, row->line, row->subscribed, false),
        .engaged = read_date(dates, dates->list_path, row->line, row->engaged, true),
    };
    if (of.subscribed || of.engaged)
        g_array_append_val(dates->rows, of);
}

void dates_again(struct dates *dates)
{
    g_array_set_size(dates->rows, 0);
    g_ptr_array_set_size(dates->troubles, 0);
    dates->unreadable = 0;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

struct reading {
    struct dates *dates;
    const char *path;
    const struct subjects *subjects;
    struct pool pool;
};

static bool see_engaged(const struct row *row, void *user, GError **error)
{
    (void)error;
    struct reading *reading = user;
    struct dates *dates = reading->dates;
    pool_reset(&reading->pool);
    struct view key = view_is_empty(row->key) ? address_key(row->address, &reading->pool) : row->key;
    if (row->fault != ROW_SOUND || view_is_empty(key))
        return true;
    subject_index subject = subjects_by_address(reading->subjects, key);
    if (subject == SUBJECT_NONE)
        return true;
    gint64 time = read_date(dates, reading->path, row->line, row->engaged, true);
    if (subject >= dates->engaged->len)
        g_array_set_size(dates->engaged, subject + 1);
    gint64 *latest = &g_array_index(dates->engaged, gint64, subject);
    *latest = MAX(*latest, time);
    return true;
}

/* The same file again, with the column of times named: the first one beside the addresses. */
static struct list *open_engaged(const char *path, GError **error)
{
    struct list *plain = list_open(path, NULL, error);
    if (!plain)
        return NULL;
    struct list_shape shape = *list_shape(plain);
    list_close(plain);
    if (shape.columns < 2) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT,
                    "cannot use '%s': it has no column of times beside the addresses", path);
        return NULL;
    }
    g_autofree char *email = g_strdup_printf("%zu", shape.email_column + 1);
    const char *times = shape.email_column == 0 ? "2" : "1";
    struct list_options options = {.email_column = email, .engaged_column = times, .delimiter = shape.delimiter};
    return list_open(path, &options, error);
}

bool dates_check_engaged(const char *path, GError **error)
{
    struct list *list = open_engaged(path, error);
    list_close(list);
    return list != NULL;
}

bool dates_read_engaged(struct dates *dates, const char *path, const struct subjects *subjects, GError **error)
{
    struct list *list = open_engaged(path, error);
    if (!list)
        return false;
    struct reading reading = {.dates = dates, .path = path, .subjects = subjects};
    pool_init(&reading.pool);
    bool read = list_each(list, see_engaged, &reading, error);
    pool_clear(&reading.pool);
    list_close(list);
    return read;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static const struct row_dates *find(const struct dates *dates, guint64 offset)
{
    guint low = 0, high = dates->rows->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const struct row_dates *of = &g_array_index(dates->rows, struct row_dates, middle);
        if (of->offset == offset)
            return of;
        if (of->offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void dates_of(const struct dates *dates, const struct subjects *subjects, subject_index subject, gint64 *subscribed,
              gint64 *engaged)
{
    *subscribed = 0;
    *engaged = subject < dates->engaged->len ? g_array_index(dates->engaged, gint64, subject) : 0;
    struct subject_row row;
    for (size_t cursor = 0; dates->rows->len && subjects_row(subjects, subject, &cursor, &row);) {
        const struct row_dates *of = find(dates, row.offset);
        *subscribed = MAX(*subscribed, of ? of->subscribed : 0);
        *engaged = MAX(*engaged, of ? of->engaged : 0);
    }
}

guint64 dates_unreadable(const struct dates *dates)
{
    return dates->unreadable;
}

const GPtrArray *dates_troubles(const struct dates *dates)
{
    return dates->troubles;
}
