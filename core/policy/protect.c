/* SPDX-License-Identifier: MIT */
#include "core/policy/protect.h"

#include "core/error.h"
#include "core/limits.h"
#include "core/match/address.h"
#include "core/policy/selector.h"
#include "core/text_file.h"

enum protect_key { PROTECT_ADDRESSES, PROTECT_DOMAINS, PROTECT_FILE, PROTECT_KEYS };

static const char *const key_names[PROTECT_KEYS] = {
    [PROTECT_ADDRESSES] = "addresses", [PROTECT_DOMAINS] = "domains", [PROTECT_FILE] = "file"};

/* What one key said. */
struct said {
    char *value;      /* in the format that is read; "" if nothing */
    char *origin;     /* NULL: the default */
    GHashTable *keys; /* address, domain or "*.domain" -> origin */
};

/* One group. */
struct section {
    const struct selector *selector; /* NULL: it speaks for every list */
    struct said said[PROTECT_KEYS];
};

struct protect {
    GPtrArray *sections; /* struct section *; that for every list first */
};

static void said_clear(struct said *said)
{
    g_free(said->value);
    g_free(said->origin);
    if (said->keys)
        g_hash_table_unref(said->keys);
    *said = (struct said){0};
}

static void said_init(struct said *said)
{
    *said =
        (struct said){.value = g_strdup(""), .keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

static void section_free(gpointer data)
{
    struct section *section = data;
    for (int i = 0; i < PROTECT_KEYS; i++)
        said_clear(&section->said[i]);
    g_free(section);
}

static struct section *add_section(struct protect *protect, const struct selector *selector)
{
    struct section *section = g_new0(struct section, 1);
    section->selector = selector;
    for (int i = 0; i < PROTECT_KEYS; i++)
        said_init(&section->said[i]);
    g_ptr_array_add(protect->sections, section);
    return section;
}

struct protect *protect_new(void)
{
    struct protect *protect = g_new0(struct protect, 1);
    protect->sections = g_ptr_array_new_with_free_func(section_free);
    add_section(protect, NULL);
    return protect;
}

void protect_free(struct protect *protect)
{
    if (!protect)
        return;
    g_ptr_array_unref(protect->sections);
    g_free(protect);
}

static const struct section *section_at(const struct protect *protect, guint i)
{
    return protect->sections->pdata[i];
}

static bool speaks_for(const struct section *section, const char *list)
{
    return !section->selector || selector_rank(section->selector, list, (struct view){0}) > 0;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static char *address_of(const char *text)
{
    struct pool pool;
    pool_init(&pool);
    struct view key = address_key(view_of(text), &pool);
    char *address = view_is_empty(key) ? NULL : view_dup(key);
    pool_clear(&pool);
    return address;
}

/* The key of an address, of a domain, or of "@domain". NULL if it is neither, or not what is wanted. */
static char *key_of(const char *text, enum protect_key wanted)
{
    const char *domain = text[0] == '@' ? text + 1 : text;
    if (wanted == PROTECT_ADDRESSES)
        return address_of(text);
    if (wanted == PROTECT_FILE && domain == text && strchr(text, '@'))
        return address_of(text);
    return domain_pattern(domain);
}

static bool add_words(struct said *said, enum protect_key key, const struct conf *conf, const struct conf_entry *entry,
                      GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(entry->value, ",; \t", -1);
    for (char **word = words; *word; word++) {
        if (!**word)
            continue;
        char *who = key_of(*word, key);
        if (!who)
            return conf_fail(conf, entry->line, error, "'%s' is no %s", *word,
                             key == PROTECT_ADDRESSES ? "address" : "domain");
        g_hash_table_replace(said->keys, who, g_strdup(said->origin));
    }
    return true;
}

static bool add_line(struct said *said, const char *name, struct view line, unsigned number, GError **error)
{
    ssize_t comment = view_index(line, '#');
    line = view_trim(comment >= 0 ? view_first(line, (size_t)comment) : line);
    if (view_is_empty(line))
        return true;
    g_autofree char *text = view_dup(line);
    const char *fault = text_line_fault(line);
    char *who = fault ? NULL : key_of(text, PROTECT_FILE);
    if (!who) {
        g_autofree char *problem =
            fault ? g_strdup(fault) : g_strdup_printf("'%s' is neither an address nor a domain", text);
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "%s:%u: %s", name, number, problem);
        return false;
    }
    g_hash_table_replace(said->keys, who, g_strdup_printf("%s:%u", name, number));
    return true;
}

static bool add_file(struct said *said, const struct conf *conf, const struct conf_entry *entry, GError **error)
{
    if (!*entry->value)
        return true;
    g_autofree char *folder = g_path_get_dirname(conf->name);
    g_autofree char *base = g_canonicalize_filename(folder, NULL);
    g_autofree char *path = g_canonicalize_filename(entry->value, base);
    g_autoptr(GError) problem = NULL;
    struct view text, line;
    g_autofree char *content = text_file_read(path, LIMIT_PROTECT_FILE, &text, &problem);
    if (!content)
        return conf_fail(conf, entry->line, error, "%s", problem->message);
    g_free(said->value);
    said->value = g_steal_pointer(&path);
    for (unsigned number = 1; view_next_line(&text, &line); number++) {
        if (!add_line(said, said->value, line, number, error))
            return false;
    }
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **sorted(GHashTable *keys)
{
    guint count;
    char **all = (char **)g_hash_table_get_keys_as_array(keys, &count);
    qsort(all, count, sizeof *all, by_text);
    return all;
}

static struct section *section_of(struct protect *protect, const struct selector *selector)
{
    for (guint i = 0; i < protect->sections->len; i++) {
        struct section *section = protect->sections->pdata[i];
        if (section->selector == selector)
            return section;
    }
    return add_section(protect, selector);
}

static bool set_value(struct said *said, enum protect_key key, const struct conf *conf, const struct conf_entry *entry,
                      GError **error)
{
    said_clear(said);
    said_init(said);
    said->origin = g_strdup_printf("%s:%u", conf->name, entry->line);
    if (key == PROTECT_FILE)
        return add_file(said, conf, entry, error);
    if (!add_words(said, key, conf, entry, error))
        return false;
    g_autofree char **all = sorted(said->keys);
    g_free(said->value);
    said->value = g_strjoinv(", ", all);
    return true;
}

bool protect_set(struct protect *protect, const struct selector *selector, const struct conf *conf,
                 const struct conf_entry *entry, GError **error)
{
    for (enum protect_key key = 0; key < PROTECT_KEYS; key++) {
        if (g_str_equal(entry->key, key_names[key]))
            return set_value(&section_of(protect, selector)->said[key], key, conf, entry, error);
    }
    return conf_fail(conf, entry->line, error, "unknown key '%s' in [%s]; addresses, domains, file", entry->key,
                     entry->group);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static const char *find(const struct section *section, const char *key)
{
    for (int i = 0; i < PROTECT_KEYS; i++) {
        const char *origin = g_hash_table_lookup(section->said[i].keys, key);
        if (origin)
            return origin;
    }
    return NULL;
}

static bool is_empty(const struct section *section)
{
    for (int i = 0; i < PROTECT_KEYS; i++) {
        if (g_hash_table_size(section->said[i].keys) > 0)
            return false;
    }
    return true;
}

static const char *find_address(const struct section *section, const char *address)
{
    const char *origin = find(section, address), *at = strrchr(address, '@');
    if (origin || !at)
        return origin;
    origin = find(section, at + 1);
    /* "*." takes the place of each label in turn. */
    for (const char *dot = strchr(at + 1, '.'); dot && !origin; dot = strchr(dot + 1, '.')) {
        g_autofree char *below = g_strconcat("*", dot, NULL);
        origin = find(section, below);
    }
    return origin;
}

const char *protect_origin(const struct protect *protect, const char *list, struct view address)
{
    const char *origin = NULL;
    for (guint i = 0; i < protect->sections->len && !origin; i++) {
        const struct section *section = section_at(protect, i);
        if (is_empty(section) || view_is_empty(address) || !speaks_for(section, list))
            continue;
        g_autofree char *text = view_dup(address);
        origin = find_address(section, text);
    }
    return origin;
}

/* --- printing ----------------------------------------------------------------------------------------------------- */

static void format_section(GString *out, const struct section *section, bool origins)
{
    g_string_append_printf(out, "\n[%s]\n", section->selector ? section->selector->written : "protect");
    for (int i = 0; i < PROTECT_KEYS; i++) {
        const struct said *said = &section->said[i];
        if (origins && said->origin && *said->value)
            g_string_append_printf(out, "# %s\n", said->origin);
        g_string_append_printf(out, "%s=", key_names[i]);
        conf_append_value(out, said->value);
        g_string_append_c(out, '\n');
    }
}

void protect_format(GString *out, const struct protect *protect, bool all, const char *list, bool origins)
{
    for (guint i = 0; i < protect->sections->len; i++) {
        if (all || speaks_for(section_at(protect, i), list))
            format_section(out, section_at(protect, i), origins);
    }
}

static void list_section(const struct section *section, GPtrArray *into)
{
    const char *list = section->selector ? section->selector->list : NULL;
    for (int i = 0; i < PROTECT_KEYS; i++) {
        GHashTableIter iter;
        gpointer key;
        g_hash_table_iter_init(&iter, section->said[i].keys);
        while (g_hash_table_iter_next(&iter, &key, NULL))
            g_ptr_array_add(into, list ? g_strdup_printf("list=%s %s", list, (char *)key) : g_strdup(key));
    }
}

void protect_list(GString *out, const struct protect *protect)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < protect->sections->len; i++)
        list_section(section_at(protect, i), all);
    g_ptr_array_sort(all, by_text);
    const char *last = NULL;
    for (guint i = 0; i < all->len; i++) {
        const char *who = all->pdata[i];
        if (!last || !g_str_equal(who, last))
            g_string_append_printf(out, "%s\n", who);
        last = who;
    }
}
