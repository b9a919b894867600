/* SPDX-License-Identifier: MIT */
#include "core/error.h"
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
    {"an unknown group names its line", "\n[Permanent/NoSuch]\naction=keep\n", "3: unknown group [Permanent/NoSuch]"},
    {"a group for deliveries is unknown", "[delivery]\naction=remove\n", "2: unknown group [delivery]"},
    {"an unknown type is unknown", "[Soft/*]\naction=keep\n", "2: unknown group [Soft/*]"},
    {"an unknown key names its line", "[complaint]\n# so\nholddays=3\n", "3: unknown key 'holddays' in [complaint]"},
    {"an unknown key of the guard names its line", "[guard]\nshare=3%\n",
     "2: unknown key 'share' in [guard]; max-share, min-rows, quarantine-days"},
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
    g_assert_cmpfloat_with_epsilon(policy_guard(policy).max_share, 0.05, 1e-9);
    g_assert_cmpuint(policy_guard(policy).min_rows, ==, 50);
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
    g_autofree char *path = write_file("[Transient/General]\nhold-days=4\n[guard]\nmax-share=12.5%\n");
    struct policy *policy = policy_load(path, NULL), *defaults = policy_load(NULL, NULL);
    g_autofree char *digest = g_strdup(policy_digest(policy));
    g_autofree char *text = policy_format(policy, true);
    g_autofree char *origin = g_strdup_printf("# %s:2\nhold-days=4\n", path);
    g_assert_nonnull(strstr(text, origin));
    g_assert_nonnull(strstr(text, "max-share=12.5%\n"));
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
    int result = g_test_run();
    g_autofree char *path = g_build_filename(folder, "policy.conf", NULL);
    g_unlink(path);
    g_rmdir(folder);
    g_free(folder);
    return result;
}
