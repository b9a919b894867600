/* SPDX-License-Identifier: MIT */
#include "db/departures.h"

#include "db/private.h"
#include "db/undo.h"

bool ledger_set_list(struct ledger *ledger, const char *name, GError **error)
{
    sqlite3_stmt *set = ledger_statement(ledger, STATEMENT_LIST_SET, error);
    if (!set)
        return false;
    sqlite3_bind_int64(set, 1, ledger->run);
    sqlite3_bind_text(set, 2, name, -1, SQLITE_STATIC);
    return sql_run(&ledger->sql, set, error);
}

bool ledger_last_removed(struct ledger *ledger, const char *list, struct view key, gint64 *when, GError **error)
{
    *when = 0;
    sqlite3_stmt *removals = ledger_statement(ledger, STATEMENT_REMOVALS, error);
    if (!removals)
        return false;
    sql_bind_view(removals, 1, key);
    sqlite3_bind_int64(removals, 2, names_id(ledger, NAMES_ACTION, ACTION_REMOVE));
    sqlite3_bind_text(removals, 3, list, -1, SQLITE_STATIC);
    bool row = true, sound = true;
    while ((sound = sql_step(&ledger->sql, removals, &row, error)) && row && *when == 0) {
        gint64 run = sqlite3_column_int64(removals, 0);
        if (run != ledger->run && ledger_in_force(ledger, run))
            *when = sqlite3_column_int64(removals, 1);
    }
    sqlite3_reset(removals);
    return sound;
}

bool ledger_each_decided(struct ledger *ledger, bool (*each)(struct view key, void *user, GError **error), void *user,
                         GError **error)
{
    bool row = false;
    sqlite3_stmt *keys = sql_prepare(&ledger->sql, "SELECT DISTINCT key FROM decision", error);
    bool sound = keys != NULL;
    while (sound && (sound = sql_step(&ledger->sql, keys, &row, error)) && row)
        sound = each(sql_view(keys, 0), user, error);
    sqlite3_finalize(keys);
    return sound;
}
