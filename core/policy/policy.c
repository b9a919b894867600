/* SPDX-License-Identifier: MIT */
#include "core/policy/settings.h"

#include "core/error.h"
#include "core/policy/protect.h"
#include "core/policy/selector.h"

#include <gio/gio.h>

/* More combinations of lists and domains are not proven to be free of contradictions in sensible time. */
enum { LIMIT_COMBINATIONS = 1000000 };

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

struct treatment policy_treatment(const struct policy *policy, unsigned group, const char *list, struct view domain)
{
    struct treatment treatment = policy->groups[group];
    const GArray *overlays = policy->overlays[group];
    unsigned best[POLICY_KEY_COUNT] = {0};
    for (guint i = 0; overlays && i < overlays->len; i++) {
        const struct overlay *overlay = &g_array_index(overlays, struct overlay, i);
        unsigned rank = selector_rank(overlay->selector, list, domain);
        if (rank == 0 || rank < best[overlay->key])
            continue;
        best[overlay->key] = rank;
        treatment.value[overlay->key] = overlay->value;
        treatment.line[overlay->key] = overlay->line;
    }
    return treatment;
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

static void add_overlay(struct policy *policy, unsigned group, struct overlay overlay)
{
    if (!policy->overlays[group])
        policy->overlays[group] = g_array_new(FALSE, FALSE, sizeof(struct overlay));
    g_array_append_val(policy->overlays[group], overlay);
}

/* The value of `entry` for every group that the selector names. */
static bool set_value(struct policy *policy, const struct conf *conf, const struct conf_entry *entry,
                      const struct selector *selector, unsigned line, GError **error)
{
    enum policy_key key = 0;
    int value = 0;
    if (!policy_key_parse(entry->key, &key))
        return conf_fail(conf, entry->line, error, "unknown key '%s' in [%s]", entry->key, entry->group);
    if (!policy_value_parse(conf, entry, key, &value, error))
        return false;
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (!selector_names(selector, group))
            continue;
        if (selector_is_general(selector)) {
            policy->groups[group].value[key] = value;
            policy->groups[group].line[key] = line;
        } else {
            add_overlay(policy, group,
                        (struct overlay){.selector = selector, .key = key, .value = value, .line = line});
        }
    }
    return true;
}

/* Groups that stand alone, without a selector. */
static bool is_special(const char *group)
{
    return g_str_equal(group, "guard") || g_str_equal(group, "protect");
}

static bool is_protect(const struct selector *selector)
{
    return g_str_equal(selector->name, "protect");
}

static bool set_entry(struct policy *policy, const struct conf *conf, const struct conf_entry *entry,
                      const struct selector *selector, bool defaults, GError **error)
{
    unsigned line = defaults ? 0 : entry->line;
    if (g_str_equal(entry->group, "guard"))
        return guard_set(&policy->guard, policy->guard_line, conf, entry, line, error);
    if (!selector || is_protect(selector))
        return protect_set(policy->protect, selector, conf, entry, error);
    return set_value(policy, conf, entry, selector, line, error);
}

static bool names_any(const struct selector *selector)
{
    unsigned group = 0;
    while (group < POLICY_GROUP_COUNT && !selector_names(selector, group))
        group++;
    return group < POLICY_GROUP_COUNT;
}

static bool check_name(const struct conf *conf, const struct conf_entry *head, const struct selector *selector,
                       GError **error)
{
    if (g_str_equal(selector->name, "guard"))
        return conf_fail(conf, head->line, error, "[guard] is of whole runs, and takes neither list= nor domain=");
    if (is_protect(selector))
        return !selector->domains ||
               conf_fail(conf, head->line, error, "[protect] takes list=; domains are named by its key 'domains'");
    return names_any(selector) ||
           conf_fail(conf, head->line, error, "unknown group [%s]; 'winnow policy' prints those that there are",
                     head->group);
}

/* A group that does not exist is a mistake even where nothing stands in it. */
static bool check_heads(const struct conf *conf, GError **error)
{
    for (guint i = 0; i < conf->heads->len; i++) {
        const struct conf_entry *head = conf->heads->pdata[i];
        if (is_special(head->group))
            continue;
        struct selector *selector = selector_parse(conf, head, error);
        bool known = selector && check_name(conf, head, selector, error);
        selector_free(selector);
        if (!known)
            return false;
    }
    return true;
}

/* The selector of each entry, NULL for [guard] and [protect]. Those of one group share theirs. NULL with an error. */
static GPtrArray *selectors_of(struct policy *policy, const struct conf *conf, GError **error)
{
    g_autoptr(GPtrArray) selectors = g_ptr_array_new();
    const char *group = NULL;
    for (guint i = 0; i < conf->entries->len; i++) {
        const struct conf_entry *entry = conf->entries->pdata[i];
        bool special = is_special(entry->group);
        bool again = group && g_str_equal(group, entry->group);
        struct selector *selector = special ? NULL
                                    : again ? selectors->pdata[i - 1]
                                            : selector_parse(conf, entry, error);
        if (!special && !selector)
            return NULL;
        if (selector && !again)
            g_ptr_array_add(policy->selectors, selector);
        g_ptr_array_add(selectors, selector);
        group = entry->group;
    }
    return g_steal_pointer(&selectors);
}

/* Stars first, so that a group of its own has the last word wherever it stands. */
static bool apply(struct policy *policy, const struct conf *conf, bool defaults, GError **error)
{
    g_autoptr(GPtrArray) selectors = selectors_of(policy, conf, error);
    for (int starred = 1; selectors && starred >= 0; starred--) {
        for (guint i = 0; i < conf->entries->len; i++) {
            const struct selector *selector = selectors->pdata[i];
            if ((selector && g_str_has_suffix(selector->name, "/*")) == starred &&
                !set_entry(policy, conf, conf->entries->pdata[i], selector, defaults, error))
                return false;
        }
    }
    return selectors != NULL;
}

/* --- contradictions ----------------------------------------------------------------------------------------------- */

static bool check_treatment(const struct treatment *treatment, const struct conf *conf, const char *group,
                            const char *list, const char *domain, GError **error)
{
    enum policy_key at;
    const char *problem = policy_contradiction(treatment->value, &at);
    if (!problem)
        return true;
    unsigned line = treatment->line[at];
    for (unsigned key = 0; key < POLICY_KEY_COUNT && line == 0; key++)
        line = treatment->line[key];
    g_autofree char *where = list && domain ? g_strdup_printf("for list '%s' and domain '%s': ", list, domain)
                             : list         ? g_strdup_printf("for list '%s': ", list)
                             : domain       ? g_strdup_printf("for domain '%s': ", domain)
                                            : g_strdup("");
    return conf_fail(conf, line, error, "[%s] %s%s", group, where, problem);
}

/* A pattern stands for a name that it matches, and nothing closer does. */
static bool check_pair(const struct policy *policy, const struct conf *conf, const char *list, const char *domain,
                       GError **error)
{
    g_autofree char *below = domain && domain[0] == '*' ? g_strconcat("\x01", domain + 1, NULL) : g_strdup(domain);
    struct view at = below ? view_of(below) : (struct view){0};
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        char buffer[64];
        if (!policy->overlays[group] && (list || domain))
            continue;
        struct treatment treatment = policy_treatment(policy, group, list, at);
        if (!check_treatment(&treatment, conf, policy_group_name(group, buffer), list, domain, error))
            return false;
    }
    return true;
}

static void add_name(GPtrArray *names, GHashTable *seen, char *name)
{
    if (name && g_hash_table_add(seen, name))
        g_ptr_array_add(names, name);
}

/* Every list and every domain that is named, alone and together: what is sound alone may not be together. */
static bool check(const struct policy *policy, const struct conf *conf, GError **error)
{
    g_autoptr(GPtrArray) lists = g_ptr_array_new(), domains = g_ptr_array_new();
    g_autoptr(GHashTable) seen_lists = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) seen_domains = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(lists, NULL);
    g_ptr_array_add(domains, NULL);
    for (guint i = 0; i < policy->selectors->len; i++) {
        const struct selector *selector = g_ptr_array_index(policy->selectors, i);
        add_name(lists, seen_lists, selector->list);
        for (char **domain = selector->domains; domain && *domain; domain++)
            add_name(domains, seen_domains, *domain);
    }
    if ((guint64)lists->len * domains->len > LIMIT_COMBINATIONS)
        return conf_fail(conf, 1, error, "more than %d combinations of lists and domains", LIMIT_COMBINATIONS);
    for (guint i = 0; i < lists->len; i++) {
        for (guint k = 0; k < domains->len; k++) {
            if (!check_pair(policy, conf, lists->pdata[i], domains->pdata[k], error))
                return false;
        }
    }
    return true;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* Takes `conf`, which may be NULL with `error` set. */
static bool take(struct policy *policy, struct conf *conf, bool defaults, GError **error)
{
    bool sound = conf && check_heads(conf, error) && apply(policy, conf, defaults, error) && check(policy, conf, error);
    conf_free(conf);
    return sound;
}

char *policy_default_text(void)
{
    g_autoptr(GBytes) bytes = g_resources_lookup_data("/winnow/core/policy/default.conf", 0, NULL);
    return bytes ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : g_strdup("");
}

static bool load(struct policy *policy, const char *file, GError **error)
{
    g_autofree char *text = policy_default_text();
    if (!take(policy, conf_parse("default.conf", view_of(text), error), true, error))
        return false;
    policy->file = g_strdup(file);
    return !file || take(policy, conf_load(file, error), false, error);
}

static void set_digest(struct policy *policy)
{
    g_autoptr(GString) text = g_string_new(NULL);
    policy_format_groups(text, policy, false);
    protect_list(text, policy->protect);
    policy->digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
}

struct policy *policy_load(const char *file, GError **error)
{
    struct policy *policy = g_new0(struct policy, 1);
    policy->protect = protect_new();
    policy->selectors = g_ptr_array_new_with_free_func(selector_free);
    if (!load(policy, file, error)) {
        policy_free(policy);
        return NULL;
    }
    set_digest(policy);
    return policy;
}

void policy_free(struct policy *policy)
{
    if (!policy)
        return;
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (policy->overlays[group])
            g_array_unref(policy->overlays[group]);
    }
    g_ptr_array_unref(policy->selectors);
    protect_free(policy->protect);
    g_free(policy->file);
    g_free(policy->digest);
    g_free(policy);
}

const char *policy_digest(const struct policy *policy)
{
    return policy->digest;
}

const struct guard_limits *policy_guard(const struct policy *policy)
{
    return &policy->guard;
}

bool policy_readmits(const struct policy *policy)
{
    for (unsigned group = 0; group < POLICY_GROUP_COUNT; group++) {
        if (policy->groups[group].value[POLICY_KEY_readmit_after] > 0)
            return true;
        const GArray *overlays = policy->overlays[group];
        for (guint i = 0; overlays && i < overlays->len; i++) {
            const struct overlay *overlay = &g_array_index(overlays, struct overlay, i);
            if (overlay->key == POLICY_KEY_readmit_after && overlay->value > 0)
                return true;
        }
    }
    return false;
}
