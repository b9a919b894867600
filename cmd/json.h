/* SPDX-License-Identifier: MIT
 * JSON (RFC 8259), appended: for records by the million. Invalid UTF-8 becomes U+FFFD. */
#ifndef WINNOW_CMD_JSON_H
#define WINNOW_CMD_JSON_H

#include "core/view.h"

/* "text" in quotes. */
void append_json(GString *into, struct view text);
/* The same, or null if it is empty. */
void append_json_or_null(GString *into, struct view text);
/* Members of an object: the key, with the comma that belongs before it, and what is above or below as its value. */
void append_json_key(GString *into, const char *key);
void append_json_text(GString *into, const char *key, struct view text);
void append_json_number(GString *into, const char *key, guint64 number);
void append_json_when(GString *into, const char *key, gint64 time);
/* Unix seconds as RFC 3339 in UTC, or null for 0. */
void append_json_time(GString *into, gint64 time);
/* RFC 3339 in UTC, without quotes; nothing for 0. */
void append_time(GString *into, gint64 time);

#endif
