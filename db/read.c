/* SPDX-License-Identifier: MIT */
#include "core/pool.h"
#include "db/private.h"
#include "db/undo.h"

/* Three cursors in step, each in the order of event numbers: what a join would do, without copying an event per
 * candidate. A single event's texts live in the cursors' rows, the texts cache and `pool` until the next event. */
struct reading {
    struct ledger *ledger;
    sqlite3_stmt *events, *candidates, *verdicts;
    gint64 candidate_of, verdict_of; /* event of the row that waits there, this one or a later one; PAST_ALL: none */
    gint64 source;                   /* of `path` and `member` */
    char *path, *member;
    struct pool pool;
    GArray *found;      /* struct candidate */
    struct view wanted; /* empty: all events; else one that a candidate in force must have */
    struct evidence evidence;
};

#define PAST_ALL G_MAXINT64

typedef bool (*each_evidence)(const struct evidence *evidence, void *user, GError **error);

#define EVENT_COLUMNS                                                                                                  \
    "id, run, source, offset, kind, time, smtp_code, status, recipient, original_recipient, diagnostic, message_id, "  \
    "remote_mta, feedback_type, coalesce((SELECT sent.campaign FROM sent WHERE sent.event = event.id AND "             \
    "winnow_in_force(sent.run)), campaign), "                                                                          \
    "reader, returned_message_id, arrived"
#define CANDIDATE_COLUMNS "candidate.id >> 16, step, is_id, key, scheme, candidate.id"
#define VERDICT_COLUMNS "verdict.id >> 16, class, fault, rule, matched, run"
#define OF_KEY "(SELECT DISTINCT id >> 16 AS event FROM candidate WHERE key = ?2)"
#define PARTS_OF_KEY(table)                                                                                            \
    " FROM " OF_KEY " CROSS JOIN " table " ON " table ".id BETWEEN event << 16 AND (event << 16) + 65535 "             \
    "ORDER BY " table ".id"

static const char *const all_texts[] = {
    "SELECT " EVENT_COLUMNS " FROM event WHERE ?1 = 0 OR time IS NULL OR time <= ?1 ORDER BY id",
    "SELECT " CANDIDATE_COLUMNS " FROM candidate ORDER BY id",
    "SELECT " VERDICT_COLUMNS " FROM verdict ORDER BY id",
};

static const char *const key_texts[] = {
    "SELECT " EVENT_COLUMNS " FROM event WHERE ?1 = 0 AND id IN " OF_KEY " ORDER BY id",
    "SELECT " CANDIDATE_COLUMNS PARTS_OF_KEY("candidate"),
    "SELECT " VERDICT_COLUMNS PARTS_OF_KEY("verdict"),
};

G_STATIC_ASSERT(PART_BITS == 16);

static bool text_column(struct reading *reading, sqlite3_stmt *row, int column, struct view *text, GError **error)
{
    return texts_get(reading->ledger, sqlite3_column_int64(row, column), text, error);
}

static bool read_source(struct reading *reading, gint64 id, GError **error)
{
    struct ledger *ledger = reading->ledger;
    if (id != reading->source) {
        bool row;
        sqlite3_stmt *get = ledger_row(ledger, STATEMENT_SOURCE_GET, id, &row, error);
        if (!get)
            return false;
        if (!row)
            return sql_fail(&ledger->sql, SQLITE_CORRUPT, error);
        g_free(reading->path);
        g_free(reading->member);
        reading->path = view_dup(sql_view(get, 0));
        reading->member = view_dup(sql_view(get, 1));
        reading->source = id;
        sqlite3_reset(get);
    }
    reading->evidence.path = view_of(reading->path);
    reading->evidence.member = view_of(reading->member);
    return true;
}

static bool read_run(struct reading *reading, GError **error)
{
    struct ledger *ledger = reading->ledger;
    gint64 id = reading->evidence.run;
    if (id != ledger->started_of) {
        bool row;
        sqlite3_stmt *get = ledger_row(ledger, STATEMENT_RUN_STARTED, id, &row, error);
        if (!get)
            return false;
        ledger->started = row ? sqlite3_column_int64(get, 0) : 0;
        ledger->started_of = id;
        if (row)
            sqlite3_reset(get);
    }
    reading->evidence.read = ledger->started;
    return true;
}

static bool read_event(struct reading *reading, GError **error)
{
    sqlite3_stmt *row = reading->events;
    const struct ledger *ledger = reading->ledger;
    reading->evidence = (struct evidence){
        .id = sqlite3_column_int64(row, 0),
        .run = undone_event_run(ledger, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1)),
        .offset = (guint64)sqlite3_column_int64(row, 3),
        .kind = (enum event_kind)names_value(ledger, NAMES_KIND, sqlite3_column_int64(row, 4)),
        .time = sqlite3_column_int64(row, 5),
        .arrived = sqlite3_column_int64(row, 17),
        .smtp_code = sqlite3_column_int(row, 6),
        .status = sql_view(row, 7),
        .recipient = sql_view(row, 8),
        .original_recipient = sql_view(row, 9),
        .diagnostic = sql_view(row, 10),
        .message_id = sql_view(row, 11),
        .returned_message_id = sql_view(row, 16),
    };
    struct evidence *evidence = &reading->evidence;
    struct view feedback;
    if (!text_column(reading, row, 12, &evidence->remote_mta, error) ||
        !text_column(reading, row, 13, &feedback, error) ||
        !text_column(reading, row, 14, &evidence->campaign, error) ||
        !text_column(reading, row, 15, &evidence->reader, error))
        return false;
    evidence->actionable = evidence->kind == EVENT_COMPLAINT && complaint_is_actionable(feedback);
    return read_source(reading, sqlite3_column_int64(row, 2), error) && read_run(reading, error);
}

/* Sets the event that the cursor's next row belongs to. */
static bool advance(struct reading *reading, sqlite3_stmt *cursor, gint64 *event, GError **error)
{
    bool row;
    if (!sql_step(&reading->ledger->sql, cursor, &row, error))
        return false;
    *event = row ? sqlite3_column_int64(cursor, 0) : PAST_ALL;
    return true;
}

/* The last of an event's verdicts of runs in force. */
static bool read_verdict(struct reading *reading, GError **error)
{
    struct evidence *evidence = &reading->evidence;
    sqlite3_stmt *row = reading->verdicts;
    while (reading->verdict_of <= evidence->id) {
        if (reading->verdict_of == evidence->id && ledger_in_force(reading->ledger, sqlite3_column_int64(row, 5))) {
            const struct ledger *ledger = reading->ledger;
            evidence->class = (enum ses_class)names_value(ledger, NAMES_CLASS, sqlite3_column_int64(row, 1));
            evidence->fault = (enum fault)names_value(ledger, NAMES_FAULT, sqlite3_column_int64(row, 2));
            if (!text_column(reading, row, 3, &evidence->rule, error) ||
                !text_column(reading, row, 4, &evidence->matched, error))
                return false;
        }
        if (!advance(reading, row, &reading->verdict_of, error))
            return false;
    }
    return true;
}

/* They come in the order in which they became known; insertion keeps that order among equals. */
static void put_in_order(GArray *found, const struct candidate *candidate)
{
    guint at = found->len;
    while (at > 0 && g_array_index(found, struct candidate, at - 1).step > candidate->step)
        at--;
    g_array_insert_val(found, at, *candidate);
}

static bool read_candidates(struct reading *reading, GError **error)
{
    sqlite3_stmt *row = reading->candidates;
    struct view key = {0};
    g_array_set_size(reading->found, 0);
    while (reading->candidate_of <= reading->evidence.id) {
        if (reading->candidate_of == reading->evidence.id) {
            if (sqlite3_column_type(row, 3) != SQLITE_NULL)
                key = pool_copy(&reading->pool, sql_view(row, 3));
            struct candidate candidate = {
                .step = (enum claim_step)names_value(reading->ledger, NAMES_STEP, sqlite3_column_int64(row, 1)),
                .is = sqlite3_column_int(row, 2) ? CANDIDATE_ID : CANDIDATE_ADDRESS,
                .key = key,
            };
            if (!text_column(reading, row, 4, &candidate.scheme, error))
                return false;
            if (!undone_candidate(reading->ledger, sqlite3_column_int64(row, 5)))
                put_in_order(reading->found, &candidate);
        }
        if (!advance(reading, row, &reading->candidate_of, error))
            return false;
    }
    reading->evidence.candidates = (const struct candidate *)(const void *)reading->found->data;
    reading->evidence.candidate_count = reading->found->len;
    return true;
}

/* In force, and about whom it is asked for: who made the key a candidate may have been taken back. */
static bool is_wanted(const struct reading *reading)
{
    bool named = view_is_empty(reading->wanted);
    for (guint i = 0; i < reading->found->len && !named; i++)
        named = view_equal(g_array_index(reading->found, struct candidate, i).key, reading->wanted);
    return named && reading->evidence.run != 0;
}

static bool read_all(struct reading *reading, each_evidence each, void *user, GError **error)
{
    bool more;
    if (!advance(reading, reading->candidates, &reading->candidate_of, error) ||
        !advance(reading, reading->verdicts, &reading->verdict_of, error))
        return false;
    while (sql_step(&reading->ledger->sql, reading->events, &more, error)) {
        if (!more)
            return true;
        pool_reset(&reading->pool);
        if (reading->ledger->readings == 1)
            texts_trim(&reading->ledger->texts);
        if (!read_event(reading, error) || !read_verdict(reading, error) || !read_candidates(reading, error) ||
            (is_wanted(reading) && !each(&reading->evidence, user, error)))
            return false;
    }
    return false;
}

static bool open_cursors(struct reading *reading, const char *const texts[3], gint64 until, struct view key,
                         GError **error)
{
    sqlite3_stmt **cursors[] = {&reading->events, &reading->candidates, &reading->verdicts};
    for (size_t i = 0; i < G_N_ELEMENTS(cursors); i++) {
        sqlite3_stmt *cursor = *cursors[i] = sql_prepare(&reading->ledger->sql, texts[i], error);
        if (!cursor)
            return false;
        if (sqlite3_bind_parameter_count(cursor) >= 1)
            sqlite3_bind_int64(cursor, 1, until);
        if (sqlite3_bind_parameter_count(cursor) >= 2)
            sql_bind_view(cursor, 2, key);
    }
    return true;
}

/* The cursors see one state of the file even while another process writes. */
static bool run_reading(struct ledger *ledger, const char *const texts[3], gint64 until, struct view key,
                        each_evidence each, void *user, GError **error)
{
    bool own = sqlite3_get_autocommit(ledger->sql.db);
    if (own && !sql_exec(&ledger->sql, "BEGIN", error))
        return false;
    struct reading reading = {
        .ledger = ledger, .found = g_array_new(FALSE, FALSE, sizeof(struct candidate)), .wanted = key};
    pool_init(&reading.pool);
    ledger->readings++;
    bool sound = open_cursors(&reading, texts, until, key, error) && read_all(&reading, each, user, error);
    ledger->readings--;
    sqlite3_finalize(reading.events);
    sqlite3_finalize(reading.candidates);
    sqlite3_finalize(reading.verdicts);
    pool_clear(&reading.pool);
    g_array_unref(reading.found);
    g_free(reading.path);
    g_free(reading.member);
    if (own)
        sqlite3_exec(ledger->sql.db, "COMMIT", NULL, NULL, NULL);
    return sound;
}

bool ledger_each(struct ledger *ledger, gint64 until, each_evidence each, void *user, GError **error)
{
    return run_reading(ledger, all_texts, until, (struct view){0}, each, user, error);
}

bool ledger_each_of(struct ledger *ledger, struct view key, each_evidence each, void *user, GError **error)
{
    return run_reading(ledger, key_texts, 0, key, each, user, error);
}

bool ledger_each_key(struct ledger *ledger, each_key_call each, void *user, GError **error)
{
    bool row = false;
    sqlite3_stmt *keys = sql_prepare(
        &ledger->sql, "SELECT id >> 16, step, is_id, key FROM candidate NOT INDEXED WHERE key IS NOT NULL", error);
    bool sound = keys != NULL;
    while (sound && (sound = sql_step(&ledger->sql, keys, &row, error)) && row) {
        struct candidate candidate = {
            .step = (enum claim_step)names_value(ledger, NAMES_STEP, sqlite3_column_int64(keys, 1)),
            .is = sqlite3_column_int(keys, 2) ? CANDIDATE_ID : CANDIDATE_ADDRESS,
            .key = sql_view(keys, 3)};
        sound = each(sqlite3_column_int64(keys, 0), &candidate, user, error);
    }
    sqlite3_finalize(keys);
    return sound;
}
