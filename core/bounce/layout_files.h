/* SPDX-License-Identifier: MIT
 * The makers' layouts as data: core/bounce/layouts/NAME.layouts, compiled in (their README.md is the reference of the
 * format). Loaded once for the process, const afterwards. Private to core/bounce. */
#ifndef WINNOW_BOUNCE_LAYOUT_FILES_H
#define WINNOW_BOUNCE_LAYOUT_FILES_H

#include "core/bounce/layouts.h"

/* X(enumerator, name of the file) */
#define LAYOUT_FILES(X)                                                                                                \
    X(LIST_MANAGERS, "list-managers")                                                                                  \
    X(MAIL_SYSTEMS, "mail-systems")                                                                                    \
    X(CORPORATE, "corporate")

enum layout_file {
#define LAYOUT_FILE_ENUM(id, name) LAYOUTS_##id,
    LAYOUT_FILES(LAYOUT_FILE_ENUM)
#undef LAYOUT_FILE_ENUM
        LAYOUT_FILE_COUNT
};

/* The layouts of a file in its order. */
const struct layout *layout_file(enum layout_file file, size_t *count);

struct mail_reader;
/* Every layout has a proof, and each of its proofs is read by it, for the recipients that it names: whoever is at
 * example.org. Otherwise false, with one line for each failure in `report`. */
bool layouts_prove(struct mail_reader *mails, GString *report);

#endif
