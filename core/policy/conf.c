/* SPDX-License-Identifier: MIT */
#include "core/policy/conf.h"

#include "core/error.h"
#include "core/limits.h"

static void entry_free(gpointer data)
{
    struct conf_entry *entry = data;
    g_free(entry->value);
    g_free(entry);
}

static struct conf *conf_new(const char *name)
{
    struct conf *conf = g_new0(struct conf, 1);
    conf->name = g_strdup(name);
    conf->entries = g_ptr_array_new_with_free_func(entry_free);
    conf->strings = g_string_chunk_new(1024);
    return conf;
}

void conf_free(struct conf *conf)
{
    if (!conf)
        return;
    g_free(conf->name);
    g_ptr_array_unref(conf->entries);
    g_string_chunk_free(conf->strings);
    g_free(conf);
}

bool conf_fail(const struct conf *conf, unsigned line, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *problem = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "%s:%u: %s", conf->name, line, problem);
    return false;
}

static const char *intern(struct conf *conf, struct view text)
{
    return g_string_chunk_insert_len(conf->strings, text.data ? text.data : "", (gssize)text.len);
}

/* A file has a few dozen entries; a hostile one at LIMIT_CONFIG_FILE must not cost its square, hence the table. */
static bool add_entry(struct conf *conf, GHashTable *seen, const char *group, struct view key, unsigned line,
                      GError **error)
{
    struct conf_entry *entry = g_new0(struct conf_entry, 1);
    *entry = (struct conf_entry){.group = group, .key = intern(conf, key), .line = line};
    g_ptr_array_add(conf->entries, entry);
    char *name = g_strconcat(group, "]", entry->key, NULL);
    gpointer first = g_hash_table_lookup(seen, name);
    if (first) {
        g_free(name);
        return conf_fail(conf, line, error, "'%s' is set twice in [%s], first in line %u", entry->key, group,
                         GPOINTER_TO_UINT(first));
    }
    g_hash_table_insert(seen, name, GUINT_TO_POINTER(line));
    return true;
}

/* One line; *group is the group that it stands in, NULL before the first. */
static bool scan_line(struct conf *conf, GHashTable *seen, struct view line, unsigned number, const char **group,
                      GError **error)
{
    if (!g_utf8_validate(line.data, (gssize)line.len, NULL))
        return conf_fail(conf, number, error, "not UTF-8 text");
    line = view_trim(line);
    if (view_is_empty(line) || line.data[0] == '#')
        return true;
    if (line.data[0] == '[') {
        struct view name = line.len < 3 ? (struct view){0} : (struct view){line.data + 1, line.len - 2};
        if (view_is_empty(name) || line.data[line.len - 1] != ']' || view_index(name, '[') >= 0 ||
            view_index(name, ']') >= 0)
            return conf_fail(conf, number, error, "a group is written [name]");
        *group = intern(conf, name);
        return true;
    }
    ssize_t equals = view_index(line, '=');
    if (equals <= 0)
        return conf_fail(conf, number, error, "neither [group] nor key=value");
    if (!*group)
        return conf_fail(conf, number, error, "a value before the first [group]");
    return add_entry(conf, seen, *group, view_trim(view_first(line, (size_t)equals)), number, error);
}

static bool scan(struct conf *conf, struct view text, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *group = NULL;
    struct view line;
    for (unsigned number = 1; view_next_line(&text, &line); number++) {
        if (!scan_line(conf, seen, line, number, &group, error))
            return false;
    }
    return true;
}

static bool read_values(struct conf *conf, struct view text, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) problem = NULL;
    if (!view_is_empty(text) && !g_key_file_load_from_data(file, text.data, text.len, G_KEY_FILE_NONE, &problem))
        return conf_fail(conf, 1, error, "%s", problem->message);
    for (guint i = 0; i < conf->entries->len; i++) {
        struct conf_entry *entry = conf->entries->pdata[i];
        entry->value = g_key_file_get_string(file, entry->group, entry->key, &problem);
        if (!entry->value)
            return conf_fail(conf, entry->line, error, "%s", problem->message);
        g_strstrip(entry->value);
    }
    return true;
}

struct conf *conf_parse(const char *name, struct view text, GError **error)
{
    struct conf *conf = conf_new(name);
    if (scan(conf, text, error) && read_values(conf, text, error))
        return conf;
    conf_free(conf);
    return NULL;
}

struct conf *conf_load(const char *path, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &text, &len, &problem)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "%s", problem->message);
        return NULL;
    }
    if (len > LIMIT_CONFIG_FILE) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "cannot read '%s': longer than %d bytes", path,
                    LIMIT_CONFIG_FILE);
        return NULL;
    }
    return conf_parse(path, (struct view){text, len}, error);
}
