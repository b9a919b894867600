/* SPDX-License-Identifier: MIT */
#include "db/sent.h"

#include "db/private.h"

/* The events of one message have consecutive numbers. */
static const char RETURNED[] =
    "SELECT id, returned_message_id, envelope_id, recipient, original_recipient, failed_recipient, "
    "NOT EXISTS (SELECT 1 FROM event AS other WHERE other.id IN (event.id - 1, event.id + 1) "
    "AND other.source = event.source AND other.offset = event.offset), run "
    "FROM event WHERE (returned_message_id IS NOT NULL OR envelope_id IS NOT NULL) AND kind IN (?1, ?2, ?3) "
    "ORDER BY id";

bool ledger_each_returned(struct ledger *ledger,
                          bool (*each)(const struct returned *returned, void *user, GError **error), void *user,
                          GError **error)
{
    static const enum event_kind kinds[] = {EVENT_BOUNCE, EVENT_COMPLAINT, EVENT_DELIVERY};
    bool row = false;
    sqlite3_stmt *rows = sql_prepare(&ledger->sql, RETURNED, error);
    for (size_t i = 0; rows && i < G_N_ELEMENTS(kinds); i++)
        sqlite3_bind_int64(rows, (int)i + 1, names_id(ledger, NAMES_KIND, kinds[i]));
    bool sound = rows != NULL;
    while (sound && (sound = sql_step(&ledger->sql, rows, &row, error)) && row) {
        struct returned returned = {
            .event = sqlite3_column_int64(rows, 0),
            .message_id = sql_view(rows, 1),
            .envelope_id = sql_view(rows, 2),
            .recipient = sql_view(rows, 3),
            .original_recipient = sql_view(rows, 4),
            .failed_recipient = sql_view(rows, 5),
            .alone = sqlite3_column_int(rows, 6),
            .in_force = undone_event_run(ledger, sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 7)) != 0,
        };
        sound = each(&returned, user, error);
    }
    sqlite3_finalize(rows);
    return sound;
}

bool ledger_add_sent(struct ledger *ledger, gint64 event, struct view campaign, GError **error)
{
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_SENT_ADD, error);
    gint64 text;
    if (!add || !texts_id(ledger, campaign, &text, error))
        return false;
    sqlite3_bind_int64(add, 1, event);
    sqlite3_bind_int64(add, 2, text);
    sqlite3_bind_int64(add, 3, ledger->run);
    return text == 0 || sql_run(&ledger->sql, add, error);
}
