/* SPDX-License-Identifier: MIT */
#include "cmd/json.h"

#include <time.h>

/* Length of the plain run at the beginning of `text`: printable ASCII that JSON takes as it is. */
static size_t plain_run(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && (unsigned char)text[i] >= 0x20 && (unsigned char)text[i] < 0x7f && text[i] != '"' &&
           text[i] != '\\')
        i++;
    return i;
}

static size_t escape_one(GString *into, const char *text, size_t len)
{
    unsigned char c = (unsigned char)*text;
    static const char *const shorts[128] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t"};
    if (c < 0x80) {
        if (shorts[c])
            g_string_append(into, shorts[c]);
        else
            g_string_append_printf(into, "\\u%04x", c);
        return 1;
    }
    gunichar wide = g_utf8_get_char_validated(text, (gssize)len);
    if (wide == (gunichar)-1 || wide == (gunichar)-2 || wide == 0) {
        g_string_append(into, "\xef\xbf\xbd");
        return 1;
    }
    size_t used = (size_t)g_utf8_skip[c];
    g_string_append_len(into, text, (gssize)used);
    return used;
}

void append_json(GString *into, struct view text)
{
    g_string_append_c(into, '"');
    for (size_t i = 0; i < text.len;) {
        size_t run = plain_run(text.data + i, text.len - i);
        if (run)
            g_string_append_len(into, text.data + i, (gssize)run);
        i += run;
        if (i < text.len)
            i += escape_one(into, text.data + i, text.len - i);
    }
    g_string_append_c(into, '"');
}

void append_json_or_null(GString *into, struct view text)
{
    if (view_is_empty(text))
        g_string_append(into, "null");
    else
        append_json(into, text);
}

static void two_digits(GString *into, int value, char before)
{
    if (before)
        g_string_append_c(into, before);
    g_string_append_c(into, (char)('0' + value / 10 % 10));
    g_string_append_c(into, (char)('0' + value % 10));
}

void append_time(GString *into, gint64 time)
{
    struct tm tm;
    time_t seconds = (time_t)time;
    /* Four digits of the year is all that RFC 3339 has. */
    if (time <= 0 || !gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900)
        return;
    two_digits(into, (tm.tm_year + 1900) / 100, 0);
    two_digits(into, (tm.tm_year + 1900) % 100, 0);
    two_digits(into, tm.tm_mon + 1, '-');
    two_digits(into, tm.tm_mday, '-');
    two_digits(into, tm.tm_hour, 'T');
    two_digits(into, tm.tm_min, ':');
    two_digits(into, tm.tm_sec, ':');
    g_string_append_c(into, 'Z');
}

void append_json_time(GString *into, gint64 time)
{
    if (time <= 0) {
        g_string_append(into, "null");
        return;
    }
    g_string_append_c(into, '"');
    append_time(into, time);
    g_string_append_c(into, '"');
}

void append_json_key(GString *into, const char *key)
{
    bool first = into->len == 0 || into->str[into->len - 1] == '{';
    g_string_append_printf(into, first ? "\"%s\":" : ",\"%s\":", key);
}

void append_json_text(GString *into, const char *key, struct view text)
{
    append_json_key(into, key);
    append_json_or_null(into, text);
}

void append_json_number(GString *into, const char *key, guint64 number)
{
    append_json_key(into, key);
    g_string_append_printf(into, "%" G_GUINT64_FORMAT, number);
}

void append_json_when(GString *into, const char *key, gint64 time)
{
    append_json_key(into, key);
    append_json_time(into, time);
}
