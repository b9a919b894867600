/* SPDX-License-Identifier: MIT
 * Errors are for the environment (files, disks, configuration, database); strange mail is a notice instead.
 * The codes are the exit codes of the program, so that cmd/ only has to return what core said. */
#ifndef WINNOW_ERROR_H
#define WINNOW_ERROR_H

#include <glib.h>

#define WINNOW_ERROR (winnow_error_quark())

enum winnow_error {
    WINNOW_DONE = 0,
    WINNOW_INCOMPLETE = 1, /* done, but something was unreadable or is up for review */
    WINNOW_ERROR_USAGE = 2,
    WINNOW_ERROR_CONFIG = 3,
    WINNOW_ERROR_STATE = 4,
    WINNOW_ERROR_INPUT = 5,
    WINNOW_ERROR_OUTPUT = 6,
    WINNOW_ERROR_GUARD = 7,
    WINNOW_ERROR_LOCKED = 8,
};

GQuark winnow_error_quark(void);

#endif
