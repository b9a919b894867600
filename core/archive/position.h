/* SPDX-License-Identifier: MIT
 * What is remembered of files that were read, so that nothing is read twice without need. Filled before a run by who
 * stores it (db/positions.c), asked and added to by the one who reads, asked for what changed when the run is over.
 * Names are kept as digests: a folder of a million messages costs 80 MB, and no address of a file name stays anywhere.
 * One thread at a time. Knows neither SQLite nor what is in a file. */
#ifndef WINNOW_ARCHIVE_POSITION_H
#define WINNOW_ARCHIVE_POSITION_H

#include "core/view.h"
#include <sys/stat.h>

/* XXH3, 128 bits: against accidents, which is what changes files, not against forgers, who could as well add mail. */
struct digest128 {
    guint64 high, low;
};

struct position {
    struct digest128 name;    /* of the file, or of a Maildir message without its flags */
    struct digest128 stamp;   /* of what stat(2) said; zero: that may not be relied on, the bytes have to be compared */
    struct digest128 content; /* of the first `size` bytes; zero for Maildir messages, which never change */
    guint64 size;             /* when it was read */
    guint64 resume;           /* mbox: where the separator of the last message stands */
    guint64 tail;             /* bytes of the last message, as far as it was there; 0: not known */
    bool mbox;                /* which can be read on from `resume` */
    bool pending;             /* the last message was not read, because somebody was writing it */
};

/* A directory; `cur` of a Maildir stands for `new` too. */
struct position_folder {
    char *path;       /* absolute, without links */
    gint64 id;        /* for who stores it; 0: not stored yet */
    GArray *known;    /* struct position, by name */
    GByteArray *seen; /* one byte for each of `known`: its file is still there */
    GArray *read;     /* struct position: those that this run adds or changes */
    bool visited;
    bool whole[2]; /* all names were seen: of the directory, or of cur and new */
    bool maildir;
};

struct positions;

/* `paths`: what will be read (NULL-terminated). `began`: the clock in nanoseconds, before anything is opened: a file
 * that changed later, or so shortly before that its times may not tell, is compared the next time.
 * `all`: files are read as if nothing were known of them (and remembered). */
struct positions *positions_new(const char *const *paths, gint64 began, bool all);
void positions_free(struct positions *positions);

/* May files of the folder at this path be met in this run? */
bool positions_concern(const struct positions *positions, const char *path);
/* The folder, made if need be. Belongs to the table. */
struct position_folder *positions_folder(struct positions *positions, const char *path);
/* Calls `each` for all folders, in order of paths. */
bool positions_each(const struct positions *positions,
                    bool (*each)(struct position_folder *folder, void *user, GError **error), void *user,
                    GError **error);
/* Was the folder of this path among those that a whole walk of the paths should have met, and was not met? */
bool positions_gone(const struct positions *positions, const struct position_folder *folder);

/* While loading: in ascending order of names. */
void position_load(struct position_folder *folder, const struct position *position);
int position_compare(const struct digest128 *a, const struct digest128 *b);

struct digest128 position_name(const char *name);
/* Of a Maildir message: its name without flags (":2,S"; ';' and '!' where file systems forbid the colon). */
struct digest128 position_message_name(const char *name);

/* What is known of a file, or NULL; it is marked as still there. With `all`, nothing ever is. */
const struct position *position_find(const struct positions *positions, struct position_folder *folder,
                                     struct digest128 name);
/* Zero if the file changed too late to be known by its times. */
struct digest128 position_stamp(const struct positions *positions, const struct stat *status);
bool digest128_is_zero(struct digest128 digest);
bool digest128_equal(struct digest128 a, struct digest128 b);

/* To be stored. */
void position_keep(struct position_folder *folder, const struct position *position);

/* What was left out as already read: a whole file, or the front of one. */
void positions_count(struct positions *positions, bool whole, guint64 bytes);
void positions_counted(const struct positions *positions, guint64 *files, guint64 *bytes);
gint64 positions_began(const struct positions *positions);

#endif
