/* SPDX-License-Identifier: MIT */
#include "core/list/sends.h"

#include "core/error.h"
#include "core/list/cell.h"
#include "core/list/columns.h"
#include "core/list/date_cell.h"
#include "core/list/dialect.h"
#include "core/list/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* As mailing systems, mail servers' log exports and people name these columns; the earlier wins. Compared without case,
 * spaces and punctuation. */
static const char *const RECIPIENTS[] = {
    "recipient", "recipient address", "recipient email",    "to",          "to address", "to email", "rcpt",
    "rcpt to",   "orig rcpt",         "original recipient", "destination", NULL};
static const char *const MESSAGE_IDS[] = {"message id",
                                          "smtp message id",
                                          "internet message id",
                                          "header message id",
                                          "mail message id",
                                          "rfc message id",
                                          "msg id",
                                          "mail id",
                                          "smtp id",
                                          "ses message id",
                                          NULL};
static const char *const ENVELOPE_IDS[] = {"envelope id",     "original envelope id", "env id",
                                           "dsn envelope id", "dsn env id",           NULL};
static const char *const CAMPAIGNS[] = {"campaign",   "campaign name", "campaign id",   "mailing",      "mailing name",
                                        "mailing id", "newsletter",    "newsletter id", "issue",        "job",
                                        "job id",     "tag",           "broadcast",     "broadcast id", NULL};
static const char *const TIMES[] = {"time",       "sent at",     "sent time",    "send time",  "time sent", "timestamp",
                                    "date",       "sent date",   "send date",    "date sent",  "sent on",   "sent",
                                    "event time", "time logged", "delivered at", "created at", NULL};

static const struct {
    const char *name;
    const char *const *columns;
} FIELDS[SENDS_FIELD_COUNT] = {
    [SENDS_RECIPIENT] = {"recipient", RECIPIENTS},
    [SENDS_MESSAGE_ID] = {"message-id", MESSAGE_IDS},
    [SENDS_ENVELOPE_ID] = {"envelope-id", ENVELOPE_IDS},
    [SENDS_CAMPAIGN] = {"campaign", CAMPAIGNS},
    [SENDS_TIME] = {"time", TIMES},
};

bool sends_option(struct sends_options *options, const char *text)
{
    const char *equals = strchr(text, '=');
    for (int i = 0; equals && i < SENDS_FIELD_COUNT; i++) {
        if (strlen(FIELDS[i].name) == (size_t)(equals - text) && g_str_has_prefix(text, FIELDS[i].name)) {
            options->column[i] = equals + 1;
            return equals[1] != '\0';
        }
    }
    return false;
}

struct reading {
    const char *path;
    ssize_t column[SENDS_FIELD_COUNT];
    GPtrArray *troubles;
    guint64 *count;
};

static void complain(struct reading *r, guint64 line, const char *problem)
{
    if (++*r->count <= SENDS_TROUBLES)
        g_ptr_array_add(r->troubles, g_strdup_printf("'%s': line %" G_GUINT64_FORMAT ": %s", r->path, line, problem));
}

static bool find_columns(struct reading *r, const struct sends_options *options, const struct dialect *dialect,
                         GError **error)
{
    const struct sample *sample = &dialect->sample;
    for (int i = 0; i < SENDS_FIELD_COUNT; i++) {
        if (!columns_find(sample, r->path, options->column[i], dialect->header, &r->column[i], error))
            return false;
        if (r->column[i] < 0 && dialect->header)
            r->column[i] = columns_named(sample, FIELDS[i].columns);
    }
    if (r->column[SENDS_RECIPIENT] >= 0)
        return true;
    size_t found;
    if (!columns_find_email(sample, r->path, NULL, dialect->header, &found, error)) {
        g_prefix_error(error, "no column of recipients (--sends-column recipient=COLUMN): ");
        return false;
    }
    r->column[SENDS_RECIPIENT] = (ssize_t)found;
    return true;
}

static struct view cell_of(const struct reading *r, const struct scan *scan, enum sends_field field)
{
    return r->column[field] < 0 ? (struct view){0} : view_trim(scan_cell(scan, (size_t)r->column[field]));
}

static struct view id_of(struct view cell)
{
    if (cell.len >= 2 && cell.data[0] == '<' && cell.data[cell.len - 1] == '>')
        cell = view_trim((struct view){.data = cell.data + 1, .len = cell.len - 2});
    return cell;
}

static bool read_row(struct reading *r, const struct scan *scan, struct sent *sent)
{
    if (scan->nul || scan->bad_quotes) {
        complain(r, scan->line,
                 scan->nul ? "NUL bytes; left out" : "a stray quote makes one row of several lines; left out");
        return false;
    }
    *sent = (struct sent){.recipient = cell_address(cell_of(r, scan, SENDS_RECIPIENT)),
                          .message_id = id_of(cell_of(r, scan, SENDS_MESSAGE_ID)),
                          .envelope_id = id_of(cell_of(r, scan, SENDS_ENVELOPE_ID)),
                          .campaign = cell_of(r, scan, SENDS_CAMPAIGN),
                          .line = scan->line};
    if (view_is_empty(sent->recipient)) {
        complain(r, scan->line, "no recipient; left out");
        return false;
    }
    if (date_cell_read(cell_of(r, scan, SENDS_TIME), &sent->time) == DATE_CELL_BAD)
        complain(r, scan->line, "the time is none (2026-05-01, RFC 3339, Unix seconds); taken as unknown");
    return true;
}

static bool read_rows(struct reading *r, int fd, const struct dialect *dialect,
                      bool (*each)(const struct sent *sent, void *user, GError **error), void *user, GError **error)
{
    const struct sample *sample = &dialect->sample;
    guint64 data = dialect->header ? sample->data : sample->begin;
    guint64 line = dialect->header ? sample->data_line : sample->begin_line;
    GError *broken = NULL;
    bool sound = true;
    struct scan scan;
    scan_init(&scan, fd, r->path, sample->delimiter, data, line);
    while (sound && scan_next(&scan, &broken)) {
        struct sent sent;
        if (read_row(r, &scan, &sent))
            sound = each(&sent, user, error);
    }
    scan_clear(&scan);
    if (broken) {
        g_ptr_array_add(r->troubles, g_strdup_printf("%s; the rest is not read", broken->message));
        ++*r->count;
        g_error_free(broken);
    }
    return sound;
}

bool sends_each(const char *path, const struct sends_options *options,
                bool (*each)(const struct sent *sent, void *user, GError **error), void *user, GPtrArray *troubles,
                guint64 *trouble_count, GError **error)
{
    struct reading r = {.path = path, .troubles = troubles, .count = trouble_count};
    struct stat there;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &there) != 0 || !S_ISREG(there.st_mode)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read '%s': %s", path,
                    fd < 0 ? g_strerror(errno) : "it is no file");
        if (fd >= 0)
            close(fd);
        return false;
    }
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    struct dialect dialect = {0};
    bool sound = dialect_find(&dialect, fd, path, 0, error) && find_columns(&r, options, &dialect, error) &&
                 read_rows(&r, fd, &dialect, each, user, error);
    dialect_clear(&dialect);
    close(fd);
    return sound;
}
