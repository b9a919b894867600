/* SPDX-License-Identifier: MIT */
#include "db/private.h"
#include "db/undo.h"

bool ledger_quarantine(struct ledger *ledger, gint64 event, const char *kind, const char *why, GError **error)
{
    gint64 text;
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_QUARANTINE_ADD, error);
    if (!add || !texts_id(ledger, view_of(why), &text, error))
        return false;
    sqlite3_bind_int64(add, 1, event);
    sqlite3_bind_int64(add, 2, ledger->run);
    sqlite3_bind_text(add, 3, kind, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 4, text);
    return sql_run(&ledger->sql, add, error);
}

bool ledger_each_quarantined(struct ledger *ledger,
                             bool (*each)(gint64 event, const char *kind, const char *why, void *user), void *user,
                             GError **error)
{
    sqlite3_stmt *rows = sql_prepare(&ledger->sql,
                                     "SELECT event, run, kind, text FROM quarantine JOIN text ON text.id = why "
                                     "ORDER BY event, run",
                                     error);
    bool row = rows != NULL, sound = row;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row) {
        if (ledger_in_force(ledger, sqlite3_column_int64(rows, 1)))
            sound = each(sqlite3_column_int64(rows, 0), (const char *)sqlite3_column_text(rows, 2),
                         (const char *)sqlite3_column_text(rows, 3), user);
    }
    sqlite3_finalize(rows);
    return sound;
}
