/* SPDX-License-Identifier: MIT */
#include "core/mail/boundary.h"

#include "core/mail/headers.h"

enum {
    BOUNDARY_MAX = 200, /* RFC 2046 allows 70; some senders do not care */
    GUESS_WITHIN = 64 * 1024,
};

struct delimiter {
    struct view before; /* up to the line feed before the delimiter, without it */
    struct view after;  /* behind its line */
    bool final;
};

static bool rest_is_blank(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at == end;
}

/* Is there a delimiter line at `at`, which is a line's start? */
static bool is_delimiter(struct view body, const char *at, struct view boundary, struct delimiter *found)
{
    const char *end = body.data + body.len;
    if ((size_t)(end - at) < boundary.len + 2 || at[0] != '-' || at[1] != '-' ||
        memcmp(at + 2, boundary.data, boundary.len) != 0)
        return false;
    const char *tail = at + 2 + boundary.len;
    const char *lf = memchr(tail, '\n', (size_t)(end - tail));
    const char *line_end = lf ? lf : end;
    bool final = line_end - tail >= 2 && tail[0] == '-' && tail[1] == '-';
    if (!rest_is_blank(final ? tail + 2 : tail, line_end))
        return false;
    const char *before = at > body.data ? at - 1 : at;
    *found = (struct delimiter){view_range(body.data, before), lf ? view_range(lf + 1, end) : (struct view){0}, final};
    return true;
}

static bool find_delimiter(struct view body, struct view boundary, struct delimiter *found)
{
    if (body.len == 0 || boundary.len == 0 || boundary.len > BOUNDARY_MAX)
        return false;
    if (is_delimiter(body, body.data, boundary, found))
        return true;
    const char *end = body.data + body.len;
    const char *at = body.data;
    while ((at = memmem(at, (size_t)(end - at), boundary.data, boundary.len)) != NULL) {
        if (at - body.data >= 3 && at[-3] == '\n' && is_delimiter(body, at - 2, boundary, found))
            return true;
        /* The next candidate stands on a later line: this keeps hostile bodies linear. */
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        if (!lf)
            return false;
        at = lf + 1;
    }
    return false;
}

void cutter_init(struct cutter *cutter, struct view boundary, struct view body)
{
    struct delimiter delimiter;
    *cutter = (struct cutter){.boundary = boundary};
    if (!find_delimiter(body, boundary, &delimiter))
        return;
    cutter->rest = delimiter.after;
    cutter->closed = delimiter.final;
    cutter->more = !delimiter.final;
}

bool cutter_next(struct cutter *cutter, struct view *part)
{
    if (!cutter->more)
        return false;
    struct delimiter delimiter;
    if (find_delimiter(cutter->rest, cutter->boundary, &delimiter)) {
        *part = delimiter.before;
        cutter->rest = delimiter.after;
        cutter->closed = delimiter.final;
        cutter->more = !delimiter.final;
        return true;
    }
    *part = cutter->rest;
    cutter->more = false;
    /* A first line alone, or the very end behind a delimiter: no part. */
    return part->len > 0;
}

static bool shows(struct view body, struct view boundary)
{
    struct delimiter delimiter;
    return find_delimiter(body, boundary, &delimiter);
}

/* "--xxx" with something else than dashes in it, and without blanks. */
static struct view boundary_of_line(struct view line)
{
    while (line.len > 0 && g_ascii_isspace(line.data[line.len - 1]))
        line.len--;
    if (line.len < 3 || line.len > BOUNDARY_MAX || line.data[0] != '-' || line.data[1] != '-')
        return (struct view){0};
    bool letters = false;
    for (size_t i = 2; i < line.len; i++) {
        if (!g_ascii_isgraph(line.data[i]))
            return (struct view){0};
        letters = letters || g_ascii_isalnum(line.data[i]);
    }
    return letters ? view_from(line, 2) : (struct view){0};
}

static bool part_begins(struct view rest, bool headers_only)
{
    struct view line;
    if (!view_next_line(&rest, &line))
        return false;
    return view_begins_fold(line, VIEW("content-")) || (!headers_only && view_is_empty(line));
}

static struct view guess(struct view body)
{
    struct view rest = view_first(body, GUESS_WITHIN);
    struct view line;
    while (view_next_line(&rest, &line)) {
        struct view boundary = boundary_of_line(line);
        if (boundary.len > 0 && part_begins(rest, false))
            return boundary;
    }
    return (struct view){0};
}

struct view boundary_find(struct view declared, struct view body)
{
    /* A boundary does not end in white space (RFC 2046 5.1.1), whatever its parameter does. */
    while (declared.len > 0 && g_ascii_isspace(declared.data[declared.len - 1]))
        declared.len--;
    if (shows(body, declared))
        return declared;
    struct view mended = declared;
    while (mended.len > 0 && strchr("'\" ", mended.data[0]))
        mended = view_from(mended, 1);
    while (mended.len > 0 && strchr("'\" ", mended.data[mended.len - 1]))
        mended.len--;
    return shows(body, mended) ? mended : guess(body);
}

struct view boundary_at_start(struct view body)
{
    struct view rest = body;
    struct view line;
    for (int lines = 0; lines < 8 && view_next_line(&rest, &line); lines++) {
        struct view boundary = boundary_of_line(line);
        if (boundary.len > 0)
            return part_begins(rest, true) ? boundary : (struct view){0};
        if (!view_is_empty(view_trim(line)) && view_find(line, VIEW("MIME")) < 0)
            break;
    }
    return (struct view){0};
}
