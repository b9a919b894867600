/* SPDX-License-Identifier: MIT */
#include "core/bounce/scripts.h"

/* The character at byte `i`; *length is its bytes. What is no UTF-8 is a letter of one byte. */
static gunichar char_at(struct view text, size_t i, size_t *length)
{
    gunichar c = g_utf8_get_char_validated(text.data + i, (gssize)(text.len - i));
    if (c >= (gunichar)-2) {
        *length = 1;
        return (unsigned char)text.data[i];
    }
    *length = (size_t)g_utf8_skip[(unsigned char)text.data[i]];
    return c;
}

static bool is_separator(gunichar c)
{
    if (c < 0x80)
        return false;
    switch (g_unichar_type(c)) {
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_FORMAT:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_OPEN_PUNCTUATION:
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_INITIAL_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
        return true;
    default:
        return false;
    }
}

/* Chinese, Japanese and Korean letters: from the radicals to the end of Hangul. */
static bool is_unspaced(gunichar c)
{
    return c >= 0x2e80 && c <= 0xd7a3;
}

size_t script_local_begin(struct view text, size_t begin, size_t at)
{
    size_t length;
    for (size_t i = begin; i < at; i += length) {
        gunichar c = char_at(text, i, &length);
        bool ascii_follows = i + length < at && g_ascii_isalnum(text.data[i + length]);
        if (is_separator(c) || (is_unspaced(c) && ascii_follows))
            begin = i + length;
    }
    return MIN(begin, at);
}

size_t script_domain_end(struct view text, size_t from, size_t end)
{
    size_t length, label = from;
    bool ascii = true;
    for (size_t i = from; i < end; i += length) {
        gunichar c = char_at(text, i, &length);
        if (is_separator(c) || (is_unspaced(c) && ascii && i > label))
            return i;
        ascii = c == '.' || (ascii && c < 0x80);
        if (c == '.')
            label = i + 1;
    }
    return end;
}
