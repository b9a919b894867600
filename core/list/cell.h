/* SPDX-License-Identifier: MIT
 * What an address cell says. Looks only at the form; whether such an address can exist is for `winnow check`. */
#ifndef WINNOW_LIST_CELL_H
#define WINNOW_LIST_CELL_H

#include "core/view.h"

/* The address in `cell`: without white space around it (the no-break and zero-width spaces of spreadsheets too),
 * "mailto:", and the angle brackets of `<a@example.org>` or `Ann <a@example.org>`. Part of `cell`. */
struct view cell_address(struct view cell);

/* Has `address` the form of one (RFC 5321 4.1.2, RFC 6531): a local part, '@', a domain, nothing that would need
 * quoting? UTF-8 is not checked. */
bool cell_is_address(struct view address);

#endif
