/* SPDX-License-Identifier: MIT
 * The decisions of a plan, which stand in for those of the policy while a list is judged. */
#ifndef WINNOW_CMD_PLANNED_H
#define WINNOW_CMD_PLANNED_H

#include "core/policy/policy.h"

struct plan;

struct planned {
    struct decision decision;
    struct view reason;
    const char *subtype, *status;
};

/* About the subscriber with that key; NULL: nothing is planned, the row is kept. Belongs to the plan. */
const struct planned *plan_find(const struct plan *plan, struct view key);

#endif
