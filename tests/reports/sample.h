/* SPDX-License-Identifier: MIT
 * A report rich enough to look at: made-up facts about example domains, the same for every test. */
#ifndef WINNOW_TESTS_REPORTS_SAMPLE_H
#define WINNOW_TESTS_REPORTS_SAMPLE_H

#include "reports/report.h"

struct sample_saying {
    const char *domain, *text, *status, *rule, *matched;
    enum ses_class class;
    enum fault fault;
    unsigned weight;
};

static const struct sample_saying SAYINGS[] = {
    {"example.com", "550 5.1.1 <u%u@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
     "5.1.1", "no-such-user", "User unknown", SES_PERMANENT_NO_EMAIL, FAULT_RECIPIENT, 30},
    {"gmail.com",
     "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the "
     "recipient's email address for typos or 550-5.1.1 unnecessary spaces. ab%u12si8734512qtb.77 - gsmtp",
     "5.1.1", "gmail-no-such-user", "account that you tried to reach does not exist", SES_PERMANENT_NO_EMAIL,
     FAULT_RECIPIENT, 14},
    {"example.net", "552 5.2.2 <u%u@example.net>: Mailbox full", "5.2.2", "mailbox-full", "Mailbox full",
     SES_TRANSIENT_MAILBOX_FULL, FAULT_RECIPIENT, 12},
    {"outlook.com",
     "550 5.7.1 Unfortunately, messages from [192.0.2.%u] weren't sent. Please contact your Internet service provider "
     "since part of their network is on our block list (S3150).",
     "5.7.1", "microsoft-block-list", "on our block list", SES_TRANSIENT_GENERAL, FAULT_SENDER, 9},
    {"mail.example.org", "554 5.7.1 Message contains spam or virus, id=%u-AB12CD34", "5.7.1", "spam-content",
     "contains spam", SES_TRANSIENT_CONTENT_REJECTED, FAULT_MESSAGE, 5},
    {"example.test", "552 5.3.4 Message size exceeds fixed limit (%u bytes)", "5.3.4", "too-large", "size exceeds",
     SES_TRANSIENT_MESSAGE_TOO_LARGE, FAULT_MESSAGE, 3},
    {"down.example.org", "connect to mx%u.down.example.org[192.0.2.7]:25: Connection timed out", "4.4.1", "timed-out",
     "Connection timed out", SES_TRANSIENT_GENERAL, FAULT_NETWORK, 7},
    {"odd.example.net", "554 Sorry, computer says no today, ref %u", "5.0.0", "status-permanent", "5.0.0",
     SES_PERMANENT_GENERAL, FAULT_RECIPIENT, 4},
    {"example.jp.test", "550 \346\227\245\346\234\254\350\252\236: \345\256\233\345\205\210\344\270\215\346\230\216 %u",
     "", "none", "", SES_UNDETERMINED, FAULT_UNKNOWN, 3},
    {"evil.example.com", "550 </script><script>alert(%u)</script> \342\200\256 = \033[31m \377 \"q\" & ]]>", "", "none",
     "", SES_UNDETERMINED, FAULT_UNKNOWN, 1},
};

enum { SAMPLE_SENTENCES = G_N_ELEMENTS(SAYINGS), SAMPLE_NOW = 1763871300 };

static const char *const SAMPLE_OUTPUTS[] = {
    "cleaned", "lists/subscribers.clean.csv", "removed", "lists/subscribers.removed.csv",
    "held",    "lists/subscribers.held.csv",  "report",  "lists/subscribers.report.html",
    NULL};
static const char *const SAMPLE_ARCHIVES[] = {"bounces/2025-11.mbox", "bounces/Maildir", NULL};

static inline struct report_head sample_head(guint64 sent)
{
    return (struct report_head){.list = "lists/subscribers.csv",
                                .archives = SAMPLE_ARCHIVES,
                                .command = "clean",
                                .version = "0.1",
                                .now = SAMPLE_NOW,
                                .run = 17,
                                .sent = sent,
                                .policy_digest = "3f1c",
                                .rules_digest = "a9b2",
                                .outputs = SAMPLE_OUTPUTS};
}

/* The `i`th fact of the sample: a pure function of `i`. `text` is room for the diagnostic. */
static inline struct report_fact sample_fact(unsigned i, char text[512], char domain[64])
{
    static const enum claim_step STEPS[] = {CLAIM_VERP, CLAIM_VERP, CLAIM_ORIGINAL_RECIPIENT, CLAIM_FINAL_RECIPIENT};
    unsigned total = 0, at = 0;
    for (size_t s = 0; s < SAMPLE_SENTENCES; s++)
        total += SAYINGS[s].weight;
    unsigned pick = i * 7919u % total;
    while (pick >= SAYINGS[at].weight)
        pick -= SAYINGS[at++].weight;
    const struct sample_saying *said = &SAYINGS[at];
    const char *percent = strstr(said->text, "%u");
    g_snprintf(text, 512, "%.*s%u%s", (int)(percent - said->text), said->text, i, percent + 2);
    if (i % 11 == 0)
        g_snprintf(domain, 64, "branch%u.example.org", i % 37);
    else
        g_strlcpy(domain, said->domain, 64);
    unsigned day = i * 31u % 1000 < 300 ? 6 : i * 17u % 40;
    return (struct report_fact){.kind = i % 97 == 5    ? EVENT_COMPLAINT
                                        : i % 61 == 7  ? EVENT_AUTO_REPLY
                                        : i % 113 == 9 ? EVENT_DELAY
                                                       : EVENT_BOUNCE,
                                .class = said->class,
                                .fault = said->fault,
                                .time = SAMPLE_NOW - (gint64)day * 86400 - (gint64)(i % 1000),
                                .attributed = i % 13 != 0,
                                .step = STEPS[i % 4],
                                .domain = view_of(domain),
                                .diagnostic = view_of(text),
                                .status = view_of(said->status),
                                .rule = view_of(said->rule),
                                .matched = view_of(said->matched),
                                .path = VIEW("bounces/2025-11.mbox"),
                                .offset = (guint64)i * 4096};
}

static inline void sample_add(struct report *report, unsigned i)
{
    char text[512], domain[64];
    struct report_fact fact = sample_fact(i, text, domain);
    report_add_fact(report, &fact);
}

static inline void sample_add_rest(struct report *report)
{
    report_add_row(report, ROW_FATE_KEPT, 19470);
    report_add_row(report, ROW_FATE_HELD, 96);
    report_add_row(report, ROW_FATE_REMOVED, 412);
    report_add_row(report, ROW_FATE_REVIEW, 17);
    report_add_row(report, ROW_FATE_REJECTED, 5);
    report_expect_rows(report, 20000);
    report_add_message(report, FATE_COUNTED, 930);
    report_add_message(report, FATE_DUPLICATE, 40);
    report_add_message(report, FATE_NOT_BOUNCE, 21);
    report_add_message(report, FATE_UNATTRIBUTED, 77);
    report_add_message(report, FATE_UNREADABLE, 2);
    report_expect_messages(report, 1070);
    static const struct {
        struct decision decision;
        unsigned times;
        const char *domain;
    } decided[] = {
        {{.action = ACTION_REMOVE, .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL}, 371, "example.com"},
        {{.action = ACTION_REMOVE, .kind = EVENT_BOUNCE, .class = SES_PERMANENT_GENERAL}, 31, "odd.example.net"},
        {{.action = ACTION_REMOVE, .kind = EVENT_COMPLAINT}, 10, "gmail.com"},
        {{.action = ACTION_HOLD, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_MAILBOX_FULL}, 96, "example.net"},
        {{.action = ACTION_REVIEW, .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL}, 17, "example.com"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(decided); i++) {
        for (unsigned n = 0; n < decided[i].times; n++)
            report_add_decision(report, view_of(decided[i].domain), &decided[i].decision);
    }
    report_add_trouble(report, VIEW("bounces/broken.gz: unexpected end of file; the rest was skipped"));
    report_add_trouble(report, VIEW("bounces/2025-11.mbox:88123: header without an end"));
}

#endif
