/* SPDX-License-Identifier: MIT */
#include "core/bounce/event.h"

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[] = {
#define EVENT_NAME(id, name) [EVENT_##id] = name,
        EVENT_KINDS(EVENT_NAME)
#undef EVENT_NAME
    };
    return names[kind];
}
