/* SPDX-License-Identifier: MIT
 * The proofs that rules carry: every `like` must reach its rule, no `unlike` may, every `says` must be able to win, and
 * no two rules may tie. The test run fails where one does not hold; `winnow rules` tells users of theirs. */
#ifndef WINNOW_CLASSIFY_PROVE_H
#define WINNOW_CLASSIFY_PROVE_H

#include "core/classify/classify.h"

/* What does not hold, each as "FILE:LINE: problem"; empty if all is well. Free with g_ptr_array_unref(). */
GPtrArray *rules_prove(const struct ruleset *rules);

#endif
