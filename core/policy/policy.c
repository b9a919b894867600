/* SPDX-License-Identifier: MIT */
#include "core/policy/settings.h"

#include "core/error.h"
#include "core/policy/conf.h"

#include <gio/gio.h>

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

bool complaint_is_actionable(struct view feedback_type)
{
    static const struct view counting[] = {
        {.data = "abuse", .len = 5},
        {.data = "fraud", .len = 5},
        {.data = "virus", .len = 5},
        {.data = "other", .len = 5},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(counting); i++) {
        if (view_equal_fold(view_trim(feedback_type), counting[i]))
            return true;
    }
    return false;
}

unsigned policy_group(enum event_kind kind, enum ses_class class)
{
    return kind == EVENT_BOUNCE ? (unsigned)class : SES_CLASS_COUNT + (unsigned)kind;
}

bool policy_group_is_judged(unsigned group)
{
    if (group < SES_CLASS_COUNT)
        return true;
    enum event_kind kind = group - SES_CLASS_COUNT;
    return kind != EVENT_NONE && kind != EVENT_BOUNCE && kind != EVENT_DELIVERY;
}

const char *policy_group_name(unsigned group, char buffer[64])
{
    if (group < SES_CLASS_COUNT) {
        g_snprintf(buffer, 64, "%s/%s", ses_type_name(group), ses_subtype_name(group));
        return buffer;
    }
    return policy_group_is_judged(group) ? event_kind_name(group - SES_CLASS_COUNT) : NULL;
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static bool parse_number(const char *text, int max, int *value)
{
    guint64 number;
    if (!g_ascii_string_to_unsigned(text, 10, 0, (guint64)max, &number, NULL))
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

static bool parse_step(const char *text, int *value)
{
    enum claim_step step;
    if (!claim_step_parse(view_of(text), &step) || step == CLAIM_NONE)
        return false;
    *value = (int)step;
    return true;
}

static bool set_value(const struct conf *conf, const struct conf_entry *entry, enum policy_key key, int *value,
                      GError **error)
{
    const char *text = entry->value;
    switch (key) {
    case POLICY_KEY_action:
        return parse_action(text, value) ||
               conf_fail(conf, entry->line, error, "'%s' is no action; keep, hold, remove or review", text);
    case POLICY_KEY_min_proof:
        return parse_step(text, value) ||
               conf_fail(conf, entry->line, error,
                         "'%s' is no proof; verp-key, verp, original-recipient, envelope-id, header-id, message-id, "
                         "returned-to, received-for, x-failed-recipients, final-recipient or text",
                         text);
    case POLICY_KEY_remove_after:
        if (g_str_equal(text, "never")) {
            *value = 0;
            return true;
        }
        return (parse_number(text, POLICY_MAX_COUNT, value) && *value > 0) ||
               conf_fail(conf, entry->line, error, "remove-after is a number from 1 to %d, or never; not '%s'",
                         POLICY_MAX_COUNT, text);
    default:
        return parse_number(text, POLICY_MAX_DAYS, value) ||
               conf_fail(conf, entry->line, error, "%s is a number of days from 0 to %d; not '%s'", entry->key,
                         POLICY_MAX_DAYS, text);
    }
}

static bool set_share(const struct conf *conf, const struct conf_entry *entry, double *share, GError **error)
{
    char *end;
    double percent = g_ascii_strtod(entry->value, &end);
    bool sound = end != entry->value && g_str_equal(end, "%") && percent >= 0 && percent <= 100;
    *share = percent / 100;
    return sound || conf_fail(conf, entry->line, error, "max-share is written 0%% to 100%%; not '%s'", entry->value);
}

static bool set_guard(struct policy *policy, const struct conf *conf, const struct conf_entry *entry, unsigned line,
                      GError **error)
{
    if (g_str_equal(entry->key, "max-share")) {
        policy->guard_line[0] = line;
        return set_share(conf, entry, &policy->guard.max_share, error);
    }
    if (g_str_equal(entry->key, "quarantine-days")) {
        policy->guard_line[2] = line;
        return (parse_number(entry->value, POLICY_MAX_DAYS, &policy->guard.quarantine_days) &&
                policy->guard.quarantine_days > 0) ||
               conf_fail(conf, entry->line, error, "quarantine-days is a number of days from 1 to %d; not '%s'",
                         POLICY_MAX_DAYS, entry->value);
    }
    if (!g_str_equal(entry->key, "min-rows"))
        return conf_fail(conf, entry->line, error, "unknown key '%s' in [guard]; max-share, min-rows, quarantine-days",
                         entry->key);
    policy->guard_line[1] = line;
    return g_ascii_string_to_unsigned(entry->value, 10, 0, G_MAXINT64, &policy->guard.min_rows, NULL) ||
           conf_fail(conf, entry->line, error, "min-rows is a number; not '%s'", entry->value);
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

/* Does the group `written` in a file speak for `group`? A star behind the slash does for a whole type. */
static bool group_matches(const char *written, unsigned group)
{
    char buffer[64];
    const char *name = policy_group_name(group, buffer);
    if (!name)
        return false;
    size_t len = strlen(written);
    if (len > 2 && g_str_has_suffix(written, "/*"))
        return strncmp(written, name, len - 1) == 0;
    return g_str_equal(written, name);
}

static bool find_key(const char *name, enum policy_key *key)
{
    for (unsigned i = 0; i < POLICY_KEY_COUNT; i++) {
        if (g_str_equal(name, key_names[i])) {
            *key = i;
            return true;
        }
    }
    return false;
}

static bool set_entry(struct policy *policy, const struct conf *conf, const struct conf_entry *entry, unsigned line,
                      GError **error)
{
    if (g_str_equal(entry->group, "guard"))
        return set_guard(policy, conf, entry, line, error);
    enum policy_key key = 0;
    bool key_known = find_key(entry->key, &key);
    bool group_known = false;
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (!group_matches(entry->group, group))
            continue;
        group_known = true;
        if (!key_known)
            break;
        policy->groups[group].line[key] = line;
        if (!set_value(conf, entry, key, &policy->groups[group].value[key], error))
            return false;
    }
    if (!group_known)
        return conf_fail(conf, entry->line, error, "unknown group [%s]", entry->group);
    if (!key_known)
        return conf_fail(conf, entry->line, error, "unknown key '%s' in [%s]", entry->key, entry->group);
    return true;
}

/* Wildcards first, so that a group of its own has the last word wherever it stands. */
static bool apply(struct policy *policy, const struct conf *conf, bool defaults, GError **error)
{
    for (int wildcards = 1; wildcards >= 0; wildcards--) {
        for (guint i = 0; i < conf->entries->len; i++) {
            const struct conf_entry *entry = conf->entries->pdata[i];
            if (g_str_has_suffix(entry->group, "/*") != wildcards)
                continue;
            if (!set_entry(policy, conf, entry, defaults ? 0 : entry->line, error))
                return false;
        }
    }
    return true;
}

/* What each value allows alone may be impossible together. */
static const char *contradiction(const int *value, enum policy_key *at)
{
    int count = value[POLICY_KEY_remove_after], days = value[POLICY_KEY_distinct_days];
    int within = value[POLICY_KEY_within_days], over = value[POLICY_KEY_over_days];
    *at = POLICY_KEY_action;
    if (value[POLICY_KEY_action] == ACTION_HOLD && value[POLICY_KEY_hold_days] == 0)
        return "a hold needs hold-days of at least 1";
    if (value[POLICY_KEY_action] == ACTION_REMOVE && count > 1)
        return "remove acts at once; with remove-after above 1 the action until then is hold, keep or review";
    *at = POLICY_KEY_distinct_days;
    if (count > 0 && days > count)
        return "so few bounces cannot fall on that many days: distinct-days is above remove-after";
    if (count > 0 && within > 0 && days > within + 1)
        return "distinct-days do not fit into within-days";
    *at = POLICY_KEY_over_days;
    if (count > 0 && within > 0 && over > within)
        return "over-days is above within-days";
    if (count == 1 && over > 0)
        return "one bounce has no length: over-days needs remove-after of at least 2";
    return NULL;
}

static bool check(const struct policy *policy, const struct conf *conf, GError **error)
{
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        const struct treatment *treatment = &policy->groups[group];
        enum policy_key at;
        const char *problem = contradiction(treatment->value, &at);
        if (!problem)
            continue;
        unsigned line = treatment->line[at];
        for (unsigned key = 0; key < POLICY_KEY_COUNT && line == 0; key++)
            line = treatment->line[key];
        char buffer[64];
        return conf_fail(conf, line, error, "[%s] %s", policy_group_name(group, buffer), problem);
    }
    return true;
}

/* Takes `conf`, which may be NULL with `error` set. */
static bool take(struct policy *policy, struct conf *conf, bool defaults, GError **error)
{
    bool sound = conf && apply(policy, conf, defaults, error) && check(policy, conf, error);
    conf_free(conf);
    return sound;
}

static bool load(struct policy *policy, const char *file, GError **error)
{
    g_autoptr(GBytes) bytes = g_resources_lookup_data("/winnow/core/policy/default.conf", 0, error);
    if (!bytes)
        return false;
    struct view text = {.data = g_bytes_get_data(bytes, NULL), .len = g_bytes_get_size(bytes)};
    if (!take(policy, conf_parse("default.conf", text, error), true, error))
        return false;
    policy->file = g_strdup(file);
    return !file || take(policy, conf_load(file, error), false, error);
}

struct policy *policy_load(const char *file, GError **error)
{
    struct policy *policy = g_new0(struct policy, 1);
    if (!load(policy, file, error)) {
        policy_free(policy);
        return NULL;
    }
    g_autofree char *text = policy_format(policy, false);
    policy->digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    return policy;
}

void policy_free(struct policy *policy)
{
    if (!policy)
        return;
    g_free(policy->file);
    g_free(policy->digest);
    g_free(policy);
}

const char *policy_digest(const struct policy *policy)
{
    return policy->digest;
}

struct guard_limits policy_guard(const struct policy *policy)
{
    return policy->guard;
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

static void print_origin(GString *out, const struct policy *policy, unsigned line, bool origins)
{
    if (origins && line > 0)
        g_string_append_printf(out, "# %s:%u\n", policy->file, line);
}

static void print_value(GString *out, enum policy_key key, int value)
{
    if (key == POLICY_KEY_action)
        g_string_append_printf(out, "%s=%s\n", key_names[key], action_name((enum action)value));
    else if (key == POLICY_KEY_min_proof)
        g_string_append_printf(out, "%s=%s\n", key_names[key], claim_step_name((enum claim_step)value));
    else if (key == POLICY_KEY_remove_after && value == 0)
        g_string_append_printf(out, "%s=never\n", key_names[key]);
    else
        g_string_append_printf(out, "%s=%d\n", key_names[key], value);
}

char *policy_format(const struct policy *policy, bool origins)
{
    GString *out = g_string_new(NULL);
    char buffer[64];
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        const char *name = policy_group_name(group, buffer);
        if (!name)
            continue;
        const struct treatment *treatment = &policy->groups[group];
        g_string_append_printf(out, "[%s]\n", name);
        for (unsigned key = 0; key < POLICY_KEY_COUNT; key++) {
            print_origin(out, policy, treatment->line[key], origins);
            print_value(out, key, treatment->value[key]);
        }
        g_string_append_c(out, '\n');
    }
    char share[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(share, sizeof share, "%.10g", policy->guard.max_share * 100);
    g_string_append(out, "[guard]\n");
    print_origin(out, policy, policy->guard_line[0], origins);
    g_string_append_printf(out, "max-share=%s%%\n", share);
    print_origin(out, policy, policy->guard_line[1], origins);
    g_string_append_printf(out, "min-rows=%" G_GUINT64_FORMAT "\n", policy->guard.min_rows);
    print_origin(out, policy, policy->guard_line[2], origins);
    g_string_append_printf(out, "quarantine-days=%d\n", policy->guard.quarantine_days);
    return g_string_free(out, FALSE);
}
