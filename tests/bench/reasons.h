/* SPDX-License-Identifier: MIT
 * Other words for the SMTP replies that samples quote in Diagnostic-Code: same reply code and status, different text.
 */
#ifndef BENCH_REASONS_H
#define BENCH_REASONS_H

#include <glib.h>

enum { REASON_TEXTS = 6 };

struct reason {
    const char *begins;             /* the reply in the sample */
    const char *text[REASON_TEXTS]; /* what follows the code; '%' stands for the address */
};

static const struct reason reasons[] = {
    {"550 5.1.1",
     {"<%>: Recipient address rejected: User unknown in local recipient table", "<%>... User unknown",
      "The email account that you tried to reach does not exist", "No such user here", "<%> mailbox unavailable",
      "Requested action not taken: no mailbox by that name is currently available"}},
    {"552 5.2.2",
     {"Mailbox full", "<%>: Mailbox size limit exceeded", "Requested mail action aborted: exceeded storage allocation",
      "User over quota", "The recipient's inbox is full and cannot take messages now", "<%>: quota exceeded"}},
    {"452 4.2.2",
     {"The email account that you tried to reach is over quota", "<%>: Mailbox full, try again later",
      "Insufficient space in the mailbox of <%>", "Over quota", "Mailbox is full", "<%>: disk quota exceeded"}},
    {"550 5.7.1",
     {"Service unavailable; client [192.0.2.10] blocked using zen.blocklist.test",
      "Message rejected because of the reputation of 192.0.2.10", "Your host is listed in dnsbl.blocklist.test",
      "<%>: Relay access denied", "Message content rejected as spam",
      "Policy rejection: see https://help.example.net/550"}},
};

#endif
