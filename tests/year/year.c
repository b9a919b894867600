/* SPDX-License-Identifier: MIT
 * year [SEED [PEOPLE [DAYS]]]: the simulated year, as a table: winnow and the defaults of others in the same world. */
#include "tests/year/contest.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct world_options options = world_year;
    if (argc > 1)
        options.seed = g_ascii_strtoull(argv[1], NULL, 10);
    if (argc > 2)
        options.people = (guint32)g_ascii_strtoull(argv[2], NULL, 10);
    if (argc > 3)
        options.days = (int)g_ascii_strtoull(argv[3], NULL, 10);
    if (options.people == 0 || options.days == 0) {
        fputs("usage: year [SEED [PEOPLE [DAYS]]]\n", stderr);
        return 2;
    }
    const struct contender *all[CONTENDERS_MAX];
    struct score scores[CONTENDERS_MAX];
    size_t count = contest_all(all);
    struct world *world = world_new(&options);
    for (size_t i = 0; i < count; i++)
        scores[i] = contest_run(world, all[i]);
    world_free(world);
    g_autofree char *table = contest_table(all, scores, count);
    printf("%u subscribers, %d days, one mail a day, seed %" G_GUINT64_FORMAT "\n\n%s\n", options.people, options.days,
           options.seed, table);
    for (size_t i = 0; i < count; i++)
        printf("%-12s%s\n", all[i]->name, all[i]->terms);
    return 0;
}
