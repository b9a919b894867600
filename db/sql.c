/* SPDX-License-Identifier: MIT */
#include "db/sql.h"

#include "core/error.h"
#include "core/limits.h"

static const struct {
    int code;
    int error;
    const char *problem, *then;
} problems[] = {
    {SQLITE_BUSY, WINNOW_ERROR_LOCKED, "another program is writing to it", "try again later"},
    {SQLITE_LOCKED, WINNOW_ERROR_LOCKED, "another program is writing to it", "try again later"},
    {SQLITE_NOTADB, WINNOW_ERROR_STATE, "not a winnow state file", "name another one with --state"},
    {SQLITE_CORRUPT, WINNOW_ERROR_STATE, "it is damaged", "restore it from a backup, or move it away to start anew"},
    {SQLITE_FULL, WINNOW_ERROR_STATE, "the disk is full", "nothing of this run is stored"},
};

bool sql_fail(const struct sql *sql, int code, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(problems); i++) {
        if (problems[i].code == (code & 0xff)) {
            g_set_error(error, WINNOW_ERROR, problems[i].error, "cannot use state '%s': %s; %s", sql->path,
                        problems[i].problem, problems[i].then);
            return false;
        }
    }
    int system = sql->db ? sqlite3_system_errno(sql->db) : 0;
    bool outside = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
    const char *reason = outside && system ? g_strerror(system)
                         : sql->db         ? sqlite3_errmsg(sql->db)
                                           : sqlite3_errstr(code);
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "cannot use state '%s': %s; nothing of this run is stored",
                sql->path, reason);
    return false;
}

bool sql_exec(const struct sql *sql, const char *text, GError **error)
{
    int code = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK || sql_fail(sql, code, error);
}

sqlite3_stmt *sql_prepare(const struct sql *sql, const char *text, GError **error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (code != SQLITE_OK)
        sql_fail(sql, code, error);
    return statement;
}

bool sql_step(const struct sql *sql, sqlite3_stmt *statement, bool *row, GError **error)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return true;
    bool sound = code == SQLITE_DONE || sql_fail(sql, code, error);
    sqlite3_reset(statement);
    return sound;
}

bool sql_run(const struct sql *sql, sqlite3_stmt *statement, GError **error)
{
    bool row, sound = sql_step(sql, statement, &row, error);
    if (sound && row)
        sqlite3_reset(statement);
    return sound;
}

bool sql_number(const struct sql *sql, const char *text, gint64 *number, GError **error)
{
    bool row = false;
    *number = 0;
    sqlite3_stmt *statement = sql_prepare(sql, text, error);
    bool sound = statement && sql_step(sql, statement, &row, error);
    if (row)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return sound;
}

void sql_bind_text(sqlite3_stmt *statement, int at, struct view text, size_t limit)
{
    text = view_first_text(text, limit);
    if (view_is_empty(text))
        sqlite3_bind_null(statement, at);
    else
        sqlite3_bind_text(statement, at, text.data, (int)text.len, SQLITE_STATIC);
}

void sql_bind_view(sqlite3_stmt *statement, int at, struct view text)
{
    sql_bind_text(statement, at, text, LIMIT_DIAGNOSTIC);
}

void sql_bind_some(sqlite3_stmt *statement, int at, gint64 number)
{
    if (number == 0)
        sqlite3_bind_null(statement, at);
    else
        sqlite3_bind_int64(statement, at, number);
}

struct view sql_view(sqlite3_stmt *statement, int column)
{
    const char *data = (const char *)sqlite3_column_text(statement, column);
    return (struct view){.data = data, .len = data ? (size_t)sqlite3_column_bytes(statement, column) : 0};
}
