/* SPDX-License-Identifier: MIT */
#include "tests/year/contest.h"

static void append_share(GString *out, guint64 part, guint64 whole)
{
    g_autofree char *share = g_strdup_printf("%.1f %%", whole ? 100.0 * (double)part / (double)whole : 0.0);
    g_string_append_printf(out, "%12s", share);
}

static void append_row(GString *out, const char *name, const struct score *score)
{
    g_string_append_printf(out, "%-12s%10" G_GUINT64_FORMAT "%13" G_GUINT64_FORMAT, name, score->good_removed,
                           score->good_held_days);
    append_share(out, score->dead_late, score->dead);
    g_string_append_printf(out, "%13" G_GUINT64_FORMAT, score->mails_to_dead);
    append_share(out, score->full_late, score->full);
    g_string_append_c(out, '\n');
}

size_t contest_all(const struct contender *all[static CONTENDERS_MAX])
{
    size_t count = 0;
    all[count++] = &winnow_contender;
    all[count++] = &winnow_unsigned;
    for (const struct contender *peer = peers; peer->name && count < CONTENDERS_MAX; peer++)
        all[count++] = peer;
    return count;
}

char *contest_table(const struct contender *const *all, const struct score *scores, size_t count)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%-12s%10s%13s%12s%13s%12s\n", "", "good", "good, days", "dead mailed", "mails to",
                           "full mailed");
    g_string_append_printf(out, "%-12s%10s%13s%12s%13s%12s\n", "policy", "removed", "held", "after 30 d", "the dead",
                           "after 60 d");
    for (size_t i = 0; i < count; i++)
        append_row(out, all[i]->name, &scores[i]);
    return g_string_free(out, FALSE);
}
