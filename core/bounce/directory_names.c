/* SPDX-License-Identifier: MIT
 * GroupWise and the old Notes SMTP gateway, whose reports are about names of their directory.
 * GroupWise Internet Agent: "The message that you sent was undeliverable to the following:" and a list of users, often
 * without domain: "ann (user not found)". Notes SMTP MTA: "------- Failure Reasons --------", the reason above each
 * address,
 * "------- Returned Message --------". */
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"

/* --- GroupWise
 * ---------------------------------------------------------------------------------------------------------- */

static struct view domain_of(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    return at < 0 ? (struct view){0} : view_from(address, (size_t)at + 1);
}

/* A user without domain is the one of that name whom the returned message was sent to, else one of the reporting
 * domain. */
static struct view full_address(struct reading *reading, struct view user)
{
    struct view to[64];
    size_t n = mail_addresses(headers_get(&reading->mail->returned, "To"), to, G_N_ELEMENTS(to), reading->pool);
    for (size_t i = 0; i < n; i++) {
        ssize_t at = view_last_index(to[i], '@');
        if (at > 0 && view_equal_fold(view_first(to[i], (size_t)at), user))
            return to[i];
    }
    struct view domain = domain_of(reading->from);
    if (view_is_empty(domain))
        return (struct view){0};
    return pool_printf(reading->pool, "%.*s@%.*s", (int)user.len, user.data, (int)domain.len, domain.data);
}

/* "ann (user not found)", "ann.post.domain (mailbox is full)": the first word of a line that ends in parentheses. */
static struct view user_in(struct view line)
{
    line = view_trim(line);
    ssize_t open = view_index(line, '(');
    if (open < 1 || line.data[line.len - 1] != ')')
        return (struct view){0};
    struct view user = view_trim(view_first(line, (size_t)open));
    for (size_t i = 0; i < user.len; i++) {
        if (!g_ascii_isalnum(user.data[i]) && !strchr("._-+", user.data[i]))
            return (struct view){0};
    }
    return user;
}

static void read_users(struct reading *reading, enum event_kind kind, struct view list)
{
    struct view line;
    while (view_next_line(&list, &line)) {
        struct view user = user_in(line);
        struct view address = view_is_empty(user) ? (struct view){0} : full_address(reading, user);
        if (!view_is_empty(address))
            entries_add(reading, kind, (struct entry){address, view_trim(line)});
    }
}

bool read_groupwise(struct reading *reading)
{
    static const char *const headings[] = {
        "undeliverable to the following:", "following undeliverable recipients:",
        "following undeliverable recipient(s):", "undeliverable to the following recipients:"};
    size_t begin, end, before = reading->count;
    bool found = false;
    for (size_t i = 0; i < G_N_ELEMENTS(headings) && !found; i++)
        found = reading_may_say(reading, headings[i]) && entries_find_words(reading->text, headings[i], &begin, &end);
    if (!found || !entries_of_system(reading))
        return false;
    struct view list = entries_without_copy(reading, view_from(reading->text, end));
    enum event_kind kind = prose_kind(reading, reading->text);
    struct entry_walk walk = {.text = list};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        if (!prose_is_stray(reading, entry.address))
            entries_add(reading, kind, entry);
    }
    if (reading->count == before)
        read_users(reading, kind, list);
    return reading->count > before;
}

/* --- Notes
 * -------------------------------------------------------------------------------------------------------------- */

/* A line of dashes with words between them. */
static bool is_ruled_line(struct view line)
{
    return view_begins_fold(view_trim(line), VIEW("---"));
}

static bool is_address_alone(struct view line, struct view *address)
{
    size_t end;
    line = view_trim(line);
    *address = prose_next_address(line, 0, &end);
    return !view_is_empty(*address) && address->len + 2 >= line.len;
}

bool read_notes(struct reading *reading)
{
    size_t begin, end, before = reading->count;
    if (!entries_of_system(reading) || !entries_find_words(reading->text, "--- Failure Reasons ---", &begin, &end))
        return false;
    struct view rest = view_from(reading->text, end), line, reason = {0}, address;
    view_next_line(&rest, &line); /* the rest of the heading's dashes */
    const char *from = rest.data;
    while (view_next_line(&rest, &line) && !is_ruled_line(line)) {
        if (!is_address_alone(line, &address))
            continue;
        /* Several addresses below one reason share it. */
        struct view above = view_trim(view_range(from, line.data));
        reason = view_is_empty(above) ? reason : above;
        entries_add(reading, prose_kind(reading, reading->text), (struct entry){address, reason});
        from = line.data + line.len;
    }
    return reading->count > before;
}
