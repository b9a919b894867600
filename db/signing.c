/* SPDX-License-Identifier: MIT */
#include "db/signing.h"

#include "db/private.h"
#include "db/undo.h"

bool ledger_add_signing(struct ledger *ledger, const char *list, gint64 since, GError **error)
{
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_SIGNING_ADD, error);
    if (!add)
        return false;
    sqlite3_bind_int64(add, 1, ledger->run);
    sqlite3_bind_text(add, 2, list, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 3, since);
    return sql_run(&ledger->sql, add, error);
}

bool ledger_each_signing(struct ledger *ledger, const char *list, void (*each)(gint64 known, gint64 since, void *user),
                         void *user, GError **error)
{
    bool row = false;
    sqlite3_stmt *rows = sql_prepare(&ledger->sql,
                                     "SELECT run.id, run.started, since FROM signing JOIN run ON run.id = signing.run "
                                     "WHERE ?1 IS NULL OR list = ?1 ORDER BY run.id",
                                     error);
    if (rows)
        sqlite3_bind_text(rows, 1, list, -1, SQLITE_STATIC);
    bool sound = rows != NULL;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row) {
        if (ledger_in_force(ledger, sqlite3_column_int64(rows, 0)))
            each(sqlite3_column_int64(rows, 1), sqlite3_column_int64(rows, 2), user);
    }
    sqlite3_finalize(rows);
    return sound;
}
