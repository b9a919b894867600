/* SPDX-License-Identifier: MIT
 * What plans refer to: events by their digests, the ledger by all its last numbers. */
#include "db/private.h"

bool ledger_event_digest(struct ledger *ledger, gint64 event, char hex[EVENT_DIGEST_HEX + 1], GError **error)
{
    bool row = false;
    hex[0] = '\0';
    sqlite3_stmt *get = ledger_row(ledger, STATEMENT_EVENT_DIGEST, event, &row, error);
    if (!get)
        return false;
    if (row) {
        g_strlcpy(hex, (const char *)sqlite3_column_text(get, 0), EVENT_DIGEST_HEX + 1);
        sqlite3_reset(get);
    }
    return true;
}

bool ledger_event_number(struct ledger *ledger, const char *hex, gint64 *event, GError **error)
{
    guint8 digest[EVENT_DIGEST_HEX / 2];
    bool row = false;
    *event = 0;
    if (strlen(hex) != EVENT_DIGEST_HEX)
        return true;
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    sqlite3_stmt *find = ledger_statement(ledger, STATEMENT_EVENT_FIND, error);
    if (!find)
        return false;
    sqlite3_bind_blob(find, 1, digest, sizeof digest, SQLITE_STATIC);
    if (!sql_step(&ledger->sql, find, &row, error))
        return false;
    if (row) {
        gint64 id = sqlite3_column_int64(find, 0);
        *event = undone_event_run(ledger, id, sqlite3_column_int64(find, 1)) ? id : 0;
        sqlite3_reset(find);
    }
    return true;
}

char *ledger_fingerprint(struct ledger *ledger, GError **error)
{
    static const char *const tables[] = {"run", "event", "candidate", "verdict", "decision"};
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *query = g_strdup_printf("SELECT coalesce(max(id), 0) FROM \"%s\"", tables[i]);
        gint64 last;
        if (!sql_number(&ledger->sql, query, &last, error))
            return NULL;
        g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT, i ? ", " : "", tables[i], last);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
