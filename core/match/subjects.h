/* SPDX-License-Identifier: MIT
 * Who of the candidates is in the list, and in which rows: a table of the keys that events name, against which the list
 * is streamed. Memory grows with the keys (under 100 bytes each and their text) and their rows, never with the list. A
 * subject is one subscriber: all rows whose address has one key; a row without a valid address is one by its id. Used
 * in order: subjects_want() for all, subjects_see() for all rows, then settle() (settle.h) and the rows. One thread,
 * views live as long as the table. */
#ifndef WINNOW_MATCH_SUBJECTS_H
#define WINNOW_MATCH_SUBJECTS_H

#include "core/match/claim.h"

struct subjects;

struct subjects *subjects_new(void);
void subjects_free(struct subjects *subjects);
typedef struct subjects subjects_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(subjects_auto, subjects_free)

/* A candidate's key: of address_key(), or an id; copied, once. Ids compare without ASCII case, for relays change it. */
void subjects_want(struct subjects *subjects, enum candidate_is is, struct view key);
size_t subjects_wanted(const struct subjects *subjects);

/* One row of the list, in the order of the list: its address and id cells as they stand (empty: none). Its number is
 * 1, 2 …; offset and length say where its bytes are. True if it is the row of a subject. Rows that nobody asks for cost
 * one look-up and no memory. */
bool subjects_see(struct subjects *subjects, struct view address, struct view id, guint64 number, guint64 offset,
                  size_t length);
/* The same for one whose address_key() is known. */
bool subjects_see_key(struct subjects *subjects, struct view key, struct view id, guint64 number, guint64 offset,
                      size_t length);

/* True if the list has to be streamed once more: an id led to a subscriber whose address nobody had named, and earlier
 * rows of the same address passed unseen. Forgets all rows. False the second time. */
bool subjects_again(struct subjects *subjects);

/* What is known of an address besides the list. */
enum subject_mark {
    /* It is or was somebody's to whom we wrote: some run decided about it, or evidence names it and nobody else. */
    SUBJECT_WAS_HERE = 1 << 0,
    SUBJECT_SHARED = 1 << 1, /* mail that was addressed to it failed at several others: a list's, no person's */
};
/* Of a key that is wanted; of others nothing is kept. */
void subjects_mark(struct subjects *subjects, struct view key, enum subject_mark mark);
bool subjects_is(const struct subjects *subjects, struct view key, enum subject_mark mark);

/* Index of a subject; stable from the last subjects_see() on. */
typedef guint32 subject_index;
#define SUBJECT_NONE ((subject_index)G_MAXUINT32)

struct subject_row {
    guint64 number, offset;
    size_t length;
};

/* Subjects with rows, in the order of their first row. *cursor starts at 0; SUBJECT_NONE at the end. */
subject_index subjects_next(const struct subjects *subjects, size_t *cursor);
size_t subjects_count(const struct subjects *subjects);
/* Its address key; its id if it is one by its id. */
struct view subjects_key(const struct subjects *subjects, subject_index subject);
/* Its rows in the order of the list. *cursor starts at 0; false at the end. */
bool subjects_row(const struct subjects *subjects, subject_index subject, size_t *cursor, struct subject_row *row);

/* The subject whose address has this key, or SUBJECT_NONE. */
subject_index subjects_by_address(const struct subjects *subjects, struct view key);
/* The subjects whose rows have this id, at most `max`, each once: those that have it in this very case if there are
 * any, else those that have it in another. */
size_t subjects_by_id(const struct subjects *subjects, struct view id, subject_index *into, size_t max);

#endif
