/* SPDX-License-Identifier: MIT
 * Cutting the body of a multipart at its delimiter lines (RFC 2046 5.1.1), and guessing the boundary where the header
 * does not say it or says it wrongly. Knows no headers; views into the body. Pure. */
#ifndef WINNOW_MAIL_BOUNDARY_H
#define WINNOW_MAIL_BOUNDARY_H

#include "core/view.h"

struct cutter {
    struct view boundary; /* without the leading "--" */
    struct view rest;     /* behind the last delimiter found */
    bool more;            /* a part begins at `rest` */
    bool closed;          /* the final delimiter was seen */
};

/* Goes to the first delimiter; `more` is false if there is none. */
void cutter_init(struct cutter *cutter, struct view boundary, struct view body);

/* The next part; false behind the last. A part without a delimiter behind it runs to the end. */
bool cutter_next(struct cutter *cutter, struct view *part);

/* The boundary that `declared` means in `body`: itself, itself mended, or that of the first line that looks like a
 * delimiter. Empty if the body shows none. */
struct view boundary_find(struct view declared, struct view body);

/* The boundary of a body that starts with a delimiter line (a notice "MIME" may stand before it), else empty. */
struct view boundary_at_start(struct view body);

#endif
