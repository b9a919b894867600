/* SPDX-License-Identifier: MIT
 * The messages of an mbox are the same however its bytes were cut. The first eight bytes say how they are. */
#include "core/archive/mbox.h"
#include "tests/fuzz/fuzz.h"

enum { HOW = 8 };

static void add_message(GString *all, const struct mbox_message *message, const struct view *file)
{
    REQUIRE(message->size >= message->bytes.len && message->offset + message->size <= file->len);
    struct view there = view_first(view_from(*file, message->offset), message->bytes.len);
    REQUIRE(view_equal(there, message->bytes));
    g_string_append_printf(all, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %zu\n", message->offset, message->size,
                           message->bytes.len);
}

/* Offset, size and length of each message; `cuts` NULL: all bytes in one piece. */
static char *messages_of(struct view file, bool split, size_t max, GRand *cuts)
{
    struct mbox_reader reader;
    struct mbox_message message;
    GString *all = g_string_new(NULL);
    mbox_init(&reader, max);
    mbox_start(&reader, split);
    for (size_t at = 0; !reader.ended;) {
        size_t piece = cuts ? (size_t)g_rand_int_range(cuts, 1, g_rand_boolean(cuts) ? 4 : 200) : file.len;
        struct view pushed = view_first(view_from(file, at), piece);
        at += pushed.len;
        if (pushed.len)
            mbox_push(&reader, pushed);
        else
            mbox_end(&reader);
        while (mbox_next(&reader, &message))
            add_message(all, &message, &file);
    }
    mbox_clear(&reader);
    return g_string_free(all, FALSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HOW)
        return 0;
    guint32 seed;
    memcpy(&seed, data, sizeof seed);
    bool split = (data[4] & 3) != 0;
    size_t max = data[5] ? (size_t)1 << 20 : 20 + (size_t)data[6];
    struct view file = fuzz_view(data + HOW, size - HOW);
    g_autoptr(GRand) cuts = g_rand_new_with_seed(seed);
    g_autofree char *whole = messages_of(file, split, max, NULL);
    g_autofree char *cut = messages_of(file, split, max, cuts);
    if (strcmp(whole, cut) != 0) {
        g_printerr("whole:\n%scut:\n%s", whole, cut);
        REQUIRE(!"cut as one piece");
    }
    return 0;
}
