/* SPDX-License-Identifier: MIT
 * What every user of SQLite needs, once: preparing, binding views, stepping, and errors in our words.
 * Views that sql_view() returns live until the statement's next step. For db/ only. */
#ifndef WINNOW_DB_SQL_H
#define WINNOW_DB_SQL_H

#include "core/view.h"

#include <sqlite3.h>

struct sql {
    sqlite3 *db;
    char *path; /* as errors call it */
};

/* Turns SQLite's `code` into WINNOW_ERROR_LOCKED (busy) or WINNOW_ERROR_STATE; returns false. */
bool sql_fail(const struct sql *sql, int code, GError **error);
/* Runs statements that return nothing. */
bool sql_exec(const struct sql *sql, const char *text, GError **error);
/* A statement that is kept; NULL with an error. Finalised by the caller with sqlite3_finalize(). */
sqlite3_stmt *sql_prepare(const struct sql *sql, const char *text, GError **error);
/* One step, then reset: for statements that return no rows. */
bool sql_run(const struct sql *sql, sqlite3_stmt *statement, GError **error);
/* Sets *row if there is a row. At the end, and on errors, the statement is reset. */
bool sql_step(const struct sql *sql, sqlite3_stmt *statement, bool *row, GError **error);
/* The first column of the first row as a number; 0 if there is none. */
bool sql_number(const struct sql *sql, const char *text, gint64 *number, GError **error);

/* Empty views and zeros are NULL; longer texts than LIMIT_DIAGNOSTIC are cut. The bytes must live until the step. */
void sql_bind_view(sqlite3_stmt *statement, int at, struct view text);
void sql_bind_text(sqlite3_stmt *statement, int at, struct view text, size_t limit);
void sql_bind_some(sqlite3_stmt *statement, int at, gint64 number);
struct view sql_view(sqlite3_stmt *statement, int column);

#endif
