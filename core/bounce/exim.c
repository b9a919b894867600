/* SPDX-License-Identifier: MIT
 * Exim (specification, "Delivery failure and warning messages", bounce_message_file, warn_message_file) and systems
 * made of it. A heading, then per recipient a line indented by two and its reason indented by four; X-Failed-Recipients
 * names those that were mailed. The line may hold a file, a pipe or a bare user instead: "(generated from x)" tells
 * whose it was. */
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"

/* The ends of the sentences before the list, for bounce_message_file may change all in front of them. */
static const struct heading {
    const char *words;
    enum event_kind kind;
} headings[] = {
    {"has not yet been delivered is:", EVENT_DELAY},
    {"has not yet been delivered are:", EVENT_DELAY},
    {"have not yet been delivered:", EVENT_DELAY},
    {"not yet been delivered to the following addresses:", EVENT_DELAY},
    {"not yet been delivered to the following address:", EVENT_DELAY},
    {"have yet to be delivered:", EVENT_BOUNCE}, /* frozen: nobody tries again by himself */
    {"that were incorrectly constructed:", EVENT_BOUNCE},
    {"following address(es) failed:", EVENT_BOUNCE},
    {"following addresses failed:", EVENT_BOUNCE},
    {"following address failed:", EVENT_BOUNCE},
    {"address(es) failed:", EVENT_BOUNCE},
};

enum { FAILED_MAX = 64 };

struct exim {
    struct reading *reading;
    enum event_kind kind;
    struct view failed[FAILED_MAX]; /* X-Failed-Recipients */
    size_t failed_count;
    struct view output; /* "The following text was generated during the delivery attempt" */
};

static const struct heading *find_heading(const struct reading *reading, size_t *end)
{
    size_t begin;
    for (size_t i = 0; i < G_N_ELEMENTS(headings); i++) {
        if (reading_may_say(reading, headings[i].words) &&
            entries_find_words(reading->text, headings[i].words, &begin, end))
            return &headings[i];
    }
    return NULL;
}

/* Is there no doubt that it is Exim, though somebody wrote another heading? Its message ids begin with 'E' and the id
 * that the message has in the log: "E1qXyZ2-0001Ab-3C@host" (spec., "Message identification"). */
static bool has_exim_id(const struct mail *mail)
{
    struct view id = view_trim(headers_get(&mail->headers, "Message-ID"));
    if (id.len < 18 || !view_begins_fold(id, VIEW("<E1")))
        return false;
    ssize_t dash = view_index(id, '-'), at = view_index(id, '@');
    return dash == 8 && at > dash;
}

static size_t indent_of(struct view line)
{
    size_t n = 0;
    while (n < line.len && (line.data[n] == ' ' || line.data[n] == '\t'))
        n++;
    return n;
}

/* Sentences and rules that end the list. */
static bool ends_list(struct view line)
{
    return view_begins_fold(line, VIEW("---")) || view_begins_fold(line, VIEW("___")) ||
           view_begins_fold(line, VIEW("No action is required")) ||
           view_begins_fold(line, VIEW("The following text was generated"));
}

static struct view without_domain(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    return at < 0 ? address : view_first(address, (size_t)at);
}

/* The header's address for a line that has only a local part, or no address at all. */
static struct view mailed_address(const struct exim *exim, struct view local)
{
    for (size_t i = 0; i < exim->failed_count; i++) {
        if (view_equal_fold(without_domain(exim->failed[i]), local))
            return exim->failed[i];
    }
    return exim->failed_count == 1 ? exim->failed[0] : (struct view){0};
}

/* A local part as it stands alone in Exim's list, for its own domain. */
static bool is_local_part(struct view name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!g_ascii_isalnum(name.data[i]) && !strchr("._+-=&", name.data[i]))
            return false;
    }
    return name.len > 0;
}

/* "pipe to |program ann@example.org", "save to /path", "/path", "|program": no address, whatever stands in it. */
static bool is_delivery(struct view line)
{
    return view_begins_fold(line, VIEW("pipe to")) || view_begins_fold(line, VIEW("save to")) ||
           view_begins_fold(line, VIEW("/")) || view_begins_fold(line, VIEW("|")) || view_begins_fold(line, VIEW(":"));
}

static struct view entry_address(const struct exim *exim, struct view line, struct view reason)
{
    size_t end;
    struct view address = is_delivery(line) ? (struct view){0} : prose_next_address(line, 0, &end);
    if (!view_is_empty(address))
        return address;
    struct view origin = entries_origin(reason);
    if (!view_is_empty(origin))
        return origin;
    if (line.len > 0 && line.data[line.len - 1] == ':')
        line.len--;
    struct view mailed = mailed_address(exim, line);
    if (!view_is_empty(mailed))
        return mailed;
    struct view from = exim->reading->from;
    ssize_t at = view_last_index(from, '@');
    if (!is_local_part(line) || at < 0)
        return (struct view){0};
    return pool_printf(exim->reading->pool, "%.*s%.*s", (int)line.len, line.data, (int)(from.len - (size_t)at),
                       from.data + at);
}

/* "generated by x" says whose it was, not why. */
static bool says_nothing(struct view reason)
{
    reason = view_trim(reason);
    bool remark = view_begins_fold(reason, VIEW("generated ")) || view_begins_fold(reason, VIEW("(generated ")) ||
                  view_begins_fold(reason, VIEW("(ultimately generated "));
    return view_is_empty(reason) || (remark && view_index(reason, '\n') < 0);
}

/* Behind "<ann@example.org>: " some write the reason on the same line. */
static const char *reason_begin(struct view line)
{
    size_t end;
    struct view address = prose_next_address(line, 0, &end);
    if (view_is_empty(address) || is_delivery(view_trim(line)))
        return line.data + line.len;
    while (end < line.len && strchr(">: \t", line.data[end]) && line.data[end])
        end++;
    return line.data + end;
}

static void add_entry(const struct exim *exim, struct view line, const char *end)
{
    struct view reason = view_trim(view_range(reason_begin(line), end));
    struct entry entry = {.address = entry_address(exim, view_trim(line), reason), .reason = reason};
    if (view_is_empty(entry.address))
        return;
    if (says_nothing(entry.reason) && !view_is_empty(exim->output))
        entry.reason = exim->output;
    entries_add(exim->reading, exim->kind, entry);
}

/* An address, a local part, a file or a program; not a line of a reason whose indent was lost on the way. */
static bool may_begin_entry(struct view bare)
{
    size_t first = 0;
    while (first < bare.len && !g_ascii_isspace(bare.data[first]))
        first++;
    return first == bare.len || is_delivery(bare) || view_index(view_first(bare, first), '@') >= 0;
}

/* Lines indented as the first one begin entries; deeper ones belong to them, and so does an unindented paragraph right
 * behind a bare address (1&1) or a reason broken by hand. */
static void read_list(const struct exim *exim, struct view list)
{
    struct view rest = list, line, open = {0};
    const char *end = list.data + list.len;
    size_t indent = 0;
    bool blank_before = true, said = false;
    while (view_next_line(&rest, &line)) {
        struct view bare = view_trim(line);
        bool begins = indent ? indent_of(line) == indent : indent_of(line) > 0;
        begins = begins && may_begin_entry(bare);
        bool foreign = indent && indent_of(line) == 0 && blank_before && said;
        if (!view_is_empty(bare) && (ends_list(bare) || foreign)) {
            end = line.data;
            break;
        }
        blank_before = view_is_empty(bare);
        if (blank_before)
            continue;
        said = !begins;
        if (!begins)
            continue;
        if (indent)
            add_entry(exim, open, line.data);
        open = line;
        indent = indent_of(line);
        said = reason_begin(line) < line.data + line.len;
    }
    if (indent)
        add_entry(exim, open, end);
}

/* Another's heading: the entries are those whose address the header names. */
static void read_named(const struct exim *exim)
{
    struct entry_walk walk = {.text = reading_without_copy(exim->reading)};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        for (size_t i = 0; i < exim->failed_count; i++) {
            if (view_equal_fold(exim->failed[i], entry.address))
                entries_add(exim->reading, exim->kind, entry);
        }
    }
}

/* What a gateway rewrote, or HTML: the indents are gone. */
static void read_unindented(const struct exim *exim, struct view list)
{
    struct entry_walk walk = {.text = list};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        if (!prose_is_stray(exim->reading, entry.address))
            entries_add(exim->reading, exim->kind, entry);
    }
}

static struct view output_in(const struct reading *reading)
{
    size_t begin, end;
    if (!entries_find_words(reading->text, "following text was generated during the delivery attempt", &begin, &end))
        return (struct view){0};
    struct view text = view_trim(entries_without_copy(reading, view_from(reading->text, end)));
    while (text.len > 0 && text.data[0] == ':')
        text = view_trim(view_from(text, 1));
    /* "------ pipe to |program … ------" */
    ssize_t title = view_begins_fold(text, VIEW("------")) ? view_find(text, VIEW(" ------\n")) : -1;
    return title < 0 ? text : view_trim(view_from(text, (size_t)title + strlen(" ------\n")));
}

bool read_exim(struct reading *reading)
{
    struct exim exim = {.reading = reading};
    struct view failed = headers_get(&reading->mail->headers, "X-Failed-Recipients");
    exim.failed_count = mail_addresses(failed, exim.failed, FAILED_MAX, reading->pool);
    if (exim.failed_count == 0 && !entries_of_system(reading))
        return false;
    size_t before = reading->count;
    size_t begin, end;
    /* Momentum took the words over and lists in another way: layouts.h. */
    if (entries_find_words(reading->text, "mail system (ecelerity)", &begin, &end))
        return false;
    const struct heading *heading = find_heading(reading, &end);
    bool certain = exim.failed_count > 0 && has_exim_id(reading->mail);
    if (!heading && !certain)
        return false;
    exim.kind = heading ? heading->kind : prose_kind(reading, reading->text);
    exim.output = output_in(reading);
    if (heading)
        read_list(&exim, entries_without_copy(reading, view_from(reading->text, end)));
    if (heading && reading->count == before)
        read_unindented(&exim, entries_without_copy(reading, view_from(reading->text, end)));
    if (reading->count == before && certain)
        read_named(&exim);
    for (size_t i = 0; i < exim.failed_count && reading->count == before && heading; i++)
        entries_add(reading, exim.kind,
                    (struct entry){.address = exim.failed[i], .reason = view_from(reading->text, end)});
    return reading->count > before;
}
