/* SPDX-License-Identifier: MIT
 * How long mail_read() takes for one message, beside GMime's own parser: bench-mail FILE… */
#include "core/mail/mail.h"
#include <gmime/gmime.h>
#include <stdio.h>

enum { ROUNDS = 20000 };

static double time_ours(struct mail_reader *reader, struct view bytes)
{
    struct pool pool;
    pool_init(&pool);
    gint64 start = g_get_monotonic_time();
    for (int i = 0; i < ROUNDS; i++) {
        pool_reset(&pool);
        struct mail *mail = mail_read(reader, bytes, &pool);
        headers_get(&mail->headers, "Subject");
    }
    double each = (double)(g_get_monotonic_time() - start) / ROUNDS;
    pool_clear(&pool);
    return each;
}

static double time_gmime(struct view bytes)
{
    const int rounds = ROUNDS / 10;
    gint64 start = g_get_monotonic_time();
    for (int i = 0; i < rounds; i++) {
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.data, bytes.len);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        if (message)
            g_object_unref(message);
        g_object_unref(parser);
        g_object_unref(stream);
    }
    return (double)(g_get_monotonic_time() - start) / rounds;
}

int main(int argc, char **argv)
{
    struct mail_reader *reader = mail_reader_new();
    for (int i = 1; i < argc; i++) {
        g_autofree char *text = NULL;
        gsize len = 0;
        if (!g_file_get_contents(argv[i], &text, &len, NULL))
            continue;
        struct view bytes = {.data = text, .len = len};
        printf("%s: %zu bytes, mail_read %.2f µs, GMime tree %.2f µs\n", argv[i], bytes.len, time_ours(reader, bytes),
               time_gmime(bytes));
    }
    mail_reader_free(reader);
    return 0;
}
