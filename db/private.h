/* SPDX-License-Identifier: MIT
 * struct ledger from the inside, for the files of db/ only: the connection, the statements that are kept, and the
 * caches between texts and their numbers. Caches hold what the database holds, or held before a run was abandoned: then
 * they are emptied. One thread. */
#ifndef WINNOW_DB_PRIVATE_H
#define WINNOW_DB_PRIVATE_H

#include "core/pool.h"
#include "db/ledger.h"
#include "db/sql.h"

/* X(enumerator, SQL): prepared at first use, kept until the ledger is closed. */
#define STATEMENTS(X)                                                                                                  \
    X(RUN_ADD, "INSERT INTO run (command, started, version) VALUES (?1, ?2, ?3)")                                      \
    X(RUN_STARTED, "SELECT started FROM run WHERE id = ?1")                                                            \
    X(COUNT_SET, "INSERT INTO count (run, name, value) VALUES (?1, ?2, ?3) "                                           \
                 "ON CONFLICT DO UPDATE SET value = excluded.value")                                                   \
    X(SOURCE_FIND, "SELECT id FROM source WHERE path = ?1 AND member = ?2")                                            \
    X(SOURCE_ADD, "INSERT INTO source (path, member) VALUES (?1, ?2)")                                                 \
    X(SOURCE_GET, "SELECT path, member FROM source WHERE id = ?1")                                                     \
    X(TEXT_FIND, "SELECT id FROM text WHERE text = ?1")                                                                \
    X(TEXT_ADD, "INSERT INTO text (text) VALUES (?1)")                                                                 \
    X(TEXT_GET, "SELECT text FROM text WHERE id = ?1")                                                                 \
    X(EVENT_FIND, "SELECT id, run FROM event WHERE digest = ?1")                                                       \
    X(EVENT_ADD,                                                                                                       \
      "INSERT INTO event (digest, run, source, offset, kind, time, smtp_code, status, recipient, "                     \
      "original_recipient, failed_recipient, returned_to, diagnostic, prose, message_id, "                             \
      "returned_message_id, envelope_id, action, command, reporting_mta, remote_mta, feedback_type, "                  \
      "campaign, reader, arrived) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "     \
      "?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)")                                                                  \
    X(CANDIDATE_ADD, "INSERT INTO candidate (id, step, is_id, key, scheme) VALUES (?1, ?2, ?3, ?4, ?5)")               \
    X(CANDIDATES_OF, "SELECT step, is_id, key, scheme FROM candidate WHERE id BETWEEN ?1 AND ?2 ORDER BY id")          \
    X(SENT_ADD, "INSERT OR IGNORE INTO sent (event, run, campaign) SELECT ?1, ?3, ?2 WHERE NOT EXISTS "                \
                "(SELECT 1 FROM sent WHERE event = ?1 AND winnow_in_force(run))")                                      \
    X(CANDIDATE_KNOWN, "SELECT count(*), max(id) FILTER (WHERE step = ?3 AND is_id = ?4 AND ?5 = coalesce(key, "       \
                       "(SELECT key FROM candidate AS earlier WHERE earlier.id < candidate.id AND earlier.key IS "     \
                       "NOT NULL ORDER BY id DESC LIMIT 1))) FROM candidate WHERE id BETWEEN ?1 AND ?2")               \
    X(VERDICT_ADD, "INSERT INTO verdict (id, run, ruleset, class, fault, rule, matched) "                              \
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                                              \
    X(DECISION_ADD,                                                                                                    \
      "INSERT INTO decision (id, run, key, row, action, retry_after, decided_by, kind, class, last_bounce, "           \
      "why) VALUES (?11, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")                                                    \
    X(REMOVALS, "SELECT decision.run, run.started FROM decision JOIN list ON list.run = decision.run "                 \
                "JOIN run ON run.id = decision.run WHERE key = ?1 AND action = ?2 AND list.name = ?3 "                 \
                "ORDER BY decision.id DESC")                                                                           \
    X(SIGNING_ADD, "INSERT INTO signing (run, list, since) VALUES (?1, ?2, ?3)")                                       \
    X(LIST_SET, "INSERT INTO list (run, name) VALUES (?1, ?2)")                                                        \
    X(AGAIN_ADD, "INSERT INTO again (event, run) VALUES (?1, ?2)")                                                     \
    X(LATER_CANDIDATE_ADD, "INSERT INTO later_candidate (candidate, run) VALUES (?1, ?2)")                             \
    X(VERDICT_LAST, "SELECT max(id) FROM verdict WHERE id BETWEEN ?1 AND ?2")                                          \
    X(EVENT_UNTIE, "UPDATE decision SET decided_by = NULL WHERE decided_by = ?1")                                      \
    X(CANDIDATES_DROP, "DELETE FROM candidate WHERE id BETWEEN ?1 << 16 AND (?1 << 16) + 65535")                       \
    X(VERDICTS_DROP, "DELETE FROM verdict WHERE id BETWEEN ?1 << 16 AND (?1 << 16) + 65535")                           \
    X(EVENT_DROP, "DELETE FROM event WHERE id = ?1")                                                                   \
    X(QUARANTINE_ADD, "INSERT OR IGNORE INTO quarantine (event, run, kind, why) VALUES (?1, ?2, ?3, ?4)")              \
    X(EVENT_DIGEST, "SELECT lower(hex(digest)) FROM event WHERE id = ?1")                                              \
    X(OUTPUT_ADD, "INSERT INTO output (run, path, digest) VALUES (?1, ?2, ?3)")                                        \
    X(OUTPUT_FIND, "SELECT 1 FROM output WHERE path = ?1 AND digest = ?2 LIMIT 1")

enum kept_statement {
#define STATEMENT_ENUM(id, sql) STATEMENT_##id,
    STATEMENTS(STATEMENT_ENUM)
#undef STATEMENT_ENUM
        STATEMENT_COUNT
};

/* Rows of an event in tables candidate and verdict: their ids. */
enum { PART_BITS = 16, PARTS = 1 << PART_BITS };

static inline gint64 part_id(gint64 event, gint64 n)
{
    return event << PART_BITS | n;
}

/* Enumerations that are stored by name. */
enum name_set { NAMES_KIND, NAMES_CLASS, NAMES_FAULT, NAMES_STEP, NAMES_ACTION, NAME_SET_COUNT };
enum { NAMES_PER_SET = 32, NAME_IDS = 256 };

struct names {
    gint64 id[NAME_SET_COUNT][NAMES_PER_SET]; /* of each value */
    guint8 value[NAME_SET_COUNT][NAME_IDS];   /* of each id; what is not known reads as 0 */
};

/* A cache of one direction each; see texts.c for their limits. */
struct texts {
    GHashTable *ids;   /* struct text * -> number, for writing */
    GHashTable *by_id; /* number -> struct text *, for reading */
    size_t id_bytes, text_bytes;
};

/* What is not in force (undo.c). All NULL as long as no run was ever taken back. */
struct undone {
    GArray *runs;       /* sorted, and by which run */
    GArray *final;      /* sorted: runs whose events stay out of force */
    GArray *candidates; /* sorted: added by such runs */
    GHashTable *again;  /* events of such runs -> the run in force that read them again: gint64 * both */
};

bool undone_load(struct ledger *ledger, GError **error);
/* Gives SQL the function winnow_in_force(run). */
bool undone_teach(struct ledger *ledger, GError **error);
void undone_clear(struct undone *undone);
/* The run by which an event of `run` is in force: that one, one that read it again, or 0. */
gint64 undone_event_run(const struct ledger *ledger, gint64 event, gint64 run);
bool undone_for_good(const struct ledger *ledger, gint64 run);
bool undone_candidate(const struct ledger *ledger, gint64 candidate);
/* The open run has found such a candidate again. */
void undone_found_again(struct ledger *ledger, gint64 candidate);
/* The run that took `run` back; 0: none. */
gint64 undone_by(const struct ledger *ledger, gint64 run);
/* The open run has read an event that is not in force. */
bool undone_read_again(struct ledger *ledger, gint64 event, GError **error);

/* Whom to store nothing about (forgotten.c). `entries` is NULL as long as nobody was ever forgotten. */
struct forgetting {
    GHashTable *entries;
    guint8 *secret;
};

/* An event as it may be stored: without those who were forgotten. */
struct filtered {
    struct event event;
    struct claim claim;
    struct verdict verdict;
    struct pool pool;
};

/* True if nothing may be stored of it, since it is about one of them. Otherwise `filtered` is ready (to be cleared with
 * pool_clear(&filtered->pool)). To be asked only if ledger_forgets(). */
bool forgetting_filter(const struct ledger *ledger, const struct event *event, const struct claim *claim,
                       const struct verdict *verdict, struct filtered *filtered);
bool forgetting_load(struct ledger *ledger, GError **error);
void forgetting_clear(struct forgetting *forgetting);
/* Within a run. What is loaded stays as it was. */
bool forgetting_add(struct ledger *ledger, enum candidate_is is, struct view key, bool removed, GError **error);

struct ledger {
    struct sql sql;
    enum ledger_mode mode;
    int lock;   /* -1: none */
    bool clean; /* nothing was found wrong: the lock's mark may go */
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct names names;
    struct texts texts;
    struct undone undone;
    struct forgetting forgetting;
    gint64 run;       /* 0: none is open */
    gint64 ruleset;   /* text number; 0: not said */
    guint64 added;    /* events of this run */
    gint64 decisions; /* of this run */
    /* The source and the run asked for last: neighbours share them. */
    char *source_path, *source_member;
    gint64 source, started_of, started;
    unsigned readings; /* cursors in progress, one inside the other */
};

/* NULL with an error. Belongs to the ledger; reset. */
sqlite3_stmt *ledger_statement(struct ledger *ledger, enum kept_statement statement, GError **error);
/* The same at its first row for number `id`, to be reset by the caller; *row is false if there is none. */
sqlite3_stmt *ledger_row(struct ledger *ledger, enum kept_statement statement, gint64 id, bool *row, GError **error);

bool names_load(struct ledger *ledger, GError **error);
gint64 names_id(const struct ledger *ledger, enum name_set set, unsigned value);
unsigned names_value(const struct ledger *ledger, enum name_set set, gint64 id);

void texts_init(struct texts *texts);
void texts_clear(struct texts *texts);
/* The number of `text`, which is added if it is new; 0 for the empty one. Columns that hold such numbers stand in
 * erase.c, too: what no column names is dropped. */
bool texts_id(struct ledger *ledger, struct view text, gint64 *id, GError **error);
/* Lives until texts_trim() or texts_clear(). Number 0 is the empty text. */
bool texts_get(struct ledger *ledger, gint64 id, struct view *text, GError **error);
void texts_trim(struct texts *texts);

#endif
