/* SPDX-License-Identifier: MIT */
#include "tests/year/world.h"

static const struct {
    const char *text, *status;
} answers[ANSWERS][WORDINGS] = {
    [ANSWER_NO_USER] = {{"550 5.1.1 <%s>: Recipient address rejected: User unknown", "5.1.1"},
                        {"550 5.1.1 <%s>... User unknown", "5.1.1"},
                        {"550 5.1.1 The email account that you tried to reach does not exist", "5.1.1"}},
    [ANSWER_DISABLED] = {{"550 5.2.1 <%s>: this account has been disabled", "5.2.1"},
                         {"554 5.2.1 The mailbox of <%s> is disabled and takes no messages", "5.2.1"},
                         {"550 5.2.1 Mailbox disabled for this recipient", "5.2.1"}},
    [ANSWER_NO_DOMAIN] = {{"Host or domain name not found. Name service error for name=%d type=MX: Host not found",
                           "5.4.4"},
                          {"550 5.1.2 %d: unrouteable mail domain", "5.1.2"},
                          {"550 5.1.2 <%s>: Bad destination mailbox address: domain does not exist", "5.1.2"}},
    [ANSWER_FULL] = {{"552 5.2.2 <%s>: Mailbox is full", "5.2.2"},
                     {"452 4.2.2 The email account that you tried to reach is over quota", "4.2.2"},
                     {"552 5.2.2 Requested mail action aborted: exceeded storage allocation", "5.2.2"}},
    [ANSWER_BLOCKED] = {{"554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using dnsbl.example.org",
                         "5.7.1"},
                        {"550 5.7.1 Your host 192.0.2.10 is listed in a block list and may not send mail to us",
                         "5.7.1"},
                        {"550 5.7.606 Access denied, banned sending IP [192.0.2.10]", "5.7.606"}},
    [ANSWER_SPAM] = {{"554 5.7.1 Message rejected as spam by content filtering", "5.7.1"},
                     {"550 5.7.1 This message has been blocked because its content looks like spam", "5.7.1"},
                     {"552 5.7.0 Message content rejected: our filter takes it for spam", "5.7.0"}},
    [ANSWER_BUSY] = {{"451 4.7.1 <%s>: greylisted, please try again later", "4.7.1"},
                     {"421 4.7.0 Too many connections from your address, try again later", "4.7.0"},
                     {"451 4.3.2 System is not accepting messages now, please try again later", "4.3.2"}},
    [ANSWER_SILENT] = {{"connect to %m[198.51.100.25]:25: Connection timed out", "4.4.1"},
                       {"connect to %m[198.51.100.25]:25: Connection refused", "4.4.1"},
                       {"delivery temporarily suspended: lost connection with %m[198.51.100.25]", "4.4.2"}},
};

const char *answer_text(enum answer answer, unsigned wording)
{
    return answers[answer][wording].text;
}

const char *answer_status(enum answer answer, unsigned wording)
{
    return answers[answer][wording].status;
}
