/* SPDX-License-Identifier: MIT
 * A gzip file as a stream (RFC 1952), through GLib's converter. libarchive reads gzip too, but gives up the last 64 KB
 * before the place where a file was cut; here all that can be unpacked is. Several members in a row are one stream. */
#ifndef WINNOW_ARCHIVE_GUNZIP_H
#define WINNOW_ARCHIVE_GUNZIP_H

#include "core/archive/stream.h"

struct budget;

/* Reads from `packed`, which stays the caller's. `budget` (core/archive/pack.h) is charged with what comes out. */
struct stream *gunzip_new(struct stream *packed, struct budget *budget);
void gunzip_free(struct stream *stream);

#endif
