/* SPDX-License-Identifier: MIT
 * Which column holds the address and which the id: named by the user, by its header in the usual languages, or by
 * looking at the cells. Names compare without case, accents, spaces and punctuation. Works on a struct sample. */
#ifndef WINNOW_LIST_COLUMNS_H
#define WINNOW_LIST_COLUMNS_H

#include "core/list/sample.h"

/* 0-based column. WINNOW_ERROR_INPUT, listing the columns, if it is not there or cannot be told apart from another.
 * `wanted` is a name or a 1-based number, or NULL: look. `header`: does the first row name the columns? */
bool columns_find_email(const struct sample *sample, const char *path, const char *wanted, bool header, size_t *column,
                        GError **error);
/* The same; -1 and no error if nothing was wanted and none is there. */
bool columns_find_id(const struct sample *sample, const char *path, const char *wanted, bool header, size_t email,
                     ssize_t *column, GError **error);

/* The column that the user names, by name or number; -1 if `wanted` is NULL. */
bool columns_find(const struct sample *sample, const char *path, const char *wanted, bool header, ssize_t *column,
                  GError **error);

/* The column whose header is one of `known` (NULL-terminated, the earlier wins), and the only one of that name; -1:
 * none.
 */
ssize_t columns_named(const struct sample *sample, const char *const *known);
/* The column whose header says address, -1: none. */
ssize_t columns_named_email(const struct sample *sample);
/* Percent of the rows that hold an address in the column where most do. */
unsigned columns_best_share(const struct sample *sample);

/* Adds "columns 2 and 5 are both named 'x'" (to be freed) for each name that stands twice. */
void columns_notice_duplicates(const struct sample *sample, GPtrArray *notices);

#endif
