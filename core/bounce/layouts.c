/* SPDX-License-Identifier: MIT */
#include "core/bounce/layouts.h"

#include "core/bounce/letter.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

/* Nearer to the beginning than quotations and forwarded reports come. */
enum { OPENING = 300, OPENING_OF_MAKERS = 8 * 1024 };

static bool has_empty_line(struct view text)
{
    struct view line;
    while (view_next_line(&text, &line)) {
        if (view_is_empty(view_trim(line)))
            return true;
    }
    return false;
}

/* A person who asks about a report says so before pasting it; a help desk opens a ticket. */
static bool may_be_pasted(const struct reading *reading, struct view before)
{
    guint32 signs = reading_signs(reading, reading->subject) | signs_in(before, NULL, reading->pool);
    return signs_have(signs, SIGN_TRACKER) || (has_empty_line(before) && letter_is_typed(reading));
}

static bool may_be(const struct reading *reading, const struct layout *layout, size_t mark)
{
    if (entries_of_system(reading))
        return true;
    struct view before = view_first(reading->text, mark);
    return layout->unsigned_too && mark < OPENING && view_index(before, '>') < 0 && !may_be_pasted(reading, before);
}

/* The first paragraph behind `words`, blank lines and drawn rules left out. */
static struct view paragraph_behind(struct view text, const char *words)
{
    size_t begin, end;
    if (!words || !entries_find_words(text, words, &begin, &end))
        return (struct view){0};
    struct view rest = view_from(text, end), line;
    struct view title = prose_line(text, end ? end - 1 : 0);
    /* The rest of a title is none of it: "Error Detail (maker):". */
    if (view_last_index(view_trim(title), ':') + 1 == (ssize_t)view_trim(title).len)
        rest = view_range(title.data + title.len, text.data + text.len);
    const char *from = NULL;
    while (view_next_line(&rest, &line)) {
        struct view bare = view_trim(line);
        bool drawn = bare.len > 2 && strchr("-=*_", bare.data[0]) && bare.data[0] == bare.data[1] &&
                     bare.data[1] == bare.data[2];
        if (!from && !view_is_empty(bare) && !drawn)
            from = bare.data;
        else if (from && (view_is_empty(bare) || drawn))
            return view_trim(view_range(from, line.data));
    }
    return from ? view_trim(view_range(from, text.data + text.len)) : (struct view){0};
}

/* Words, and not only what rules and boxes are drawn with, or a remark: "(and other recipients in the same domain)". */
static bool says_something(struct view reason)
{
    ssize_t close = reason.len > 0 && reason.data[0] == '(' ? view_index(reason, ')') : -1;
    reason = view_from(reason, (size_t)(close + 1));
    for (size_t i = 0; i < reason.len; i++) {
        if (g_ascii_isalnum(reason.data[i]) || (unsigned char)reason.data[i] >= 0x80)
            return true;
    }
    return false;
}

/* A row at work on one text. */
struct using
{
    struct reading *reading;
    const struct layout *layout;
    enum event_kind kind;
    struct view text;   /* without the copy */
    struct view common; /* the reason of all */
};

/* One recipient. Where nothing is said of it or of all, the whole report is the reason: a transcript, mostly. */
static void add(const struct using *u, struct entry entry)
{
    const struct layout *layout = u->layout;
    struct view own = paragraph_behind(entry.reason, layout->reason);
    struct view reason = view_is_empty(own) ? u->common : own;
    ssize_t blank = view_find(entry.reason, VIEW("\n\n"));
    if (blank > 0)
        entry.reason = view_first(entry.reason, (size_t)blank);
    /* A reply that stands with the recipient is its own reason, whatever is said of all. */
    bool replied = view_is_empty(own) && reply_find(entry.reason).code != 0 && reply_find(reason).code == 0;
    if (!view_is_empty(reason) && !replied)
        entry.reason = reason;
    if (!says_something(entry.reason))
        entry.reason = entries_without_copy(u->reading, u->reading->text);
    entries_add(u->reading, u->kind, entry);
}

/* A heading ends with its line: what stands behind it there is decoration. */
static struct view from_next_line(struct view text)
{
    ssize_t end = view_index(text, '\n');
    struct view line = end < 0 ? text : view_first(text, (size_t)end);
    return view_index(line, '@') >= 0 || end < 0 ? text : view_from(text, (size_t)end + 1);
}

static void read_list(const struct using *u, struct view list)
{
    const struct layout *layout = u->layout;
    size_t begin, end;
    if (layout->reason && entries_find_words(list, layout->reason, &begin, &end))
        list = view_first(list, begin);
    struct entry_walk walk = {.text = from_next_line(list), .form = layout->form};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        if (!prose_is_stray(u->reading, entry.address))
            add(u, entry);
    }
}

/* Lists that each end where their reason begins: Domino writes one for each reason. */
static void read_lists(struct using *u, struct view rest)
{
    struct view of_all = u->common; /* it may stand above the first list, too */
    const char *words = u->layout->heading ? u->layout->heading : u->layout->mark;
    for (;;) {
        size_t begin = rest.len, end = begin;
        bool more = u->layout->reason && entries_find_words(rest, words, &begin, &end);
        struct view list = view_first(rest, begin);
        struct view own = paragraph_behind(list, u->layout->reason);
        u->common = view_is_empty(own) ? of_all : own;
        read_list(u, list);
        if (!more)
            return;
        rest = view_from(rest, end);
    }
}

/* Nothing but quotes, brackets and white space between the heading and the address. */
static bool follows_directly(struct view between)
{
    between = view_trim(between);
    if (view_begins_fold(between, VIEW("[SMTP:")) || view_begins_fold(between, VIEW("rfc822;")))
        return true;
    for (size_t i = 0; i < between.len; i++) {
        if (!strchr(" \t\r\n<'\"([:", between.data[i]) || !between.data[i])
            return false;
    }
    return true;
}

/* A label stands before the words of its line. Where the author is no mail system, this tells a form from a letter. */
static bool is_mere_mention(const struct using *u, struct view text, size_t begin)
{
    const struct layout *layout = u->layout;
    size_t len = strlen(layout->heading);
    if (!layout->unsigned_too || layout->heading[len - 1] != ':' || entries_of_system(u->reading))
        return false;
    for (const char *c = prose_line(text, begin).data; c < text.data + begin; c++) {
        if (g_ascii_isalpha(*c) || (unsigned char)*c >= 0x80)
            return true;
    }
    return false;
}

static void read_sentences(const struct using *u)
{
    const struct layout *layout = u->layout;
    struct view text = u->text;
    size_t begin, end;
    while (entries_find_words(text, layout->heading, &begin, &end)) {
        bool mention = is_mere_mention(u, u->text, (size_t)(text.data - u->text.data) + begin);
        text = view_from(text, end);
        size_t behind, next = text.len, next_end;
        struct view address = prose_next_address(view_first_text(text, LIMIT_ADDRESS), 0, &behind);
        if (mention || view_is_empty(address) || !follows_directly(view_range(text.data, address.data)))
            continue;
        entries_find_words(view_from(text, behind), layout->heading, &next, &next_end);
        struct view rest = view_from(text, behind);
        while (rest.len > 0 && strchr(">'\".:;,)", rest.data[0]) && next > 0) {
            rest = view_from(rest, 1);
            next--;
        }
        add(u, (struct entry){address, view_trim(view_first(rest, next))});
    }
}

/* Each line with the heading's words names somebody, behind them if it can be, and is its own reason. */
static void read_lines(const struct using *u)
{
    const struct layout *layout = u->layout;
    struct view text = u->text;
    size_t begin, end;
    while (entries_find_words(text, layout->heading ? layout->heading : layout->mark, &begin, &end)) {
        struct view line = prose_line(text, begin);
        size_t behind;
        struct view address = prose_next_address(line, MIN(line.len, (size_t)(text.data + end - line.data)), &behind);
        if (view_is_empty(address))
            address = prose_next_address(line, 0, &behind);
        if (!view_is_empty(address) && !prose_is_stray(u->reading, address))
            add(u, (struct entry){address, line});
        size_t next = (size_t)(line.data + line.len - text.data);
        text = view_from(text, MAX(next, end));
    }
}

static struct view without_end(struct view text, size_t mark, const char *words)
{
    size_t begin, end;
    bool found = words && entries_find_words(view_from(text, mark), words, &begin, &end);
    return found ? view_first(text, mark + begin) : text;
}

/* What makes the maker known stands near the beginning, and a long text must not be searched for all of them. */
static bool is_marked(const struct reading *reading, const struct layout *layout, size_t *mark, size_t *end)
{
    if (!grams_may_hold_all(reading_grams(reading), &layout->mark_probe))
        return false;
    struct view text = view_first(reading->text, OPENING_OF_MAKERS);
    return entries_find_words(text, layout->mark, mark, end) && may_be(reading, layout, *mark);
}

static void read_with(struct reading *reading, const struct layout *layout, size_t mark, size_t end)
{
    struct view text = without_end(reading_without_copy(reading), end, layout->end);
    struct using u = {.reading = reading, .layout = layout, .text = text};
    u.kind = layout->kind ? layout->kind : prose_kind(reading, reading->text);
    u.common = layout->form & SAYS_IT_ALL    ? prose_line(reading->text, mark)
               : layout->form & TEXT_SAYS_IT ? reading_without_copy(reading)
                                             : paragraph_behind(text, layout->reason);
    size_t begin = mark;
    if (layout->form & IN_SENTENCE)
        read_sentences(&u);
    else if (layout->form & IN_LINE)
        read_lines(&u);
    else if (!layout->heading || entries_find_words(text, layout->heading, &begin, &end))
        read_lists(&u, view_from(text, end));
}

const struct layout *layouts_find(struct reading *reading, const struct layout *rows, size_t count)
{
    size_t before = reading->count;
    const char *name = reading->reader;
    for (size_t i = 0; i < count; i++) {
        size_t mark, end;
        if (!is_marked(reading, &rows[i], &mark, &end))
            continue;
        reading->reader = rows[i].name;
        read_with(reading, &rows[i], mark, end);
        if (reading->count > before)
            return &rows[i];
        if (!reading->maker && rows[i].kind == EVENT_BOUNCE)
            reading->maker = &rows[i];
    }
    reading->reader = name;
    return NULL;
}

/* A maker we know, a report of failure, and nobody named: then it is who the message was sent to, if that is one, or
 * the only address there is. What is left must not be searched by those who know the maker less. */
bool read_known_maker(struct reading *reading)
{
    const struct layout *maker = reading->maker;
    if (!maker || !entries_of_system(reading))
        return false;
    struct view text = reading_without_copy(reading), to[2] = {0};
    struct view only = prose_only_address(reading, text);
    if (view_is_empty(only) && mail_addresses(headers_get(&reading->mail->returned, "To"), to, 2, reading->pool) != 1)
        to[0] = (struct view){0};
    reading->reader = maker->name;
    struct entry entry = {view_is_empty(only) ? to[0] : only, paragraph_behind(text, maker->reason)};
    struct event *event = entries_add(reading, maker->kind, entry);
    if (event && view_is_empty(only))
        notice_add(&event->notices, VIEW("report names no recipient"));
    return event != NULL;
}

/* The form of Postfix and of many who copied it, in whatever language its template was written: "<ann@example.org>:
 * why". */
bool read_bracket_list(struct reading *reading)
{
    if (!entries_of_system(reading) || !letter_reports_failure(reading))
        return false;
    static const struct layout form = {.form = ENTRY_BRACKETS | ENTRY_COLON};
    struct using u = {.reading = reading, .layout = &form, .text = reading_without_copy(reading)};
    u.kind = prose_kind(reading, reading->text);
    size_t before = reading->count;
    read_list(&u, u.text);
    return reading->count > before;
}
