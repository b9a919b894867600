/* SPDX-License-Identifier: MIT
 * generate SAMPLES FOLDER MESSAGES ROWS BOUNCING: writes FOLDER/bounces.mbox (mboxrd; at least MESSAGES, and as many as
 * it takes until BOUNCING subscribers have bounced) and FOLDER/list.csv (ROWS, those subscribers spread over it). The
 * same arguments and samples give the same bytes; if FOLDER/made-from says that they are there, nothing is done. Memory
 * does not grow with the sizes. */
#include "ordinary.h"
#include "people.h"
#include "template.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORMAT = 3,            /* counted up when the same samples give other bytes */
    ORDINARY_EACH = 10,    /* one message in so many is no bounce */
    INVARIABLE_EACH = 200, /* a sample without an address to vary would name one subscriber again and again */
    LARGEST_SAMPLE = 256 * 1024,
    DAYS = 60,
};
static const gint64 last_day = 1777507200; /* 2026-04-30T00:00:00Z */

struct bench {
    const char *folder;
    guint64 messages, rows, bouncing;
    GPtrArray *templates;
    GString *text;
    FILE *to;
    guint64 written, bounced;
};

static void fail(const char *verb, const char *path)
{
    g_printerr("generate: cannot %s '%s': %s\n", verb, path, g_strerror(errno));
    exit(1);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void find_samples(const char *top, const char *below, GPtrArray *names)
{
    g_autofree char *folder = g_build_filename(top, below, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    if (!dir)
        fail("read", folder);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = *below ? g_strconcat(below, "/", name, NULL) : g_strdup(name);
        g_autofree char *full = g_build_filename(top, path, NULL);
        if (g_file_test(full, G_FILE_TEST_IS_DIR))
            find_samples(top, path, names);
        else if (g_str_has_suffix(name, ".eml"))
            g_ptr_array_add(names, g_steal_pointer(&path));
    }
}

/* A sample that is no text of a usual size is for tests of broken input, not for speed. */
static GString *read_sample(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize len;
    if (!g_file_get_contents(path, &bytes, &len, NULL))
        fail("read", path);
    if (len > LARGEST_SAMPLE || memchr(bytes, '\0', len))
        return NULL;
    gsize skip = g_str_has_prefix(bytes, "From ") ? strcspn(bytes, "\n") + 1 : 0;
    return g_string_new(bytes + MIN(skip, len));
}

/* Reads the samples into bench->templates; returns what the output is made from, in words. */
static char *load_samples(struct bench *bench, const char *top)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    bool bounces = false;
    find_samples(top, "", names);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_build_filename(top, name, NULL);
        GString *text = read_sample(path);
        if (!text)
            continue;
        g_checksum_update(checksum, (const guchar *)name, (gssize)strlen(name) + 1);
        g_checksum_update(checksum, (const guchar *)text->str, (gssize)text->len);
        struct template *template = template_new(name, text);
        g_ptr_array_add(bench->templates, template);
        for (guint k = 0; k < template_people(template); k++)
            bounces = bounces || template_bounces(template, k);
    }
    if (!bounces) {
        g_printerr("generate: no sample below '%s' bounces; nothing to make an archive from\n", top);
        exit(1);
    }
    return g_strdup_printf("format %d, messages %" G_GUINT64_FORMAT ", rows %" G_GUINT64_FORMAT
                           ", bouncing %" G_GUINT64_FORMAT ", samples %s\n",
                           FORMAT, bench->messages, bench->rows, bench->bouncing, g_checksum_get_string(checksum));
}

static void begin_file(struct bench *bench, const char *path)
{
    bench->to = fopen(path, "w");
    if (!bench->to)
        fail("write", path);
    setvbuf(bench->to, NULL, _IOFBF, 1024 * 1024);
}

static void end_file(struct bench *bench, const char *path)
{
    if (fclose(bench->to) != 0)
        fail("write", path);
}

/* What mail collects on its way and samples, written to be read, leave out: as in archives of real bounces, whose
 * messages are of about 5 KB. Stands before the headers of each message, and of the message that a report returns. */
static void put_trace(struct bench *bench, guint64 number, const char *when)
{
    for (unsigned hop = 0; hop < 3; hop++)
        fprintf(bench->to,
                "Received: from mta%u.news.example.org (mta%u.news.example.org [192.0.2.%u])\n"
                "\tby mx%u.example.net (Postfix) with ESMTPS id %08X%04X\n"
                "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits));\n\t%s\n",
                hop, hop, (unsigned)(number % 250 + 1), hop, (unsigned)number * 2654435761u, hop * 4099, when);
    fprintf(bench->to,
            "Authentication-Results: mx.example.net; dkim=pass (2048-bit key) header.d=news.example.org\n"
            "\theader.s=s2026; spf=pass smtp.mailfrom=news.example.org; dmarc=pass\n"
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=news.example.org; s=s2026;\n"
            "\th=from:to:subject:date:message-id:list-unsubscribe:mime-version:content-type;\n"
            "\tbh=%08X47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSu=;\n",
            (unsigned)number);
    for (unsigned line = 0; line < 4; line++)
        fprintf(bench->to, "\t%08X%08XqpXH4yTQmJtB2sC7WfGzPnVkEoRdAuLiYwNxMbHvSaDcFgJhKlQwErTyUiOp\n",
                (unsigned)number * (line + 3), (unsigned)number ^ (line * 7919));
    fprintf(bench->to,
            "X-Spam-Status: No, score=-1.9 required=5.0 tests=BAYES_00,DKIM_SIGNED,DKIM_VALID\n\tautolearn=ham\n"
            "X-Mailer: Letters 4.2 (build %u)\n",
            (unsigned)(number % 97));
}

static bool opens_returned(const char *line)
{
    return g_str_has_prefix(line, "Content-Type: message/rfc822") ||
           g_str_has_prefix(line, "Content-Type: text/rfc822-headers");
}

/* RFC 4155 as mboxrd: a body line that could be taken for a separator gets one more '>'. */
static void put_message(struct bench *bench, const char *sender, gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_autofree char *when = g_date_time_format(date, "%a %b %e %H:%M:%S %Y");
    fprintf(bench->to, "From %s %s\n", sender, when);
    put_trace(bench, bench->written, when);
    bool returned = false;
    for (const char *line = bench->text->str; *line;) {
        gsize len = strcspn(line, "\n");
        len += line[len] == '\n';
        if (g_str_has_prefix(line + strspn(line, ">"), "From "))
            putc('>', bench->to);
        fwrite(line, 1, len, bench->to);
        returned = returned || opens_returned(line);
        if (returned && *line == '\n') {
            put_trace(bench, bench->written, when);
            returned = false;
        }
        line += len;
    }
    if (bench->text->len && bench->text->str[bench->text->len - 1] != '\n')
        putc('\n', bench->to);
    putc('\n', bench->to);
    bench->written++;
}

/* People 0 … bouncing-1 bounce, in turn; up to rows-1 they are in the list and do not; from there on nobody knows them.
 */
static void choose_people(struct bench *bench, const struct template *template, struct instance *instance)
{
    for (guint i = 0; i < template_people(template); i++) {
        guint64 dice = people_dice(instance->number * TEMPLATE_PEOPLE + i, 10);
        if (template_bounces(template, i))
            instance->people[i] = bench->bounced++ % bench->bouncing;
        else if (template_is_stranger(template, i))
            instance->people[i] = bench->rows + dice % bench->rows;
        else
            instance->people[i] = bench->bouncing + dice % (bench->rows - bench->bouncing);
    }
}

static void put_copy(struct bench *bench, guint64 number)
{
    guint64 dice = people_dice(number, 11);
    struct instance instance = {.number = number,
                                .time = last_day - (gint64)(people_dice(number, 12) % (DAYS * 86400))};
    g_string_truncate(bench->text, 0);
    if (dice % ORDINARY_EACH == 0) {
        guint64 person = bench->bouncing + people_dice(number, 13) % (bench->rows - bench->bouncing);
        ordinary_append(bench->text, number, person, instance.time);
        put_message(bench, "news-reader@example.net", instance.time);
        return;
    }
    const struct template *template = g_ptr_array_index(bench->templates, dice / ORDINARY_EACH % bench->templates->len);
    if (template_people(template) == 0 && people_dice(number, 14) % INVARIABLE_EACH)
        return;
    choose_people(bench, template, &instance);
    template_append(template, &instance, bench->text);
    put_message(bench, "MAILER-DAEMON", instance.time);
}

static void write_mbox(struct bench *bench)
{
    g_autofree char *path = g_build_filename(bench->folder, "bounces.mbox", NULL);
    begin_file(bench, path);
    for (guint64 number = 0; bench->written < bench->messages || bench->bounced < bench->bouncing; number++)
        put_copy(bench, number);
    end_file(bench, path);
}

static void write_list(struct bench *bench)
{
    static const guint64 stride = 1000003; /* a prime: the list has the bouncing ones in another order than the mbox */
    g_autofree char *path = g_build_filename(bench->folder, "list.csv", NULL);
    begin_file(bench, path);
    fputs("id,email,name,joined,notes\r\n", bench->to);
    guint64 bouncing = 0;
    for (guint64 row = 0; row < bench->rows; row++) {
        bool bounces = (row + 1) * bench->bouncing / bench->rows > bouncing;
        guint64 person = bounces ? bouncing * stride % bench->bouncing : bench->bouncing + row - bouncing;
        bouncing += bounces;
        g_string_truncate(bench->text, 0);
        people_append_row(bench->text, person, row + 1001);
        fwrite(bench->text->str, 1, bench->text->len, bench->to);
    }
    end_file(bench, path);
}

static guint64 number_of(const char *text)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, 1, 1000000000, &value, NULL)) {
        g_printerr("generate: '%s' is no number between 1 and 1000000000\n", text);
        exit(2);
    }
    return value;
}

static void generate(struct bench *bench, const char *made_from, const char *parameters)
{
    g_unlink(made_from);
    write_mbox(bench);
    write_list(bench);
    /* The first line is compared, the others are for the table. */
    g_autofree char *facts = g_strdup_printf(
        "%swritten %" G_GUINT64_FORMAT "\nrows %" G_GUINT64_FORMAT "\nbouncing %" G_GUINT64_FORMAT "\nsamples %u\n",
        parameters, bench->written, bench->rows, bench->bouncing, bench->templates->len);
    if (!g_file_set_contents(made_from, facts, -1, NULL))
        fail("write", made_from);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        g_printerr("usage: generate SAMPLES FOLDER MESSAGES ROWS BOUNCING\n");
        return 2;
    }
    struct bench bench = {.folder = argv[2],
                          .messages = number_of(argv[3]),
                          .rows = number_of(argv[4]),
                          .bouncing = number_of(argv[5]),
                          .text = g_string_new(NULL),
                          .templates = g_ptr_array_new_with_free_func((GDestroyNotify)template_free)};
    if (bench.bouncing >= bench.rows || bench.bouncing % 1000003 == 0) {
        g_printerr("generate: %s of %s rows cannot bounce\n", argv[5], argv[4]);
        return 2;
    }
    g_autofree char *parameters = load_samples(&bench, argv[1]);
    g_autofree char *made_from = g_build_filename(bench.folder, "made-from", NULL);
    g_autofree char *there = NULL;
    if (g_mkdir_with_parents(bench.folder, 0777) != 0)
        fail("create", bench.folder);
    if (!g_file_get_contents(made_from, &there, NULL, NULL) || !g_str_has_prefix(there, parameters))
        generate(&bench, made_from, parameters);
    g_ptr_array_unref(bench.templates);
    g_string_free(bench.text, TRUE);
    return 0;
}
