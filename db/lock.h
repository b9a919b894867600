/* SPDX-License-Identifier: MIT
 * One writer at a time: flock() on FILE.lock, which carries its holder's process id and name. The system drops the lock
 * when the holder dies, however it dies, so no lock is ever stale; an id that is still written there then says so. The
 * file stays: removing it would let two runs hold two locks of one name. */
#ifndef WINNOW_DB_LOCK_H
#define WINNOW_DB_LOCK_H

#include <glib.h>
#include <stdbool.h>

/* Never waits. *unclean: the last holder died without lock_release(). WINNOW_ERROR_LOCKED names the holder. */
bool lock_take(const char *path, int *fd, bool *unclean, GError **error);
/* `clean` false leaves the mark, so that the next holder looks the state over. -1 is nothing to release. */
void lock_release(int fd, bool clean);

#endif
