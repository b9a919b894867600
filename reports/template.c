/* SPDX-License-Identifier: MIT */
#include "reports/template.h"

enum {
    QUOTED_MAX = 64,    /* what is longer is a sentence, not a name */
    BRACKETED_MAX = 320 /* an address (RFC 5321 4.5.3.1) */
};

struct scan {
    GString *out;
    size_t start; /* of the template in `out` */
    struct view rest;
};

static bool is_digit(char c)
{
    return g_ascii_isdigit(c);
}

/* What a byte may be part of. Words are runs of WORD bytes; only those with a TELLING one may be more than a word. */
enum { WORD = 1, TELLING = 2, LEAD = 4, TAIL = 8 };

static unsigned char KIND[256];

static void mark(const char *bytes, unsigned char kind)
{
    for (const char *at = bytes; *at; at++)
        KIND[(unsigned char)*at] |= kind;
}

static void fill_kinds(void)
{
    static gsize filled;
    if (!g_once_init_enter(&filled))
        return;
    for (int c = 0; c < 256; c++)
        KIND[c] = c >= 0x80 || g_ascii_isalnum(c) ? WORD : 0;
    mark("._@+-/:#%~=&?*$^", WORD);
    mark("0123456789@.:/=#", TELLING);
    mark("#:/.-?=*", LEAD);
    mark(".:?-/#*", TAIL);
    g_once_init_leave(&filled, 1);
}

static bool is(char c, unsigned char kind)
{
    return (KIND[(unsigned char)c] & kind) != 0;
}

static bool is_telling(struct view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (is(v.data[i], TELLING))
            return true;
    }
    return false;
}

static bool holds(struct view v, char c)
{
    return view_index(v, c) >= 0;
}

/* Are all bytes of `v` digits or among `others`, with a digit among them? */
static bool is_digits_and(struct view v, const char *others)
{
    bool any = false;
    for (size_t i = 0; i < v.len; i++) {
        if (is_digit(v.data[i]))
            any = true;
        else if (!strchr(others, v.data[i]))
            return false;
    }
    return any;
}

static bool is_address(struct view v)
{
    ssize_t at = view_last_index(v, '@');
    return at > 0 && (size_t)at + 1 < v.len;
}

static bool is_url(struct view v)
{
    ssize_t colon = view_index(v, ':');
    bool scheme = colon > 0 && view_find(v, VIEW("://")) > 0;
    return scheme || view_begins_fold(v, VIEW("www."));
}

static size_t count(struct view v, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++)
        n += v.data[i] == c;
    return n;
}

static bool is_ip(struct view v)
{
    if (is_digits_and(v, ".") && count(v, '.') == 3)
        return true;
    if (count(v, ':') < 2)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        if (!g_ascii_isxdigit(v.data[i]) && v.data[i] != ':' && v.data[i] != '.')
            return false;
    }
    return !is_digits_and(v, ":") || view_find(v, VIEW("::")) >= 0 || count(v, ':') == 7;
}

/* RFC 3463: class "." subject "." detail. */
static bool is_status(struct view v)
{
    return v.len >= 5 && v.len <= 9 && (v.data[0] == '2' || v.data[0] == '4' || v.data[0] == '5') && v.data[1] == '.' &&
           count(v, '.') == 2 && is_digits_and(v, ".") && v.data[v.len - 1] != '.' && v.data[2] != '.';
}

static bool is_number(struct view v)
{
    return is_digits_and(v, ".:+-/%");
}

/* "25MB", "30s": digits and a unit of up to three letters. */
static size_t amount_digits(struct view v)
{
    size_t digits = 0;
    while (digits < v.len && (is_digit(v.data[digits]) || v.data[digits] == '.'))
        digits++;
    if (digits == 0 || digits == v.len || v.len - digits > 3)
        return 0;
    for (size_t i = digits; i < v.len; i++) {
        if (!g_ascii_isalpha(v.data[i]))
            return 0;
    }
    return digits;
}

static bool is_host(struct view v)
{
    ssize_t dot = view_last_index(v, '.');
    struct view top = view_from(v, (size_t)(dot + 1));
    if (dot <= 0 || top.len < 2 || v.data[0] == '.' || view_find(v, VIEW("..")) >= 0)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.data[i];
        if (!g_ascii_isalnum(c) && c != '-' && c != '_' && c != '.' && (unsigned char)c < 0x80)
            return false;
    }
    for (size_t i = 0; i < top.len; i++) {
        if (!g_ascii_isalpha(top.data[i]) && (unsigned char)top.data[i] < 0x80)
            return false;
    }
    /* "rejected.Please see": two sentences without a space. */
    return !(g_ascii_isupper(top.data[0]) && g_ascii_islower(top.data[1]));
}

/* A provider's code, "S3150", "OU-002": capitals, then a few digits. */
static bool is_code(struct view v)
{
    size_t i = 0;
    while (i < v.len && g_ascii_isupper(v.data[i]))
        i++;
    size_t letters = i;
    if (i < v.len && (v.data[i] == '-' || v.data[i] == '#'))
        i++;
    return letters >= 1 && letters <= 5 && v.len - i >= 1 && v.len - i <= 5 && is_digits_and(view_from(v, i), "");
}

/* A queue id, a session id: letters and digits mixed. */
static bool is_id(struct view v)
{
    bool digit = false, letter = false;
    for (size_t i = 0; i < v.len; i++) {
        digit = digit || is_digit(v.data[i]);
        letter = letter || g_ascii_isalpha(v.data[i]);
    }
    return v.len >= 6 && digit && letter && !is_code(v);
}

/* The first that fits wins; without a placeholder the word stays. */
static const struct {
    bool (*fits)(struct view);
    const char *placeholder;
} FORMS[] = {
    {is_url, "{url}"}, {is_address, "{address}"}, {is_ip, "{ip}"},
    {is_status, NULL}, {is_number, "{n}"},        {is_host, "{host}"},
};

static bool put_form(GString *out, struct view word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(FORMS); i++) {
        if (!FORMS[i].fits(word))
            continue;
        if (FORMS[i].placeholder)
            g_string_append(out, FORMS[i].placeholder);
        else
            g_string_append_len(out, word.data, (gssize)word.len);
        return true;
    }
    size_t digits = amount_digits(word);
    if (digits)
        g_string_append_printf(out, "{n}%.*s", (int)(word.len - digits), word.data + digits);
    return digits > 0;
}

static bool begins_with_reply_code(struct view v)
{
    return v.len >= 3 && (v.data[0] == '2' || v.data[0] == '4' || v.data[0] == '5') && is_digit(v.data[1]) &&
           is_digit(v.data[2]);
}

/* An SMTP reply code stands first, after a colon, or before an enhanced status code; elsewhere 550 is just a number. */
static bool reply_code_here(const struct scan *scan, char after)
{
    const GString *out = scan->out;
    size_t end = out->len;
    while (end > scan->start && out->str[end - 1] == ' ')
        end--;
    if (end == scan->start || out->str[end - 1] == ':' || after == '-')
        return true;
    struct view next = view_trim(scan->rest);
    if (next.len && next.data[0] == '#')
        next = view_from(next, 1);
    return next.len >= 3 && is_digit(next.data[0]) && next.data[1] == '.' && is_digit(next.data[2]);
}

/* A word without its punctuation: as a whole, else piece by piece between '=', '/', ':' and '#'. */
static void put_core(struct scan *scan, struct view word)
{
    if (put_form(scan->out, word))
        return;
    while (word.len) {
        size_t end = 0;
        while (end < word.len && !strchr("=/:#", word.data[end]))
            end++;
        struct view piece = view_first(word, end);
        if (end < word.len && piece.len && is_code(word)) {
            piece = word;
            end = word.len;
        }
        if (is_id(piece))
            g_string_append(scan->out, "{id}");
        else if (piece.len && !put_form(scan->out, piece))
            g_string_append_len(scan->out, piece.data, (gssize)piece.len);
        if (end < word.len)
            g_string_append_c(scan->out, word.data[end++]);
        word = view_from(word, end);
    }
}

static void put_word(struct scan *scan, struct view word)
{
    size_t lead = 0, end = word.len;
    while (lead < end && is(word.data[lead], LEAD))
        lead++;
    while (end > lead && is(word.data[end - 1], TAIL))
        end--;
    struct view core = {.data = word.data + lead, .len = end - lead};
    if (!is_telling(core)) {
        g_string_append_len(scan->out, word.data, (gssize)word.len);
        return;
    }
    g_string_append_len(scan->out, word.data, (gssize)lead);
    if (begins_with_reply_code(core) && core.len > 4 && core.data[3] == '-') {
        g_string_append_len(scan->out, core.data, 4);
        core = view_from(core, 4);
    }
    char after = end < word.len ? word.data[end] : ' ';
    if (core.len == 3 && begins_with_reply_code(core) && reply_code_here(scan, after))
        g_string_append_len(scan->out, core.data, 3);
    else
        put_core(scan, core);
    g_string_append_len(scan->out, word.data + end, (gssize)(word.len - end));
}

/* "<…>" without spaces: an address, or the bare name of one. */
static bool put_bracketed(struct scan *scan)
{
    struct view near = view_first(scan->rest, BRACKETED_MAX);
    ssize_t close = view_index(near, '>');
    if (close < 2)
        return false;
    struct view inner = {.data = near.data + 1, .len = (size_t)close - 1};
    if (holds(inner, ' ') || holds(inner, '<'))
        return false;
    g_string_append_c(scan->out, '<');
    if (!is_url(inner) && !is_address(inner) && !is_status(inner))
        g_string_append(scan->out, "{name}");
    else
        put_form(scan->out, inner);
    g_string_append_c(scan->out, '>');
    scan->rest = view_from(scan->rest, (size_t)close + 1);
    return true;
}

static bool put_quoted(struct scan *scan)
{
    char open = scan->rest.data[0];
    char close = open == '`' ? '\'' : open;
    const GString *out = scan->out;
    bool first = out->len == scan->start;
    if (first || (open == '\'' && g_ascii_isalnum(out->str[out->len - 1])))
        return false;
    struct view inner = view_first(view_from(scan->rest, 1), QUOTED_MAX);
    ssize_t end = view_index(inner, close);
    if (end < 1)
        return false;
    struct view behind = view_from(scan->rest, (size_t)end + 2);
    if (close == '\'' && behind.len && g_ascii_isalnum(behind.data[0]))
        return false;
    g_string_append_printf(scan->out, "%c…%c", open, close);
    scan->rest = behind;
    return true;
}

/* What clean_append() made of an invisible character, "{U+202E}", stays. */
static bool put_named_character(struct scan *scan)
{
    enum { LONGEST = sizeof "{U+10FFFF}" - 1 };
    ssize_t end = view_index(view_first(scan->rest, LONGEST), '}');
    if (end < 0 || !view_begins_fold(scan->rest, VIEW("{U+")))
        return false;
    g_string_append_len(scan->out, scan->rest.data, end + 1);
    scan->rest = view_from(scan->rest, (size_t)end + 1);
    return true;
}

static void put_next(struct scan *scan)
{
    char c = scan->rest.data[0];
    if (c == '{' && put_named_character(scan))
        return;
    if (c == '<' && put_bracketed(scan))
        return;
    if ((c == '"' || c == '\'' || c == '`') && put_quoted(scan))
        return;
    size_t len = 0;
    while (len < scan->rest.len && is(scan->rest.data[len], WORD))
        len++;
    if (len > 0) {
        struct view word = view_first(scan->rest, len);
        scan->rest = view_from(scan->rest, len);
        put_word(scan, word);
        return;
    }
    bool repeated = c == ' ' && scan->out->len > scan->start && scan->out->str[scan->out->len - 1] == ' ';
    if (!repeated)
        g_string_append_c(scan->out, c);
    scan->rest = view_from(scan->rest, 1);
}

static void shorten(GString *out, size_t start)
{
    static const char DOTS[] = "…";
    if (out->len - start <= TEMPLATE_LENGTH)
        return;
    size_t end = start + TEMPLATE_LENGTH - (sizeof DOTS - 1);
    while (end > start && ((unsigned char)out->str[end] & 0xc0) == 0x80)
        end--;
    g_string_truncate(out, end);
    g_string_append(out, DOTS);
}

void template_append(GString *out, struct view text)
{
    fill_kinds();
    struct scan scan = {.out = out, .start = out->len, .rest = view_trim(text)};
    if (scan.rest.len > TEMPLATE_INPUT) {
        size_t end = TEMPLATE_INPUT;
        while (end > 0 && ((unsigned char)scan.rest.data[end] & 0xc0) == 0x80)
            end--;
        scan.rest.len = end;
    }
    while (scan.rest.len && out->len - scan.start <= TEMPLATE_LENGTH)
        put_next(&scan);
    shorten(out, scan.start);
}
