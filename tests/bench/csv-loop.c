/* SPDX-License-Identifier: MIT
 * csv-loop LIST: the yardstick for reading lists. libcsv over one file in blocks of 128 KB, cells and rows counted and
 * nothing else. Prints how many rows it saw. */
#include <csv.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { BLOCK = 128 * 1024 };

struct counts {
    uint64_t cells, bytes, rows;
};

static void count_cell(void *cell, size_t len, void *user)
{
    struct counts *counts = user;
    (void)cell;
    counts->cells++;
    counts->bytes += len;
}

static void count_row(int end, void *user)
{
    struct counts *counts = user;
    (void)end;
    counts->rows++;
}

static int count_file(int fd, struct counts *counts)
{
    static char block[BLOCK];
    struct csv_parser parser;
    if (csv_init(&parser, 0) != 0)
        return -1;
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0) {
        if (csv_parse(&parser, block, (size_t)got, count_cell, count_row, counts) != (size_t)got)
            return -1;
    }
    int end = csv_fini(&parser, count_cell, count_row, counts);
    csv_free(&parser);
    return got < 0 ? -1 : end;
}

int main(int argc, char **argv)
{
    struct counts counts = {0};
    int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || count_file(fd, &counts) != 0) {
        fprintf(stderr, argc == 2 ? "csv-loop: cannot read the list\n" : "usage: csv-loop LIST\n");
        return 1;
    }
    printf("%llu\n", (unsigned long long)counts.rows);
    close(fd);
    return 0;
}
