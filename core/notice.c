/* SPDX-License-Identifier: MIT */
#include "core/notice.h"

void notice_add(struct notices *notices, struct view text)
{
    for (unsigned i = 0; i < notices->count; i++) {
        if (view_equal(notices->text[i], text))
            return;
    }
    if (notices->count < LIMIT_NOTICES)
        notices->text[notices->count++] = text;
    else
        notices->dropped++;
}
