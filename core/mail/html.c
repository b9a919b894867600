/* SPDX-License-Identifier: MIT */
#include "core/mail/entity.h"
#include "core/mail/mail.h"

enum {
    TAG_NAME = 24,
    /* A quoted attribute longer than this has lost its closing quote; data: URLs do not matter to us. */
    ATTRIBUTE_VALUE = 4096,
};

/* How an element parts its surroundings. */
enum gap { GAP_NONE = 0, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

static const struct {
    const char *name;
    enum gap gap;
} GAPS[] = {
    {"br", GAP_LINE},         {"p", GAP_PARAGRAPH},  {"div", GAP_LINE},      {"tr", GAP_LINE},
    {"td", GAP_SPACE},        {"th", GAP_SPACE},     {"li", GAP_LINE},       {"h1", GAP_PARAGRAPH},
    {"h2", GAP_PARAGRAPH},    {"h3", GAP_PARAGRAPH}, {"h4", GAP_PARAGRAPH},  {"h5", GAP_PARAGRAPH},
    {"h6", GAP_PARAGRAPH},    {"ul", GAP_LINE},      {"ol", GAP_LINE},       {"dl", GAP_LINE},
    {"dt", GAP_LINE},         {"dd", GAP_LINE},      {"hr", GAP_PARAGRAPH},  {"pre", GAP_PARAGRAPH},
    {"table", GAP_PARAGRAPH}, {"tbody", GAP_LINE},   {"thead", GAP_LINE},    {"tfoot", GAP_LINE},
    {"caption", GAP_LINE},    {"body", GAP_LINE},    {"html", GAP_LINE},     {"head", GAP_LINE},
    {"center", GAP_LINE},     {"form", GAP_LINE},    {"address", GAP_LINE},  {"blockquote", GAP_PARAGRAPH},
    {"section", GAP_LINE},    {"article", GAP_LINE}, {"header", GAP_LINE},   {"footer", GAP_LINE},
    {"fieldset", GAP_LINE},   {"option", GAP_LINE},  {"textarea", GAP_LINE},
};

/* Elements whose content nobody sees. */
static const char *const HIDDEN[] = {"script", "style", "title", "template", "object"};

/* The text as it grows; never longer than the HTML. */
struct visible {
    char *text;
    size_t len;
    enum gap gap; /* owed before the next character */
};

struct html {
    struct view rest;
    struct visible out;
    unsigned pre;                          /* open <pre> elements */
    bool open_ended[G_N_ELEMENTS(HIDDEN)]; /* no end tag is to be found any more */
    bool comment_open_ended;
};

static void owe(struct visible *out, enum gap gap)
{
    out->gap = MAX(out->gap, gap);
}

static void pay(struct visible *out)
{
    bool start = out->len == 0;
    if (!start && out->gap == GAP_SPACE)
        out->text[out->len++] = ' ';
    if (!start && out->gap >= GAP_LINE)
        out->text[out->len++] = '\n';
    if (!start && out->gap == GAP_PARAGRAPH)
        out->text[out->len++] = '\n';
    out->gap = GAP_NONE;
}

static void put(struct visible *out, const char *bytes, size_t len)
{
    pay(out);
    memcpy(out->text + out->len, bytes, len);
    out->len += len;
}

static void put_character(struct visible *out, gunichar c)
{
    char utf8[6];
    if (c == 0xAD || c == 0x200B || c == 0xFEFF) /* soft hyphen, zero width */
        return;
    if (c == 0xA0 || (c < 0x80 && g_ascii_isspace((char)c)))
        owe(out, GAP_SPACE);
    else
        put(out, utf8, (size_t)g_unichar_to_utf8(c, utf8));
}

static bool is_name(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == ':' || c == '_';
}

struct tag {
    char name[TAG_NAME];
    bool closing;
    struct view rest; /* behind its '>' */
};

/* The end of a quoted attribute value that starts at `at`, NULL if its quote is never closed. */
static const char *value_end(const char *at, const char *end)
{
    size_t within = MIN((size_t)(end - at), (size_t)ATTRIBUTE_VALUE);
    const char *close = memchr(at + 1, *at, within - 1);
    if (!close)
        return NULL;
    const char *gt = memchr(at, '>', (size_t)(close - at));
    return gt && memchr(gt, '<', (size_t)(close - gt)) ? NULL : close;
}

/* Behind the tag whose attributes start at `at`; NULL if it is no tag. One that another '<' breaks off is a tag if it
 * has come to an attribute's value. */
static const char *behind_tag(const char *at, const char *end)
{
    bool value = false;
    bool assigned = false;
    for (; at < end && *at != '>'; at++) {
        if (*at == '<')
            return assigned ? at : NULL;
        const char *close = value && (*at == '"' || *at == '\'') ? value_end(at, end) : NULL;
        if (close)
            at = close;
        assigned = assigned || *at == '=';
        value = *at == '=' || (value && g_ascii_isspace(*at));
    }
    return at < end ? at + 1 : NULL;
}

/* Is there a tag at `html`, which begins with '<'? "<ann@example.org>", "<550 no such user>", "a < b" are text. */
static bool read_tag(struct view html, struct tag *tag)
{
    const char *end = html.data + html.len;
    const char *at = html.data + 1;
    tag->closing = at < end && *at == '/';
    at += tag->closing;
    const char *name = at;
    while (at < end && is_name(*at))
        at++;
    size_t len = (size_t)(at - name);
    if (len == 0 || !g_ascii_isalpha(*name))
        return false;
    bool ends = at == end || *at == '>' || g_ascii_isspace(*at) || (*at == '/' && at[-1] != ':');
    if (!ends)
        return false;
    const char *behind = behind_tag(at, end);
    if (!behind)
        return false;
    for (size_t i = 0; i < MIN(len, TAG_NAME - 1u); i++)
        tag->name[i] = g_ascii_tolower(name[i]);
    tag->name[MIN(len, TAG_NAME - 1u)] = '\0';
    tag->rest = view_range(behind, end);
    return true;
}

static enum gap gap_of(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(GAPS); i++) {
        if (GAPS[i].name[0] == name[0] && strcmp(GAPS[i].name, name) == 0)
            return GAPS[i].gap;
    }
    return GAP_NONE;
}

/* Behind the end tag of a hidden element; an element without end hides nothing. */
static void skip_hidden(struct html *html, const char *name)
{
    char end_tag[TAG_NAME + 2];
    for (size_t i = 0; i < G_N_ELEMENTS(HIDDEN); i++) {
        if (strcmp(HIDDEN[i], name) != 0 || html->open_ended[i])
            continue;
        g_snprintf(end_tag, sizeof end_tag, "</%s", name);
        ssize_t at = view_find_fold(html->rest, view_of(end_tag));
        html->open_ended[i] = at < 0;
        if (at >= 0)
            html->rest = view_from(html->rest, (size_t)at);
    }
}

static void take_tag(struct html *html, const struct tag *tag)
{
    html->rest = tag->rest;
    if (strcmp(tag->name, "pre") == 0)
        html->pre = tag->closing ? html->pre - (html->pre > 0) : html->pre + 1;
    enum gap gap = gap_of(tag->name);
    /* Two <br> in a row are an empty line. */
    if (strcmp(tag->name, "br") == 0 && html->out.gap >= GAP_LINE)
        gap = GAP_PARAGRAPH;
    owe(&html->out, gap);
    if (!tag->closing)
        skip_hidden(html, tag->name);
}

/* Passes over a comment, a declaration or a processing instruction; false if it is none. */
static bool skip_markup(struct html *html)
{
    struct view rest = html->rest;
    if (rest.len < 3 || (rest.data[1] != '!' && rest.data[1] != '?'))
        return false;
    bool comment = rest.len >= 4 && memcmp(rest.data, "<!--", 4) == 0 && !html->comment_open_ended;
    ssize_t end = comment ? view_find(rest, VIEW("-->")) : -1;
    html->comment_open_ended = html->comment_open_ended || (comment && end < 0);
    if (end >= 0) {
        html->rest = view_from(rest, (size_t)end + 3);
        return true;
    }
    bool declaration =
        rest.data[1] == '?' || rest.data[2] == '-' || rest.data[2] == '[' || g_ascii_isalpha(rest.data[2]);
    const char *gt = declaration ? memchr(rest.data, '>', MIN(rest.len, (size_t)ATTRIBUTE_VALUE)) : NULL;
    if (!gt)
        return false;
    html->rest = view_from(rest, (size_t)(gt - rest.data) + 1);
    return true;
}

/* The length of the characters that `text` begins with and that stand for themselves. */
static size_t plain_run(struct view text)
{
    size_t len = 0;
    while (len < text.len && g_ascii_isgraph(text.data[len]) && text.data[len] != '<' && text.data[len] != '&')
        len++;
    return len;
}

static void take_text(struct html *html)
{
    struct view rest = html->rest;
    size_t run = plain_run(rest);
    if (run > 0) {
        put(&html->out, rest.data, run);
        html->rest = view_from(rest, run);
        return;
    }
    unsigned char c = (unsigned char)rest.data[0];
    size_t len = 1;
    gunichar character = c;
    if (c == '&')
        len = entity_parse(rest, &character);
    else if (c == 0xC2 && rest.len > 1 && (unsigned char)rest.data[1] == 0xA0) {
        character = 0xA0;
        len = 2;
    } else if (c >= 0x80) {
        put(&html->out, rest.data, 1);
        html->rest = view_from(rest, 1);
        return;
    }
    html->rest = view_from(rest, len);
    if (c == '\n' && html->pre)
        owe(&html->out, html->out.gap == GAP_LINE ? GAP_PARAGRAPH : GAP_LINE);
    else
        put_character(&html->out, character);
}

struct view html_text(struct view source, struct pool *pool)
{
    struct html html = {.rest = source};
    struct tag tag;
    html.out.text = pool_alloc(pool, source.len + 1);
    while (html.rest.len > 0) {
        bool angle = html.rest.data[0] == '<';
        if (angle && skip_markup(&html))
            continue;
        if (angle && read_tag(html.rest, &tag))
            take_tag(&html, &tag);
        else
            take_text(&html);
    }
    return (struct view){.data = html.out.text, .len = html.out.len};
}
