/* SPDX-License-Identifier: MIT */
#include "core/archive/reader.h"

#include "core/archive/gunzip.h"
#include "core/archive/sniff.h"

/* Bytes asked for at once: scanned and copied while they are still in the cache of the processor. */
enum { PIECE = 256 * 1024 };

void reader_init(struct reader *reader, struct feed *feed, guint64 max_message)
{
    *reader = (struct reader){.feed = feed};
    size_t max = (size_t)MIN(max_message ? max_message : LIMIT_MESSAGE, (guint64)G_MAXINT32);
    for (size_t i = 0; i < G_N_ELEMENTS(reader->levels); i++)
        mbox_init(&reader->levels[i], max);
}

void reader_clear(struct reader *reader)
{
    for (size_t i = 0; i < G_N_ELEMENTS(reader->levels); i++)
        mbox_clear(&reader->levels[i]);
}

/* Dovecot, Courier, Cyrus, nmh (a comma marks a removed message), Thunderbird, desktops. */
bool reader_leaves_alone(const char *name)
{
    static const char *const names[] = {"maildirfolder", "maildirsize", "subscriptions", "Thumbs.db", "desktop.ini"};
    static const char *const fronts[] = {".", "dovecot.", "dovecot-", "courierimap", "cyrus.", ","};
    static const char *const ends[] = {".msf", ".lock"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(fronts); i++) {
        if (g_str_has_prefix(name, fronts[i]))
            return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (g_str_has_suffix(name, ends[i]))
            return true;
    }
    return false;
}

static char *place_name(const struct place *place)
{
    return g_strdup_printf("%s%s%s", place->path, place->member ? "!" : "", place->member ? place->member : "");
}

static struct origin origin_of(const struct place *place, guint64 offset)
{
    return (struct origin){.path = place->path, .member = place->member, .offset = offset};
}

bool reader_trouble(struct reader *reader, const struct place *place, const char *why)
{
    reader->outcome.troubled = true;
    g_autofree char *name = place_name(place);
    g_autofree char *text = g_strdup_printf("cannot read '%s': %s; skipped", name, why);
    return feed_trouble(reader->feed, origin_of(place, 0), text);
}

static bool say(struct reader *reader, const struct place *place, guint64 offset, const char *what)
{
    reader->outcome.troubled = true;
    g_autofree char *name = place_name(place);
    g_autofree char *text = g_strdup_printf("'%s': %s", name, what);
    return feed_trouble(reader->feed, origin_of(place, offset), text);
}

/* The stream broke at `offset`; what came before has been handed on. */
static bool say_broken(struct reader *reader, const struct stream *stream, const struct place *place, guint64 offset)
{
    reader->outcome.troubled = true;
    const char *then = offset > 0 ? "read up to there" : "skipped";
    g_autofree char *name = place_name(place);
    g_autofree char *text = stream->system ? g_strdup_printf("cannot read '%s': %s; %s", name, stream->failure, then)
                                           : g_strdup_printf("'%s': %s; %s", name, stream->failure, then);
    return feed_trouble(reader->feed, origin_of(place, offset), text);
}

/* One piece more; false at the end, or where the stream breaks. */
static bool fill(struct mbox_reader *mbox, struct stream *stream, guint64 *got)
{
    size_t room, least = PIECE;
    if (stream->size > 0 && stream->size < PIECE)
        least = (size_t)stream->size + 1; /* a small file does not need a large window */
    char *at = mbox_room(mbox, least, &room);
    ssize_t n = stream_read(stream, at, room);
    if (n <= 0)
        return false;
    mbox_filled(mbox, (size_t)n);
    *got += (guint64)n;
    return true;
}

static struct view without_line_ends(struct view bytes)
{
    while (bytes.len > 0 && (bytes.data[bytes.len - 1] == '\n' || bytes.data[bytes.len - 1] == '\r'))
        bytes.len--;
    return bytes;
}

/* The message ends elsewhere now: it had not been there to its end, or half a separator was taken for its text. */
static bool withdraw(struct reader *reader, const struct mbox_message *message, const struct place *place)
{
    struct raw *raw;
    guint64 tail = reader->tail;
    struct view seen = mbox_seen(&reader->levels[place->depth], message);
    reader->tail = 0;
    if (tail == 0 || tail > seen.len)
        return true;
    struct view before = view_first(seen, (size_t)tail);
    if (view_equal(without_line_ends(before), without_line_ends(message->bytes)))
        return true;
    if (!feed_message(reader->feed, origin_of(place, message->offset), before, &raw))
        return false;
    raw->withdrawn = true;
    return true;
}

static bool hand_on(struct reader *reader, const struct mbox_message *message, const struct place *place, bool cut)
{
    struct raw *raw;
    if (!withdraw(reader, message, place))
        return false;
    if (!feed_message(reader->feed, origin_of(place, message->offset), message->bytes, &raw))
        return false;
    if (message->size > message->bytes.len)
        notice_add(&raw->notices, pool_printf(&reader->feed->batch->pool,
                                              "message of %" G_GUINT64_FORMAT " bytes; only the first %zu were read",
                                              message->size, message->bytes.len));
    raw->cut = cut;
    if (cut)
        notice_add(&raw->notices, VIEW("cut short: its file could not be read to the end"));
    return true;
}

/* What is behind the last separator may be half a message: it is no evidence, and read when it is whole. */
static bool leave_last(struct reader *reader, const struct place *place, guint64 at)
{
    bool going = say(reader, place, at, "still being written; its last message is left for the next run");
    reader->outcome.troubled = false;
    reader->outcome.pending = true;
    reader->outcome.resume = at;
    return going;
}

/* What looked like messages behind one that is not all there yet may be its own text: then there is no last one. */
static void note_last(struct reader_outcome *outcome, guint64 separator, const struct mbox_message *message)
{
    outcome->mbox = outcome->mbox && !outcome->beyond;
    outcome->resume = separator;
    outcome->tail = message->size;
    outcome->beyond |= message->beyond;
}

static bool read_messages(struct reader *reader, struct stream *stream, const struct place *place, guint64 got)
{
    struct mbox_reader *mbox = &reader->levels[place->depth];
    struct mbox_message message;
    bool more = true, own = place->depth == 0, box = own && mbox->split;
    guint64 separator = mbox->offset;
    reader->outcome.mbox = box;
    do {
        while (mbox_next(mbox, &message)) {
            if (!hand_on(reader, &message, place, stream->failed && mbox_held(mbox).len == 0))
                return false;
            if (own)
                note_last(&reader->outcome, separator, &message);
            separator = mbox->offset;
        }
        if (mbox->ended)
            break;
        /* Where the size is known, the end is too: a Maildir is read with one read(2) a message. */
        more = (stream->size == 0 || got < stream->size) && fill(mbox, stream, &got);
        if (!more && box && !stream->failed && reader->growing && reader->growing(reader->growing_user, got))
            return leave_last(reader, place, separator);
        if (!more)
            mbox_end(mbox);
    } while (true);
    return stream->failed ? say_broken(reader, stream, place, got) : !reader->feed->stopped;
}

static char *join_member(const char *outer, const char *inner)
{
    if (!inner)
        return g_strdup(outer);
    return outer ? g_strconcat(outer, "!", inner, NULL) : g_strdup(inner);
}

/* In a packed tree only the name says where a member lay: `single` in a Maildir's cur or new; false if it is to be left
 * alone, in a Maildir's tmp, in a hidden directory that is no Maildir++ folder, or beside mail. */
static bool member_wanted(const char *name, bool *single)
{
    g_autofree char *base = g_path_get_basename(name);
    g_autofree char *directory = g_path_get_dirname(name);
    g_autofree char *parent = g_path_get_basename(directory);
    g_auto(GStrv) steps = g_strsplit(directory, "/", -1);
    *single = strcmp(parent, "cur") == 0 || strcmp(parent, "new") == 0;
    if (reader_leaves_alone(base) || (strcmp(parent, "tmp") == 0 && g_ascii_isdigit(base[0])))
        return false;
    for (char **step = steps; *step && !*single; step++) {
        if (((*step)[0] == '.' && (*step)[1] != '\0' && strcmp(*step, "..") != 0) || strcmp(*step, "__MACOSX") == 0)
            return false;
    }
    return true;
}

static bool read_pack(struct reader *reader, struct stream *stream, const struct place *place)
{
    struct pack *pack = pack_open(stream, &reader->budget);
    const char *name;
    bool going = true, any = false;
    while (going && pack_next(pack, &name)) {
        any = true;
        g_autofree char *member = join_member(place->member, name);
        struct place inner = {.path = place->path, .member = member, .named = place->named && !name};
        inner.depth = place->depth + 1;
        inner.single = place->single;
        if (!name || member_wanted(name, &inner.single))
            going = reader_read(reader, pack_member(pack), &inner);
    }
    const char *failure = pack_failure(pack);
    if (going && failure) {
        g_autofree char *what = g_strconcat(failure, any ? "; read up to there" : "; skipped", NULL);
        going = say(reader, place, 0, what);
    }
    pack_close(pack);
    return going;
}

static bool read_gzip(struct reader *reader, struct stream *stream, const struct place *place)
{
    struct stream *unpacked = gunzip_new(stream, &reader->budget);
    struct place inner = *place;
    inner.depth++;
    bool going = reader_read(reader, unpacked, &inner);
    gunzip_free(unpacked);
    return going;
}

static bool read_packed(struct reader *reader, struct stream *stream, const struct place *place)
{
    if (place->depth >= LIMIT_PACK_DEPTH) {
        g_autofree char *what = g_strdup_printf("packed more than %d times; skipped", LIMIT_PACK_DEPTH);
        return say(reader, place, 0, what);
    }
    if (place->depth == 0) {
        reader->budget = (struct budget){.packed = &reader->feed->at.bytes_read};
        reader->budget.packed_before = *reader->budget.packed - MIN(*reader->budget.packed, stream->unread.len);
    }
    bool gzip = sniff_is_gzip(stream->unread);
    return gzip ? read_gzip(reader, stream, place) : read_pack(reader, stream, place);
}

/* Text without a header: a message if the user, or its name, says so. */
static bool text_is_message(const struct place *place)
{
    static const char *const ends[] = {".eml", ".msg", ".txt"};
    g_autofree char *name = place_name(place);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        size_t length = strlen(name), end = strlen(ends[i]);
        if (length >= end && g_ascii_strcasecmp(name + length - end, ends[i]) == 0)
            return true;
    }
    return place->named || place->single;
}

bool reader_read(struct reader *reader, struct stream *stream, const struct place *place)
{
    struct mbox_reader *mbox = &reader->levels[place->depth];
    guint64 got = 0;
    mbox_start(mbox, true);
    while (mbox_held(mbox).len < SNIFF_HEAD && (stream->size == 0 || got < stream->size) && fill(mbox, stream, &got))
        continue;
    struct view head = mbox_held(mbox);
    enum sniff kind = sniff(head, head.len < SNIFF_HEAD);
    if (kind == SNIFF_EMPTY && stream->failed)
        return say_broken(reader, stream, place, 0);
    if (kind == SNIFF_EMPTY)
        return place->single ? say(reader, place, 0, "empty message; skipped") : true;
    if (kind == SNIFF_PACKED) {
        stream->unread = head; /* the window of this depth rests until all within has been read */
        return read_packed(reader, stream, place);
    }
    if (kind == SNIFF_JSON && !place->named && !place->single) {
        reader->outcome.unsettled = true;
        return true;
    }
    if (kind == SNIFF_UNKNOWN || (kind == SNIFF_TEXT && !text_is_message(place)))
        return say(reader, place, 0, "not a message, mailbox or archive; skipped");
    mbox->split = kind == SNIFF_MBOX && !place->single;
    return read_messages(reader, stream, place, got);
}

bool reader_resume(struct reader *reader, struct stream *stream, const struct place *place, guint64 offset)
{
    struct mbox_reader *mbox = &reader->levels[place->depth];
    mbox_start(mbox, true);
    mbox->offset = offset;
    return read_messages(reader, stream, place, offset);
}
