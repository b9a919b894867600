/* SPDX-License-Identifier: MIT */
#include "core/archive/recall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

/* A lock file older than this was left behind by a crash (procmail waits 1024 seconds, Postfix 500, Dovecot 120). */
#define STALE_LOCK_NANOSECONDS ((gint64)1024 * 1000 * 1000 * 1000)

void recall_init(struct recall *recall, struct positions *positions)
{
    *recall = (struct recall){.positions = positions, .digest = positions ? digest_new() : NULL};
}

void recall_clear(struct recall *recall)
{
    digest_free(recall->digest);
    *recall = (struct recall){0};
}

/* A message keeps its name on its way from new to cur: both are one folder. */
void recall_enter(struct recall *recall, const char *path, bool leaf)
{
    recall->folder = NULL;
    recall->leaf = leaf;
    char *real = recall->positions ? realpath(path, NULL) : NULL;
    if (!real)
        return;
    g_autofree char *parent = g_path_get_dirname(real);
    g_autofree char *cur = g_build_filename(parent, "cur", NULL);
    recall->folder = positions_folder(recall->positions, leaf ? cur : real);
    recall->folder->visited = true;
    recall->folder->maildir = leaf;
    free(real);
}

void recall_enter_parent(struct recall *recall, const char *path)
{
    g_autofree char *parent = g_path_get_dirname(path);
    recall_enter(recall, parent, false);
}

/* Names of a Maildir are gone only if neither cur nor new has them: see positions_each(). */
void recall_leave_whole(struct recall *recall)
{
    if (!recall->folder)
        return;
    int half = recall->leaf && recall->folder->whole[0] ? 1 : 0;
    recall->folder->whole[half] = true;
}

static struct digest128 key_of(const struct recall *recall, const char *name)
{
    if (recall->leaf)
        return position_message_name(name);
    const char *slash = strrchr(name, '/');
    return position_name(slash ? slash + 1 : name);
}

bool recall_knows(struct recall *recall, int directory, const char *name, bool count)
{
    if (!recall->folder)
        return false;
    const struct position *known = position_find(recall->positions, recall->folder, key_of(recall, name));
    bool same = known && recall->leaf;
    struct stat status;
    if (known && !recall->leaf && !digest128_is_zero(known->stamp) && fstatat(directory, name, &status, 0) == 0)
        same = digest128_equal(known->stamp, position_stamp(recall->positions, &status));
    if (same && count)
        positions_count(recall->positions, true, known->size);
    return same;
}

static bool is_unchanged(struct recall *recall, const struct position *known, bool (*halted)(void *user), void *user)
{
    return known->size <= (guint64)recall->before.st_size &&
           digest_extend(recall->digest, recall->fd, known->size, halted, user) &&
           digest128_equal(digest_value(recall->digest), known->content);
}

/* Nothing has to be read, but its times have changed, or may be relied on now. */
static void stamp_again(struct recall *recall, const struct position *known)
{
    struct position now = *known;
    now.stamp = position_stamp(recall->positions, &recall->before);
    positions_count(recall->positions, true, known->size);
    if (!digest128_equal(now.stamp, known->stamp))
        position_keep(recall->folder, &now);
}

enum recalled recall_open(struct recall *recall, int fd, struct position *known, bool (*halted)(void *user), void *user)
{
    recall->fd = fd;
    recall->key = key_of(recall, recall->name);
    digest_reset(recall->digest);
    if (fstat(fd, &recall->before) != 0)
        recall->before = (struct stat){0};
    const struct position *found = position_find(recall->positions, recall->folder, recall->key);
    *known = (struct position){0};
    if (!found || recall->leaf)
        return RECALL_READ;
    bool unchanged = is_unchanged(recall, found, halted, user);
    if (halted && halted(user))
        return RECALL_HALTED;
    if (!unchanged) {
        digest_reset(recall->digest);
        return RECALL_READ;
    }
    *known = *found;
    if (known->size == (guint64)recall->before.st_size && !known->pending) {
        stamp_again(recall, known);
        return RECALL_KNOWN;
    }
    if (!known->mbox) {
        digest_reset(recall->digest);
        return RECALL_READ;
    }
    positions_count(recall->positions, false, known->resume);
    return RECALL_RESUME;
}

static bool is_locked(const struct recall *recall)
{
    struct flock wanted = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(recall->fd, F_OFD_GETLK, &wanted) == 0 && wanted.l_type == F_WRLCK)
        return true;
    g_autofree char *lock = g_strconcat(recall->name, ".lock", NULL);
    struct stat status;
    return fstatat(recall->directory, lock, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           (gint64)status.st_mtim.tv_sec * 1000 * 1000 * 1000 + STALE_LOCK_NANOSECONDS >=
               positions_began(recall->positions);
}

bool recall_growing(void *user, guint64 got)
{
    const struct recall *recall = user;
    struct stat now;
    return (fstat(recall->fd, &now) == 0 && (guint64)now.st_size > got) || is_locked(recall);
}

static bool is_untouched(const struct stat *before, const struct stat *after)
{
    return before->st_size == after->st_size && before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
           before->st_mtim.tv_nsec == after->st_mtim.tv_nsec && before->st_ctim.tv_sec == after->st_ctim.tv_sec &&
           before->st_ctim.tv_nsec == after->st_ctim.tv_nsec;
}

/* An mbox that changed under our hands is known by the very bytes that were read; of other files the digest may be
 * finished by reading once more. */
void recall_remember(struct recall *recall, const struct reader_outcome *outcome)
{
    struct stat after;
    if (outcome->troubled || outcome->unsettled || fstat(recall->fd, &after) != 0 ||
        (!outcome->mbox && !is_untouched(&recall->before, &after)))
        return;
    struct position now = {.name = recall->key, .size = (guint64)after.st_size};
    if (!recall->leaf) {
        if (outcome->mbox)
            now.size = digest_length(recall->digest);
        if (!digest_extend(recall->digest, recall->fd, now.size, NULL, NULL))
            return;
        now.content = digest_value(recall->digest);
        now.mbox = outcome->mbox;
        now.pending = outcome->pending;
        now.resume = outcome->resume;
        now.tail = outcome->pending ? 0 : outcome->tail;
        if (!outcome->pending && now.size == (guint64)after.st_size)
            now.stamp = position_stamp(recall->positions, &after);
    }
    position_keep(recall->folder, &now);
}
