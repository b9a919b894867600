/* SPDX-License-Identifier: MIT
 * Walks what the user named: files, pipes, Maildir and Maildir++, MH, trees of all of them, in byte order of names.
 * Knows directories; what a file is, reader.h finds by looking inside. Trouble is said in the feed. One thread. */
#ifndef WINNOW_ARCHIVE_SOURCE_H
#define WINNOW_ARCHIVE_SOURCE_H

#include "core/archive/recall.h"

struct source {
    struct reader reader;
    struct recall recall;
    GStringChunk *paths; /* origin.path points here until source_clear() */
};

/* `positions`: what is known of earlier runs, and takes down this one; NULL: everything is read. */
void source_init(struct source *source, struct feed *feed, guint64 max_message, struct positions *positions);
void source_clear(struct source *source);

/* Is there anything at `path`? Error: WINNOW_ERROR_INPUT. "-" always is. */
bool source_exists(const char *path, GError **error);

/* Sum of the sizes of the files that source_read() would read, as far as names and times tell; 0 if that cannot be
 * known. Stats, opens no file. */
guint64 source_size(struct source *source, const char *const *paths);

/* Reads everything at `path`; "-" is standard input, which stays open. False when the run is to end.
 * Left alone in a walk: hidden files, what mail programs keep beside mail, a Maildir's tmp, pipes, sockets, devices and
 * links back to a directory being walked. */
bool source_read(struct source *source, const char *path);

#endif
