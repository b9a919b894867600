/* SPDX-License-Identifier: MIT */
#include "core/mail/charset.h"

#include "core/mail/reader.h"
#include <errno.h>
#include <stdint.h>

#define REPLACEMENT "\xef\xbf\xbd"

bool text_is_ascii(struct view bytes)
{
    const guint64 ones = 0x0101010101010101u;
    const guint64 high = 0x8080808080808080u;
    size_t i = 0;
    for (; i + 8 <= bytes.len; i += 8) {
        guint64 word;
        memcpy(&word, bytes.data + i, sizeof word);
        /* The classic test for a zero byte is exact once no high bit is set. */
        if ((word & high) || ((word - ones) & high))
            return false;
    }
    for (; i < bytes.len; i++) {
        if ((signed char)bytes.data[i] <= 0)
            return false;
    }
    return true;
}

/* The length of the UTF-8 sequence at `at`: 0 if there is none, -1 if the end of the text cuts it off. */
static int sequence_length(const char *at, size_t left)
{
    gunichar c = g_utf8_get_char_validated(at, (gssize)left);
    if (c == (gunichar)-2) /* GLib takes a NUL for the end, too */
        return memchr(at, '\0', MIN(left, (size_t)6)) ? 0 : -1;
    return c == (gunichar)-1 ? 0 : g_unichar_to_utf8(c, NULL);
}

void text_utf8_count(struct view bytes, size_t *wide, size_t *bad)
{
    *wide = *bad = 0;
    for (size_t i = 0; i < bytes.len;) {
        if ((unsigned char)bytes.data[i] < 0x80) {
            i++;
            continue;
        }
        int len = sequence_length(bytes.data + i, bytes.len - i);
        if (len < 0)
            return;
        *wide += len > 1;
        *bad += len == 0;
        i += len ? (size_t)len : 1;
    }
}

size_t text_convert(iconv_t converter, struct view bytes, char *out, size_t room, size_t *bad)
{
    char *in = (char *)(uintptr_t)bytes.data;
    size_t left = bytes.len;
    char *to = out;
    while (left > 0) {
        if (iconv(converter, &in, &left, &to, &room) != (size_t)-1 || errno == E2BIG)
            break;
        if (errno == EINVAL) /* cut off at the end */
            break;
        (*bad)++;
        /* glibc's UHC refuses a lead byte at the very end after having stepped over it. */
        if (left > 0) {
            in++;
            left--;
        }
        if (room < strlen(REPLACEMENT))
            break;
        memcpy(to, REPLACEMENT, strlen(REPLACEMENT));
        to += strlen(REPLACEMENT);
        room -= strlen(REPLACEMENT);
    }
    iconv(converter, NULL, NULL, &to, &room);
    return (size_t)(to - out);
}

struct view text_clean(struct view text, struct pool *pool)
{
    if (text.len == 0 || (!memchr(text.data, '\r', text.len) && !memchr(text.data, '\0', text.len)))
        return text;
    char *out = pool_alloc(pool, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '\r' && i + 1 < text.len && text.data[i + 1] == '\n')
            continue;
        if (c != '\0')
            out[n++] = c == '\r' ? '\n' : c;
    }
    return (struct view){.data = out, .len = n};
}

/* What labels mean in practice: the superset that senders really use, or "" where the label says nothing.
 * Compare the WHATWG Encoding Standard, and the labels seen in bounces. */
static const struct {
    const char *label, *charset;
} ALIASES[] = {
    {"ascii", ""},
    {"us-ascii", ""},
    {"us_ascii", ""},
    {"ansi_x3.4-1968", ""},
    {"ansi_x3.110-1983", ""},
    {"iso646-us", ""},
    {"unknown", ""},
    {"unknown-8bit", ""},
    {"x-unknown", ""},
    {"x-user-defined", ""},
    {"default", ""},
    {"_autodetect", ""},
    {"_autodetect_all", ""},
    {"utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"uft-8", "UTF-8"},
    {"unicode-1-1-utf-8", "UTF-8"},
    {"unicode-1-1-utf-7", "UTF-7"},
    {"x-utf-7", "UTF-7"},
    {"latin1", "WINDOWS-1252"},
    {"iso-8859-1", "WINDOWS-1252"},
    {"iso_8859-1", "WINDOWS-1252"},
    {"iso8859-1", "WINDOWS-1252"},
    {"8859-1", "WINDOWS-1252"},
    {"cp1252", "WINDOWS-1252"},
    {"windows-1252", "WINDOWS-1252"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-8-e", "ISO-8859-8"},
    {"gb2312", "GB18030"},
    {"gb_2312-80", "GB18030"},
    {"gb2312-80", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"cp936", "GB18030"},
    {"euc-cn", "GB18030"},
    {"hz-gb-2312", "HZ"},
    {"big5", "BIG5-HKSCS"},
    {"x-x-big5", "BIG5-HKSCS"},
    {"cn-big5", "BIG5-HKSCS"},
    {"ks_c_5601-1987", "CP949"},
    {"ks_c_5601", "CP949"},
    {"ksc5601", "CP949"},
    {"euc-kr", "CP949"},
    {"windows-949", "CP949"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"x-sjis", "CP932"},
    {"ms_kanji", "CP932"},
    {"windows-31j", "CP932"},
    {"x-ms-cp932", "CP932"},
    {"euc-jp", "EUC-JP-MS"},
    {"x-euc-jp", "EUC-JP-MS"},
    {"cp1251", "WINDOWS-1251"},
    {"koi8", "KOI8-R"},
    {"iso-2022-jp", "ISO-2022-JP-3"},
};

/* The name for iconv of a declared charset, "" if it tells nothing. `buffer` is READER_LABEL bytes. */
static const char *resolve_label(struct view label, char *buffer)
{
    label = view_trim(label);
    if (label.len == 0 || label.len >= READER_LABEL)
        return "";
    for (size_t i = 0; i < label.len; i++)
        buffer[i] = g_ascii_tolower(label.data[i]);
    buffer[label.len] = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(ALIASES); i++) {
        if (strcmp(ALIASES[i].label, buffer) == 0)
            return ALIASES[i].charset;
    }
    return buffer;
}

/* A charset that hides other characters behind 7-bit bytes, so that pure ASCII proves nothing. */
static bool label_is_stateful(struct view label)
{
    static const char *const PARTS[] = {"utf-7", "utf-16", "utf-32", "ucs", "hz", "utf7", "utf16"};
    for (size_t i = 0; i < G_N_ELEMENTS(PARTS); i++) {
        if (view_find_fold(label, view_of(PARTS[i])) >= 0)
            return true;
    }
    return false;
}

/* ISO/IEC 2022 designations, RFC 1468, RFC 1554, RFC 1557, RFC 1922. */
static const char *iso2022_charset(struct view bytes)
{
    static const struct {
        const char *escape, *charset;
    } ESCAPES[] = {
        {"\033$)C", "ISO-2022-KR"},   {"\033$)A", "ISO-2022-CN"},  {"\033$)G", "ISO-2022-CN"},
        {"\033$(D", "ISO-2022-JP-2"}, {"\033$A", "ISO-2022-JP-2"}, {"\033$(C", "ISO-2022-JP-2"},
        {"\033$", "ISO-2022-JP-3"},   {"\033(J", "ISO-2022-JP-3"}, {"\033(I", "ISO-2022-JP-3"},
    };
    ssize_t at;
    while ((at = view_index(bytes, '\033')) >= 0) {
        bytes = view_from(bytes, (size_t)at);
        for (size_t i = 0; i < G_N_ELEMENTS(ESCAPES); i++) {
            struct view escape = view_of(ESCAPES[i].escape);
            if (view_equal(view_first(bytes, escape.len), escape))
                return ESCAPES[i].charset;
        }
        bytes = view_from(bytes, 1);
    }
    return NULL;
}

/* Latin-1 is what software says that was never asked: nearly all high bytes side by side are no Latin text. */
static bool latin_label_lies(struct view bytes)
{
    size_t high = 0;
    size_t paired = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        if ((unsigned char)bytes.data[i] < 0x80)
            continue;
        bool left = i > 0 && (unsigned char)bytes.data[i - 1] >= 0x80;
        bool right = i + 1 < bytes.len && (unsigned char)bytes.data[i + 1] >= 0x80;
        high++;
        paired += left || right;
    }
    return high >= 8 && paired * 10 >= high * 8;
}

static struct view repair_utf8(struct view bytes, struct pool *pool)
{
    g_autofree char *valid = g_utf8_make_valid(bytes.data, (gssize)bytes.len);
    return pool_copy(pool, view_of(valid));
}

/* Converts from `charset` into the pool; false if iconv does not know it, or (`strict`) if more bytes do not fit than
 * damage on the way explains. */
static bool convert(struct mail_reader *reader, struct view bytes, const char *charset, bool strict, struct pool *pool,
                    struct view *text)
{
    iconv_t converter = mail_reader_converter(reader, charset);
    if (converter == (iconv_t)-1)
        return false;
    size_t room = bytes.len * 4 + 16;
    g_autofree char *out = g_malloc(room);
    size_t bad = 0;
    size_t len = text_convert(converter, bytes, out, room, &bad);
    if (strict && bad > bytes.len / 200)
        return false;
    struct view converted = {.data = out, .len = len};
    /* glibc lets characters beyond U+10FFFF through. */
    bool valid = g_utf8_validate_len(out, len, NULL);
    *text = valid ? pool_copy(pool, converted) : repair_utf8(text_clean(converted, pool), pool);
    return true;
}

static struct view without_cut_sequence(struct view bytes)
{
    for (size_t back = 1; back <= 3 && back <= bytes.len; back++) {
        unsigned char c = (unsigned char)bytes.data[bytes.len - back];
        if (c >= 0xC0)
            return sequence_length(bytes.data + bytes.len - back, back) < 0 ? view_first(bytes, bytes.len - back)
                                                                            : bytes;
        if (c < 0x80)
            break;
    }
    return bytes;
}

static struct view decode(struct mail_reader *reader, struct view bytes, struct view label, struct pool *pool)
{
    char buffer[READER_LABEL];
    const char *charset = resolve_label(label, buffer);
    struct view text;
    if (label_is_stateful(label) && convert(reader, bytes, charset, true, pool, &text))
        return text;
    const char *escaped = iso2022_charset(bytes);
    if (escaped && convert(reader, bytes, escaped, false, pool, &text))
        return text;
    size_t wide;
    size_t bad;
    text_utf8_count(bytes, &wide, &bad);
    if (bad == 0)
        return without_cut_sequence(bytes);
    if (wide >= 4 * bad)
        return repair_utf8(text_clean(bytes, pool), pool);
    bool lies = strcmp(charset, "WINDOWS-1252") == 0 && latin_label_lies(bytes);
    if (*charset && !lies && strcmp(charset, "UTF-8") != 0 && convert(reader, bytes, charset, true, pool, &text))
        return text;
    if (convert(reader, bytes, text_guess_charset(reader, bytes), false, pool, &text))
        return text;
    return repair_utf8(text_clean(bytes, pool), pool);
}

struct view text_to_utf8(struct mail_reader *reader, struct view bytes, struct view charset, struct pool *pool)
{
    if (text_is_ascii(bytes) && !memchr(bytes.data ? bytes.data : "", '\033', bytes.len) && !label_is_stateful(charset))
        return text_clean(bytes, pool);
    struct mail_reader temporary = {0};
    struct view text = decode(reader ? reader : &temporary, bytes, charset, pool);
    mail_reader_clear(&temporary);
    return text_clean(text, pool);
}
