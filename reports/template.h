/* SPDX-License-Identifier: MIT
 * The template of a diagnostic: its words without what differs from one bounce to the next, so that equal causes can be
 * counted together. "550 5.1.1 <ann@example.org>: unknown" is "550 5.1.1 <{address}>: unknown". Reply codes and
 * enhanced status codes stay, as do providers' short codes ("[TSS04]"). Pure; for eyes, not for rules. */
#ifndef WINNOW_REPORTS_TEMPLATE_H
#define WINNOW_REPORTS_TEMPLATE_H

#include "core/view.h"

enum {
    TEMPLATE_INPUT = 1024, /* bytes of a diagnostic that are looked at: the cause stands in front */
    TEMPLATE_LENGTH = 320, /* bytes of a template, so that a hundred thousand of them stay small */
};

/* Appends the template of `text`, which has been through clean_append(), to `out`: {address}, {name} (a word in angle
 * brackets), {url}, {ip}, {host}, {n}, {id}, and "…" for what stood in quotes. */
void template_append(GString *out, struct view text);

#endif
