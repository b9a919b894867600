/* SPDX-License-Identifier: MIT */
#include "core/archive/pack.h"

#include "core/limits.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>

enum { PIECE = 128 * 1024, RETRIES = 16 };

struct pack {
    struct stream member;
    struct stream *packed;
    struct budget *budget;
    struct archive *archive;
    char *name;
    char failure[160];
    char piece[PIECE];
};

bool budget_charge(struct budget *budget, guint64 unpacked, struct stream *stream)
{
    budget->unpacked += unpacked;
    guint64 packed = budget->packed ? *budget->packed - budget->packed_before : G_MAXUINT64;
    char why[80] = "";
    if (budget->unpacked > LIMIT_UNPACKED)
        g_snprintf(why, sizeof why, "unpacks to more than %" G_GUINT64_FORMAT " bytes", LIMIT_UNPACKED);
    else if (budget->unpacked > LIMIT_UNPACK_FREE && budget->unpacked / LIMIT_UNPACK_RATIO > packed)
        g_snprintf(why, sizeof why, "unpacks to more than %d times its size", LIMIT_UNPACK_RATIO);
    if (!why[0])
        return true;
    stream_fail(stream, why);
    budget->exceeded = true;
    return false;
}

static la_ssize_t on_read(struct archive *archive, void *user, const void **bytes)
{
    struct pack *pack = user;
    ssize_t n = stream_read(pack->packed, pack->piece, sizeof pack->piece);
    *bytes = pack->piece;
    if (n < 0)
        archive_set_error(archive, EIO, "%s", pack->packed->failure);
    return n;
}

static la_int64_t on_seek(struct archive *archive, void *user, la_int64_t offset, int whence)
{
    struct pack *pack = user;
    gint64 at = pack->packed->seek(pack->packed, offset, whence);
    if (at < 0)
        archive_set_error(archive, EIO, "cannot seek");
    return at < 0 ? ARCHIVE_FATAL : at;
}

static const char *failure_of(const struct pack *pack)
{
    const char *why = archive_error_string(pack->archive);
    if (why && strstr(why, "No progress is possible"))
        return "truncated xz input"; /* which is what liblzma means */
    return why ? why : "damaged";
}

static void remember_failure(struct pack *pack)
{
    g_strlcpy(pack->failure, failure_of(pack), sizeof pack->failure);
}

struct pack *pack_open(struct stream *packed, struct budget *budget)
{
    struct pack *pack = g_new0(struct pack, 1);
    struct archive *archive = archive_read_new();
    pack->archive = archive;
    pack->packed = packed;
    pack->budget = budget;
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_compress(archive);
    archive_read_support_filter_lzma(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    archive_read_set_callback_data(archive, pack);
    archive_read_set_read_callback(archive, on_read);
    if (packed->seek)
        archive_read_set_seek_callback(archive, on_seek);
    if (archive_read_open1(archive) != ARCHIVE_OK)
        remember_failure(pack);
    return pack;
}

void pack_close(struct pack *pack)
{
    archive_read_free(pack->archive);
    g_free(pack->name);
    g_free(pack);
}

static ssize_t member_read(struct stream *stream, char *into, size_t size)
{
    struct pack *pack = (struct pack *)stream;
    la_ssize_t n = ARCHIVE_RETRY;
    for (int tries = 0; n == ARCHIVE_RETRY && tries < RETRIES; tries++)
        n = archive_read_data(pack->archive, into, size);
    if (n < 0) {
        stream->system = pack->packed->failed && pack->packed->system;
        return stream_fail(stream, failure_of(pack));
    }
    return budget_charge(pack->budget, (guint64)n, stream) ? n : -1;
}

/* Reads what the caller left of a member. Not archive_read_data_skip(): it would unpack a bomb uncounted. */
static void drain(struct pack *pack)
{
    g_autofree char *sink = g_malloc(PIECE);
    bool said = pack->member.failed;
    while (pack->member.read && stream_read(&pack->member, sink, PIECE) > 0)
        continue;
    if (pack->member.failed && !said)
        g_strlcpy(pack->failure, pack->member.failure, sizeof pack->failure);
}

static void name_member(struct pack *pack, struct archive_entry *entry)
{
    g_clear_pointer(&pack->name, g_free);
    if (archive_format(pack->archive) == ARCHIVE_FORMAT_RAW)
        return;
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name)
        name = archive_entry_pathname(entry);
    pack->name = name ? g_utf8_make_valid(name, -1) : g_strdup_printf("%" G_GUINT64_FORMAT, pack->budget->members);
}

/* Takes the header of the next member; `failure` says why not, if it cannot. */
static bool next_header(struct pack *pack, struct archive_entry **entry)
{
    bool said = pack->member.failed;
    int answer = archive_read_next_header(pack->archive, entry);
    if (answer == ARCHIVE_EOF || (answer == ARCHIVE_FATAL && said))
        return false;
    pack->member = (struct stream){.read = member_read};
    if (answer == ARCHIVE_FATAL)
        remember_failure(pack);
    else if (++pack->budget->members > LIMIT_PACK_MEMBERS)
        g_strlcpy(pack->failure, "too many members", sizeof pack->failure);
    else if (archive_format(pack->archive) == ARCHIVE_FORMAT_RAW && archive_filter_count(pack->archive) < 2)
        g_strlcpy(pack->failure, "not a packed file after all", sizeof pack->failure);
    return pack->failure[0] == '\0';
}

bool pack_next(struct pack *pack, const char **name)
{
    struct archive_entry *entry;
    *name = NULL;
    drain(pack);
    while (pack->failure[0] == '\0' && !pack->budget->exceeded && next_header(pack, &entry)) {
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
            continue;
        name_member(pack, entry);
        *name = pack->name;
        return true;
    }
    return false;
}

struct stream *pack_member(struct pack *pack)
{
    return &pack->member;
}

const char *pack_failure(const struct pack *pack)
{
    return pack->failure[0] ? pack->failure : NULL;
}
