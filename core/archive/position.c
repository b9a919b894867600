/* SPDX-License-Identifier: MIT */
#include "core/archive/position.h"

#include <stdlib.h>
#include <xxhash.h>

/* The coarsest clock of a file system that mail lies on (FAT counts in steps of two seconds). */
#define COARSE_NANOSECONDS ((gint64)2 * 1000 * 1000 * 1000)

struct positions {
    GHashTable *folders; /* path -> struct position_folder */
    GPtrArray *roots;    /* char *: the paths as the kernel knows them */
    gint64 began;
    bool all;
    guint64 files, bytes;
};

static void folder_free(gpointer data)
{
    struct position_folder *folder = data;
    g_free(folder->path);
    g_array_unref(folder->known);
    g_byte_array_unref(folder->seen);
    g_array_unref(folder->read);
    g_free(folder);
}

struct positions *positions_new(const char *const *paths, gint64 began, bool all)
{
    struct positions *positions = g_new0(struct positions, 1);
    positions->folders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, folder_free);
    positions->roots = g_ptr_array_new_with_free_func(free);
    positions->began = began;
    positions->all = all;
    for (; *paths; paths++) {
        char *real = strcmp(*paths, "-") == 0 ? NULL : realpath(*paths, NULL);
        if (real)
            g_ptr_array_add(positions->roots, real);
    }
    return positions;
}

void positions_free(struct positions *positions)
{
    if (!positions)
        return;
    g_hash_table_unref(positions->folders);
    g_ptr_array_unref(positions->roots);
    g_free(positions);
}

static bool is_below(const char *path, const char *root)
{
    size_t len = strlen(root);
    return strncmp(path, root, len) == 0 && (path[len] == '/' || path[len] == '\0' || (len == 1 && root[0] == '/'));
}

/* A named file lies in its folder; what is named by a Maildir's `new` is remembered under `cur`. */
bool positions_concern(const struct positions *positions, const char *path)
{
    for (guint i = 0; i < positions->roots->len; i++) {
        const char *root = g_ptr_array_index(positions->roots, i);
        g_autofree char *parent = g_path_get_dirname(root);
        g_autofree char *cur = g_build_filename(parent, "cur", NULL);
        if (is_below(path, root) || strcmp(path, parent) == 0 || strcmp(path, cur) == 0)
            return true;
    }
    return false;
}

bool positions_gone(const struct positions *positions, const struct position_folder *folder)
{
    for (guint i = 0; !folder->visited && i < positions->roots->len; i++) {
        if (is_below(folder->path, g_ptr_array_index(positions->roots, i)))
            return true;
    }
    return false;
}

struct position_folder *positions_folder(struct positions *positions, const char *path)
{
    struct position_folder *folder = g_hash_table_lookup(positions->folders, path);
    if (folder)
        return folder;
    folder = g_new0(struct position_folder, 1);
    folder->path = g_strdup(path);
    folder->known = g_array_new(FALSE, FALSE, sizeof(struct position));
    folder->seen = g_byte_array_new();
    folder->read = g_array_new(FALSE, FALSE, sizeof(struct position));
    g_hash_table_insert(positions->folders, folder->path, folder);
    return folder;
}

static gint by_path(gconstpointer a, gconstpointer b)
{
    const struct position_folder *x = *(struct position_folder *const *)a, *y = *(struct position_folder *const *)b;
    return strcmp(x->path, y->path);
}

bool positions_each(const struct positions *positions,
                    bool (*each)(struct position_folder *folder, void *user, GError **error), void *user,
                    GError **error)
{
    g_autoptr(GPtrArray) folders = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, positions->folders);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(folders, value);
    g_ptr_array_sort(folders, by_path);
    for (guint i = 0; i < folders->len; i++) {
        if (!each(g_ptr_array_index(folders, i), user, error))
            return false;
    }
    return true;
}

int position_compare(const struct digest128 *a, const struct digest128 *b)
{
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    return (a->low > b->low) - (a->low < b->low);
}

void position_load(struct position_folder *folder, const struct position *position)
{
    static const guint8 unseen = 0;
    g_array_append_val(folder->known, *position);
    g_byte_array_append(folder->seen, &unseen, 1);
}

static struct digest128 digest_of(const void *bytes, size_t len)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, len);
    return (struct digest128){.high = hash.high64, .low = hash.low64};
}

struct digest128 position_name(const char *name)
{
    return digest_of(name, strlen(name));
}

struct digest128 position_message_name(const char *name)
{
    size_t len = strlen(name);
    for (size_t at = len; at-- > 0;) {
        if (strchr(":;!", name[at]) && (g_str_has_prefix(name + at + 1, "2,") || g_str_has_prefix(name + at + 1, "1,")))
            return digest_of(name, at);
    }
    return digest_of(name, len);
}

bool digest128_equal(struct digest128 a, struct digest128 b)
{
    return a.high == b.high && a.low == b.low;
}

bool digest128_is_zero(struct digest128 digest)
{
    return digest.high == 0 && digest.low == 0;
}

const struct position *position_find(const struct positions *positions, struct position_folder *folder,
                                     struct digest128 name)
{
    guint low = 0, high = folder->known->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const struct position *known = &g_array_index(folder->known, struct position, middle);
        int order = position_compare(&known->name, &name);
        if (order == 0) {
            folder->seen->data[middle] = 1;
            return positions->all ? NULL : known;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static gint64 nanoseconds(const struct timespec *time)
{
    return (gint64)time->tv_sec * 1000 * 1000 * 1000 + time->tv_nsec;
}

/* Contents cannot change without the time of change, which nobody can set back as the time of modification can be. */
struct digest128 position_stamp(const struct positions *positions, const struct stat *status)
{
    const gint64 facts[] = {(gint64)status->st_ino, (gint64)status->st_size, nanoseconds(&status->st_mtim),
                            nanoseconds(&status->st_ctim)};
    if (nanoseconds(&status->st_ctim) + COARSE_NANOSECONDS >= positions->began ||
        nanoseconds(&status->st_mtim) + COARSE_NANOSECONDS >= positions->began)
        return (struct digest128){0};
    return digest_of(facts, sizeof facts);
}

void position_keep(struct position_folder *folder, const struct position *position)
{
    g_array_append_val(folder->read, *position);
}

void positions_count(struct positions *positions, bool whole, guint64 bytes)
{
    positions->files += whole;
    positions->bytes += bytes;
}

void positions_counted(const struct positions *positions, guint64 *files, guint64 *bytes)
{
    *files = positions->files;
    *bytes = positions->bytes;
}

gint64 positions_began(const struct positions *positions)
{
    return positions->began;
}
