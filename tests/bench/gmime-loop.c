/* SPDX-License-Identifier: MIT
 * gmime-loop MBOX [fs|file|mmap]: the yardstick for reading mail. GMime's parser over one mbox, every message
 * constructed and dropped, nothing else. fs is its fastest stream in bounded memory, and the default (mmap is no
 * faster; a stream that is not persistent is slower, as the parser then copies every part). Prints how many messages it
 * saw. */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static GMimeStream *open_stream(const char *path, const char *kind)
{
    if (strcmp(kind, "file") == 0)
        return g_mime_stream_file_open(path, "r", NULL);
    if (strcmp(kind, "mmap") != 0)
        return g_mime_stream_fs_open(path, O_RDONLY, 0, NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? NULL : g_mime_stream_mmap_new(fd, PROT_READ, MAP_PRIVATE);
}

/* Counts the messages that came out whole. Without a message the parser must at least have moved on. */
static guint64 count_messages(GMimeParser *parser)
{
    guint64 seen = 0;
    gint64 last = -1;
    while (!g_mime_parser_eos(parser)) {
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        if (message) {
            seen++;
            g_object_unref(message);
        } else if (g_mime_parser_tell(parser) <= last) {
            break;
        }
        last = g_mime_parser_tell(parser);
    }
    return seen;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: gmime-loop MBOX [fs|file|mmap]\n");
        return 2;
    }
    g_mime_init();
    GMimeStream *stream = open_stream(argv[1], argc > 2 ? argv[2] : "fs");
    if (!stream) {
        fprintf(stderr, "gmime-loop: cannot read '%s'\n", argv[1]);
        return 1;
    }
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
    printf("%" G_GUINT64_FORMAT "\n", count_messages(parser));
    g_object_unref(parser);
    g_object_unref(stream);
    g_mime_shutdown();
    return 0;
}
