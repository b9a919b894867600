/* SPDX-License-Identifier: MIT
 * winnow explain: all that is known about one subscriber, what would be decided today, and what would change it. */
#include "cmd/account.h"
#include "cmd/command.h"
#include "cmd/listing.h"

struct explaining {
    struct common common;
    struct listing listing;
    char *format;
    const char *who, *list_path;
    char *list_name;
    struct policy *policy;
    struct list *list;
    struct ledger *ledger;
    struct account account;
};

static void explaining_clear(struct explaining *x)
{
    account_clear(&x->account);
    list_close(x->list);
    ledger_close(x->ledger);
    policy_free(x->policy);
    g_free(x->list_name);
    g_free(x->format);
    listing_clear(&x->listing);
    common_clear(&x->common);
}

static bool check_arguments(struct explaining *x, int argc, char **argv, GError **error)
{
    const char *problem = NULL;
    bool of_list = x->listing.engaged || x->listing.email_column || x->listing.id_column || x->listing.delimiter ||
                   x->listing.subscribed_column || x->listing.engaged_column || x->listing.match;
    if (argc < 2)
        problem = "explain: no ADDRESS given";
    else if (argc > 3)
        problem = "explain: one ADDRESS, and one LIST at most";
    else if (argc == 2 && of_list)
        problem = "explain: options of a list need a LIST behind the ADDRESS";
    else if (x->format && strcmp(x->format, "text") != 0 && strcmp(x->format, "json") != 0)
        problem = "--format: text or json";
    if (problem) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, problem);
        return false;
    }
    x->who = argv[1];
    x->list_path = argc > 2 ? argv[2] : NULL;
    return listing_check(&x->listing, error);
}

static bool open_all(struct explaining *x, GError **error)
{
    x->policy = policy_load(x->common.policy, error);
    if (!x->policy)
        return false;
    x->list_name = x->list_path ? listing_name(&x->listing, x->list_path) : g_strdup(x->listing.list_name);
    if (x->list_path && !(x->list = listing_open(&x->listing, x->list_path, error)))
        return false;
    if (x->listing.engaged && !dates_check_engaged(x->listing.engaged, error))
        return false;
    g_autofree char *state = common_state_path(&x->common);
    x->ledger = ledger_open(state, LEDGER_READ, error);
    return x->ledger != NULL;
}

static bool explain(struct explaining *x, GError **error)
{
    if (!open_all(x, error))
        return false;
    struct account_input input = {
        .who = x->who,
        .list_path = x->list_path,
        .list = x->list,
        .list_name = x->list_name,
        .engaged = x->listing.engaged,
        .ledger = x->ledger,
        .policy = x->policy,
        .alike = listing_alike(&x->listing),
        .now = x->common.time,
    };
    if (!account_gather(&x->account, &input, error))
        return false;
    g_autoptr(GString) out = g_string_new(NULL);
    if (x->format && strcmp(x->format, "json") == 0)
        account_json(&x->account, out);
    else
        account_text(&x->account, out);
    print_out(out->str, out->len);
    return true;
}

int cmd_explain(int argc, char **argv)
{
    struct explaining x = {0};
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &x.format, "text (default) or json", "FORMAT"}, {0}};
    GOptionContext *context =
        command_options("ADDRESS [LIST]",
                        "Prints every event that names ADDRESS (or an id), what 'winnow clean LIST' would\n"
                        "decide of it today and by which arithmetic, what would change that, and what\n"
                        "was decided before.",
                        "Exit: 0 done, 1 nothing is known, 2 usage, 3 configuration, 4 state, 5 input.", entries,
                        &x.common, COMMON_STATE | COMMON_TIME | COMMON_POLICY);
    listing_add_options(&x.listing, context);
    GError *error = NULL;
    bool ok = command_parse(context, &argc, &argv, &x.common, &error) && check_arguments(&x, argc, argv, &error) &&
              explain(&x, &error);
    int code = x.account.key && x.account.events->len ? WINNOW_DONE : WINNOW_INCOMPLETE;
    explaining_clear(&x);
    return ok ? code : command_fail(error);
}
