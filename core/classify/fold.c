/* SPDX-License-Identifier: MIT */
#include "core/classify/fold.h"

enum {
    SPACE = ' ',
    NOTHING = 0, /* a character that is left out */
};

struct folding {
    char *out;
    guint32 *at;
    size_t len;
    bool pending_space;
    bool last_wide;           /* the last character was an ideograph or kana */
    bool in_word;             /* the last character was a letter or a digit */
    struct view continuation; /* "550" once "550-" was seen */
};

static void put_byte(struct folding *f, char byte, size_t from)
{
    f->out[f->len] = byte;
    if (f->at)
        f->at[f->len] = (guint32)from;
    f->len++;
}

static inline char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static inline void put_ascii(struct folding *f, char c, size_t from)
{
    put_byte(f, f->in_word ? c : capital(c), from);
    f->in_word = g_ascii_isalnum(c);
}

static void flush_space(struct folding *f, bool wide, size_t from)
{
    if (f->pending_space && f->len > 0 && !(wide && f->last_wide))
        put_byte(f, SPACE, from ? from - 1 : 0);
    f->in_word = f->in_word && !f->pending_space;
    f->pending_space = false;
    f->last_wide = wide;
}

static bool is_wide(gunichar c)
{
    return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFFEF);
}

/* Letters with marks lose them: servers and people leave them out as they like ("depasse" for "dépassé"), and rules
 * need not list both. From U+00C0 on; '*' has no plain letter of its own. */
static const char unmarked[] = "aaaaaa*ceeeeiiii*nooooo*ouuuuy**aaaaaa*ceeeeiiii*nooooo*ouuuuy*y"
                               "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkk*llllllllll"
                               "nnnnnn***oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
enum { MARKED = 0xC0, COMBINING = 0x300, COMBINING_END = 0x370, CYRILLIC_IO = 0x451, CYRILLIC_IE = 0x435 };

static gunichar without_mark(gunichar c)
{
    if (c < MARKED + sizeof unmarked - 1)
        return unmarked[c - MARKED] == '*' ? c : (gunichar)unmarked[c - MARKED];
    if (c >= COMBINING && c < COMBINING_END)
        return NOTHING;
    gunichar base, mark;
    bool latin = (c >= 0x180 && c < 0x250) || (c >= 0x1E00 && c < 0x1F00);
    while (latin && g_unichar_decompose(c, &base, &mark))
        c = base;
    return c == CYRILLIC_IO ? (gunichar)CYRILLIC_IE : c;
}

/* The character that stands for `c` in folded text. */
static gunichar plain(gunichar c)
{
    if (c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F)
        return SPACE;
    if (c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF)
        return NOTHING;
    if ((c >= 0x2018 && c <= 0x201B) || c == 0xB4 || c == 0x2032)
        return '\'';
    if (c >= 0x201C && c <= 0x201F)
        return '"';
    if (c >= 0x2010 && c <= 0x2015)
        return '-';
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    c = g_unichar_tolower(c);
    return c < MARKED ? c : without_mark(c);
}

/* Length of the well-formed UTF-8 character at the front of `v`, or 0. */
static size_t decode(struct view v, gunichar *c)
{
    gunichar got = g_utf8_get_char_validated(v.data, (gssize)MIN(v.len, (size_t)6));
    if (got == (gunichar)-1 || got == (gunichar)-2)
        return 0;
    *c = got;
    return got < 0x80 ? 1 : got < 0x800 ? 2 : got < 0x10000 ? 3 : 4;
}

static size_t put_foreign(struct folding *f, struct view text, size_t i)
{
    gunichar c = 0;
    size_t len = decode(view_from(text, i), &c);
    if (len == 0) {
        flush_space(f, false, i);
        put_byte(f, text.data[i], i);
        f->in_word = false;
        return 1;
    }
    gunichar low = plain(c);
    if (low == SPACE) {
        f->pending_space = true;
    } else if (low != NOTHING) {
        char bytes[6];
        int n = g_unichar_to_utf8(low, bytes);
        flush_space(f, is_wide(low), i);
        if (n == 1) {
            put_ascii(f, bytes[0], i);
            return len;
        }
        for (int k = 0; k < n; k++)
            put_byte(f, bytes[k], i);
        f->in_word = n == 2 && (unsigned char)bytes[0] >= 0xC3;
    }
    return len;
}

static size_t digits(struct view v, size_t i)
{
    size_t n = 0;
    while (i + n < v.len && g_ascii_isdigit(v.data[i + n]))
        n++;
    return n;
}

/* Length of "5.1.1" at `i`, or 0. */
static size_t status_length(struct view v, size_t i)
{
    size_t n = i;
    for (int part = 0; part < 3; part++) {
        size_t d = digits(v, n);
        if (d == 0 || d > 3 || (part == 0 && d != 1))
            return 0;
        n += d;
        if (part < 2 && (n >= v.len || v.data[n++] != '.'))
            return 0;
    }
    return n - i;
}

/* Bytes of a repeated reply code (and status) at `i`, which begins a word; 0 if there is none. */
static size_t continuation_length(struct folding *f, struct view text, size_t i)
{
    if (digits(text, i) != 3 || i + 3 >= text.len)
        return 0;
    struct view code = view_first(view_from(text, i), 3);
    bool dash = text.data[i + 3] == '-';
    if (!view_equal(code, f->continuation)) {
        if (dash)
            f->continuation = code;
        return 0;
    }
    if (!dash && !g_ascii_isspace(text.data[i + 3]))
        return 0;
    size_t n = i + 4;
    while (n < text.len && text.data[n] == ' ')
        n++;
    return n + status_length(text, n) - i;
}

/* ASCII: what a byte becomes; 0 for bytes that need a closer look, blank for white space. */
static const unsigned char ascii[256] = {
    ' ', ' ', ' ', ' ', ' ',  ' ', ' ', ' ', ' ',  ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',  ' ', ' ', ' ', ' ',
    ' ', ' ', ' ', ' ', ' ',  ' ', ' ', ' ', ' ',  ' ', ' ', '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+',
    ',', '-', '.', '/', '0',  '1', '2', '3', '4',  '5', '6', '7', '8', '9', ':', ';', '<', '=',  '>', '?', '@', 'a',
    'b', 'c', 'd', 'e', 'f',  'g', 'h', 'i', 'j',  'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's',  't', 'u', 'v', 'w',
    'x', 'y', 'z', '[', '\\', ']', '^', '_', '\'', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i',  'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r',  's', 't', 'u', 'v',  'w', 'x', 'y', 'z', '{', '|', '}', '~', ' ',
};

/* A blank is pending, or the text begins: a reply code may stand here. Returns how many bytes to skip. */
static size_t begin_word(struct folding *f, struct view text, size_t i, unsigned char c)
{
    size_t skip = c == '4' || c == '5' ? continuation_length(f, text, i) : 0;
    if (skip > 0)
        f->pending_space = true;
    else
        flush_space(f, false, i);
    return skip;
}

/* Is byte `i` one blank, with a plain word behind it that is no reply code? */
static bool is_mere_gap(struct view text, size_t i)
{
    if (text.data[i] != ' ' || i + 1 >= text.len)
        return false;
    unsigned char next = ascii[(unsigned char)text.data[i + 1]];
    return next != 0 && next != SPACE && next != '4' && next != '5';
}

/* The plain run at `i`: bytes that only need a look at themselves, and single blanks. Returns where it ends. */
static size_t fold_run(struct folding *f, struct view text, size_t i)
{
    char *out = f->out + f->len;
    guint32 *at = f->at ? f->at + f->len : NULL;
    bool in_word = f->in_word;
    size_t begin = i;
    for (; i < text.len; i++) {
        unsigned char c = ascii[(unsigned char)text.data[i]];
        if (c == 0 || (c == SPACE && !is_mere_gap(text, i)))
            break;
        bool letter = (unsigned)(c - 'a') < 26;
        *out++ = (char)(letter && !in_word ? c - 'a' + 'A' : c);
        in_word = letter || (unsigned)(c - '0') < 10;
    }
    for (size_t k = 0; at && k < i - begin; k++)
        at[k] = (guint32)(begin + k);
    f->len += i - begin;
    f->in_word = in_word;
    f->last_wide = false;
    return i;
}

size_t fold_text(struct view text, char *out, guint32 *at)
{
    struct folding f = {.out = out, .at = at};
    for (size_t i = 0; i < text.len;) {
        unsigned char c = ascii[(unsigned char)text.data[i]];
        if (c == SPACE) {
            f.pending_space = true;
            i++;
            continue;
        }
        if (c == 0) {
            i += put_foreign(&f, text, i);
            continue;
        }
        if (f.pending_space || f.len == 0) {
            size_t skip = begin_word(&f, text, i, c);
            if (skip > 0) {
                i += skip;
                continue;
            }
        }
        i = fold_run(&f, text, i);
    }
    return f.len;
}

bool fold_is_foreign_letter(struct view folded, size_t i)
{
    unsigned char c = (unsigned char)folded.data[i];
    for (size_t back = 1; back <= 3 && back <= i && (c & 0xC0) == 0x80; back++)
        c = (unsigned char)folded.data[i - back];
    return c >= 0xC3 && c <= 0xDF; /* Latin, Greek, Cyrillic, Hebrew, Arabic; not the signs of U+0080..00BF */
}
