/* SPDX-License-Identifier: MIT */
#include "core/bounce/label_files.h"

#include <gio/gio.h>

struct label_text {
    struct view text;
    enum label label;
};

struct proof {
    struct view line;
    enum label label;
    bool unlike;
};

/* The texts by their first byte (letters folded), the longest first; those of byte `b` are `first[b]` up to
 * `first[b + 1]`. The files, which are part of the program, own the bytes. */
struct labels {
    GArray *texts;
    guint first[257];
    GArray *proofs;
};

static const char *const label_names[LABEL_COUNT] = {
#define LABEL_NAME(id, name) [LABEL_##id] = name,
    LABELS(LABEL_NAME)
#undef LABEL_NAME
};

static enum label label_parse(struct view name)
{
    for (int i = LABEL_NONE + 1; i < LABEL_COUNT; i++) {
        if (view_equal(name, view_of(label_names[i])))
            return (enum label)i;
    }
    return LABEL_NONE;
}

/* A mistake in a file is a mistake in the program, and no test lets it pass. */
static void read_file(struct labels *labels, const char *name, struct view text)
{
    enum label label = LABEL_NONE;
    struct view line;
    while (view_next_line(&text, &line)) {
        struct view word = view_take_word(&line);
        bool unlike = view_equal(word, VIEW("unlike"));
        if (view_is_empty(word) || word.data[0] == '#')
            continue;
        if (view_equal(word, VIEW("label"))) {
            label = label_parse(line);
        } else if (view_equal(word, VIEW("says")) && !view_is_empty(line)) {
            struct label_text says = {.text = line, .label = label};
            g_array_append_val(labels->texts, says);
        } else if (unlike || view_equal(word, VIEW("like"))) {
            struct proof proof = {.line = line, .label = label, .unlike = unlike};
            g_array_append_val(labels->proofs, proof);
        } else {
            label = LABEL_NONE;
        }
        if (label == LABEL_NONE)
            g_error("%s: cannot read '%.*s %.*s'", name, (int)word.len, word.data, (int)line.len, line.data);
    }
}

static guint8 first_byte(struct view text)
{
    return (guint8)view_fold(text.data[0]);
}

static int by_first_byte(gconstpointer a, gconstpointer b)
{
    const struct label_text *x = a, *y = b;
    int order = (int)first_byte(x->text) - (int)first_byte(y->text);
    return order != 0 ? order : (x->text.len < y->text.len) - (x->text.len > y->text.len);
}

static const struct label_text *text_at(const struct labels *labels, guint i)
{
    return &g_array_index(labels->texts, struct label_text, i);
}

static void index_texts(struct labels *labels)
{
    g_array_sort(labels->texts, by_first_byte);
    guint i = 0;
    for (guint byte = 0; byte < 256; byte++) {
        labels->first[byte] = i;
        while (i < labels->texts->len && first_byte(text_at(labels, i)->text) == byte)
            i++;
    }
    labels->first[256] = i;
}

static gpointer load(gpointer unused)
{
    (void)unused;
    static const char folder[] = "/winnow/core/bounce/labels/";
    struct labels *labels = g_new0(struct labels, 1);
    labels->texts = g_array_new(FALSE, FALSE, sizeof(struct label_text));
    labels->proofs = g_array_new(FALSE, FALSE, sizeof(struct proof));
    g_auto(GStrv) names = g_resources_enumerate_children(folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    for (size_t i = 0; names && names[i]; i++) {
        g_autofree char *path = g_strconcat(folder, names[i], NULL);
        GBytes *bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL); /* kept: the texts are its */
        gsize len = 0;
        const char *data = g_bytes_get_data(bytes, &len);
        read_file(labels, names[i], (struct view){.data = data, .len = len});
    }
    index_texts(labels);
    return labels;
}

static const struct labels *loaded(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, load, NULL);
}

/* What parts a label from its value: a colon of either width or a bracket; white space alone where the label is in a
 * script that has no other use for it, as in tables. */
static size_t separator(struct view text, bool ascii)
{
    static const char *const marks[] = {":", "：", "]", "】", "」", "|"};
    size_t n = 0;
    while (n < text.len && g_ascii_isspace(text.data[n]))
        n++;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (view_begins_fold(view_from(text, n), view_of(marks[i])))
            return n + strlen(marks[i]);
    }
    return ascii ? 0 : n;
}

/* Behind bullets, brackets and ideographic spaces at the beginning of a line or cell. */
static size_t skip_ornament(struct view text)
{
    static const char *const wide[] = {"\u3000", "【", "「", "・", "●", "■", "·", "•"};
    for (size_t n = 0;;) {
        size_t before = n;
        while (n < text.len && text.data[n] && strchr(" *-|[>#", text.data[n]))
            n++;
        for (size_t i = 0; i < G_N_ELEMENTS(wide); i++) {
            if (view_begins_fold(view_from(text, n), view_of(wide[i])))
                n += strlen(wide[i]);
        }
        if (n == before)
            return n;
    }
}

/* The longest label that `text` begins with; NULL if it begins with none. */
static const struct label_text *label_of(struct view text)
{
    const struct labels *labels = loaded();
    guint8 byte = first_byte(text);
    for (guint i = labels->first[byte]; i < labels->first[byte + 1]; i++) {
        if (view_begins_fold(text, text_at(labels, i)->text))
            return text_at(labels, i);
    }
    return NULL;
}

enum label label_at(struct view text, struct view *value)
{
    text = view_from(text, skip_ornament(text));
    const struct label_text *label = view_is_empty(text) ? NULL : label_of(text);
    size_t gap = label ? separator(view_from(text, label->text.len), g_ascii_isalpha(text.data[0])) : 0;
    if (gap == 0)
        return LABEL_NONE;
    size_t before = label->text.len + gap;
    *value = (struct view){.data = text.data + before, .len = text.len - before};
    return label->label;
}

bool labels_prove(GString *report)
{
    const struct labels *labels = loaded();
    bool good = true;
    for (guint i = 0; i < labels->proofs->len; i++) {
        const struct proof *proof = &g_array_index(labels->proofs, struct proof, i);
        struct view value;
        if ((label_at(proof->line, &value) == proof->label) != proof->unlike)
            continue;
        good = false;
        g_string_append_printf(report, "'%.*s' is %sa field '%s'\n", (int)proof->line.len, proof->line.data,
                               proof->unlike ? "" : "not ", label_names[proof->label]);
    }
    for (guint i = 1; i < labels->texts->len; i++) {
        const struct label_text *one = text_at(labels, i - 1), *two = text_at(labels, i);
        if (!view_equal_fold(one->text, two->text))
            continue;
        good = false;
        g_string_append_printf(report, "'%.*s' stands twice\n", (int)one->text.len, one->text.data);
    }
    return good;
}
