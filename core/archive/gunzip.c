/* SPDX-License-Identifier: MIT */
#include "core/archive/gunzip.h"

#include "core/archive/pack.h"
#include "core/archive/sniff.h"
#include <gio/gio.h>

enum { PIECE = 64 * 1024 };

struct gunzip {
    struct stream stream;
    struct stream *packed;
    struct budget *budget;
    GConverter *converter;
    size_t begin, end; /* packed bytes not yet used */
    bool over;         /* of `packed` */
    bool between;      /* a member has ended, none has begun */
    bool any;          /* a member has been read */
    char piece[PIECE];
};

/* More packed bytes behind those that are left; false if reading failed. */
static bool refill(struct gunzip *gunzip)
{
    memmove(gunzip->piece, gunzip->piece + gunzip->begin, gunzip->end - gunzip->begin);
    gunzip->end -= gunzip->begin;
    gunzip->begin = 0;
    ssize_t n = stream_read(gunzip->packed, gunzip->piece + gunzip->end, sizeof gunzip->piece - gunzip->end);
    gunzip->over |= n == 0 && gunzip->end < sizeof gunzip->piece;
    gunzip->end += n > 0 ? (size_t)n : 0;
    return n >= 0;
}

static struct view packed_view(const struct gunzip *gunzip)
{
    return view_range(gunzip->piece + gunzip->begin, gunzip->piece + gunzip->end);
}

static ssize_t fail_like(struct gunzip *gunzip, const struct stream *packed)
{
    gunzip->stream.system = packed->system;
    return stream_fail(&gunzip->stream, packed->failure);
}

/* Between members: another one, or the end; gzip(1) ignores what else may follow, padding of tapes mostly. */
static ssize_t begin_member(struct gunzip *gunzip)
{
    while (gunzip->end - gunzip->begin < 3 && !gunzip->over) {
        if (!refill(gunzip))
            return fail_like(gunzip, gunzip->packed);
    }
    if (!sniff_is_gzip(packed_view(gunzip)))
        return 0;
    if (gunzip->any)
        g_converter_reset(gunzip->converter);
    gunzip->between = false;
    return 1;
}

/* One call of the converter: bytes unpacked, 0 if it wants more, -1. */
static ssize_t convert(struct gunzip *gunzip, char *into, size_t size)
{
    g_autoptr(GError) error = NULL;
    gsize used = 0, written = 0;
    GConverterResult result =
        g_converter_convert(gunzip->converter, gunzip->piece + gunzip->begin, gunzip->end - gunzip->begin, into, size,
                            gunzip->over ? G_CONVERTER_INPUT_AT_END : 0, &used, &written, &error);
    if (result == G_CONVERTER_ERROR && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return gunzip->over ? stream_fail(&gunzip->stream, "truncated gzip input") : 0;
    if (result == G_CONVERTER_ERROR)
        return stream_fail(&gunzip->stream, "damaged gzip input");
    gunzip->begin += used;
    if (result == G_CONVERTER_FINISHED)
        gunzip->between = gunzip->any = true;
    return (ssize_t)written;
}

static ssize_t gunzip_read(struct stream *stream, char *into, size_t size)
{
    struct gunzip *gunzip = (struct gunzip *)stream;
    for (;;) {
        if (gunzip->between) {
            ssize_t n = begin_member(gunzip);
            if (n <= 0)
                return n;
        }
        if (gunzip->begin == gunzip->end && !gunzip->over && !refill(gunzip))
            return fail_like(gunzip, gunzip->packed);
        size_t before = gunzip->end - gunzip->begin;
        ssize_t n = convert(gunzip, into, size);
        if (n > 0)
            return budget_charge(gunzip->budget, (guint64)n, stream) ? n : -1;
        if (n < 0)
            return -1;
        /* Nothing came and nothing was used: it wants to see more than is there. */
        if (!gunzip->between && gunzip->end - gunzip->begin == before && !gunzip->over && !refill(gunzip))
            return fail_like(gunzip, gunzip->packed);
    }
}

struct stream *gunzip_new(struct stream *packed, struct budget *budget)
{
    struct gunzip *gunzip = g_new0(struct gunzip, 1);
    gunzip->stream.read = gunzip_read;
    gunzip->packed = packed;
    gunzip->budget = budget;
    gunzip->converter = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    gunzip->between = true;
    return &gunzip->stream;
}

void gunzip_free(struct stream *stream)
{
    struct gunzip *gunzip = (struct gunzip *)stream;
    g_clear_object(&gunzip->converter);
    g_free(gunzip);
}
