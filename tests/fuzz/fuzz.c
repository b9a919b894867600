/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include "core/archive/eol.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

struct view fuzz_message(struct view bytes, char **memory)
{
    char *copy = g_malloc(bytes.len + 1);
    size_t len = eol_copy(copy, bytes);
    REQUIRE(len <= bytes.len);
    *memory = g_realloc(copy, MAX(len, (size_t)1));
    return (struct view){.data = *memory, .len = len};
}

void fuzz_touch(struct view v)
{
    static volatile unsigned char touched;
    for (size_t i = 0; i < v.len; i++)
        touched ^= (unsigned char)v.data[i];
    (void)touched;
}

void fuzz_text(struct view v)
{
    fuzz_touch(v);
    REQUIRE(v.len == 0 || g_utf8_validate_len(v.data, v.len, NULL));
}

const char *fuzz_file(struct view bytes)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    REQUIRE(fd >= 0 && ftruncate(fd, 0) == 0);
    REQUIRE(pwrite(fd, bytes.data, bytes.len, 0) == (ssize_t)bytes.len);
    return path;
}

struct view fuzz_take(struct view *rest, char separator)
{
    ssize_t at = view_index(*rest, separator);
    struct view taken = at < 0 ? *rest : view_first(*rest, (size_t)at);
    *rest = at < 0 ? (struct view){0} : view_from(*rest, (size_t)at + 1);
    return taken;
}
