/* SPDX-License-Identifier: MIT
 * The options that say what a list is: its columns, its name, who gave a sign of life. */
#ifndef WINNOW_CMD_LISTING_H
#define WINNOW_CMD_LISTING_H

#include "core/list/list.h"

/* Zeroed is the default. Strings belong to it. */
struct listing {
    char *email_column, *id_column, *delimiter;
    char *subscribed_column, *engaged_column;
    char *engaged;   /* --engaged FILE */
    char *list_name; /* --list-name */
    char *match;     /* --match */
};

void listing_add_options(struct listing *listing, GOptionContext *context);
void listing_clear(struct listing *listing);
/* Before the list is opened. WINNOW_ERROR_USAGE. */
bool listing_check(const struct listing *listing, GError **error);
struct list *listing_open(const struct listing *listing, const char *path, GError **error);
/* The rules of --match (core/match/alike.h); 0: none. */
unsigned listing_alike(const struct listing *listing);
/* What policy groups call the list at `path`: --list-name, else the name of the file. To be freed. */
char *listing_name(const struct listing *listing, const char *path);

#endif
