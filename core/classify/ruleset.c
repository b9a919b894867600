/* SPDX-License-Identifier: MIT */
#include "core/classify/ruleset.h"

#include "core/classify/fold.h"
#include "core/classify/notation.h"
#include "core/classify/parse.h"
#include "core/error.h"
#include "core/limits.h"
#include <gio/gio.h>

static void line_text_clear(gpointer data)
{
    g_free(((struct line_text *)data)->text);
}

static void sample_clear(gpointer data)
{
    g_free(((struct sample *)data)->text);
}

struct rule *rule_new(void)
{
    struct rule *rule = g_new0(struct rule, 1);
    rule->says = g_array_new(false, false, sizeof(struct line_text));
    rule->unless = g_array_new(false, false, sizeof(struct line_text));
    rule->samples = g_array_new(false, false, sizeof(struct sample));
    rule->statuses = g_array_new(false, false, sizeof(struct status_pattern));
    rule->codes = g_array_new(false, false, sizeof(int));
    g_array_set_clear_func(rule->says, line_text_clear);
    g_array_set_clear_func(rule->unless, line_text_clear);
    g_array_set_clear_func(rule->samples, sample_clear);
    rule->readers = g_ptr_array_new_with_free_func(g_free);
    rule->remote_mtas = g_ptr_array_new_with_free_func(g_free);
    rule->commands = g_ptr_array_new_with_free_func(g_free);
    rule->domains = g_ptr_array_new_with_free_func(g_free);
    rule->note = g_string_new(NULL);
    return rule;
}

void rule_free(struct rule *rule)
{
    g_free(rule->name);
    g_free(rule->file);
    g_array_unref(rule->says);
    g_array_unref(rule->unless);
    g_array_unref(rule->samples);
    g_array_unref(rule->statuses);
    g_array_unref(rule->codes);
    g_ptr_array_unref(rule->readers);
    g_ptr_array_unref(rule->remote_mtas);
    g_ptr_array_unref(rule->commands);
    g_ptr_array_unref(rule->domains);
    g_string_free(rule->note, true);
    g_free(rule);
}

bool rule_is_anchored(const struct rule *rule)
{
    return rule->readers->len || rule->remote_mtas->len || rule->domains->len;
}

/* --- lines to phrases, phrases to words of the automaton ------------------------------------------------------------- */

struct compiling {
    struct ruleset *set;
    struct matcher_words *words;
    GArray *pairs; /* struct word_use, in order of phrases */
    const struct rule *rule;
};

struct word_use {
    guint32 word;
    struct use use;
};

/* `first` and `last` are about the stretch: blanks at its ends do not count. */
static bool add_word(struct compiling *c, const char *text, const struct phrase *phrase, bool first, bool last)
{
    char folded[FOLD_ROOM(PHRASE_BYTES_MAX) + 2];
    size_t n = strlen(text), len = 0;
    bool open_begin = first && text[0] == '*';
    bool open_end = last && n > 1 && text[n - 1] == '*';
    struct view core = {.data = text + open_begin, .len = n - open_begin - open_end};
    if (core.len > PHRASE_BYTES_MAX)
        return false;
    /* Folding drops blanks at the ends; between two parts they count. */
    if (!first && core.len && core.data[0] == ' ')
        folded[len++] = ' ';
    len += fold_text(core, folded + len, NULL);
    if (!last && core.len && core.data[core.len - 1] == ' ' && folded[len - 1] != ' ')
        folded[len++] = ' ';
    if (len < 2 || matcher_words_states(c->words) + len > MATCHER_STATES_MAX)
        return false;
    struct word_use use = {.word = matcher_words_add(c->words, (struct view){.data = folded, .len = len}),
                           .use = {.phrase = c->set->phrases->len,
                                   .slot = phrase->first_slot + phrase->parts,
                                   .part = (guint8)phrase->parts,
                                   .glued = !first && fold_is_letter((struct view){.data = folded, .len = len}, 0),
                                   .open_begin = open_begin,
                                   .open_end = open_end}};
    g_array_append_val(c->pairs, use);
    return true;
}

/* One stretch between two `..`: its parts follow one another without a gap. */
static bool add_stretch(struct compiling *c, const char *text, struct phrase *phrase)
{
    g_autoptr(GPtrArray) parts = choices_split(text);
    bool solid = false; /* something that has to be there */
    for (guint i = 0; i < parts->len; i++) {
        const struct choice *choice = g_ptr_array_index(parts, i);
        if (phrase->parts == PHRASE_PARTS_MAX)
            return false;
        if (i == 0 && phrase->parts > 0)
            phrase->gaps = (guint16)(phrase->gaps | (1u << phrase->parts));
        if (choice->optional)
            phrase->optional = (guint16)(phrase->optional | (1u << phrase->parts));
        else
            solid = true;
        for (guint k = 0; k < choice->texts->len; k++) {
            if (!add_word(c, g_ptr_array_index(choice->texts, k), phrase, i == 0, i + 1 == parts->len))
                return false;
        }
        phrase->parts++;
    }
    return solid;
}

/* What depends on the whole line. */
static void finish_uses(struct compiling *c, const struct phrase *phrase, guint first_use)
{
    guint all = (1u << phrase->parts) - 1;
    for (guint i = first_use; i < c->pairs->len; i++) {
        struct use *use = &g_array_index(c->pairs, struct word_use, i).use;
        guint before = (1u << use->part) - 1;
        guint after = all & ~before & ~(1u << use->part);
        use->fresh = (phrase->optional & before) == before;
        use->ends = (phrase->optional & after) == after;
        use->goes_on = after != 0;
        use->gap = phrase->gaps & (1u << use->part);
    }
}

static bool add_line(struct compiling *c, guint32 rule, const struct line_text *line, bool unless, GError **error)
{
    struct phrase phrase = {.rule = rule, .first_slot = c->set->slots, .unless = unless};
    guint first_use = c->pairs->len;
    g_auto(GStrv) stretches = g_strsplit(line->text, " .. ", -1);
    for (char **stretch = stretches; *stretch; stretch++) {
        if (add_stretch(c, g_strstrip(*stretch), &phrase))
            continue;
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG,
                    "%s:%u: '%s' cannot be looked for: a part has 2 to %d bytes, a line %d parts and %d choices at most",
                    c->rule->file, line->line, *stretch, PHRASE_BYTES_MAX, PHRASE_PARTS_MAX, PHRASE_CHOICES_MAX);
        return false;
    }
    c->set->slots += phrase.parts;
    g_array_append_val(c->set->phrases, phrase);
    finish_uses(c, &phrase, first_use);
    return true;
}

static bool add_lines(struct compiling *c, guint32 rule, const GArray *lines, bool unless, GError **error)
{
    for (guint i = 0; i < lines->len; i++) {
        if (!add_line(c, rule, &g_array_index(lines, struct line_text, i), unless, error))
            return false;
    }
    return true;
}

/* Uses in order of their words, those of one word in order of their phrases. */
static void index_uses(struct ruleset *set, const GArray *pairs, guint32 words)
{
    set->use_first = g_new0(guint32, words + 2);
    for (guint i = 0; i < pairs->len; i++)
        set->use_first[g_array_index(pairs, struct word_use, i).word + 2]++;
    for (guint32 w = 0; w < words; w++)
        set->use_first[w + 2] += set->use_first[w + 1];
    set->uses = g_new(struct use, pairs->len + 1);
    for (guint i = 0; i < pairs->len; i++) {
        const struct word_use *pair = &g_array_index(pairs, struct word_use, i);
        set->uses[set->use_first[pair->word + 1]++] = pair->use;
    }
}

static void find_bounds(struct ruleset *set, guint32 words)
{
    set->bounds = g_new0(struct word_bounds, words + 1);
    for (guint32 w = 0; w < words; w++) {
        struct word_bounds bounds = {.begin = true, .end = true};
        for (guint32 u = set->use_first[w]; u < set->use_first[w + 1]; u++) {
            const struct use *use = &set->uses[u];
            bounds.begin = bounds.begin && !use->glued && !use->open_begin;
            bounds.end = bounds.end && !use->goes_on && !use->open_end;
        }
        set->bounds[w] = bounds;
    }
}

static bool compile(struct ruleset *set, GError **error)
{
    g_autoptr(GArray) pairs = g_array_new(false, false, sizeof(struct word_use));
    struct compiling c = {.set = set, .words = matcher_words_new(), .pairs = pairs};
    bool good = true;
    for (guint32 i = 0; good && i < set->rules->len; i++) {
        c.rule = ruleset_rule(set, i);
        if (c.rule->says->len == 0)
            g_array_append_val(set->wordless, i);
        good = add_lines(&c, i, c.rule->says, false, error) && add_lines(&c, i, c.rule->unless, true, error);
    }
    if (good) {
        set->matcher = matcher_build(c.words);
        index_uses(set, pairs, matcher_words_count(c.words));
        find_bounds(set, matcher_words_count(c.words));
    }
    matcher_words_free(c.words);
    return good;
}

/* --- loading -------------------------------------------------------------------------------------------------------- */

static const char folder[] = "/winnow/core/classify/rules/";

static void digest_text(GChecksum *digest, struct view text)
{
    g_autofree char *size = g_strdup_printf("%zu:", text.len);
    g_checksum_update(digest, (const guchar *)size, -1);
    g_checksum_update(digest, (const guchar *)text.data, (gssize)text.len);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool load_built_in(struct ruleset *set, GChecksum *digest, GError **error)
{
    g_auto(GStrv) names = g_resources_enumerate_children(folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    guint n = names ? g_strv_length(names) : 0;
    if (n > 1)
        qsort(names, n, sizeof *names, by_name);
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strconcat(folder, names[i], NULL);
        g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
        if (!bytes)
            return false;
        struct view text;
        text.data = g_bytes_get_data(bytes, &text.len);
        digest_text(digest, text);
        if (!rules_parse(set->rules, names[i], text, false, error))
            return false;
    }
    return true;
}

static bool load_user(struct ruleset *set, const char *path, GChecksum *digest, GError **error)
{
    g_autofree char *data = NULL;
    g_autoptr(GError) why = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &data, &len, &why)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "cannot read rules '%s': %s", path, why->message);
        return false;
    }
    if (len > LIMIT_CONFIG_FILE) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "cannot read rules '%s': larger than %d bytes", path,
                    LIMIT_CONFIG_FILE);
        return false;
    }
    struct view text = {.data = data, .len = len};
    digest_text(digest, text);
    return rules_parse(set->rules, path, text, true, error);
}

static struct ruleset *ruleset_empty(void)
{
    struct ruleset *set = g_new0(struct ruleset, 1);
    set->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
    set->phrases = g_array_new(false, false, sizeof(struct phrase));
    set->wordless = g_array_new(false, false, sizeof(guint32));
    return set;
}

struct ruleset *ruleset_load(const char *const *user_files, GError **error)
{
    struct ruleset *set = ruleset_empty();
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    bool good = load_built_in(set, digest, error);
    for (; good && user_files && *user_files; user_files++)
        good = load_user(set, *user_files, digest, error);
    if (!good || !compile(set, error)) {
        ruleset_free(set);
        return NULL;
    }
    set->digest = g_strdup(g_checksum_get_string(digest));
    return set;
}

struct ruleset *ruleset_of_text(const char *file, struct view text, GError **error)
{
    struct ruleset *set = ruleset_empty();
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    digest_text(digest, text);
    if (!rules_parse(set->rules, file, text, false, error) || !compile(set, error)) {
        ruleset_free(set);
        return NULL;
    }
    set->digest = g_strdup(g_checksum_get_string(digest));
    return set;
}

void ruleset_free(struct ruleset *rules)
{
    if (!rules)
        return;
    g_ptr_array_unref(rules->rules);
    matcher_free(rules->matcher);
    g_array_unref(rules->phrases);
    g_array_unref(rules->wordless);
    g_free(rules->uses);
    g_free(rules->use_first);
    g_free(rules->bounds);
    g_free(rules->digest);
    g_free(rules);
}

size_t ruleset_count(const struct ruleset *rules)
{
    return rules->rules->len;
}

const char *ruleset_digest(const struct ruleset *rules)
{
    return rules->digest;
}
