/* SPDX-License-Identifier: MIT */
#include "core/keep.h"

#include "core/error.h"
#include "core/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { COPY_BUFFER = 256 * 1024 };

static bool fail(const char *verb, const char *path, int reason, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "cannot %s '%s': %s", verb, path, g_strerror(reason));
    return false;
}

char *keep_target(const char *path)
{
    struct stat info;
    if (g_str_equal(path, "-") || (stat(path, &info) == 0 && !S_ISREG(info.st_mode)))
        return NULL;
    g_autofree char *file = output_follow(path);
    return file ? g_canonicalize_filename(file, NULL) : NULL;
}

char *keep_name(const char *target, gint64 run)
{
    g_autofree char *folder = g_path_get_dirname(target);
    g_autofree char *prefix = output_hidden_name(target);
    g_autofree char *name = g_strdup_printf("%sundo-%" G_GINT64_FORMAT, prefix, run);
    return g_build_filename(folder, name, NULL);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool copy_bytes(int from, int to)
{
    g_autofree char *buffer = g_malloc(COPY_BUFFER);
    for (;;) {
        ssize_t n = read(from, buffer, COPY_BUFFER);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        for (ssize_t at = 0; at < n;) {
            ssize_t written = write(to, buffer + at, (size_t)(n - at));
            if (written < 0 && errno != EINTR)
                return false;
            at += MAX(written, 0);
        }
    }
}

static bool copy(const char *target, const char *kept)
{
    int from = open(target, O_RDONLY | O_CLOEXEC);
    int to = from >= 0 ? open(kept, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    struct stat info;
    bool done = to >= 0 && fstat(from, &info) == 0 && copy_bytes(from, to) && fchmod(to, info.st_mode & 0777) == 0 &&
                fsync(to) == 0;
    int reason = errno;
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    errno = reason;
    return done;
}

bool keep_file(const char *target, const struct stat *seen, const char *kept, GError **error)
{
    struct stat now, there;
    /* A name that is taken was left by a run of this number that was killed before it counted. */
    if (lstat(kept, &there) == 0 && unlink(kept) != 0)
        return fail("replace", kept, errno, error);
    bool linked = link(target, kept) == 0;
    if (!linked && !copy(target, kept)) {
        int reason = errno;
        unlink(kept);
        return fail("keep", target, reason, error);
    }
    if (stat(linked ? kept : target, &now) == 0 && same_file(&now, seen))
        return true;
    unlink(kept);
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT,
                "'%s' changed while the run was at work; nothing was replaced", target);
    return false;
}

static void sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

bool keep_move(const char *source, const char *target, GError **error)
{
    if (rename(source, target) != 0)
        return fail("write", target, errno, error);
    sync_folder(target);
    return true;
}

/* --- temporary files ---------------------------------------------------------------------------------------------- */

static bool is_temporary(const char *name, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(prefixes[i]);
        const char *rest = name + len;
        if (strncmp(name, prefixes[i], len) == 0 && strlen(rest) == OUTPUT_RANDOM_DIGITS &&
            strspn(rest, "0123456789abcdef") == OUTPUT_RANDOM_DIGITS)
            return true;
    }
    return false;
}

/* A writer holds a lock on its file as long as it lives: see output.c. */
static void remove_stale(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlink(path);
    close(fd);
}

static void sweep_folder(const char *folder, const char *const *prefixes, size_t count)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        if (name[0] != '.' || !is_temporary(name, prefixes, count))
            continue;
        g_autofree char *path = g_build_filename(folder, name, NULL);
        remove_stale(path);
    }
}

void keep_sweep(const char *const *targets, size_t count)
{
    g_autoptr(GHashTable) swept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) prefixes = g_new0(char *, count + 1);
    for (size_t i = 0; i < count; i++)
        prefixes[i] = output_hidden_name(targets[i]);
    for (size_t i = 0; i < count; i++) {
        char *folder = g_path_get_dirname(targets[i]);
        if (g_hash_table_add(swept, folder))
            sweep_folder(folder, (const char *const *)prefixes, count);
    }
}
