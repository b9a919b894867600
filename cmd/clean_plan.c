/* SPDX-License-Identifier: MIT
 * winnow clean before it writes: guards, the plans that they save, and plans that are approved. */
#include "cmd/clean.h"
#include "cmd/guards.h"
#include "core/keep.h"

/* The present state of things; what it points to is the run's, and `list`, `digest` the caller's. */
static struct plan_head head_of(const struct clean *c, const char *folder, const char *list, const char *digest)
{
    struct plan_head head = {
        .made = c->common.time,
        .folder = folder,
        .list = list,
        .list_digest = digest,
        .state = c->fingerprint,
        .policy = policy_digest(c->policy),
        .rules = c->examiner ? ruleset_digest(examiner_rules(c->examiner)) : NULL,
        .arguments = c->arguments,
        .rows = c->judgement.row_count,
    };
    for (int i = 0; i < ROW_FATE_COUNT; i++)
        head.fate[i] = c->judgement.fate[i];
    return head;
}

static bool save_plan(struct clean *c, const char *path, const char *guard, GError **error)
{
    g_autofree char *folder = g_get_current_dir(), *list = g_canonicalize_filename(c->list_path, NULL);
    g_autofree char *digest = file_digest(c->list_path, error);
    if (!digest)
        return false;
    struct plan_head head = head_of(c, folder, list, digest);
    head.guard = guard;
    if (!list_unchanged(c->list, error) || !plan_write(path, &head, &c->judgement, c->ledger, c->force, error))
        return false;
    if (strcmp(path, "-") != 0)
        keep_sweep(&path, 1);
    return true;
}

/* Before anything is read: is all as it was when the plan was made? */
bool clean_check_plan(struct clean *c, GError **error)
{
    if (!c->plan)
        return true;
    g_autofree char *list = g_canonicalize_filename(c->list_path, NULL);
    g_autofree char *digest = file_digest(c->list_path, error);
    struct plan_head head = head_of(c, NULL, list, digest);
    return digest && plan_fits(c->plan, &head, (gint64)policy_guard(c->policy)->plan_days, error);
}

static bool is_in_memory(const struct clean *c)
{
    g_autofree char *state = common_state_path(&c->common);
    return strcmp(state, ":memory:") == 0;
}

/* Archives are rotated, whether anybody looks at the guard or not: what was read is kept. Where nothing was news, the
 * state stays what it was, and so does a plan that was made of it. */
static bool keep_evidence(struct clean *c, GError **error)
{
    if (is_in_memory(c))
        return true;
    if (ledger_changes(c->ledger) == c->changes) {
        ledger_abandon(c->ledger);
        return true;
    }
    if (!intake_store_counts(&c->intake, c->run, error) || !ledger_commit_facts(c->ledger, "stopped", error))
        return false;
    g_free(c->fingerprint);
    c->fingerprint = ledger_fingerprint(c->ledger, error);
    return c->fingerprint != NULL;
}

/* What a guard stops can be looked at, and approved. */
static bool stop(struct clean *c, const char *why, GError **error)
{
    const char *still = is_in_memory(c)
                            ? "no list is written: whoever would leave is still mailed"
                            : "the evidence is kept, no list is written: whoever would leave is still mailed";
    if (!keep_evidence(c, error))
        return false;
    g_autofree char *path = lists_plan_path(&c->lists, c->list_path);
    g_autoptr(GError) problem = NULL;
    if (save_plan(c, path, why, &problem))
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_GUARD,
                    "guard: %s; %s; 'winnow clean --approve %s' carries the plan out", why, still, path);
    else
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_GUARD,
                    "guard: %s; %s; no plan either: %s (--dry-run shows more, --force does it)", why, still,
                    problem->message);
    return false;
}

bool clean_guards_allow(struct clean *c, GError **error)
{
    g_autofree char *list = g_canonicalize_filename(c->list_path, NULL), *why = NULL;
    if (c->force || c->plan)
        return true;
    if (!guards_look(policy_guard(c->policy), c->ledger, list, c->listing.list_name, &c->judgement, &why, error))
        return false;
    if (why && c->dry_run)
        say(c->plan_path ? "guard: %s; the run would stop here, approving its plan does not"
                         : "guard: %s; without --dry-run it would stop here",
            why);
    if (why && !c->dry_run)
        return stop(c, why, error);
    return !c->plan_path || save_plan(c, c->plan_path, why, error);
}

/* The plan that is to be approved says what was asked; what is said beside it comes behind. */
bool clean_take_plan(struct clean *c, int *argc, char ***argv, GError **error)
{
    const char *path = NULL;
    for (int i = 1; i < *argc; i++) {
        if (g_str_has_prefix((*argv)[i], "--approve="))
            path = (*argv)[i] + strlen("--approve=");
        else if (strcmp((*argv)[i], "--approve") == 0)
            path = (*argv)[i + 1];
    }
    if (!path)
        return true;
    c->plan = plan_load(path, error);
    if (!c->plan)
        return false;
    const struct plan_head *head = plan_head(c->plan);
    g_autofree char *folder = g_get_current_dir();
    if (strcmp(folder, head->folder) != 0) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "plan '%s' was made in '%s'; approve it from there", path,
                    head->folder);
        return false;
    }
    GPtrArray *all = g_ptr_array_new();
    g_ptr_array_add(all, g_strdup((*argv)[0]));
    for (char **argument = head->arguments; *argument; argument++)
        g_ptr_array_add(all, g_strdup(*argument));
    for (int i = 1; i < *argc; i++)
        g_ptr_array_add(all, g_strdup((*argv)[i]));
    *argc = (int)all->len;
    g_ptr_array_add(all, NULL);
    g_strfreev(*argv);
    *argv = (char **)g_ptr_array_free(all, FALSE);
    return true;
}
