/* SPDX-License-Identifier: MIT */
#include "core/classify/notation.h"

size_t number_parse(struct view text, size_t digits_max, int *number)
{
    size_t n = 0;
    *number = 0;
    while (n < text.len && n < digits_max && g_ascii_isdigit(text.data[n]))
        *number = *number * 10 + (text.data[n++] - '0');
    return n < text.len && g_ascii_isdigit(text.data[n]) ? 0 : n;
}

static size_t part_parse(struct view text, int *part)
{
    if (text.len > 0 && text.data[0] == 'x') {
        *part = -1;
        return 1;
    }
    return number_parse(text, 3, part);
}

size_t status_parse(struct view text, struct status_pattern *status)
{
    int *parts[] = {&status->class, &status->subject, &status->detail};
    size_t n = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        size_t took = part_parse(view_from(text, n), parts[i]);
        if (took == 0)
            return 0;
        n += took;
        if (i + 1 < G_N_ELEMENTS(parts) && (n >= text.len || text.data[n++] != '.'))
            return 0;
    }
    return status->class == -1 || (status->class >= 2 && status->class <= 5) ? n : 0;
}

bool token_next(struct view *rest, struct view *token)
{
    *rest = view_trim(*rest);
    size_t n = 0;
    while (n < rest->len && !g_ascii_isspace(rest->data[n]))
        n++;
    *token = view_first(*rest, n);
    *rest = view_from(*rest, n);
    return n > 0;
}

struct choosing {
    choice_found *each;
    void *context;
    unsigned count;
};

/* The first parentheses that hold a '|'. */
static bool find_choice(const char *text, const char **open, const char **close)
{
    for (const char *at = strchr(text, '('); at; at = strchr(at + 1, '(')) {
        const char *end = strchr(at, ')');
        const char *bar = strchr(at, '|');
        if (end && bar && bar < end) {
            *open = at;
            *close = end;
            return true;
        }
    }
    return false;
}

static bool choose(struct choosing *c, const char *text)
{
    const char *open, *close;
    if (!find_choice(text, &open, &close)) {
        if (++c->count > PHRASE_CHOICES_MAX)
            return false;
        c->each(c->context, text);
        return true;
    }
    g_autofree char *inside = g_strndup(open + 1, (gsize)(close - open - 1));
    g_auto(GStrv) options = g_strsplit(inside, "|", -1);
    for (char **option = options; *option; option++) {
        g_autofree char *chosen = g_strdup_printf("%.*s%s%s", (int)(open - text), text, *option, close + 1);
        if (!choose(c, chosen))
            return false;
    }
    return true;
}

bool choices_each(const char *phrase, choice_found *each, void *context)
{
    struct choosing c = {.each = each, .context = context};
    return choose(&c, phrase);
}

static struct choice *choice_new(void)
{
    struct choice *choice = g_new0(struct choice, 1);
    choice->texts = g_ptr_array_new_with_free_func(g_free);
    return choice;
}

static void choice_free(gpointer data)
{
    struct choice *choice = data;
    g_ptr_array_unref(choice->texts);
    g_free(choice);
}

static void choice_add(struct choice *choice, char *text)
{
    if (*text) {
        g_ptr_array_add(choice->texts, text);
        return;
    }
    choice->optional = true;
    g_free(text);
}

static guint ways(const struct choice *choice)
{
    return choice->texts->len + choice->optional;
}

static const char *way(const struct choice *choice, guint i)
{
    return i < choice->texts->len ? g_ptr_array_index(choice->texts, i) : "";
}

/* Every text of `a` followed by every text of `b`. */
static struct choice *join(const struct choice *a, const struct choice *b)
{
    struct choice *joined = choice_new();
    for (guint i = 0; i < ways(a); i++) {
        for (guint k = 0; k < ways(b); k++)
            choice_add(joined, g_strconcat(way(a, i), way(b, k), NULL));
    }
    return joined;
}

static bool any_short(const struct choice *choice)
{
    for (guint i = 0; i < choice->texts->len; i++) {
        const char *text = g_ptr_array_index(choice->texts, i);
        if (strlen(text) < 2)
            return true;
    }
    return false;
}

/* Appends a part, as one with the part before it if one of them is too short to be looked for, or if both are few. */
static void add_part(GPtrArray *parts, struct choice *part)
{
    struct choice *before = parts->len ? g_ptr_array_index(parts, parts->len - 1) : NULL;
    guint product = before ? ways(before) * ways(part) : 0;
    if (!before || product > PHRASE_CHOICES_MAX ||
        (product > PHRASE_JOINED_MAX && !any_short(before) && !any_short(part))) {
        g_ptr_array_add(parts, part);
        return;
    }
    struct choice *joined = join(before, part);
    choice_free(part);
    g_ptr_array_set_size(parts, (gint)parts->len - 1);
    g_ptr_array_add(parts, joined);
}

static void add_literal(GPtrArray *parts, const char *begin, const char *end)
{
    if (begin == end)
        return;
    struct choice *part = choice_new();
    choice_add(part, g_strndup(begin, (gsize)(end - begin)));
    add_part(parts, part);
}

GPtrArray *choices_split(const char *phrase)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(choice_free);
    const char *open, *close;
    for (; find_choice(phrase, &open, &close); phrase = close + 1) {
        add_literal(parts, phrase, open);
        g_autofree char *inside = g_strndup(open + 1, (gsize)(close - open - 1));
        g_auto(GStrv) options = g_strsplit(inside, "|", -1);
        struct choice *part = choice_new();
        for (char **option = options; *option; option++)
            choice_add(part, g_strdup(*option));
        add_part(parts, part);
    }
    add_literal(parts, phrase, phrase + strlen(phrase));
    return parts;
}

/* --- statements -----------------------------------------------------------------------------------------------------
 */

static bool set_option(struct view option, struct pool *pool, struct statement *s, bool *prose)
{
    if (view_equal(option, VIEW("prose"))) {
        *prose = true;
        return true;
    }
    ssize_t equals = view_index(option, '=');
    if (equals < 0)
        return false;
    struct view name = view_first(option, (size_t)equals);
    struct view value = pool_copy(pool, view_from(option, (size_t)equals + 1));
    for (char *c = (char *)(void *)(gsize)value.data; *c; c++) {
        if (*c == '_')
            *c = ' ';
    }
    struct {
        struct view name;
        struct view *field;
    } const fields[] = {
        {VIEW("reader"), &s->reader}, {VIEW("remote-mta"), &s->remote_mta}, {VIEW("command"), &s->command},
        {VIEW("domain"), &s->domain}, {VIEW("status"), &s->status},         {VIEW("recipient"), &s->recipients[0]},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (view_equal(name, fields[i].name)) {
            *fields[i].field = value;
            return true;
        }
    }
    return view_equal(name, VIEW("smtp")) && number_parse(value, 3, &s->smtp_code) == value.len;
}

/* "550 5.1.1 ", "550-5.1.1 ", "#5.1.1 " at the front. */
static void read_codes(struct view text, struct statement *s)
{
    int code;
    struct status_pattern status;
    if (number_parse(text, 3, &code) == 3 && code >= 200 && code < 600 &&
        (text.len == 3 || strchr(" -:", text.data[3]))) {
        s->smtp_code = code;
        text = view_trim(view_from(text, 4));
    }
    if (text.len > 0 && strchr("#(", text.data[0]))
        text = view_from(text, text.data[0] == '(' && text.len > 1 && text.data[1] == '#' ? 2 : 1);
    size_t n = status_parse(text, &status);
    if (n > 0 && status.class >= 0 && status.subject >= 0 && status.detail >= 0)
        s->status = view_first(text, n);
}

bool statement_parse(struct view line, struct pool *pool, struct statement *statement)
{
    *statement = (struct statement){0};
    bool prose = false;
    struct view text = view_trim(line);
    struct statement options = {0};
    ssize_t close = text.len > 0 && text.data[0] == '[' ? view_index(text, ']') : -1;
    if (close > 0) {
        struct view rest = view_range(text.data + 1, text.data + close), option;
        while (token_next(&rest, &option)) {
            if (!set_option(option, pool, &options, &prose))
                return false;
        }
        *statement = options;
        text = view_trim(view_from(text, (size_t)close + 1));
    }
    read_codes(text, statement);
    if (!view_is_empty(options.status))
        statement->status = options.status;
    if (options.smtp_code)
        statement->smtp_code = options.smtp_code;
    *(prose ? &statement->prose : &statement->diagnostic) = text;
    return true;
}
