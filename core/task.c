/* SPDX-License-Identifier: MIT */
#include "core/task.h"

struct task {
    task_work work;
    void *user;
    GThread *thread;
    bool done;
    GError *error;
};

static void *run_task(void *user)
{
    struct task *task = user;
    task->done = task->work(task->user, &task->error);
    return NULL;
}

struct task *task_start(task_work work, void *user)
{
    struct task *task = g_new(struct task, 1);
    *task = (struct task){.work = work, .user = user};
    task->thread = g_thread_try_new("task", run_task, task, NULL);
    if (!task->thread)
        g_clear_pointer(&task, g_free);
    return task;
}

bool task_wait(struct task *task, GError **error)
{
    g_thread_join(task->thread);
    bool done = task->done;
    if (task->error)
        g_propagate_error(error, task->error);
    g_free(task);
    return done;
}
