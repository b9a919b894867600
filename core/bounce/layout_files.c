/* SPDX-License-Identifier: MIT */
#include "core/bounce/layout_files.h"

#include "core/bounce/prose.h"
#include <gio/gio.h>

struct proof {
    size_t layout; /* number in its file */
    GString *text;
};

struct loaded_file {
    GArray *layouts; /* struct layout */
    GArray *proofs;  /* struct proof */
};

static const char *const file_names[LAYOUT_FILE_COUNT] = {
#define LAYOUT_FILE_NAME(id, name) [LAYOUTS_##id] = name,
    LAYOUT_FILES(LAYOUT_FILE_NAME)
#undef LAYOUT_FILE_NAME
};

struct word {
    const char *text;
    unsigned value;
};

static const struct word forms[] = {
    {"entry", ENTRY_ANY},   {"brackets", ENTRY_BRACKETS}, {"colon", ENTRY_COLON},
    {"alone", ENTRY_ALONE}, {"sentence", IN_SENTENCE},    {"line", IN_LINE},
};
static const struct word reasons[] = {{"mark", SAYS_IT_ALL}, {"text", TEXT_SAYS_IT}};
static const struct word kinds[] = {{"bounce", EVENT_BOUNCE}, {"delay", EVENT_DELAY}, {"delivery", EVENT_DELIVERY}};
static const struct word authors[] = {{"anyone", true}};

/* The values of all words of `line`, or'ed; false if there is none, or one that is unknown. */
static bool parse_words(struct view line, const struct word *words, size_t count, unsigned *value)
{
    bool any = false;
    for (struct view word = view_take_word(&line); !view_is_empty(word); word = view_take_word(&line)) {
        size_t i = 0;
        while (i < count && !view_equal(word, view_of(words[i].text)))
            i++;
        if (i == count)
            return false;
        *value |= words[i].value;
        any = true;
    }
    return any;
}

static bool parse_field(struct layout *layout, struct view word, struct view line)
{
    const struct {
        const char *name;
        const char **text;
    } texts[] = {
        {"mark", &layout->mark}, {"heading", &layout->heading}, {"reason", &layout->reason}, {"end", &layout->end}};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (!view_equal(word, view_of(texts[i].name)))
            continue;
        bool good = !*texts[i].text && !view_is_empty(line);
        *texts[i].text = view_dup(line);
        return good;
    }
    unsigned kind = 0, author = 0;
    if (view_equal(word, VIEW("each")))
        return parse_words(line, forms, G_N_ELEMENTS(forms), &layout->form);
    if (view_equal(word, VIEW("why")))
        return parse_words(line, reasons, G_N_ELEMENTS(reasons), &layout->form);
    if (view_equal(word, VIEW("kind")) && parse_words(line, kinds, G_N_ELEMENTS(kinds), &kind)) {
        layout->kind = (enum event_kind)kind;
        return true;
    }
    if (view_equal(word, VIEW("author")) && parse_words(line, authors, G_N_ELEMENTS(authors), &author)) {
        layout->unsigned_too = author != 0;
        return true;
    }
    return false;
}

static void add_proof(struct loaded_file *file)
{
    struct proof proof = {.layout = file->layouts->len - 1, .text = g_string_new(NULL)};
    g_array_append_val(file->proofs, proof);
}

/* "| text" is a line of the proof that is open; the blank behind the bar may be missing where the line is empty. */
static void add_line(struct loaded_file *file, struct view line)
{
    GString *text = g_array_index(file->proofs, struct proof, file->proofs->len - 1).text;
    line = view_from(line, line.len > 1 ? 2 : 1);
    g_string_append_len(text, line.data, (gssize)line.len);
    g_string_append_c(text, '\n');
}

static bool parse_line(struct loaded_file *file, struct view line)
{
    struct view whole = view_trim(line), word = view_take_word(&line);
    if (view_is_empty(word) || word.data[0] == '#')
        return true;
    if (view_equal(word, VIEW("layout"))) {
        struct layout layout = {.name = view_dup(line)};
        g_array_append_val(file->layouts, layout);
        return !view_is_empty(line);
    }
    if (file->layouts->len == 0)
        return false;
    if (word.data[0] == '|' && file->proofs->len > 0)
        add_line(file, whole);
    else if (view_equal(word, VIEW("like")))
        add_proof(file);
    else
        return parse_field(&g_array_index(file->layouts, struct layout, file->layouts->len - 1), word, line);
    return true;
}

/* The files are part of the program: a mistake in one is a mistake in the program, and no test lets it pass. */
static void load_file(struct loaded_file *file, const char *name)
{
    g_autofree char *path = g_strdup_printf("/winnow/core/bounce/layouts/%s.layouts", name);
    g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize len = 0;
    const char *data = bytes ? g_bytes_get_data(bytes, &len) : NULL;
    struct view text = {.data = data, .len = len}, line;
    file->layouts = g_array_new(FALSE, TRUE, sizeof(struct layout));
    file->proofs = g_array_new(FALSE, TRUE, sizeof(struct proof));
    while (view_next_line(&text, &line)) {
        if (!parse_line(file, line))
            g_error("%s.layouts: cannot read '%.*s'", name, (int)line.len, line.data);
    }
    for (guint i = 0; i < file->layouts->len; i++) {
        struct layout *layout = &g_array_index(file->layouts, struct layout, i);
        if (!layout->mark)
            g_error("%s.layouts: layout %u has no mark", name, i + 1);
        layout->mark_probe = grams_probe(layout->mark);
    }
}

static gpointer load(gpointer unused)
{
    (void)unused;
    struct loaded_file *files = g_new0(struct loaded_file, LAYOUT_FILE_COUNT);
    for (int i = 0; i < LAYOUT_FILE_COUNT; i++)
        load_file(&files[i], file_names[i]);
    return files;
}

static const struct loaded_file *loaded(enum layout_file file)
{
    static GOnce once = G_ONCE_INIT;
    const struct loaded_file *files = g_once(&once, load, NULL);
    return &files[file];
}

const struct layout *layout_file(enum layout_file file, size_t *count)
{
    const GArray *layouts = loaded(file)->layouts;
    *count = layouts->len;
    return (const struct layout *)(const void *)layouts->data;
}

/* --- proofs --- */

static const struct mail *proof_mail(struct mail_reader *mails, const struct proof *proof, bool anyone,
                                     struct pool *pool)
{
    const char *from = anyone ? "From: news@example.net" : "Return-Path: <>\nFrom: MAILER-DAEMON@example.net";
    return mail_read(mails, pool_printf(pool, "%s\nSubject: mail\n\n%s", from, proof->text->str), pool);
}

/* The addresses at example.org, each once, in order. */
static size_t named_in(struct view text, struct view *into, size_t max)
{
    size_t found = 0, at = 0;
    for (;;) {
        struct view address = prose_next_address(text, at, &at);
        if (view_is_empty(address))
            return found;
        bool known = false;
        for (size_t i = 0; i < found; i++)
            known = known || view_equal(into[i], address);
        ssize_t at_sign = view_last_index(address, '@');
        if (!known && found < max && view_equal_fold(view_from(address, (size_t)at_sign + 1), VIEW("example.org")))
            into[found++] = address;
    }
}

static bool proof_holds(const struct layout *layout, enum layout_file in, const struct proof *proof,
                        struct mail_reader *mails, struct pool *pool)
{
    enum { MOST = 8 };
    struct view named[MOST];
    size_t count, wanted = named_in(view_of(proof->text->str), named, MOST);
    struct reading reading = reading_of(proof_mail(mails, proof, layout->unsigned_too, pool), pool);
    const struct layout *rows = layout_file(in, &count);
    if (layouts_find(&reading, rows, count) != layout || reading.count != wanted || wanted == 0)
        return false;
    for (size_t i = 0; i < wanted; i++) {
        const struct event *event = &reading.events[i];
        bool kind = layout->kind ? event->kind == layout->kind : event->kind != EVENT_NONE;
        if (!kind || !view_equal(event->recipient, named[i]))
            return false;
    }
    return true;
}

bool layouts_prove(struct mail_reader *mails, GString *report)
{
    bool good = true;
    struct pool pool;
    pool_init(&pool);
    for (int f = 0; f < LAYOUT_FILE_COUNT; f++) {
        const struct loaded_file *file = loaded((enum layout_file)f);
        g_autofree bool *proven = g_new0(bool, file->layouts->len + 1);
        for (guint i = 0; i < file->proofs->len; i++) {
            const struct proof *proof = &g_array_index(file->proofs, struct proof, i);
            const struct layout *layout = &g_array_index(file->layouts, struct layout, proof->layout);
            proven[proof->layout] = true;
            if (proof_holds(layout, (enum layout_file)f, proof, mails, &pool))
                continue;
            good = false;
            g_string_append_printf(report, "%s.layouts: %s '%s' does not read:\n%s", file_names[f], layout->name,
                                   layout->mark, proof->text->str);
        }
        for (guint i = 0; i < file->layouts->len; i++) {
            if (proven[i])
                continue;
            good = false;
            const struct layout *layout = &g_array_index(file->layouts, struct layout, i);
            g_string_append_printf(report, "%s.layouts: %s '%s' has no proof\n", file_names[f], layout->name,
                                   layout->mark);
        }
    }
    pool_clear(&pool);
    return good;
}
