/* SPDX-License-Identifier: MIT */
#include "db/lock.h"

#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_TEXT = 128 };

static int open_again(const char *name)
{
    int fd;
    do
        fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* "4711 winnow clean\n": when the holder wrote it is when it took the lock. */
static bool fail_locked(const char *path, int fd, GError **error)
{
    char text[LOCK_TEXT] = {0}, *name = text;
    struct stat status;
    long holder = pread(fd, text, sizeof text - 1, 0) > 0 ? strtol(text, &name, 10) : 0;
    g_autoptr(GDateTime) since = fstat(fd, &status) == 0 ? g_date_time_new_from_unix_utc(status.st_mtime) : NULL;
    g_autofree char *when = since ? g_date_time_format(since, "%Y-%m-%dT%H:%M:%SZ") : NULL;
    g_strstrip(name);
    if (holder > 0 && when)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_LOCKED,
                    "state '%s' is held by process %ld%s%s%s since %s; try again when it has finished", path, holder,
                    *name ? " ('" : "", name, *name ? "')" : "", when);
    else
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_LOCKED,
                    "state '%s' is held by another process; try again when it has finished", path);
    return false;
}

static bool write_id(int fd)
{
    const char *name = g_get_prgname();
    g_autofree char *text = g_strdup_printf("%ld %.*s\n", (long)getpid(), LOCK_TEXT / 2, name ? name : "");
    size_t len = strlen(text);
    return ftruncate(fd, 0) == 0 && pwrite(fd, text, len, 0) == (ssize_t)len;
}

bool lock_take(const char *path, int *fd, bool *unclean, GError **error)
{
    g_autofree char *name = g_strconcat(path, ".lock", NULL);
    struct stat status;
    *fd = open_again(name);
    if (*fd >= 0 && flock(*fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        fail_locked(path, *fd, error);
        lock_release(*fd, false);
        *fd = -1;
        return false;
    }
    if (*fd >= 0 && fstat(*fd, &status) == 0) {
        *unclean = status.st_size > 0;
        if (write_id(*fd))
            return true;
    }
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "cannot lock state '%s': '%s': %s", path, name,
                g_strerror(errno));
    lock_release(*fd, false);
    *fd = -1;
    return false;
}

void lock_release(int fd, bool clean)
{
    if (fd < 0)
        return;
    if (clean && ftruncate(fd, 0) != 0)
        g_debug("the lock keeps its mark; the next run looks the state over");
    close(fd);
}
