/* SPDX-License-Identifier: MIT */
#include "core/policy/burst_private.h"

const char *burst_kind_name(enum burst_kind kind)
{
    static const char *const names[] = {
#define BURST_NAME(id, name) [BURST_##id] = (name),
        BURST_KINDS(BURST_NAME)
#undef BURST_NAME
    };
    return names[kind];
}

/* --- collecting --------------------------------------------------------------------------------------------------- */

static guint hash_view(gconstpointer key)
{
    return view_hash_fold(*(const struct view *)key);
}

static gboolean equal_views(gconstpointer a, gconstpointer b)
{
    return view_equal_fold(*(const struct view *)a, *(const struct view *)b);
}

struct bursts *bursts_new(const struct burst_limits *limits)
{
    struct bursts *bursts = g_new0(struct bursts, 1);
    bursts->limits = *limits;
    pool_init(&bursts->pool);
    bursts->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    for (int i = 0; i < GROUPINGS; i++) {
        bursts->names[i] = g_hash_table_new(hash_view, equal_views);
        bursts->texts[i] = g_ptr_array_new();
        g_ptr_array_add(bursts->texts[i], NULL);
    }
    bursts->wording = g_string_new(NULL);
    bursts->days = g_hash_table_new(NULL, NULL);
    bursts->found = g_ptr_array_new();
    bursts->sorted = g_ptr_array_new();
    bursts->last_day = -1;
    return bursts;
}

void bursts_free(struct bursts *bursts)
{
    if (!bursts)
        return;
    for (int i = 0; i < GROUPINGS; i++) {
        g_hash_table_unref(bursts->names[i]);
        g_ptr_array_unref(bursts->texts[i]);
    }
    g_array_unref(bursts->entries);
    g_string_free(bursts->wording, TRUE);
    g_hash_table_unref(bursts->days);
    g_ptr_array_unref(bursts->found);
    g_ptr_array_unref(bursts->sorted);
    pool_clear(&bursts->pool);
    g_free(bursts);
}

void bursts_active(struct bursts *bursts, gint64 time)
{
    gint32 day = burst_day(time);
    if (day != bursts->last_day)
        g_hash_table_add(bursts->days, GINT_TO_POINTER(day));
    bursts->last_day = day;
}

static guint32 number_of(struct bursts *bursts, int grouping, struct view name)
{
    if (view_is_empty(name))
        return 0;
    gpointer known = g_hash_table_lookup(bursts->names[grouping], &name);
    if (known)
        return GPOINTER_TO_UINT(known);
    struct view *key = pool_new(&bursts->pool, struct view);
    *key = pool_copy(&bursts->pool, name);
    guint32 number = bursts->texts[grouping]->len;
    g_ptr_array_add(bursts->texts[grouping], key);
    g_hash_table_insert(bursts->names[grouping], key, GUINT_TO_POINTER(number));
    return number;
}

guint32 bursts_add(struct bursts *bursts, const struct sighting *sighting)
{
    g_string_truncate(bursts->wording, 0);
    if (!sighting->soft)
        burst_wording(sighting->diagnostic, bursts->wording);
    const struct view names[GROUPINGS] = {
        [BURST_DOMAIN] = sighting->domain,
        [BURST_PROVIDER] = burst_provider(sighting->remote_mta),
        [BURST_WORDING] = {.data = bursts->wording->str, .len = bursts->wording->len},
        [BURST_MESSAGE] = sighting->soft ? (struct view){0} : sighting->message,
    };
    struct entry entry = {.time = MAX(sighting->time, 0), .subject = sighting->subject, .soft = sighting->soft};
    for (int i = 0; i < GROUPINGS; i++)
        entry.group[i] = number_of(bursts, i, names[i]);
    bursts->subjects = MAX(bursts->subjects, sighting->subject + 1);
    bursts_active(bursts, entry.time);
    g_array_append_val(bursts->entries, entry);
    return bursts->entries->len - 1;
}

/* --- order ----------------------------------------------------------------------------------------------------------
 */

struct grouped *grouped_new(const struct search *s, enum burst_kind kind, const guint32 *order, guint32 count)
{
    guint names = s->bursts->texts[kind]->len;
    struct grouped *grouped = g_new(struct grouped, 1);
    guint32 *first = grouped->first = g_new0(guint32, names + 1);
    grouped->order = g_new(guint32, count + 1);
    for (guint32 i = 0; i < count; i++)
        first[s->at[order[i]].group[kind] + 1]++;
    for (guint i = 0; i < names; i++)
        first[i + 1] += first[i];
    g_autofree guint32 *next = g_memdup2(first, (names + 1) * sizeof *first);
    for (guint32 i = 0; i < count; i++)
        grouped->order[next[s->at[order[i]].group[kind]]++] = order[i];
    return grouped;
}

void grouped_free(struct grouped *grouped)
{
    if (!grouped)
        return;
    g_free(grouped->first);
    g_free(grouped->order);
    g_free(grouped);
}

const guint32 *grouped_at(const struct grouped *grouped, guint32 number, guint32 *count)
{
    *count = grouped->first[number + 1] - grouped->first[number];
    return grouped->order + grouped->first[number];
}

/* The entries by time: two passes of a radix sort over seconds since the first one. */
void burst_sort(const struct bursts *bursts, guint32 *order)
{
    const struct entry *at = (const struct entry *)(const void *)bursts->entries->data;
    guint32 count = bursts->entries->len;
    enum { DIGIT = 1 << 16 };
    gint64 first = G_MAXINT64;
    for (guint32 i = 0; i < count; i++)
        first = MIN(first, at[i].time);
    g_autofree guint32 *other = g_new(guint32, count + 1);
    g_autofree guint32 *place = g_new(guint32, DIGIT + 1);
    for (guint32 i = 0; i < count; i++)
        other[i] = i;
    guint32 *from = other, *to = order;
    for (int shift = 0; shift < 32; shift += 16) {
        memset(place, 0, (DIGIT + 1) * sizeof *place);
        for (guint32 i = 0; i < count; i++)
            place[(MIN(at[i].time - first, G_MAXUINT32) >> shift & (DIGIT - 1)) + 1]++;
        for (int i = 0; i < DIGIT; i++)
            place[i + 1] += place[i];
        for (guint32 i = 0; i < count; i++)
            to[place[MIN(at[from[i]].time - first, G_MAXUINT32) >> shift & (DIGIT - 1)]++] = from[i];
        guint32 *sorted = to;
        to = from;
        from = sorted;
    }
    memcpy(order, other, count * sizeof *other);
}

static int by_number(const void *a, const void *b)
{
    gint32 x = *(const gint32 *)a, y = *(const gint32 *)b;
    return (x > y) - (x < y);
}

void burst_active_days(const struct bursts *bursts, GArray *into)
{
    GHashTableIter days;
    gpointer day;
    g_hash_table_iter_init(&days, bursts->days);
    while (g_hash_table_iter_next(&days, &day, NULL)) {
        gint32 number = GPOINTER_TO_INT(day);
        g_array_append_val(into, number);
    }
    g_array_sort(into, by_number);
}

/* --- answering ---------------------------------------------------------------------------------------------------- */

static struct view why_of_outage(struct bursts *bursts, const struct burst *b)
{
    g_autofree char *of = b->rows ? g_strdup_printf(" of the %" G_GUINT64_FORMAT, b->rows) : g_strdup("");
    return pool_printf(
        &bursts->pool,
        "one of %u%s%s%s whose mail was put off within %d days; it counts only if that lasts longer than %d",
        b->subscribers, of,
        b->of_one  ? " at the servers of "
        : *b->name ? " at "
                   : " of the list",
        b->name, BURST_OUTAGE_WINDOW, bursts->limits.outage_days);
}

static struct view why_of_burst(struct bursts *bursts, const struct burst *b)
{
    static const char *const before[] = {
        [BURST_DOMAIN] = "at ", [BURST_PROVIDER] = "at the servers of ", [BURST_WORDING] = "with the words '"};
    return b->rows     ? pool_printf(&bursts->pool,
                                     "one of %u of the %" G_GUINT64_FORMAT
                                     " at %s within %d hours, where %u in a day are the usual peak",
                                     b->subscribers, b->rows, b->name, BURST_HOURS, b->usual)
           : b->of_one ? pool_printf(&bursts->pool,
                                     "one of %u that failed in new words within %d hours on '%s', as by a fault of it",
                                     b->subscribers, BURST_HOURS, b->name)
           : b->kind == BURST_MESSAGE
               ? pool_printf(&bursts->pool, "one of %u that failed alike within %d hours, as by a fault of the message",
                             b->subscribers, BURST_HOURS)
               : pool_printf(&bursts->pool, "one of %u %s%s%s within %d hours, where %u in a day are the usual peak",
                             b->subscribers, before[b->kind], b->name, b->kind == BURST_WORDING ? "'" : "", BURST_HOURS,
                             b->usual);
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct burst *x = *(struct burst *const *)a, *y = *(struct burst *const *)b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->first > y->first) - (x->first < y->first);
}

void bursts_find(struct bursts *bursts, guint64 rows, burst_rows_call rows_of, void *user)
{
    if (bursts->entries->len > 0)
        burst_find(bursts, rows, rows_of, user);
    for (guint i = 0; i < bursts->found->len; i++) {
        struct burst *burst = g_ptr_array_index(bursts->found, i);
        struct view why = burst->kind == BURST_OUTAGE ? why_of_outage(bursts, burst) : why_of_burst(bursts, burst);
        burst->why = why.data;
        g_ptr_array_add(bursts->sorted, burst);
    }
    g_ptr_array_sort(bursts->sorted, by_kind_and_name);
}

const struct burst *bursts_of(const struct bursts *bursts, guint32 sighting, gint64 now)
{
    const struct entry *entry = &g_array_index(bursts->entries, struct entry, sighting);
    bool marked = entry->burst > 0 && entry->known <= now && (entry->until == 0 || now < entry->until);
    return marked ? g_ptr_array_index(bursts->found, entry->burst - 1) : NULL;
}

const struct burst *bursts_at(const struct bursts *bursts, size_t index)
{
    return index < bursts->sorted->len ? g_ptr_array_index(bursts->sorted, index) : NULL;
}
