/* SPDX-License-Identifier: MIT
 * A configuration text in the format of GKeyFile that remembers its lines, so that every complaint can name one. What
 * GKeyFile would take silently is an error: a key that is set twice, a control character. A group may stand again.
 * Owned by the caller; strings live as long as the conf. */
#ifndef WINNOW_POLICY_CONF_H
#define WINNOW_POLICY_CONF_H

#include "core/view.h"

struct conf_entry {
    const char *group, *key;
    const char *value; /* without the blanks around it, its escapes (\s \t \n \r \\) undone */
    unsigned line;
};

struct conf {
    char *name;         /* as errors call it */
    GPtrArray *entries; /* struct conf_entry *, in the order of the file */
    GPtrArray *heads;   /* struct conf_entry * without key and value: each line that opens a group */
    GStringChunk *strings;
};

/* `text` of `name`. WINNOW_ERROR_CONFIG "NAME:LINE: problem". */
struct conf *conf_parse(const char *name, struct view text, GError **error);
/* The file `path` (core/text_file.h), LIMIT_CONFIG_FILE bytes at most. */
struct conf *conf_load(const char *path, GError **error);
void conf_free(struct conf *conf);

/* As it is read back. */
void conf_append_value(GString *out, const char *value);

/* Sets WINNOW_ERROR_CONFIG "NAME:LINE: problem", which is cut if it is very long, and returns false. */
bool conf_fail(const struct conf *conf, unsigned line, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);

#endif
