/* SPDX-License-Identifier: MIT */
#include "core/archive/source.h"

#include "core/error.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A walk does one thing to every file: add up its size, or read it. */
struct walk {
    bool (*file)(struct walk *walk, int directory, const char *name, const char *path, bool single);
    struct source *source;
    guint64 total;
    struct {
        dev_t dev;
        ino_t ino;
    } trail[LIMIT_TREE_DEPTH]; /* the directories above, against links that lead back */
    unsigned depth;
};

/* A name in a directory: its d_type, then the name. */
struct names {
    GStringChunk *text;
    GPtrArray *all;
};

static bool walk_directory(struct walk *walk, int fd, const char *path);
static bool add_file(struct walk *walk, int directory, const char *name, const char *path, bool single);

void source_init(struct source *source, struct feed *feed, guint64 max_message, struct positions *positions)
{
    reader_init(&source->reader, feed, max_message);
    recall_init(&source->recall, positions);
    source->paths = g_string_chunk_new(16 * 1024);
}

void source_clear(struct source *source)
{
    reader_clear(&source->reader);
    recall_clear(&source->recall);
    g_string_chunk_free(source->paths);
}

bool source_exists(const char *path, GError **error)
{
    struct stat st;
    if (strcmp(path, "-") == 0 || stat(path, &st) == 0 || errno == EACCES)
        return true; /* what may not be looked at is trouble of that source, not of the run */
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read '%s': %s; nothing was read", path,
                g_strerror(errno));
    return false;
}

static bool walk_trouble(struct walk *walk, const char *path, int number)
{
    if (walk->file == add_file)
        return true; /* it is said once, when it is read */
    struct place place = {.path = g_string_chunk_insert(walk->source->paths, path)};
    return reader_trouble(&walk->source->reader, &place, g_strerror(number));
}

static bool is_halted(const struct walk *walk)
{
    const struct feed *feed = walk->source->reader.feed;
    return feed->stopped || (feed->halted && feed->halted(feed->user));
}

/* --- reading and adding up --- */

/* What is known of the file is left out; what was read is remembered. */
static bool read_rest(struct source *source, struct stream_file *file, const struct place *place)
{
    struct reader *reader = &source->reader;
    struct recall *recall = &source->recall;
    struct position known = {0};
    switch (recall_open(recall, file->fd, &known, file->halted, file->user)) {
    case RECALL_HALTED:
        return false;
    case RECALL_KNOWN:
        return true;
    case RECALL_RESUME:
        file->digest = recall->digest;
        if (file->stream.seek(&file->stream, (gint64)known.resume, SEEK_SET) < 0)
            return reader_trouble(reader, place, g_strerror(errno));
        reader->outcome = (struct reader_outcome){.resume = known.resume};
        reader->tail = known.tail;
        if (!reader_resume(reader, &file->stream, place, known.resume))
            return false;
        break;
    default:
        file->digest = recall->leaf ? NULL : recall->digest;
        reader->outcome = (struct reader_outcome){0};
        reader->tail = known.tail;
        if (!reader_read(reader, &file->stream, place))
            return false;
    }
    recall_remember(recall, &reader->outcome);
    return true;
}

static bool read_open(struct source *source, int fd, const struct place *place)
{
    struct feed *feed = source->reader.feed;
    struct stream_file file;
    stream_file_init(&file, fd);
    file.counted = &feed->at.bytes_read;
    file.halted = feed->halted;
    file.user = feed->user;
    feed->at.path = place->path;
    if (!file.regular || !source->recall.folder)
        return reader_read(&source->reader, &file.stream, place);
    source->reader.growing = recall_growing;
    source->reader.growing_user = &source->recall;
    bool going = read_rest(source, &file, place);
    source->reader.growing = NULL;
    return going;
}

static bool read_file(struct walk *walk, int directory, const char *name, const char *path, bool single)
{
    struct recall *recall = &walk->source->recall;
    if (recall_knows(recall, directory, name, true))
        return true;
    recall->directory = directory;
    recall->name = name;
    /* O_NONBLOCK: should it have become a pipe by now, nobody waits for its writer. */
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return walk_trouble(walk, path, errno);
    struct place place = {.path = g_string_chunk_insert(walk->source->paths, path), .single = single};
    bool going = read_open(walk->source, fd, &place);
    close(fd);
    return going;
}

static bool add_file(struct walk *walk, int directory, const char *name, const char *path, bool single)
{
    struct stat st;
    (void)path, (void)single;
    if (!recall_knows(&walk->source->recall, directory, name, false) && fstatat(directory, name, &st, 0) == 0)
        walk->total += (guint64)st.st_size;
    return true;
}

/* --- walking --- */

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a + 1, *(char *const *)b + 1);
}

/* Lists the directory; returns errno if not all could be listed. */
static int list_names(int fd, struct names *names)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *directory = copy < 0 ? NULL : fdopendir(copy);
    if (!directory) {
        int number = errno;
        if (copy >= 0)
            close(copy);
        return number;
    }
    struct dirent *entry;
    while (errno = 0, (entry = readdir(directory))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char text[sizeof entry->d_name + 1];
        text[0] = (char)entry->d_type;
        g_strlcpy(text + 1, entry->d_name, sizeof text - 1);
        g_ptr_array_add(names->all, g_string_chunk_insert_len(names->text, text, (gssize)strlen(text + 1) + 1));
    }
    int number = errno;
    closedir(directory);
    g_ptr_array_sort(names->all, by_name);
    return number;
}

static bool is_directory(int fd, const char *name)
{
    struct stat st;
    return fstatat(fd, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

/* cur or new of a Maildir, by whatever name one came here. */
static bool is_maildir_leaf(int fd, const struct stat *self)
{
    struct stat cur, new;
    if (fstatat(fd, "../cur", &cur, 0) != 0 || fstatat(fd, "../new", &new, 0) != 0 || !S_ISDIR(cur.st_mode) ||
        !S_ISDIR(new.st_mode) || cur.st_dev != self->st_dev || new.st_dev != self->st_dev)
        return false;
    return cur.st_ino == self->st_ino || new.st_ino == self->st_ino;
}

/* Among hidden directories only Maildir++ folders hold mail. */
static bool wants_directory(int fd, const char *name, bool maildir)
{
    if (maildir && strcmp(name, "tmp") == 0)
        return false;
    if (name[0] != '.')
        return true;
    g_autofree char *cur = g_strconcat(name, "/cur", NULL);
    g_autofree char *new = g_strconcat(name, "/new", NULL);
    return is_directory(fd, cur) || is_directory(fd, new);
}

static bool walk_into(struct walk *walk, int fd, const char *name, const char *path)
{
    int inner = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return inner < 0 ? walk_trouble(walk, path, errno) : walk_directory(walk, inner, path);
}

/* d_type, behind links and where the file system does not tell; -1 with errno. */
static int type_of(int fd, const char *name, unsigned char type)
{
    struct stat st;
    if (type != DT_LNK && type != DT_UNKNOWN)
        return type;
    return fstatat(fd, name, &st, 0) == 0 ? (int)IFTODT(st.st_mode) : -1;
}

static bool walk_name(struct walk *walk, int fd, const char *entry, const char *path, bool maildir, bool single)
{
    const char *name = entry + 1;
    const char *slash = g_str_has_suffix(path, "/") ? "" : "/";
    g_autofree char *below = g_strconcat(path, slash, name, NULL);
    if (entry[0] == DT_REG && reader_leaves_alone(name))
        return true;
    int type = type_of(fd, name, (unsigned char)entry[0]);
    if (type < 0)
        return reader_leaves_alone(name) || walk_trouble(walk, below, errno);
    if (type == DT_DIR)
        return !wants_directory(fd, name, maildir) || walk_into(walk, fd, name, below);
    if (type != DT_REG || reader_leaves_alone(name))
        return true;
    return walk->file(walk, fd, name, below, single);
}

static bool walk_names(struct walk *walk, int fd, const struct stat *self, const char *path)
{
    struct names names = {.text = g_string_chunk_new(4096), .all = g_ptr_array_new()};
    int number = list_names(fd, &names);
    bool maildir = is_directory(fd, "cur") && is_directory(fd, "new");
    bool single = is_maildir_leaf(fd, self) || faccessat(fd, ".mh_sequences", F_OK, 0) == 0;
    bool going = true;
    struct recall *recall = &walk->source->recall;
    recall_enter(recall, path, is_maildir_leaf(fd, self));
    struct position_folder *folder = recall->folder;
    bool leaf = recall->leaf;
    for (guint i = 0; going && i < names.all->len; i++) {
        going = !is_halted(walk) && walk_name(walk, fd, g_ptr_array_index(names.all, i), path, maildir, single);
        recall->folder = folder; /* below, others were */
        recall->leaf = leaf;
    }
    if (going && number != 0)
        going = walk_trouble(walk, path, number);
    else if (going && walk->file == read_file)
        recall_leave_whole(recall);
    g_ptr_array_free(names.all, TRUE);
    g_string_chunk_free(names.text);
    return going;
}

/* Takes `fd`. */
static bool walk_directory(struct walk *walk, int fd, const char *path)
{
    struct stat st;
    bool seen = fstat(fd, &st) != 0, going = true;
    for (unsigned i = 0; !seen && i < walk->depth; i++)
        seen = walk->trail[i].dev == st.st_dev && walk->trail[i].ino == st.st_ino;
    if (!seen && walk->depth == LIMIT_TREE_DEPTH) {
        going = walk_trouble(walk, path, ELOOP);
    } else if (!seen) {
        walk->trail[walk->depth].dev = st.st_dev;
        walk->trail[walk->depth++].ino = st.st_ino;
        going = walk_names(walk, fd, &st, path);
        walk->depth--;
    }
    close(fd);
    return going;
}

/* --- what the user named --- */

guint64 source_size(struct source *source, const char *const *paths)
{
    struct walk walk = {.file = add_file, .source = source};
    for (; *paths; paths++) {
        struct stat st;
        if (strcmp(*paths, "-") == 0 || stat(*paths, &st) != 0)
            return 0;
        recall_enter_parent(&source->recall, *paths);
        if (S_ISREG(st.st_mode))
            add_file(&walk, AT_FDCWD, *paths, *paths, false);
        int fd = S_ISDIR(st.st_mode) ? open(*paths, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        if (fd >= 0)
            walk_directory(&walk, fd, *paths);
    }
    return walk.total;
}

bool source_read(struct source *source, const char *path)
{
    struct walk walk = {.file = read_file, .source = source};
    struct place place = {.path = g_string_chunk_insert(source->paths, path), .named = true};
    source->recall.folder = NULL;
    if (strcmp(path, "-") == 0)
        return read_open(source, STDIN_FILENO, &place);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (fd < 0)
        return walk_trouble(&walk, path, errno);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        return walk_directory(&walk, fd, path);
    recall_enter_parent(&source->recall, path);
    if (recall_knows(&source->recall, AT_FDCWD, path, true)) {
        close(fd);
        return true;
    }
    source->recall.directory = AT_FDCWD;
    source->recall.name = path;
    bool going = read_open(source, fd, &place);
    close(fd);
    return going;
}
