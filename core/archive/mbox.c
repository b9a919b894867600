/* SPDX-License-Identifier: MIT */
#include "core/archive/mbox.h"

#include "core/archive/sniff.h"
#include "core/limits.h"

enum {
    /* Bytes kept before the place that is looked at, to see the empty line in front of a separator. */
    LOOK_BACK = 16,
    /* Dropping is a memmove of what follows: done for pieces worth it. */
    DROP_LEAST = 64 * 1024,
    /* Bytes that show whether a line is a header. */
    HEADER_FRONT = 200,
};

enum answer { NO, YES, MORE };

void mbox_init(struct mbox_reader *reader, size_t max)
{
    *reader = (struct mbox_reader){.max = max};
    mbox_start(reader, true);
}

void mbox_clear(struct mbox_reader *reader)
{
    g_free(reader->buffer);
    *reader = (struct mbox_reader){0};
}

void mbox_start(struct mbox_reader *reader, bool split)
{
    char *buffer = reader->buffer;
    size_t capacity = reader->capacity;
    if (capacity > LIMIT_POOL_KEPT) { /* one huge message must not stay resident */
        g_clear_pointer(&buffer, g_free);
        capacity = 0;
    }
    *reader = (struct mbox_reader){
        .buffer = buffer, .capacity = capacity, .max = reader->max, .split = split, .fresh = true, .eol = '\n'};
}

char *mbox_room(struct mbox_reader *reader, size_t least, size_t *size)
{
    size_t held = reader->end - reader->begin;
    if (reader->begin > 0 && (held == 0 || reader->capacity - reader->end < least) && held <= reader->capacity / 2) {
        memmove(reader->buffer, reader->buffer + reader->begin, held);
        reader->scanned -= MIN(reader->scanned, reader->begin);
        reader->begin = 0;
        reader->end = held;
    }
    if (reader->capacity - reader->end < least) {
        reader->capacity = MAX(reader->capacity * 2, reader->end + least);
        reader->buffer = g_realloc(reader->buffer, reader->capacity);
    }
    *size = reader->capacity - reader->end;
    return reader->buffer + reader->end;
}

void mbox_filled(struct mbox_reader *reader, size_t added)
{
    reader->end += added;
}

void mbox_push(struct mbox_reader *reader, struct view bytes)
{
    size_t size;
    if (bytes.len == 0)
        return;
    memcpy(mbox_room(reader, bytes.len, &size), bytes.data, bytes.len);
    mbox_filled(reader, bytes.len);
}

void mbox_end(struct mbox_reader *reader)
{
    reader->ended = true;
}

static struct view held_from(const struct mbox_reader *reader, size_t at)
{
    return (struct view){.data = reader->buffer ? reader->buffer + at : "", .len = reader->end - at};
}

struct view mbox_held(const struct mbox_reader *reader)
{
    return held_from(reader, reader->begin);
}

struct view mbox_seen(const struct mbox_reader *reader, const struct mbox_message *message)
{
    bool whole = message->size == message->bytes.len;
    return whole ? view_range(message->bytes.data, reader->buffer + reader->end) : (struct view){0};
}

static void advance(struct mbox_reader *reader, size_t to)
{
    reader->offset += to - reader->begin + reader->dropped;
    reader->begin = to;
    reader->dropped = 0;
}

static bool begins(struct view v, struct view prefix)
{
    return v.len >= prefix.len && memcmp(v.data, prefix.data, prefix.len) == 0;
}

/* Is the end of the line at the front of `rest` there, and seen whole? A CR or two in last place may become a CRLF. */
static bool line_is_whole(const struct mbox_reader *reader, struct view rest, struct view line)
{
    struct view ends = view_from(rest, line.len);
    bool crs = ends.len <= 2;
    for (size_t i = 0; crs && i < ends.len; i++)
        crs = ends.data[i] == '\r';
    return reader->ended || !crs;
}

/* Takes a line off `rest`; MORE if its end is not there yet, NO if it is longer than any line that we look for. */
static enum answer take_line(const struct mbox_reader *reader, struct view *rest, struct view *line)
{
    size_t next;
    *line = sniff_line(*rest, &next);
    if (line->len > SNIFF_LINE)
        return NO;
    if (!line_is_whole(reader, *rest, *line))
        return MORE;
    *rest = view_from(*rest, next == 0 ? rest->len : next);
    return YES;
}

/* Is there a separator at `at`? A line like one is enough at the `top` of a file, or just a header behind 'From '. */
static enum answer separator_at(const struct mbox_reader *reader, size_t at, bool top, size_t *behind)
{
    struct view rest = held_from(reader, at), line, header;
    if (!begins(view_first(VIEW("From "), rest.len), view_first(rest, 5)))
        return NO;
    if (rest.len < 6)
        return reader->ended ? NO : MORE;
    enum answer answer = take_line(reader, &rest, &line);
    if (answer != YES)
        return answer;
    bool plain = sniff_is_separator(line);
    *behind = reader->end - rest.len;
    if (line.len > SNIFF_LINE || line.data[5] == ':' || (!plain && !top))
        return NO;
    answer = take_line(reader, &rest, &header);
    if (answer == MORE && header.len < HEADER_FRONT)
        return MORE;
    /* A blank line behind a whole separator: a message whose headers begin late, or that has none, is still a message.
     */
    struct view front = view_first(header, HEADER_FRONT);
    return sniff_is_header(front) || (plain && (top || view_is_empty(view_trim(front)))) ? YES : NO;
}

/* sendmail's '>From ' line in front of headers: the separator of a mailbox that it went through before. */
static enum answer quoted_separator_at(const struct mbox_reader *reader, size_t at, size_t *behind)
{
    struct view rest = held_from(reader, at), line;
    struct view first = view_first(rest, 6);
    if (!begins(view_first(VIEW(">From "), first.len), first))
        return NO;
    if (first.len < 6)
        return reader->ended ? NO : MORE;
    enum answer answer = take_line(reader, &rest, &line);
    *behind = reader->end - rest.len;
    return answer;
}

/* Steps over a byte-order mark and empty lines; false if there is nothing else yet. */
static bool begin_file(struct mbox_reader *reader)
{
    struct view held = mbox_held(reader);
    if (!reader->ended && reader->offset == 0 && held.len < 3)
        return false; /* the mark has three bytes */
    size_t blank = reader->offset == 0 ? sniff_blank(held) : 0;
    while (blank < held.len && (held.data[blank] == '\n' || held.data[blank] == '\r'))
        blank++;
    advance(reader, reader->begin + blank);
    reader->fresh = blank == held.len;
    return !reader->fresh;
}

/* Steps over what stands in front of a message; false if more bytes are needed or nothing is left. */
static bool open_message(struct mbox_reader *reader)
{
    if (reader->fresh && !begin_file(reader))
        return false;
    for (;;) {
        size_t behind;
        enum answer answer = separator_at(reader, reader->begin, true, &behind);
        if (answer == NO)
            answer = quoted_separator_at(reader, reader->begin, &behind);
        if (answer == MORE)
            return false;
        if (answer == NO)
            break;
        reader->eol = behind > 0 && reader->buffer[behind - 1] == '\r' ? '\r' : '\n';
        advance(reader, behind);
    }
    if (reader->begin == reader->end)
        return false;
    reader->inside = true;
    reader->claimed = reader->beyond = false;
    reader->scanned = reader->begin;
    return true;
}

/* A message longer than `max`: what was looked at behind its first `max` bytes is let go. */
static void drop_excess(struct mbox_reader *reader)
{
    size_t keep = reader->begin + reader->max;
    if (reader->scanned < keep + LOOK_BACK + DROP_LEAST)
        return;
    size_t from = reader->scanned - LOOK_BACK;
    memmove(reader->buffer + keep, reader->buffer + from, reader->end - from);
    reader->dropped += from - keep;
    reader->end -= from - keep;
    reader->scanned -= from - keep;
}

/* The value of Content-Length and where the headers end. NO: there is none, or nothing that can be used. */
static enum answer content_length(const struct mbox_reader *reader, size_t *body, guint64 *length)
{
    struct view rest = mbox_held(reader), line;
    bool found = false;
    for (;;) {
        size_t next;
        line = sniff_line(rest, &next);
        if (!line_is_whole(reader, rest, line))
            return mbox_held(reader).len > LIMIT_HEADER_BLOCK ? NO : MORE;
        rest = view_from(rest, next);
        if (line.len == 0 || next == 0)
            break;
        if (g_ascii_tolower(line.data[0]) == 'c' && view_begins_fold(line, VIEW("content-length:"))) {
            g_autofree char *value = view_dup(view_trim(view_first(view_from(line, 15), 32)));
            found = g_ascii_string_to_unsigned(value, 10, 0, reader->max, length, NULL);
        }
    }
    *body = reader->end - rest.len;
    return found && line.len == 0 ? YES : NO;
}

/* mboxcl, mboxcl2: the message ends where it says, if a message starts there or the file ends there. */
static enum answer claimed_end(struct mbox_reader *reader, size_t *stop, size_t *resume)
{
    size_t body, behind;
    guint64 length;
    enum answer answer = content_length(reader, &body, &length);
    if (answer != YES)
        return answer;
    if (length > reader->end - body) {
        reader->beyond = reader->ended;
        return reader->ended ? NO : MORE;
    }
    size_t at = body + (size_t)length;
    *stop = at;
    for (int i = 0; i < 2 && at < reader->end; i++) {
        struct view rest = held_from(reader, at), line;
        size_t next;
        line = sniff_line(rest, &next);
        at += line.len == 0 ? next : 0;
    }
    *resume = at;
    if (at == reader->end)
        return reader->ended ? YES : MORE;
    bool line_start = at > *stop || (at > 0 && (reader->buffer[at - 1] == '\n' || reader->buffer[at - 1] == '\r'));
    return line_start ? separator_at(reader, at, false, &behind) : NO;
}

/* Where the line that ends in front of `at` has its last byte + 1; `at` itself if no line ends there. */
static size_t before_line_end(const struct mbox_reader *reader, size_t at)
{
    const char *buffer = reader->buffer;
    if (at > reader->begin && buffer[at - 1] == '\r' && reader->eol == '\r')
        return at - 1;
    if (at == reader->begin || buffer[at - 1] != '\n')
        return at;
    at--;
    while (at > reader->begin && buffer[at - 1] == '\r' && reader->eol != '\r')
        at--;
    return at;
}

/* Is there an empty line in front of `at`, and where does it begin? */
static bool empty_line_before(const struct mbox_reader *reader, size_t at, size_t *start)
{
    size_t stop = before_line_end(reader, at);
    *start = stop;
    return stop < at && (stop == reader->begin || before_line_end(reader, stop) < stop);
}

/* The next 'From ' at the start of a line, from `scanned` on; NULL if there is none. */
static const char *find_from(const struct mbox_reader *reader)
{
    const char *at = reader->buffer + reader->scanned, *end = reader->buffer + reader->end;
    if (reader->eol == '\n') {
        const char *hit = memmem(at, (size_t)(end - at), "\nFrom ", 6);
        return hit ? hit + 1 : NULL;
    }
    while ((at = memmem(at, (size_t)(end - at), "From ", 5))) {
        if (at > reader->buffer + reader->begin && (at[-1] == '\r' || at[-1] == '\n'))
            return at;
        at++;
    }
    return NULL;
}

static enum answer separated_end(struct mbox_reader *reader, size_t *stop, size_t *resume)
{
    const char *from;
    while (reader->split && (from = find_from(reader))) {
        size_t at = (size_t)(from - reader->buffer), behind;
        *resume = at;
        enum answer answer = empty_line_before(reader, at, stop) ? separator_at(reader, at, false, &behind) : NO;
        reader->scanned = answer == MORE ? at - 1 : at + 1;
        if (answer != NO)
            return answer;
    }
    size_t unseen = reader->split ? 5 : 0;
    reader->scanned = MAX(reader->scanned, reader->end - MIN(reader->end - reader->begin, unseen));
    if (!reader->ended)
        return MORE;
    *stop = *resume = reader->end;
    if (reader->split && !empty_line_before(reader, reader->end, stop))
        *stop = reader->end;
    return YES;
}

static enum answer find_end(struct mbox_reader *reader, size_t *stop, size_t *resume)
{
    if (reader->split && !reader->claimed) {
        enum answer answer = claimed_end(reader, stop, resume);
        if (answer != NO)
            return answer;
        reader->claimed = true;
    }
    return separated_end(reader, stop, resume);
}

bool mbox_next(struct mbox_reader *reader, struct mbox_message *message)
{
    while (reader->inside || open_message(reader)) {
        size_t stop, resume;
        if (find_end(reader, &stop, &resume) != YES) {
            drop_excess(reader);
            return false;
        }
        size_t held = stop - reader->begin;
        message->bytes = view_first(held_from(reader, reader->begin), MIN(held, reader->max));
        message->offset = reader->offset;
        message->size = held + reader->dropped;
        message->beyond = reader->beyond;
        advance(reader, resume);
        reader->inside = false;
        if (message->size > 0)
            return true;
    }
    return false;
}
