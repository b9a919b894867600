/* SPDX-License-Identifier: MIT
 * What hands memory from thread to thread in GLib, told to the thread sanitizer: GLib's locks are futexes that it does
 * not see. Linked into the tsan variant only, with --wrap for each of these (Makefile). */
#include <glib.h>

#undef g_once_init_enter
#undef g_once_init_leave

void __tsan_acquire(void *at);
void __tsan_release(void *at);

/* What --wrap calls the original, and calls instead of it. */
#define WRAPPED(type, name, parameters)                                                                                \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters

WRAPPED(void, g_mutex_lock, (GMutex * mutex))
{
    __real_g_mutex_lock(mutex);
    __tsan_acquire(mutex);
}

WRAPPED(void, g_mutex_unlock, (GMutex * mutex))
{
    __tsan_release(mutex);
    __real_g_mutex_unlock(mutex);
}

WRAPPED(void, g_cond_wait, (GCond * cond, GMutex *mutex))
{
    __tsan_release(mutex);
    __real_g_cond_wait(cond, mutex);
    __tsan_acquire(mutex);
}

WRAPPED(gboolean, g_cond_wait_until, (GCond * cond, GMutex *mutex, gint64 until))
{
    __tsan_release(mutex);
    gboolean met = __real_g_cond_wait_until(cond, mutex, until);
    __tsan_acquire(mutex);
    return met;
}

/* The nodes of a queue pass from thread to thread, too: all of it is done while the queue is held. */
static void hold(GAsyncQueue *queue)
{
    g_async_queue_lock(queue);
    __tsan_acquire(queue);
}

static void let_go(GAsyncQueue *queue)
{
    __tsan_release(queue);
    g_async_queue_unlock(queue);
}

void __wrap_g_async_queue_push(GAsyncQueue *queue, gpointer data);
void __wrap_g_async_queue_push(GAsyncQueue *queue, gpointer data)
{
    hold(queue);
    g_async_queue_push_unlocked(queue, data);
    let_go(queue);
}

gpointer __wrap_g_async_queue_try_pop(GAsyncQueue *queue);
gpointer __wrap_g_async_queue_try_pop(GAsyncQueue *queue)
{
    hold(queue);
    gpointer data = g_async_queue_try_pop_unlocked(queue);
    let_go(queue);
    return data;
}

gpointer __wrap_g_async_queue_pop(GAsyncQueue *queue);
gpointer __wrap_g_async_queue_pop(GAsyncQueue *queue)
{
    enum { A_WHILE = 100 }; /* microseconds */
    gpointer data;
    while (!(data = __wrap_g_async_queue_try_pop(queue)))
        g_usleep(A_WHILE);
    return data;
}

/* Of g_once(): whoever finds it done reads its status with an atomic operation of our own. */
struct first_time {
    GOnce *once;
    GThreadFunc work;
    gpointer user;
};

static gpointer do_once(gpointer data)
{
    const struct first_time *first = data;
    gpointer made = first->work(first->user);
    __tsan_release((void *)(gsize)&first->once->status);
    return made;
}

WRAPPED(gpointer, g_once_impl, (GOnce * once, GThreadFunc work, gpointer user))
{
    struct first_time first = {.once = once, .work = work, .user = user};
    gpointer made = __real_g_once_impl(once, do_once, &first);
    __tsan_acquire((void *)(gsize)&once->status);
    return made;
}

WRAPPED(gboolean, g_once_init_enter, (volatile void *at))
{
    gboolean first = __real_g_once_init_enter(at);
    __tsan_acquire((void *)(gsize)at);
    return first;
}

WRAPPED(void, g_once_init_leave, (volatile void *at, gsize result))
{
    __tsan_release((void *)(gsize)at);
    __real_g_once_init_leave(at, result);
}
