/* SPDX-License-Identifier: MIT
 * Output files that appear whole or not at all: written beside their place under a temporary name, fsynced, renamed.
 * Several files are finished first and published together at the end, so that a failure leaves all old ones.
 * "-" is standard output; devices and pipes are written to directly; of a symbolic link the target is replaced.
 * An output that is freed before output_publish() leaves nothing behind. One thread. */
#ifndef WINNOW_OUTPUT_H
#define WINNOW_OUTPUT_H

#include "core/view.h"

struct output;

/* Errors of all: WINNOW_ERROR_OUTPUT, naming the path. The file has the mode of the one it replaces, else that of
 * umask. */
struct output *output_open(const char *path, GError **error);
bool output_write(struct output *output, struct view bytes, GError **error);
/* Flushes, fsyncs, closes. The digest of what was written can be asked afterwards. */
bool output_finish(struct output *output, GError **error);
/* Renames into place and fsyncs the directory. */
bool output_publish(struct output *output, GError **error);
void output_free(struct output *output);
/* The temporary file stays when the output is freed: somebody else will publish it. */
void output_leave(struct output *output);

/* The file behind a chain of symbolic links, which need not exist yet; NULL with errno set. To be freed. */
char *output_follow(const char *path);
/* ".NAME.winnow-": what hidden files beside `target` begin with; temporary ones go on with OUTPUT_RANDOM_DIGITS hex
 * digits and are locked (flock) by their writer. To be freed. */
char *output_hidden_name(const char *target);
enum { OUTPUT_RANDOM_DIGITS = 6 };
/* The temporary file; NULL if there is none (standard output, a device, or it is in place). */
const char *output_temporary(const struct output *output);
const char *output_digest(const struct output *output); /* hex, after output_finish() */

/* The same digest of a file, to be freed; NULL without an error if there is no such file, or it is none (a device).
 * XXH3, 128 bits: it tells our own file from one that somebody edited, which is no matter of adversaries, and costs
 * next to nothing, while any hash of GLib's would be most of the cost of a copy. */
char *file_digest(const char *path, GError **error);

#endif
