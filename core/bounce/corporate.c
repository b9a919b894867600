/* SPDX-License-Identifier: MIT
 * Servers, gateways and filters of firms and small providers that report in plain words: IMail, MDaemon, CommuniGate
 * Pro, Sun/iPlanet Messaging Server and PMDF, Netscape, Domino, InterScan, MailMarshal, SurfControl, Barracuda,
 * m-FILTER, Mercury … From their manuals (message templates) and habits. What has a form of its own is elsewhere:
 * exchange.c, directory_names.c. */
#include "core/bounce/layouts.h"
#include "core/bounce/prose.h"

static const struct layout makers[] = {
    /* Domino's router; usually with a status part that knows no more than 5.0.0. The last line is the reason. */
    {"domino", "was not delivered to:", NULL, "because:", ENTRY_ANY, EVENT_NONE, false},
    {"domino", "konnte nicht zugestellt werden an:", NULL, "weil:", ENTRY_ANY, EVENT_NONE, false},
    {"domino", "wurde nicht zugestellt an:", NULL, "weil:", ENTRY_ANY, EVENT_NONE, false},

    /* CommuniGate Pro: one sentence for each recipient, then the module that failed. */
    {"communigate", "Failed to deliver to '", "Failed to deliver to", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"communigate", "Message delivery to '", "Message delivery to", NULL, IN_SENTENCE, EVENT_DELAY, false},
    {"communigate", "Unable to deliver to '", "Unable to deliver to", NULL, IN_SENTENCE, EVENT_BOUNCE, false},

    /* Exchange Online's report for people, as it looks since 2016, where it comes without its status part. */
    {"exchange", "Reported error:", "Recipient Address:", "Reported error:", IN_SENTENCE, EVENT_NONE, false,
     "Message Hops"},

    /* Sun Java System Messaging Server, iPlanet, PMDF, Oracle: labelled lines, the same words in every version. */
    {"messaging-server", "Recipient address:", "Recipient address:", NULL, IN_SENTENCE, EVENT_NONE, false},

    /* Netscape Messaging Server. */
    {"netscape", "destination addresses were unknown", "SMTP", NULL, IN_SENTENCE | SAYS_IT_ALL, EVENT_NONE, false,
     "Please reply to"},

    /* MDaemon: the recipients, then the whole SMTP session. Its later texts say "Failed address:". */
    {"mdaemon", "Failed address:", "Failed address:", "Session Transcript", IN_SENTENCE, EVENT_NONE, false},
    {"mdaemon", "did NOT receive a copy of your message:", NULL, NULL, ENTRY_ANY, EVENT_BOUNCE, false,
     "Session Transcript"},

    /* Filters in front of a server. */
    {"mailmarshal", "The following recipients were affected:", NULL, "not be delivered because of", ENTRY_ANY,
     EVENT_NONE, false, "Additional Information"},
    {"mailmarshal", "The following recipients were affected:", NULL, "delivery has been delayed because of", ENTRY_ANY,
     EVENT_NONE, false, "Additional Information"},
    {"surfcontrol", "A transcript of the attempts to send the message follows", "Addressed To:", NULL, IN_SENTENCE,
     EVENT_NONE, true},
    {"interscan", "Message from InterScan", "Unable to deliver message to", NULL, IN_SENTENCE, EVENT_NONE, true,
     "End of message"},
    {"interscan", "Unable to deliver message to <", "Unable to deliver message to", NULL, IN_SENTENCE, EVENT_NONE,
     false, "End of message"},
    {"barracuda", "was blocked by our Spam Firewall", "Your message to:", NULL, IN_SENTENCE | SAYS_IT_ALL, EVENT_BOUNCE,
     false},
    {"m-filter", "以下のメールアドレスへの送信に失敗しました", NULL, "-------server message", ENTRY_ANY, EVENT_BOUNCE,
     true, "-------SMTP command"},
    {"amavis", "was considered unsolicited bulk e-mail", "->", NULL, IN_SENTENCE | SAYS_IT_ALL, EVENT_BOUNCE, false},

    /* Small servers. */
    {"mercury", "has failed delivery and has been referred", "***", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"mercury", "One or more addresses in your message have failed", "***", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"sentence", "We had trouble delivering your message", "rejected recipient", NULL, IN_SENTENCE, EVENT_NONE, false},
};

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
    return layouts_read(reading, makers, G_N_ELEMENTS(makers)) || read_lines(reading);
}
