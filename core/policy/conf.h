/* SPDX-License-Identifier: MIT
 * A configuration text (GKeyFile) that remembers its lines, so that every complaint can name one.
 * GKeyFile reads the values; this knows only where groups and keys stand. Set twice is an error, as is what GKeyFile
 * would take silently. Owned by the caller; strings live as long as the conf. */
#ifndef WINNOW_POLICY_CONF_H
#define WINNOW_POLICY_CONF_H

#include "core/view.h"

struct conf_entry {
    const char *group, *key;
    char *value;
    unsigned line;
};

struct conf {
    char *name;         /* as errors call it */
    GPtrArray *entries; /* struct conf_entry *, in the order of the file */
    GStringChunk *strings;
};

/* `text` of `name`. WINNOW_ERROR_CONFIG "NAME:LINE: problem". */
struct conf *conf_parse(const char *name, struct view text, GError **error);
/* The file `path`, LIMIT_CONFIG_FILE bytes at most. */
struct conf *conf_load(const char *path, GError **error);
void conf_free(struct conf *conf);

/* Sets WINNOW_ERROR_CONFIG "NAME:LINE: problem" and returns false. */
bool conf_fail(const struct conf *conf, unsigned line, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);

#endif
