/* SPDX-License-Identifier: MIT */
#include "core/output.h"

#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum {
    OUTPUT_BUFFER = 256 * 1024,
    OUTPUT_LINKS = 32,               /* followed in a row; the kernel's own limit is 40 */
    OUTPUT_BEHIND = 8 * 1024 * 1024, /* bytes after which the disk is told to begin, so that fsync() has little to do */
    OUTPUT_TRIES = 100,
    OUTPUT_NAME = 200, /* bytes of the name kept in the temporary one: NAME_MAX is 255 */
};

struct output {
    char *path;   /* as the user said it */
    char *target; /* what is replaced, links followed; NULL: written to directly */
    char *temp;   /* NULL: none, or no longer there */
    char *digest;
    XXH3_state_t *digesting;
    int fd;
    int lock; /* says that the temporary file has a writer that lives; -1: none */
    bool failed;
    size_t used;
    size_t behind; /* bytes that the disk was not told to write yet */
    char buffer[OUTPUT_BUFFER];
};

static XXH3_state_t *digest_begin(void)
{
    XXH3_state_t *digesting = XXH3_createState();
    if (!digesting)
        g_error("out of memory"); /* as GLib's functions do */
    XXH3_128bits_reset(digesting);
    return digesting;
}

static char *digest_text(const XXH3_state_t *digesting)
{
    XXH128_hash_t hash = XXH3_128bits_digest(digesting);
    return g_strdup_printf("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", (guint64)hash.high64,
                           (guint64)hash.low64);
}

static bool fail(struct output *output, int reason, GError **error)
{
    output->failed = true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "cannot write '%s': %s; %s", output->path, g_strerror(reason),
                output->target || output->fd < 0 ? "nothing was replaced" : "what was written so far is incomplete");
    return false;
}

char *output_follow(const char *path)
{
    g_autofree char *at = g_strdup(path);
    for (int i = 0; i < OUTPUT_LINKS; i++) {
        g_autofree char *next = g_file_read_link(at, NULL);
        if (!next)
            return g_steal_pointer(&at);
        g_autofree char *folder = g_path_get_dirname(at);
        g_free(at);
        at = g_path_is_absolute(next) ? g_strdup(next) : g_build_filename(folder, next, NULL);
    }
    errno = ELOOP;
    return NULL;
}

char *output_hidden_name(const char *target)
{
    g_autofree char *name = g_path_get_basename(target);
    return g_strdup_printf(".%.*s.winnow-", OUTPUT_NAME, name);
}

/* Who sweeps up after dead runs (keep.h) takes the lock before he removes a file. Between open() and flock() he may
 * have been faster: then the name is no longer that of our file. File systems that know no locks are not swept. */
static bool lock_temp(struct output *output, const char *path)
{
    struct stat ours, there;
    if (flock(output->fd, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK;
    if (fstat(output->fd, &ours) != 0 || stat(path, &there) != 0 || ours.st_ino != there.st_ino)
        return false;
    output->lock = fcntl(output->fd, F_DUPFD_CLOEXEC, 0); /* outlives output_finish(), which closes the other */
    return output->lock >= 0;
}

/* Opened with the mode of umask, not mkstemp()'s 0600: that is what the file will have. */
static bool open_temp(struct output *output)
{
    g_autofree char *folder = g_path_get_dirname(output->target);
    g_autofree char *prefix = output_hidden_name(output->target);
    for (int i = 0; i < OUTPUT_TRIES; i++) {
        g_autofree char *name = g_strdup_printf("%s%0*x", prefix, OUTPUT_RANDOM_DIGITS, g_random_int() & 0xffffff);
        g_autofree char *temp = g_build_filename(folder, name, NULL);
        output->fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (output->fd < 0 && errno != EEXIST)
            return false;
        if (output->fd >= 0 && lock_temp(output, temp)) {
            output->temp = g_steal_pointer(&temp);
            return true;
        }
        if (output->fd >= 0)
            close(output->fd);
        output->fd = -1;
    }
    errno = EEXIST;
    return false;
}

/* Mode and, as far as we may, owner of the file that is going to be replaced. */
static int keep_mode(int fd, const struct stat *old)
{
    if (fchown(fd, old->st_uid, old->st_gid) != 0 && errno != EPERM)
        return -1;
    return fchmod(fd, old->st_mode & 0777);
}

static bool open_file(struct output *output)
{
    struct stat old;
    bool exists = stat(output->path, &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return false;
    }
    /* /dev/stdout leads to "pipe:[…]", which is no path: what is no file is opened by the name it has. */
    if (exists && !S_ISREG(old.st_mode)) {
        output->fd = open(output->path, O_WRONLY | O_CLOEXEC);
        return output->fd >= 0;
    }
    output->target = output_follow(output->path);
    if (!output->target)
        return false;
    return open_temp(output) && (!exists || keep_mode(output->fd, &old) == 0);
}

struct output *output_open(const char *path, GError **error)
{
    struct output *output = g_new0(struct output, 1);
    output->path = g_strdup(path);
    output->digesting = digest_begin();
    output->fd = output->lock = -1;
    if (strcmp(path, "-") == 0) {
        output->fd = STDOUT_FILENO;
    } else if (!open_file(output)) {
        fail(output, errno, error);
        output_free(output);
        return NULL;
    }
    return output;
}

/* Does not wait for the disk; where this is not supported, fsync() does it all. */
static void start_disk(struct output *output)
{
    sync_file_range(output->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    output->behind = 0;
}

static bool write_all(struct output *output, struct view bytes, GError **error)
{
    XXH3_128bits_update(output->digesting, bytes.data, bytes.len);
    while (bytes.len > 0) {
        ssize_t n = write(output->fd, bytes.data, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(output, n < 0 ? errno : EIO, error);
        bytes = view_from(bytes, (size_t)n);
        output->behind += (size_t)n;
    }
    if (output->target && output->behind >= OUTPUT_BEHIND)
        start_disk(output);
    return true;
}

static bool flush(struct output *output, GError **error)
{
    struct view held = {.data = output->buffer, .len = output->used};
    output->used = 0;
    return write_all(output, held, error);
}

bool output_write(struct output *output, struct view bytes, GError **error)
{
    if (output->failed || output->fd < 0)
        return fail(output, EBADF, error);
    if (bytes.len > sizeof output->buffer - output->used && !flush(output, error))
        return false;
    if (bytes.len >= sizeof output->buffer)
        return write_all(output, bytes, error);
    if (bytes.len > 0)
        memcpy(output->buffer + output->used, bytes.data, bytes.len);
    output->used += bytes.len;
    return true;
}

/* Pipes and some file systems know no fsync; that is no failure to write. */
static bool sync_fd(int fd)
{
    int done = 0;
    do
        done = fsync(fd);
    while (done != 0 && errno == EINTR);
    return done == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

bool output_finish(struct output *output, GError **error)
{
    if (output->failed || output->fd < 0)
        return fail(output, EBADF, error);
    if (!flush(output, error))
        return false;
    if (!sync_fd(output->fd))
        return fail(output, errno, error);
    int fd = output->fd;
    output->fd = -1;
    /* After EINTR the descriptor is closed all the same (close(2), Linux). */
    if (fd != STDOUT_FILENO && close(fd) != 0 && errno != EINTR)
        return fail(output, errno, error);
    output->digest = digest_text(output->digesting);
    return true;
}

static bool sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == EACCES; /* a folder that may be written but not read cannot be synced */
    bool done = sync_fd(fd);
    int reason = errno;
    close(fd);
    errno = reason;
    return done;
}

bool output_publish(struct output *output, GError **error)
{
    if (output->failed || !output->digest)
        return fail(output, EBADF, error);
    if (!output->temp)
        return true;
    if (rename(output->temp, output->target) != 0)
        return fail(output, errno, error);
    g_clear_pointer(&output->temp, g_free);
    if (sync_folder(output->target))
        return true;
    output->failed = true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "cannot sync the folder of '%s': %s; the file is in place",
                output->path, g_strerror(errno));
    return false;
}

void output_free(struct output *output)
{
    if (!output)
        return;
    if (output->fd >= 0 && output->fd != STDOUT_FILENO)
        close(output->fd);
    if (output->temp)
        unlink(output->temp);
    if (output->lock >= 0)
        close(output->lock);
    XXH3_freeState(output->digesting);
    g_free(output->digest);
    g_free(output->temp);
    g_free(output->target);
    g_free(output->path);
    g_free(output);
}

void output_leave(struct output *output)
{
    g_clear_pointer(&output->temp, g_free);
}

const char *output_temporary(const struct output *output)
{
    return output->temp;
}

const char *output_digest(const struct output *output)
{
    return output->digest;
}

static bool read_all(int fd, XXH3_state_t *digesting)
{
    g_autofree char *buffer = g_malloc(OUTPUT_BUFFER);
    for (;;) {
        ssize_t n = read(fd, buffer, OUTPUT_BUFFER);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        XXH3_128bits_update(digesting, buffer, (size_t)n);
    }
}

static char *digest_fd(int fd)
{
    XXH3_state_t *digesting = digest_begin();
    char *digest = read_all(fd, digesting) ? digest_text(digesting) : NULL;
    XXH3_freeState(digesting);
    return digest;
}

char *file_digest(const char *path, GError **error)
{
    /* Without O_NONBLOCK a named pipe would make us wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return NULL;
    struct stat info;
    bool opened = fd >= 0 && fstat(fd, &info) == 0;
    bool file = opened && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
    char *digest = file ? digest_fd(fd) : NULL;
    if (!opened || (file && !digest))
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "cannot read '%s': %s; it is left as it is", path,
                    g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return digest;
}
