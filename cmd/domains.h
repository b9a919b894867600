/* SPDX-License-Identifier: MIT
 * How many rows of a list lie at certain domains: those of which much evidence names addresses. Guards divide by it.
 * domains_want() for every candidate's domain, domains_settle(), domains_see() for every row's; then the rows.
 * A row at a domain that nobody asks about costs one look-up in a table that fits the processor's cache. One thread. */
#ifndef WINNOW_CMD_DOMAINS_H
#define WINNOW_CMD_DOMAINS_H

#include "core/view.h"

struct domains;

struct domains *domains_new(void);
void domains_free(struct domains *domains);

void domains_want(struct domains *domains, struct view name);
/* From here on only the domains that `least` keys named are counted. */
void domains_settle(struct domains *domains, guint64 least);
void domains_see(struct domains *domains, struct view name);
/* The list is streamed once more. */
void domains_restart(struct domains *domains);
/* 0 for a domain that is not counted. */
guint64 domains_rows(const struct domains *domains, struct view domain);

#endif
