/* SPDX-License-Identifier: MIT
 * Automatic replies of persons (RFC 3834): vacation and the like. Not a bounce, whatever else they say.
 * The address is the author's: it is the one that answered. */
#include "core/bounce/reader.h"

struct mark {
    const char *header;
    const char *value; /* the value begins so, case folded; "" is any value but "no" */
};

/* RFC 3834 5 for Auto-Submitted; the rest by habit: Gmail and cPanel (X-Autorespond…), Exchange and Lotus. */
static const struct mark marks[] = {
    {"Auto-Submitted", "auto-replied"}, {"X-Autoreply", ""},           {"X-Autorespond", ""},
    {"X-Autoresponder", ""},            {"X-Auto-Reply", ""},          {"X-AutoReply-From", ""},
    {"X-Mail-Autoreply", ""},           {"X-Vacation", ""},            {"X-POST-MessageClass", "9; autoresponder"},
    {"Delivered-To", "autoresponder"},  {"Precedence", "auto_reply"},  {"Precedence", "auto-reply"},
    {"X-Precedence", "auto_reply"},     {"X-FC-MachineGenerated", ""}, {"Preference", "auto_reply"},
};

static bool is_marked(const struct mail *mail)
{
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        bool found = false;
        struct view value = view_trim(headers_get_nth(&mail->headers, marks[i].header, 0, &found));
        if (!found || view_equal_fold(value, VIEW("no")))
            continue;
        if (view_begins_fold(value, view_of(marks[i].value)))
            return true;
    }
    return false;
}

bool read_auto_reply(struct reading *reading)
{
    if (!is_marked(reading->mail))
        return false;
    struct event *event = reading_add(reading, EVENT_AUTO_REPLY);
    if (!event)
        return false;
    event->recipient = reading->from;
    return true;
}
