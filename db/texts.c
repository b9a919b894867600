/* SPDX-License-Identifier: MIT */
#include "db/private.h"

/* Of each direction. A ledger of millions of events has a few thousand such texts; a hostile archive may have millions.
 */
enum { CACHE_BYTES = 8 * 1024 * 1024, ENTRY_COST = 64 };

struct text {
    struct view view;
    char bytes[];
};

static struct text *text_new(struct view view)
{
    struct text *text = g_malloc(sizeof *text + view.len);
    memcpy(text->bytes, view.data, view.len);
    text->view = (struct view){.data = text->bytes, .len = view.len};
    return text;
}

static guint hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

void texts_init(struct texts *texts)
{
    /* struct text begins with its view, so a view on the stack serves as a key to look for. */
    texts->ids = g_hash_table_new_full(hash, equal, g_free, NULL);
    texts->by_id = g_hash_table_new_full(NULL, NULL, NULL, g_free);
}

void texts_clear(struct texts *texts)
{
    g_clear_pointer(&texts->ids, g_hash_table_unref);
    g_clear_pointer(&texts->by_id, g_hash_table_unref);
    *texts = (struct texts){0};
}

void texts_trim(struct texts *texts)
{
    if (texts->text_bytes < CACHE_BYTES)
        return;
    g_hash_table_remove_all(texts->by_id);
    texts->text_bytes = 0;
}

static bool find_or_add(struct ledger *ledger, struct view text, gint64 *id, GError **error)
{
    sqlite3_stmt *find = ledger_statement(ledger, STATEMENT_TEXT_FIND, error);
    sqlite3_stmt *add = find ? ledger_statement(ledger, STATEMENT_TEXT_ADD, error) : NULL;
    if (!add)
        return false;
    bool row;
    sql_bind_view(find, 1, text);
    if (!sql_step(&ledger->sql, find, &row, error))
        return false;
    if (row) {
        *id = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
        return true;
    }
    sql_bind_view(add, 1, text);
    if (!sql_run(&ledger->sql, add, error))
        return false;
    *id = sqlite3_last_insert_rowid(ledger->sql.db);
    return true;
}

bool texts_id(struct ledger *ledger, struct view text, gint64 *id, GError **error)
{
    struct texts *texts = &ledger->texts;
    *id = 0;
    if (view_is_empty(text))
        return true;
    text = view_first(text, LIMIT_DIAGNOSTIC);
    *id = (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(texts->ids, &text));
    if (*id)
        return true;
    if (!find_or_add(ledger, text, id, error))
        return false;
    if (texts->id_bytes > CACHE_BYTES) {
        g_hash_table_remove_all(texts->ids);
        texts->id_bytes = 0;
    }
    texts->id_bytes += text.len + ENTRY_COST;
    g_hash_table_insert(texts->ids, text_new(text), GSIZE_TO_POINTER((gsize)*id));
    return true;
}

bool texts_get(struct ledger *ledger, gint64 id, struct view *text, GError **error)
{
    struct texts *texts = &ledger->texts;
    *text = (struct view){0};
    if (id == 0)
        return true;
    struct text *known = g_hash_table_lookup(texts->by_id, GSIZE_TO_POINTER((gsize)id));
    if (!known) {
        bool row;
        sqlite3_stmt *get = ledger_row(ledger, STATEMENT_TEXT_GET, id, &row, error);
        if (!get)
            return false;
        if (!row)
            return sql_fail(&ledger->sql, SQLITE_CORRUPT, error);
        known = text_new(sql_view(get, 0));
        sqlite3_reset(get);
        texts->text_bytes += known->view.len + ENTRY_COST;
        g_hash_table_insert(texts->by_id, GSIZE_TO_POINTER((gsize)id), known);
    }
    *text = known->view;
    return true;
}
