/* SPDX-License-Identifier: MIT
 * Candidates of single events. */
#include "core/pool.h"
#include "db/private.h"

static bool add_row(struct ledger *ledger, sqlite3_stmt *row, struct view *key, GArray *into, struct pool *pool,
                    GError **error)
{
    struct view scheme;
    if (sqlite3_column_type(row, 2) != SQLITE_NULL)
        *key = pool_copy(pool, sql_view(row, 2));
    if (!texts_get(ledger, sqlite3_column_int64(row, 3), &scheme, error))
        return false;
    struct candidate candidate = {
        .step = (enum claim_step)names_value(ledger, NAMES_STEP, sqlite3_column_int64(row, 0)),
        .is = sqlite3_column_int(row, 1) ? CANDIDATE_ID : CANDIDATE_ADDRESS,
        .key = *key,
        .scheme = pool_copy(pool, scheme),
    };
    guint at = into->len;
    while (at > 0 && g_array_index(into, struct candidate, at - 1).step > candidate.step)
        at--;
    g_array_insert_val(into, at, candidate);
    return true;
}

bool ledger_candidates(struct ledger *ledger, gint64 event, GArray *into, struct pool *pool, GError **error)
{
    sqlite3_stmt *rows = ledger_statement(ledger, STATEMENT_CANDIDATES_OF, error);
    struct view key = {0};
    bool row;
    g_array_set_size(into, 0);
    if (!rows)
        return false;
    sqlite3_bind_int64(rows, 1, part_id(event, 0));
    sqlite3_bind_int64(rows, 2, part_id(event, PARTS - 1));
    while (sql_step(&ledger->sql, rows, &row, error)) {
        if (!row)
            return true;
        if (!add_row(ledger, rows, &key, into, pool, error)) {
            sqlite3_reset(rows);
            return false;
        }
    }
    return false;
}
