/* SPDX-License-Identifier: MIT */
#include "core/policy/selector.h"

#include "core/match/address.h"

enum {
    RANK_SUBTYPE = 1,
    RANK_LIST_PATTERN = 2,
    RANK_LIST = 4,
    RANK_DOMAIN = 8, /* times its length in bytes, twice for itself; domains are short */
    RANK_ANY = 1,    /* what everything begins with */
};

void selector_free(gpointer data)
{
    struct selector *selector = data;
    if (!selector)
        return;
    g_free(selector->name);
    g_free(selector->list);
    g_free(selector->written);
    g_strfreev(selector->domains);
    g_free(selector);
}

/* --- domains ------------------------------------------------------------------------------------------------------ */

char *domain_pattern(const char *written)
{
    bool below = g_str_has_prefix(written, "*.");
    const char *bare = written + (below ? 2 : 0);
    struct pool pool;
    pool_init(&pool);
    g_autofree char *address = g_strconcat("x@", bare, NULL);
    struct view domain = address_domain(address_key(view_of(address), &pool));
    bool sound = *bare && !strpbrk(bare, "*@ ") && !view_is_empty(domain);
    g_autofree char *key = view_dup(domain);
    pool_clear(&pool);
    return sound ? g_strconcat(below ? "*." : "", key, NULL) : NULL;
}

unsigned domain_pattern_rank(const char *pattern, struct view domain)
{
    bool below = g_str_has_prefix(pattern, "*.");
    struct view bare = view_of(pattern + (below ? 1 : 0)); /* the dot stays */
    if (!below)
        return view_equal(bare, domain) ? (unsigned)(2 * bare.len + 1) : 0;
    if (domain.len <= bare.len)
        return 0;
    return view_equal(view_from(domain, domain.len - bare.len), bare) ? (unsigned)(2 * bare.len) : 0;
}

static bool parse_domains(struct selector *selector, const struct conf *conf, const struct conf_entry *entry,
                          const char *written, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(written, ",", -1);
    g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(g_free);
    for (char **part = parts; *part; part++) {
        char *domain = domain_pattern(g_strstrip(*part));
        if (!domain)
            return conf_fail(conf, entry->line, error, "'%s' is no domain, in [%s]", *part, entry->group);
        g_ptr_array_add(domains, domain);
    }
    if (domains->len == 0)
        return conf_fail(conf, entry->line, error, "domain= names none, in [%s]", entry->group);
    g_ptr_array_add(domains, NULL);
    selector->domains = (char **)g_ptr_array_steal(domains, NULL);
    return true;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static bool parse_word(struct selector *selector, const struct conf *conf, const struct conf_entry *entry,
                       const char *word, GError **error)
{
    const char *value = strchr(word, '=');
    bool list = g_str_has_prefix(word, "list="), domain = g_str_has_prefix(word, "domain=");
    if (!list && !domain)
        return conf_fail(conf, entry->line, error, "'%s' in [%s] is neither list=NAME nor domain=NAME", word,
                         entry->group);
    if ((list && selector->list) || (domain && selector->domains))
        return conf_fail(conf, entry->line, error, "[%s] says %s twice", entry->group, list ? "list=" : "domain=");
    if (domain)
        return parse_domains(selector, conf, entry, value + 1, error);
    selector->list = g_strdup(value + 1);
    return *selector->list || conf_fail(conf, entry->line, error, "list= names none, in [%s]", entry->group);
}

static bool parse_words(struct selector *selector, const struct conf *conf, const struct conf_entry *entry,
                        GError **error)
{
    int count;
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) problem = NULL;
    if (!g_shell_parse_argv(entry->group, &count, &words, &problem))
        return conf_fail(conf, entry->line, error, "unknown group [%s]: %s", entry->group, problem->message);
    selector->name = g_strdup(words[0]);
    for (int i = 1; i < count; i++) {
        if (!parse_word(selector, conf, entry, words[i], error))
            return false;
    }
    return true;
}

struct selector *selector_parse(const struct conf *conf, const struct conf_entry *entry, GError **error)
{
    struct selector *selector = g_new0(struct selector, 1);
    selector->written = g_strdup(entry->group);
    if (parse_words(selector, conf, entry, error))
        return selector;
    selector_free(selector);
    return NULL;
}

/* --- matching ----------------------------------------------------------------------------------------------------- */

bool selector_is_general(const struct selector *selector)
{
    return !selector->list && !selector->domains;
}

static bool is_starred(const char *name)
{
    return strlen(name) > 2 && g_str_has_suffix(name, "/*");
}

bool selector_names(const struct selector *selector, unsigned group)
{
    char buffer[64];
    const char *name = policy_group_name(group, buffer);
    if (!name)
        return false;
    if (is_starred(selector->name))
        return strncmp(selector->name, name, strlen(selector->name) - 1) == 0;
    return g_str_equal(selector->name, name);
}

static unsigned rank_of_domain(const struct selector *selector, struct view domain)
{
    unsigned best = 0;
    for (char **pattern = selector->domains; *pattern; pattern++)
        best = MAX(best, domain_pattern_rank(*pattern, domain));
    return best;
}

unsigned selector_rank(const struct selector *selector, const char *list, struct view domain)
{
    unsigned rank = RANK_ANY + (is_starred(selector->name) ? 0 : RANK_SUBTYPE);
    if (selector->list) {
        bool itself = list && g_str_equal(selector->list, list);
        if (!itself && !(list && g_pattern_match_simple(selector->list, list)))
            return 0;
        rank += itself ? RANK_LIST : RANK_LIST_PATTERN;
    }
    if (selector->domains) {
        unsigned of_domain = rank_of_domain(selector, domain);
        if (of_domain == 0)
            return 0;
        rank += RANK_DOMAIN * of_domain;
    }
    return rank;
}
