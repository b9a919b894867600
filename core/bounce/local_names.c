/* SPDX-License-Identifier: MIT
 * Reports that name their recipients by the local part alone, since all of them are the reporting host's own: AOL's
 * refusals on a member's behalf, JetMail (Chinese hosts), phquery, FirstClass. One name to a line below a heading; the
 * domain is that of the address the returned message was sent to, if its local part is the same, else the reporting
 * system's. */
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"

static const struct {
    const char *name, *heading;
    bool reason_in_heading; /* else behind the name */
} makers[] = {
    {"aol", "Your mail to the following recipients could not be delivered", true},
    {"jetmail", "Your mail cannot be delivered to the following address(es):", false},
    {"phquery", "Message not delivered to the following:", false},
    {"firstclass", "Sorry. Your message could not be delivered to:", false},
};

/* The local part at the beginning of a line, or the empty view; a line with an address has none. */
static struct view leading_name(struct view line)
{
    line = view_trim(line);
    size_t n = 0;
    while (n < line.len && (g_ascii_isalnum(line.data[n]) || strchr("._-+,", line.data[n])) && line.data[n])
        n++;
    bool ends = n == line.len || line.data[n] == ' ' || line.data[n] == '\t';
    return ends && view_index(line, '@') < 0 ? view_first(line, n) : (struct view){0};
}

static struct view domain_behind(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    return at < 0 ? (struct view){0} : view_from(address, (size_t)at + 1);
}

static struct view full_address(const struct reading *reading, struct view name)
{
    struct view to[8];
    size_t n = mail_addresses(headers_get(&reading->mail->returned, "To"), to, G_N_ELEMENTS(to), reading->pool);
    for (size_t i = 0; i < n; i++) {
        struct view domain = domain_behind(to[i]);
        if (!view_is_empty(domain) && to[i].len == name.len + 1 + domain.len && view_begins_fold(to[i], name))
            return to[i];
    }
    /* FirstClass: "ann,example.org", its own way to write a remote name. */
    ssize_t comma = view_index(name, ',');
    if (comma > 0)
        return pool_printf(reading->pool, "%.*s@%.*s", (int)comma, name.data, (int)(name.len - (size_t)comma - 1),
                           name.data + comma + 1);
    struct view host = domain_behind(reading->from);
    if (view_is_empty(host))
        return name;
    return pool_printf(reading->pool, "%.*s@%.*s", (int)name.len, name.data, (int)host.len, host.data);
}

/* The names stand in the first paragraph below the heading's. */
static void read_names(struct reading *reading, struct view heading, struct view list, bool reason_in_heading)
{
    struct view line, rest = list;
    bool any = false;
    while (view_next_line(&rest, &line)) {
        struct view bare = view_trim(line), name = leading_name(line);
        if (view_is_empty(bare) && any)
            return;
        if (view_is_empty(bare))
            continue;
        if (view_is_empty(name))
            return;
        any = true;
        struct view reason = reason_in_heading ? heading : view_from(bare, name.len);
        if (view_index(reason, '(') >= 0 && view_index(reason, ')') < 0) { /* it goes on below */
            ssize_t close = view_index(rest, ')');
            reason = close < 0 ? reason : view_range(reason.data, rest.data + close + 1);
            rest = view_from(rest, (size_t)(close + 1));
        }
        entries_add(reading, EVENT_BOUNCE, (struct entry){full_address(reading, name), reason});
    }
}

bool read_local_names(struct reading *reading)
{
    if (!entries_of_system(reading))
        return false;
    size_t before = reading->count;
    for (size_t i = 0; i < G_N_ELEMENTS(makers) && reading->count == before; i++) {
        size_t begin, end;
        if (!reading_may_say(reading, makers[i].heading))
            continue;
        struct view text = reading_without_copy(reading);
        if (!entries_find_words(text, makers[i].heading, &begin, &end))
            continue;
        ssize_t colon = view_index(view_from(text, end - 1), ':');
        if (colon < 0)
            continue;
        size_t below = end - 1 + (size_t)colon + 1;
        reading->reader = makers[i].name;
        read_names(reading, view_trim(view_first(view_from(text, begin), below - begin)), view_from(text, below),
                   makers[i].reason_in_heading);
    }
    return reading->count > before;
}
