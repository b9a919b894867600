/* SPDX-License-Identifier: MIT */
#include "core/policy/conf.h"

#include "core/error.h"
#include "core/limits.h"
#include "core/text_file.h"

enum { MAX_PROBLEM = 400 }; /* bytes: what is quoted may be a megabyte of somebody's mistake */

static struct conf *conf_new(const char *name)
{
    struct conf *conf = g_new0(struct conf, 1);
    conf->name = g_strdup(name);
    conf->entries = g_ptr_array_new_with_free_func(g_free);
    conf->heads = g_ptr_array_new_with_free_func(g_free);
    conf->strings = g_string_chunk_new(1024);
    return conf;
}

void conf_free(struct conf *conf)
{
    if (!conf)
        return;
    g_free(conf->name);
    g_ptr_array_unref(conf->entries);
    g_ptr_array_unref(conf->heads);
    g_string_chunk_free(conf->strings);
    g_free(conf);
}

bool conf_fail(const struct conf *conf, unsigned line, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *problem = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    struct view shown = view_first_text(view_of(problem), MAX_PROBLEM);
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "%s:%u: %.*s%s", conf->name, line, (int)shown.len, shown.data,
                problem[shown.len] ? "…" : "");
    return false;
}

static const char *intern(struct conf *conf, struct view text)
{
    return g_string_chunk_insert_len(conf->strings, text.data ? text.data : "", (gssize)text.len);
}

static void add(GPtrArray *to, struct conf_entry entry)
{
    struct conf_entry *added = g_new(struct conf_entry, 1);
    *added = entry;
    g_ptr_array_add(to, added);
}

static const char ESCAPES[] = "stnr\\", ESCAPED[] = " \t\n\r\\";

static char unescaped(char c)
{
    const char *at = c ? strchr(ESCAPES, c) : NULL;
    return at ? ESCAPED[at - ESCAPES] : '\0';
}

void conf_append_value(GString *out, const char *value)
{
    for (const char *c = value; *c; c++) {
        const char *at = strchr(ESCAPED, *c);
        bool inner_blank = *c == ' ' && c > value && c[1];
        if (at && !inner_blank)
            g_string_append_c(out, '\\');
        g_string_append_c(out, at && !inner_blank ? ESCAPES[at - ESCAPED] : *c);
    }
}

/* As GKeyFile reads a string; NULL with an error. */
static const char *read_value(struct conf *conf, struct view raw, unsigned line, GError **error)
{
    if (view_index(raw, '\\') < 0)
        return intern(conf, raw);
    g_autoptr(GString) value = g_string_sized_new(raw.len);
    for (size_t i = 0; i < raw.len; i++) {
        bool escape = raw.data[i] == '\\';
        char c = !escape ? raw.data[i] : i + 1 < raw.len ? unescaped(raw.data[++i]) : '\0';
        if (!c) {
            conf_fail(conf, line, error, "a backslash stands before s, t, n, r or a backslash; itself is written \\\\");
            return NULL;
        }
        g_string_append_c(value, c);
    }
    return intern(conf, (struct view){value->str, value->len});
}

/* A file has a few dozen entries; a hostile one at LIMIT_CONFIG_FILE must not cost its square, hence the table. */
static bool add_entry(struct conf *conf, GHashTable *seen, struct conf_entry entry, GError **error)
{
    char *name = g_strconcat(entry.group, "]", entry.key, NULL);
    gpointer first = g_hash_table_lookup(seen, name);
    if (first) {
        g_free(name);
        return conf_fail(conf, entry.line, error, "'%s' is set twice in [%s], first in line %u", entry.key, entry.group,
                         GPOINTER_TO_UINT(first));
    }
    g_hash_table_insert(seen, name, GUINT_TO_POINTER(entry.line));
    add(conf->entries, entry);
    return true;
}

static bool scan_head(struct conf *conf, struct view line, unsigned number, const char **group, GError **error)
{
    struct view name = line.len < 3 ? (struct view){0} : (struct view){line.data + 1, line.len - 2};
    if (view_is_empty(name) || line.data[line.len - 1] != ']' || view_index(name, '[') >= 0 ||
        view_index(name, ']') >= 0)
        return conf_fail(conf, number, error, "a group is written [name]");
    *group = intern(conf, name);
    add(conf->heads, (struct conf_entry){.group = *group, .line = number});
    return true;
}

/* One line; *group is the group that it stands in, NULL before the first. */
static bool scan_line(struct conf *conf, GHashTable *seen, struct view line, unsigned number, const char **group,
                      GError **error)
{
    const char *fault = text_line_fault(line);
    if (fault)
        return conf_fail(conf, number, error, "%s", fault);
    line = view_trim(line);
    if (view_is_empty(line) || line.data[0] == '#')
        return true;
    if (line.data[0] == '[')
        return scan_head(conf, line, number, group, error);
    ssize_t equals = view_index(line, '=');
    if (equals <= 0)
        return conf_fail(conf, number, error, "neither [group] nor key=value");
    if (!*group)
        return conf_fail(conf, number, error, "a value before the first [group]");
    struct conf_entry entry = {.group = *group, .line = number};
    entry.key = intern(conf, view_trim(view_first(line, (size_t)equals)));
    entry.value = read_value(conf, view_trim(view_from(line, (size_t)equals + 1)), number, error);
    return entry.value && add_entry(conf, seen, entry, error);
}

struct conf *conf_parse(const char *name, struct view text, GError **error)
{
    struct conf *conf = conf_new(name);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *group = NULL;
    struct view line;
    for (unsigned number = 1; view_next_line(&text, &line); number++) {
        if (scan_line(conf, seen, line, number, &group, error))
            continue;
        conf_free(conf);
        return NULL;
    }
    return conf;
}

struct conf *conf_load(const char *path, GError **error)
{
    struct view text;
    g_autofree char *bytes = text_file_read(path, LIMIT_CONFIG_FILE, &text, error);
    return bytes ? conf_parse(path, text, error) : NULL;
}
