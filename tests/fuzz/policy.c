/* SPDX-License-Identifier: MIT
 * A policy file of the user's: what it says survives being written and read again, and it decides on any history. Behind
 * a NUL byte stand the occurrences. */
#include "core/policy/policy.h"
#include "tests/fuzz/fuzz.h"

enum { OCCURRENCES = 64, OCCURRENCE = 12 };
static const gint64 NOW = 1780000000;

static size_t read_history(struct view bytes, struct occurrence *into)
{
    size_t n = MIN(bytes.len / OCCURRENCE, (size_t)OCCURRENCES);
    for (size_t i = 0; i < n; i++) {
        const guchar *at = (const guchar *)bytes.data + i * OCCURRENCE;
        gint32 back;
        memcpy(&back, at, sizeof back);
        into[i] = (struct occurrence){
            .id = (gint64)i + 1,
            .kind = at[4] % (EVENT_UNSUBSCRIBE + 1),
            .class = at[5] % SES_CLASS_COUNT,
            .actionable = at[6] & 1,
            .step = at[7] % CLAIM_STEP_COUNT,
            .time = at[6] & 2 ? NOW - back : (i ? into[i - 1].time : NOW - 86400 * 40) + at[8] * 7200,
        };
        if (at[6] & 4)
            into[i].time = at[6] & 8 ? G_MAXINT64 : at[6] & 16 ? G_MININT64 : 0;
    }
    return n;
}

static void check_decision(const struct policy *policy, struct view bytes)
{
    struct occurrence occurrences[OCCURRENCES];
    struct history history = {.at = occurrences, .count = read_history(bytes, occurrences)};
    struct decision decision = policy_decide(policy, &history, NOW);
    REQUIRE(decision.why && decision.action <= ACTION_REVIEW);
    REQUIRE((decision.action == ACTION_HOLD) == (decision.retry_after != 0));
    REQUIRE(decision.decided_by >= 0 && decision.decided_by <= (gint64)history.count);
    REQUIRE(history.count > 0 || decision.action == ACTION_KEEP);
    decision_clear(&decision);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view rest = fuzz_view(data, size);
    struct view text = fuzz_take(&rest, '\0');
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(fuzz_file(text), &error);
    if (!policy)
        return 0;
    check_decision(policy, rest);
    g_autofree char *written = policy_format(policy, size & 1);
    struct policy *again = policy_load(fuzz_file(view_of(written)), &error);
    REQUIRE(again && strcmp(policy_digest(policy), policy_digest(again)) == 0);
    policy_free(again);
    policy_free(policy);
    return 0;
}
