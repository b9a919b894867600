/* SPDX-License-Identifier: MIT */
#include "db/erase.h"

#include "db/forgotten.h"
#include "db/private.h"
#include "db/redact.h"
#include "db/undo.h"

/* Numbers of texts, by table and column. */
static const struct {
    const char *table, *column;
} text_columns[] = {
    {"event", "action"},        {"event", "command"},  {"event", "reporting_mta"}, {"event", "remote_mta"},
    {"event", "feedback_type"}, {"event", "campaign"}, {"event", "reader"},        {"candidate", "scheme"},
    {"verdict", "ruleset"},     {"verdict", "rule"},   {"verdict", "matched"},     {"decision", "why"},
    {"quarantine", "why"},      {"sent", "campaign"},
};

/* Foreign keys off: without an index for each of them every event that goes would cost a walk through all decisions;
 * erase_doomed() does what they say. Temporary tables hold addresses: they stay in memory. */
bool ledger_begin_erasing(struct ledger *ledger, const char *command, gint64 now, gint64 *run, GError **error)
{
    return sql_exec(&ledger->sql,
                    "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
                    "CREATE TEMP TABLE IF NOT EXISTS doomed (event INTEGER PRIMARY KEY);"
                    "CREATE TEMP TABLE IF NOT EXISTS standing (key TEXT PRIMARY KEY);"
                    "CREATE TEMP TABLE IF NOT EXISTS deciding (event INTEGER PRIMARY KEY);"
                    "DELETE FROM doomed; DELETE FROM standing; DELETE FROM deciding",
                    error) &&
           ledger_begin(ledger, command, now, run, error);
}

/* --- deleting ----------------------------------------------------------------------------------------------------- */

static bool collect(struct ledger *ledger, const char *query, GPtrArray *texts, GError **error)
{
    bool row = false;
    sqlite3_stmt *rows = sql_prepare(&ledger->sql, query, error);
    bool sound = rows != NULL;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row)
        g_ptr_array_add(texts, view_dup(sql_view(rows, 0)));
    sqlite3_finalize(rows);
    return sound;
}

static bool run_all(struct ledger *ledger, const GPtrArray *statements, GError **error)
{
    for (guint i = 0; i < statements->len; i++) {
        if (!sql_exec(&ledger->sql, g_ptr_array_index(statements, i), error))
            return false;
    }
    return true;
}

/* What refers to doomed events, whatever table it is in: goes with them, or forgets them. */
static bool detach_references(struct ledger *ledger, GError **error)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    return collect(ledger,
                   "SELECT CASE WHEN keys.on_delete = 'CASCADE' "
                   "THEN format('DELETE FROM \"%w\" WHERE \"%w\"%s IN (SELECT event FROM doomed)', tables.name, "
                   "keys.\"from\", iif(keys.\"table\" = 'candidate', ' >> 16', '')) "
                   "ELSE format('UPDATE \"%w\" SET \"%w\" = NULL WHERE \"%w\" IN (SELECT event FROM doomed)', "
                   "tables.name, keys.\"from\", keys.\"from\") END "
                   "FROM sqlite_schema AS tables JOIN pragma_foreign_key_list(tables.name) AS keys "
                   "WHERE tables.type = 'table' AND keys.\"table\" IN ('event', 'candidate')",
                   statements, error) &&
           run_all(ledger, statements, error);
}

static bool drop_unused_texts(struct ledger *ledger, GError **error)
{
    g_autoptr(GString) query = g_string_new("DELETE FROM text WHERE id NOT IN (");
    for (size_t i = 0; i < G_N_ELEMENTS(text_columns); i++)
        g_string_append_printf(query, "%sSELECT %s FROM %s WHERE %s IS NOT NULL", i ? " UNION " : "",
                               text_columns[i].column, text_columns[i].table, text_columns[i].column);
    g_string_append_c(query, ')');
    /* The caches know numbers that are gone now. */
    texts_clear(&ledger->texts);
    texts_init(&ledger->texts);
    return sql_exec(&ledger->sql, query->str, error);
}

/* By ranges of candidates and verdicts: their events stand in the upper bits of their numbers. */
static bool erase_doomed(struct ledger *ledger, guint64 *events, GError **error)
{
    gint64 count;
    if (!sql_number(&ledger->sql, "SELECT count(*) FROM doomed", &count, error))
        return false;
    *events = (guint64)count;
    return detach_references(ledger, error) &&
           sql_exec(&ledger->sql,
                    "DELETE FROM candidate WHERE id >> 16 IN (SELECT event FROM doomed);"
                    "DELETE FROM verdict WHERE id >> 16 IN (SELECT event FROM doomed);"
                    "DELETE FROM event WHERE id IN (SELECT event FROM doomed);"
                    "DELETE FROM source WHERE id NOT IN (SELECT source FROM event)",
                    error) &&
           drop_unused_texts(ledger, error);
}

static bool run_with(struct ledger *ledger, const char *text, const gint64 *numbers, int count, guint64 *changed,
                     GError **error)
{
    sqlite3_stmt *statement = sql_prepare(&ledger->sql, text, error);
    for (int i = 0; statement && i < count; i++)
        sqlite3_bind_int64(statement, i + 1, numbers[i]);
    bool sound = statement && sql_run(&ledger->sql, statement, error);
    sqlite3_finalize(statement);
    if (sound && changed)
        *changed = (guint64)sqlite3_changes64(ledger->sql.db);
    return sound;
}

/* --- what is in force ----------------------------------------------------------------------------------------------
 */

static gint64 action_id(const struct ledger *ledger, enum action action)
{
    return names_id(ledger, NAMES_ACTION, action);
}

/* A decision that stands, and what is known of the subscriber under other keys: an event may name an id only. */
static bool add_standing(struct ledger *ledger, sqlite3_stmt *add, sqlite3_stmt *others, struct view key,
                         gint64 decided_by, GError **error)
{
    bool row = false, sound;
    sql_bind_view(add, 1, key);
    if (!sql_run(&ledger->sql, add, error))
        return false;
    sqlite3_bind_int64(others, 1, decided_by);
    while ((sound = sql_step(&ledger->sql, others, &row, error)) && row) {
        sql_bind_view(add, 1, sql_view(others, 0));
        if (!sql_run(&ledger->sql, add, error))
            return false;
    }
    return sound;
}

/* The last decision of each key in force; a run that decided nothing about a key says nothing: its row may have been
 * taken out of the list long ago. */
static bool find_standing(struct ledger *ledger, gint64 now, GError **error)
{
    sqlite3_stmt *decisions = sql_prepare(
        &ledger->sql, "SELECT key, run, action, retry_after, decided_by FROM decision ORDER BY key, id DESC", error);
    sqlite3_stmt *add = sql_prepare(&ledger->sql, "INSERT OR IGNORE INTO standing (key) VALUES (?1)", error);
    sqlite3_stmt *others = sql_prepare(
        &ledger->sql, "SELECT key FROM candidate WHERE id BETWEEN ?1 << 16 AND (?1 << 16) + 65535 AND key IS NOT NULL",
        error);
    sqlite3_stmt *decides = sql_prepare(&ledger->sql,
                                        "INSERT OR IGNORE INTO deciding SELECT id FROM event WHERE id = ?1 AND id NOT "
                                        "IN (SELECT event FROM quarantine)",
                                        error);
    g_autoptr(GString) last = g_string_new(NULL);
    bool row = true, any = false, sound = decisions && add && others && decides;
    while (sound && (sound = sql_step(&ledger->sql, decisions, &row, error)) && row) {
        struct view key = sql_view(decisions, 0);
        bool again = any && view_equal(key, (struct view){.data = last->str, .len = last->len});
        if (again || !ledger_in_force(ledger, sqlite3_column_int64(decisions, 1)))
            continue;
        any = true;
        g_string_truncate(last, 0);
        g_string_append_len(last, key.data, (gssize)key.len);
        gint64 action = sqlite3_column_int64(decisions, 2);
        gint64 decided_by = sqlite3_column_int64(decisions, 4);
        bool removed = action == action_id(ledger, ACTION_REMOVE);
        bool held = action == action_id(ledger, ACTION_HOLD) && sqlite3_column_int64(decisions, 3) > now;
        if (removed || held)
            sound = add_standing(ledger, add, others, key, decided_by, error);
        if (sound && removed) {
            sqlite3_bind_int64(decides, 1, decided_by);
            sound = sql_run(&ledger->sql, decides, error);
        }
    }
    sqlite3_finalize(decisions);
    sqlite3_finalize(add);
    sqlite3_finalize(others);
    sqlite3_finalize(decides);
    return sound;
}

/* What was usual at a place cannot be seen any more when it is erased: that these were in no burst stays known. */
static bool keep_settled(struct ledger *ledger, GError **error)
{
    sqlite3_stmt *events = sql_prepare(&ledger->sql, "SELECT event FROM deciding", error);
    bool row = false, sound = events != NULL;
    while (sound && (sound = sql_step(&ledger->sql, events, &row, error)) && row)
        sound = ledger_quarantine(ledger, sqlite3_column_int64(events, 0), LEDGER_NO_BURST, LEDGER_NO_BURST, error);
    sqlite3_finalize(events);
    return sound;
}

bool ledger_prune(struct ledger *ledger, gint64 before, gint64 now, struct pruned *pruned, GError **error)
{
    static const char doom[] = "INSERT INTO doomed SELECT event.id FROM event JOIN run ON run.id = event.run WHERE "
                               "min(coalesce(time, started), started) < ?1";
    static const char spare[] =
        "DELETE FROM doomed WHERE event IN (SELECT id >> 16 FROM candidate WHERE key IN (SELECT key FROM standing))";
    /* A run's events may still be needed, when all that it decided is too old. */
    static const char decisions[] =
        "DELETE FROM decision WHERE run IN (SELECT id FROM run WHERE started < ?1) AND NOT (key IN (SELECT key FROM "
        "standing) AND action IN (?2, ?3))";
    *pruned = (struct pruned){0};
    return find_standing(ledger, now, error) && run_with(ledger, doom, &before, 1, NULL, error) &&
           run_with(ledger, spare, NULL, 0, &pruned->kept, error) &&
           run_with(ledger, decisions,
                    (gint64[]){before, action_id(ledger, ACTION_REMOVE), action_id(ledger, ACTION_HOLD)}, 3,
                    &pruned->decisions, error) &&
           keep_settled(ledger, error) && erase_doomed(ledger, &pruned->events, error);
}

/* --- forgetting ----------------------------------------------------------------------------------------------------
 */

static bool last_action(const struct past_decision *decision, void *user, GError **error)
{
    (void)error;
    enum action *action = user;
    *action = decision->action;
    return true;
}

/* An event is about whom its strongest candidate names; others are named in it. */
static bool doom_events_of(struct ledger *ledger, struct forgetting_of *of, GError **error)
{
    static const char text[] =
        "INSERT OR IGNORE INTO doomed SELECT DISTINCT id >> 16 FROM candidate AS named WHERE key = ?1 AND is_id = ?2 "
        "AND "
        "(id & 65535 = 0 OR NOT EXISTS (SELECT 1 FROM candidate WHERE candidate.id BETWEEN named.id >> 16 << 16 AND "
        "(named.id >> 16 << 16) + 65535 AND key <> ?1))";
    sqlite3_stmt *doom = sql_prepare(&ledger->sql, text, error);
    if (doom) {
        sql_bind_view(doom, 1, of->key);
        sqlite3_bind_int(doom, 2, of->is == CANDIDATE_ID);
    }
    bool sound = doom && sql_run(&ledger->sql, doom, error);
    of->events = sound ? (guint64)sqlite3_changes64(ledger->sql.db) : 0;
    sqlite3_finalize(doom);
    return sound;
}

static bool drop_decisions_of(struct ledger *ledger, struct forgetting_of *of, GError **error)
{
    sqlite3_stmt *drop = sql_prepare(&ledger->sql, "DELETE FROM decision WHERE key = ?1", error);
    if (drop)
        sql_bind_view(drop, 1, of->key);
    bool sound = drop && sql_run(&ledger->sql, drop, error);
    of->decisions = sound ? (guint64)sqlite3_changes64(ledger->sql.db) : 0;
    sqlite3_finalize(drop);
    return sound;
}

static bool forget_one(struct ledger *ledger, struct forgetting_of *of, GError **error)
{
    enum action action = ACTION_KEEP;
    if (!ledger_each_decision_of(ledger, of->key, last_action, &action, error))
        return false;
    struct forgotten before = {0};
    of->removed = action == ACTION_REMOVE;
    if (ledger_forgot(ledger, of->is, of->key, &before))
        of->removed |= before.removed;
    return doom_events_of(ledger, of, error) && drop_decisions_of(ledger, of, error) &&
           forgetting_add(ledger, of->is, of->key, of->removed, error);
}

static void sql_names(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *text = (const char *)sqlite3_value_text(values[0]);
    struct view view = {.data = text, .len = text ? (size_t)sqlite3_value_bytes(values[0]) : 0};
    sqlite3_result_int(context, view.len > 0 && redactor_finds(sqlite3_user_data(context), view));
}

static void sql_blank(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *text = (const char *)sqlite3_value_text(values[0]);
    struct view view = {.data = text, .len = text ? (size_t)sqlite3_value_bytes(values[0]) : 0};
    GString *out = redactor_apply(sqlite3_user_data(context), view);
    if (out)
        sqlite3_result_text(context, out->str, (int)out->len, SQLITE_TRANSIENT);
    else
        sqlite3_result_value(context, values[0]);
    if (out)
        g_string_free(out, TRUE);
}

/* Every text of every table, whoever put it there. Where blanking makes two alike that must differ, a number follows.
 */
static bool blank_texts(struct ledger *ledger, struct redactor *redactor, guint64 *texts, GError **error)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    sqlite3 *db = ledger->sql.db;
    int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC;
    if (sqlite3_create_function_v2(db, "winnow_names", 1, flags, redactor, sql_names, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(db, "winnow_blank", 1, flags, redactor, sql_blank, NULL, NULL, NULL) != SQLITE_OK)
        return sql_fail(&ledger->sql, sqlite3_errcode(db), error);
    int before = sqlite3_total_changes(db);
    bool sound =
        collect(ledger,
                "SELECT format('UPDATE OR IGNORE \"%w\" SET \"%w\" = winnow_blank(\"%w\") WHERE winnow_names(\"%w\");"
                "UPDATE \"%w\" SET \"%w\" = winnow_blank(\"%w\") || '' '' || hex(randomblob(8)) WHERE "
                "winnow_names(\"%w\")', tables.name, columns.name, columns.name, columns.name, tables.name, "
                "columns.name, columns.name, columns.name) FROM sqlite_schema AS tables JOIN "
                "pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' AND tables.name NOT LIKE "
                "'sqlite%' AND columns.type = 'TEXT'",
                statements, error) &&
        run_all(ledger, statements, error);
    *texts = (guint64)(sqlite3_total_changes(db) - before);
    sqlite3_create_function_v2(db, "winnow_names", 1, flags, NULL, NULL, NULL, NULL, NULL);
    sqlite3_create_function_v2(db, "winnow_blank", 1, flags, NULL, NULL, NULL, NULL, NULL);
    return sound;
}

static bool blank_all(struct ledger *ledger, const struct forgetting_of *of, size_t count, guint64 *texts,
                      GError **error)
{
    g_autofree struct view *keys = g_new(struct view, count + 1);
    size_t addresses = 0;
    for (size_t i = 0; i < count; i++) {
        if (of[i].is == CANDIDATE_ADDRESS)
            keys[addresses++] = of[i].key;
    }
    struct redactor *redactor = redactor_new(keys, addresses);
    bool sound = blank_texts(ledger, redactor, texts, error);
    redactor_free(redactor);
    return sound;
}

bool ledger_forget(struct ledger *ledger, struct forgetting_of *of, size_t count, guint64 *texts, GPtrArray *sources,
                   GError **error)
{
    guint64 events;
    for (size_t i = 0; i < count; i++) {
        if (!forget_one(ledger, &of[i], error))
            return false;
    }
    return collect(ledger,
                   "SELECT DISTINCT path FROM source WHERE id IN (SELECT source FROM event WHERE id IN (SELECT event "
                   "FROM doomed)) ORDER BY path",
                   sources, error) &&
           erase_doomed(ledger, &events, error) && blank_all(ledger, of, count, texts, error);
}

bool ledger_outputs(struct ledger *ledger, GPtrArray *paths, GError **error)
{
    return collect(ledger,
                   "SELECT path FROM output UNION SELECT path FROM replaced UNION SELECT kept FROM replaced WHERE kept "
                   "IS NOT NULL ORDER BY 1",
                   paths, error);
}

bool ledger_compact(struct ledger *ledger, bool *done, GError **error)
{
    bool row;
    *done = false;
    if (!sql_exec(&ledger->sql, "DROP TABLE IF EXISTS temp.doomed; DROP TABLE IF EXISTS temp.standing; VACUUM", error))
        return false;
    sqlite3_stmt *checkpoint = sql_prepare(&ledger->sql, "PRAGMA wal_checkpoint(TRUNCATE)", error);
    bool sound = checkpoint && sql_step(&ledger->sql, checkpoint, &row, error);
    *done = sound && row && sqlite3_column_int(checkpoint, 0) == 0;
    sqlite3_finalize(checkpoint);
    return sound;
}
