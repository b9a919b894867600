/* SPDX-License-Identifier: MIT
 * What GMime and iconv want to keep between messages: set up once per process, converters once per thread.
 * Knows charset labels and their aliases; hides iconv. A zeroed struct mail_reader is valid. One thread at a time. */
#ifndef WINNOW_MAIL_READER_H
#define WINNOW_MAIL_READER_H

#include "core/mail/mail.h"
#include <gmime/gmime.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeContentType, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeContentDisposition, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InternetAddressList, g_object_unref)

enum { READER_CONVERTERS = 16, READER_LABEL = 32 };

struct converter {
    char label[READER_LABEL];
    iconv_t iconv; /* to UTF-8; (iconv_t)-1 if iconv does not know the label */
};

struct mail_reader {
    struct converter converters[READER_CONVERTERS];
    unsigned used, oldest;
};

/* GMime's own tables; any thread, any number of times. */
void mail_gmime_init(void);
/* Our options for GMime's parsers: nothing depends on the locale. */
GMimeParserOptions *mail_gmime_options(void);

/* From now on the charset `label` is at hand. glibc unloads a charset with its last converter and loads it again for
 * the next one, and GMime opens one for each encoded word. Any thread. */
void mail_keep_charset(struct view label);

/* Closes the converters of a reader in the caller's storage. */
void mail_reader_clear(struct mail_reader *reader);

/* The converter from `label` (as iconv knows it) to UTF-8 in its initial state, or (iconv_t)-1. */
iconv_t mail_reader_converter(struct mail_reader *reader, const char *label);

#endif
