/* SPDX-License-Identifier: MIT
 * The progress bar on a terminal: bytes done of all, messages, rate, time left. Nothing of it where standard error is
 * no terminal, or with --quiet. */
#ifndef WINNOW_CMD_PROGRESS_H
#define WINNOW_CMD_PROGRESS_H

#include "core/archive/pipeline.h"

struct progress_bar {
    bool shown;   /* standard error is a terminal */
    gint64 begin; /* monotonic microseconds */
    bool drawn;
};

void progress_init(struct progress_bar *bar, bool quiet);
void progress_draw(struct progress_bar *bar, const struct progress *progress);
/* Clears the line. */
void progress_end(struct progress_bar *bar);

#endif
