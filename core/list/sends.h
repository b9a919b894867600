/* SPDX-License-Identifier: MIT
 * A log of what was sent, as mailing systems export it: CSV with a row for each message, its recipient and any of
 * Message-ID, envelope id, campaign and time. Streamed, in bounded memory; columns are found by their names. One
 * thread. */
#ifndef WINNOW_LIST_SENDS_H
#define WINNOW_LIST_SENDS_H

#include "core/view.h"

/* X(enumerator, name of the field in options) */
#define SENDS_FIELDS(X)                                                                                                \
    X(RECIPIENT, "recipient")                                                                                          \
    X(MESSAGE_ID, "message-id")                                                                                        \
    X(ENVELOPE_ID, "envelope-id")                                                                                      \
    X(CAMPAIGN, "campaign")                                                                                            \
    X(TIME, "time")

enum sends_field {
#define SENDS_ENUM(id, name) SENDS_##id,
    SENDS_FIELDS(SENDS_ENUM)
#undef SENDS_ENUM
        SENDS_FIELD_COUNT
};

struct sends_options {
    const char *column[SENDS_FIELD_COUNT]; /* name or 1-based number; NULL: found by its name */
};

/* "message-id=mid": sets the column of that field; `text` must outlive the options. False if it is no such thing. */
bool sends_option(struct sends_options *options, const char *text);

/* One message. Views are valid during the call only. */
struct sent {
    struct view recipient;               /* the cell: an address, or a subscriber's id */
    struct view message_id, envelope_id; /* without white space and angle brackets */
    struct view campaign;
    gint64 time; /* Unix seconds; 0 unknown */
    guint64 line;
};

/* Troubles: rows without a recipient or with NUL bytes, which are left out; times that are none. All are counted, the
 * first SENDS_TROUBLES described with their place. */
enum { SENDS_TROUBLES = 100 };

/* Reads the file through; what is wrong with it goes to `troubles` (char *, to be freed). WINNOW_ERROR_INPUT if it
 * cannot be read, is no CSV, or has no column of recipients. Where it becomes unreadable on the way (a quote that is
 * not closed, a row too long) that is a trouble, and the rest is not read. `each` may fail. */
bool sends_each(const char *path, const struct sends_options *options,
                bool (*each)(const struct sent *sent, void *user, GError **error), void *user, GPtrArray *troubles,
                guint64 *trouble_count, GError **error);

#endif
