/* SPDX-License-Identifier: MIT */
#include "reports/clean.h"

static const char REPLACEMENT[] = "\357\277\275"; /* U+FFFD */

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f;
}

static void append_control(GString *out, unsigned char c)
{
    if (c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v')
        g_string_append_c(out, ' ');
    else
        g_string_append_unichar(out, c == 0x7f ? 0x2421 : 0x2400 + (gunichar)c);
}

static void append_wide(GString *out, gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
        g_string_append_c(out, ' ');
        break;
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
        g_string_append_printf(out, "{U+%04X}", c);
        break;
    default:
        g_string_append_unichar(out, c);
    }
}

void clean_append(GString *out, struct view text)
{
    size_t i = 0;
    while (i < text.len) {
        size_t start = i;
        while (i < text.len && is_plain(text.data[i]))
            i++;
        if (i > start) {
            g_string_append_len(out, text.data + start, (gssize)(i - start));
            continue;
        }
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x80) {
            append_control(out, byte);
            i++;
            continue;
        }
        gunichar c = g_utf8_get_char_validated(text.data + i, (gssize)(text.len - i));
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append(out, REPLACEMENT);
            i++;
            continue;
        }
        append_wide(out, c);
        i += (size_t)g_unichar_to_utf8(c, NULL);
    }
}

char *clean_dup(struct view text)
{
    GString *out = g_string_sized_new(text.len + 1);
    clean_append(out, text);
    return g_string_free(out, FALSE);
}
