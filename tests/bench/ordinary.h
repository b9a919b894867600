/* SPDX-License-Identifier: MIT
 * Mail that is no bounce, as it lies in a bounce mailbox too: replies, newsletters with HTML, some with an attachment.
 */
#ifndef BENCH_ORDINARY_H
#define BENCH_ORDINARY_H

#include <glib.h>

/* The message of this number, sent by that person at that time (Unix seconds, UTC); 500 bytes to some 40 KB. */
void ordinary_append(GString *out, guint64 number, guint64 person, gint64 time);

#endif
