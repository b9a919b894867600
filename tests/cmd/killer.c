/* SPDX-License-Identifier: MIT
 * Preloaded by crash.t: kills the program at its KILL_AT-th call that changes a file, before the call is carried out;
 * with KILL_TORN=1 a write is carried out by half first. With KILL_COUNT=FILE nothing is killed; the calls are listed
 * there. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int calls;

static void list(const char *name)
{
    const char *path = getenv("KILL_COUNT");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    char line[32];
    int len = snprintf(line, sizeof line, "%s\n", name);
    ssize_t (*next)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    next(fd, line, (size_t)len);
    close(fd);
}

static int is_last(const char *name)
{
    const char *at = getenv("KILL_AT");
    list(name);
    return __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == (at ? atoi(at) : -1);
}

static void end(void)
{
    kill(getpid(), SIGKILL);
    pause();
}

static int is_torn(void)
{
    return getenv("KILL_TORN") != NULL;
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *data, size_t len)
{
    if (fd > 2 && is_last("write")) {
        if (is_torn())
            REAL(ssize_t, "write", int, const void *, size_t)(fd, data, len / 2);
        end();
    }
    return REAL(ssize_t, "write", int, const void *, size_t)(fd, data, len);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
    if (is_last("pwrite")) {
        if (is_torn())
            REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, data, len / 2, at);
        end();
    }
    return REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, data, len, at);
}

#define ONE(name, parameters, arguments, ...)                                                                          \
    int name parameters                                                                                                \
    {                                                                                                                  \
        if (is_last(#name))                                                                                            \
            end();                                                                                                     \
        return REAL(int, #name, __VA_ARGS__) arguments;                                                                \
    }

ONE(rename, (const char *from, const char *to), (from, to), const char *, const char *)
ONE(link, (const char *from, const char *to), (from, to), const char *, const char *)
ONE(unlink, (const char *path), (path), const char *)
ONE(fsync, (int fd), (fd), int)
ONE(fdatasync, (int fd), (fd), int)
ONE(ftruncate64, (int fd, off64_t len), (fd, len), int, off64_t)
ONE(fchmod, (int fd, mode_t mode), (fd, mode), int, mode_t)

/* The names without 64 are what 32-bit offsets ask for; here both mean the same. */
int ftruncate(int fd, off_t len) __attribute__((alias("ftruncate64")));
ssize_t pwrite(int fd, const void *data, size_t len, off_t at) __attribute__((alias("pwrite64")));
