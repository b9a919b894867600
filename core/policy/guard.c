/* SPDX-License-Identifier: MIT */
#include "core/policy/policy.h"

bool guard_trips(const struct guard_limits *limits, guint64 removed, guint64 rows, char **why)
{
    /* The hair keeps 0.2 of 1000, which binary cannot say, at 200. */
    guint64 share = (guint64)((double)rows * limits->max_share + 1e-6);
    guint64 allowed = MAX(share, limits->min_rows);
    bool trips = removed > allowed;
    if (why)
        *why = g_strdup_printf(
            "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " rows (%.1f %%) would be removed; the guard "
            "allows %" G_GUINT64_FORMAT " (%.4g %% of the rows, or %" G_GUINT64_FORMAT " if that is more)",
            removed, rows, rows ? 100.0 * (double)removed / (double)rows : 0.0, allowed, limits->max_share * 100,
            limits->min_rows);
    return trips;
}
