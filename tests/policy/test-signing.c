/* SPDX-License-Identifier: MIT */
#include "core/policy/signing.h"

#include <glib/gstdio.h>

#define DAY ((gint64)24 * 60 * 60)
/* 2026-03-01 12:00:00 UTC */
#define NOON(day) ((gint64)1772366400 + (gint64)(day)*DAY)

static struct occurrence bounce(gint64 id, int day, enum ses_class class, enum claim_step step)
{
    return (struct occurrence){.id = id, .time = NOON(day), .kind = EVENT_BOUNCE, .class = class, .step = step};
}

/* The earliest of what was known by then, whatever the order in which it was added. */
static void whenever_it_is_asked_the_earliest_known_counts(void)
{
    enum { ADDED = 12, TIMES = 20 };
    for (int round = 0; round < 500; round++) {
        struct signing *signing = signing_new();
        gint64 known[ADDED], since[ADDED];
        for (int i = 0; i < ADDED; i++) {
            known[i] = g_test_rand_int_range(1, TIMES);
            since[i] = g_test_rand_int_range(1, TIMES);
            signing_add(signing, known[i], since[i]);
        }
        for (gint64 now = 0; now < TIMES; now++) {
            gint64 earliest = 0;
            for (int i = 0; i < ADDED; i++) {
                if (known[i] <= now && (earliest == 0 || since[i] < earliest))
                    earliest = since[i];
            }
            g_assert_cmpint(signing_since(signing, now), ==, earliest);
        }
        signing_free(signing);
    }
}

static void only_a_proven_and_certain_bounce_shows_that_mail_is_signed(void)
{
    struct signing *signing = signing_new();
    struct occurrence plain = bounce(1, 0, SES_PERMANENT_NO_EMAIL, CLAIM_VERP), doubtful = plain, delivery = plain;
    doubtful.step = delivery.step = CLAIM_VERP_KEY;
    doubtful.doubt = "it may be another";
    delivery.kind = EVENT_DELIVERY;
    const struct occurrence no[] = {plain, doubtful, delivery};
    for (size_t i = 0; i < G_N_ELEMENTS(no); i++)
        signing_see(signing, &no[i], NOON(0));
    g_assert_cmpint(signing_since(signing, NOON(9)), ==, 0);
    struct occurrence proven = bounce(2, 0, SES_TRANSIENT_MAILBOX_FULL, CLAIM_VERP_KEY);
    proven.arrived = NOON(3); /* its own date may be made up by a subscriber who has signed mail of his own */
    signing_see(signing, &proven, NOON(1));
    g_assert_cmpint(signing_since(signing, NOON(2)), ==, 0);
    g_assert_cmpint(signing_since(signing, NOON(3)), ==, NOON(3));
    signing_free(signing);
}

static struct decision decide(const char *policy_text, const struct occurrence *at, size_t count,
                              const struct signing *signing)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("winnow-signing-XXXXXX", &path, &error);
    g_assert_no_error(error);
    g_close(file, NULL);
    g_file_set_contents(path, policy_text, -1, &error);
    g_assert_no_error(error);
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    g_unlink(path);
    struct history history = {
        .at = at, .count = count, .address = VIEW("ann@example.org"), .list = "weekly", .signing = signing};
    struct decision decision = policy_decide(policy, &history, NOON(60));
    policy_free(policy);
    return decision;
}

static void assert_decided(const char *policy, const struct occurrence *at, size_t count, const struct signing *signing,
                           enum action action, const char *why)
{
    struct decision decision = decide(policy, at, count, signing);
    g_test_message("%s", decision.why);
    g_assert_cmpint(decision.action, ==, action);
    g_assert_nonnull(strstr(decision.why, why));
    decision_clear(&decision);
}

#define NOT_SIGNED "; but it came without the signature that mail to this list has had since 2026-03-11"

static void what_is_not_signed_neither_removes_nor_holds(void)
{
    struct signing *signing = signing_new();
    signing_add(signing, NOON(12), NOON(10));
    struct occurrence at[8] = {bounce(1, 17, SES_PERMANENT_NO_EMAIL, CLAIM_VERP)};
    assert_decided("", at, 1, signing, ACTION_REMOVE, "one is enough");
    at[0].time++;
    assert_decided("", at, 1, signing, ACTION_REVIEW, NOT_SIGNED);
    assert_decided("", at, 1, NULL, ACTION_REMOVE, "one is enough");
    at[0].traced = true;
    assert_decided("", at, 1, signing, ACTION_REMOVE, "attributed by verp");
    at[0].traced = false;
    at[0].step = CLAIM_VERP_KEY;
    assert_decided("", at, 1, signing, ACTION_REMOVE, "attributed by verp-key");
    at[0] = bounce(1, 0, SES_PERMANENT_NO_EMAIL, CLAIM_VERP);
    at[0].arrived = NOON(30);
    assert_decided("", at, 1, signing, ACTION_REVIEW, NOT_SIGNED);

    at[0] = bounce(1, 59, SES_TRANSIENT_MAILBOX_FULL, CLAIM_FINAL_RECIPIENT);
    assert_decided("", at, 1, signing, ACTION_KEEP, "nothing that speaks against");
    assert_decided("", at, 1, NULL, ACTION_HOLD, "held until");
    for (int i = 0; i < 5; i++)
        at[i] = bounce(i + 1, 20 + 9 * i, SES_TRANSIENT_MAILBOX_FULL, CLAIM_FINAL_RECIPIENT);
    assert_decided("", at, 5, signing, ACTION_REVIEW, NOT_SIGNED);
    for (int i = 0; i < 4; i++)
        at[i].step = CLAIM_VERP_KEY;
    assert_decided("", at, 5, signing, ACTION_REVIEW, NOT_SIGNED); /* four are proven, and five are needed */
    at[4].step = CLAIM_VERP_KEY;
    assert_decided("", at, 5, signing, ACTION_REMOVE, "removed, no delivery between");
    signing_free(signing);
}

static void a_proof_that_the_policy_names_is_the_way_out(void)
{
    struct signing *signing = signing_new();
    signing_add(signing, NOON(10), NOON(10));
    struct occurrence at = bounce(1, 30, SES_PERMANENT_NO_EMAIL, CLAIM_FINAL_RECIPIENT);
    const char *named = "[Permanent/* list=weekly]\nmin-proof=final-recipient\n";
    assert_decided(named, &at, 1, signing, ACTION_REMOVE, "one is enough");
    assert_decided("[Permanent/* list=daily]\nmin-proof=final-recipient\n", &at, 1, signing, ACTION_REVIEW, NOT_SIGNED);
    assert_decided("[Permanent/*]\nmin-proof=verp\n[Permanent/NoEmail]\nmin-proof=auto\n", &at, 1, signing,
                   ACTION_REVIEW, NOT_SIGNED);
    struct occurrence unsubscribe = {.id = 1, .time = NOON(30), .kind = EVENT_UNSUBSCRIBE, .step = CLAIM_TEXT};
    struct decision decision = decide("", &unsubscribe, 1, signing);
    g_assert_cmpint(decision.action, ==, ACTION_REVIEW);
    g_assert_null(strstr(decision.why, "signature")); /* it is no answer to the return path */
    decision_clear(&decision);
    signing_free(signing);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/signing/whenever it is asked the earliest known counts",
                    whenever_it_is_asked_the_earliest_known_counts);
    g_test_add_func("/policy/signing/only a proven and certain bounce shows that mail is signed",
                    only_a_proven_and_certain_bounce_shows_that_mail_is_signed);
    g_test_add_func("/policy/signing/what is not signed neither removes nor holds",
                    what_is_not_signed_neither_removes_nor_holds);
    g_test_add_func("/policy/signing/a proof that the policy names is the way out",
                    a_proof_that_the_policy_names_is_the_way_out);
    return g_test_run();
}
