/* SPDX-License-Identifier: MIT */
#include "core/list/dialect.h"

#include "core/error.h"
#include "core/list/columns.h"
#include "core/list/scan.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static const char DELIMITERS[] = {',', ';', '\t', '|'};

/* First bytes of what is often taken for a list. */
static const struct {
    struct view begin;
    const char *problem;
} FOREIGN[] = {
    {{"\xff\xfe", 2}, "it is UTF-16; save it as \"CSV UTF-8\", or convert it with iconv -f UTF-16 -t UTF-8"},
    {{"\xfe\xff", 2}, "it is UTF-16; save it as \"CSV UTF-8\", or convert it with iconv -f UTF-16 -t UTF-8"},
    {{"PK\x03\x04", 4}, "it is a workbook or a zip file; export or unpack it as CSV"},
    {{"\xd0\xcf\x11\xe0", 4}, "it is an old Excel workbook; export it as CSV"},
    {{"\x1f\x8b", 2}, "it is compressed; unpack it first"},
    {{"%PDF-", 5}, "it is a PDF, no list"},
};

static bool fail(GError **error, const char *path, const char *problem)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read list '%s': %s", path, problem);
    return false;
}

/* UTF-16 without a mark: every other byte is NUL, where a broken export has one here and there. */
static bool looks_utf16(struct view begin)
{
    size_t nuls = 0;
    for (size_t i = 0; i < begin.len; i++)
        nuls += begin.data[i] == '\0';
    return begin.len >= 4 && nuls * 10 >= begin.len * 4 && nuls * 10 <= begin.len * 6;
}

static bool check_begin(struct view begin, const char *path, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(FOREIGN); i++)
        if (view_equal(view_first(begin, FOREIGN[i].begin.len), FOREIGN[i].begin))
            return fail(error, path, FOREIGN[i].problem);
    return !looks_utf16(begin) || fail(error, path, FOREIGN[0].problem);
}

/* Excel's first line "sep=;" names the delimiter, if the user does not; returns the line's length, or 0. */
static size_t separator_line(struct view begin, char *delimiter)
{
    struct view rest = begin;
    struct view line;
    if (!view_next_line(&rest, &line))
        return 0;
    struct view bare = line;
    if (bare.len > 2 && bare.data[0] == '"' && bare.data[bare.len - 1] == '"')
        bare = view_range(bare.data + 1, bare.data + bare.len - 1);
    if (bare.len != strlen("sep=;") || !view_begins_fold(bare, VIEW("sep=")) || !strchr(",;\t|:~^", bare.data[4]))
        return 0;
    if (*delimiter == 0)
        *delimiter = bare.data[4];
    return begin.len - rest.len;
}

/* The better of two delimiters finds an address column, reads to the end, cuts rows alike, cuts more. */
static int compare(const struct sample *a, const struct sample *b)
{
    int better = (int)(columns_best_share(a) >= 50) - (int)(columns_best_share(b) >= 50);
    if (better == 0)
        better = (int)(columns_named_email(a) >= 0) - (int)(columns_named_email(b) >= 0);
    if (better == 0)
        better = (int)!a->error - (int)!b->error;
    if (better != 0)
        return better;
    guint64 left = a->cells > 1 ? (guint64)(a->agreeing + 1) * (b->rows + 1) : 0;
    guint64 right = b->cells > 1 ? (guint64)(b->agreeing + 1) * (a->rows + 1) : 0;
    if (left != right)
        return left > right ? 1 : -1;
    return a->cells > b->cells ? 1 : a->cells < b->cells ? -1 : 0;
}

static void find_delimiter(struct sample *best, int fd, const char *path, guint64 offset, guint64 line)
{
    sample_take(best, fd, path, DELIMITERS[0], offset, line);
    /* Nothing but blank lines: a line of tabs would be a row if tab were the delimiter. */
    for (size_t i = 1; i < G_N_ELEMENTS(DELIMITERS) && (!best->empty || best->error); i++) {
        struct sample other;
        sample_take(&other, fd, path, DELIMITERS[i], offset, line);
        if (compare(&other, best) > 0) {
            struct sample swap = *best;
            *best = other;
            other = swap;
        }
        sample_clear(&other);
    }
}

bool dialect_find(struct dialect *dialect, int fd, const char *path, char delimiter, GError **error)
{
    *dialect = (struct dialect){0};
    struct stat info;
    if (fstat(fd, &info) != 0)
        return fail(error, path, g_strerror(errno));
    if (S_ISDIR(info.st_mode))
        return fail(error, path, "it is a directory; name the CSV file in it");
    if (!S_ISREG(info.st_mode))
        return fail(error, path, "it is no regular file, and a list is read twice; save it as a file first");
    dialect->size = (guint64)info.st_size;
    char buffer[4096];
    ssize_t n = pread(fd, buffer, sizeof buffer, 0);
    if (n < 0)
        return fail(error, path, g_strerror(errno));
    struct view begin = {.data = buffer, .len = (size_t)n};
    if (!check_begin(begin, path, error))
        return false;
    dialect->bom = view_equal(view_first(begin, 3), VIEW("\xef\xbb\xbf"));
    guint64 offset = dialect->bom ? 3 : 0;
    size_t separator = separator_line(view_from(begin, offset), &delimiter);
    if (delimiter)
        sample_take(&dialect->sample, fd, path, delimiter, offset + separator, separator ? 2 : 1);
    else
        find_delimiter(&dialect->sample, fd, path, offset, 1);
    if (dialect->sample.error) {
        g_propagate_error(error, g_steal_pointer(&dialect->sample.error));
        return false;
    }
    if (dialect->sample.empty)
        return fail(error, path, "the list is empty");
    const struct sample *sample = &dialect->sample;
    dialect->header = !sample->address && (!sample->at_sign || columns_named_email(sample) >= 0);
    return true;
}

void dialect_clear(struct dialect *dialect)
{
    sample_clear(&dialect->sample);
}
