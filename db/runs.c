/* SPDX-License-Identifier: MIT */
#include "db/private.h"
#include "db/undo.h"

#define COUNTED(name) "coalesce((SELECT value FROM count WHERE count.run = run.id AND name = '" name "'), 0)"

bool ledger_each_run(struct ledger *ledger, bool (*each)(const struct run_summary *run, void *user, GError **error),
                     void *user, GError **error)
{
    sqlite3_stmt *runs = sql_prepare(
        &ledger->sql,
        "SELECT id, started, command, " COUNTED("messages") ", " COUNTED("added") ", " COUNTED("removed") ", " COUNTED(
            "held") ", version, coalesce((SELECT path FROM cleaned WHERE cleaned.run = run.id), ''), "
                    "coalesce((SELECT undone FROM undo WHERE undo.run = run.id), 0) "
                    "FROM run ORDER BY id",
        error);
    bool row = runs != NULL, sound = row;
    while (sound && (sound = sql_step(&ledger->sql, runs, &row, error)) && row) {
        struct view command = sql_view(runs, 2), version = sql_view(runs, 7), list = sql_view(runs, 8);
        struct run_summary run = {
            .run = sqlite3_column_int64(runs, 0),
            .started = sqlite3_column_int64(runs, 1),
            .command = command.data ? command.data : "",
            .version = version.data ? version.data : "",
            .list = list.data ? list.data : "",
            .messages = (guint64)sqlite3_column_int64(runs, 3),
            .added = (guint64)sqlite3_column_int64(runs, 4),
            .removed = (guint64)sqlite3_column_int64(runs, 5),
            .held = (guint64)sqlite3_column_int64(runs, 6),
            .undoes = sqlite3_column_int64(runs, 9),
            .undone_by = undone_by(ledger, sqlite3_column_int64(runs, 0)),
        };
        sound = each(&run, user, error);
    }
    sqlite3_finalize(runs);
    return sound;
}

bool ledger_each_count(struct ledger *ledger, gint64 run,
                       bool (*each)(const char *name, guint64 value, void *user, GError **error), void *user,
                       GError **error)
{
    sqlite3_stmt *counts =
        sql_prepare(&ledger->sql, "SELECT name, value FROM count WHERE run = ?1 ORDER BY name", error);
    bool row = counts != NULL, sound = row;
    if (counts)
        sqlite3_bind_int64(counts, 1, run);
    while (sound && (sound = sql_step(&ledger->sql, counts, &row, error)) && row) {
        struct view name = sql_view(counts, 0);
        sound = each(name.data ? name.data : "", (guint64)sqlite3_column_int64(counts, 1), user, error);
    }
    sqlite3_finalize(counts);
    return sound;
}

#define DECISIONS                                                                                                      \
    "SELECT run, started, key, row, action, retry_after, decided_by, kind, class, last_bounce, "                       \
    "coalesce((SELECT text FROM text WHERE text.id = why), '') "                                                       \
    "FROM decision JOIN run ON run.id = decision.run WHERE "

static struct past_decision read_decision(const struct ledger *ledger, sqlite3_stmt *row)
{
    return (struct past_decision){
        .run = sqlite3_column_int64(row, 0),
        .started = sqlite3_column_int64(row, 1),
        .key = sql_view(row, 2),
        .row = (guint64)sqlite3_column_int64(row, 3),
        .action = (enum action)names_value(ledger, NAMES_ACTION, sqlite3_column_int64(row, 4)),
        .retry_after = sqlite3_column_int64(row, 5),
        .decided_by = sqlite3_column_int64(row, 6),
        .kind = (enum event_kind)names_value(ledger, NAMES_KIND, sqlite3_column_int64(row, 7)),
        .class = (enum ses_class)names_value(ledger, NAMES_CLASS, sqlite3_column_int64(row, 8)),
        .last_bounce = sqlite3_column_int64(row, 9),
        .why = sql_view(row, 10),
    };
}

/* Takes `decisions`, which may be NULL with `error` set. `all`: of runs that were taken back, too. */
static bool each_decision(struct ledger *ledger, sqlite3_stmt *decisions, bool all, each_decision_call each, void *user,
                          GError **error)
{
    bool row = decisions != NULL, sound = row;
    while (sound && (sound = sql_step(&ledger->sql, decisions, &row, error)) && row) {
        struct past_decision decision = read_decision(ledger, decisions);
        sound = !(all || ledger_in_force(ledger, decision.run)) || each(&decision, user, error);
    }
    sqlite3_finalize(decisions);
    return sound;
}

bool ledger_each_decision(struct ledger *ledger, gint64 run, each_decision_call each, void *user, GError **error)
{
    sqlite3_stmt *decisions = sql_prepare(
        &ledger->sql, DECISIONS "decision.id BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1 ORDER BY decision.id", error);
    if (decisions)
        sqlite3_bind_int64(decisions, 1, run);
    return each_decision(ledger, decisions, true, each, user, error);
}

bool ledger_each_decision_of(struct ledger *ledger, struct view key, each_decision_call each, void *user,
                             GError **error)
{
    sqlite3_stmt *decisions = sql_prepare(&ledger->sql, DECISIONS "key = ?1 ORDER BY decision.id", error);
    if (decisions)
        sql_bind_view(decisions, 1, key);
    return each_decision(ledger, decisions, false, each, user, error);
}

bool ledger_wrote(struct ledger *ledger, const char *path, const char *digest, bool *wrote, GError **error)
{
    sqlite3_stmt *find = ledger_statement(ledger, STATEMENT_OUTPUT_FIND, error);
    if (!find)
        return false;
    sqlite3_bind_text(find, 1, path, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, digest, -1, SQLITE_STATIC);
    bool stepped = sql_step(&ledger->sql, find, wrote, error);
    sqlite3_reset(find);
    return stepped;
}
