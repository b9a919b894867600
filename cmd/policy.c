/* SPDX-License-Identifier: MIT
 * winnow policy: the policy in force, in the format that --policy reads. */
#include "core/policy/policy.h"
#include "cmd/command.h"

#include <stdio.h>

int cmd_policy(int argc, char **argv)
{
    struct common common = {0};
    GOptionContext *context = command_options("", "Prints the policy in force, in the format that --policy reads.",
                                              "Values that a file changed say where they come from.\n"
                                              "Exit: 0 done, 2 usage, 3 configuration.",
                                              NULL, &common, COMMON_POLICY);
    GError *error = NULL;
    struct policy *policy = NULL;
    bool ok = command_parse(context, &argc, &argv, &common, &error);
    if (ok && argc > 1) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "policy: '%s' is too much; a file is given with --policy",
                    argv[1]);
        ok = false;
    }
    ok = ok && (policy = policy_load(common.policy, &error));
    if (ok) {
        g_autofree char *text = policy_format(policy, true);
        fputs(text, stdout);
        policy_free(policy);
    }
    common_clear(&common);
    return ok ? WINNOW_DONE : command_fail(error);
}
