/* SPDX-License-Identifier: MIT */
#include "core/match/subjects.h"

#include "core/limits.h"
#include "core/match/address.h"

enum {
    MAX_ID = 256, /* an id cell; a UUID has 36 bytes */
    FIRST_SLOTS = 1024,
    FILTER_PER_SLOT = 3, /* bits, as a power of two */
    /* Rows kept of an id that several subscribers share: it identifies nobody (a column "1, 1, 1" taken for ids). */
    SHARED_ID_ROWS = 64,
};

#define NOTHING G_MAXUINT32

/* A wanted key. An address chains the rows of its subject, an id those that carry it. */
struct entry {
    const char *text;
    guint32 hash;
    guint16 len;
    guint8 is;    /* enum candidate_is */
    bool several; /* an id: its rows belong to different subjects */
    guint8 marks; /* enum subject_mark; an address's */
    guint32 first_row, last_row, rows;
};

struct seen_row {
    guint64 number, offset;
    struct view id; /* as it stands; empty unless the id was wanted */
    guint32 length;
    guint32 subject; /* entry: of its address, or of its id if it has no address */
    guint32 next_of_address, next_of_id;
};

struct slot {
    guint32 hash, entry; /* entry + 1; 0: free */
};

struct subjects {
    struct pool texts, row_texts, scratch;
    GArray *entries, *rows;
    struct slot *slots;
    size_t slot_mask;
    /* Two bits in one word for each hash that has a slot: by it most rows are refused without a look at the slots,
     * which are many times as large and in no cache. */
    guint64 *filter;
    unsigned filter_shift;
    size_t ids;      /* entries that are ids */
    size_t count;    /* subjects with rows */
    guint64 seed;    /* keys come from strangers' mail: they must not choose their places */
    bool found_late; /* an address was added while rows were seen */
    bool second_pass;
};

static void make_slots(struct subjects *s, size_t count)
{
    unsigned bits = MIN((unsigned)g_bit_storage(count - 1) + FILTER_PER_SLOT - 6, 32);
    g_free(s->slots);
    g_free(s->filter);
    s->slots = g_new0(struct slot, count);
    s->slot_mask = count - 1;
    s->filter = g_new0(guint64, (size_t)1 << bits);
    s->filter_shift = 32 - bits;
}

struct subjects *subjects_new(void)
{
    struct subjects *s = g_new0(struct subjects, 1);
    pool_init(&s->texts);
    pool_init(&s->row_texts);
    pool_init(&s->scratch);
    s->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    s->rows = g_array_new(FALSE, FALSE, sizeof(struct seen_row));
    make_slots(s, FIRST_SLOTS);
    s->seed = ((guint64)g_random_int() << 32 | g_random_int()) | 1;
    return s;
}

void subjects_free(struct subjects *s)
{
    if (!s)
        return;
    pool_clear(&s->texts);
    pool_clear(&s->row_texts);
    pool_clear(&s->scratch);
    g_array_unref(s->entries);
    g_array_unref(s->rows);
    g_free(s->slots);
    g_free(s->filter);
    g_free(s);
}

static struct entry *entry_at(const struct subjects *s, guint32 index)
{
    return &g_array_index(s->entries, struct entry, index);
}

static struct seen_row *row_at(const struct subjects *s, guint32 index)
{
    return &g_array_index(s->rows, struct seen_row, index);
}

static guint32 hash_of(const struct subjects *s, enum candidate_is is, struct view key)
{
    return (guint32)(view_hash_seeded(key, s->seed + ((guint64)is << 32)) >> 32);
}

static guint64 filter_bits(guint32 hash)
{
    return (guint64)1 << hash % 64 | (guint64)1 << hash / 64 % 64;
}

/* False: find() would find nothing. */
static bool may_be_there(const struct subjects *s, guint32 hash)
{
    return !(~s->filter[hash >> s->filter_shift] & filter_bits(hash));
}

static guint32 find(const struct subjects *s, enum candidate_is is, struct view key, guint32 hash)
{
    for (size_t i = hash & s->slot_mask; s->slots[i].entry; i = (i + 1) & s->slot_mask) {
        if (s->slots[i].hash != hash)
            continue;
        const struct entry *e = entry_at(s, s->slots[i].entry - 1);
        if (e->is == is && e->len == key.len && memcmp(e->text, key.data, key.len) == 0)
            return s->slots[i].entry - 1;
    }
    return NOTHING;
}

static void place(struct subjects *s, guint32 hash, guint32 entry)
{
    size_t i = hash & s->slot_mask;
    while (s->slots[i].entry)
        i = (i + 1) & s->slot_mask;
    s->slots[i] = (struct slot){.hash = hash, .entry = entry + 1};
    s->filter[hash >> s->filter_shift] |= filter_bits(hash);
}

static void grow(struct subjects *s)
{
    make_slots(s, (s->slot_mask + 1) * 2);
    for (guint32 i = 0; i < s->entries->len; i++)
        place(s, entry_at(s, i)->hash, i);
}

static guint32 add(struct subjects *s, enum candidate_is is, struct view key, guint32 hash)
{
    struct entry e = {.text = pool_copy(&s->texts, key).data,
                      .hash = hash,
                      .len = (guint16)key.len,
                      .is = (guint8)is,
                      .first_row = NOTHING,
                      .last_row = NOTHING};
    if ((s->entries->len + 1) * 10u > (s->slot_mask + 1) * 7u)
        grow(s);
    g_array_append_val(s->entries, e);
    place(s, hash, s->entries->len - 1);
    s->ids += is == CANDIDATE_ID;
    return s->entries->len - 1;
}

/* The id as it is compared, in `into`; empty if it is too long to be one. */
static struct view fold_id(struct view id, char into[static MAX_ID])
{
    if (id.len > MAX_ID)
        return (struct view){0};
    for (size_t i = 0; i < id.len; i++)
        into[i] = g_ascii_tolower(id.data[i]);
    return (struct view){.data = into, .len = id.len};
}

void subjects_want(struct subjects *s, enum candidate_is is, struct view key)
{
    char folded[MAX_ID];
    if (is == CANDIDATE_ID)
        key = fold_id(key, folded);
    if (key.len == 0 || key.len > LIMIT_ADDRESS)
        return;
    guint32 hash = hash_of(s, is, key);
    if (find(s, is, key, hash) == NOTHING)
        add(s, is, key, hash);
}

size_t subjects_wanted(const struct subjects *s)
{
    return s->entries->len;
}

/* --- rows
 * ------------------------------------------------------------------------------------------------------------- */

static void link_row(struct subjects *s, guint32 entry, guint32 row)
{
    struct entry *e = entry_at(s, entry);
    if (e->first_row == NOTHING) {
        e->first_row = row;
    } else {
        struct seen_row *last = row_at(s, e->last_row);
        *(e->is == CANDIDATE_ID ? &last->next_of_id : &last->next_of_address) = row;
        e->several = e->several || row_at(s, e->first_row)->subject != row_at(s, row)->subject;
    }
    e->last_row = row;
    e->rows++;
}

static guint32 next_row(const struct subjects *s, guint32 entry, guint32 row)
{
    return entry_at(s, entry)->is == CANDIDATE_ID ? row_at(s, row)->next_of_id : row_at(s, row)->next_of_address;
}

/* The first row at or behind `row` in the chain of `subject` that is the subject's own. */
static guint32 own_row(const struct subjects *s, guint32 subject, guint32 row)
{
    while (row != NOTHING && row_at(s, row)->subject != subject)
        row = next_row(s, subject, row);
    return row;
}

static void record(struct subjects *s, guint32 address, guint32 id, struct seen_row row)
{
    guint32 index = s->rows->len;
    row.subject = address != NOTHING ? address : id;
    row.next_of_address = row.next_of_id = NOTHING;
    if (id != NOTHING)
        row.id = pool_copy(&s->row_texts, row.id);
    else
        row.id = (struct view){0};
    bool first = own_row(s, row.subject, entry_at(s, row.subject)->first_row) == NOTHING;
    s->count += first;
    g_array_append_val(s->rows, row);
    if (address != NOTHING)
        link_row(s, address, index);
    if (id != NOTHING)
        link_row(s, id, index);
}

bool subjects_see(struct subjects *s, struct view address, struct view id, guint64 number, guint64 offset,
                  size_t length)
{
    char folded[LIMIT_ADDRESS];
    struct view key = {.data = folded, .len = address.len};
    if (address.len > LIMIT_ADDRESS || !address_fold(address, folded)) {
        pool_reset(&s->scratch);
        key = address_key(address, &s->scratch);
    }
    return subjects_see_key(s, key, id, number, offset, length);
}

bool subjects_see_key(struct subjects *s, struct view key, struct view id, guint64 number, guint64 offset,
                      size_t length)
{
    char folded_id[MAX_ID];
    guint32 hash = hash_of(s, CANDIDATE_ADDRESS, key);
    guint32 by_address = key.len && may_be_there(s, hash) ? find(s, CANDIDATE_ADDRESS, key, hash) : NOTHING;
    guint32 by_id = NOTHING;
    if (s->ids > 0 && id.len > 0) {
        struct view wanted = fold_id(id, folded_id);
        by_id = wanted.len ? find(s, CANDIDATE_ID, wanted, hash_of(s, CANDIDATE_ID, wanted)) : NOTHING;
    }
    if (by_id != NOTHING && entry_at(s, by_id)->several && entry_at(s, by_id)->rows >= SHARED_ID_ROWS)
        by_id = NOTHING;
    if ((by_address == NOTHING && by_id == NOTHING) || s->rows->len == NOTHING - 1)
        return false;
    if (by_address == NOTHING && key.len > 0) {
        by_address = add(s, CANDIDATE_ADDRESS, key, hash);
        s->found_late = true;
    }
    record(s, by_address, by_id,
           (struct seen_row){.number = number, .offset = offset, .length = (guint32)length, .id = id});
    return true;
}

bool subjects_again(struct subjects *s)
{
    if (!s->found_late || s->second_pass)
        return false;
    for (guint32 i = 0; i < s->entries->len; i++) {
        struct entry *e = entry_at(s, i);
        e->first_row = e->last_row = NOTHING;
        e->rows = 0;
        e->several = false;
    }
    g_array_set_size(s->rows, 0);
    pool_reset(&s->row_texts);
    s->count = 0;
    s->second_pass = true;
    return true;
}

/* --- asking
 * ----------------------------------------------------------------------------------------------------------- */

subject_index subjects_next(const struct subjects *s, size_t *cursor)
{
    while (*cursor < s->rows->len) {
        guint32 row = (guint32)(*cursor)++;
        guint32 subject = row_at(s, row)->subject;
        if (own_row(s, subject, entry_at(s, subject)->first_row) == row)
            return subject;
    }
    return SUBJECT_NONE;
}

size_t subjects_count(const struct subjects *s)
{
    return s->count;
}

struct view subjects_key(const struct subjects *s, subject_index subject)
{
    const struct entry *e = entry_at(s, subject);
    return (struct view){.data = e->text, .len = e->len};
}

/* The cursor is 0 at the start, then one more than the row that was given last. */
bool subjects_row(const struct subjects *s, subject_index subject, size_t *cursor, struct subject_row *into)
{
    guint32 row = *cursor == 0 ? entry_at(s, subject)->first_row : next_row(s, subject, (guint32)(*cursor - 1));
    row = own_row(s, subject, row);
    if (row == NOTHING)
        return false;
    const struct seen_row *seen = row_at(s, row);
    *into = (struct subject_row){.number = seen->number, .offset = seen->offset, .length = seen->length};
    *cursor = (size_t)row + 1;
    return true;
}

subject_index subjects_by_address(const struct subjects *s, struct view key)
{
    guint32 entry = key.len ? find(s, CANDIDATE_ADDRESS, key, hash_of(s, CANDIDATE_ADDRESS, key)) : NOTHING;
    return entry != NOTHING && entry_at(s, entry)->first_row != NOTHING ? entry : SUBJECT_NONE;
}

static size_t add_once(subject_index subject, subject_index *into, size_t count, size_t max)
{
    for (size_t i = 0; i < count; i++) {
        if (into[i] == subject)
            return count;
    }
    if (count < max)
        into[count++] = subject;
    return count;
}

void subjects_mark(struct subjects *s, struct view key, enum subject_mark mark)
{
    guint32 entry = key.len ? find(s, CANDIDATE_ADDRESS, key, hash_of(s, CANDIDATE_ADDRESS, key)) : NOTHING;
    if (entry != NOTHING)
        entry_at(s, entry)->marks |= (guint8)mark;
}

bool subjects_is(const struct subjects *s, struct view key, enum subject_mark mark)
{
    guint32 entry = key.len ? find(s, CANDIDATE_ADDRESS, key, hash_of(s, CANDIDATE_ADDRESS, key)) : NOTHING;
    return entry != NOTHING && (entry_at(s, entry)->marks & mark);
}

size_t subjects_by_id(const struct subjects *s, struct view id, subject_index *into, size_t max)
{
    char folded[MAX_ID];
    struct view wanted = fold_id(id, folded);
    guint32 entry = wanted.len ? find(s, CANDIDATE_ID, wanted, hash_of(s, CANDIDATE_ID, wanted)) : NOTHING;
    if (entry == NOTHING)
        return 0;
    for (int any_case = 0; any_case < 2; any_case++) {
        size_t count = 0;
        for (guint32 row = entry_at(s, entry)->first_row; row != NOTHING; row = row_at(s, row)->next_of_id) {
            if (any_case || view_equal(row_at(s, row)->id, id))
                count = add_once(row_at(s, row)->subject, into, count, max);
            if (count == max)
                return count;
        }
        if (count > 0)
            return count;
    }
    return 0;
}
