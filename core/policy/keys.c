/* SPDX-License-Identifier: MIT */
#include "core/policy/settings.h"

static const char *const key_names[] = {
#define POLICY_KEY_NAME(field, key) [POLICY_KEY_##field] = (key),
    POLICY_KEYS(POLICY_KEY_NAME)
#undef POLICY_KEY_NAME
};

static const char *const action_names[] = {
#define ACTION_NAME(id, name) [ACTION_##id] = (name),
    ACTIONS(ACTION_NAME)
#undef ACTION_NAME
};

const char *action_name(enum action action)
{
    return action_names[action];
}

bool policy_key_parse(const char *name, enum policy_key *key)
{
    for (unsigned i = 0; i < POLICY_KEY_COUNT; i++) {
        if (g_str_equal(name, key_names[i])) {
            *key = i;
            return true;
        }
    }
    return false;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static bool parse_number(const char *text, int min, int max, int *value)
{
    guint64 number;
    if (!g_ascii_string_to_unsigned(text, 10, (guint64)min, (guint64)max, &number, NULL))
        return false;
    *value = (int)number;
    return true;
}

static bool parse_action(const char *text, int *value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(action_names); i++) {
        if (g_str_equal(text, action_names[i])) {
            *value = (int)i;
            return true;
        }
    }
    return false;
}

enum claim_step policy_proof(int value)
{
    return value == POLICY_AUTO ? CLAIM_FINAL_RECIPIENT : (enum claim_step)value;
}

static bool parse_step(const struct conf *conf, const struct conf_entry *entry, int *value, GError **error)
{
    enum claim_step step;
    const char *name = g_str_equal(entry->value, "key") ? claim_step_name(CLAIM_VERP_KEY) : entry->value;
    if (claim_step_parse(view_of(name), &step) && step != CLAIM_NONE) {
        *value = (int)step;
        return true;
    }
    g_autoptr(GString) known = g_string_new(NULL);
    for (enum claim_step i = CLAIM_NONE + 1; i < CLAIM_STEP_COUNT; i++)
        g_string_append_printf(known, "%s%s", known->len ? ", " : "", claim_step_name(i));
    return conf_fail(conf, entry->line, error, "'%s' is no proof; %sfrom strong to weak: %s", entry->value,
                     g_str_equal(entry->key, "min-proof") ? "auto, or " : "", known->str);
}

/* A number, or 'never', which is 0. */
static bool parse_or_never(const struct conf *conf, const struct conf_entry *entry, int max, int *value, GError **error)
{
    if (g_str_equal(entry->value, "never")) {
        *value = 0;
        return true;
    }
    return parse_number(entry->value, 1, max, value) ||
           conf_fail(conf, entry->line, error, "%s is a number from 1 to %d, or never; not '%s'", entry->key, max,
                     entry->value);
}

bool policy_value_parse(const struct conf *conf, const struct conf_entry *entry, enum policy_key key, int *value,
                        GError **error)
{
    switch (key) {
    case POLICY_KEY_action:
        return parse_action(entry->value, value) ||
               conf_fail(conf, entry->line, error, "'%s' is no action; keep, hold, remove or review", entry->value);
    case POLICY_KEY_min_proof:
        *value = POLICY_AUTO;
        return g_str_equal(entry->value, "auto") || parse_step(conf, entry, value, error);
    case POLICY_KEY_hold_proof:
        return parse_step(conf, entry, value, error);
    case POLICY_KEY_remove_after:
        return parse_or_never(conf, entry, POLICY_MAX_COUNT, value, error);
    case POLICY_KEY_readmit_after:
        return parse_or_never(conf, entry, POLICY_MAX_DAYS, value, error);
    case POLICY_KEY_distinct_campaigns:
        return parse_number(entry->value, 0, POLICY_MAX_COUNT, value) ||
               conf_fail(conf, entry->line, error, "%s is a number from 0 to %d; not '%s'", entry->key,
                         POLICY_MAX_COUNT, entry->value);
    default:
        return parse_number(entry->value, 0, POLICY_MAX_DAYS, value) ||
               conf_fail(conf, entry->line, error, "%s is a number of days from 0 to %d; not '%s'", entry->key,
                         POLICY_MAX_DAYS, entry->value);
    }
}

/* What each value allows alone may be impossible together. */
const char *policy_contradiction(const int *value, enum policy_key *at)
{
    int count = value[POLICY_KEY_remove_after], days = value[POLICY_KEY_distinct_days];
    int within = value[POLICY_KEY_within_days], over = value[POLICY_KEY_over_days];
    *at = POLICY_KEY_action;
    if (value[POLICY_KEY_action] == ACTION_HOLD && value[POLICY_KEY_hold_days] == 0)
        return "a hold needs hold-days of at least 1";
    if (value[POLICY_KEY_action] == ACTION_REMOVE && count > 1)
        return "remove acts at once; with remove-after above 1 the action until then is hold, keep or review";
    *at = POLICY_KEY_hold_proof;
    if (value[POLICY_KEY_action] == ACTION_HOLD &&
        policy_proof(value[POLICY_KEY_hold_proof]) < policy_proof(value[POLICY_KEY_min_proof]))
        return "what is too weak to hold would remove: hold-proof is above min-proof";
    *at = POLICY_KEY_distinct_days;
    if (count > 0 && days > count)
        return "so few bounces cannot fall on that many days: distinct-days is above remove-after";
    if (count > 0 && within > 0 && days > within + 1)
        return "distinct-days do not fit into within-days";
    *at = POLICY_KEY_distinct_campaigns;
    if (count > 0 && value[POLICY_KEY_distinct_campaigns] > count)
        return "so few bounces cannot be of that many campaigns: distinct-campaigns is above remove-after";
    *at = POLICY_KEY_over_days;
    if (count > 0 && within > 0 && over > within)
        return "over-days is above within-days";
    if (count == 1 && over > 0)
        return "one bounce has no length: over-days needs remove-after of at least 2";
    return NULL;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

void policy_value_format(GString *out, enum policy_key key, int value)
{
    g_string_append_printf(out, "%s=", key_names[key]);
    if (key == POLICY_KEY_action)
        g_string_append(out, action_name((enum action)value));
    else if (key == POLICY_KEY_min_proof && value == POLICY_AUTO)
        g_string_append(out, "auto");
    else if (key == POLICY_KEY_min_proof || key == POLICY_KEY_hold_proof)
        g_string_append(out, claim_step_name((enum claim_step)value));
    else if ((key == POLICY_KEY_remove_after || key == POLICY_KEY_readmit_after) && value == 0)
        g_string_append(out, "never");
    else
        g_string_append_printf(out, "%d", value);
    g_string_append_c(out, '\n');
}
