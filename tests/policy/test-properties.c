/* SPDX-License-Identifier: MIT
 * What must hold of every decision, whatever the evidence and the policy: made-up histories under several policies. The
 * seed is GTest's: --seed repeats a failure. */
#include "core/policy/whatif.h"

#include <unistd.h>

#define DAY ((gint64)24 * 60 * 60)
#define NOW ((gint64)1780000000)

enum { ROUNDS = 2000, MOST = 14 };

static const char *const texts[] = {
    "",
    "[Transient/*]\naction=hold\nhold-days=2\nremove-after=2\ndistinct-days=1\nover-days=4\n",
    "[Transient/General]\nremove-after=3\ndistinct-campaigns=2\nquiet-days=9\nhold-proof=final-recipient\n"
    "[Permanent/*]\nreadmit-after=20\n[complaint]\naction=review\n",
    "[Permanent/General]\naction=hold\nhold-days=5\nremove-after=2\ndistinct-days=2\nmin-proof=verp\n"
    "[Undetermined/Undetermined]\naction=review\nremove-after=4\n"
    "[Transient/MailboxFull domain=example.org]\nhold-days=1\nover-days=3\nremove-after=3\nreadmit-after=10\n",
};

static struct policy *policies[G_N_ELEMENTS(texts)];

struct made {
    struct occurrence at[MOST + 1];
    struct history history;
    const struct policy *policy;
    gint64 now;
};

static gint64 some_time(gint32 days)
{
    return NOW - g_test_rand_int_range(1, days * 24) * 3600;
}

static struct occurrence some_event(gint64 id)
{
    static const struct view campaigns[] = {{0},
                                            {.data = "may", .len = sizeof "may" - 1},
                                            {.data = "june", .len = sizeof "june" - 1},
                                            {.data = "july", .len = sizeof "july" - 1}};
    static const enum event_kind kinds[] = {EVENT_BOUNCE,     EVENT_BOUNCE, EVENT_BOUNCE,      EVENT_BOUNCE,
                                            EVENT_AUTO_REPLY, EVENT_DELAY,  EVENT_UNSUBSCRIBE, EVENT_DELIVERY};
    static const enum ses_class classes[] = {SES_TRANSIENT_GENERAL, SES_TRANSIENT_GENERAL, SES_TRANSIENT_MAILBOX_FULL,
                                             SES_PERMANENT_GENERAL, SES_UNDETERMINED};
    return (struct occurrence){
        .id = id,
        .time = some_time(40),
        .kind = g_test_rand_int_range(0, 30) ? kinds[g_test_rand_int_range(0, G_N_ELEMENTS(kinds))] : EVENT_COMPLAINT,
        .class = classes[g_test_rand_int_range(0, G_N_ELEMENTS(classes))],
        .actionable = g_test_rand_int_range(0, 2),
        .step = g_test_rand_int_range(0, 8) ? CLAIM_VERP : (enum claim_step)g_test_rand_int_range(0, CLAIM_STEP_COUNT),
        .campaign = campaigns[g_test_rand_int_range(0, G_N_ELEMENTS(campaigns))],
        .doubt = g_test_rand_int_range(0, 12) ? NULL : "it may be another",
        .ours = !g_test_rand_int_range(0, 12),
        .quarantined = !g_test_rand_int_range(0, 12),
    };
}

static void make(struct made *made)
{
    *made = (struct made){.now = NOW, .policy = policies[g_test_rand_int_range(0, G_N_ELEMENTS(policies))]};
    made->history = (struct history){.at = made->at, .address = VIEW("ann@example.org")};
    made->history.count = (size_t)g_test_rand_int_range(0, MOST);
    for (size_t i = 0; i < made->history.count; i++)
        made->at[i] = some_event((gint64)i + 1);
    made->history.subscribed = g_test_rand_int_range(0, 4) ? 0 : some_time(40);
    made->history.engaged = g_test_rand_int_range(0, 4) ? 0 : some_time(40);
    made->history.removed = g_test_rand_int_range(0, 4) ? 0 : some_time(40);
}

static struct decision decide(const struct made *made)
{
    return policy_decide(made->policy, &made->history, made->now);
}

static int severity(enum action action)
{
    static const int rank[] = {[ACTION_KEEP] = 0, [ACTION_HOLD] = 1, [ACTION_REVIEW] = 2, [ACTION_REMOVE] = 3};
    return rank[action];
}

static void tell(const char *name, const struct decision *decision)
{
    g_test_message("%s: %s %" G_GINT64_FORMAT ": %s", name, action_name(decision->action), decision->retry_after,
                   decision->why);
}

/* --- properties -----------------------------------------------------------------------------------------------------
 */

static void is_no_worse(const struct decision *before, const struct decision *after)
{
    tell("before", before);
    tell("after", after);
    g_assert_cmpint(severity(after->action), <=, severity(before->action));
    if (after->action == ACTION_HOLD && before->action == ACTION_HOLD)
        g_assert_cmpint(after->retry_after, <=, before->retry_after);
}

static void a_delivery_makes_nothing_worse(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        struct decision before = decide(&made);
        made.at[made.history.count++] = (struct occurrence){
            .id = 99, .time = some_time(40), .kind = EVENT_DELIVERY, .class = SES_UNDETERMINED, .step = CLAIM_VERP};
        struct decision after = decide(&made);
        is_no_worse(&before, &after);
        decision_clear(&before);
        decision_clear(&after);
    }
}

static void a_sign_of_life_is_as_good_as_a_delivery(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        gint64 time = MAX(some_time(40), made.history.subscribed + 1);
        made.history.engaged = time;
        struct decision engaged = decide(&made);
        made.history.engaged = 0;
        made.at[made.history.count++] =
            (struct occurrence){.id = 99, .time = time, .kind = EVENT_DELIVERY, .step = CLAIM_VERP};
        struct decision delivered = decide(&made);
        tell("engaged", &engaged);
        tell("delivered", &delivered);
        g_assert_cmpint(engaged.action, ==, delivered.action);
        g_assert_cmpint(engaged.retry_after, ==, delivered.retry_after);
        decision_clear(&engaged);
        decision_clear(&delivered);
    }
}

static void subscribing_is_forgetting_what_was_before(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        made.history.subscribed = some_time(40);
        struct decision subscribed = decide(&made);
        size_t count = 0;
        for (size_t k = 0; k < made.history.count; k++) {
            if (made.at[k].time >= made.history.subscribed)
                made.at[count++] = made.at[k];
        }
        made.history.count = count;
        made.history.subscribed = 0;
        struct decision later = decide(&made);
        g_assert_cmpint(subscribed.action, ==, later.action);
        g_assert_cmpint(subscribed.retry_after, ==, later.retry_after);
        g_assert_cmpint(subscribed.decided_by, ==, later.decided_by);
        decision_clear(&subscribed);
        decision_clear(&later);
    }
}

static void the_order_of_evidence_changes_nothing(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        struct decision before = decide(&made);
        for (size_t k = made.history.count; k > 1; k--) {
            size_t other = (size_t)g_test_rand_int_range(0, (gint32)k);
            struct occurrence swap = made.at[k - 1];
            made.at[k - 1] = made.at[other];
            made.at[other] = swap;
        }
        struct decision after = decide(&made);
        g_assert_cmpstr(before.why, ==, after.why);
        g_assert_cmpint(before.action, ==, after.action);
        decision_clear(&before);
        decision_clear(&after);
    }
}

static bool has_doubts(const struct made *made)
{
    for (size_t i = 0; i < made->history.count; i++) {
        if (made->at[i].doubt)
            return true;
    }
    return false;
}

/* Before its time only by readmission. What is doubtful may ask for a look meanwhile. */
static void a_hold_ends_by_itself(void)
{
    int held = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        struct decision decision = decide(&made);
        g_assert_cmpint(decision.action == ACTION_HOLD, ==, decision.retry_after > made.now);
        if (decision.action == ACTION_HOLD) {
            held++;
            made.now = decision.retry_after - 1;
            struct decision last = decide(&made);
            made.now = decision.retry_after;
            struct decision then = decide(&made);
            tell("then", &then);
            g_assert_true(last.retry_after == decision.retry_after || made.history.removed > 0 || has_doubts(&made));
            g_assert_true(then.action == ACTION_KEEP || (then.action == ACTION_REVIEW && has_doubts(&made)));
            decision_clear(&last);
            decision_clear(&then);
        }
        decision_clear(&decision);
    }
    g_assert_cmpint(held, >, ROUNDS / 50);
}

/* Nobody is removed on evidence that is doubtful, too weak, of a burst, or answered. */
static void removal_rests_on_proof(void)
{
    int removed = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        struct decision decision = decide(&made);
        if (decision.action == ACTION_REMOVE) {
            removed++;
            const struct occurrence *by = &made.at[decision.decided_by - 1];
            g_assert_null(by->doubt);
            g_assert_false(by->quarantined);
            g_assert_false(by->ours);
            g_assert_cmpint(by->step, !=, CLAIM_NONE);
            g_assert_cmpint(by->time, >=, made.history.subscribed);
            g_assert_true(by->kind != EVENT_BOUNCE || by->time >= made.history.engaged);
        }
        decision_clear(&decision);
    }
    g_assert_cmpint(removed, >, ROUNDS / 50);
}

/* --- what-if --------------------------------------------------------------------------------------------------------
 */

static bool is_among(const gint64 *ids, size_t count, gint64 id)
{
    for (size_t i = 0; i < count; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

/* The same history, as if these events had never been. */
static struct decision decide_without(const struct made *made, const gint64 *ids, size_t gone)
{
    struct made less = *made;
    less.history.at = less.at;
    less.history.count = 0;
    for (size_t i = 0; i < made->history.count; i++) {
        if (!is_among(ids, gone, made->at[i].id))
            less.at[less.history.count++] = made->at[i];
    }
    return decide(&less);
}

/* True if it is told what to take away for another action. */
static bool check_answer(const struct made *made, const struct decision *now, const struct whatif *whatif)
{
    if (whatif->change != CHANGE_WITHOUT)
        return false;
    struct decision then = decide_without(made, whatif->events, whatif->count);
    g_assert_cmpstr(then.why, ==, whatif->decision.why);
    g_assert_cmpint(then.action, ==, whatif->decision.action);
    g_assert_cmpint(then.retry_after, ==, whatif->decision.retry_after);
    bool other = then.action != now->action;
    for (size_t i = 0; i < whatif->count && whatif->count > 1; i++) {
        g_autofree gint64 *fewer = g_memdup2(whatif->events, whatif->count * sizeof *whatif->events);
        fewer[i] = fewer[whatif->count - 1];
        struct decision still = decide_without(made, fewer, whatif->count - 1);
        g_assert_cmpint(still.action, ==, now->action);
        decision_clear(&still);
    }
    decision_clear(&then);
    return other;
}

/* Whoever is not simply kept is told evidence without which something else would be decided; and it is true; and no
 * part of it would do. */
static void evidence_that_is_named_is_what_decides(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        struct decision now = decide(&made);
        GArray *answers = policy_what_if(made.policy, &made.history, made.now);
        bool told = false;
        for (guint k = 0; k < answers->len; k++)
            told = check_answer(&made, &now, &g_array_index(answers, struct whatif, k)) || told;
        tell("now", &now);
        g_assert_true(told || now.action == ACTION_KEEP);
        g_array_unref(answers);
        decision_clear(&now);
    }
}

/* Mail goes out when the hold has ended, or the next day; each comes back. One bounce fewer does not suffice. */
static void further_bounces_do_what_is_said(void)
{
    int told = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct made made;
        make(&made);
        GArray *answers = policy_what_if(made.policy, &made.history, made.now);
        for (guint k = 0; k < answers->len; k++) {
            const struct whatif *whatif = &g_array_index(answers, struct whatif, k);
            if (whatif->change != CHANGE_MORE)
                continue;
            told++;
            g_assert_cmpuint(whatif->count, >, 0);
            g_assert_cmpint(whatif->when, >, made.now);
            g_assert_true(whatif->decision.action == ACTION_REMOVE || whatif->decision.action == ACTION_REVIEW);
        }
        g_array_unref(answers);
    }
    g_assert_cmpint(told, >, ROUNDS / 50);
}

static void a_third_full_bounce_is_counted_down(void)
{
    struct occurrence at[] = {
        {.id = 1,
         .time = NOW - 20 * DAY,
         .kind = EVENT_BOUNCE,
         .class = SES_TRANSIENT_MAILBOX_FULL,
         .step = CLAIM_VERP},
        {.id = 2,
         .time = NOW - 10 * DAY,
         .kind = EVENT_BOUNCE,
         .class = SES_TRANSIENT_MAILBOX_FULL,
         .step = CLAIM_VERP},
        {.id = 3, .time = NOW - 1 * DAY, .kind = EVENT_BOUNCE, .class = SES_TRANSIENT_MAILBOX_FULL, .step = CLAIM_VERP},
    };
    struct history history = {.at = at, .count = 3};
    GArray *answers = policy_what_if(policies[0], &history, NOW);
    g_assert_cmpuint(answers->len, ==, 4);
    const struct whatif *without = &g_array_index(answers, struct whatif, 0);
    g_assert_cmpint(without->events[0], ==, 3);
    g_assert_cmpint(without->decision.action, ==, ACTION_KEEP);
    const struct whatif *delivery = &g_array_index(answers, struct whatif, 1);
    g_assert_cmpint(delivery->change, ==, CHANGE_DELIVERY);
    g_assert_cmpint(delivery->decision.action, ==, ACTION_KEEP);
    const struct whatif *more = &g_array_index(answers, struct whatif, 2);
    g_assert_cmpuint(more->count, ==, 2);
    g_assert_cmpint(more->when, ==, NOW + 13 * DAY);
    g_assert_cmpint(more->decision.action, ==, ACTION_REMOVE);
    const struct whatif *time = &g_array_index(answers, struct whatif, 3);
    g_assert_cmpint(time->when, ==, NOW + 6 * DAY);
    g_assert_cmpint(time->decision.action, ==, ACTION_KEEP);
    g_array_unref(answers);
}

static struct policy *load(const char *text)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("winnow-policy-XXXXXX", &path, NULL);
    g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
    close(fd);
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    unlink(path);
    return policy;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        policies[i] = load(texts[i]);
    g_test_add_func("/policy/properties/a delivery makes nothing worse", a_delivery_makes_nothing_worse);
    g_test_add_func("/policy/properties/a sign of life is as good as a delivery",
                    a_sign_of_life_is_as_good_as_a_delivery);
    g_test_add_func("/policy/properties/subscribing is forgetting what was before",
                    subscribing_is_forgetting_what_was_before);
    g_test_add_func("/policy/properties/the order of evidence changes nothing", the_order_of_evidence_changes_nothing);
    g_test_add_func("/policy/properties/a hold ends by itself", a_hold_ends_by_itself);
    g_test_add_func("/policy/properties/removal rests on proof", removal_rests_on_proof);
    g_test_add_func("/policy/what-if/evidence that is named is what decides", evidence_that_is_named_is_what_decides);
    g_test_add_func("/policy/what-if/further bounces do what is said", further_bounces_do_what_is_said);
    g_test_add_func("/policy/what-if/a third full bounce is counted down", a_third_full_bounce_is_counted_down);
    int result = g_test_run();
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        policy_free(policies[i]);
    return result;
}
