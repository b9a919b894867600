/* SPDX-License-Identifier: MIT
 * Files that runs replaced, and renames that they have still to do. */
#include "db/private.h"
#include "db/undo.h"

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    if (text)
        sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static const char *text_at(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

/* Runs `text` with these parameters. */
static bool run_once(struct ledger *ledger, const char *text, gint64 number, const char *const *texts, size_t count,
                     GError **error)
{
    sqlite3_stmt *statement = sql_prepare(&ledger->sql, text, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, number);
    for (size_t i = 0; i < count; i++)
        bind_text(statement, 2 + (int)i, texts[i]);
    bool done = sql_run(&ledger->sql, statement, error);
    sqlite3_finalize(statement);
    return done;
}

bool ledger_add_replaced(struct ledger *ledger, const struct replaced_file *file, GError **error)
{
    const char *const texts[] = {file->path, file->before, file->after, file->kept};
    return run_once(ledger, "INSERT INTO replaced (run, path, before, after, kept) VALUES (?1, ?2, ?3, ?4, ?5)",
                    file->run, texts, G_N_ELEMENTS(texts), error);
}

bool ledger_drop_kept(struct ledger *ledger, gint64 run, const char *path, GError **error)
{
    return sql_exec(&ledger->sql, "PRAGMA synchronous = NORMAL", error) &&
           run_once(ledger, "UPDATE replaced SET kept = NULL WHERE run = ?1 AND path = ?2", run, &path, 1, error) &&
           sql_exec(&ledger->sql, "PRAGMA synchronous = FULL", error);
}

/* Takes `rows`, which may be NULL with `error` set. */
static bool each_replaced(struct ledger *ledger, sqlite3_stmt *rows, each_replaced_call each, void *user,
                          GError **error)
{
    bool row = rows != NULL, sound = row;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row) {
        const struct replaced_file file = {.run = sqlite3_column_int64(rows, 0),
                                           .path = text_at(rows, 1),
                                           .before = text_at(rows, 2),
                                           .after = text_at(rows, 3),
                                           .kept = text_at(rows, 4)};
        sound = each(&file, user, error);
    }
    sqlite3_finalize(rows);
    return sound;
}

bool ledger_each_replaced(struct ledger *ledger, gint64 run, each_replaced_call each, void *user, GError **error)
{
    sqlite3_stmt *rows = sql_prepare(
        &ledger->sql, "SELECT run, path, before, after, kept FROM replaced WHERE run = ?1 ORDER BY path", error);
    if (rows)
        sqlite3_bind_int64(rows, 1, run);
    return each_replaced(ledger, rows, each, user, error);
}

bool ledger_each_replaced_at(struct ledger *ledger, const char *path, each_replaced_call each, void *user,
                             GError **error)
{
    sqlite3_stmt *rows = sql_prepare(
        &ledger->sql, "SELECT run, path, before, after, kept FROM replaced WHERE path = ?1 ORDER BY run DESC", error);
    if (rows)
        bind_text(rows, 1, path);
    return each_replaced(ledger, rows, each, user, error);
}

bool ledger_add_pending(struct ledger *ledger, const struct pending_move *move, GError **error)
{
    const char *const texts[] = {move->source, move->target, move->moved, move->before};
    return run_once(ledger,
                    "INSERT INTO pending (id, source, target, moved, before) VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5)", 0,
                    texts, G_N_ELEMENTS(texts), error);
}

bool ledger_each_pending(struct ledger *ledger,
                         bool (*each)(const struct pending_move *move, void *user, GError **error), void *user,
                         GError **error)
{
    sqlite3_stmt *rows =
        sql_prepare(&ledger->sql, "SELECT source, target, moved, before FROM pending ORDER BY id", error);
    bool row = rows != NULL, sound = row;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row) {
        const struct pending_move move = {.source = text_at(rows, 0),
                                          .target = text_at(rows, 1),
                                          .moved = text_at(rows, 2),
                                          .before = text_at(rows, 3)};
        sound = each(&move, user, error);
    }
    sqlite3_finalize(rows);
    return sound;
}

/* Not worth an fsync of its own: what is done twice is done as well. */
bool ledger_clear_pending(struct ledger *ledger, GError **error)
{
    return sql_exec(&ledger->sql, "PRAGMA synchronous = NORMAL; DELETE FROM pending; PRAGMA synchronous = FULL", error);
}

bool ledger_set_cleaned(struct ledger *ledger, const char *path, GError **error)
{
    return run_once(ledger, "INSERT INTO cleaned (run, path) VALUES (?1, ?2)", ledger->run, &path, 1, error);
}

bool ledger_last_cleaned(struct ledger *ledger, const char *path, const char *name, gint64 *run, GError **error)
{
    *run = 0;
    bool row = true;
    sqlite3_stmt *runs = sql_prepare(&ledger->sql,
                                     "SELECT run FROM cleaned WHERE path = ?1 AND run <> ?2 "
                                     "UNION SELECT run FROM list WHERE name = ?3 AND run <> ?2 ORDER BY run DESC",
                                     error);
    if (!runs)
        return false;
    bind_text(runs, 1, path);
    sqlite3_bind_int64(runs, 2, ledger->run);
    bind_text(runs, 3, name);
    bool sound = true;
    while (*run == 0 && row && (sound = sql_step(&ledger->sql, runs, &row, error))) {
        if (row && ledger_in_force(ledger, sqlite3_column_int64(runs, 0)))
            *run = sqlite3_column_int64(runs, 0);
    }
    sqlite3_finalize(runs);
    return sound;
}
