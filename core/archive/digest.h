/* SPDX-License-Identifier: MIT
 * The digest of a file's bytes from its first one on, taken while it is read. Knows how far it has come, so that bytes
 * read twice count once; a reader that leaps forward spoils it. One thread. */
#ifndef WINNOW_ARCHIVE_DIGEST_H
#define WINNOW_ARCHIVE_DIGEST_H

#include "core/archive/position.h"

struct digest;

struct digest *digest_new(void);
void digest_free(struct digest *digest);
void digest_reset(struct digest *digest);

/* `bytes` stand at `offset` in the file. */
void digest_add(struct digest *digest, guint64 offset, struct view bytes);
/* Bytes from the start that are in it; 0 if it is spoiled. */
guint64 digest_length(const struct digest *digest);
struct digest128 digest_value(const struct digest *digest);

/* Brings it to `length` bytes by reading `fd`, whose position stays. False if there are fewer, they cannot be read, or
 * `halted` says so (may be NULL). */
bool digest_extend(struct digest *digest, int fd, guint64 length, bool (*halted)(void *user), void *user);

#endif
