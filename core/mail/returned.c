/* SPDX-License-Identifier: MIT */
#include "core/mail/returned.h"

#include "core/mail/headers.h"

enum extent {
    EXTENT_NONE = 0,
    EXTENT_HEADERS, /* only headers follow; then it may be the system speaking again */
    EXTENT_ALL,     /* the message follows, to the end of the text */
};

/* What the line before a copy says, without its dashes, bars and colons; the first that is found in it counts. */
static const struct {
    const char *phrase;
    enum extent extent;
} PHRASES[] = {
    {"is a copy of the message", EXTENT_ALL}, /* qmail, Exim, Courier */
    {"is a copy of your message", EXTENT_ALL},
    {"copy of the original message", EXTENT_ALL},
    {"copy of the message", EXTENT_ALL},
    {"copy of your message", EXTENT_ALL},
    {"message header follows", EXTENT_HEADERS}, /* Smail 3 */
    {"message headers follow", EXTENT_HEADERS}, /* Domino, Notes gateways */
    {"header of the original message", EXTENT_HEADERS},
    {"headers of the original message", EXTENT_HEADERS},
    {"header of the source mail", EXTENT_HEADERS},
    {"header of message", EXTENT_HEADERS},
    {"headers of message", EXTENT_HEADERS},
    {"original message header", EXTENT_HEADERS},
    {"original header", EXTENT_HEADERS},
    {"returned message header", EXTENT_HEADERS},
    {"undelivered message header", EXTENT_HEADERS},
    {"following header fields", EXTENT_HEADERS}, /* PMDF, Oracle Messaging Server */
    {"message text follows", EXTENT_ALL},        /* sendmail 5, MMDF */
    {"unsent message", EXTENT_ALL},              /* sendmail 5, Smail */
    {"original message", EXTENT_ALL},            /* Postfix 19990906, Yahoo, X.400 gateways */
    {"original mail", EXTENT_ALL},
    {"returned mail", EXTENT_ALL},
    {"returned message", EXTENT_ALL},
    {"undelivered message", EXTENT_ALL},
    {"rejected message", EXTENT_ALL},
    {"failed message", EXTENT_ALL},
    {"your message follows", EXTENT_ALL},
    {"message follows", EXTENT_ALL},
    {"message returned below", EXTENT_ALL},
    {"forwarded message", EXTENT_ALL},
    {"mensaje original", EXTENT_ALL},
    {"message original", EXTENT_ALL},
    {"mensagem original", EXTENT_ALL},
    {"originalnachricht", EXTENT_ALL},
    {"nachrichtentext", EXTENT_ALL},
};

enum {
    MARKER_LINE = 120, /* a longer line is prose */
    BLANKS_BEHIND_MARKER = 4,
    OTHER_LINES = 8,
    MANY_HEADERS = 8,
};

/* Fields that a header block has, and that tell it from a list of particulars. */
enum field {
    FIELD_RECEIVED = 1 << 0,
    FIELD_FROM = 1 << 1,
    FIELD_TO = 1 << 2,
    FIELD_SUBJECT = 1 << 3,
    FIELD_MESSAGE_ID = 1 << 4,
    FIELD_DATE = 1 << 5,
    FIELD_RETURN_PATH = 1 << 6,
};

#define NAMED(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }

static const struct {
    struct view name;
    enum field field;
} FIELDS[] = {
    {NAMED("received"), FIELD_RECEIVED},
    {NAMED("from"), FIELD_FROM},
    {NAMED("to"), FIELD_TO},
    {NAMED("subject"), FIELD_SUBJECT},
    {NAMED("date"), FIELD_DATE},
    {NAMED("message-id"), FIELD_MESSAGE_ID},
    {NAMED("sent"), FIELD_DATE},
    {NAMED("return-path"), FIELD_RETURN_PATH},
};

struct paragraph {
    struct view all;  /* its lines */
    struct view rest; /* what follows, from the empty line on */
    unsigned fields;
    unsigned headers, others; /* lines of either kind; folded lines belong to their header */
    bool indented;
};

static struct view take_line(struct view *rest)
{
    const char *lf = memchr(rest->data, '\n', rest->len);
    size_t len = lf ? (size_t)(lf - rest->data) : rest->len;
    struct view line = view_first(*rest, len);
    *rest = view_from(*rest, len + 1);
    return line;
}

static bool is_blank(struct view line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t')
            return false;
    }
    return true;
}

/* A line drawn across the text. */
static bool is_rule(struct view line)
{
    size_t i = 0;
    while (i < line.len && (strchr("-=_*", line.data[i]) || line.data[i] == ' '))
        i++;
    return i == line.len && i >= 5 && line.data[0] != ' ';
}

static struct view without_indent(struct view line)
{
    while (line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
        line = view_from(line, 1);
    return line;
}

/* The field that a line of a header block begins with; names in prose ("Note:") are header lines as well. */
static bool is_header_line(struct view line, unsigned *fields)
{
    size_t len = header_name_length(line);
    if (len == 0 || !g_ascii_isalpha(line.data[0]))
        return false;
    struct view name = view_first(line, len);
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isalnum(name.data[i]) && name.data[i] != '-' && name.data[i] != '_')
            return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
        if (view_equal_fold(name, FIELDS[i].name))
            *fields |= FIELDS[i].field;
    }
    return true;
}

static bool is_from_line(struct view line)
{
    return view_begins_fold(line, VIEW("From ")) || view_begins_fold(line, VIEW(">From "));
}

/* The paragraph that `text` begins with; given up early, unless `patient`, where it turns out to be prose. */
static struct paragraph read_paragraph(struct view text, bool patient)
{
    struct paragraph p = {.all = text, .indented = without_indent(text).len < text.len};
    size_t indent = text.len - without_indent(text).len;
    struct view rest = text;
    while (rest.len > 0) {
        struct view before = rest;
        struct view line = take_line(&rest);
        if (is_blank(line) || is_rule(line)) {
            rest = before;
            break;
        }
        struct view bare = without_indent(line);
        bool folded = line.len - bare.len > indent && p.headers > 0;
        if (folded)
            continue;
        if (is_header_line(bare, &p.fields))
            p.headers++;
        else if (!is_from_line(bare) && ++p.others > OTHER_LINES + p.headers / 4 && !patient)
            break;
    }
    p.all.len -= rest.len;
    p.rest = rest;
    return p;
}

static unsigned count_bits(unsigned fields)
{
    return (unsigned)__builtin_popcount(fields);
}

/* Mostly header lines, with two at least of those that every message has. */
static bool is_header_block(const struct paragraph *p)
{
    return p->headers > 0 && p->others * 4 <= p->headers && count_bits(p->fields & ~(unsigned)FIELD_RETURN_PATH) >= 2;
}

/* A header block that nobody writes by hand: "To: Subject: Sent:" may well be the system's own words (Exchange). */
static bool is_surely_header_block(const struct paragraph *p)
{
    unsigned traced = p->fields & (FIELD_RECEIVED | FIELD_MESSAGE_ID | FIELD_RETURN_PATH);
    /* HTML takes the indent of folded lines away. */
    if (p->headers >= MANY_HEADERS && traced && count_bits(p->fields) >= 4)
        return true;
    return is_header_block(p) && (traced || count_bits(p->fields) >= 4);
}

static enum extent phrase_extent(struct view line)
{
    char lower[MARKER_LINE];
    if (line.len > sizeof lower)
        return EXTENT_NONE;
    for (size_t i = 0; i < line.len; i++)
        lower[i] = g_ascii_tolower(line.data[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(PHRASES); i++) {
        if (memmem(lower, line.len, PHRASES[i].phrase, strlen(PHRASES[i].phrase)))
            return PHRASES[i].extent;
    }
    return EXTENT_NONE;
}

/* Does `line` end as a line that announces something, or is it drawn as a rule? */
static bool announces(struct view line)
{
    struct view bare = view_trim(line);
    return bare.len > 2 && (strchr("-:.|=*]", bare.data[bare.len - 1]) || memcmp(bare.data, "--", 2) == 0);
}

/* The next line that is not empty, if it is near and begins a header block. */
static bool headers_follow(struct view *rest)
{
    for (int blanks = 0; blanks < BLANKS_BEHIND_MARKER && rest->len > 0; blanks++) {
        struct view behind = *rest;
        struct view line = take_line(&behind);
        unsigned fields = 0;
        if (!is_blank(line)) {
            line = without_indent(line);
            return is_header_line(line, &fields) || is_from_line(line);
        }
        *rest = behind;
    }
    return false;
}

/* A field that no list of particulars has, though the lines behind it lost their indent on the way through HTML. */
static bool begins_like_mail(struct view rest)
{
    struct view line = without_indent(rest);
    unsigned fields = 0;
    if (!is_header_line(line, &fields))
        return false;
    return fields != 0 || view_begins_fold(line, VIEW("DKIM-")) || view_begins_fold(line, VIEW("X-")) ||
           view_begins_fold(line, VIEW("ARC-")) || view_begins_fold(line, VIEW("MIME-Version"));
}

/* What a marker line announces, if a header block really follows; it goes to `p`. */
static enum extent announced(struct view line, struct view rest, struct paragraph *p)
{
    if (!announces(line) || !headers_follow(&rest))
        return EXTENT_NONE;
    enum extent extent = phrase_extent(line);
    if (extent == EXTENT_NONE)
        return EXTENT_NONE;
    bool sure = begins_like_mail(rest);
    *p = read_paragraph(rest, sure);
    return sure || p->headers > p->others ? extent : EXTENT_NONE;
}

/* The text that is left, in pieces. */
struct remains {
    struct view *pieces;
    size_t count;
};

enum { PIECES = 8 };

static void keep(struct remains *remains, const char *begin, const char *end)
{
    if (end > begin && remains->count < PIECES)
        remains->pieces[remains->count++] = view_range(begin, end);
}

static struct view joined(const struct remains *remains, struct pool *pool)
{
    if (remains->count == 0)
        return (struct view){0};
    if (remains->count == 1)
        return remains->pieces[0];
    size_t len = 0;
    for (size_t i = 0; i < remains->count; i++)
        len += remains->pieces[i].len;
    char *out = pool_alloc(pool, len);
    struct view text = {.data = out, .len = len};
    for (size_t i = 0; i < remains->count; i++) {
        memcpy(out, remains->pieces[i].data, remains->pieces[i].len);
        out += remains->pieces[i].len;
    }
    return text;
}

static void take_headers(const struct paragraph *p, struct headers *returned, struct pool *pool)
{
    if (returned->count == 0)
        *returned = headers_parse(p->all, pool, NULL);
}

/* What to do with a paragraph that nothing announced. */
static enum extent bare_extent(const struct paragraph *p, bool at_start, bool first)
{
    if (!is_surely_header_block(p))
        return EXTENT_NONE;
    return p->indented || (at_start && first) ? EXTENT_HEADERS : EXTENT_ALL;
}

struct view returned_split(struct view text, bool first, struct headers *returned, struct pool *pool)
{
    struct view pieces[PIECES];
    struct remains remains = {.pieces = pieces};
    struct headers weak = {0};
    struct view rest = text;
    const char *kept = text.data;
    bool paragraph_starts = true;
    while (rest.len > 0) {
        struct view before = rest;
        struct view line = take_line(&rest);
        struct paragraph p = {0};
        unsigned fields = 0;
        enum extent extent = announced(line, rest, &p);
        const char *cut = before.data;
        if (extent == EXTENT_NONE && paragraph_starts && is_header_line(without_indent(line), &fields)) {
            p = read_paragraph(before, begins_like_mail(before));
            extent = bare_extent(&p, is_blank(view_range(text.data, before.data)), first);
            if (extent == EXTENT_NONE && is_header_block(&p) && weak.count == 0)
                take_headers(&p, &weak, pool);
        }
        paragraph_starts = is_blank(line) || is_rule(line);
        if (extent == EXTENT_NONE)
            continue;
        take_headers(&p, returned, pool);
        keep(&remains, kept, cut);
        rest = p.rest;
        kept = rest.len ? rest.data : text.data + text.len;
        if (extent == EXTENT_ALL && !p.indented)
            kept = text.data + text.len;
        if (kept == text.data + text.len || remains.count == PIECES)
            break;
    }
    if (returned->count == 0 && weak.count > 0)
        *returned = weak;
    keep(&remains, kept, text.data + text.len);
    return joined(&remains, pool);
}
