/* SPDX-License-Identifier: MIT */
#include "cmd/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_CELLS = 20, DEFAULT_COLUMNS = 80 };

void progress_init(struct progress_bar *bar, bool quiet)
{
    *bar = (struct progress_bar){.shown = !quiet && isatty(STDERR_FILENO) == 1, .begin = g_get_monotonic_time()};
}

static unsigned terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return DEFAULT_COLUMNS;
}

static void append_bar(GString *line, double share)
{
    int filled = (int)(share * BAR_CELLS + 0.5);
    g_string_append_c(line, '[');
    for (int i = 0; i < BAR_CELLS; i++)
        g_string_append_c(line, i < filled ? '#' : '.');
    g_string_append_printf(line, "] %3.0f%% ", share * 100);
}

static void append_left(GString *line, double seconds)
{
    int left = (int)(seconds + 0.5);
    g_string_append_printf(line, ", %d:%02d left", left / 60, left % 60);
}

void progress_draw(struct progress_bar *bar, const struct progress *p)
{
    if (!bar->shown)
        return;
    double elapsed = (double)(g_get_monotonic_time() - bar->begin) / G_USEC_PER_SEC;
    g_autoptr(GString) line = g_string_new(NULL);
    double share = p->bytes_total ? MIN((double)p->bytes_read / (double)p->bytes_total, 1.0) : 0;
    if (p->bytes_total)
        append_bar(line, share);
    g_autofree char *done = g_format_size(p->bytes_read);
    g_string_append_printf(line, "%s, %" G_GUINT64_FORMAT " messages", done, p->messages);
    if (elapsed > 0.5) {
        g_string_append_printf(line, ", %.0f/s", (double)p->messages / elapsed);
        if (share > 0.01)
            append_left(line, elapsed / share - elapsed);
    }
    unsigned columns = terminal_columns();
    if (line->len >= columns)
        g_string_truncate(line, columns - 1);
    fprintf(stderr, "\r%s\033[K", line->str);
    fflush(stderr);
    bar->drawn = true;
}

void progress_end(struct progress_bar *bar)
{
    if (bar->drawn)
        fputs("\r\033[K", stderr);
    bar->drawn = false;
}
