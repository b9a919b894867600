/* SPDX-License-Identifier: MIT
 * What stands beside an output under a hidden name: the bytes that it replaced, kept for undo, and the temporary files
 * of runs that were killed. Errors: WINNOW_ERROR_OUTPUT. */
#ifndef WINNOW_KEEP_H
#define WINNOW_KEEP_H

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

/* The file that is replaced when something is written to `path`: absolute, links followed; NULL if that is no file but
 * a device or a pipe. To be freed. */
char *keep_target(const char *path);
/* ".NAME.winnow-undo-RUN" in the folder of `target`; to be freed. */
char *keep_name(const char *target, gint64 run);

/* Gives `target` the second name `kept` (a hard link; a copy where the file system has none). `seen` says what it was
 * when it was looked at: if it changed since, an error, and nothing is kept. */
bool keep_file(const char *target, const struct stat *seen, const char *kept, GError **error);
/* Renames within a folder, and fsyncs it. */
bool keep_move(const char *source, const char *target, GError **error);

/* Removes temporary files of these targets whose writer is dead: of our name, our user's, and locked by nobody. */
void keep_sweep(const char *const *targets, size_t count);

#endif
