/* SPDX-License-Identifier: MIT
 * The schema by numbers: schema/NNN.sql, compiled in, each applied once in a transaction of its own.
 * PRAGMA user_version is the number reached; PRAGMA application_id says that the file is ours. */
#ifndef WINNOW_DB_SCHEMA_H
#define WINNOW_DB_SCHEMA_H

#include "db/sql.h"

/* The highest number that this program knows. */
unsigned schema_known(void);
/* Brings a new or older file up to date. WINNOW_ERROR_STATE if it is newer, or not ours. */
bool schema_migrate(const struct sql *sql, GError **error);
/* For readers: only looks. */
bool schema_check(const struct sql *sql, GError **error);

#endif
