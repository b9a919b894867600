/* SPDX-License-Identifier: MIT
 * Members of packed files, one after the other, through libarchive: tar and zip, and a file that is only compressed
 * (bz2, xz, zst, lzma, Z) as its one nameless member. Everything of libarchive is here; no filter that starts a program
 * is let in. What is inside a member is not looked at. One thread. */
#ifndef WINNOW_ARCHIVE_PACK_H
#define WINNOW_ARCHIVE_PACK_H

#include "core/archive/stream.h"

/* What one packed file, with all that is packed inside of it, may unpack to. Against bombs. */
struct budget {
    const guint64 *packed; /* bytes of the outermost file read so far, counted by its stream; NULL: not known */
    guint64 packed_before; /* *packed when that file was begun */
    guint64 unpacked;      /* at all levels together */
    guint64 members;
    bool exceeded;
};

/* Adds to what came out; past a limit the stream fails with the reason and false is returned. */
bool budget_charge(struct budget *budget, guint64 unpacked, struct stream *stream);

struct pack;

/* Reads from `packed`, which stays the caller's, as `budget` does. Never NULL; an unreadable file has no members. */
struct pack *pack_open(struct stream *packed, struct budget *budget);
void pack_close(struct pack *pack);

/* Steps to the next regular file; false at the end or on failure. `name` is valid UTF-8, valid until the next call,
 * NULL for the nameless member. */
bool pack_next(struct pack *pack, const char **name);
/* The member's bytes; the pack's. */
struct stream *pack_member(struct pack *pack);
/* Why the members ended early, in libarchive's words; NULL if they did not, or if the member's stream said so already.
 */
const char *pack_failure(const struct pack *pack);

#endif
