/* SPDX-License-Identifier: MIT */
#include "core/archive/eol.h"

/* Bytes behind a run of CRs that stands for one line end, or for as many as it has CRs: returns those line ends. */
static size_t line_ends(const char **at, const char *end)
{
    const char *p = *at;
    while (p < end && *p == '\r')
        p++;
    size_t run = (size_t)(p - *at);
    *at = p;
    if (p < end && *p == '\n') {
        *at = p + 1;
        return 1;
    }
    return run;
}

size_t eol_copy(char *into, struct view from)
{
    const char *at = from.data, *end = at + from.len;
    char *out = into;
    while (at < end) {
        const char *cr = memchr(at, '\r', (size_t)(end - at));
        size_t plain = (size_t)((cr ? cr : end) - at);
        memcpy(out, at, plain);
        out += plain;
        if (!cr)
            break;
        at = cr;
        for (size_t n = line_ends(&at, end); n > 0; n--)
            *out++ = '\n';
    }
    return (size_t)(out - into);
}
