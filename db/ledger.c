/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "db/lock.h"
#include "db/private.h"
#include "db/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const statement_texts[] = {
#define STATEMENT_TEXT(id, sql) [STATEMENT_##id] = (sql),
    STATEMENTS(STATEMENT_TEXT)
#undef STATEMENT_TEXT
};

/* Milliseconds to wait for a foreign program (a shell, a backup) to let go of the file. Ours never wait: see lock.h. */
enum { BUSY_WAIT = 500 };

sqlite3_stmt *ledger_statement(struct ledger *ledger, enum kept_statement statement, GError **error)
{
    if (!ledger->statements[statement])
        ledger->statements[statement] = sql_prepare(&ledger->sql, statement_texts[statement], error);
    return ledger->statements[statement];
}

sqlite3_stmt *ledger_row(struct ledger *ledger, enum kept_statement statement, gint64 id, bool *row, GError **error)
{
    sqlite3_stmt *get = ledger_statement(ledger, statement, error);
    if (!get)
        return NULL;
    sqlite3_bind_int64(get, 1, id);
    return sql_step(&ledger->sql, get, row, error) ? get : NULL;
}

static bool is_memory(const struct ledger *ledger)
{
    return g_str_equal(ledger->sql.path, ":memory:");
}

static bool fail_at(const char *path, const char *verb, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "cannot %s state '%s': %s", verb, path, g_strerror(errno));
    return false;
}

/* Addresses are personal data: nobody else may read them. SQLite gives its -wal and -shm the mode of the file. */
static bool make_file(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_at(path, "create", error);
    close(fd);
    return true;
}

/* Looked at before anything is written beside it: --state may name a list by mistake. */
static bool may_be_ours(const struct sql *sql, GError **error)
{
    char head[16] = {0};
    int fd = open(sql->path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, head, sizeof head) : 0;
    if (fd >= 0)
        close(fd);
    bool ours = len <= 0 || (len == sizeof head && memcmp(head, "SQLite format 3", sizeof head) == 0);
    return ours || sql_fail(sql, SQLITE_NOTADB, error);
}

static bool make_ready(struct ledger *ledger, bool *unclean, GError **error)
{
    const char *path = ledger->sql.path;
    struct stat status;
    if (ledger->mode == LEDGER_READ) {
        if (stat(path, &status) == 0)
            return true;
        if (errno != ENOENT && errno != ENOTDIR)
            return fail_at(path, "read", error);
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE, "no state at '%s' yet", path);
        return false;
    }
    g_autofree char *folder = g_path_get_dirname(path);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    else
        errno = *path ? 0 : ENOENT;
    if (errno != 0) /* before a lock is left beside it */
        return fail_at(path, "use", error);
    if (!may_be_ours(&ledger->sql, error))
        return false;
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return fail_at(path, "create", error);
    return lock_take(path, &ledger->lock, unclean, error) && make_file(path, error);
}

/* synchronous=FULL costs one fsync a run, as a run is one transaction; what a run wrote outside must not outlive what
 * the ledger says of it. trusted_schema and cell_size_check: the file may come from elsewhere. 64 MB of cache hold the
 * indexes of a million events, so that ingesting them writes each page about once. */
static bool set_up(struct ledger *ledger, GError **error)
{
    sqlite3 *db = ledger->sql.db;
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_WAIT);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return undone_teach(ledger, error) &&
           sql_exec(&ledger->sql,
                    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;"
                    "PRAGMA cache_size = -65536; PRAGMA synchronous = FULL",
                    error);
}

static bool look_over(struct ledger *ledger, GError **error)
{
    bool row;
    sqlite3_stmt *check = sql_prepare(&ledger->sql, "PRAGMA quick_check(1)", error);
    bool sound = check && sql_step(&ledger->sql, check, &row, error);
    if (sound && (!row || !view_equal(sql_view(check, 0), VIEW("ok"))))
        sound = sql_fail(&ledger->sql, SQLITE_CORRUPT, error);
    sqlite3_finalize(check);
    return sound;
}

static bool load_writable(struct ledger *ledger, GError **error)
{
    if (!schema_migrate(&ledger->sql, error) ||
        !sql_exec(&ledger->sql, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE", error))
        return false;
    return names_load(ledger, error) && undone_load(ledger, error) && forgetting_load(ledger, error) &&
           sql_exec(&ledger->sql, "COMMIT", error);
}

static bool open_it(struct ledger *ledger, GError **error)
{
    bool unclean = false;
    if (!is_memory(ledger) && !make_ready(ledger, &unclean, error))
        return false;
    int flags = SQLITE_OPEN_NOMUTEX | (ledger->mode == LEDGER_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int code = sqlite3_open_v2(ledger->sql.path, &ledger->sql.db, flags, NULL);
    if (code != SQLITE_OK)
        return sql_fail(&ledger->sql, code, error);
    if (!set_up(ledger, error))
        return false;
    if (ledger->mode == LEDGER_READ)
        return schema_check(&ledger->sql, error) && names_load(ledger, error) && undone_load(ledger, error) &&
               forgetting_load(ledger, error);
    ledger->clean = !unclean;
    if (unclean && !look_over(ledger, error))
        return false;
    ledger->clean = true;
    return load_writable(ledger, error);
}

struct ledger *ledger_open(const char *path, enum ledger_mode mode, GError **error)
{
    /* Statistics cost a mutex at every allocation. Refused, and no harm, once SQLite is in use. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct ledger *ledger = g_new0(struct ledger, 1);
    ledger->sql.path = g_strdup(path);
    /* A ledger of this process alone is never there already: reading one would be reading nothing. */
    ledger->mode = is_memory(ledger) ? LEDGER_WRITE : mode;
    ledger->lock = -1;
    texts_init(&ledger->texts);
    if (open_it(ledger, error))
        return ledger;
    ledger_close(ledger);
    return NULL;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    ledger_abandon(ledger);
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(ledger->statements[i]);
    bool closed = sqlite3_close(ledger->sql.db) == SQLITE_OK;
    lock_release(ledger->lock, ledger->clean && closed);
    texts_clear(&ledger->texts);
    undone_clear(&ledger->undone);
    forgetting_clear(&ledger->forgetting);
    g_free(ledger->source_path);
    g_free(ledger->source_member);
    g_free(ledger->sql.path);
    g_free(ledger);
}

bool ledger_begin(struct ledger *ledger, const char *command, gint64 now, gint64 *run, GError **error)
{
    if (!sql_exec(&ledger->sql, "BEGIN IMMEDIATE", error))
        return false;
    ledger->run = -1; /* open, without a number yet */
    sqlite3_stmt *add = ledger_statement(ledger, STATEMENT_RUN_ADD, error);
    if (add) {
        sqlite3_bind_text(add, 1, command, -1, SQLITE_STATIC);
        sqlite3_bind_int64(add, 2, now);
        sqlite3_bind_text(add, 3, WINNOW_VERSION, -1, SQLITE_STATIC);
    }
    if (!add || !sql_run(&ledger->sql, add, error)) {
        ledger_abandon(ledger);
        return false;
    }
    *run = ledger->run = sqlite3_last_insert_rowid(ledger->sql.db);
    ledger->added = 0;
    ledger->decisions = 0;
    return true;
}

bool ledger_judged_by(struct ledger *ledger, const char *ruleset_digest, GError **error)
{
    return texts_id(ledger, view_of(ruleset_digest), &ledger->ruleset, error);
}

bool ledger_commit(struct ledger *ledger, GError **error)
{
    if (!ledger_count(ledger, ledger->run, "added", ledger->added, error) || !sql_exec(&ledger->sql, "COMMIT", error)) {
        ledger_abandon(ledger);
        return false;
    }
    ledger->run = 0;
    ledger->ruleset = 0;
    return true;
}

static bool rename_run(struct ledger *ledger, const char *command, GError **error)
{
    sqlite3_stmt *rename = sql_prepare(&ledger->sql, "UPDATE run SET command = ?1 WHERE id = ?2", error);
    if (!rename)
        return false;
    sqlite3_bind_text(rename, 1, command, -1, SQLITE_STATIC);
    sqlite3_bind_int64(rename, 2, ledger->run);
    bool renamed = sql_run(&ledger->sql, rename, error);
    sqlite3_finalize(rename);
    return renamed;
}

static bool forget_list(struct ledger *ledger, GError **error)
{
    sqlite3_stmt *forget = sql_prepare(&ledger->sql, "DELETE FROM list WHERE run = ?1", error);
    if (!forget)
        return false;
    sqlite3_bind_int64(forget, 1, ledger->run);
    bool forgotten = sql_run(&ledger->sql, forget, error);
    sqlite3_finalize(forget);
    return forgotten;
}

bool ledger_commit_facts(struct ledger *ledger, const char *command, GError **error)
{
    return rename_run(ledger, command, error) && forget_list(ledger, error) && ledger_commit(ledger, error);
}

guint64 ledger_changes(const struct ledger *ledger)
{
    return (guint64)sqlite3_total_changes64(ledger->sql.db);
}

void ledger_abandon(struct ledger *ledger)
{
    if (ledger->run == 0)
        return;
    if (!sqlite3_get_autocommit(ledger->sql.db))
        sqlite3_exec(ledger->sql.db, "ROLLBACK", NULL, NULL, NULL);
    ledger->run = ledger->ruleset = ledger->source = ledger->started_of = 0;
    texts_clear(&ledger->texts);
    texts_init(&ledger->texts);
    if (ledger->undone.runs)
        undone_load(ledger, NULL);
}
