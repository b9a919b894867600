/* SPDX-License-Identifier: MIT */
#include "core/mail/headers.h"

#include "core/limits.h"

enum {
    INITIAL_HEADERS = 24,
    /* Single lines without a colon amid headers are values that somebody wrapped badly, or lost the indent of. */
    STRAY_LINES = 50,
};

/* A list of headers that grows in its pool. */
struct list {
    struct headers headers;
    size_t room;
};

/* One bit of 64 for a name: readers ask for dozens that nearly no message has. */
static guint64 looks_of(struct view name)
{
    unsigned first = (unsigned char)name.data[0] | 0x20u, last = (unsigned char)name.data[name.len - 1] | 0x20u;
    return (guint64)1 << ((first * 7 + last * 3 + name.len) & 63);
}

static bool list_add(struct list *list, struct view name, const char *value_begin, const char *value_end)
{
    struct headers *headers = &list->headers;
    if (headers->count >= LIMIT_HEADERS)
        return false;
    if (headers->count == list->room) {
        list->room = list->room ? list->room * 2 : INITIAL_HEADERS;
        struct header *bigger = pool_alloc(headers->pool, list->room * sizeof *bigger);
        if (headers->count)
            memcpy(bigger, headers->at, headers->count * sizeof *bigger);
        headers->at = bigger;
    }
    headers->names |= looks_of(name);
    headers->at[headers->count++] = (struct header){.name = name, .value = view_range(value_begin, value_end)};
    return true;
}

/* Lets the last value run on to `end`; its lines follow one another in the input. */
static void list_extend(struct list *list, const char *end)
{
    struct header *last = &list->headers.at[list->headers.count - 1];
    last->value.len = (size_t)(end - last->value.data);
}

size_t header_name_length(struct view line)
{
    size_t i = 0;
    while (i < line.len && line.data[i] > ' ' && line.data[i] < 127 && line.data[i] != ':')
        i++;
    size_t name = i;
    if (name == 0 || !g_ascii_isgraph(line.data[0]))
        return 0;
    while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
        i++;
    return i < line.len && line.data[i] == ':' ? name : 0;
}

static bool is_from_line(struct view line)
{
    return (line.len > 5 && memcmp(line.data, "From ", 5) == 0) ||
           (line.len > 6 && memcmp(line.data, ">From ", 6) == 0);
}

static bool is_blank(struct view line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r')
            return false;
    }
    return true;
}

static bool is_folded(struct view line)
{
    return line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
}

/* The line at `rest`, without its line feed; `next` is what follows. */
static struct view take_line(struct view rest, struct view *next)
{
    const char *lf = rest.len ? memchr(rest.data, '\n', rest.len) : NULL;
    size_t len = lf ? (size_t)(lf - rest.data) : rest.len;
    *next = view_from(rest, len + 1);
    return view_first(rest, len);
}

/* Does a header block go on at `rest`? */
static bool goes_on(struct view rest)
{
    struct view next;
    struct view line = take_line(rest, &next);
    return line.len > 0 && (is_folded(line) ? !is_blank(line) : header_name_length(line) > 0);
}

static void add_line(struct list *list, struct view line, size_t name, bool *full)
{
    const char *colon = memchr(line.data + name, ':', line.len - name);
    if (!list_add(list, view_first(line, name), colon + 1, line.data + line.len))
        *full = true;
}

static struct view behind_empty_line(struct view rest)
{
    ssize_t at = view_find(rest, VIEW("\n\n"));
    return at < 0 ? (struct view){0} : view_from(rest, (size_t)at + 2);
}

/* Passes over 'From ' lines and empty lines before a message's first header. */
static struct view behind_envelope(struct view bytes)
{
    struct view rest = bytes;
    while (rest.len > 0) {
        struct view next;
        struct view line = take_line(rest, &next);
        if (!is_blank(line) && !is_from_line(line))
            break;
        rest = next;
    }
    struct view next;
    return header_name_length(take_line(rest, &next)) > 0 ? rest : bytes;
}

/* Is `line`, which is no header itself, the last header's? Parameters may have lost their indent ("boundary=x"). */
static bool belongs_to_last(const struct list *list, struct view line, struct view next)
{
    if (list->headers.count == 0)
        return false;
    if (is_folded(line) && !is_blank(line))
        return true;
    struct view value = view_trim(list->headers.at[list->headers.count - 1].value);
    return goes_on(next) || (value.len > 0 && value.data[value.len - 1] == ';');
}

/* One line within a block: taken into the list, or the block ends before it. */
static bool take_into(struct list *list, struct view line, struct view next, unsigned *stray, bool *full)
{
    size_t name = is_folded(line) ? 0 : header_name_length(line);
    if (name > 0)
        add_line(list, line, name, full);
    else if (belongs_to_last(list, line, next)) {
        if (!is_folded(line) && !is_from_line(line) && ++*stray > STRAY_LINES)
            return false;
        if (!is_from_line(line) && !*full)
            list_extend(list, line.data + line.len);
    } else
        return false;
    return true;
}

static void say(struct notices *notices, struct view text)
{
    if (notices)
        notice_add(notices, text);
}

struct headers headers_scan(struct view bytes, enum header_place place, struct view *body, struct pool *pool,
                            struct notices *notices)
{
    struct list list = {.headers.pool = pool};
    struct view rest = place == HEADERS_OF_MESSAGE ? behind_envelope(bytes) : bytes;
    const char *start = rest.data;
    unsigned stray = 0;
    bool full = false;
    *body = (struct view){0};
    while (rest.len > 0) {
        struct view next;
        struct view line = take_line(rest, &next);
        if (line.len == 0) {
            *body = next;
            break;
        }
        if ((size_t)(line.data + line.len - start) > LIMIT_HEADER_BLOCK) {
            say(notices, VIEW("header block without end; the rest of it ignored"));
            *body = behind_empty_line(rest);
            return list.headers;
        }
        if (!take_into(&list, line, next, &stray, &full)) {
            *body = is_blank(line) ? next : rest;
            break;
        }
        rest = next;
    }
    if (full)
        say(notices, VIEW("too many headers; the rest of them ignored"));
    if (stray > 0)
        say(notices, VIEW("line without a colon amid the headers"));
    return list.headers;
}

static size_t indent_of(struct view line)
{
    size_t i = 0;
    while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
        i++;
    return i;
}

struct headers headers_parse(struct view text, struct pool *pool, struct view *rest)
{
    struct list list = {.headers.pool = pool};
    struct view left = text;
    size_t indent = 0;
    bool begun = false;
    bool full = false;
    while (left.len > 0) {
        struct view next;
        struct view line = take_line(left, &next);
        bool blank = is_blank(line);
        left = next;
        if (blank && begun)
            break;
        if (blank)
            continue;
        if (!begun)
            indent = indent_of(line);
        begun = true;
        struct view field = view_from(line, MIN(indent_of(line), indent));
        size_t name = header_name_length(field);
        if (name > 0)
            add_line(&list, field, name, &full);
        else if (list.headers.count > 0 && !full)
            list_extend(&list, line.data + line.len);
    }
    if (rest)
        *rest = left;
    return list.headers;
}

static struct header *find(const struct headers *headers, const char *name, size_t nth)
{
    size_t len = strlen(name);
    if (headers->names && !(headers->names & looks_of((struct view){name, len})))
        return NULL;
    for (size_t i = 0; i < headers->count; i++) {
        struct header *header = &headers->at[i];
        if (header->name.len == len && view_bytes_equal_fold(header->name.data, name, len) && nth-- == 0)
            return header;
    }
    return NULL;
}

const struct header *headers_find(const struct headers *headers, const char *name, size_t nth)
{
    return find(headers, name, nth);
}

struct view headers_get_nth(const struct headers *headers, const char *name, size_t nth, bool *found)
{
    struct header *header = find(headers, name, nth);
    if (found)
        *found = header != NULL;
    if (!header)
        return (struct view){0};
    if (!header->is_text) {
        header->text = header_decode(header->value, headers->pool);
        header->is_text = true;
    }
    return header->text;
}

struct view headers_get(const struct headers *headers, const char *name)
{
    return headers_get_nth(headers, name, 0, NULL);
}

bool headers_has(const struct headers *headers, const char *name)
{
    return headers_find(headers, name, 0) != NULL;
}
