/* SPDX-License-Identifier: MIT
 * A list of as many subscribers as are wanted, each a function of the number: addresses of every awkward kind, and
 * neighbours whose addresses are parts of one another. */
#ifndef WINNOW_TESTS_PEOPLE_H
#define WINNOW_TESTS_PEOPLE_H

#include "core/pool.h"

enum { ID_LENGTH = 36 };

/* The address as the list has it; lives in `pool`. */
struct view person_address(guint32 n, struct pool *pool);
/* A UUID. */
void person_id(guint32 n, char into[static ID_LENGTH + 1]);
/* An address that is nobody's. */
struct view stranger_address(guint32 n, struct pool *pool);

#endif
