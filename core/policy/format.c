/* SPDX-License-Identifier: MIT */
#include "core/policy/protect.h"
#include "core/policy/selector.h"
#include "core/policy/settings.h"

static void print_origin(GString *out, const struct policy *policy, unsigned line, bool origins)
{
    if (origins && line > 0)
        g_string_append_printf(out, "# %s:%u\n", policy->file, line);
}

void policy_format_treatment(GString *out, const struct policy *policy, unsigned group,
                             const struct treatment *treatment, bool origins)
{
    char buffer[64];
    g_string_append_printf(out, "[%s]\n", policy_group_name(group, buffer));
    for (enum policy_key key = 0; key < POLICY_KEY_COUNT; key++) {
        print_origin(out, policy, treatment->line[key], origins);
        policy_value_format(out, key, treatment->value[key]);
    }
    g_string_append_c(out, '\n');
}

/* What one group of the file says, in the order of its lines; nothing if it is a general one. A starred group named
 * the same value for several: once is enough. */
static void print_overlays(GString *out, const struct policy *policy, const struct selector *selector, bool origins)
{
    bool said[POLICY_KEY_COUNT] = {false}, any = false;
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        const GArray *overlays = policy->overlays[group];
        for (guint i = 0; overlays && i < overlays->len; i++) {
            const struct overlay *overlay = &g_array_index(overlays, struct overlay, i);
            if (overlay->selector != selector || said[overlay->key])
                continue;
            if (!any)
                g_string_append_printf(out, "[%s]\n", selector->written);
            any = said[overlay->key] = true;
            print_origin(out, policy, overlay->line, origins);
            policy_value_format(out, overlay->key, overlay->value);
        }
    }
    if (any)
        g_string_append_c(out, '\n');
}

static void print_guard(GString *out, const struct policy *policy, bool origins)
{
    g_string_append(out, "[guard]\n");
    for (unsigned key = 0; key < GUARD_KEY_COUNT; key++) {
        print_origin(out, policy, policy->guard_line[key], origins);
        g_string_append_printf(out, "%s=", guard_key_name(key));
        guard_format(&policy->guard, key, out);
        g_string_append_c(out, '\n');
    }
}

static void print_groups(GString *out, const struct policy *policy, const char *list, struct view domain, bool origins)
{
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (!policy_group_is_judged(group))
            continue;
        struct treatment treatment = policy_treatment(policy, group, list, domain);
        policy_format_treatment(out, policy, group, &treatment, origins);
    }
}

void policy_format_groups(GString *out, const struct policy *policy, bool origins)
{
    print_groups(out, policy, NULL, (struct view){0}, origins);
    for (guint i = 0; i < policy->selectors->len; i++)
        print_overlays(out, policy, g_ptr_array_index(policy->selectors, i), origins);
    print_guard(out, policy, origins);
}

char *policy_format(const struct policy *policy, bool origins)
{
    GString *out = g_string_new(NULL);
    policy_format_groups(out, policy, origins);
    protect_format(out, policy->protect, true, NULL, origins);
    return g_string_free(out, FALSE);
}

bool policy_is_domain(const char *domain)
{
    g_autofree char *key = domain_pattern(domain);
    return key != NULL;
}

char *policy_format_for(const struct policy *policy, const char *list, const char *domain, bool origins)
{
    GString *out = g_string_new(NULL);
    g_autofree char *key = domain ? domain_pattern(domain) : NULL;
    print_groups(out, policy, list, key ? view_of(key) : (struct view){0}, origins);
    print_guard(out, policy, origins);
    protect_format(out, policy->protect, false, list, origins);
    return g_string_free(out, FALSE);
}
