/* SPDX-License-Identifier: MIT */
#include "core/policy/guard.h"
#include "core/policy/policy.h"

#include <unistd.h>

#define DAY ((gint64)24 * 60 * 60)
/* 2026-03-01 12:00:00 UTC; the tables below count days from it. */
#define START ((gint64)1772366400)
#define NOON(day) (START + (gint64)(day)*DAY)

enum { MOST = 12 };

struct row {
    const char *name;
    struct occurrence history[MOST];
    gint64 now;
    enum action action;
    gint64 retry_after;
    gint64 decided_by;
    const char *why; /* a part of it */
    gint64 subscribed, engaged, removed;
    const char *policy; /* over the default */
};

#define SOFT(n, day, which)                                                                                            \
    {                                                                                                                  \
        .id = (n), .time = NOON(day), .kind = EVENT_BOUNCE, .class = (which), .step = CLAIM_VERP                       \
    }
#define GENERAL(n, day) SOFT(n, day, SES_TRANSIENT_GENERAL)
#define FULL(n, day) SOFT(n, day, SES_TRANSIENT_MAILBOX_FULL)
#define HARD(n, day) SOFT(n, day, SES_PERMANENT_NO_EMAIL)
#define DOUBTFUL_HARD                                                                                                  \
    .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL, .step = CLAIM_VERP, .doubt = "it may be another"
#define HARD_OF_A_BURST .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL, .step = CLAIM_VERP, .quarantined = true
#define IN(n, day, which)                                                                                              \
    {                                                                                                                  \
        .id = (n), .time = NOON(day), .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP,        \
        .campaign = {                                                                                                  \
            .data = (which),                                                                                           \
            .len = sizeof(which) - 1                                                                                   \
        }                                                                                                              \
    }
#define READMIT "[Permanent/*]\nreadmit-after=90\n"
#define LISTED(n, day)                                                                                                 \
    {                                                                                                                  \
        .id = (n), .time = NOON(day), .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP,        \
        .ours = true                                                                                                   \
    }
#define DELIVERY(n, day)                                                                                               \
    {                                                                                                                  \
        .id = (n), .time = NOON(day), .kind = EVENT_DELIVERY, .step = CLAIM_FINAL_RECIPIENT                            \
    }

static const struct row rows[] = {
    {"without evidence everybody stays", {{0}}, NOON(0), ACTION_KEEP, 0, 0, "no evidence"},
    {"one proven hard bounce removes", {HARD(7, 0)}, NOON(1), ACTION_REMOVE, 0, 7, "attributed by verp"},
    {"a hard bounce without a class of its own removes too",
     {SOFT(7, 0, SES_PERMANENT_GENERAL)},
     NOON(1),
     ACTION_REMOVE,
     0,
     7,
     "1 Permanent/General bounce on 2026-03-01"},
    {"a hard bounce known from the returned To only is for review",
     {{.id = 7, .time = NOON(0), .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL, .step = CLAIM_TEXT}},
     NOON(1),
     ACTION_REVIEW,
     0,
     7,
     "by text only"},
    {"a hard bounce that nothing attributes is for review",
     {{.id = 7, .time = NOON(0), .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL}},
     NOON(1),
     ACTION_REVIEW,
     0,
     7,
     "attributed by nothing only"},
    {"a weak hard bounce beside a proven one removes by the proven one",
     {HARD(7, 0),
      {.id = 8, .time = NOON(1), .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL, .step = CLAIM_TEXT}},
     NOON(2),
     ACTION_REMOVE,
     0,
     7,
     "2 Permanent/NoEmail bounces"},
    {"a delivery after the hard bounce contradicts it",
     {HARD(7, 0), DELIVERY(8, 1)},
     NOON(2),
     ACTION_REVIEW,
     0,
     7,
     "a delivery after the bounce, on 2026-03-02, contradicts"},
    {"a delivery before the hard bounce does not",
     {DELIVERY(6, -1), HARD(7, 0)},
     NOON(2),
     ACTION_REMOVE,
     0,
     7,
     "one is enough"},
    {"a hard bounce after the contradiction removes",
     {HARD(7, 0), DELIVERY(8, 1), HARD(9, 2)},
     NOON(2),
     ACTION_REMOVE,
     0,
     9,
     "one is enough"},

    {"a full mailbox is held seven days",
     {FULL(1, 0)},
     NOON(6),
     ACTION_HOLD,
     NOON(7),
     1,
     "1 of 5 Transient/MailboxFull bounces over 0 of at least 30 days; held until 2026-03-08"},
    {"a hold lasts until the second before its end", {FULL(1, 0)}, NOON(7) - 1, ACTION_HOLD, NOON(7), 1, "held"},
    {"a hold is over at its end", {FULL(1, 0)}, NOON(7), ACTION_KEEP, 0, 1, "hold ended on 2026-03-08"},
    {"a later bounce makes the hold longer, never shorter",
     {FULL(1, 0), FULL(2, 5)},
     NOON(8),
     ACTION_HOLD,
     NOON(12),
     2,
     "2 of 5 Transient/MailboxFull bounces over 5 of at least 30 days; held until 2026-03-13"},
    {"five full bounces over 30 days remove",
     {FULL(1, 0), FULL(2, 8), FULL(3, 16), FULL(4, 24), FULL(5, 30)},
     NOON(30),
     ACTION_REMOVE,
     0,
     5,
     "5 of 5 Transient/MailboxFull bounces over 30 of at least 30 days; removed"},
    {"five full bounces over 29 days hold",
     {FULL(1, 0), FULL(2, 8), FULL(3, 16), FULL(4, 24), FULL(5, 29)},
     NOON(30),
     ACTION_HOLD,
     NOON(36),
     5,
     "over 29 of at least 30"},
    {"four full bounces over 40 days hold",
     {FULL(1, 0), FULL(2, 8), FULL(3, 16), FULL(4, 40)},
     NOON(41),
     ACTION_HOLD,
     NOON(47),
     4,
     "4 of 5"},
    {"the sixth full bounce removes where the fifth came too early",
     {FULL(1, 0), FULL(2, 1), FULL(3, 2), FULL(4, 3), FULL(5, 4), FULL(6, 31)},
     NOON(31),
     ACTION_REMOVE,
     0,
     6,
     "6 (at least 5) Transient/MailboxFull"},
    {"five weeks without a bounce start the count of full bounces anew",
     {FULL(1, 0), FULL(2, 8), FULL(3, 16), FULL(4, 51), FULL(5, 59)},
     NOON(60),
     ACTION_HOLD,
     NOON(66),
     5,
     "2 of 5 Transient/MailboxFull bounces over 8"},
    {"a month between two letters does not",
     {FULL(1, 0), FULL(2, 31), FULL(3, 62), FULL(4, 93), FULL(5, 124)},
     NOON(125),
     ACTION_REMOVE,
     0,
     5,
     "5 of 5 Transient/MailboxFull bounces over 124"},
    {"a success between starts the count of full bounces anew",
     {FULL(1, 0), FULL(2, 8), FULL(3, 16), DELIVERY(9, 20), FULL(4, 24), FULL(5, 30)},
     NOON(30),
     ACTION_HOLD,
     NOON(37),
     5,
     "2 of 5 Transient/MailboxFull bounces over 6"},
    {"a success after the last bounce ends its hold",
     {FULL(1, 0), DELIVERY(2, 1)},
     NOON(2),
     ACTION_KEEP,
     0,
     1,
     "answered by a delivery on 2026-03-02"},
    {"a success at the time of the bounce answers nothing",
     {FULL(1, 0), DELIVERY(2, 0)},
     NOON(2),
     ACTION_HOLD,
     NOON(7),
     1,
     "held"},

    {"a soft bounce is held three days",
     {GENERAL(1, 0)},
     NOON(2),
     ACTION_HOLD,
     NOON(3),
     1,
     "1 of 5 Transient/General bounces on 1 of at least 3 days within 30 days; held until 2026-03-04"},
    {"five soft bounces on three days remove",
     {GENERAL(1, 0), GENERAL(2, 0), GENERAL(3, 1), GENERAL(4, 1), GENERAL(5, 2)},
     NOON(3),
     ACTION_REMOVE,
     0,
     5,
     "5 of 5 Transient/General bounces on 3 of at least 3 days within 30 days; removed"},
    {"five soft bounces on two days hold",
     {GENERAL(1, 0), GENERAL(2, 0), GENERAL(3, 1), GENERAL(4, 1), GENERAL(5, 1)},
     NOON(3),
     ACTION_HOLD,
     NOON(4),
     5,
     "on 2 of at least 3 days"},
    {"four soft bounces on four days hold",
     {GENERAL(1, 0), GENERAL(2, 1), GENERAL(3, 2), GENERAL(4, 3)},
     NOON(3),
     ACTION_HOLD,
     NOON(6),
     4,
     "4 of 5"},
    {"five soft bounces in 30 days remove",
     {GENERAL(1, 0), GENERAL(2, 7), GENERAL(3, 14), GENERAL(4, 21), GENERAL(5, 30)},
     NOON(30),
     ACTION_REMOVE,
     0,
     5,
     "within 30 days"},
    {"five soft bounces in 31 days hold",
     {GENERAL(1, 0), GENERAL(2, 7), GENERAL(3, 14), GENERAL(4, 21), GENERAL(5, 31)},
     NOON(31),
     ACTION_HOLD,
     NOON(34),
     5,
     "4 of 5"},
    {"a success between keeps five soft bounces from removing",
     {GENERAL(1, 0), GENERAL(2, 1), DELIVERY(9, 2), GENERAL(3, 3), GENERAL(4, 4), GENERAL(5, 5)},
     NOON(5),
     ACTION_HOLD,
     NOON(8),
     5,
     "3 of 5"},
    {"full and general bounces are counted apart",
     {GENERAL(1, 0), GENERAL(2, 1), FULL(3, 2), GENERAL(4, 3), GENERAL(5, 4)},
     NOON(4),
     ACTION_HOLD,
     NOON(9),
     3,
     "MailboxFull"},

    {"an event of the future counts as now",
     {GENERAL(1, 90)},
     NOON(2),
     ACTION_HOLD,
     NOON(5),
     1,
     "held until 2026-03-06"},
    {"an event without a time counts as now",
     {{.id = 1, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP}},
     NOON(2),
     ACTION_HOLD,
     NOON(5),
     1,
     "held"},
    {"an event before 1970 counts as now",
     {{.id = 1, .time = G_MININT64, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP}},
     NOON(2),
     ACTION_HOLD,
     NOON(5),
     1,
     "held"},
    {"five bounces without a time fall on one day",
     {{.id = 1, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP},
      {.id = 2, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP},
      {.id = 3, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP},
      {.id = 4, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP},
      {.id = 5, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_VERP}},
     NOON(2),
     ACTION_HOLD,
     NOON(5),
     5,
     "on 1 of at least 3 days"},

    {"our own faults never count",
     {SOFT(1, 0, SES_TRANSIENT_CONTENT_REJECTED), SOFT(2, 1, SES_TRANSIENT_MESSAGE_TOO_LARGE),
      SOFT(3, 2, SES_TRANSIENT_CUSTOM_TIMEOUT), SOFT(4, 3, SES_TRANSIENT_ATTACHMENT_REJECTED)},
     NOON(3),
     ACTION_KEEP,
     0,
     4,
     "no reason to remove"},
    {"an undetermined bounce keeps",
     {SOFT(1, 0, SES_UNDETERMINED)},
     NOON(0),
     ACTION_KEEP,
     0,
     1,
     "1 Undetermined/Undetermined bounce"},
    {"a complaint removes",
     {{.id = 3, .time = NOON(0), .kind = EVENT_COMPLAINT, .actionable = true, .step = CLAIM_VERP}},
     NOON(0),
     ACTION_REMOVE,
     0,
     3,
     "1 complaint message on"},
    {"a delivery does not undo a complaint",
     {{.id = 3, .time = NOON(0), .kind = EVENT_COMPLAINT, .actionable = true, .step = CLAIM_VERP}, DELIVERY(4, 1)},
     NOON(2),
     ACTION_REMOVE,
     0,
     3,
     "complaint"},
    {"a complaint of not-spam keeps",
     {{.id = 3, .time = NOON(0), .kind = EVENT_COMPLAINT, .step = CLAIM_VERP}},
     NOON(0),
     ACTION_KEEP,
     0,
     0,
     "nothing that speaks against"},
    {"auto-replies and delays keep",
     {{.id = 1, .time = NOON(0), .kind = EVENT_AUTO_REPLY, .step = CLAIM_VERP},
      {.id = 2, .time = NOON(1), .kind = EVENT_DELAY, .step = CLAIM_VERP}},
     NOON(1),
     ACTION_KEEP,
     0,
     2,
     "delay"},
    {"removal is stronger than a hold", {HARD(1, 0), FULL(2, 1)}, NOON(1), ACTION_REMOVE, 0, 1, "NoEmail"},
    {"review is stronger than a hold",
     {{.id = 1, .time = NOON(0), .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL, .step = CLAIM_TEXT},
      FULL(2, 1)},
     NOON(1),
     ACTION_REVIEW,
     0,
     1,
     "NoEmail"},
    {"five soft bounces with one of them weak are for review",
     {GENERAL(1, 0),
      GENERAL(2, 1),
      GENERAL(3, 2),
      GENERAL(4, 3),
      {.id = 5, .time = NOON(4), .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_TEXT}},
     NOON(4),
     ACTION_REVIEW,
     0,
     5,
     "by text only"},
    {"a weak soft bounce may hold",
     {{.id = 5, .time = NOON(4), .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_TEXT}},
     NOON(4),
     ACTION_HOLD,
     NOON(7),
     5,
     "held"},

    {"a doubtful hard bounce is for review",
     {{.id = 7, .time = NOON(0), DOUBTFUL_HARD}},
     NOON(1),
     ACTION_REVIEW,
     0,
     7,
     "one is enough to remove; but it may be another"},
    {"a doubtful hard bounce beside a certain one removes by the certain one",
     {HARD(7, 0), {.id = 8, .time = NOON(1), DOUBTFUL_HARD}},
     NOON(1),
     ACTION_REMOVE,
     0,
     7,
     "1 Permanent/NoEmail"},
    {"a doubtful bounce that changes nothing is not in the way",
     {FULL(1, 0),
      {.id = 2,
       .time = NOON(3),
       .kind = EVENT_BOUNCE,
       .class = SES_TRANSIENT_MAILBOX_FULL,
       .step = CLAIM_VERP,
       .doubt = "it may be another"}},
     NOON(4),
     ACTION_HOLD,
     NOON(7),
     1,
     "1 of 5 Transient/MailboxFull bounces"},
    {"a doubtful hard bounce makes a hold a case for review",
     {FULL(1, 0), {.id = 2, .time = NOON(0), DOUBTFUL_HARD}},
     NOON(1),
     ACTION_REVIEW,
     0,
     2,
     "but it may be another"},

    {"a hard bounce of a burst is held",
     {{.id = 7, .time = NOON(0), HARD_OF_A_BURST}},
     NOON(1),
     ACTION_HOLD,
     NOON(3),
     7,
     "1 Permanent/NoEmail bounce on 2026-03-01, in a burst of such bounces; held until 2026-03-04"},
    {"when nothing follows a burst the subscriber returns",
     {{.id = 7, .time = NOON(0), HARD_OF_A_BURST}},
     NOON(3),
     ACTION_KEEP,
     0,
     7,
     "hold ended on 2026-03-04"},
    {"a hard bounce after the burst removes",
     {{.id = 7, .time = NOON(0), HARD_OF_A_BURST}, HARD(8, 5)},
     NOON(6),
     ACTION_REMOVE,
     0,
     8,
     "one is enough"},
    {"a delivery ends the hold of a burst",
     {{.id = 7, .time = NOON(0), HARD_OF_A_BURST}, DELIVERY(8, 1)},
     NOON(1),
     ACTION_KEEP,
     0,
     7,
     "answered by a delivery on 2026-03-02"},
    {"soft bounces of a burst hold but do not count",
     {GENERAL(1, 0),
      GENERAL(2, 1),
      GENERAL(3, 2),
      GENERAL(4, 3),
      {.id = 5,
       .time = NOON(4),
       .kind = EVENT_BOUNCE,
       .class = SES_TRANSIENT_GENERAL,
       .step = CLAIM_VERP,
       .quarantined = true}},
     NOON(4),
     ACTION_HOLD,
     NOON(7),
     5,
     "4 of 5"},

    {"what is the sender's fault holds, however often it happens",
     {LISTED(1, 0), LISTED(2, 3), LISTED(3, 6), LISTED(4, 9), LISTED(5, 12), LISTED(6, 15)},
     NOON(16),
     ACTION_HOLD,
     NOON(18),
     6,
     "0 of 5 Transient/General bounces on 0 of at least 3 days within 30 days; 6 are the sender's fault, and not "
     "counted; held until"},
    {"beside others it does not count either",
     {GENERAL(1, 0), GENERAL(2, 3), LISTED(3, 6), GENERAL(4, 9), GENERAL(5, 12)},
     NOON(12),
     ACTION_HOLD,
     NOON(15),
     5,
     "4 of 5 Transient/General bounces on 4 of at least 3 days within 30 days; 1 is the sender's fault"},
    {"and the others decide by themselves",
     {GENERAL(1, 0), GENERAL(2, 3), LISTED(3, 6), GENERAL(4, 9), GENERAL(5, 12), GENERAL(6, 15)},
     NOON(15),
     ACTION_REMOVE,
     0,
     6,
     "5 of 5"},

    {"where one is enough, one of the sender's fault is for review",
     {LISTED(1, 0)},
     NOON(1),
     ACTION_REVIEW,
     0,
     1,
     "it is the sender's fault, and removes nobody",
     .policy = "[Transient/General]\naction=remove\nremove-after=never\ndistinct-days=1\nwithin-days=0\n"},

    {"what was before the subscription does not count",
     {HARD(7, 0), FULL(8, 1)},
     NOON(1),
     ACTION_KEEP,
     0,
     0,
     "nothing since the subscription on 2026-03-03",
     .subscribed = NOON(2)},
    {"a bounce at the time of the subscription counts",
     {HARD(7, 2)},
     NOON(3),
     ACTION_REMOVE,
     0,
     7,
     "1 Permanent/NoEmail bounce on 2026-03-03",
     .subscribed = NOON(2)},
    {"soft bounces before the subscription are not counted with those after it",
     {GENERAL(1, 0), GENERAL(2, 1), GENERAL(3, 2), GENERAL(4, 3), GENERAL(5, 4)},
     NOON(4),
     ACTION_HOLD,
     NOON(7),
     5,
     "3 of 5",
     .subscribed = NOON(2)},
    {"engagement after the bounces starts the count anew",
     {GENERAL(1, 0), GENERAL(2, 1), GENERAL(3, 2), GENERAL(4, 3), GENERAL(5, 4)},
     NOON(4),
     ACTION_HOLD,
     NOON(7),
     5,
     "1 of 5",
     .engaged = NOON(3) + 1},
    {"engagement after the last bounce ends its hold",
     {FULL(1, 0)},
     NOON(2),
     ACTION_KEEP,
     0,
     1,
     "answered by engagement on 2026-03-02",
     .engaged = NOON(1)},
    {"engagement after the hard bounce contradicts it",
     {HARD(7, 0)},
     NOON(2),
     ACTION_REVIEW,
     0,
     7,
     "engagement after the bounce, on 2026-03-02, contradicts it",
     .engaged = NOON(1)},
    {"engagement before the hard bounce does not",
     {HARD(7, 1)},
     NOON(2),
     ACTION_REMOVE,
     0,
     7,
     "one is enough",
     .engaged = NOON(0)},
    {"engagement of the future is as of now",
     {FULL(1, 0), FULL(2, 3)},
     NOON(2),
     ACTION_HOLD,
     NOON(9),
     2,
     "1 of 5",
     .engaged = NOON(900)},

    {"three campaigns are asked for and two have bounced",
     {IN(1, 0, "may"), IN(2, 4, "may"), IN(3, 8, "june"), IN(4, 12, "may"), IN(5, 16, "june")},
     NOON(16),
     ACTION_HOLD,
     NOON(19),
     5,
     "5 of 5 Transient/General bounces on 5 of at least 3 days of 2 of at least 3 campaigns within 30 days; held",
     .policy = "[Transient/General]\ndistinct-campaigns=3\n"},
    {"three campaigns are asked for and three have bounced",
     {IN(1, 0, "may"), IN(2, 4, "may"), IN(3, 8, "june"), IN(4, 12, "may"), IN(5, 16, "july")},
     NOON(16),
     ACTION_REMOVE,
     0,
     5,
     "of 3 of at least 3 campaigns",
     .policy = "[Transient/General]\ndistinct-campaigns=3\n"},
    {"a campaign that left the window is not one of the three",
     {IN(1, 0, "may"), IN(2, 24, "april"), IN(3, 28, "june"), IN(4, 32, "april"), IN(5, 36, "june"),
      IN(6, 40, "april")},
     NOON(40),
     ACTION_HOLD,
     NOON(43),
     6,
     "of 2 of at least 3 campaigns",
     .policy = "[Transient/General]\ndistinct-campaigns=3\n"},
    {"bounces that name no campaign are of one",
     {GENERAL(1, 0), GENERAL(2, 1), GENERAL(3, 2), GENERAL(4, 3), GENERAL(5, 4)},
     NOON(4),
     ACTION_HOLD,
     NOON(7),
     5,
     "of 1 of at least 2 campaigns",
     .policy = "[Transient/General]\ndistinct-campaigns=2\n"},
    {"what is too weak to hold keeps",
     {{.id = 5, .time = NOON(4), .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_TEXT}},
     NOON(4),
     ACTION_KEEP,
     0,
     5,
     "attributed by text only, and a hold takes final-recipient or stronger",
     .policy = "[Transient/General]\nhold-proof=final-recipient\n"},
    {"what is too weak to hold makes no hold longer",
     {GENERAL(1, 0),
      {.id = 5, .time = NOON(2), .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_GENERAL, .step = CLAIM_TEXT}},
     NOON(2),
     ACTION_HOLD,
     NOON(3),
     1,
     "held until 2026-03-04",
     .policy = "[Transient/General]\nhold-proof=final-recipient\n"},
    {"who was removed stays removed",
     {HARD(7, 0)},
     NOON(300),
     ACTION_REMOVE,
     0,
     7,
     "one is enough",
     .removed = NOON(1)},
    {"who comes back after the stated days begins anew",
     {HARD(7, 0)},
     NOON(91),
     ACTION_KEEP,
     0,
     7,
     "1 Permanent/NoEmail bounce before the removal on 2026-03-02, and none in the 90 days behind it; back",
     .removed = NOON(1),
     .policy = READMIT},
    {"who comes back a second earlier does not",
     {HARD(7, 0)},
     NOON(91) - 1,
     ACTION_REMOVE,
     0,
     7,
     "one is enough",
     .removed = NOON(1),
     .policy = READMIT},
    {"who was never removed has nothing to come back from",
     {HARD(7, 0)},
     NOON(300),
     ACTION_REMOVE,
     0,
     7,
     "one is enough",
     .policy = READMIT},
    {"a bounce after the removal ends the quiet",
     {HARD(7, 0), HARD(8, 40)},
     NOON(100),
     ACTION_REMOVE,
     0,
     8,
     "one is enough",
     .removed = NOON(1),
     .policy = READMIT},
    {"a bounce after the return counts alone",
     {GENERAL(1, 0), GENERAL(2, 1), GENERAL(3, 2), GENERAL(4, 3), GENERAL(5, 4), GENERAL(6, 100)},
     NOON(101),
     ACTION_HOLD,
     NOON(103),
     6,
     "1 of 5",
     .removed = NOON(5),
     .policy = "[Transient/General]\nreadmit-after=90\nwithin-days=0\n"},
};

static size_t length(const struct row *row)
{
    size_t count = 0;
    while (count < MOST && row->history[count].id)
        count++;
    return count;
}

static struct policy *policy_of(const struct row *row)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    if (row->policy) {
        int fd = g_file_open_tmp("winnow-policy-XXXXXX", &path, NULL);
        g_assert_cmpint(write(fd, row->policy, strlen(row->policy)), ==, (ssize_t)strlen(row->policy));
        close(fd);
    }
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    if (path)
        unlink(path);
    return policy;
}

static struct decision decide(const struct policy *policy, const struct row *row, const struct occurrence *at)
{
    struct history history = {.at = at,
                              .count = length(row),
                              .subscribed = row->subscribed,
                              .engaged = row->engaged,
                              .removed = row->removed};
    return policy_decide(policy, &history, row->now);
}

static void check(const struct row *row, const struct decision *decision)
{
    g_test_message("%s: %s: %s", row->name, action_name(decision->action), decision->why);
    g_assert_cmpstr(action_name(decision->action), ==, action_name(row->action));
    g_assert_cmpint(decision->retry_after, ==, row->retry_after);
    g_assert_cmpint(decision->decided_by, ==, row->decided_by);
    g_assert_nonnull(strstr(decision->why, row->why));
    g_assert_null(strchr(decision->why, '\n'));
}

static void the_table_holds(gconstpointer data)
{
    const struct row *row = data;
    struct policy *policy = policy_of(row);
    struct decision decision = decide(policy, row, row->history);
    check(row, &decision);
    decision_clear(&decision);
    policy_free(policy);
}

/* Every rotation of the evidence, forwards and backwards, gives the same decision to the letter. */
static void the_order_of_evidence_changes_nothing(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct policy *policy = policy_of(&rows[i]);
        size_t count = length(&rows[i]);
        struct decision expected = decide(policy, &rows[i], rows[i].history);
        for (size_t turn = 0; turn < 2 * count; turn++) {
            struct occurrence turned[MOST];
            for (size_t k = 0; k < count; k++)
                turned[k] = rows[i].history[(turn < count ? k + turn : 2 * count - 1 - k + turn) % count];
            struct decision decision = decide(policy, &rows[i], turned);
            g_assert_cmpstr(decision.why, ==, expected.why);
            check(&rows[i], &decision);
            decision_clear(&decision);
        }
        decision_clear(&expected);
        policy_free(policy);
    }
}

static void bounces_of_one_campaign_count_once_in_a_hold(void)
{
    struct policy *policy = policy_load(NULL, NULL);
    struct occurrence spring[5], five[5];
    for (int i = 0; i < 5; i++) {
        five[i] = (struct occurrence)GENERAL(i + 1, i);
        spring[i] = five[i];
        spring[i].campaign = VIEW("spring");
    }
    struct decision apart = policy_decide(policy, &(struct history){.at = five, .count = 5}, NOON(4));
    g_assert_cmpint(apart.action, ==, ACTION_REMOVE);
    decision_clear(&apart);
    /* Days 0 and 3 count: what comes on days 1, 2 and 4 falls into the holds that these began. */
    struct decision one = policy_decide(policy, &(struct history){.at = spring, .count = 5}, NOON(4));
    g_assert_cmpint(one.action, ==, ACTION_HOLD);
    g_assert_cmpint(one.retry_after, ==, NOON(7));
    g_assert_true(g_str_has_prefix(one.why, "2 of 5 Transient/General bounces on 2 of at least 3 days"));
    decision_clear(&one);
    policy_free(policy);
}

static void the_last_bounce_is_told_whatever_decides(void)
{
    struct policy *policy = policy_load(NULL, NULL);
    struct occurrence at[] = {HARD(1, 0), SOFT(2, 3, SES_UNDETERMINED), DELIVERY(3, -4)};
    struct decision decision = policy_decide(policy, &(struct history){.at = at, .count = 3}, NOON(9));
    g_assert_cmpint(decision.action, ==, ACTION_REMOVE);
    g_assert_cmpint(decision.last_bounce, ==, NOON(3));
    g_assert_cmpint(decision.class, ==, SES_PERMANENT_NO_EMAIL);
    g_assert_cmpint(decision.kind, ==, EVENT_BOUNCE);
    decision_clear(&decision);
    policy_free(policy);
}

/* One address with a hundred thousand bounces is hostile, not slow. */
static void a_huge_history_is_decided_at_once(void)
{
    struct policy *policy = policy_load(NULL, NULL);
    size_t count = 100000;
    g_autofree struct occurrence *at = g_new0(struct occurrence, count);
    for (size_t i = 0; i < count; i++) {
        at[i] = (struct occurrence)FULL((gint64)i + 1, 0);
        at[i].time += (gint64)i;
    }
    gint64 begin = g_get_monotonic_time();
    struct decision decision = policy_decide(policy, &(struct history){.at = at, .count = count}, NOON(5));
    g_assert_cmpint(decision.action, ==, ACTION_HOLD);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
    decision_clear(&decision);
    policy_free(policy);
}

static void the_guard_counts_exactly(void)
{
    static const struct {
        guint64 removed, rows;
        bool trips;
    } cases[] = {
        {0, 0, false},
        {10, 10, false},
        {10, 11, false},
        {11, 11, true},
        {25, 50, false},
        {26, 50, true},
        {50, 100, false},
        {51, 100, true},
        {51, 255, false},
        {200, 1000, false},
        {201, 1000, true},
        {51, 254, true},
        {60, 300, false},
        {61, 300, true},
        {2000000, 10000000, false},
        {2000001, 10000000, true},
    };
    struct policy *policy = policy_load(NULL, NULL);
    const struct guard_limits limits = *policy_guard(policy);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *why = NULL;
        bool trips = guard_trips(&limits, cases[i].removed, cases[i].rows, &why);
        g_test_message("%s", why);
        g_assert_cmpint(trips, ==, cases[i].trips);
    }
    g_autofree char *why = NULL;
    guard_trips(&limits, 300, 1000, &why);
    g_assert_cmpstr(
        why, ==,
        "300 of 1000 rows (30.0 %) would be removed; the guard allows 200 (20 % of the rows, or 50 if that is "
        "more)");
    policy_free(policy);
}

static void only_complaints_that_blame_count(void)
{
    const char *count[] = {"abuse", "fraud", "virus", "other", "Abuse"};
    const char *never[] = {"not-spam", "auth-failure", "", "opt-in", "abused"};
    for (size_t i = 0; i < G_N_ELEMENTS(count); i++)
        g_assert_true(complaint_is_actionable(view_of(count[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(never); i++)
        g_assert_false(complaint_is_actionable(view_of(never[i])));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/policy/decide/%s", rows[i].name);
        g_test_add_data_func(path, &rows[i], the_table_holds);
    }
    g_test_add_func("/policy/decide/the order of evidence changes nothing", the_order_of_evidence_changes_nothing);
    g_test_add_func("/policy/decide/bounces of one campaign count once in a hold",
                    bounces_of_one_campaign_count_once_in_a_hold);
    g_test_add_func("/policy/decide/the last bounce is told whatever decides",
                    the_last_bounce_is_told_whatever_decides);
    g_test_add_func("/policy/decide/a huge history is decided at once", a_huge_history_is_decided_at_once);
    g_test_add_func("/policy/decide/only complaints that blame count", only_complaints_that_blame_count);
    g_test_add_func("/policy/guard/the guard counts exactly", the_guard_counts_exactly);
    return g_test_run();
}
