/* SPDX-License-Identifier: MIT */
#include "core/policy/words.h"

#include <time.h>

/* printf() would be a third of the cost of deciding. */
void say_number(GString *why, guint64 number)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    g_string_append_len(why, digits + at, (gssize)(sizeof digits - at));
}

void say_date(GString *why, gint64 time)
{
    struct tm tm;
    time_t seconds = (time_t)time;
    if (time < 0 || !gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900) {
        g_string_append(why, "an impossible date");
        return;
    }
    int year = tm.tm_year + 1900, month = tm.tm_mon + 1, day = tm.tm_mday;
    const char text[] = {(char)('0' + year / 1000),
                         (char)('0' + year / 100 % 10),
                         (char)('0' + year / 10 % 10),
                         (char)('0' + year % 10),
                         '-',
                         (char)('0' + month / 10),
                         (char)('0' + month % 10),
                         '-',
                         (char)('0' + day / 10),
                         (char)('0' + day % 10)};
    g_string_append_len(why, text, sizeof text);
}

void say_count(GString *why, const struct matter *matter, size_t count, const char *of)
{
    bool one = count == 1 && !*of;
    say_number(why, count);
    g_string_append(why, of);
    g_string_append_c(why, ' ');
    g_string_append(why, matter->name);
    if (matter->group < SES_CLASS_COUNT)
        g_string_append(why, one ? " bounce" : " bounces");
    else if (!one)
        g_string_append(why, " messages");
    else
        g_string_append(why, " message");
}

void say_tally(GString *why, const struct matter *matter, const struct tally *tally)
{
    const int *value = matter->value;
    int needed = value[POLICY_KEY_remove_after];
    g_autofree char *of = needed > 1 && tally->count <= (size_t)needed ? g_strdup_printf(" of %d", needed)
                          : needed > 1                                 ? g_strdup_printf(" (at least %d)", needed)
                                                                       : g_strdup("");
    say_count(why, matter, needed > 1 ? tally->count : MAX(tally->count, 1), of);
    if (needed <= 1)
        return;
    if (value[POLICY_KEY_distinct_days] > 1)
        g_string_append_printf(why, " on %" G_GINT64_FORMAT " of at least %d days", tally->days,
                               value[POLICY_KEY_distinct_days]);
    if (value[POLICY_KEY_distinct_campaigns] > 0)
        g_string_append_printf(why, " of %" G_GINT64_FORMAT " of at least %d campaigns", tally->campaigns,
                               value[POLICY_KEY_distinct_campaigns]);
    if (value[POLICY_KEY_over_days] > 0)
        g_string_append_printf(why, " over %" G_GINT64_FORMAT " of at least %d days", tally->span,
                               value[POLICY_KEY_over_days]);
    if (value[POLICY_KEY_within_days] > 0)
        g_string_append_printf(why, " within %d days", value[POLICY_KEY_within_days]);
}

void say_ours(GString *why, const struct matter *matter)
{
    size_t ours = 0;
    for (size_t i = 0; i < matter->count; i++)
        ours += matter->at[i].of->ours;
    if (ours > 0)
        g_string_append_printf(why, "; %zu %s the sender's fault, and not counted", ours, ours == 1 ? "is" : "are");
}

void say_put_aside(GString *why, const struct matter *matter)
{
    const char *outage = NULL;
    size_t count = 0;
    for (size_t i = 0; i < matter->count; i++) {
        const struct occurrence *of = matter->at[i].of;
        count += of->quarantined;
        outage = of->quarantined && of->burst ? of->burst : outage;
    }
    if (count > 0)
        g_string_append_printf(why, "; %zu %s in an outage%s%s%s, and not counted", count, count == 1 ? "is" : "are",
                               outage ? " (" : "", outage ? outage : "", outage ? ")" : "");
}

static const char *by_what(const struct occurrence *of)
{
    return of->step == CLAIM_NONE ? "nothing" : claim_step_name(of->step);
}

void say_weak(GString *why, const struct matter *matter, const struct occurrence *weak)
{
    g_string_append_printf(why, "; enough to remove, but attributed by %s only, and that takes %s or stronger",
                           by_what(weak), claim_step_name(policy_proof(matter->value[POLICY_KEY_min_proof])));
}

void say_too_weak_to_hold(GString *why, const struct matter *matter, const struct occurrence *weak)
{
    g_string_append_printf(why, "; attributed by %s only, and a hold takes %s or stronger", by_what(weak),
                           claim_step_name(policy_proof(matter->value[POLICY_KEY_hold_proof])));
}
