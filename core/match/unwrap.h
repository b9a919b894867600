/* SPDX-License-Identifier: MIT
 * What forwarders and senders put around a return path, taken off again: SRS (the SRS0 and SRS1 of libsrs2 and
 * postsrsd, and Exchange's form) and BATV (draft-levine-smtp-batv-01 and its relatives). Nothing is proved: the hashes
 * belong to others. Knows nothing of VERP, which stands inside. Pure. */
#ifndef WINNOW_MATCH_UNWRAP_H
#define WINNOW_MATCH_UNWRAP_H

#include "core/view.h"

/* Replaces both parts by those of the innermost return path. They go on pointing into the same memory; only the local
 * part and the domain that stood in it change. False if there was nothing to take off. */
bool unwrap_return_path(struct view *local, struct view *domain);

#endif
