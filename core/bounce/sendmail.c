/* SPDX-License-Identifier: MIT
 * sendmail's text part. From 8.7 on (savemail.c): sections "The following addresses had permanent fatal errors" with
 * "(reason: …)" and "(expanded from: …)", and the transcript of the session. Before (V5, 5.x, IDA): only the
 * transcript, whose lines "550 <ann@example.org>... User unknown" name the recipients. Appliances took the headings
 * over. */
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"

/* So many recipients may have the session searched for each of them; more would take time as the square of their
 * number. */
enum { SEARCHED = 64 };

enum section {
    SECTION_NONE,
    SECTION_LIST,
    SECTION_TRANSCRIPT,
    SECTION_END,
};

struct sections {
    struct view list[4]; /* permanent, transient, delivered … */
    enum event_kind kind[4];
    size_t lists;
    struct view transcript;
};

static bool has_words(struct view line, const char *words)
{
    size_t begin, end;
    return entries_find_words(line, words, &begin, &end);
}

/* A line drawn with hyphens that names what comes next. */
static enum section section_of(struct view line, enum event_kind *kind)
{
    line = view_trim(line);
    if (!view_begins_fold(line, VIEW("---")) || line.len > 120)
        return SECTION_NONE;
    if (has_words(line, "the following address")) {
        bool later = has_words(line, "transient") || has_words(line, "warning") || has_words(line, "delay");
        bool good = has_words(line, "success") || has_words(line, "delivery notifications");
        *kind = later ? EVENT_DELAY : good ? EVENT_DELIVERY : EVENT_BOUNCE;
        return SECTION_LIST;
    }
    if (has_words(line, "transcript of session follows"))
        return SECTION_TRANSCRIPT;
    return has_words(line, "message") || has_words(line, "header") ? SECTION_END : SECTION_NONE;
}

static void close_section(struct sections *s, enum section section, enum event_kind kind, struct view body)
{
    if (section == SECTION_TRANSCRIPT && view_is_empty(s->transcript)) {
        s->transcript = body;
    } else if (section == SECTION_LIST && s->lists < G_N_ELEMENTS(s->list)) {
        s->list[s->lists] = body;
        s->kind[s->lists++] = kind;
    }
}

static struct sections split(struct view text)
{
    struct sections s = {0};
    enum section open = SECTION_NONE;
    enum event_kind kind = EVENT_BOUNCE;
    struct view rest = text, line;
    const char *begin = text.data;
    while (open != SECTION_END && view_next_line(&rest, &line)) {
        enum event_kind next_kind = EVENT_BOUNCE;
        enum section next = section_of(line, &next_kind);
        if (next == SECTION_NONE)
            continue;
        close_section(&s, open, kind, view_range(begin, line.data));
        open = next;
        kind = next_kind;
        begin = line.data + line.len;
    }
    close_section(&s, open, kind, view_range(begin, text.data + text.len));
    return s;
}

/* Does the line name it, and not only one that ends or begins so: ann@ and joann@? */
static bool names(struct view line, struct view address)
{
    for (ssize_t at; (at = view_find_fold(line, address)) >= 0; line = view_from(line, (size_t)at + 1)) {
        char before = at > 0 ? line.data[at - 1] : ' ';
        size_t end = (size_t)at + address.len;
        char after = end < line.len ? line.data[end] : ' ';
        bool dot = after == '.' && end + 1 < line.len && line.data[end + 1] != '.';
        if (!g_ascii_isalnum(before) && !strchr("._+-=", before) && !g_ascii_isalnum(after) && after != '-' && !dot)
            return true;
    }
    return false;
}

/* What the transcript says of one of several recipients: the lines that name it and the replies to its RCPT. */
static struct view lines_about(struct view transcript, struct view address, struct pool *pool)
{
    g_autoptr(GString) about = g_string_new(NULL);
    struct view rest = transcript, line;
    bool asked = false;
    while (view_next_line(&rest, &line)) {
        bool named = names(line, address);
        bool reply = view_begins_fold(view_trim(line), VIEW("<<<"));
        if (!reply)
            asked = named && view_begins_fold(view_trim(line), VIEW(">>>"));
        if (!named && !(reply && asked))
            continue;
        g_string_append_len(about, line.data, (gssize)line.len);
        g_string_append_c(about, '\n');
    }
    return pool_copy(pool, (struct view){.data = about->str, .len = about->len});
}

static bool is_code(struct view line)
{
    return line.len > 4 && (line.data[0] == '4' || line.data[0] == '5') && g_ascii_isdigit(line.data[1]) &&
           g_ascii_isdigit(line.data[2]) && (line.data[3] == ' ' || line.data[3] == '-');
}

/* The reply that the session ended with: the other side's "<<< 550 …" with its continuation lines, else sendmail's own
 * line. */
static struct view session_reply(struct view transcript)
{
    struct view rest = transcript, line, own = {0};
    while (view_next_line(&rest, &line)) {
        struct view bare = view_trim(line);
        if (view_begins_fold(bare, VIEW("<<<")) && is_code(view_trim(view_from(bare, 3)))) {
            struct view more;
            while (view_next_line(&rest, &more) && view_begins_fold(view_trim(more), VIEW("<<<")) &&
                   view_equal(view_first(view_trim(view_from(view_trim(more), 3)), 3),
                              view_first(view_trim(view_from(bare, 3)), 3)))
                line = more;
            return view_trim(view_range(bare.data + 3, line.data + line.len));
        }
        if (view_is_empty(own) && is_code(bare))
            own = bare;
    }
    return own;
}

/* A local part alone, or in brackets, lives on `host` ("@example.org"). Empty if it is something else. */
static struct view local_address(struct view name, struct view host, struct pool *pool)
{
    if (name.len > 2 && name.data[0] == '<' && name.data[name.len - 1] == '>')
        name = view_first(view_from(name, 1), name.len - 2);
    for (size_t i = 0; i < name.len; i++) {
        if (!g_ascii_isalnum(name.data[i]) && !strchr("_+-", name.data[i]))
            return (struct view){0};
    }
    bool named = name.len > 1 && !g_ascii_isdigit(name.data[0]) && !view_is_empty(host);
    return named ? pool_printf(pool, "%.*s%.*s", (int)name.len, name.data, (int)host.len, host.data) : (struct view){0};
}

/* "550 5.1.1 <ann@example.org>... User unknown", "554 ann... unknown mailer error 1": the address; a name alone lives
 * on `host` ("@example.org"). Hosts ("421 example.org (smtp)... Deferred") and programs are none. */
static struct view transcript_address(struct view line, struct view host, struct pool *pool)
{
    line = view_trim(line);
    ssize_t dots = view_find(line, VIEW("..."));
    if (!is_code(line) || dots < 0)
        return (struct view){0};
    struct view front = view_first(line, (size_t)dots);
    size_t end;
    struct view address = prose_next_address(front, 4, &end);
    if (!view_is_empty(address))
        return address;
    ssize_t blank = view_last_index(view_trim(front), ' ');
    struct view name = view_trim(view_from(front, (size_t)(blank + 1)));
    return local_address(name, host, pool);
}

static struct view session_of(struct view transcript, struct view address, size_t recipients, struct pool *pool)
{
    if (recipients <= 1)
        return transcript;
    return recipients > SEARCHED ? (struct view){0} : lines_about(transcript, address, pool);
}

struct recipients {
    struct view at[SEARCHED];
    size_t count;
};

static void note(struct recipients *r, struct view address)
{
    for (size_t i = 0; i < r->count; i++) {
        if (view_equal_fold(r->at[i], address))
            return;
    }
    if (r->count < G_N_ELEMENTS(r->at) && !view_is_empty(address))
        r->at[r->count++] = address;
}

/* "<<< 550 …" behind ">>> RCPT To:<ann@example.org>". */
static void note_refused(struct recipients *r, struct view transcript)
{
    struct view rest = transcript, line, asked = {0};
    while (view_next_line(&rest, &line)) {
        line = view_trim(line);
        size_t end;
        if (view_begins_fold(line, VIEW(">>>")))
            asked = view_begins_fold(line, VIEW(">>> RCPT")) ? prose_next_address(line, 0, &end) : (struct view){0};
        else if (view_begins_fold(line, VIEW("<<<")) && is_code(view_trim(view_from(line, 3))))
            note(r, asked);
    }
}

static void add_of_session(struct reading *reading, enum event_kind kind, struct view address, struct view session)
{
    struct event *event = entries_add(reading, kind, (struct entry){address, session_reply(session)});
    if (event) {
        event->prose = session;
        event->command = entries_command(session);
        event->remote_mta = entries_host(session);
    }
}

static void read_transcript(struct reading *reading, struct view transcript)
{
    enum event_kind kind = prose_kind(reading, reading->text);
    ssize_t at = view_last_index(reading->from, '@');
    struct view host = at < 0 ? (struct view){0} : view_from(reading->from, (size_t)at);
    struct recipients named = {0};
    struct view rest = transcript, line;
    while (view_next_line(&rest, &line))
        note(&named, transcript_address(line, host, reading->pool));
    if (named.count == 0)
        note_refused(&named, transcript);
    for (size_t i = 0; i < named.count; i++)
        add_of_session(reading, kind, named.at[i], session_of(transcript, named.at[i], named.count, reading->pool));
}

/* "(reason: 550 5.1.1 …)": what stands in it, parentheses of its own included. */
static struct view stated_reason(struct view entry)
{
    size_t begin, end;
    if (!entries_find_words(entry, "(reason:", &begin, &end))
        return (struct view){0};
    struct view reason = prose_line(entry, end);
    reason = view_range(entry.data + end, reason.data + reason.len);
    ssize_t close = view_last_index(reason, ')');
    reason = view_trim(close < 0 ? reason : view_first(reason, (size_t)close));
    /* A program's exit status alone. */
    return reason.len < strlen("550 no") ? (struct view){0} : reason;
}

static struct view joined(struct view a, struct view b, struct pool *pool)
{
    if (view_is_empty(a) || view_is_empty(b))
        return view_is_empty(a) ? b : a;
    return pool_printf(pool, "%.*s\n%.*s", (int)a.len, a.data, (int)b.len, b.data);
}

static void add_listed(struct reading *reading, enum event_kind kind, struct entry entry, struct view session)
{
    struct view stated = stated_reason(entry.reason);
    struct view origin = entries_origin(entry.reason);
    /* What is indented below the address, or stands behind it; a returned text may come next. */
    ssize_t blank = view_find(entry.reason, VIEW("\n\n"));
    struct view own = blank < 0 ? entry.reason : view_first(entry.reason, (size_t)blank);
    struct view reply = session_reply(session);
    struct view said = view_is_empty(own) ? session : own;
    entry.reason = !view_is_empty(stated) ? stated : view_is_empty(reply) ? said : reply;
    struct event *event = entries_add(reading, kind, entry);
    if (!event)
        return;
    event->prose = joined(own, session, reading->pool);
    event->command = entries_command(session);
    event->remote_mta = entries_host(session);
    if (!view_equal_fold(origin, event->recipient))
        event->original_recipient = origin;
}

static size_t count_entries(struct view list)
{
    struct entry_walk walk = {.text = list};
    struct entry entry;
    size_t n = 0;
    while (n <= SEARCHED && entries_next(&walk, &entry))
        n++;
    return n;
}

/* The indented lines at the beginning of `rest`. */
static struct view indented(struct view rest)
{
    struct view line, after = rest;
    const char *end = rest.data;
    while (view_next_line(&after, &line) && line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
        end = line.data + line.len;
    return end ? view_range(rest.data, end) : rest;
}

/* An entry without an address: a local user, or a program or file that stands in for the address it was expanded from:
 * `"|exec program"` and below `(expanded from: <x>)`. */
struct nameless {
    struct view line, said;
    bool program;
};

static bool next_nameless(struct view *rest, struct nameless *found)
{
    struct view line;
    while (view_next_line(rest, &line)) {
        if (line.len == 0 || strchr(" \t(", line.data[0]))
            continue;
        bool pipe = view_begins_fold(line, VIEW("\"|")) || view_begins_fold(line, VIEW("|"));
        *found = (struct nameless){.line = view_trim(line), .program = pipe || line.data[0] == '/'};
        if (!found->program && view_index(line, '@') >= 0)
            continue;
        found->said = view_trim(indented(*rest));
        if (!view_is_empty(found->said))
            return true;
    }
    return false;
}

static size_t count_nameless(struct view list)
{
    struct nameless found;
    size_t n = 0;
    while (n <= SEARCHED && next_nameless(&list, &found))
        n++;
    return n;
}

static void read_nameless(struct reading *reading, enum event_kind kind, struct view list, struct view transcript,
                          size_t n)
{
    struct nameless found;
    ssize_t at = view_last_index(reading->from, '@');
    struct view host = at < 0 ? (struct view){0} : view_from(reading->from, (size_t)at);
    while (next_nameless(&list, &found)) {
        struct view address = entries_origin(found.said);
        if (view_is_empty(address) && !found.program)
            address = local_address(found.line, host, reading->pool);
        struct view session = session_of(transcript, found.line, n, reading->pool);
        if (!view_is_empty(address))
            add_listed(reading, kind, (struct entry){address, found.said}, session);
    }
}

static void read_list(struct reading *reading, enum event_kind kind, struct view list, struct view transcript)
{
    size_t n = count_entries(list) + count_nameless(list);
    struct entry_walk walk = {.text = list};
    struct entry entry;
    while (entries_next(&walk, &entry))
        add_listed(reading, kind, entry, session_of(transcript, entry.address, n, reading->pool));
    read_nameless(reading, kind, list, transcript, n);
}

bool read_sendmail(struct reading *reading)
{
    if (!entries_of_system(reading))
        return false;
    size_t before = reading->count;
    struct sections s = split(reading->text);
    for (size_t i = 0; i < s.lists; i++)
        read_list(reading, s.kind[i], s.list[i], s.transcript);
    if (s.lists == 0 && !view_is_empty(s.transcript))
        read_transcript(reading, s.transcript);
    return reading->count > before;
}
