/* SPDX-License-Identifier: MIT
 * A policy file of the user's: what it says survives being written and read again, and it decides on any history.
 * Behind a NUL byte stand the occurrences. */
#include "core/policy/policy.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

enum { OCCURRENCES = 64, OCCURRENCE = 12 };
static const gint64 NOW = 1780000000;

static int by_time(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return a->id < b->id ? -1 : 1;
}

/* Times around now, unknown, or such as a broken clock writes. */
static gint64 time_of(const guchar *at)
{
    static const gint64 odd[] = {0, G_MAXINT64, G_MININT64, -1};
    gint32 back;
    memcpy(&back, at, sizeof back);
    return at[6] & 4 ? odd[at[6] >> 6] : NOW - (at[6] & 2 ? back : (gint64)at[8] * 7200);
}

static size_t read_history(struct view bytes, struct occurrence *into)
{
    size_t n = MIN(bytes.len / OCCURRENCE, (size_t)OCCURRENCES);
    for (size_t i = 0; i < n; i++) {
        const guchar *at = (const guchar *)bytes.data + i * OCCURRENCE;
        into[i] = (struct occurrence){
            .id = (gint64)i + 1,
            .time = time_of(at),
            .kind = at[4] % (EVENT_UNSUBSCRIBE + 1),
            .class = at[5] % SES_CLASS_COUNT,
            .actionable = at[6] & 1,
            .step = at[7] % CLAIM_STEP_COUNT,
        };
    }
    if (n > 1)
        qsort(into, n, sizeof *into, by_time);
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
