/* SPDX-License-Identifier: MIT */
#include "reports/sends.h"

#include "reports/content.h"
#include "reports/model.h"

static guint hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

void sends_init(struct sends *sends)
{
    for (size_t i = 0; i < SENT_WAYS; i++)
        sends->by[i] = (struct sent_by){.table = g_hash_table_new_full(hash, equal, NULL, g_free)};
}

void sends_clear(struct sends *sends)
{
    for (size_t i = 0; i < SENT_WAYS; i++) {
        g_clear_pointer(&sends->by[i].top, g_ptr_array_unref);
        g_hash_table_unref(sends->by[i].table);
    }
}

void sends_add(struct sent_by *by, struct view name, guint64 count)
{
    struct sent_tally *tally = g_hash_table_lookup(by->table, &name);
    if (!tally && g_hash_table_size(by->table) >= LIMIT_DISTINCT)
        tally = &by->other;
    if (!tally) {
        tally = g_malloc0(sizeof *tally + name.len + 1);
        tally->name = (struct view){.data = memcpy(tally + 1, name.data, name.len), .len = name.len};
        g_hash_table_insert(by->table, &tally->name, tally);
    }
    tally->sent = plus(tally->sent, count);
}

void sends_count(struct sent_by *by, struct view name, guint64 bounces, guint64 complaints)
{
    if (g_hash_table_size(by->table) == 0)
        return;
    struct sent_tally *tally = g_hash_table_lookup(by->table, &name);
    if (!tally && by->other.sent > 0)
        tally = &by->other;
    if (!tally)
        return;
    tally->bounces = plus(tally->bounces, bounces);
    tally->complaints = plus(tally->complaints, complaints);
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const struct sent_tally *x = *(struct sent_tally *const *)a, *y = *(struct sent_tally *const *)b;
    if (x->bounces != y->bounces)
        return x->bounces < y->bounces ? 1 : -1;
    if (x->sent != y->sent)
        return x->sent < y->sent ? 1 : -1;
    int order = memcmp(x->name.data, y->name.data, MIN(x->name.len, y->name.len));
    return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

void sends_finish(struct sends *sends)
{
    for (size_t i = 0; i < SENT_WAYS; i++) {
        struct sent_by *by = &sends->by[i];
        GHashTableIter iter;
        gpointer tally;
        by->top = g_ptr_array_new();
        g_hash_table_iter_init(&iter, by->table);
        while (g_hash_table_iter_next(&iter, NULL, &tally))
            g_ptr_array_add(by->top, tally);
        g_ptr_array_sort(by->top, compare);
    }
}

/* --- in words ----------------------------------------------------------------------------------------------------- */

static void add_row(struct table *table, const char *name, const struct sent_tally *tally)
{
    g_autofree char *bounces = words_percent(tally->bounces, tally->sent);
    g_autofree char *complaints = words_percent(tally->complaints, tally->sent);
    table_text(table, name, NULL);
    table_count(table, tally->sent);
    table_count(table, tally->bounces);
    table_text(table, bounces, NULL);
    table_count(table, tally->complaints);
    table_text(table, complaints, NULL);
}

static void add_rest(struct table *table, const struct sent_by *by, const char *one, const char *many)
{
    struct sent_tally rest = by->other;
    guint64 names = by->top->len > ROWS_READ ? by->top->len - ROWS_READ : 0;
    for (guint i = ROWS_READ; i < by->top->len; i++) {
        const struct sent_tally *tally = g_ptr_array_index(by->top, i);
        rest.sent = plus(rest.sent, tally->sent);
        rest.bounces = plus(rest.bounces, tally->bounces);
        rest.complaints = plus(rest.complaints, tally->complaints);
    }
    if (names == 0)
        return;
    g_autofree char *more = words_of(names, one, many);
    g_autofree char *name = g_strdup_printf("%s%s", more, by->other.sent ? " and more" : "");
    add_row(table, name, &rest);
    table->rest = true;
}

static void make_way(const struct report *report, struct document *document, int way)
{
    static const struct {
        const char *caption, *column, *one, *many;
    } ways[SENT_WAYS] = {
        [SENT_BY_CAMPAIGN] = {"Rates by campaign", "Campaign", "other campaign", "other campaigns"},
        [SENT_BY_DOMAIN] = {"Rates by recipient domain", "Domain", "other domain", "other domains"},
    };
    const struct sent_by *by = &report->sends.by[way];
    if (by->top->len == 0)
        return;
    struct table *table = document_table(document, ways[way].caption, ways[way].column, "#Sent", "#Permanent", "#Rate",
                                         "#Complaints", "#Rate", NULL);
    for (guint i = 0; i < MIN(by->top->len, (guint)ROWS_READ); i++) {
        const struct sent_tally *tally = g_ptr_array_index(by->top, i);
        g_autofree char *name = view_dup(tally->name);
        add_row(table, name, tally);
    }
    add_rest(table, by, ways[way].one, ways[way].many);
}

void content_sends(const struct report *report, struct document *document)
{
    for (int way = 0; way < SENT_WAYS; way++)
        make_way(report, document, way);
}
