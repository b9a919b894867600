/* SPDX-License-Identifier: MIT
 * Labels of forms ("Recipient: ann@example.org"): words of many languages, as data (core/bounce/labels/NAME.labels:
 * label, says, like, unlike) with their proofs. Loaded once for the process, const afterwards. Private to core/bounce.
 */
#ifndef WINNOW_BOUNCE_LABEL_FILES_H
#define WINNOW_BOUNCE_LABEL_FILES_H

#include "core/view.h"

/* X(enumerator, name in the files) */
#define LABELS(X)                                                                                                      \
    X(NONE, "none")                                                                                                    \
    X(RECIPIENT, "recipient")                                                                                          \
    X(REASON, "reason")                                                                                                \
    X(OTHER, "other") /* of no interest here, but what stands before it ends there */

enum label {
#define LABEL_ENUM(id, name) LABEL_##id,
    LABELS(LABEL_ENUM)
#undef LABEL_ENUM
        LABEL_COUNT
};

/* Which label the line or cell at the beginning of `text` carries; `*value` is then what follows it, to the end of
 * `text`. */
enum label label_at(struct view text, struct view *value);

/* Every `like` carries its label and every `unlike` does not. Otherwise false, with one line for each failure in
 * `report`. */
bool labels_prove(GString *report);

#endif
