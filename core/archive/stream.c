/* SPDX-License-Identifier: MIT */
#include "core/archive/stream.h"

#include "core/archive/digest.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a reader may sleep in front of a silent pipe before it asks whether it is still wanted. */
enum { ASK_MILLISECONDS = 200 };

ssize_t stream_fail(struct stream *stream, const char *failure)
{
    stream->failed = true;
    g_strlcpy(stream->failure, failure, sizeof stream->failure);
    return -1;
}

ssize_t stream_read(struct stream *stream, char *into, size_t size)
{
    if (size == 0)
        return 0;
    if (stream->unread.len > 0) {
        size_t n = MIN(size, stream->unread.len);
        memcpy(into, stream->unread.data, n);
        stream->unread = view_from(stream->unread, n);
        return (ssize_t)n;
    }
    return stream->failed ? -1 : stream->read(stream, into, size);
}

static bool wait_for_bytes(struct stream_file *file)
{
    struct pollfd ready = {.fd = file->fd, .events = POLLIN};
    for (;;) {
        if (file->halted && file->halted(file->user))
            return false;
        int n = poll(&ready, 1, ASK_MILLISECONDS);
        if (n > 0 || (n < 0 && errno != EINTR))
            return true; /* also on POLLHUP and POLLERR: read(2) says which */
    }
}

static void count(struct stream_file *file, size_t n)
{
    /* An unpacker may seek back; a file is never counted twice, or the progress bar would pass its end. */
    guint64 rest = file->regular ? (file->stream.size > file->counts ? file->stream.size - file->counts : 0) : n;
    guint64 added = MIN(rest, (guint64)n);
    file->counts += added;
    if (file->counted)
        *file->counted += added;
}

static ssize_t file_read(struct stream *stream, char *into, size_t size)
{
    struct stream_file *file = (struct stream_file *)stream;
    for (;;) {
        if (!file->regular && !wait_for_bytes(file))
            return 0;
        ssize_t n = read(file->fd, into, MIN(size, (size_t)G_MAXINT32));
        if (n >= 0) {
            count(file, (size_t)n);
            if (file->digest)
                digest_add(file->digest, file->at, (struct view){.data = into, .len = (size_t)n});
            file->at += (guint64)n;
            return n;
        }
        if (errno == EINTR || errno == EAGAIN)
            continue;
        stream->system = true;
        return stream_fail(stream, g_strerror(errno));
    }
}

static gint64 file_seek(struct stream *stream, gint64 offset, int whence)
{
    struct stream_file *file = (struct stream_file *)stream;
    if (whence == SEEK_CUR)
        offset -= (gint64)stream->unread.len;
    gint64 at = lseek(file->fd, offset, whence);
    if (at >= 0) {
        stream->unread = (struct view){0};
        file->at = (guint64)at;
    }
    return at;
}

void stream_file_init(struct stream_file *file, int fd)
{
    struct stat st;
    *file = (struct stream_file){.stream.read = file_read, .fd = fd};
    file->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (file->regular) {
        file->stream.size = (guint64)st.st_size;
        file->stream.seek = file_seek;
    }
}

/* All bytes of a stream over memory are "put back" bytes; behind them there is nothing. */
static ssize_t nothing_read(struct stream *stream, char *into, size_t size)
{
    (void)stream, (void)into, (void)size;
    return 0;
}

void stream_view_init(struct stream *stream, struct view bytes)
{
    *stream = (struct stream){.read = nothing_read, .unread = bytes, .size = bytes.len};
}
