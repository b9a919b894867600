/* SPDX-License-Identifier: MIT */
#include "db/schema.h"

#include "core/error.h"

#include <gio/gio.h>

enum { APPLICATION_ID = 0x77696e6e }; /* "winn" */

static GBytes *script(unsigned number)
{
    g_autofree char *name = g_strdup_printf("/winnow/db/schema/%03u.sql", number);
    return g_resources_lookup_data(name, 0, NULL);
}

unsigned schema_known(void)
{
    unsigned number = 0;
    for (GBytes *bytes; (bytes = script(number + 1)); number++)
        g_bytes_unref(bytes);
    return number;
}

/* Sets *version; an empty database is 0. */
static bool look(const struct sql *sql, gint64 *version, GError **error)
{
    gint64 application, objects;
    if (!sql_number(sql, "PRAGMA application_id", &application, error) ||
        !sql_number(sql, "PRAGMA user_version", version, error) ||
        !sql_number(sql, "SELECT count(*) FROM sqlite_schema", &objects, error))
        return false;
    bool empty = application == 0 && *version == 0 && objects == 0;
    if (!empty && application != APPLICATION_ID)
        return sql_fail(sql, SQLITE_NOTADB, error);
    unsigned known = schema_known();
    if (*version >= 0 && *version <= known)
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE,
                "state '%s' has schema %" G_GINT64_FORMAT ", this winnow knows %u; use a newer winnow", sql->path,
                *version, known);
    return false;
}

static bool apply(const struct sql *sql, unsigned number, GError **error)
{
    g_autoptr(GBytes) bytes = script(number);
    g_autofree char *text = g_strdup_printf(
        "BEGIN IMMEDIATE; %.*s\n; PRAGMA application_id = %d; PRAGMA user_version = %u; COMMIT",
        (int)g_bytes_get_size(bytes), (const char *)g_bytes_get_data(bytes, NULL), APPLICATION_ID, number);
    if (sql_exec(sql, text, error))
        return true;
    sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool schema_migrate(const struct sql *sql, GError **error)
{
    gint64 version;
    if (!look(sql, &version, error))
        return false;
    for (unsigned number = (unsigned)version + 1; number <= schema_known(); number++) {
        if (!apply(sql, number, error))
            return false;
    }
    return true;
}

bool schema_check(const struct sql *sql, GError **error)
{
    gint64 version;
    if (!look(sql, &version, error))
        return false;
    if (version == schema_known())
        return true;
    if (version == 0)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "no state at '%s' yet", sql->path);
    else
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE,
                    "state '%s' has the old schema %" G_GINT64_FORMAT
                    "; any run that writes to it brings it up to date",
                    sql->path, version);
    return false;
}
