/* SPDX-License-Identifier: MIT
 * year [SEED [PEOPLE [DAYS]]]: the simulated year, as a table: winnow and the defaults of others in the same world. */
#include "tests/year/contest.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16 };

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
    const struct contender *contenders[MOST] = {&winnow_contender, &winnow_unsigned};
    size_t count = 2;
    for (const struct contender *peer = peers; peer->name && count < MOST; peer++)
        contenders[count++] = peer;
    struct world *world = world_new(&options);
    g_autofree char *table = contest_table(world, contenders, count);
    world_free(world);
    printf("%u subscribers, %d days, one mail a day, seed %" G_GUINT64_FORMAT "\n\n%s", options.people, options.days,
           options.seed, table);
    return 0;
}
