/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "core/policy/guard.h"
#include "core/policy/policy.h"

#include <glib/gstdio.h>
#include <unistd.h>

static char *folder;

static char *write_file(const char *text)
{
    char *path = g_build_filename(folder, "policy.conf", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static struct decision decide(const struct policy *policy, const struct occurrence *at, size_t count, gint64 now)
{
    return policy_decide(policy, &(struct history){.at = at, .count = count}, now);
}

struct mistake {
    const char *name, *text, *problem; /* behind "FILE:" */
};

static const struct mistake mistakes[] = {
    {"an unknown group names its line", "\n[Permanent/NoSuch]\naction=keep\n", "2: unknown group [Permanent/NoSuch]"},
    {"a group for deliveries is unknown", "[delivery]\naction=remove\n", "1: unknown group [delivery]"},
    {"an unknown type is unknown", "[Soft/*]\naction=keep\n", "1: unknown group [Soft/*]"},
    {"an unknown key names its line", "[complaint]\n# so\nholddays=3\n", "3: unknown key 'holddays' in [complaint]"},
    {"an unknown key of the guard names its line", "[guard]\nshare=3%\n",
     "2: unknown key 'share' in [guard]; max-share, min-rows, max-domain-share, min-domain-rows, max-list-share, "
     "burst-factor, burst-rows, burst-share, quarantine-days, message-share, campaign-share, outage-share, "
     "outage-days, max-age-days, plan-days"},
    {"an unknown action names the known ones", "[complaint]\naction=delete\n",
     "2: 'delete' is no action; keep, hold, remove or review"},
    {"a negative number of days is refused", "[Transient/General]\nhold-days=-1\n",
     "2: hold-days is a number of days from 0 to 36500; not '-1'"},
    {"a number with a unit is refused", "[Transient/General]\nhold-days=3d\n",
     "2: hold-days is a number of days from 0 to 36500; not '3d'"},
    {"an empty value is refused", "[Transient/General]\nhold-days=\n",
     "2: hold-days is a number of days from 0 to 36500; not ''"},
    {"a number beyond all sense is refused", "[Transient/General]\nwithin-days=99999999999999999999\n",
     "2: within-days is a number"},
    {"an unknown proof names the known ones", "[complaint]\nhold-proof=hearsay\n",
     "2: 'hearsay' is no proof; from strong to weak: verp-key, "},
    {"readmission at once is refused", "[Permanent/*]\nreadmit-after=0\n",
     "2: readmit-after is a number from 1 to 36500, or never; not '0'"},
    {"more campaigns than bounces are refused", "[Transient/General]\ndistinct-campaigns=6\n",
     "2: [Transient/General] so few bounces cannot be of that many campaigns"},
    {"weaker proof to remove than to hold is refused", "[Transient/General]\nhold-proof=verp\n",
     "2: [Transient/General] what is too weak to hold would remove"},
    {"an unknown word in a group names itself", "[complaint lists=weekly]\naction=keep\n",
     "1: 'lists=weekly' in [complaint lists=weekly] is neither list=NAME nor domain=NAME"},
    {"a domain that is none is refused", "[complaint domain=a@example.org]\naction=keep\n",
     "1: 'a@example.org' is no domain, in [complaint domain=a@example.org]"},
    {"an empty domain is refused", "[complaint domain=]\naction=keep\n", "1: domain= names none"},
    {"an empty list is refused", "[complaint list='']\naction=keep\n", "1: list= names none"},
    {"two lists in one group are refused", "[complaint list=a list=b]\naction=keep\n",
     "1: [complaint list=a list=b] says list= twice"},
    {"an open quote in a group is refused", "[complaint list='a]\naction=keep\n",
     "1: unknown group [complaint list='a]: "},
    {"a bracket in a group is refused", "[complaint list=a]b]\naction=keep\n", "1: a group is written [name]"},
    {"an unknown group for a domain is unknown", "[Soft/General domain=example.org]\naction=keep\n",
     "1: unknown group [Soft/General domain=example.org]"},
    {"a contradiction for a domain names it", "[Transient/General domain=example.org]\naction=remove\n",
     "2: [Transient/General] for domain 'example.org': remove acts at once"},
    {"a contradiction of a list's group with a domain's names both",
     "[Permanent/NoEmail list=weekly]\nremove-after=3\naction=review\n"
     "[Permanent/NoEmail domain=*.example.org]\naction=remove\n",
     "5: [Permanent/NoEmail] for list 'weekly' and domain '*.example.org': remove acts at once"},
    {"a protected address that is none is refused", "[protect]\naddresses=a@example.org, b\n", "2: 'b' is no address"},
    {"a protected domain that is none is refused", "[protect]\ndomains=a@example.org\n",
     "2: 'a@example.org' is no domain"},
    {"an unknown key of the protected is refused", "[protect]\naddress=a@example.org\n",
     "2: unknown key 'address' in [protect]; addresses, domains, file"},
    {"an unknown key of those of one list is refused", "[protect list=a]\naddress=a@example.org\n",
     "2: unknown key 'address' in [protect list=a]; addresses, domains, file"},
    {"the protected of a domain are named by a key", "[protect domain=example.org]\n", "1: [protect] takes list=; "},
    {"a guard for one list is refused", "[guard list=a]\nmin-rows=3\n", "1: [guard] is of whole runs"},
    {"a missing file of protected addresses is refused", "[protect]\nfile=nowhere.txt\n", "2: cannot read '"},
    {"a folder of protected addresses is refused", "[protect]\nfile=.\n", "2: cannot read "},
    {"removal after none is refused", "[Transient/General]\nremove-after=0\n",
     "2: remove-after is a number from 1 to 1000000, or never; not '0'"},
    {"an unknown proof is refused", "[complaint]\nmin-proof=guess\n", "2: 'guess' is no proof"},
    {"no proof at all is refused", "[complaint]\nmin-proof=none\n", "2: 'none' is no proof"},
    {"a share without percent is refused", "[guard]\nmax-share=0.2\n", "2: max-share is written 0% to 100%; not '0.2'"},
    {"a share above all is refused", "[guard]\nmax-share=120%\n", "2: max-share is written 0% to 100%; not '120%'"},
    {"a share that is no number is refused", "[guard]\nmax-share=nan%\n",
     "2: max-share is written 0% to 100%; not 'nan%'"},
    {"a hold of no days is refused", "[Transient/General]\n\nhold-days=0\n",
     "3: [Transient/General] a hold needs hold-days of at least 1"},
    {"removing at once after five is refused", "[Transient/General]\naction=remove\n",
     "2: [Transient/General] remove acts at once"},
    {"more days than bounces are refused", "[Transient/General]\ndistinct-days=6\n",
     "2: [Transient/General] so few bounces"},
    {"a window shorter than the span is refused", "[Transient/MailboxFull]\nwithin-days=29\n",
     "2: [Transient/MailboxFull] over-days is above within-days"},
    {"a key set twice names both lines", "[guard]\nmin-rows=1\n[complaint]\naction=keep\n[guard]\nmin-rows=2\n",
     "6: 'min-rows' is set twice in [guard], first in line 2"},
    {"a value before any group names its line", "# nothing\naction=keep\n", "2: a value before the first [group]"},
    {"a line that says nothing names itself", "[complaint]\naction keep\n", "2: neither [group] nor key=value"},
    {"a group that is not closed names its line", "\n\n[complaint\n", "3: a group is written [name]"},
    {"an unknown group is refused though nothing stands in it", "[guard]\n\n[Permanent/NoMail]\n",
     "3: unknown group [Permanent/NoMail]"},
    {"so is one for a list", "[Permanent/NoMail list=a]\n", "1: unknown group [Permanent/NoMail list=a]"},
    {"a control character names its line", "[complaint]\n# \x01\n", "2: a control character"},
    {"a backslash that means nothing is refused", "[protect]\nfile=a\\b\n", "2: a backslash stands before "},
    {"text that is not UTF-8 names its line", "[complaint]\n# \xff\xfe\n", "2: not UTF-8 text"},
};

static void a_fault_is_told_with_its_line(gconstpointer data)
{
    const struct mistake *mistake = data;
    g_autofree char *path = write_file(mistake->text);
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(path, &error);
    g_assert_null(policy);
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_test_message("%s", error->message);
    g_autofree char *expected = g_strdup_printf("%s:%s", path, mistake->problem);
    g_assert_true(g_str_has_prefix(error->message, expected));
}

static void a_missing_file_is_told(void)
{
    g_autofree char *path = g_build_filename(folder, "nowhere.conf", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(policy_load(path, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, "No such file"));
}

static void a_file_changes_what_it_names_and_nothing_else(void)
{
    g_autofree char *path = write_file("[Permanent/*]\naction=hold\nhold-days=10\n"
                                       "[Permanent/NoEmail]\naction=remove\n[guard]\nmax-share=5%\n");
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    struct occurrence at = {
        .id = 1, .time = 1000000, .kind = EVENT_BOUNCE, .step = CLAIM_VERP, .class = SES_PERMANENT_NO_EMAIL};
    struct decision decision = decide(policy, &at, 1, 1000001);
    g_assert_cmpint(decision.action, ==, ACTION_REMOVE);
    decision_clear(&decision);
    at.class = SES_PERMANENT_GENERAL;
    decision = decide(policy, &at, 1, 1000001);
    g_assert_cmpint(decision.action, ==, ACTION_HOLD);
    g_assert_cmpint(decision.retry_after, ==, 1000000 + 10 * 24 * 60 * 60);
    decision_clear(&decision);
    g_assert_cmpfloat_with_epsilon(policy_guard(policy)->max_share, 0.05, 1e-9);
    g_assert_cmpuint(policy_guard(policy)->min_rows, ==, 50);
    policy_free(policy);
}

static void two_hard_bounces_may_be_asked_for(void)
{
    g_autofree char *path =
        write_file("[Permanent/General]\naction=hold\nhold-days=5\nremove-after=2\ndistinct-days=2\n");
    struct policy *policy = policy_load(path, NULL);
    g_assert_nonnull(policy);
    gint64 day = 24 * 60 * 60;
    struct occurrence at[] = {
        {.id = 1, .time = 100 * day, .kind = EVENT_BOUNCE, .step = CLAIM_VERP, .class = SES_PERMANENT_GENERAL},
        {.id = 2, .time = 101 * day, .kind = EVENT_BOUNCE, .step = CLAIM_VERP, .class = SES_PERMANENT_GENERAL},
    };
    struct decision first = decide(policy, at, 1, 101 * day), second = decide(policy, at, 2, 101 * day);
    g_assert_cmpint(first.action, ==, ACTION_HOLD);
    g_assert_cmpint(first.retry_after, ==, 105 * day);
    g_assert_cmpint(second.action, ==, ACTION_REMOVE);
    g_assert_cmpstr(second.why, ==,
                    "2 of 2 Permanent/General bounces on 2 of at least 2 days; removed, no delivery between");
    decision_clear(&first);
    decision_clear(&second);
    policy_free(policy);
}

static void what_is_printed_reads_back_as_the_same_policy(void)
{
    g_autofree char *path = write_file("[Transient/General]\nhold-days=4\n[guard]\nmax-share=12.5%\n"
                                       "[Transient/* list='a b' domain=*.example.org]\naction=review\n"
                                       "[Permanent/General list='a b']\nreadmit-after=90\nhold-proof=verp\n"
                                       "[protect]\naddresses=a@example.org\ndomains=example.net\n");
    struct policy *policy = policy_load(path, NULL), *defaults = policy_load(NULL, NULL);
    g_autofree char *digest = g_strdup(policy_digest(policy));
    g_autofree char *text = policy_format(policy, true);
    g_autofree char *origin = g_strdup_printf("# %s:2\nhold-days=4\n", path);
    g_assert_nonnull(strstr(text, origin));
    g_assert_nonnull(strstr(text, "max-share=12.5%\n"));
    g_autofree char *group =
        g_strdup_printf("[Transient/* list='a b' domain=*.example.org]\n# %s:6\naction=review\n", path);
    g_assert_nonnull(strstr(text, group));
    g_autofree char *again_path = write_file(text);
    g_autoptr(GError) error = NULL;
    struct policy *again = policy_load(again_path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(policy_digest(again), ==, digest);
    g_assert_cmpstr(policy_digest(defaults), !=, digest);
    g_assert_cmpuint(strlen(digest), ==, 64);
    policy_free(again);
    policy_free(policy);
    policy_free(defaults);
}

/* One bounce of a class that the default policy holds or removes, of somebody on a list. */
static enum action action_of(const struct policy *policy, enum ses_class class, const char *list, const char *address)
{
    struct occurrence at = {.id = 1, .time = 1000000, .kind = EVENT_BOUNCE, .step = CLAIM_VERP, .class = class};
    struct history history = {.at = &at, .count = 1, .address = view_of(address), .list = list};
    struct decision decision = policy_decide(policy, &history, 1000001);
    enum action action = decision.action;
    g_test_message("%s, %s: %s", list ? list : "-", address, decision.why);
    decision_clear(&decision);
    return action;
}

static void the_closer_group_has_the_last_word(void)
{
    g_autofree char *path = write_file("[Permanent/NoEmail domain=mx.example.org]\naction=keep\n"
                                       "[Permanent/* domain=*.example.org]\naction=hold\nhold-days=2\n"
                                       "[Permanent/NoEmail list=weekly]\naction=review\n"
                                       "[Permanent/NoEmail list='week*']\naction=keep\n"
                                       "[Permanent/NoEmail list=weekly domain=example.net,EXAMPLE.com]\n"
                                       "action=keep\n"
                                       "[Permanent/*]\naction=remove\n");
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    static const struct {
        enum ses_class class;
        const char *list, *address;
        enum action action;
    } cases[] = {
        {SES_PERMANENT_NO_EMAIL, NULL, "a@example.com", ACTION_REMOVE},
        {SES_PERMANENT_NO_EMAIL, "monthly", "a@example.com", ACTION_REMOVE},
        {SES_PERMANENT_NO_EMAIL, "weekly", "a@example.edu", ACTION_REVIEW},
        {SES_PERMANENT_NO_EMAIL, "weeks", "a@example.edu", ACTION_KEEP},
        {SES_PERMANENT_GENERAL, "weekly", "a@example.edu", ACTION_REMOVE},
        {SES_PERMANENT_NO_EMAIL, "weekly", "a@example.com", ACTION_KEEP},
        {SES_PERMANENT_NO_EMAIL, NULL, "a@mx.example.org", ACTION_KEEP},
        {SES_PERMANENT_NO_EMAIL, NULL, "a@mx2.example.org", ACTION_HOLD},
        {SES_PERMANENT_NO_EMAIL, "weekly", "a@mx2.example.org", ACTION_HOLD},
        {SES_PERMANENT_GENERAL, NULL, "a@mx.example.org", ACTION_HOLD},
        {SES_PERMANENT_NO_EMAIL, NULL, "a@example.org", ACTION_REMOVE},
        {SES_PERMANENT_NO_EMAIL, NULL, "a@notexample.org", ACTION_REMOVE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(action_of(policy, cases[i].class, cases[i].list, cases[i].address), ==, cases[i].action);
    policy_free(policy);
}

static void the_protected_are_shown_not_touched(void)
{
    g_autofree char *names = g_build_filename(folder, "staff.txt", NULL);
    g_assert_true(g_file_set_contents(names, "# our own\nJo@Example.NET  # the chair\n\n@example.edu\n", -1, NULL));
    g_autofree char *path =
        write_file("[protect]\naddresses=Ann@Example.org;bo@example.org\ndomains=*.example.com\nfile=staff.txt\n");
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    static const char *const safe[] = {"ann@example.org", "bo@example.org", "x@mx.example.com", "jo@example.net",
                                       "who@example.edu"};
    static const char *const others[] = {"jo@example.org", "x@example.com", "who@mx.example.edu"};
    for (size_t i = 0; i < G_N_ELEMENTS(safe); i++) {
        g_assert_cmpint(action_of(policy, SES_PERMANENT_NO_EMAIL, NULL, safe[i]), ==, ACTION_REVIEW);
        g_assert_cmpint(action_of(policy, SES_TRANSIENT_MAILBOX_FULL, NULL, safe[i]), ==, ACTION_REVIEW);
        g_assert_cmpint(action_of(policy, SES_UNDETERMINED, NULL, safe[i]), ==, ACTION_KEEP);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_cmpint(action_of(policy, SES_PERMANENT_NO_EMAIL, NULL, others[i]), ==, ACTION_REMOVE);
    struct occurrence at = {
        .id = 1, .time = 1000000, .kind = EVENT_BOUNCE, .step = CLAIM_VERP, .class = SES_PERMANENT_NO_EMAIL};
    struct history history = {.at = &at, .count = 1, .address = VIEW("jo@example.net")};
    struct decision decision = policy_decide(policy, &history, 1000001);
    g_autofree char *why = g_strdup_printf("protected (%s:2); else it would be removed: 1 Permanent/NoEmail", names);
    g_assert_true(g_str_has_prefix(decision.why, why));
    g_assert_cmpint(decision.decided_by, ==, 1);
    decision_clear(&decision);
    policy_free(policy);
    g_unlink(names);
}

static void who_is_protected_in_one_list_is_not_in_another(void)
{
    g_autofree char *path = write_file("[protect]\naddresses=ann@example.org\n[protect list=board-*]\n"
                                       "domains=*.example.com\n[protect list='the crew']\naddresses=bo@example.org\n");
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(path, &error);
    g_assert_no_error(error);
    static const struct {
        const char *list, *address;
        enum action action;
    } cases[] = {
        {"board-2026", "ann@example.org", ACTION_REVIEW}, {"board-2026", "x@mx.example.com", ACTION_REVIEW},
        {"board-2026", "bo@example.org", ACTION_REMOVE},  {"the crew", "ann@example.org", ACTION_REVIEW},
        {"the crew", "bo@example.org", ACTION_REVIEW},    {"the crew", "x@mx.example.com", ACTION_REMOVE},
        {NULL, "ann@example.org", ACTION_REVIEW},         {NULL, "bo@example.org", ACTION_REMOVE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(action_of(policy, SES_PERMANENT_NO_EMAIL, cases[i].list, cases[i].address), ==,
                        cases[i].action);
    g_autofree char *printed = policy_format(policy, false), *again_path = write_file(printed);
    struct policy *again = policy_load(again_path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(policy_digest(policy), ==, policy_digest(again));
    g_autofree char *crew = policy_format_for(policy, "the crew", NULL, true);
    g_autofree char *part = g_strdup_printf("[protect list='the crew']\n# %s:6\naddresses=bo@example.org\n", path);
    g_assert_nonnull(strstr(crew, part));
    g_assert_null(strstr(crew, "board"));
    policy_free(policy);
    policy_free(again);
}

static void a_fault_in_a_file_of_protected_addresses_is_told_with_its_line(void)
{
    g_autofree char *names = g_build_filename(folder, "staff.txt", NULL);
    g_assert_true(g_file_set_contents(names, "ann@example.org\nno body\n", -1, NULL));
    g_autofree char *path = write_file("[protect]\nfile=staff.txt\n");
    g_autoptr(GError) error = NULL;
    g_assert_null(policy_load(path, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG);
    g_autofree char *expected = g_strdup_printf("%s:2: 'no body' is neither an address nor a domain", names);
    g_assert_cmpstr(error->message, ==, expected);
    g_unlink(names);
}

static void who_is_protected_is_part_of_the_digest(void)
{
    g_autofree char *path = write_file("[protect]\naddresses=a@example.org, b@example.org\n");
    struct policy *policy = policy_load(path, NULL), *defaults = policy_load(NULL, NULL);
    g_autofree char *same_path = write_file("[protect]\naddresses=B@EXAMPLE.org a@example.org\n");
    struct policy *same = policy_load(same_path, NULL);
    g_assert_cmpstr(policy_digest(policy), !=, policy_digest(defaults));
    g_assert_cmpstr(policy_digest(policy), ==, policy_digest(same));
    policy_free(same);
    policy_free(policy);
    policy_free(defaults);
}

static void what_is_in_force_for_a_list_and_a_domain_can_be_printed(void)
{
    g_autofree char *path = write_file("[Transient/General list=weekly]\nhold-days=9\n"
                                       "[Transient/General domain=example.org]\nremove-after=8\n");
    struct policy *policy = policy_load(path, NULL);
    g_assert_nonnull(policy);
    g_autofree char *weekly = policy_format_for(policy, "weekly", "Example.ORG", true);
    g_autofree char *part =
        g_strdup_printf("[Transient/General]\naction=hold\n# %s:2\nhold-days=9\n# %s:4\nremove-after=8\n", path, path);
    g_assert_nonnull(strstr(weekly, part));
    g_autofree char *other = policy_format_for(policy, NULL, NULL, false), *plain = NULL;
    struct policy *defaults = policy_load(NULL, NULL);
    plain = policy_format(defaults, false);
    g_assert_cmpstr(other, ==, plain);
    policy_free(defaults);
    policy_free(policy);
}

static void the_default_reads_back_as_itself(void)
{
    g_autofree char *text = policy_default_text();
    g_autofree char *path = write_file(text);
    g_autoptr(GError) error = NULL;
    struct policy *policy = policy_load(path, &error), *defaults = policy_load(NULL, NULL);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(text, "[Transient/MailboxFull]"));
    g_assert_cmpstr(policy_digest(policy), ==, policy_digest(defaults));
    policy_free(policy);
    policy_free(defaults);
}

static void an_empty_file_is_the_default(void)
{
    g_autofree char *path = write_file("");
    struct policy *policy = policy_load(path, NULL), *defaults = policy_load(NULL, NULL);
    g_assert_cmpstr(policy_digest(policy), ==, policy_digest(defaults));
    policy_free(policy);
    policy_free(defaults);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("winnow-policy-XXXXXX", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strdup_printf("/policy/config/%s", mistakes[i].name);
        g_test_add_data_func(path, &mistakes[i], a_fault_is_told_with_its_line);
    }
    g_test_add_func("/policy/config/a missing file is told", a_missing_file_is_told);
    g_test_add_func("/policy/config/a file changes what it names and nothing else",
                    a_file_changes_what_it_names_and_nothing_else);
    g_test_add_func("/policy/config/two hard bounces may be asked for", two_hard_bounces_may_be_asked_for);
    g_test_add_func("/policy/config/what is printed reads back as the same policy",
                    what_is_printed_reads_back_as_the_same_policy);
    g_test_add_func("/policy/config/an empty file is the default", an_empty_file_is_the_default);
    g_test_add_func("/policy/config/the default reads back as itself", the_default_reads_back_as_itself);
    g_test_add_func("/policy/config/the closer group has the last word", the_closer_group_has_the_last_word);
    g_test_add_func("/policy/config/the protected are shown not touched", the_protected_are_shown_not_touched);
    g_test_add_func("/policy/config/who is protected in one list is not in another",
                    who_is_protected_in_one_list_is_not_in_another);
    g_test_add_func("/policy/config/a fault in a file of protected addresses is told with its line",
                    a_fault_in_a_file_of_protected_addresses_is_told_with_its_line);
    g_test_add_func("/policy/config/who is protected is part of the digest", who_is_protected_is_part_of_the_digest);
    g_test_add_func("/policy/config/what is in force for a list and a domain can be printed",
                    what_is_in_force_for_a_list_and_a_domain_can_be_printed);
    int result = g_test_run();
    g_autofree char *path = g_build_filename(folder, "policy.conf", NULL);
    g_unlink(path);
    g_rmdir(folder);
    g_free(folder);
    return result;
}
