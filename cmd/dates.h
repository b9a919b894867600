/* SPDX-License-Identifier: MIT
 * When subscribers came to the list and when they last gave a sign of life: from columns of the list, from a file of
 * addresses and times. Memory grows with the subscribers that have evidence. What cannot be read is noticed, and taken
 * as unknown. Of several rows of one subscriber the latest date counts. */
#ifndef WINNOW_CMD_DATES_H
#define WINNOW_CMD_DATES_H

#include "core/list/list.h"
#include "core/match/subjects.h"

struct dates;

struct dates *dates_new(const char *list_path, gint64 now);
void dates_free(struct dates *dates);

/* A row of the list; only those of subjects are worth a call. */
void dates_see(struct dates *dates, const struct row *row);
/* The list is streamed anew: forgets its rows. */
void dates_again(struct dates *dates);
/* Would dates_read_engaged() have something to read? Asked before anything is done. */
bool dates_check_engaged(const char *path, GError **error);
/* A file of signs of life: CSV; the address, and the first column that is none. After the list. WINNOW_ERROR_INPUT. */
bool dates_read_engaged(struct dates *dates, const char *path, const struct subjects *subjects, GError **error);

/* Of one subject; 0 unknown. */
void dates_of(const struct dates *dates, const struct subjects *subjects, subject_index subject, gint64 *subscribed,
              gint64 *engaged);

/* How many cells were no dates; the first hundred or so of them are described, with their places. */
guint64 dates_unreadable(const struct dates *dates);
const GPtrArray *dates_troubles(const struct dates *dates);

#endif
