/* SPDX-License-Identifier: MIT */
#include "core/classify/matcher.h"

static const guint32 NONE = G_MAXUINT32;

/* A transition in 32 bits: the class it is for, whether a word ends in the state it leads to, that state. */
enum {
    STATE_BITS = 23,
    STATE_MASK = (1 << STATE_BITS) - 1,
    SPEAKS = 1 << STATE_BITS,
    CLASS_SHIFT = 24,
};

/* --- the words, as a trie -------------------------------------------------------------------------------------------
 */

struct node {
    guint32 child, sibling;
    guint32 word;
    unsigned char byte;
};

struct matcher_words {
    GArray *nodes;   /* struct node; 0 is the root */
    GArray *lengths; /* guint32, by word */
};

static guint32 node_new(GArray *nodes, unsigned char byte)
{
    struct node node = {.child = NONE, .sibling = NONE, .word = NONE, .byte = byte};
    g_array_append_val(nodes, node);
    return nodes->len - 1;
}

struct matcher_words *matcher_words_new(void)
{
    struct matcher_words *words = g_new0(struct matcher_words, 1);
    words->nodes = g_array_new(false, false, sizeof(struct node));
    words->lengths = g_array_new(false, false, sizeof(guint32));
    node_new(words->nodes, 0);
    return words;
}

void matcher_words_free(struct matcher_words *words)
{
    if (!words)
        return;
    g_array_free(words->nodes, true);
    g_array_free(words->lengths, true);
    g_free(words);
}

static struct node *node_at(const struct matcher_words *words, guint32 n)
{
    return &g_array_index(words->nodes, struct node, n);
}

static guint32 find_child(const struct matcher_words *words, guint32 parent, unsigned char byte)
{
    guint32 child = node_at(words, parent)->child;
    while (child != NONE && node_at(words, child)->byte != byte)
        child = node_at(words, child)->sibling;
    return child;
}

guint32 matcher_words_add(struct matcher_words *words, struct view word)
{
    guint32 at = 0;
    for (size_t i = 0; i < word.len; i++) {
        guint32 child = find_child(words, at, (unsigned char)word.data[i]);
        if (child == NONE) {
            child = node_new(words->nodes, (unsigned char)word.data[i]);
            node_at(words, child)->sibling = node_at(words, at)->child;
            node_at(words, at)->child = child;
        }
        at = child;
    }
    struct node *last = node_at(words, at);
    if (last->word == NONE) {
        guint32 len = (guint32)word.len;
        last->word = words->lengths->len;
        g_array_append_val(words->lengths, len);
    }
    return last->word;
}

guint32 matcher_words_count(const struct matcher_words *words)
{
    return words->lengths->len;
}

guint32 matcher_words_states(const struct matcher_words *words)
{
    return words->nodes->len;
}

/* --- the automaton --------------------------------------------------------------------------------------------------
 */

/* A state is the offset of its row in `cells`. The rows lie over one another; no two begin at the same offset, so the
 * class in a cell says whose it is. Class 0 is a free cell, since bytes of class 0 lead nowhere. */

struct ending {
    guint32 word;  /* NONE if only shorter words end here */
    guint32 bytes; /* its length */
    guint32 link;  /* the next shorter state with an ending, or NONE */
};

struct matcher {
    unsigned char class[256]; /* bytes that occur in words are 1 and up */
    unsigned classes;
    GArray *cells;   /* guint32: transitions */
    GArray *endings; /* struct ending, by state */
    guint32 *pair;   /* default by the classes of the last two bytes: the best state of at most two bytes */
};

struct building {
    const struct matcher_words *words;
    struct matcher *m;
    guint32 *row;     /* state by node */
    guint32 *suffix;  /* node of the longest proper suffix, by node */
    GArray *used;     /* guint64, a bit for each offset: is it a row already? */
    GArray *taken;    /* guint64, a bit for each cell; as long as `used` */
    guint32 free;     /* where to begin looking for room */
    guint32 free_row; /* no unused row before this one */
};

static guint32 node_class(const struct building *b, guint32 n)
{
    return b->m->class[node_at(b->words, n)->byte];
}

static void number_bytes(struct matcher *m, const struct matcher_words *words)
{
    m->classes = 1;
    for (guint32 n = 1; n < words->nodes->len; n++) {
        unsigned char byte = node_at(words, n)->byte;
        if (m->class[byte] == 0)
            m->class[byte] = (unsigned char)m->classes++;
    }
}

/* An ending, and cells for a whole row, must exist wherever a state can be. */
static void reserve(struct matcher *m, guint32 row)
{
    const guint32 free_cell = 0;
    const struct ending no_ending = {.word = NONE, .bytes = 0, .link = NONE};
    while (m->cells->len < row + m->classes)
        g_array_append_val(m->cells, free_cell);
    while (m->endings->len <= row)
        g_array_append_val(m->endings, no_ending);
}

static guint32 *cell_at(const struct matcher *m, guint32 at)
{
    return &g_array_index(m->cells, guint32, at);
}

/* Bits `at` to `at` + 63. */
static guint64 bits_from(const GArray *bits, guint32 at)
{
    guint64 low = g_array_index(bits, guint64, at / 64) >> at % 64;
    return at % 64 == 0 ? low : low | g_array_index(bits, guint64, at / 64 + 1) << (64 - at % 64);
}

static void set_bit(GArray *bits, guint32 at)
{
    g_array_index(bits, guint64, at / 64) |= (guint64)1 << at % 64;
}

/* Which of the offsets `row` to `row` + 63 are rows already, or have a cell of `classes` that is not free. */
static guint64 misfits(struct building *b, guint32 row, const guint32 *classes, size_t n)
{
    guint needed = (row + 64 + 256) / 64 + 2;
    if (b->used->len < needed) {
        g_array_set_size(b->used, 2 * needed);
        g_array_set_size(b->taken, 2 * needed);
    }
    guint64 misfits = bits_from(b->used, row);
    for (size_t i = 0; i < n && ~misfits; i++)
        misfits |= bits_from(b->taken, row + classes[i]);
    return misfits;
}

/* First fit: an offset whose cells for `classes` are free. Where the search grew long the table is nearly full there,
 * and later searches begin further on: some cells stay empty, building stays linear. */
static guint32 place(struct building *b, const guint32 *classes, size_t n)
{
    guint32 begin = n == 0 ? b->free_row : b->free;
    guint32 row = begin;
    guint64 no;
    while (!~(no = misfits(b, row, classes, n)))
        row += 64;
    row += (guint32)__builtin_ctzll(~no);
    reserve(b->m, row);
    set_bit(b->used, row);
    if (n == 0)
        b->free_row = row + 1;
    else if (row - begin > 200)
        b->free = row - 100;
    return row;
}

/* The nodes by depth, so that a suffix stands before what it is a suffix of. */
static guint32 *by_depth(const struct matcher_words *words)
{
    guint32 *order = g_new(guint32, words->nodes->len);
    guint32 filled = 1;
    order[0] = 0;
    for (guint32 i = 0; i < filled; i++) {
        for (guint32 c = node_at(words, order[i])->child; c != NONE; c = node_at(words, c)->sibling)
            order[filled++] = c;
    }
    return order;
}

/* suffix[] by the textbook: follow the parent's suffix until it has a child of this byte. */
static void find_suffixes(struct building *b, const guint32 *order)
{
    for (guint32 i = 0; i < b->words->nodes->len; i++) {
        guint32 parent = order[i];
        for (guint32 c = node_at(b->words, parent)->child; c != NONE; c = node_at(b->words, c)->sibling) {
            guint32 at = parent, found = NONE;
            while (at != 0 && found == NONE) {
                at = b->suffix[at];
                found = find_child(b->words, at, node_at(b->words, c)->byte);
            }
            b->suffix[c] = found == NONE ? 0 : found;
        }
    }
}

/* The nodes that a row must name: children of the node and of its suffixes of at least two bytes, the longest winning.
 * Suffixes of one byte and none are what pair[] knows. */
static size_t row_entries(const struct building *b, guint32 n, const guint32 *depth, guint32 *classes, guint32 *nodes)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (guint32 at = n; depth[at] >= 2; at = b->suffix[at]) {
        for (guint32 c = node_at(b->words, at)->child; c != NONE; c = node_at(b->words, c)->sibling) {
            guint32 class = node_class(b, c);
            if (seen[class])
                continue;
            seen[class] = true;
            classes[count] = class;
            nodes[count++] = c;
        }
    }
    return count;
}

static void place_rows(struct building *b, const guint32 *order, const guint32 *depth)
{
    guint32 classes[256], nodes[256];
    for (guint32 i = 0; i < b->words->nodes->len; i++) {
        guint32 n = order[i];
        size_t count = row_entries(b, n, depth, classes, nodes);
        guint32 row = place(b, classes, count);
        b->row[n] = row;
        for (size_t k = 0; k < count; k++) {
            *cell_at(b->m, row + classes[k]) = classes[k] << CLASS_SHIFT | nodes[k];
            set_bit(b->taken, row + classes[k]);
        }
    }
}

static bool speaks(const struct building *b, guint32 n)
{
    for (; n != 0; n = b->suffix[n]) {
        if (node_at(b->words, n)->word != NONE)
            return true;
    }
    return false;
}

static guint32 transition(const struct building *b, guint32 n)
{
    return b->row[n] | (speaks(b, n) ? SPEAKS : 0);
}

static void fill_pairs(struct building *b)
{
    struct matcher *m = b->m;
    m->pair = g_new(guint32, (size_t)m->classes * m->classes);
    for (guint32 i = 0; i < m->classes * m->classes; i++)
        m->pair[i] = b->row[0];
    for (guint32 c = node_at(b->words, 0)->child; c != NONE; c = node_at(b->words, c)->sibling) {
        for (guint32 before = 0; before < m->classes; before++)
            m->pair[before * m->classes + node_class(b, c)] = transition(b, c);
    }
    for (guint32 first = node_at(b->words, 0)->child; first != NONE; first = node_at(b->words, first)->sibling) {
        for (guint32 c = node_at(b->words, first)->child; c != NONE; c = node_at(b->words, c)->sibling)
            m->pair[node_class(b, first) * m->classes + node_class(b, c)] = transition(b, c);
    }
}

static void fill_endings(struct building *b, const guint32 *order)
{
    for (guint32 i = 0; i < b->words->nodes->len; i++) {
        guint32 n = order[i];
        guint32 link = b->suffix[n];
        while (link != 0 && node_at(b->words, link)->word == NONE)
            link = b->suffix[link];
        guint32 word = node_at(b->words, n)->word;
        guint32 bytes = word == NONE ? 0 : g_array_index(b->words->lengths, guint32, word);
        g_array_index(b->m->endings, struct ending, b->row[n]) =
            (struct ending){.word = word, .bytes = bytes, .link = link ? b->row[link] : NONE};
    }
}

struct matcher *matcher_build(const struct matcher_words *words)
{
    struct matcher *m = g_new0(struct matcher, 1);
    guint32 n = words->nodes->len;
    m->cells = g_array_new(false, false, sizeof(guint32));
    m->endings = g_array_new(false, false, sizeof(struct ending));
    number_bytes(m, words);

    g_autofree guint32 *row = g_new0(guint32, n);
    g_autofree guint32 *suffix = g_new0(guint32, n);
    g_autofree guint32 *depth = g_new0(guint32, n);
    g_autofree guint32 *order = by_depth(words);
    g_autoptr(GArray) used = g_array_new(FALSE, TRUE, sizeof(guint64));
    g_autoptr(GArray) taken = g_array_new(FALSE, TRUE, sizeof(guint64));
    struct building b = {.words = words, .m = m, .row = row, .suffix = suffix, .used = used, .taken = taken};
    for (guint32 i = 0; i < n; i++) {
        for (guint32 c = node_at(words, order[i])->child; c != NONE; c = node_at(words, c)->sibling)
            depth[c] = depth[order[i]] + 1;
    }
    find_suffixes(&b, order);
    place_rows(&b, order, depth);
    fill_pairs(&b);
    fill_endings(&b, order);
    for (guint32 i = 0; i < m->cells->len; i++) {
        guint32 *cell = cell_at(m, i);
        if (*cell != 0)
            *cell = (*cell & ~(guint32)(SPEAKS | STATE_MASK)) | transition(&b, *cell & STATE_MASK);
    }
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    g_array_free(m->cells, true);
    g_array_free(m->endings, true);
    g_free(m->pair);
    g_free(m);
}

/* Apart, so that the loop keeps its registers. */
G_GNUC_NO_INLINE static void report(const struct matcher *m, guint32 state, guint32 end, matcher_found *found,
                                    void *context)
{
    const struct ending *endings = (const struct ending *)(const void *)m->endings->data;
    for (; state != NONE; state = endings[state].link) {
        guint32 word = endings[state].word;
        if (word != NONE)
            found(context, (struct match){.word = word, .begin = end - endings[state].bytes, .end = end});
    }
}

void matcher_run(const struct matcher *m, struct view text, matcher_found *found, void *context)
{
    const guint32 *const cells = (const guint32 *)(const void *)m->cells->data;
    const guint32 *const pair = m->pair;
    const unsigned char *const classes = m->class;
    const guint32 row_length = m->classes;
    const guint32 *defaults = pair;
    guint32 state = pair[0] & STATE_MASK;
    for (size_t i = 0; i < text.len; i++) {
        guint32 class = classes[(unsigned char)text.data[i]];
        guint32 cell = cells[state + class];
        guint32 next = cell >> CLASS_SHIFT == class ? cell : defaults[class];
        defaults = pair + (size_t) class * row_length;
        state = next & STATE_MASK;
        if (G_UNLIKELY(next & SPEAKS))
            report(m, state, (guint32)i + 1, found, context);
    }
}
