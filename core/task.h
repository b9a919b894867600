/* SPDX-License-Identifier: MIT
 * One piece of work beside the caller's own, so that reading and writing overlap. What the two touch must be apart:
 * the caller sees what the work did once task_wait() returned. The only threads besides the pipeline's are here. */
#ifndef WINNOW_TASK_H
#define WINNOW_TASK_H

#include <glib.h>
#include <stdbool.h>

struct task;

typedef bool (*task_work)(void *user, GError **error);

/* Begins `work`. NULL where no thread can be had: the caller does it without one. */
struct task *task_start(task_work work, void *user);
/* Waits for its end and returns what it did. Frees the task. */
bool task_wait(struct task *task, GError **error);

#endif
