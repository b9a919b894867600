/* SPDX-License-Identifier: MIT
 * The program itself in the made-up world: real mails go in, its lists say who is mailed. Not in the table of the year,
 * which would take hours. $WINNOW names the program. */
#ifndef YEAR_PROGRAM_H
#define YEAR_PROGRAM_H

#include "tests/year/contest.h"

extern const struct contender program_contender;

/* Where the last contest's list.csv, state.db, signed.conf and keys are; the caller removes it. */
const char *program_folder(void);
/* Runs the program there and returns its output, to be freed. */
char *program_run(const char *const *arguments, int *code);

#endif
