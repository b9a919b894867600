/* SPDX-License-Identifier: MIT */
#include "core/bounce/signs.h"

#include "core/classify/fold.h"
#include "core/classify/matcher.h"
#include <gio/gio.h>

struct proof {
    enum sign sign;
    char *text;
    bool unlike;
};

/* What is loaded: the automaton, and which sign each word belongs to (a word may serve several). */
struct signs {
    struct matcher *matcher;
    GArray *signs_of; /* guint32 bits, by word */
    GArray *proofs;
};

static const char *const sign_names[SIGN_COUNT] = {
#define SIGN_NAME(id, name) [SIGN_##id] = name,
    SIGNS(SIGN_NAME)
#undef SIGN_NAME
};

static int sign_parse(struct view name)
{
    for (int i = 0; i < SIGN_COUNT; i++) {
        if (view_equal(name, view_of(sign_names[i])))
            return i;
    }
    return -1;
}

static void add_word(struct signs *signs, struct matcher_words *words, struct view text, enum sign sign)
{
    g_autofree char *folded = g_malloc(FOLD_ROOM(text.len));
    size_t n = fold_text(text, folded, NULL);
    guint32 word = matcher_words_add(words, (struct view){.data = folded, .len = n});
    if (word >= signs->signs_of->len)
        g_array_set_size(signs->signs_of, word + 1);
    g_array_index(signs->signs_of, guint32, word) |= 1u << sign;
}

static void add_proof(struct signs *signs, struct view text, enum sign sign, bool unlike)
{
    struct proof proof = {.sign = sign, .text = view_dup(text), .unlike = unlike};
    g_array_append_val(signs->proofs, proof);
}

/* The files are part of the program: a mistake in one is a mistake in the program, and no test lets it pass. */
static void read_file(struct signs *signs, struct matcher_words *words, const char *name, struct view text)
{
    int sign = -1;
    struct view line;
    while (view_next_line(&text, &line)) {
        struct view word = view_take_word(&line);
        if (view_is_empty(word) || word.data[0] == '#')
            continue;
        if (view_equal(word, VIEW("sign")))
            sign = sign_parse(line);
        else if (sign >= 0 && view_equal(word, VIEW("says")) && !view_is_empty(line))
            add_word(signs, words, line, (enum sign)sign);
        else if (sign >= 0 && (view_equal(word, VIEW("like")) || view_equal(word, VIEW("unlike"))))
            add_proof(signs, line, (enum sign)sign, word.data[0] == 'u');
        else
            g_error("%s: cannot read '%.*s'", name, (int)word.len, word.data);
        if (sign < 0)
            g_error("%s: no such sign '%.*s'", name, (int)line.len, line.data);
    }
}

static gpointer load(gpointer unused)
{
    (void)unused;
    static const char folder[] = "/winnow/core/bounce/signs/";
    struct signs *signs = g_new0(struct signs, 1);
    signs->signs_of = g_array_new(FALSE, TRUE, sizeof(guint32));
    signs->proofs = g_array_new(FALSE, TRUE, sizeof(struct proof));
    struct matcher_words *words = matcher_words_new();
    g_auto(GStrv) names = g_resources_enumerate_children(folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    for (size_t i = 0; names && names[i]; i++) {
        g_autofree char *path = g_strconcat(folder, names[i], NULL);
        g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        gsize len = 0;
        const char *data = g_bytes_get_data(bytes, &len);
        read_file(signs, words, names[i], (struct view){.data = data, .len = len});
    }
    signs->matcher = matcher_build(words);
    matcher_words_free(words);
    return signs;
}

static const struct signs *loaded(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, load, NULL);
}

struct search {
    const struct signs *signs;
    struct view folded;
    guint32 found;
    guint32 begin[SIGN_COUNT], end[SIGN_COUNT];
};

static void found(void *context, struct match match)
{
    struct search *search = context;
    guint32 bits = g_array_index(search->signs->signs_of, guint32, match.word);
    if ((bits & ~search->found) == 0)
        return;
    if (fold_inside_word(search->folded, match.begin) || fold_inside_word(search->folded, match.end))
        return;
    for (int i = 0; i < SIGN_COUNT; i++) {
        if ((bits & ~search->found & (1u << i)) == 0)
            continue;
        search->begin[i] = match.begin;
        search->end[i] = match.end;
    }
    search->found |= bits;
}

guint32 signs_in(struct view text, struct view *where, struct pool *pool)
{
    if (where)
        memset(where, 0, sizeof *where * SIGN_COUNT);
    if (view_is_empty(text))
        return 0;
    char *folded = pool_alloc(pool, FOLD_ROOM(text.len));
    guint32 *at = where ? pool_alloc(pool, FOLD_ROOM(text.len) * sizeof *at) : NULL;
    struct search search = {.signs = loaded()};
    search.folded = (struct view){.data = folded, .len = fold_text(text, folded, at)};
    matcher_run(search.signs->matcher, search.folded, found, &search);
    for (int i = 0; where && i < SIGN_COUNT; i++) {
        if (search.found & (1u << i))
            where[i] = view_range(text.data + at[search.begin[i]], text.data + at[search.end[i] - 1] + 1);
    }
    return search.found;
}

bool signs_prove(GString *report)
{
    const struct signs *signs = loaded();
    bool good = true;
    struct pool pool;
    pool_init(&pool);
    for (guint i = 0; i < signs->proofs->len; i++) {
        const struct proof *proof = &g_array_index(signs->proofs, struct proof, i);
        if (signs_have(signs_in(view_of(proof->text), NULL, &pool), proof->sign) != proof->unlike)
            continue;
        good = false;
        g_string_append_printf(report, "%s '%s' is %sfound\n", sign_names[proof->sign], proof->text,
                               proof->unlike ? "" : "not ");
    }
    pool_clear(&pool);
    return good;
}
