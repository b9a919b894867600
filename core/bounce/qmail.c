/* SPDX-License-Identifier: MIT
 * qmail's QSBMF (D. J. Bernstein, cr.yp.to/proto/qsbmf.txt) and its many children: netqmail, qmail-ldap, vpopmail,
 * IndiMail, hosters' own openings in any language. Only the form is sure: paragraphs that begin with "<recipient>:"
 * alone on its line, a paragraph that begins with '-', the copy. */
#include "core/bounce/entries.h"
#include "core/bounce/letter.h"
#include "core/bounce/prose.h"

/* The break paragraph ends the list (QSBMF: "starts with a hyphen"). Replies may hold such lines too, so it is a
 * paragraph of its own, or drawn with several. */
static struct view without_break(struct view text)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        bool paragraph = text.data[i] == '\n' && text.data[i + 1] == '\n' && text.data[i + 2] == '-';
        bool drawn = text.data[i] == '\n' && text.data[i + 1] == '-' && text.data[i + 2] == '-';
        if (paragraph || drawn)
            return view_first(text, i);
    }
    return text;
}

/* The opening that qmail-send and those who copied its words use. Some of them leave the brackets out. */
static bool opens_as_qmail(struct view text)
{
    size_t begin, end;
    return entries_find_words(text, "able to deliver your message to the following address", &begin, &end) &&
           begin < 400;
}

/* What stands in front of the first recipient tells whether it is over: their reasons speak of retries, too. */
static struct view opening_of(struct view list)
{
    ssize_t first = view_find(list, VIEW("\n<"));
    return first < 0 ? list : view_first(list, (size_t)first);
}

/* Of a virtual domain qmail keeps the domain in the local part (qmail-send(8), virtualdomains; vpopmail):
 * "example.org-ann@example.org". */
static struct view without_virtual_domain(struct view address)
{
    ssize_t at = view_last_index(address, '@');
    struct view domain = at < 0 ? (struct view){0} : view_from(address, (size_t)at + 1);
    bool prefixed = view_index(domain, '.') > 0 && view_begins_fold(address, domain) && (size_t)at > domain.len + 1 &&
                    address.data[domain.len] == '-';
    return prefixed ? view_from(address, domain.len + 1) : address;
}

bool read_qmail(struct reading *reading)
{
    bool opens = opens_as_qmail(reading->text);
    bool unquoted = view_begins_fold(view_trim(reading->text), VIEW("Hi. "));
    /* Vacation notices come with an empty return path, too: something must say that it is about delivery. */
    bool reports = entries_of_system(reading) && (opens || letter_reports_failure(reading));
    if (!reports && !(opens && unquoted))
        return false;
    size_t before = reading->count;
    struct view list = without_break(reading->text);
    enum event_kind kind = prose_kind(reading, opening_of(list));
    unsigned form = ENTRY_BRACKETS | ENTRY_COLON | ENTRY_ALONE;
    struct entry_walk walk = {.text = list, .form = form};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        entry.address = without_virtual_domain(entry.address);
        entries_add(reading, kind, entry);
    }
    if (reading->count == before && opens) {
        walk = (struct entry_walk){.text = list, .form = ENTRY_ALONE};
        while (entries_next(&walk, &entry)) {
            if (!prose_is_stray(reading, entry.address))
                entries_add(reading, kind, entry);
        }
    }
    return reading->count > before;
}
