/* SPDX-License-Identifier: MIT
 * Feeds files to a fuzz target without libFuzzer: the arguments, else a list of paths on standard input. Each in memory
 * that ends where the file ends. Exits 0 if the target came through all. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

static bool replay(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize len = 0;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return false;
    }
    g_autofree char *exact = g_memdup2(bytes, len);
    LLVMFuzzerTestOneInput((const uint8_t *)(exact ? exact : ""), len);
    return true;
}

int main(int argc, char **argv)
{
    bool good = true;
    for (int i = 1; i < argc; i++)
        good = replay(argv[i]) && good;
    char line[4096];
    while (argc == 1 && fgets(line, sizeof line, stdin))
        good = replay(g_strchomp(line)) && good;
    return good ? 0 : 1;
}
