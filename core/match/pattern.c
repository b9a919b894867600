/* SPDX-License-Identifier: MIT */
#include "core/match/pattern_parts.h"

#include "core/error.h"

static const char MARKS[] = "=+-.%";

static const char *const NAMES[PATTERN_GROUP_COUNT] = {
#define PATTERN_NAME(id, name) [PATTERN_##id] = name,
    PATTERN_GROUPS(PATTERN_NAME)
#undef PATTERN_NAME
};

const char *pattern_group_name(enum pattern_group group)
{
    return NAMES[group];
}

const char *pattern_group_takes(enum pattern_group group)
{
    static const char *const takes[PATTERN_GROUP_COUNT] = {
        [PATTERN_DOMAIN] = "letters, digits, '.', '-' and '_'",
        [PATTERN_CAMPAIGN] = "anything but '@', '+' and '='",
        [PATTERN_NUMBER] = "digits",
        [PATTERN_HEX] = "hexadecimal digits",
        [PATTERN_TOKEN] = "letters and digits",
    };
    return takes[group] ? takes[group] : "anything but '@'";
}

static unsigned marks_of(struct view v)
{
    unsigned marks = 0;
    for (size_t i = 0; i < v.len; i++) {
        const char *mark = v.data[i] ? strchr(MARKS, v.data[i]) : NULL;
        if (mark)
            marks |= 1u << (mark - MARKS);
    }
    return marks;
}

struct pattern_text pattern_text_of(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    struct pattern_text text = {.whole = address, .local = at < 0 ? address : view_first(address, (size_t)at)};
    text.marks = marks_of(text.local);
    return text;
}

/* --- parsing
 * ---------------------------------------------------------------------------------------------------------- */

struct parser {
    const char *text; /* the whole, for messages */
    struct pattern *pattern;
    unsigned seen; /* groups by bit */
    size_t literal_from;
};

static bool fail(const struct parser *p, const char *at, GError **error, const char *problem)
{
    g_autofree char *shown = g_utf8_make_valid(p->text, -1);
    for (char *c = shown; *c; c++)
        *c = g_ascii_iscntrl(*c) ? '?' : *c;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "bad VERP pattern '%s': column %d: %s", shown,
                (int)(at - p->text) + 1, problem);
    return false;
}

static bool add_part(struct parser *p, const char *at, struct part part, GError **error)
{
    if (p->pattern->count == PATTERN_PARTS)
        return fail(p, at, error, "too many groups");
    p->pattern->parts[p->pattern->count++] = part;
    return true;
}

/* Ends the literal that has been collected, if there is one. */
static bool end_literal(struct parser *p, const char *at, GError **error)
{
    size_t len = p->pattern->literals->len - p->literal_from;
    if (len == 0)
        return true;
    /* The text still moves while it grows: only the length is kept until the end. */
    p->literal_from = p->pattern->literals->len;
    return add_part(p, at, (struct part){.literal = true, .text.len = len}, error);
}

static bool add_group(struct parser *p, const char *at, enum pattern_group group, GError **error)
{
    struct pattern *pattern = p->pattern;
    if (!end_literal(p, at, error))
        return false;
    if (pattern->count > 0 && !pattern->parts[pattern->count - 1].literal)
        return fail(p, at, error, "two groups need literal text between them");
    if (group <= PATTERN_KEY && p->seen & 1u << group)
        return fail(p, at, error, "this group stands in the pattern twice");
    p->seen |= 1u << group;
    return add_part(p, at, (struct part){.group = group, .column = (unsigned)(at - p->text) + 1}, error);
}

static bool add_named(struct parser *p, const char *at, struct view name, GError **error)
{
    if (view_equal(name, VIEW("address"))) {
        if (!add_group(p, at, PATTERN_LOCAL, error))
            return false;
        g_string_append_c(p->pattern->literals, '=');
        return add_group(p, at, PATTERN_DOMAIN, error);
    }
    for (unsigned g = 0; g < PATTERN_GROUP_COUNT; g++) {
        if (view_equal(name, view_of(NAMES[g])))
            return add_group(p, at, g, error);
    }
    g_autofree char *problem = g_strdup_printf(
        "unknown group '{%.*s}'; known are address, local, domain, id, campaign, key, number, hex, token, any",
        (int)MIN(name.len, 40), name.data);
    return fail(p, at, error, problem);
}

static bool parse_parts(struct parser *p, GError **error)
{
    for (const char *c = p->text; *c; c++) {
        if ((*c == '{' || *c == '}') && c[1] == *c) {
            g_string_append_c(p->pattern->literals, *c++);
        } else if (*c == '{') {
            const char *end = strpbrk(c + 1, "{}");
            if (!end || *end == '{')
                return fail(p, c, error, "this brace is not closed");
            if (!add_named(p, c, view_range(c + 1, end), error))
                return false;
            c = end;
        } else if (*c == '}') {
            return fail(p, c, error, "no brace is open here; a literal one is written '}}'");
        } else if (g_ascii_isspace(*c) || g_ascii_iscntrl(*c)) {
            return fail(p, c, error, "no address holds white space");
        } else {
            if (*c == '@' && p->pattern->whole)
                return fail(p, c, error, "a second '@'");
            p->pattern->whole = p->pattern->whole || *c == '@';
            g_string_append_c(p->pattern->literals, *c);
        }
    }
    return end_literal(p, p->text, error);
}

static bool names_recipient(const struct parser *p, GError **error)
{
    bool local = p->seen & 1u << PATTERN_LOCAL;
    bool domain = p->seen & 1u << PATTERN_DOMAIN;
    if (local != domain)
        return fail(p, p->text, error, "{local} and {domain} are of use only together");
    if (!local && !(p->seen & 1u << PATTERN_ID))
        return fail(p, p->text, error, "no group names the recipient: {address}, {local} and {domain}, or {id}");
    return true;
}

/* Literals get their text, now that it moves no more. */
static void settle_literals(struct pattern *pattern)
{
    const char *at = pattern->literals->str;
    bool local = true;
    for (size_t i = 0; i < pattern->count; i++) {
        struct part *part = &pattern->parts[i];
        if (!part->literal)
            continue;
        part->text.data = at;
        at += part->text.len;
        ssize_t host = view_index(part->text, '@');
        if (local)
            pattern->needs |= marks_of(host < 0 ? part->text : view_first(part->text, (size_t)host));
        local = local && host < 0;
    }
}

struct pattern *pattern_parse(const char *text, GError **error)
{
    g_autoptr(pattern_auto) pattern = g_new0(struct pattern, 1);
    pattern->literals = g_string_new(NULL);
    struct parser parser = {.text = text, .pattern = pattern};
    if (strlen(text) > LIMIT_ADDRESS) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "VERP pattern '%.40s...' is longer than %d bytes", text,
                    LIMIT_ADDRESS);
        return NULL;
    }
    if (!parse_parts(&parser, error) || !names_recipient(&parser, error))
        return NULL;
    settle_literals(pattern);
    return g_steal_pointer(&pattern);
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    g_string_free(pattern->literals, TRUE);
    g_free(pattern);
}

/* --- matching
 * --------------------------------------------------------------------------------------------------------- */

bool pattern_may_hold(enum pattern_group group, char c)
{
    switch (group) {
    case PATTERN_DOMAIN:
        return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || (unsigned char)c >= 0x80;
    case PATTERN_NUMBER:
        return g_ascii_isdigit(c);
    case PATTERN_HEX:
        return g_ascii_isxdigit(c);
    case PATTERN_TOKEN:
        return g_ascii_isalnum(c);
    case PATTERN_CAMPAIGN:
        return c != '@' && c != '+' && c != '=';
    case PATTERN_LOCAL:
    case PATTERN_ID:
    case PATTERN_KEY:
    case PATTERN_ANY:
    case PATTERN_GROUP_COUNT:
        break;
    }
    return c != '@';
}

/* reach[part][i]: can the parts from `part` on match the text from byte `i` to its end? */
struct matcher {
    const struct pattern *pattern;
    struct view text;
    bool reach[PATTERN_PARTS + 1][LIMIT_ADDRESS + 1];
    struct pattern_match current;
    struct pattern_match *into;
    size_t count, max;
};

static bool literal_at(struct view text, size_t i, struct view literal)
{
    return view_begins_fold(view_from(text, i), literal);
}

static void work_out_reach(struct matcher *m)
{
    size_t len = m->text.len, count = m->pattern->count;
    memset(m->reach[count], 0, len);
    m->reach[count][len] = true;
    for (size_t p = count; p-- > 0;) {
        const struct part *part = &m->pattern->parts[p];
        const bool *next = m->reach[p + 1];
        bool *reach = m->reach[p];
        bool nothing = part->group == PATTERN_ANY;
        if (part->literal) {
            for (size_t i = 0; i <= len; i++)
                reach[i] = i + part->text.len <= len && next[i + part->text.len] && literal_at(m->text, i, part->text);
            continue;
        }
        reach[len] = nothing && next[len];
        for (size_t i = len; i-- > 0;)
            reach[i] = (nothing && next[i]) ||
                       (pattern_may_hold(part->group, m->text.data[i]) && (next[i + 1] || reach[i + 1]));
    }
}

/* Follows only what is known to end in a match, so that the work is bounded by `max`. */
static void walk(struct matcher *m, size_t p, size_t from)
{
    if (p == m->pattern->count) {
        m->into[m->count++] = m->current;
        return;
    }
    const struct part *part = &m->pattern->parts[p];
    if (part->literal) {
        walk(m, p + 1, from + part->text.len);
        return;
    }
    for (size_t to = from + (part->group != PATTERN_ANY); to <= m->text.len && m->count < m->max; to++) {
        if (to > from && !pattern_may_hold(part->group, m->text.data[to - 1]))
            break;
        if (!m->reach[p + 1][to])
            continue;
        m->current.group[part->group] = view_range(m->text.data + from, m->text.data + to);
        walk(m, p + 1, to);
    }
}

/* Cheap: do the literals occur, one behind the other, at the ends where they have to? */
static bool could_match(const struct pattern *pattern, struct view text)
{
    const struct part *first = &pattern->parts[0], *last = &pattern->parts[pattern->count - 1];
    if (first->literal && !literal_at(text, 0, first->text))
        return false;
    if (last->literal && (text.len < last->text.len || !literal_at(text, text.len - last->text.len, last->text)))
        return false;
    for (size_t i = 0; i < pattern->count; i++) {
        if (!pattern->parts[i].literal)
            continue;
        ssize_t at = view_find_fold(text, pattern->parts[i].text);
        if (at < 0)
            return false;
        text = view_from(text, (size_t)at + pattern->parts[i].text.len);
    }
    return true;
}

size_t pattern_match(const struct pattern *pattern, const struct pattern_text *text, struct pattern_match *into,
                     size_t max)
{
    struct view whole = pattern->whole ? text->whole : text->local;
    if (max == 0 || (pattern->needs & ~text->marks) || whole.len == 0 || whole.len > LIMIT_ADDRESS ||
        !could_match(pattern, whole))
        return 0;
    struct matcher m;
    m.pattern = pattern;
    m.text = whole;
    m.current = (struct pattern_match){0};
    m.into = into;
    m.count = 0;
    m.max = max;
    work_out_reach(&m);
    if (m.reach[0][0])
        walk(&m, 0, 0);
    return m.count;
}
