/* SPDX-License-Identifier: MIT
 * Reports that are a fixed sentence with the recipient in it, or a heading with a list below: what a maker's looks like
 * is a row (layout_files.h), and one walk reads them all. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_LAYOUTS_H
#define WINNOW_BOUNCE_LAYOUTS_H

#include "core/bounce/entries.h"
#include "core/bounce/grams.h"

/* Beside the forms of a list (enum entry_form). */
enum {
    IN_SENTENCE = 1 << 8,   /* the address stands right behind each `heading` */
    SAYS_IT_ALL = 1 << 9,   /* and the sentence of the mark is the reason */
    TEXT_SAYS_IT = 1 << 11, /* the whole text is the reason of all */
    IN_LINE = 1 << 10, /* the address stands anywhere in its line, mostly at the end: "unknown user: ann@example.org" */
};

struct layout {
    const char *name;
    const char *mark; /* words by which the maker is known */
    struct gram_probe mark_probe;
    const char *heading; /* recipients follow; NULL: behind the mark */
    const char *reason;  /* the reason of all follows; NULL: each stands with its recipient */
    unsigned form;
    enum event_kind kind; /* EVENT_NONE: as the words have it */
    bool unsigned_too;    /* its author need not look like a mail system, if the mark opens the text */
    const char *end;      /* the list ends before these words; NULL: with the text */
};

/* Asks the rows in order until one has added an event, and returns it; its name becomes the reader's. NULL if none has.
 */
const struct layout *layouts_find(struct reading *reading, const struct layout *layouts, size_t count);

#endif
