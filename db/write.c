/* SPDX-License-Identifier: MIT */
#include "core/limits.h"
#include "db/facts.h"
#include "db/forgotten.h"
#include "db/private.h"

/* Half of a SHA-256 still is beyond finding two alike, and the index is the largest thing that ingesting touches. */
enum { DIGEST_STORED = 16 };

static bool same_source(const struct ledger *ledger, const char *path, const char *member)
{
    return ledger->source && g_str_equal(ledger->source_path, path) && g_str_equal(ledger->source_member, member);
}

static bool add_source(struct ledger *ledger, const char *path, const char *member, gint64 *id, GError **error)
{
    static const enum kept_statement order[] = {STATEMENT_SOURCE_FIND, STATEMENT_SOURCE_ADD};
    bool row = false;
    for (size_t i = 0; i < G_N_ELEMENTS(order) && !row; i++) {
        sqlite3_stmt *statement = ledger_statement(ledger, order[i], error);
        if (!statement)
            return false;
        sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, member, -1, SQLITE_STATIC);
        if (!sql_step(&ledger->sql, statement, &row, error))
            return false;
        *id = row ? sqlite3_column_int64(statement, 0) : sqlite3_last_insert_rowid(ledger->sql.db);
        sqlite3_reset(statement);
    }
    return true;
}

static bool source_id(struct ledger *ledger, const struct origin *origin, gint64 *id, GError **error)
{
    const char *path = origin->path ? origin->path : "", *member = origin->member ? origin->member : "";
    if (!same_source(ledger, path, member)) {
        gint64 found;
        ledger->source = 0;
        if (!add_source(ledger, path, member, &found, error))
            return false;
        g_free(ledger->source_path);
        g_free(ledger->source_member);
        ledger->source_path = g_strdup(path);
        ledger->source_member = g_strdup(member);
        ledger->source = found;
    }
    *id = ledger->source;
    return true;
}

static bool bind_text(struct ledger *ledger, sqlite3_stmt *statement, int at, struct view text, GError **error)
{
    gint64 id;
    if (!texts_id(ledger, text, &id, error))
        return false;
    sql_bind_some(statement, at, id);
    return true;
}

static bool find_event(struct ledger *ledger, const struct event_key *key, gint64 *id, gint64 *run, bool *found,
                       GError **error)
{
    sqlite3_stmt *find = ledger_statement(ledger, STATEMENT_EVENT_FIND, error);
    if (!find)
        return false;
    sqlite3_bind_blob(find, 1, key->digest, DIGEST_STORED, SQLITE_STATIC);
    if (!sql_step(&ledger->sql, find, found, error))
        return false;
    *id = *found ? sqlite3_column_int64(find, 0) : 0;
    *run = *found ? sqlite3_column_int64(find, 1) : 0;
    sqlite3_reset(find);
    return true;
}

enum { PROSE_PARAMETER = 14, ARRIVED_PARAMETER = 25 };

/* The prose is long, and needed only to judge anew what the diagnostic leaves open. */
static struct view prose_worth_storing(const struct event *event, const struct verdict *verdict)
{
    bool open = !verdict->by_reply || view_is_empty(event->diagnostic) || verdict->class == SES_UNDETERMINED;
    return open ? event->prose : (struct view){0};
}

static bool bind_texts(struct ledger *ledger, sqlite3_stmt *add, const struct event *event, GError **error)
{
    const struct view texts[] = {event->action,        event->command,  event->reporting_mta,  event->remote_mta,
                                 event->feedback_type, event->campaign, view_of(event->reader)};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (!bind_text(ledger, add, 18 + (int)i, texts[i], error))
            return false;
    }
    return true;
}

static bool add_event(struct ledger *ledger, const struct event_key *key, const struct origin *origin,
                      const struct event *event, const struct verdict *verdict, gint64 *id, GError **error)
{
    gint64 source;
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_EVENT_ADD, error);
    if (!add || !source_id(ledger, origin, &source, error) || !bind_texts(ledger, add, event, error))
        return false;
    const struct view own[] = {
        event->status,
        event->recipient,
        event->original_recipient,
        event->failed_recipient,
        event->returned_to,
        event->diagnostic,
        prose_worth_storing(event, verdict),
        event->message_id,
        event->returned_message_id,
        event->envelope_id,
    };
    sqlite3_bind_blob(add, 1, key->digest, DIGEST_STORED, SQLITE_STATIC);
    sqlite3_bind_int64(add, 2, ledger->run);
    sqlite3_bind_int64(add, 3, source);
    sqlite3_bind_int64(add, 4, (gint64)origin->offset);
    sqlite3_bind_int64(add, 5, names_id(ledger, NAMES_KIND, event->kind));
    sql_bind_some(add, 6, event->time);
    sql_bind_some(add, 7, event->smtp_code);
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        sql_bind_view(add, 8 + (int)i, own[i]);
    sql_bind_some(add, ARRIVED_PARAMETER, event->arrived);
    sql_bind_text(add, PROSE_PARAMETER, own[PROSE_PARAMETER - 8], LIMIT_CLASSIFIED_TEXT);
    if (!sql_run(&ledger->sql, add, error))
        return false;
    *id = sqlite3_last_insert_rowid(ledger->sql.db);
    return true;
}

/* `same` as the candidate before: return path and Final-Recipient mostly agree, and the index is dear. */
static bool add_candidate(struct ledger *ledger, gint64 event, gint64 n, const struct candidate *candidate, bool same,
                          GError **error)
{
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_CANDIDATE_ADD, error);
    if (!add || !bind_text(ledger, add, 5, candidate->scheme, error))
        return false;
    sqlite3_bind_int64(add, 1, part_id(event, n));
    sqlite3_bind_int64(add, 2, names_id(ledger, NAMES_STEP, candidate->step));
    sqlite3_bind_int64(add, 3, candidate->is == CANDIDATE_ID);
    sql_bind_view(add, 4, same ? (struct view){0} : candidate->key);
    return sql_run(&ledger->sql, add, error);
}

static bool add_claim(struct ledger *ledger, gint64 event, const struct claim *claim, GError **error)
{
    struct view before = {0};
    gint64 n = 0;
    for (size_t i = 0; i < claim->count && n < PARTS; i++) {
        const struct candidate *candidate = &claim->at[i];
        if (view_is_empty(candidate->key))
            continue;
        if (!add_candidate(ledger, event, n++, candidate, view_equal(candidate->key, before), error))
            return false;
        before = candidate->key;
    }
    return true;
}

/* This run, not the event's own, says that the candidate is one. */
static bool add_later(struct ledger *ledger, gint64 candidate, GError **error)
{
    sqlite3_stmt *later = ledger_statement(ledger, STATEMENT_LATER_CANDIDATE_ADD, error);
    if (!later)
        return false;
    sqlite3_bind_int64(later, 1, candidate);
    sqlite3_bind_int64(later, 2, ledger->run);
    undone_found_again(ledger, candidate);
    return sql_run(&ledger->sql, later, error);
}

/* A known event read with a --verp pattern that the first run lacked has candidates that are news. */
static bool merge_candidate(struct ledger *ledger, gint64 event, const struct candidate *candidate, GError **error)
{
    struct forgotten forgotten;
    if (ledger_forgot(ledger, candidate->is, candidate->key, &forgotten))
        return true;
    bool row;
    sqlite3_stmt *known = ledger_statement(ledger, STATEMENT_CANDIDATE_KNOWN, error);
    if (!known || view_is_empty(candidate->key))
        return known != NULL;
    sqlite3_bind_int64(known, 1, part_id(event, 0));
    sqlite3_bind_int64(known, 2, part_id(event, PARTS - 1));
    sqlite3_bind_int64(known, 3, names_id(ledger, NAMES_STEP, candidate->step));
    sqlite3_bind_int64(known, 4, candidate->is == CANDIDATE_ID);
    sql_bind_view(known, 5, candidate->key);
    if (!sql_step(&ledger->sql, known, &row, error))
        return false;
    gint64 count = row ? sqlite3_column_int64(known, 0) : 0, same = row ? sqlite3_column_int64(known, 1) : 0;
    sqlite3_reset(known);
    if (same > 0)
        return !undone_candidate(ledger, same) || add_later(ledger, same, error);
    return count == PARTS || (add_candidate(ledger, event, count, candidate, false, error) &&
                              add_later(ledger, part_id(event, count), error));
}

bool ledger_add_candidates(struct ledger *ledger, gint64 event, const struct claim *claim, GError **error)
{
    for (size_t i = 0; i < claim->count; i++) {
        if (!merge_candidate(ledger, event, &claim->at[i], error))
            return false;
    }
    return true;
}

static bool add_verdict(struct ledger *ledger, gint64 event, gint64 n, const struct verdict *verdict, GError **error)
{
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_VERDICT_ADD, error);
    if (!add || !bind_text(ledger, add, 6, view_of(verdict->rule), error) ||
        !bind_text(ledger, add, 7, verdict->matched, error))
        return false;
    sqlite3_bind_int64(add, 1, part_id(event, n));
    sqlite3_bind_int64(add, 2, ledger->run);
    sql_bind_some(add, 3, ledger->ruleset);
    sqlite3_bind_int64(add, 4, names_id(ledger, NAMES_CLASS, verdict->class));
    sqlite3_bind_int64(add, 5, names_id(ledger, NAMES_FAULT, verdict->fault));
    return sql_run(&ledger->sql, add, error);
}

/* How many verdicts an event has. */
static bool count_verdicts(struct ledger *ledger, gint64 event, gint64 *count, GError **error)
{
    bool row;
    sqlite3_stmt *last = ledger_statement(ledger, STATEMENT_VERDICT_LAST, error);
    if (!last)
        return false;
    sqlite3_bind_int64(last, 1, part_id(event, 0));
    sqlite3_bind_int64(last, 2, part_id(event, PARTS - 1));
    if (!sql_step(&ledger->sql, last, &row, error))
        return false;
    *count = row && sqlite3_column_type(last, 0) != SQLITE_NULL ? sqlite3_column_int64(last, 0) % PARTS + 1 : 0;
    if (row)
        sqlite3_reset(last);
    return true;
}

bool ledger_add_verdict(struct ledger *ledger, gint64 event, const struct verdict *verdict, GError **error)
{
    gint64 count;
    return count_verdicts(ledger, event, &count, error) &&
           (count == PARTS || add_verdict(ledger, event, count, verdict, error));
}

/* A known event whose run was taken back: the same facts, in force again by this run, as its rules see them. */
static bool read_again(struct ledger *ledger, gint64 event, const struct claim *claim, const struct verdict *verdict,
                       GError **error)
{
    return undone_read_again(ledger, event, error) && ledger_add_candidates(ledger, event, claim, error) &&
           ledger_add_verdict(ledger, event, verdict, error);
}

static bool add_filtered(struct ledger *ledger, const struct event_key *key, const struct origin *origin,
                         const struct event *event, const struct claim *claim, const struct verdict *verdict,
                         gint64 *id, bool *added, GError **error)
{
    bool known;
    gint64 run;
    *id = 0;
    *added = false;
    if (event->kind == EVENT_NONE)
        return true;
    if (!find_event(ledger, key, id, &run, &known, error))
        return false;
    if (known && undone_event_run(ledger, *id, run) != 0)
        return ledger_add_candidates(ledger, *id, claim, error);
    if (known && undone_for_good(ledger, run))
        return true;
    *added = true;
    ledger->added++;
    if (known)
        return read_again(ledger, *id, claim, verdict, error);
    return add_event(ledger, key, origin, event, verdict, id, error) && add_claim(ledger, *id, claim, error) &&
           add_verdict(ledger, *id, 0, verdict, error);
}

bool ledger_add_event(struct ledger *ledger, const struct event_key *key, const struct origin *origin,
                      const struct event *event, const struct claim *claim, const struct verdict *verdict, gint64 *id,
                      bool *added, GError **error)
{
    *id = 0;
    *added = false;
    if (!ledger_forgets(ledger))
        return add_filtered(ledger, key, origin, event, claim, verdict, id, added, error);
    struct filtered f;
    if (forgetting_filter(ledger, event, claim, verdict, &f))
        return true;
    bool sound = add_filtered(ledger, key, origin, &f.event, &f.claim, &f.verdict, id, added, error);
    pool_clear(&f.pool);
    return sound;
}

/* Decisions that an earlier run took keep their words: that is what was done. */
bool ledger_withdraw_event(struct ledger *ledger, const struct event_key *key, GError **error)
{
    static const enum kept_statement order[] = {STATEMENT_EVENT_UNTIE, STATEMENT_CANDIDATES_DROP,
                                                STATEMENT_VERDICTS_DROP, STATEMENT_EVENT_DROP};
    gint64 id, run;
    bool known;
    if (!find_event(ledger, key, &id, &run, &known, error))
        return false;
    for (size_t i = 0; known && i < G_N_ELEMENTS(order); i++) {
        sqlite3_stmt *statement = ledger_statement(ledger, order[i], error);
        if (!statement)
            return false;
        sqlite3_bind_int64(statement, 1, id);
        if (!sql_run(&ledger->sql, statement, error))
            return false;
    }
    return true;
}

bool ledger_add_decision(struct ledger *ledger, gint64 run, struct view key, guint64 row,
                         const struct decision *decision, GError **error)
{
    struct forgotten forgotten;
    if (ledger_forgot(ledger, CANDIDATE_ADDRESS, key, &forgotten) ||
        ledger_forgot(ledger, CANDIDATE_ID, key, &forgotten))
        return true;
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_DECISION_ADD, error);
    if (!add)
        return false;
    sqlite3_bind_int64(add, 1, run);
    sqlite3_bind_text(add, 2, key.data ? key.data : "", (int)MIN(key.len, LIMIT_DIAGNOSTIC), SQLITE_STATIC);
    sqlite3_bind_int64(add, 3, (gint64)row);
    sqlite3_bind_int64(add, 4, names_id(ledger, NAMES_ACTION, decision->action));
    sql_bind_some(add, 5, decision->retry_after);
    sql_bind_some(add, 6, decision->decided_by);
    sqlite3_bind_int64(add, 7, names_id(ledger, NAMES_KIND, decision->kind));
    sqlite3_bind_int64(add, 8, names_id(ledger, NAMES_CLASS, decision->class));
    sql_bind_some(add, 9, decision->last_bounce);
    gint64 why;
    if (!texts_id(ledger, view_of(decision->why), &why, error))
        return false;
    sqlite3_bind_int64(add, 10, why);
    sqlite3_bind_int64(add, 11, run << 32 | ledger->decisions++);
    return sql_run(&ledger->sql, add, error);
}

bool ledger_add_output(struct ledger *ledger, gint64 run, const char *path, const char *digest, GError **error)
{
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_OUTPUT_ADD, error);
    if (!add)
        return false;
    sqlite3_bind_int64(add, 1, run);
    sqlite3_bind_text(add, 2, path, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 3, digest, -1, SQLITE_STATIC);
    return sql_run(&ledger->sql, add, error);
}

bool ledger_count(struct ledger *ledger, gint64 run, const char *name, guint64 value, GError **error)
{
    sqlite3_stmt *set = ledger_statement(ledger, STATEMENT_COUNT_SET, error);
    if (!set)
        return false;
    sqlite3_bind_int64(set, 1, run);
    sqlite3_bind_text(set, 2, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(set, 3, (gint64)value);
    return sql_run(&ledger->sql, set, error);
}
