/* SPDX-License-Identifier: MIT */
#include "db/facts.h"

#include "core/pool.h"
#include "db/private.h"
#include "db/undo.h"

enum column {
    COLUMN_ID,
    COLUMN_RUN,
    COLUMN_TIME,
    COLUMN_SMTP_CODE,
    COLUMN_STATUS,
    COLUMN_RECIPIENT,
    COLUMN_ORIGINAL_RECIPIENT,
    COLUMN_DIAGNOSTIC,
    COLUMN_PROSE,
    COLUMN_PATH,
    COLUMN_MEMBER,
    COLUMN_OFFSET,
    COLUMN_COMMAND,
    COLUMN_REMOTE_MTA,
    COLUMN_READER,
    COLUMN_VERDICT_RUN,
    COLUMN_CLASS,
    COLUMN_FAULT,
    COLUMN_RULE,
    COLUMN_MATCHED,
};

static const char bounces_text[] =
    "SELECT event.id, event.run, time, smtp_code, status, recipient, original_recipient, diagnostic, prose, path, "
    "member, offset, command, remote_mta, reader, verdict.run, class, fault, rule, matched FROM event "
    "JOIN source ON source.id = source LEFT JOIN verdict ON verdict.id BETWEEN event.id << 16 AND (event.id << 16) + "
    "65535 WHERE kind = ?1 ORDER BY event.id, verdict.id";

struct facts {
    struct ledger *ledger;
    sqlite3_stmt *rows;
    struct pool pool; /* of the bounce in hand */
    struct stored_bounce bounce;
};

static struct view keep_text(struct facts *facts, enum column column)
{
    struct view text = sql_view(facts->rows, column);
    return view_is_empty(text) ? text : pool_copy(&facts->pool, text);
}

static bool keep_shared(struct facts *facts, enum column column, struct view *text, GError **error)
{
    if (!texts_get(facts->ledger, sqlite3_column_int64(facts->rows, column), text, error))
        return false;
    *text = pool_copy(&facts->pool, *text); /* ends with NUL */
    return true;
}

static bool take_event(struct facts *facts, GError **error)
{
    struct view reader;
    pool_reset(&facts->pool);
    if (facts->ledger->readings == 1)
        texts_trim(&facts->ledger->texts);
    facts->bounce = (struct stored_bounce){
        .id = sqlite3_column_int64(facts->rows, COLUMN_ID),
        .event = {.kind = EVENT_BOUNCE,
                  .time = sqlite3_column_int64(facts->rows, COLUMN_TIME),
                  .smtp_code = sqlite3_column_int(facts->rows, COLUMN_SMTP_CODE),
                  .status = keep_text(facts, COLUMN_STATUS),
                  .recipient = keep_text(facts, COLUMN_RECIPIENT),
                  .original_recipient = keep_text(facts, COLUMN_ORIGINAL_RECIPIENT),
                  .diagnostic = keep_text(facts, COLUMN_DIAGNOSTIC),
                  .prose = keep_text(facts, COLUMN_PROSE)},
        .origin = {.path = pool_copy(&facts->pool, sql_view(facts->rows, COLUMN_PATH)).data,
                   .offset = (guint64)sqlite3_column_int64(facts->rows, COLUMN_OFFSET)},
    };
    struct event *event = &facts->bounce.event;
    struct view member = keep_text(facts, COLUMN_MEMBER);
    facts->bounce.origin.member = view_is_empty(member) ? NULL : member.data;
    if (!keep_shared(facts, COLUMN_COMMAND, &event->command, error) ||
        !keep_shared(facts, COLUMN_REMOTE_MTA, &event->remote_mta, error) ||
        !keep_shared(facts, COLUMN_READER, &reader, error))
        return false;
    event->reader = reader.data;
    return true;
}

static bool take_verdict(struct facts *facts, GError **error)
{
    const struct ledger *ledger = facts->ledger;
    struct view rule;
    if (sqlite3_column_type(facts->rows, COLUMN_VERDICT_RUN) == SQLITE_NULL ||
        !ledger_in_force(ledger, sqlite3_column_int64(facts->rows, COLUMN_VERDICT_RUN)))
        return true;
    struct verdict *verdict = &facts->bounce.verdict;
    verdict->class = (enum ses_class)names_value(ledger, NAMES_CLASS, sqlite3_column_int64(facts->rows, COLUMN_CLASS));
    verdict->fault = (enum fault)names_value(ledger, NAMES_FAULT, sqlite3_column_int64(facts->rows, COLUMN_FAULT));
    if (!keep_shared(facts, COLUMN_RULE, &rule, error) || !keep_shared(facts, COLUMN_MATCHED, &verdict->matched, error))
        return false;
    verdict->rule = rule.data;
    return true;
}

static bool is_in_force(const struct facts *facts)
{
    return undone_event_run(facts->ledger, sqlite3_column_int64(facts->rows, COLUMN_ID),
                            sqlite3_column_int64(facts->rows, COLUMN_RUN)) != 0;
}

static bool read_rows(struct facts *facts, each_bounce_call each, void *user, GError **error)
{
    bool row = true;
    while (row) {
        if (!sql_step(&facts->ledger->sql, facts->rows, &row, error))
            return false;
        bool next = !row || sqlite3_column_int64(facts->rows, COLUMN_ID) != facts->bounce.id;
        if (next && facts->bounce.id != 0 && !each(&facts->bounce, user, error))
            return false;
        if (next)
            facts->bounce.id = 0;
        if (!row || !is_in_force(facts))
            continue;
        if ((next && !take_event(facts, error)) || !take_verdict(facts, error))
            return false;
    }
    return true;
}

bool ledger_each_bounce(struct ledger *ledger, each_bounce_call each, void *user, GError **error)
{
    struct facts facts = {.ledger = ledger, .rows = sql_prepare(&ledger->sql, bounces_text, error)};
    if (!facts.rows)
        return false;
    pool_init(&facts.pool);
    ledger->readings++;
    sqlite3_bind_int64(facts.rows, 1, names_id(ledger, NAMES_KIND, EVENT_BOUNCE));
    bool sound = read_rows(&facts, each, user, error);
    ledger->readings--;
    pool_clear(&facts.pool);
    sqlite3_finalize(facts.rows);
    return sound;
}
