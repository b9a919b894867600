/* SPDX-License-Identifier: MIT */
#include "core/list/scan.h"

#include "core/error.h"
#include "core/limits.h"

#include <errno.h>
#include <unistd.h>

enum { SCAN_BLOCK = 256 * 1024 };

static const char MARK_BYTE[MARKS] = {
    [MARK_LF] = '\n',
    [MARK_CR] = '\r',
    [MARK_QUOTE] = '"',
    [MARK_NUL] = '\0',
};

/* A line relative to the unread bytes. */
struct line {
    size_t len; /* without its end */
    size_t eol; /* 0 at the end of the file */
};

void scan_init(struct scan *scan, int fd, const char *path, char delimiter, guint64 offset, guint64 line)
{
    *scan = (struct scan){
        .fd = fd,
        .path = path,
        .delimiter = delimiter,
        .base = offset,
        .lines = line,
        .size = SCAN_BLOCK,
        .buffer = g_malloc(SCAN_BLOCK),
        .text = g_string_new(NULL),
    };
    quoted_init(&scan->quoted, delimiter);
}

void scan_clear(struct scan *scan)
{
    if (!scan->buffer)
        return;
    quoted_clear(&scan->quoted);
    g_string_free(scan->text, TRUE);
    g_free(scan->cell);
    g_free(scan->buffer);
    *scan = (struct scan){0};
}

static bool fail(const struct scan *scan, GError **error, guint64 line, const char *what)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read '%s': line %" G_GUINT64_FORMAT ": %s", scan->path,
                line, what);
    return false;
}

static bool fail_too_long(const struct scan *scan, GError **error, guint64 line)
{
    g_autofree char *what = g_strdup_printf("the row is longer than %d KB", LIMIT_CSV_ROW / 1024);
    return fail(scan, error, line, what);
}

/* The first such byte at or behind `from`, or `end`. Each byte of the file is looked at once, however often we ask. */
static size_t find(struct scan *scan, enum scan_mark mark, size_t from)
{
    if (scan->mark[mark] < from) {
        const char *at = memchr(scan->buffer + from, MARK_BYTE[mark], scan->end - from);
        scan->mark[mark] = at ? (size_t)(at - scan->buffer) : scan->end;
    }
    return scan->mark[mark];
}

/* Moves what is unread to the front of the buffer. */
static void compact(struct scan *scan)
{
    for (enum scan_mark m = 0; m < MARKS; m++)
        scan->mark[m] = find(scan, m, scan->begin) - scan->begin;
    memmove(scan->buffer, scan->buffer + scan->begin, scan->end - scan->begin);
    scan->base += scan->begin;
    scan->end -= scan->begin;
    scan->begin = 0;
}

/* Reads on behind the unread bytes; sets `eof` at the end. */
static bool read_more(struct scan *scan, GError **error)
{
    if (scan->begin > 0)
        compact(scan);
    if (scan->end == scan->size) {
        scan->size *= 2;
        scan->buffer = g_realloc(scan->buffer, scan->size);
    }
    ssize_t n = 0;
    do
        n = pread(scan->fd, scan->buffer + scan->end, scan->size - scan->end, (off_t)(scan->base + scan->end));
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail(scan, error, scan->lines, g_strerror(errno));
    scan->eof = n == 0;
    size_t old_end = scan->end;
    scan->end += (size_t)n;
    for (enum scan_mark m = 0; m < MARKS; m++) {
        const char *at = scan->mark[m] == old_end ? memchr(scan->buffer + old_end, MARK_BYTE[m], (size_t)n) : NULL;
        if (scan->mark[m] == old_end)
            scan->mark[m] = at ? (size_t)(at - scan->buffer) : scan->end;
    }
    return true;
}

/* The line at unread byte `from`, if all of it is in the buffer. */
static bool line_is_here(struct scan *scan, size_t from, struct line *line)
{
    size_t at = scan->begin + from;
    size_t lf = find(scan, MARK_LF, at);
    size_t cr = find(scan, MARK_CR, at);
    size_t stop = MIN(lf, cr);
    *line = (struct line){.len = stop - at, .eol = stop < scan->end ? 1 : 0};
    if (cr < lf && cr + 1 < scan->end && scan->buffer[cr + 1] == '\n')
        line->eol = 2;
    bool open = stop == scan->end || (cr < lf && cr + 1 == scan->end);
    return !open || scan->eof;
}

static bool get_line(struct scan *scan, size_t from, struct line *line, GError **error)
{
    while (!line_is_here(scan, from, line))
        if (scan->end - scan->begin > LIMIT_CSV_ROW || !read_more(scan, error))
            return false;
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Without spaces and tabs at the end, as libcsv does; a tab that delimits is no space. */
static inline struct view trim_end(const char *begin, const char *end)
{
    while (end > begin && is_space(end[-1]))
        end--;
    return view_range(begin, end);
}

static void add_cell(struct scan *scan, struct view cell)
{
    if (scan->cells++ >= LIMIT_CSV_COLUMNS)
        return;
    if (scan->kept == scan->room) {
        scan->room = scan->room ? scan->room * 2 : 16;
        scan->cell = g_renew(struct view, scan->cell, scan->room);
    }
    scan->cell[scan->kept++] = cell;
}

/* The closing quote of the cell that begins behind `at`; doubled ones are undone in `text`, which has room for the
 * line, so that it does not move. NULL if there is none. */
static const char *closing_quote(const char *at, const char *end, GString *text, struct view *cell)
{
    const char *close = memchr(at, '"', (size_t)(end - at));
    if (!close || close + 1 == end || close[1] != '"') {
        *cell = close ? view_range(at, close) : (struct view){0};
        return close;
    }
    size_t begin = text->len;
    while (close && close + 1 < end && close[1] == '"') {
        g_string_append_len(text, at, close + 1 - at);
        at = close + 2;
        close = at < end ? memchr(at, '"', (size_t)(end - at)) : NULL;
    }
    if (close)
        g_string_append_len(text, at, close - at);
    *cell = view_range(text->str + begin, text->str + text->len);
    return close;
}

/* A quoted cell from the quote at `at`: sets `*cell`, returns its delimiter or `end`; NULL if libcsv has to judge. */
static const char *cut_quoted(const char *at, const char *end, char delimiter, GString *text, struct view *cell)
{
    const char *close = at + 1 < end ? closing_quote(at + 1, end, text, cell) : NULL;
    if (!close)
        return NULL;
    const char *next = close + 1;
    while (next < end && is_space(*next) && *next != delimiter)
        next++;
    return next == end || *next == delimiter ? next : NULL;
}

/* An empty text that holds `len` bytes without moving. */
static void make_room(GString *text, size_t len)
{
    if (text->allocated_len <= len)
        g_string_set_size(text, len);
    g_string_truncate(text, 0);
}

/* The first delimiter, or `end`. Cells are short: a call of memchr() for each would cost more than the search. */
static const char *find_delimiter(const char *at, const char *end, char delimiter)
{
    const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), pattern = (guint8)delimiter * ones;
    for (; end - at >= 8; at += 8) {
        guint64 word = GUINT64_FROM_LE(view_eight(at)) ^ pattern;
        guint64 zeros = (word - ones) & ~word & ones << 7; /* the lowest of them is right */
        if (zeros)
            return at + __builtin_ctzll(zeros) / 8;
    }
    while (at < end && *at != delimiter)
        at++;
    return at;
}

/* Cuts a row of one line; false if libcsv has to judge. A line of nothing but space gives no cells. */
static bool cut_line(struct scan *scan, struct view line, bool quotes)
{
    char delimiter = scan->delimiter;
    const char *at = line.data;
    const char *end = line.data + line.len;
    if (quotes)
        make_room(scan->text, line.len);
    for (;;) {
        while (at < end && is_space(*at) && *at != delimiter)
            at++;
        if (at == end && scan->cells == 0)
            return true;
        const char *stop = NULL;
        struct view cell;
        if (quotes && at < end && *at == '"') {
            stop = cut_quoted(at, end, delimiter, scan->text, &cell);
            if (!stop)
                return false;
        } else {
            stop = find_delimiter(at, end, delimiter);
            cell = trim_end(at, stop);
        }
        add_cell(scan, cell);
        if (stop == end)
            return true;
        at = stop + 1;
    }
}

/* Feeds lines from the first to libcsv until the row ends; `row->len` and `row->eol` then cover all of it. */
static bool read_quoted(struct scan *scan, struct line *row, guint64 *lines, GError **error)
{
    struct line line = *row;
    size_t from = 0;
    guint64 opened = 0;
    quoted_begin(&scan->quoted);
    for (*lines = 1;; ++*lines) {
        size_t cells = scan->quoted.cells;
        const char *data = scan->buffer + scan->begin + from;
        quoted_feed(&scan->quoted, view_range(data, data + line.len + (line.eol > 0)));
        if (scan->quoted.row_ended)
            break;
        if (from == 0 || scan->quoted.cells > cells)
            opened = scan->lines + *lines - 1;
        if (line.eol == 2)
            quoted_feed(&scan->quoted, VIEW("\n"));
        if (line.eol == 0 && quoted_end(&scan->quoted))
            break;
        from += line.len + line.eol;
        if (line.eol == 0 || from > LIMIT_CSV_ROW || !get_line(scan, from, &line, error))
            return *error ? false : fail(scan, error, opened, "the quote that opens here is not closed");
    }
    *row = (struct line){.len = from + line.len, .eol = line.eol};
    scan->cells = scan->kept = 0;
    for (guint i = 0; i < scan->quoted.ends->len; i++)
        add_cell(scan, quoted_cell(&scan->quoted, i));
    scan->cells = scan->quoted.cells;
    return true;
}

/* What stands at `begin` is a row, or a blank line (no cells), of `lines` lines. */
static void take(struct scan *scan, struct line row, guint64 lines)
{
    size_t length = row.len + row.eol;
    scan->offset = scan->base + scan->begin;
    scan->line = scan->lines;
    scan->length = length;
    scan->eol_len = row.eol;
    scan->nul = find(scan, MARK_NUL, scan->begin) < scan->begin + length;
    struct view bytes = {.data = scan->buffer + scan->begin, .len = length};
    scan->bad_quotes = lines > 1 && !quoted_is_strict(&scan->quoted, bytes);
    if (row.eol > 0)
        scan->eols |= row.eol == 2 ? SCAN_CRLF : bytes.data[row.len] == '\n' ? SCAN_LF : SCAN_CR;
    scan->begin += length;
    scan->lines += row.eol > 0 ? lines : 0;
}

bool scan_next(struct scan *scan, GError **error)
{
    GError *problem = NULL;
    for (;;) {
        struct line row;
        guint64 lines = 1;
        scan->cells = scan->kept = 0;
        if (!get_line(scan, 0, &row, &problem))
            break;
        if (row.len + row.eol == 0)
            return false;
        const char *data = scan->buffer + scan->begin;
        bool quotes = find(scan, MARK_QUOTE, scan->begin) < scan->begin + row.len;
        bool cut = cut_line(scan, view_range(data, data + row.len), quotes);
        if (!cut && !read_quoted(scan, &row, &lines, &problem))
            break;
        take(scan, row, lines);
        if (scan->length > LIMIT_CSV_ROW)
            return fail_too_long(scan, error, scan->line);
        if (scan->cells > 0)
            return true;
    }
    if (!problem)
        fail_too_long(scan, &problem, scan->lines);
    g_propagate_error(error, problem);
    return false;
}
