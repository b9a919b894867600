/* SPDX-License-Identifier: MIT
 * The invented subscribers of the bench: number n has always the same address and name, and no two share an address.
 * Nothing is stored, so mbox and list can be written one after the other, of any size. */
#ifndef BENCH_PEOPLE_H
#define BENCH_PEOPLE_H

#include <glib.h>

/* A number that looks random and is the same in every run: splitmix64 over n and a salt that keeps uses apart. */
guint64 people_dice(guint64 n, guint64 salt);

void people_append_local(GString *out, guint64 n);
void people_append_domain(GString *out, guint64 n);

/* One row of the list: id,email,name,joined,notes, CRLF; some addresses with capitals, some notes quoted, a few with
 * lines. */
void people_append_row(GString *out, guint64 n, guint64 id);

#endif
