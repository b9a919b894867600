/* SPDX-License-Identifier: MIT */
#include "db/positions.h"

#include "db/private.h"

enum { DIGEST_BYTES = 16 };

struct storing {
    struct ledger *ledger;
    const struct positions *positions;
    const char *how;
    sqlite3_stmt *add_folder, *drop_folder, *drop_others, *put, *drop;
};

static void write_digest(struct digest128 digest, guint8 bytes[DIGEST_BYTES])
{
    guint64 words[] = {GUINT64_TO_BE(digest.high), GUINT64_TO_BE(digest.low)};
    memcpy(bytes, words, sizeof words);
}

static struct digest128 read_digest(sqlite3_stmt *row, int column)
{
    guint64 words[2] = {0};
    const void *bytes = sqlite3_column_blob(row, column);
    if (bytes && sqlite3_column_bytes(row, column) == sizeof words)
        memcpy(words, bytes, sizeof words);
    return (struct digest128){.high = GUINT64_FROM_BE(words[0]), .low = GUINT64_FROM_BE(words[1])};
}

static void bind_digest(sqlite3_stmt *statement, int at, struct digest128 digest)
{
    guint8 bytes[DIGEST_BYTES];
    write_digest(digest, bytes);
    if (digest128_is_zero(digest))
        sqlite3_bind_null(statement, at);
    else
        sqlite3_bind_blob(statement, at, bytes, sizeof bytes, SQLITE_TRANSIENT);
}

/* --- loading --- */

/* Whoever takes a run back wants its archives read again. A file may have been read by several runs, one behind the
 * other: what was known when the run was taken back, and what was not known before it, does not count. */

static bool load_folder(struct ledger *ledger, sqlite3_stmt *files, struct position_folder *folder, GError **error)
{
    bool row = false, sound;
    sqlite3_bind_int64(files, 1, folder->id);
    while ((sound = sql_step(&ledger->sql, files, &row, error)) && row) {
        struct position position = {
            .name = read_digest(files, 0),
            .size = (guint64)sqlite3_column_int64(files, 1),
            .stamp = read_digest(files, 2),
            .content = read_digest(files, 3),
            .resume = (guint64)sqlite3_column_int64(files, 4),
            .tail = (guint64)sqlite3_column_int64(files, 5),
            .mbox = sqlite3_column_type(files, 4) != SQLITE_NULL,
            .pending = sqlite3_column_type(files, 4) != SQLITE_NULL && sqlite3_column_type(files, 5) == SQLITE_NULL,
        };
        position_load(folder, &position);
    }
    return sound;
}

static bool load_folders(struct ledger *ledger, sqlite3_stmt *folders, sqlite3_stmt *files, struct positions *positions,
                         GError **error)
{
    bool row = false, sound;
    while ((sound = sql_step(&ledger->sql, folders, &row, error)) && row) {
        g_autofree char *path = view_dup(sql_view(folders, 1));
        if (!positions_concern(positions, path))
            continue;
        struct position_folder *folder = positions_folder(positions, path);
        folder->id = sqlite3_column_int64(folders, 0);
        if (!load_folder(ledger, files, folder, error))
            return false;
    }
    return sound;
}

bool ledger_load_positions(struct ledger *ledger, const char *how, struct positions *positions, GError **error)
{
    sqlite3_stmt *folders =
        sql_prepare(&ledger->sql, "SELECT id, path FROM folder WHERE how = ?1 AND version = ?2", error);
    sqlite3_stmt *files =
        folders ? sql_prepare(&ledger->sql,
                              "SELECT name, size, stamp, content, resume, tail FROM position WHERE folder = ?1 "
                              "AND NOT EXISTS (SELECT 1 FROM undo WHERE undone <= position.run AND "
                              "position.run < undo.run) ORDER BY name",
                              error)
                : NULL;
    if (files) {
        sqlite3_bind_text(folders, 1, how, -1, SQLITE_STATIC);
        sqlite3_bind_text(folders, 2, WINNOW_VERSION, -1, SQLITE_STATIC);
    }
    bool sound = files && load_folders(ledger, folders, files, positions, error);
    sqlite3_finalize(folders);
    sqlite3_finalize(files);
    return sound;
}

/* --- storing --- */

static bool put_position(struct storing *s, gint64 folder, const struct position *position, GError **error)
{
    sqlite3_bind_int64(s->put, 1, folder);
    bind_digest(s->put, 2, position->name);
    sqlite3_bind_int64(s->put, 3, s->ledger->run);
    sqlite3_bind_int64(s->put, 4, (gint64)position->size);
    bind_digest(s->put, 5, position->stamp);
    bind_digest(s->put, 6, position->content);
    sqlite3_bind_null(s->put, 7);
    sqlite3_bind_null(s->put, 8);
    if (position->mbox)
        sqlite3_bind_int64(s->put, 7, (gint64)position->resume);
    if (!position->pending)
        sqlite3_bind_int64(s->put, 8, (gint64)position->tail);
    return sql_run(&s->ledger->sql, s->put, error);
}

/* Without this a Maildir that is emptied every night would be remembered for ever. */
static bool drop_missing(struct storing *s, const struct position_folder *folder, GError **error)
{
    bool whole = folder->whole[0] && (!folder->maildir || folder->whole[1]);
    for (guint i = 0; whole && i < folder->known->len; i++) {
        if (folder->seen->data[i])
            continue;
        sqlite3_bind_int64(s->drop, 1, folder->id);
        bind_digest(s->drop, 2, g_array_index(folder->known, struct position, i).name);
        if (!sql_run(&s->ledger->sql, s->drop, error))
            return false;
    }
    return true;
}

static bool drop_folder(struct storing *s, const struct position_folder *folder, GError **error)
{
    sqlite3_bind_int64(s->drop_folder, 1, folder->id);
    return folder->id == 0 || sql_run(&s->ledger->sql, s->drop_folder, error);
}

static bool add_folder(struct storing *s, struct position_folder *folder, GError **error)
{
    sqlite3_bind_text(s->add_folder, 1, folder->path, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->add_folder, 2, s->how, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->add_folder, 3, WINNOW_VERSION, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->drop_others, 1, folder->path, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->drop_others, 2, WINNOW_VERSION, -1, SQLITE_STATIC);
    if (!sql_run(&s->ledger->sql, s->drop_others, error) || !sql_run(&s->ledger->sql, s->add_folder, error))
        return false;
    folder->id = sqlite3_last_insert_rowid(s->ledger->sql.db);
    return true;
}

static bool store_folder(struct position_folder *folder, void *user, GError **error)
{
    struct storing *s = user;
    if (positions_gone(s->positions, folder))
        return drop_folder(s, folder, error);
    if (folder->id == 0 && folder->read->len > 0 && !add_folder(s, folder, error))
        return false;
    for (guint i = 0; i < folder->read->len; i++) {
        if (!put_position(s, folder->id, &g_array_index(folder->read, struct position, i), error))
            return false;
    }
    return drop_missing(s, folder, error);
}

bool ledger_store_positions(struct ledger *ledger, const char *how, const struct positions *positions, GError **error)
{
    struct storing s = {.ledger = ledger, .positions = positions, .how = how};
    const struct {
        sqlite3_stmt **statement;
        const char *text;
    } all[] = {
        {&s.add_folder, "INSERT INTO folder (path, how, version) VALUES (?1, ?2, ?3)"},
        {&s.drop_folder, "DELETE FROM folder WHERE id = ?1"},
        {&s.drop_others, "DELETE FROM folder WHERE path = ?1 AND version <> ?2"},
        {&s.put, "INSERT OR REPLACE INTO position (folder, name, run, size, stamp, content, resume, tail) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&s.drop, "DELETE FROM position WHERE folder = ?1 AND name = ?2"},
    };
    bool sound = true;
    for (size_t i = 0; sound && i < G_N_ELEMENTS(all); i++) {
        *all[i].statement = sql_prepare(&ledger->sql, all[i].text, error);
        sound = *all[i].statement != NULL;
    }
    sound = sound && positions_each(positions, store_folder, &s, error);
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        sqlite3_finalize(*all[i].statement);
    return sound;
}
