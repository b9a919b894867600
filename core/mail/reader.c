/* SPDX-License-Identifier: MIT */
#include "core/mail/reader.h"

static GMimeParserOptions *options;

static void *init_gmime(G_GNUC_UNUSED void *unused)
{
    g_mime_init();
    options = g_mime_parser_options_new();
    const char *fallbacks[] = {"utf-8", "windows-1252", NULL};
    g_mime_parser_options_set_fallback_charsets(options, fallbacks);
    return NULL;
}

void mail_gmime_init(void)
{
    static GOnce once = G_ONCE_INIT;
    g_once(&once, init_gmime, NULL);
}

GMimeParserOptions *mail_gmime_options(void)
{
    mail_gmime_init();
    return options;
}

struct mail_reader *mail_reader_new(void)
{
    mail_gmime_init();
    return g_new0(struct mail_reader, 1);
}

static void converter_close(struct converter *converter)
{
    if (converter->iconv != (iconv_t)-1)
        g_mime_iconv_close(converter->iconv);
}

void mail_reader_clear(struct mail_reader *reader)
{
    for (unsigned i = 0; i < reader->used; i++)
        converter_close(&reader->converters[i]);
    *reader = (struct mail_reader){0};
}

void mail_reader_free(struct mail_reader *reader)
{
    if (!reader)
        return;
    mail_reader_clear(reader);
    g_free(reader);
}

/* iconv takes paths and options ("UTF-8//IGNORE") in a name; a mail has no say in those. */
static bool label_is_plain(const char *label)
{
    for (const char *c = label; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("-_.:+", *c))
            return false;
    }
    return *label != '\0';
}

void mail_keep_charset(struct view label)
{
    enum { KEPT = 32 };
    static GMutex lock;
    static struct converter kept[KEPT];
    static unsigned used;
    char name[READER_LABEL];
    if (label.len >= sizeof name)
        return;
    for (size_t i = 0; i <= label.len; i++)
        name[i] = i < label.len ? g_ascii_tolower(label.data[i]) : '\0';
    if (!label_is_plain(name) || strcmp(name, "utf-8") == 0)
        return;
    g_mutex_lock(&lock);
    unsigned i = 0;
    while (i < used && strcmp(kept[i].label, name) != 0)
        i++;
    if (i == used && used < KEPT) {
        used++;
        g_strlcpy(kept[i].label, name, sizeof kept[i].label);
        kept[i].iconv = g_mime_iconv_open("UTF-8", name);
    }
    g_mutex_unlock(&lock);
}

iconv_t mail_reader_converter(struct mail_reader *reader, const char *label)
{
    if (strlen(label) >= READER_LABEL || !label_is_plain(label))
        return (iconv_t)-1;
    for (unsigned i = 0; i < reader->used; i++) {
        struct converter *known = &reader->converters[i];
        if (strcmp(known->label, label) == 0) {
            if (known->iconv != (iconv_t)-1)
                iconv(known->iconv, NULL, NULL, NULL, NULL);
            return known->iconv;
        }
    }
    mail_gmime_init();
    struct converter *slot = &reader->converters[reader->oldest];
    if (reader->used < READER_CONVERTERS)
        slot = &reader->converters[reader->used++];
    else {
        converter_close(slot);
        reader->oldest = (reader->oldest + 1) % READER_CONVERTERS;
    }
    g_strlcpy(slot->label, label, sizeof slot->label);
    mail_keep_charset(view_of(label));
    slot->iconv = g_mime_iconv_open("UTF-8", label);
    return slot->iconv;
}
