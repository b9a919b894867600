/* SPDX-License-Identifier: MIT
 * Character references of HTML: the named ones that mail uses, and the numeric ones (HTML 13.2.5.72). Pure. */
#ifndef WINNOW_MAIL_ENTITY_H
#define WINNOW_MAIL_ENTITY_H

#include "core/view.h"

/* Reads the reference that `text` begins with ("&amp;"); returns its length. What is none gives '&' itself, length 1.
 */
size_t entity_parse(struct view text, gunichar *character);

#endif
