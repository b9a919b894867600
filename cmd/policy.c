/* SPDX-License-Identifier: MIT
 * winnow policy: the policy in force, in the format that --policy reads. */
#include "core/policy/policy.h"
#include "cmd/command.h"

struct printing {
    struct common common;
    char *list, *domain;
};

static bool check_arguments(const struct printing *printing, int argc, char **argv, GError **error)
{
    g_autofree char *problem = NULL;
    if (argc > 1)
        problem = g_strdup_printf("policy: '%s' is too much; a file is given with --policy", argv[1]);
    else if (printing->domain && !policy_is_domain(printing->domain))
        problem = g_strdup_printf("--domain: '%s' is no domain", printing->domain);
    if (problem)
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, problem);
    return !problem;
}

/* The built-in one is printed as it was written, with what it says about itself. */
static char *format(const struct printing *printing, const struct policy *policy)
{
    if (printing->list || printing->domain)
        return policy_format_for(policy, printing->list, printing->domain, true);
    return printing->common.policy ? policy_format(policy, true) : policy_default_text();
}

int cmd_policy(int argc, char **argv)
{
    struct printing printing = {0};
    const GOptionEntry entries[] = {
        {"list-name", 0, 0, G_OPTION_ARG_STRING, &printing.list, "what is in force for this list", "NAME"},
        {"domain", 0, 0, G_OPTION_ARG_STRING, &printing.domain, "what is in force for subscribers there", "DOMAIN"},
        {0}};
    GOptionContext *context = command_options("", "Prints the policy in force, in the format that --policy reads.",
                                              "Values that a file changed have their place above them, the others are\n"
                                              "built in. Exit: 0 done, 2 usage, 3 configuration.",
                                              entries, &printing.common, COMMON_POLICY);
    GError *error = NULL;
    struct policy *policy = NULL;
    bool ok = command_parse(context, &argc, &argv, &printing.common, &error) &&
              check_arguments(&printing, argc, argv, &error) && (policy = policy_load(printing.common.policy, &error));
    if (ok) {
        g_autofree char *text = format(&printing, policy);
        print_out(text, strlen(text));
    }
    policy_free(policy);
    g_free(printing.list);
    g_free(printing.domain);
    common_clear(&printing.common);
    return ok ? WINNOW_DONE : command_fail(error);
}
