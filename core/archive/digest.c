/* SPDX-License-Identifier: MIT */
#include "core/archive/digest.h"

#include <errno.h>
#include <unistd.h>
#include <xxhash.h>

enum { PIECE = 256 * 1024 };

struct digest {
    XXH3_state_t *state;
    guint64 length;
    bool spoiled;
    char *piece; /* made when first needed */
};

struct digest *digest_new(void)
{
    struct digest *digest = g_new0(struct digest, 1);
    digest->state = XXH3_createState();
    if (!digest->state)
        g_error("out of memory"); /* as GLib's functions do */
    digest_reset(digest);
    return digest;
}

void digest_free(struct digest *digest)
{
    if (!digest)
        return;
    XXH3_freeState(digest->state);
    g_free(digest->piece);
    g_free(digest);
}

void digest_reset(struct digest *digest)
{
    XXH3_128bits_reset(digest->state);
    digest->length = 0;
    digest->spoiled = false;
}

void digest_add(struct digest *digest, guint64 offset, struct view bytes)
{
    if (offset > digest->length)
        digest->spoiled = true;
    if (digest->spoiled || offset + bytes.len <= digest->length)
        return;
    struct view fresh = view_from(bytes, (size_t)(digest->length - offset));
    XXH3_128bits_update(digest->state, fresh.data, fresh.len);
    digest->length += fresh.len;
}

guint64 digest_length(const struct digest *digest)
{
    return digest->spoiled ? 0 : digest->length;
}

struct digest128 digest_value(const struct digest *digest)
{
    XXH128_hash_t hash = XXH3_128bits_digest(digest->state);
    return (struct digest128){.high = hash.high64, .low = hash.low64};
}

bool digest_extend(struct digest *digest, int fd, guint64 length, bool (*halted)(void *user), void *user)
{
    if (digest->spoiled || digest->length > length)
        digest_reset(digest);
    if (!digest->piece)
        digest->piece = g_malloc(PIECE);
    while (digest->length < length) {
        if (halted && halted(user))
            return false;
        size_t wanted = (size_t)MIN((guint64)PIECE, length - digest->length);
        ssize_t n = pread(fd, digest->piece, wanted, (off_t)digest->length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        digest_add(digest, digest->length, (struct view){.data = digest->piece, .len = (size_t)n});
    }
    return true;
}
