/* SPDX-License-Identifier: MIT */
#include "core/classify/ruleset.h"

#include "core/classify/fold.h"
#include "core/classify/notation.h"
#include "core/classify/parse.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text_file.h"
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

/* --- lines to phrases, phrases to words of the automaton -------------------------------------------------------------
 */

struct compiling {
    struct ruleset *set;
    struct matcher_words *words;
    GArray *pairs;                         /* struct word_use, in order of phrases */
    struct ahead begins[PHRASE_PARTS_MAX]; /* of the line being read: what its parts can begin with */
    const struct rule *rule;
};

struct word_use {
    guint32 word;
    struct use use;
};

static guint64 low_bits(unsigned char byte)
{
    return (guint64)1 << (byte & 63);
}

/* Where in its stretch a word stands. */
struct position {
    bool first, last;
    bool after_letter; /* what stands before may end in a letter: it may go on in the middle of a word */
};

static void use_word(struct compiling *c, struct view folded, struct use use)
{
    struct word_use word_use = {.word = matcher_words_add(c->words, folded), .use = use};
    g_array_append_val(c->pairs, word_use);
    struct ahead *begins = &c->begins[use.part];
    begins->first |= low_bits((unsigned char)folded.data[0]);
    begins->second |= low_bits((unsigned char)folded.data[1]);
}

static bool add_word(struct compiling *c, const char *text, const struct phrase *phrase, struct position position)
{
    char folded[FOLD_ROOM(PHRASE_BYTES_MAX) + 2];
    size_t n = strlen(text), len = 0;
    bool open_begin = position.first && text[0] == '*';
    bool open_end = position.last && n > 1 && text[n - 1] == '*';
    struct view core = {.data = text + open_begin, .len = n - open_begin - open_end};
    if (core.len > PHRASE_BYTES_MAX)
        return false;
    /* Folding drops blanks at the ends; between two parts they count. */
    if (!position.first && core.len && core.data[0] == ' ')
        folded[len++] = ' ';
    len += fold_text(core, folded + len, NULL);
    if (!position.last && core.len && core.data[core.len - 1] == ' ' && folded[len - 1] != ' ')
        folded[len++] = ' ';
    if (len < MATCHER_WORD_MIN || matcher_words_bytes(c->words) + 2 * len > MATCHER_BYTES_MAX)
        return false;
    struct use use = {.phrase = c->set->phrases->len,
                      .slot = phrase->first_slot + phrase->parts,
                      .part = (guint8)phrase->parts,
                      .open_begin = open_begin,
                      .open_end = open_end};
    struct view view = {.data = folded, .len = len};
    use_word(c, view, use);
    bool inside = open_begin || (position.after_letter && fold_is_letter(view, 0));
    if (inside) {
        folded[0] = g_ascii_tolower(folded[0]);
        use.glued = !open_begin;
        if (folded[0] != g_ascii_toupper(folded[0]))
            use_word(c, view, use);
        else
            g_array_index(c->pairs, struct word_use, c->pairs->len - 1).use = use;
    }
    return true;
}

static bool any_ends_in_letter(const GPtrArray *texts)
{
    for (guint i = 0; i < texts->len; i++) {
        struct view text = view_of(g_ptr_array_index(texts, i));
        if (fold_is_letter(text, text.len - 1))
            return true;
    }
    return false;
}

/* What may be left out at an end of a stretch changes nothing. */
static void drop_idle(GPtrArray *parts)
{
    while (parts->len > 0 && ((const struct choice *)g_ptr_array_index(parts, 0))->optional)
        g_ptr_array_remove_index(parts, 0);
    while (parts->len > 0 && ((const struct choice *)g_ptr_array_index(parts, parts->len - 1))->optional)
        g_ptr_array_remove_index(parts, parts->len - 1);
}

/* One stretch between two `..`: its parts follow one another without a gap. */
static bool add_stretch(struct compiling *c, const char *text, struct phrase *phrase)
{
    g_autoptr(GPtrArray) parts = choices_split(text);
    drop_idle(parts);
    bool solid = false; /* something that has to be there */
    struct position position = {.first = true};
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
        position.last = i + 1 == parts->len;
        for (guint k = 0; k < choice->texts->len; k++) {
            if (!add_word(c, g_ptr_array_index(choice->texts, k), phrase, position))
                return false;
        }
        position.first = false;
        position.after_letter = position.after_letter || any_ends_in_letter(choice->texts);
        phrase->parts++;
    }
    return solid;
}

static bool bit(guint mask, guint i)
{
    return mask & (1u << i);
}

/* What the parts that may follow `part` can begin with. `begins` is about the parts themselves. */
static struct ahead look_ahead(const struct phrase *phrase, guint part, const struct ahead *begins)
{
    const struct ahead anything = {.first = G_MAXUINT64, .second = G_MAXUINT64};
    struct ahead ahead = {0};
    for (guint next = part + 1; next < phrase->parts; next++) {
        if (bit(phrase->gaps, next))
            return anything;
        ahead.first |= begins[next].first;
        ahead.second |= begins[next].second;
        if (!bit(phrase->optional, next))
            return ahead;
    }
    return anything;
}

/* What depends on the whole line. */
static void finish_uses(struct compiling *c, const struct phrase *phrase, guint first_use)
{
    struct ahead ahead[PHRASE_PARTS_MAX];
    for (guint part = 0; part < phrase->parts; part++)
        ahead[part] = look_ahead(phrase, part, c->begins);
    for (guint i = first_use; i < c->pairs->len; i++) {
        struct use *use = &g_array_index(c->pairs, struct word_use, i).use;
        use->kind = use->part == 0 ? USE_FRESH : bit(phrase->gaps, use->part) ? USE_GAP : USE_ADJACENT;
        use->ends = use->part + 1u == phrase->parts;
        use->skips = !use->ends && bit(phrase->optional, use->part + 1u);
        use->ahead = ahead[use->part];
    }
}

static bool add_line(struct compiling *c, guint32 rule, const struct line_text *line, bool unless, GError **error)
{
    struct phrase phrase = {.rule = rule, .first_slot = c->set->slots, .unless = unless};
    guint first_use = c->pairs->len;
    memset(c->begins, 0, sizeof c->begins);
    g_auto(GStrv) stretches = g_strsplit(line->text, " .. ", -1);
    for (char **stretch = stretches; *stretch; stretch++) {
        if (add_stretch(c, g_strstrip(*stretch), &phrase))
            continue;
        g_set_error(
            error, WINNOW_ERROR, WINNOW_ERROR_CONFIG,
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

/* Uses in order of their words, those of one word by kind, those of one kind in order of their phrases. */
static void index_uses(struct ruleset *set, const GArray *pairs, guint32 words)
{
    g_autofree guint32 *next = g_new0(guint32, (size_t)words * USE_KINDS + 1);
    for (guint i = 0; i < pairs->len; i++) {
        const struct word_use *pair = &g_array_index(pairs, struct word_use, i);
        next[pair->word * USE_KINDS + pair->use.kind]++;
    }
    set->words = g_new0(struct word, words + 1);
    guint32 filled = 0;
    for (guint32 i = 0; i < words * USE_KINDS; i++) {
        guint32 count = next[i];
        set->words[i / USE_KINDS].first[i % USE_KINDS] = next[i] = filled;
        filled += count;
        set->words[i / USE_KINDS].first[i % USE_KINDS + 1] = filled;
    }
    set->uses = g_new(struct use, pairs->len + 1);
    for (guint i = 0; i < pairs->len; i++) {
        const struct word_use *pair = &g_array_index(pairs, struct word_use, i);
        set->uses[next[pair->word * USE_KINDS + pair->use.kind]++] = pair->use;
    }
}

static void find_bounds(struct ruleset *set, guint32 words)
{
    for (guint32 w = 0; w < words; w++) {
        struct word *word = &set->words[w];
        word->begin = word->end = true;
        for (guint32 u = word->first[0]; u < word->first[USE_KINDS]; u++) {
            const struct use *use = &set->uses[u];
            word->begin = word->begin && !use->glued && !use->open_begin;
            word->end = word->end && use->ends && !use->open_end;
        }
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
        else if (rule_is_anchored(c.rule))
            g_array_append_val(set->anchored, i);
        set->has_user_rules = set->has_user_rules || c.rule->user;
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

/* --- loading --------------------------------------------------------------------------------------------------------
 */

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
    struct view text;
    g_autofree char *data = text_file_read(path, LIMIT_CONFIG_FILE, &text, error);
    if (!data)
        return false;
    digest_text(digest, text);
    return rules_parse(set->rules, path, text, true, error);
}

static struct ruleset *ruleset_empty(void)
{
    struct ruleset *set = g_new0(struct ruleset, 1);
    set->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
    set->phrases = g_array_new(false, false, sizeof(struct phrase));
    set->anchored = g_array_new(false, false, sizeof(guint32));
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
    g_array_unref(rules->anchored);
    g_free(rules->uses);
    g_free(rules->words);
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
