/* SPDX-License-Identifier: MIT */
#include "core/mail/entity.h"

enum { NAME_MAX_LENGTH = 10 };

static const struct {
    const char *name;
    gunichar character;
} NAMED[] = {
    {"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},     {"nbsp", 0xA0},
    {"commat", '@'},    {"period", '.'},   {"colon", ':'},    {"lowbar", '_'},    {"hyphen", '-'},    {"num", '#'},
    {"lpar", '('},      {"rpar", ')'},     {"plus", '+'},     {"sol", '/'},       {"comma", ','},     {"equals", '='},
    {"shy", 0xAD},      {"copy", 0xA9},    {"reg", 0xAE},     {"trade", 0x2122},  {"laquo", 0xAB},    {"raquo", 0xBB},
    {"deg", 0xB0},      {"middot", 0xB7},  {"sect", 0xA7},    {"para", 0xB6},     {"iexcl", 0xA1},    {"iquest", 0xBF},
    {"ordf", 0xAA},     {"ordm", 0xBA},    {"acute", 0xB4},   {"euro", 0x20AC},   {"pound", 0xA3},    {"bull", 0x2022},
    {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"sbquo", 0x201A},
    {"ldquo", 0x201C},  {"rdquo", 0x201D}, {"bdquo", 0x201E}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A}, {"zwnj", 0x200B},
    {"zwj", 0x200B},    {"ensp", ' '},     {"emsp", ' '},     {"thinsp", ' '},    {"rarr", 0x2192},   {"larr", 0x2190},
    {"times", 0xD7},    {"Agrave", 0xC0},  {"Aacute", 0xC1},  {"Acirc", 0xC2},    {"Atilde", 0xC3},   {"Auml", 0xC4},
    {"Aring", 0xC5},    {"AElig", 0xC6},   {"Ccedil", 0xC7},  {"Egrave", 0xC8},   {"Eacute", 0xC9},   {"Ecirc", 0xCA},
    {"Euml", 0xCB},     {"Igrave", 0xCC},  {"Iacute", 0xCD},  {"Icirc", 0xCE},    {"Iuml", 0xCF},     {"ETH", 0xD0},
    {"Ntilde", 0xD1},   {"Ograve", 0xD2},  {"Oacute", 0xD3},  {"Ocirc", 0xD4},    {"Otilde", 0xD5},   {"Ouml", 0xD6},
    {"Oslash", 0xD8},   {"Ugrave", 0xD9},  {"Uacute", 0xDA},  {"Ucirc", 0xDB},    {"Uuml", 0xDC},     {"Yacute", 0xDD},
    {"THORN", 0xDE},    {"szlig", 0xDF},   {"agrave", 0xE0},  {"aacute", 0xE1},   {"acirc", 0xE2},    {"atilde", 0xE3},
    {"auml", 0xE4},     {"aring", 0xE5},   {"aelig", 0xE6},   {"ccedil", 0xE7},   {"egrave", 0xE8},   {"eacute", 0xE9},
    {"ecirc", 0xEA},    {"euml", 0xEB},    {"igrave", 0xEC},  {"iacute", 0xED},   {"icirc", 0xEE},    {"iuml", 0xEF},
    {"eth", 0xF0},      {"ntilde", 0xF1},  {"ograve", 0xF2},  {"oacute", 0xF3},   {"ocirc", 0xF4},    {"otilde", 0xF5},
    {"ouml", 0xF6},     {"oslash", 0xF8},  {"ugrave", 0xF9},  {"uacute", 0xFA},   {"ucirc", 0xFB},    {"uuml", 0xFC},
    {"yacute", 0xFD},   {"thorn", 0xFE},   {"yuml", 0xFF},    {"OElig", 0x152},   {"oelig", 0x153},   {"Scaron", 0x160},
    {"scaron", 0x161},
};

static size_t parse_number(struct view text, gunichar *character)
{
    bool hex = text.len > 2 && (text.data[2] == 'x' || text.data[2] == 'X');
    size_t start = hex ? 3 : 2;
    size_t i = start;
    guint32 value = 0;
    for (; i < text.len && i < start + NAME_MAX_LENGTH; i++) {
        int digit = hex ? g_ascii_xdigit_value(text.data[i]) : g_ascii_digit_value(text.data[i]);
        if (digit < 0)
            break;
        value = MIN(value * (hex ? 16 : 10) + (guint32)digit, 0x110000u);
    }
    if (i == start)
        return 1;
    *character = value > 0 && g_unichar_validate(value) ? value : 0xFFFD;
    return i < text.len && text.data[i] == ';' ? i + 1 : i;
}

size_t entity_parse(struct view text, gunichar *character)
{
    *character = '&';
    if (text.len >= 3 && text.data[1] == '#')
        return parse_number(text, character);
    size_t len = 1;
    while (len < text.len && len <= NAME_MAX_LENGTH && g_ascii_isalnum(text.data[len]))
        len++;
    struct view name = view_first(view_from(text, 1), len - 1);
    bool closed = len < text.len && text.data[len] == ';';
    for (size_t i = 0; i < G_N_ELEMENTS(NAMED); i++) {
        if (!view_equal(name, view_of(NAMED[i].name)))
            continue;
        /* Only the four that everybody knows may lack their semicolon: "?a=1&copy=2" stays as it is. */
        if (!closed && i > 3)
            break;
        *character = NAMED[i].character;
        return len + closed;
    }
    return 1;
}
