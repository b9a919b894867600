/* SPDX-License-Identifier: MIT */
#include "db/undo.h"

#include "db/private.h"

struct pair {
    gint64 key, value;
};

/* --- what is in force --------------------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* The pair of `key` in a sorted array, which may be NULL; NULL if there is none. */
static const struct pair *find(const GArray *pairs, gint64 key)
{
    const struct pair wanted = {.key = key};
    return pairs && pairs->len > 0 ? bsearch(&wanted, pairs->data, pairs->len, sizeof wanted, by_key) : NULL;
}

static void add(GArray **pairs, gint64 key, gint64 value)
{
    const struct pair pair = {.key = key, .value = value};
    if (!*pairs)
        *pairs = g_array_new(FALSE, FALSE, sizeof pair);
    g_array_append_val(*pairs, pair);
}

static void sort(GArray *pairs)
{
    if (pairs)
        g_array_sort(pairs, by_key);
}

void undone_clear(struct undone *undone)
{
    GArray **arrays[] = {&undone->runs, &undone->final, &undone->candidates};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_clear_pointer(arrays[i], g_array_unref);
    g_clear_pointer(&undone->again, g_hash_table_unref);
}

bool ledger_in_force(const struct ledger *ledger, gint64 run)
{
    return !find(ledger->undone.runs, run);
}

static void sql_in_force(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int(context, ledger_in_force(sqlite3_user_data(context), sqlite3_value_int64(values[0])));
}

bool undone_teach(struct ledger *ledger, GError **error)
{
    int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY; /* not deterministic: an undo changes what it says */
    int code =
        sqlite3_create_function_v2(ledger->sql.db, "winnow_in_force", 1, flags, ledger, sql_in_force, NULL, NULL, NULL);
    return code == SQLITE_OK || sql_fail(&ledger->sql, code, error);
}

typedef void (*each_row_call)(struct ledger *ledger, sqlite3_stmt *row);

static bool each_row(struct ledger *ledger, const char *text, each_row_call each, GError **error)
{
    bool row = false;
    sqlite3_stmt *rows = sql_prepare(&ledger->sql, text, error);
    bool sound = rows != NULL;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row)
        each(ledger, rows);
    sqlite3_finalize(rows);
    return sound;
}

/* The newest first, so that whether an undo is in force itself is settled when it comes. */
static void see_undo(struct ledger *ledger, sqlite3_stmt *row)
{
    struct undone *undone = &ledger->undone;
    gint64 run = sqlite3_column_int64(row, 0), target = sqlite3_column_int64(row, 1);
    for (guint i = 0; undone->runs && i < undone->runs->len; i++) {
        if (g_array_index(undone->runs, struct pair, i).key == run)
            return;
    }
    add(&undone->runs, target, run);
    if (sqlite3_column_int(row, 2))
        add(&undone->final, target, run);
}

static void note_again(struct undone *undone, gint64 event, gint64 run)
{
    if (!undone->again)
        undone->again = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    g_hash_table_replace(undone->again, g_memdup2(&event, sizeof event), g_memdup2(&run, sizeof run));
}

static void see_again(struct ledger *ledger, sqlite3_stmt *row)
{
    gint64 run = sqlite3_column_int64(row, 1);
    if (ledger_in_force(ledger, run))
        note_again(&ledger->undone, sqlite3_column_int64(row, 0), run);
}

/* In the order of candidates. The value is the run that was taken back; 0: another one is in force. */
static void see_candidate(struct ledger *ledger, sqlite3_stmt *row)
{
    GArray **candidates = &ledger->undone.candidates;
    gint64 candidate = sqlite3_column_int64(row, 0), run = sqlite3_column_int64(row, 1);
    gint64 out = ledger_in_force(ledger, run) ? 0 : run;
    struct pair *last =
        *candidates && (*candidates)->len > 0 ? &g_array_index(*candidates, struct pair, (*candidates)->len - 1) : NULL;
    if (!last || last->key != candidate)
        add(candidates, candidate, out);
    else if (out == 0)
        last->value = 0;
}

bool undone_load(struct ledger *ledger, GError **error)
{
    struct undone *undone = &ledger->undone;
    undone_clear(undone);
    if (!each_row(ledger, "SELECT run, undone, final FROM undo ORDER BY run DESC", see_undo, error))
        return false;
    if (!undone->runs)
        return true;
    sort(undone->runs);
    sort(undone->final);
    bool loaded =
        each_row(ledger, "SELECT event, run FROM again", see_again, error) &&
        each_row(ledger, "SELECT candidate, run FROM later_candidate ORDER BY candidate", see_candidate, error);
    return loaded;
}

gint64 undone_event_run(const struct ledger *ledger, gint64 event, gint64 run)
{
    if (ledger_in_force(ledger, run))
        return run;
    const gint64 *again = ledger->undone.again ? g_hash_table_lookup(ledger->undone.again, &event) : NULL;
    return again ? *again : 0;
}

bool undone_for_good(const struct ledger *ledger, gint64 run)
{
    return find(ledger->undone.final, run);
}

bool undone_candidate(const struct ledger *ledger, gint64 candidate)
{
    const struct pair *pair = find(ledger->undone.candidates, candidate);
    return pair && pair->value != 0;
}

void undone_found_again(struct ledger *ledger, gint64 candidate)
{
    struct pair *pair = (struct pair *)(gsize)find(ledger->undone.candidates, candidate);
    if (pair)
        pair->value = 0;
}

gint64 undone_by(const struct ledger *ledger, gint64 run)
{
    const struct pair *by = find(ledger->undone.runs, run);
    return by ? by->value : 0;
}

bool undone_read_again(struct ledger *ledger, gint64 event, GError **error)
{
    sqlite3_stmt *statement = ledger_statement(ledger, STATEMENT_AGAIN_ADD, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, event);
    sqlite3_bind_int64(statement, 2, ledger->run);
    if (!sql_run(&ledger->sql, statement, error))
        return false;
    note_again(&ledger->undone, event, ledger->run);
    return true;
}

bool ledger_undo(struct ledger *ledger, gint64 undone, bool final, GError **error)
{
    g_autofree char *text =
        g_strdup_printf("INSERT INTO undo (run, undone, final) VALUES (%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ", %d)",
                        ledger->run, undone, final);
    return sql_exec(&ledger->sql, text, error) && undone_load(ledger, error);
}
