/* SPDX-License-Identifier: MIT
 * Lists of recipients as mail systems print them: a line that begins with the address, below it what happened. Shared
 * by the readers of text reports; knows no maker. Views live in the searched text or in the pool. Pure. Private to
 * core/bounce. */
#ifndef WINNOW_BOUNCE_ENTRIES_H
#define WINNOW_BOUNCE_ENTRIES_H

#include "core/bounce/reader.h"

/* What must stand on the line that begins an entry. */
enum entry_form {
    ENTRY_ANY = 0,
    ENTRY_BRACKETS = 1, /* <ann@example.org> */
    ENTRY_COLON = 2,    /* a ':' behind the address (and behind a remark in parentheses) */
    ENTRY_ALONE = 4,    /* and nothing more */
};

struct entry {
    struct view address;
    struct view reason; /* from behind the address to the next entry, trimmed; may be empty */
};

/* State of a walk; start it as {.text = …, .form = …}. A line indented deeper than its entry's never begins another. */
struct entry_walk {
    struct view text;
    unsigned form;
    size_t at;
    struct view address; /* of the entry that is open */
    size_t begin, indent;
};
bool entries_next(struct entry_walk *walk, struct entry *entry);

/* Is this text one that a mail system may have written: by its author, its empty return path? */
static inline bool entries_of_system(const struct reading *reading)
{
    return reading->from_daemon || reading->null_sender;
}

/* Where `words` stand in `text`, ASCII case folded, a space standing for any white space; `end` is behind them. False,
 * if nowhere. Report texts are wrapped anywhere. */
bool entries_find_words(struct view text, const char *words, size_t *begin, size_t *end);

/* `text`, a part of the message's text, up to where the copy of the returned message is announced; for makers whose
 * copy has no headers one could tell. */
struct view entries_without_copy(const struct reading *reading, struct view text);

/* `text` in one line: white space runs become one space. */
struct view entries_one_line(struct view text, struct pool *pool);

/* The address that was mailed, as `reason` names it when the failed one came of an alias or forward: "(expanded from:
 * <x>)" (sendmail, Postfix), "(generated from x)" (Exim). Empty if it names none. */
struct view entries_origin(struct view reason);

/* The SMTP command that was answered ("RCPT TO"), and the host that answered, as the makers put it into words. */
struct view entries_command(struct view reason);
struct view entries_host(struct view reason);

/* Adds one recipient: reply, command, remote host and original recipient are read out of `entry.reason`. Where no reply
 * is quoted the reason itself is the diagnostic. NULL if nothing was added. */
struct event *entries_add(struct reading *reading, enum event_kind kind, struct entry entry);

#endif
