/* SPDX-License-Identifier: MIT
 * Servers, gateways and filters of firms and small providers that report in plain words: most of them are layouts
 * (layouts/corporate.layouts), some are known by a header. What has a form of its own is elsewhere: exchange.c,
 * directory_names.c. */
#include "core/bounce/layout_files.h"
#include "core/bounce/prose.h"

/* Makers whose headers are surer than their words, which stand in front of the copy, one line or more for each
 * recipient. IMail's mailer is called SMTP32: "unknown user: ann@example.org", "Delivery failed 20 attempts: …",
 * "undeliverable to …". MDaemon writes by its own name: "ann@example.org - no such user here." */
static const struct {
    const char *name, *header, *value, *end;
} lines[] = {
    {"imail", "X-Mailer", "<SMTP32 ", "Original message follows"},
    {"mdaemon", "From", "MDaemon@", "Session Transcript"},
};

static bool read_lines(struct reading *reading)
{
    const char *name = reading->reader;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct view value = headers_get(&reading->mail->headers, lines[i].header);
        size_t begin, end;
        if (view_find_fold(value, view_of(lines[i].value)) < 0)
            continue;
        struct view text = reading_without_copy(reading);
        if (entries_find_words(text, lines[i].end, &begin, &end))
            text = view_first(text, begin);
        reading->reader = lines[i].name;
        if (prose_read_list(reading, prose_kind(reading, text), text) == 0)
            continue;
        for (size_t k = 0; k < reading->count; k++) {
            struct event *event = &reading->events[k];
            if (view_is_empty(event->diagnostic))
                event->diagnostic = entries_one_line(event->prose, reading->pool);
        }
        return true;
    }
    reading->reader = name;
    return false;
}

bool read_corporate(struct reading *reading)
{
    size_t count;
    const struct layout *layouts = layout_file(LAYOUTS_CORPORATE, &count);
    return layouts_find(reading, layouts, count) || read_lines(reading);
}
