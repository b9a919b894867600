/* SPDX-License-Identifier: MIT */
#include "core/classify/matcher.h"

static const guint32 NONE = G_MAXUINT32;

/* Words of LONG bytes and more are found by their first LONG bytes, shorter ones by their first four or three. */
enum { LONG = 8, FOUR = 4 };

/* --- the words ------------------------------------------------------------------------------------------------------
 */

struct matcher_words {
    GPtrArray *texts;    /* GBytes, by word */
    GHashTable *numbers; /* GBytes to number + 1 */
    gsize bytes;
};

struct matcher_words *matcher_words_new(void)
{
    struct matcher_words *words = g_new0(struct matcher_words, 1);
    words->texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    words->numbers = g_hash_table_new(g_bytes_hash, g_bytes_equal);
    return words;
}

void matcher_words_free(struct matcher_words *words)
{
    if (!words)
        return;
    g_hash_table_unref(words->numbers);
    g_ptr_array_unref(words->texts);
    g_free(words);
}

guint32 matcher_words_add(struct matcher_words *words, struct view word)
{
    g_assert(word.len >= MATCHER_WORD_MIN);
    GBytes *text = g_bytes_new(word.data, word.len);
    guint32 known = GPOINTER_TO_UINT(g_hash_table_lookup(words->numbers, text));
    if (known) {
        g_bytes_unref(text);
        return known - 1;
    }
    g_ptr_array_add(words->texts, text);
    g_hash_table_insert(words->numbers, text, GUINT_TO_POINTER(words->texts->len));
    words->bytes += word.len;
    return words->texts->len - 1;
}

guint32 matcher_words_count(const struct matcher_words *words)
{
    return words->texts->len;
}

gsize matcher_words_bytes(const struct matcher_words *words)
{
    return words->bytes;
}

static struct view text_of(const struct matcher_words *words, guint32 word)
{
    struct view text;
    text.data = g_bytes_get_data(g_ptr_array_index(words->texts, word), &text.len);
    return text;
}

/* --- filters --------------------------------------------------------------------------------------------------------
 */

/* A set of hashes, a bit each: small enough to stay in the nearest cache. */
enum { FILTER_BITS = 16, FILTER_WORDS = (1 << FILTER_BITS) / 64 };

static guint64 bit_at(const guint64 *filter, guint64 at)
{
    return filter[at / 64] >> at % 64 & 1;
}

static guint64 bytes_at(const char *p)
{
    guint64 bytes;
    memcpy(&bytes, p, LONG);
    return bytes;
}

/* The first bytes of `bytes` as they stood in the text, whatever the machine's order. */
static guint64 first_three(guint64 bytes)
{
    return GUINT64_FROM_LE(GUINT64_TO_LE(bytes) & 0xFFFFFF);
}

static guint64 first_two(guint64 bytes)
{
    return GUINT64_TO_LE(bytes) & 0xFFFF;
}

static guint64 first_four(guint64 bytes)
{
    return GUINT64_FROM_LE(GUINT64_TO_LE(bytes) & G_MAXUINT32);
}

/* Fibonacci hashing (Knuth, TAOCP 3, 6.4): the upper bits of the product are well mixed. */
static guint64 hash(guint64 bytes)
{
    return bytes * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
}

static guint64 bit_of(const guint64 *filter, guint64 hashed)
{
    return bit_at(filter, hashed >> (64 - FILTER_BITS));
}

static void set_bit(guint64 *filter, guint64 hashed)
{
    guint64 at = hashed >> (64 - FILTER_BITS);
    filter[at / 64] |= (guint64)1 << at % 64;
}

/* --- the tree -------------------------------------------------------------------------------------------------------
 */

/* A radix tree. `label` are the bytes that lead to the node; its children lie side by side. */
struct node {
    guint32 label;
    guint32 children;
    guint32 word; /* that ends here, or NONE */
    guint16 label_len;
    guint16 child_count;
};

struct slot {
    guint64 prefix; /* the first LONG bytes */
    guint32 node;   /* where words that begin with them go on; NONE in a free slot */
};

struct matcher {
    guint64 pairs[FILTER_WORDS];        /* the first two bytes of all words, as they are */
    guint64 begins_long[FILTER_WORDS];  /* by eight bytes */
    guint64 begins_short[FILTER_WORDS]; /* by four bytes, and by three */
    guint32 root[256];                  /* of the short words: the node by its first byte, or NONE */
    GArray *nodes;                      /* struct node */
    GByteArray *first;                  /* the first byte of each node's label */
    GByteArray *labels;
    struct slot *slots;
    int slot_shift; /* the hash shifted by it is where to begin to look */
    guint32 slot_mask;
};

struct building {
    const struct matcher_words *words;
    struct matcher *m;
    const guint32 *order; /* words in order of their bytes */
};

static struct node *node_at(const struct matcher *m, guint32 n)
{
    return &g_array_index(m->nodes, struct node, n);
}

static struct view nth(const struct building *b, guint32 n)
{
    return text_of(b->words, b->order[n]);
}

static size_t common_length(struct view a, struct view b)
{
    size_t len = MIN(a.len, b.len), same = 0;
    while (same < len && a.data[same] == b.data[same])
        same++;
    return same;
}

/* Fills node `n`, which has been made: it stands for the words `from` to `to` - 1 of the order, whose first `depth`
 * bytes are the same and have led to it. */
static void grow(struct building *b, guint32 n, guint32 from, guint32 to, size_t depth)
{
    struct view first = nth(b, from);
    size_t same = common_length(first, nth(b, to - 1));
    struct node node = {.label = b->m->labels->len, .label_len = (guint16)(same - depth), .word = NONE};
    g_byte_array_append(b->m->labels, (const guint8 *)first.data + depth, (guint)(same - depth));
    if (same > depth)
        b->m->first->data[n] = (guint8)first.data[depth];
    if (first.len == same)
        node.word = b->order[from++];
    node.children = b->m->nodes->len;
    for (guint32 i = from; i < to; i++)
        node.child_count += i == from || nth(b, i).data[same] != nth(b, i - 1).data[same];
    g_array_set_size(b->m->nodes, b->m->nodes->len + node.child_count);
    g_byte_array_set_size(b->m->first, b->m->nodes->len);
    *node_at(b->m, n) = node;
    for (guint32 child = node.children, end = from; from < to; from = end, child++) {
        while (end < to && nth(b, end).data[same] == nth(b, from).data[same])
            end++;
        grow(b, child, from, end, same);
    }
}

static guint32 plant(struct building *b, guint32 from, guint32 to, size_t depth)
{
    guint32 n = b->m->nodes->len;
    g_array_set_size(b->m->nodes, n + 1);
    g_byte_array_set_size(b->m->first, n + 1);
    grow(b, n, from, to, depth);
    return n;
}

/* Short words first, for they have a tree of their own; then by their bytes. */
static int by_bytes(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const struct matcher_words *words = user_data;
    struct view x = text_of(words, *(const guint32 *)a), y = text_of(words, *(const guint32 *)b);
    if ((x.len < LONG) != (y.len < LONG))
        return x.len < LONG ? -1 : 1;
    int order = memcmp(x.data, y.data, MIN(x.len, y.len));
    return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

static void note_short(struct matcher *m, struct view word)
{
    char padded[LONG] = {0};
    memcpy(padded, word.data, word.len);
    if (word.len >= FOUR) {
        set_bit(m->begins_short, hash(first_four(bytes_at(padded))));
        return;
    }
    for (int third = 0; third < 256; third++) {
        if (word.len == MATCHER_WORD_MIN)
            padded[2] = (char)third;
        set_bit(m->begins_short, hash(first_three(bytes_at(padded))));
    }
}

static void note_pair(struct matcher *m, struct view word)
{
    char padded[LONG] = {word.data[0], word.data[1]};
    guint64 pair = first_two(bytes_at(padded));
    m->pairs[pair / 64] |= (guint64)1 << pair % 64;
}

static void plant_short(struct building *b, guint32 count)
{
    for (int byte = 0; byte < 256; byte++)
        b->m->root[byte] = NONE;
    for (guint32 from = 0, end = 0; from < count; from = end) {
        guint8 first = (guint8)nth(b, from).data[0];
        while (end < count && (guint8)nth(b, end).data[0] == first)
            note_short(b->m, nth(b, end++));
        b->m->root[first] = plant(b, from, end, 0);
    }
}

static guint32 slot_for(const struct matcher *m, guint64 prefix)
{
    guint32 at = (guint32)(hash(prefix) >> m->slot_shift);
    while (m->slots[at].node != NONE && m->slots[at].prefix != prefix)
        at = (at + 1) & m->slot_mask;
    return at;
}

static void make_slots(struct matcher *m, guint32 prefixes_max)
{
    int bits = 4;
    while (1u << bits < 2 * prefixes_max)
        bits++;
    m->slot_shift = 64 - bits;
    m->slot_mask = (1u << bits) - 1;
    m->slots = g_new(struct slot, (size_t)m->slot_mask + 1);
    for (guint32 i = 0; i <= m->slot_mask; i++)
        m->slots[i] = (struct slot){.node = NONE};
}

static void plant_long(struct building *b, guint32 from, guint32 count)
{
    make_slots(b->m, count - from);
    for (guint32 end = from; from < count; from = end) {
        guint64 prefix = bytes_at(nth(b, from).data);
        while (end < count && bytes_at(nth(b, end).data) == prefix)
            end++;
        set_bit(b->m->begins_long, hash(prefix));
        guint32 node = plant(b, from, end, LONG);
        b->m->slots[slot_for(b->m, prefix)] = (struct slot){.prefix = prefix, .node = node};
    }
}

struct matcher *matcher_build(const struct matcher_words *words)
{
    guint32 count = matcher_words_count(words), shorts = 0;
    g_autofree guint32 *order = g_new(guint32, count + 1);
    for (guint32 w = 0; w < count; w++)
        order[w] = w;
    g_qsort_with_data(order, (gint)count, sizeof *order, by_bytes, (gpointer)(guintptr)words);

    struct matcher *m = g_new0(struct matcher, 1);
    m->nodes = g_array_new(false, true, sizeof(struct node));
    m->first = g_byte_array_new();
    m->labels = g_byte_array_new();
    struct building b = {.words = words, .m = m, .order = order};
    while (shorts < count && nth(&b, shorts).len < LONG)
        shorts++;
    plant_short(&b, shorts);
    plant_long(&b, shorts, count);
    for (guint32 w = 0; w < count; w++)
        note_pair(m, text_of(words, w));
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    g_array_unref(m->nodes);
    g_byte_array_unref(m->first);
    g_byte_array_unref(m->labels);
    g_free(m->slots);
    g_free(m);
}

/* --- the search -----------------------------------------------------------------------------------------------------
 */

enum { FEW = 64, MANY_CHILDREN = 8 };

/* Words are found by where they begin and told by where they end: until then they wait, in the order of telling. */
struct search {
    const struct matcher *m;
    struct view text;
    matcher_found *found;
    void *context;
    struct match *waiting;
    size_t waiting_count, waiting_room;
    struct match *heap; /* where they wait if there are many */
};

static void add_waiting(struct search *s, struct match match)
{
    if (s->waiting_count == s->waiting_room) {
        s->waiting_room *= 2;
        struct match *room = g_new(struct match, s->waiting_room);
        memcpy(room, s->waiting, s->waiting_count * sizeof *room);
        g_free(s->heap);
        s->waiting = s->heap = room;
    }
    size_t at = s->waiting_count++;
    for (; at > 0 && s->waiting[at - 1].end > match.end; at--)
        s->waiting[at] = s->waiting[at - 1];
    s->waiting[at] = match;
}

/* Tells of the words that end at `offset` or before: what begins there and later ends later. */
static void tell(struct search *s, size_t offset)
{
    size_t told = 0;
    if (s->waiting_count == 0)
        return;
    while (told < s->waiting_count && s->waiting[told].end <= offset)
        s->found(s->context, s->waiting[told++]);
    s->waiting_count -= told;
    if (told > 0)
        memmove(s->waiting, s->waiting + told, s->waiting_count * sizeof *s->waiting);
}

static guint32 child_of(const struct matcher *m, const struct node *node, guint8 byte)
{
    const guint8 *first = m->first->data + node->children;
    if (node->child_count > MANY_CHILDREN) {
        const guint8 *at = memchr(first, byte, node->child_count);
        return at ? node->children + (guint32)(at - first) : NONE;
    }
    for (guint32 i = 0; i < node->child_count; i++) {
        if (first[i] == byte)
            return node->children + i;
    }
    return NONE;
}

/* Most labels differ in one of their first bytes: not worth a call. */
static bool is_label_at(const struct matcher *m, const struct node *node, struct view text, size_t at)
{
    if (text.len - at < node->label_len)
        return false;
    const char *label = (const char *)m->labels->data + node->label, *there = text.data + at;
    size_t i = 0;
    while (i < node->label_len && label[i] == there[i])
        i++;
    return i == node->label_len;
}

/* The words that begin at `begin` and pass node `n`, which `at` bytes of the text led to. */
static void walk(struct search *s, guint32 n, size_t begin, size_t at)
{
    const struct matcher *m = s->m;
    while (n != NONE) {
        const struct node *node = node_at(m, n);
        if (!is_label_at(m, node, s->text, at))
            return;
        at += node->label_len;
        if (node->word != NONE)
            add_waiting(s, (struct match){.word = node->word, .begin = (guint32)begin, .end = (guint32)at});
        if (at == s->text.len)
            return;
        n = child_of(m, node, (guint8)s->text.data[at]);
    }
}

/* Apart, so that the loops over the text keep their registers. */
G_GNUC_NO_INLINE static void look(struct search *s, guint64 bytes, size_t begin)
{
    const struct matcher *m = s->m;
    tell(s, begin);
    if (bit_of(m->begins_short, hash(first_four(bytes))) | bit_of(m->begins_short, hash(first_three(bytes))))
        walk(s, m->root[(guint8)s->text.data[begin]], begin, begin);
    if (!bit_of(m->begins_long, hash(bytes)) || s->text.len - begin < LONG)
        return;
    guint32 slot = slot_for(m, bytes);
    if (m->slots[slot].node != NONE)
        walk(s, m->slots[slot].node, begin, begin + LONG);
}

G_ALWAYS_INLINE static inline bool may_begin(const struct matcher *m, guint64 bytes)
{
    return bit_at(m->pairs, first_two(bytes)) &
           (bit_of(m->begins_long, hash(bytes)) | bit_of(m->begins_short, hash(first_four(bytes))) |
            bit_of(m->begins_short, hash(first_three(bytes))));
}

void matcher_run(const struct matcher *m, struct view text, matcher_found *found, void *context)
{
    struct match few[FEW];
    struct search s = {
        .m = m, .text = text, .found = found, .context = context, .waiting = few, .waiting_room = G_N_ELEMENTS(few)};
    size_t i = 0;
    for (; i + LONG <= text.len; i++) {
        guint64 bytes = bytes_at(text.data + i);
        if (G_UNLIKELY(may_begin(m, bytes)))
            look(&s, bytes, i);
    }
    char end[2 * LONG] = {0};
    size_t before = i;
    memcpy(end, text.data + i, text.len - i);
    for (; i < text.len; i++) {
        guint64 bytes = bytes_at(end + (i - before));
        if (may_begin(m, bytes))
            look(&s, bytes, i);
    }
    tell(&s, text.len);
    g_free(s.heap);
}
