/* SPDX-License-Identifier: MIT
 * What every fuzz target shares. A target is one file with LLVMFuzzerTestOneInput(), which calls the functions that the
 * product calls and states what must hold whatever the bytes are. With clang's libFuzzer `make fuzz` searches for input
 * that breaks it; with any compiler replay.c feeds it files, and `make check` does so with samples and regressions. */
#ifndef WINNOW_TESTS_FUZZ_H
#define WINNOW_TESTS_FUZZ_H

#include "core/view.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts and says what did not hold. */
#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fuzz_fail(__FILE__, __LINE__, #condition);                                                                 \
    } while (0)
G_NORETURN void fuzz_fail(const char *file, int line, const char *condition);

static inline struct view fuzz_view(const uint8_t *data, size_t size)
{
    return (struct view){.data = (const char *)data, .len = size};
}

/* The bytes as core/archive hands them on, in memory that ends where they end; *memory is to be freed. */
struct view fuzz_message(struct view bytes, char **memory);

/* Reads every byte of `v`, so that the sanitizers see a view of memory that is not there. */
void fuzz_touch(struct view v);
/* The same of what must be UTF-8. */
void fuzz_text(struct view v);

/* A path at which a file with these bytes can be read until the next call. */
const char *fuzz_file(struct view bytes);

/* Takes up to the first `separator` off `rest`; all of it, if there is none. */
struct view fuzz_take(struct view *rest, char separator);

#endif
