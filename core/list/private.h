/* SPDX-License-Identifier: MIT
 * What list.c and copy.c share of an open list. For core/list only. */
#ifndef WINNOW_LIST_PRIVATE_H
#define WINNOW_LIST_PRIVATE_H

#include "core/limits.h"
#include "core/list/list.h"

#include <sys/stat.h>

struct list {
    char *path;
    int fd;
    struct stat opened; /* as it was */
    struct list_shape shape;
    GString *head; /* bytes of shape.head */
    guint64 data;  /* offset behind the head, the BOM, a "sep=" line */
    guint64 data_line;
    unsigned eols;           /* enum scan_eol met so far */
    char key[LIMIT_ADDRESS]; /* of the row */
    GString *rows;           /* bytes read last for list_row_bytes() */
    guint64 rows_at;         /* their offset */
    GPtrArray *notices;      /* char *, NULL at the end */
};

/* Sets "cannot read list 'x': problem"; returns false. */
bool list_fail(const struct list *list, const char *problem, GError **error);

/* Up to `len` bytes from `offset`; fewer at the end of the file only. -1 with the error set. */
ssize_t list_read(struct list *list, char *into, size_t len, guint64 offset, GError **error);

#endif
