/* SPDX-License-Identifier: MIT
 * What kind of CSV a file is, found by looking at it: encoding, delimiter, header or not. */
#ifndef WINNOW_LIST_DIALECT_H
#define WINNOW_LIST_DIALECT_H

#include "core/list/sample.h"

struct dialect {
    bool bom;
    bool header;
    guint64 size;         /* of the file */
    struct sample sample; /* under the delimiter chosen */
};

/* Looks at the open file. `delimiter` 0: found among , ; tab |. WINNOW_ERROR_INPUT if it is unreadable, empty, not CSV,
 * or broken in its first rows. To be cleared in any case. */
bool dialect_find(struct dialect *dialect, int fd, const char *path, char delimiter, GError **error);
void dialect_clear(struct dialect *dialect);

#endif
