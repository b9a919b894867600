/* SPDX-License-Identifier: MIT */
#include "db/forgotten.h"

#include "db/private.h"
#include "db/redact.h"
#include "db/undo.h"

#include <sys/random.h>

enum { HASH_BYTES = 32, SECRET_BYTES = 32 };

struct entry {
    guint8 hash[HASH_BYTES];
    struct forgotten forgotten;
};

static guint hash_entry(gconstpointer entry)
{
    guint word;
    memcpy(&word, entry, sizeof word);
    return word;
}

static gboolean equal_entries(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, HASH_BYTES) == 0;
}

static void hash_key(const struct ledger *ledger, enum candidate_is is, struct view key, guint8 hash[HASH_BYTES])
{
    gsize len = HASH_BYTES;
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, ledger->forgetting.secret, SECRET_BYTES);
    g_hmac_update(hmac, (const guchar *)(is == CANDIDATE_ID ? "id:" : "address:"), -1);
    g_hmac_update(hmac, (const guchar *)key.data, (gssize)key.len);
    g_hmac_get_digest(hmac, hash, &len);
}

void forgetting_clear(struct forgetting *forgetting)
{
    g_clear_pointer(&forgetting->entries, g_hash_table_unref);
    g_clear_pointer(&forgetting->secret, g_free);
}

static bool load_secret(struct ledger *ledger, GError **error)
{
    bool row;
    sqlite3_stmt *get = sql_prepare(&ledger->sql, "SELECT key FROM secret WHERE id = 1", error);
    bool sound = get && sql_step(&ledger->sql, get, &row, error);
    if (sound && row && sqlite3_column_bytes(get, 0) == SECRET_BYTES)
        ledger->forgetting.secret = g_memdup2(sqlite3_column_blob(get, 0), SECRET_BYTES);
    sqlite3_finalize(get);
    return sound;
}

static void load_entry(struct ledger *ledger, sqlite3_stmt *row)
{
    gint64 run = sqlite3_column_int64(row, 1);
    if (sqlite3_column_bytes(row, 0) != HASH_BYTES || !ledger_in_force(ledger, run))
        return;
    struct entry *entry = g_new0(struct entry, 1);
    memcpy(entry->hash, sqlite3_column_blob(row, 0), HASH_BYTES);
    entry->forgotten = (struct forgotten){
        .run = run, .started = sqlite3_column_int64(row, 3), .removed = sqlite3_column_int(row, 2) != 0};
    if (!ledger->forgetting.entries)
        ledger->forgetting.entries = g_hash_table_new_full(hash_entry, equal_entries, g_free, NULL);
    g_hash_table_insert(ledger->forgetting.entries, entry, entry);
}

bool forgetting_load(struct ledger *ledger, GError **error)
{
    forgetting_clear(&ledger->forgetting);
    if (!load_secret(ledger, error))
        return false;
    bool row = ledger->forgetting.secret != NULL, sound = true;
    sqlite3_stmt *rows =
        sql_prepare(&ledger->sql, "SELECT hash, run, removed, started FROM forgotten JOIN run ON run.id = run", error);
    sound = rows != NULL;
    while (sound && row && (sound = sql_step(&ledger->sql, rows, &row, error)) && row)
        load_entry(ledger, rows);
    sqlite3_finalize(rows);
    return sound;
}

bool ledger_forgets(const struct ledger *ledger)
{
    return ledger->forgetting.entries != NULL;
}

bool ledger_forgot(const struct ledger *ledger, enum candidate_is is, struct view key, struct forgotten *forgotten)
{
    guint8 hash[HASH_BYTES];
    if (!ledger_forgets(ledger))
        return false;
    hash_key(ledger, is, key, hash);
    const struct entry *entry = g_hash_table_lookup(ledger->forgetting.entries, hash);
    if (entry)
        *forgotten = entry->forgotten;
    return entry != NULL;
}

static bool make_secret(struct ledger *ledger, GError **error)
{
    guint8 secret[SECRET_BYTES];
    if (ledger->forgetting.secret)
        return true;
    if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret)
        return sql_fail(&ledger->sql, SQLITE_INTERNAL, error);
    sqlite3_stmt *put = sql_prepare(&ledger->sql, "INSERT OR REPLACE INTO secret (id, key) VALUES (1, ?1)", error);
    if (put)
        sqlite3_bind_blob(put, 1, secret, sizeof secret, SQLITE_TRANSIENT);
    bool sound = put && sql_run(&ledger->sql, put, error);
    sqlite3_finalize(put);
    if (sound)
        ledger->forgetting.secret = g_memdup2(secret, sizeof secret);
    return sound;
}

/* Who was forgotten as removed once stays so. */
bool forgetting_add(struct ledger *ledger, enum candidate_is is, struct view key, bool removed, GError **error)
{
    guint8 hash[HASH_BYTES];
    struct forgotten before = {0};
    if (!make_secret(ledger, error))
        return false;
    hash_key(ledger, is, key, hash);
    ledger_forgot(ledger, is, key, &before);
    sqlite3_stmt *put =
        sql_prepare(&ledger->sql, "INSERT OR REPLACE INTO forgotten (hash, run, removed) VALUES (?1, ?2, ?3)", error);
    if (put) {
        sqlite3_bind_blob(put, 1, hash, sizeof hash, SQLITE_TRANSIENT);
        sqlite3_bind_int64(put, 2, ledger->run);
        sqlite3_bind_int(put, 3, removed || before.removed);
    }
    bool sound = put && sql_run(&ledger->sql, put, error);
    sqlite3_finalize(put);
    return sound;
}

bool ledger_lift(struct ledger *ledger, enum candidate_is is, struct view key, bool *was, GError **error)
{
    guint8 hash[HASH_BYTES];
    struct forgotten forgotten;
    *was = ledger_forgot(ledger, is, key, &forgotten);
    if (!*was)
        return true;
    hash_key(ledger, is, key, hash);
    sqlite3_stmt *drop = sql_prepare(&ledger->sql, "DELETE FROM forgotten WHERE hash = ?1", error);
    if (drop)
        sqlite3_bind_blob(drop, 1, hash, sizeof hash, SQLITE_TRANSIENT);
    bool sound = drop && sql_run(&ledger->sql, drop, error);
    sqlite3_finalize(drop);
    return sound;
}

/* --- what comes in later ------------------------------------------------------------------------------------------ */

static void blank(struct redactor *redactor, struct view *text, struct pool *pool)
{
    GString *blanked = view_is_empty(*text) ? NULL : redactor_apply(redactor, *text);
    if (!blanked)
        return;
    *text = pool_copy(pool, (struct view){.data = blanked->str, .len = blanked->len});
    g_string_free(blanked, TRUE);
}

static bool is_forgotten(struct view key, const void *user)
{
    struct forgotten forgotten;
    return ledger_forgot(user, CANDIDATE_ADDRESS, key, &forgotten);
}

/* Also where they are only mentioned. */
static void blank_event(const struct ledger *ledger, struct filtered *filtered)
{
    struct event *e = &filtered->event;
    struct view *const texts[] = {
        &e->recipient,     &e->original_recipient, &e->failed_recipient, &e->returned_to, &e->diagnostic,
        &e->prose,         &e->message_id,         &e->envelope_id,      &e->status,      &e->returned_message_id,
        &e->reporting_mta, &e->remote_mta,         &e->campaign,         &e->command,     &filtered->verdict.matched};
    struct redactor *redactor = redactor_asking(is_forgotten, ledger);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        blank(redactor, texts[i], &filtered->pool);
    redactor_free(redactor);
}

bool forgetting_filter(const struct ledger *ledger, const struct event *event, const struct claim *claim,
                       const struct verdict *verdict, struct filtered *filtered)
{
    *filtered = (struct filtered){.event = *event, .claim = *claim, .verdict = *verdict};
    pool_init(&filtered->pool);
    struct candidate *kept = pool_array(&filtered->pool, struct candidate, claim->count);
    size_t kept_count = 0, named = 0;
    bool first = false;
    for (size_t i = 0; i < claim->count; i++) {
        struct forgotten forgotten;
        const struct candidate *candidate = &claim->at[i];
        bool is = ledger_forgot(ledger, candidate->is, candidate->key, &forgotten);
        first |= is && i == 0;
        named += is;
        if (!is)
            kept[kept_count++] = *candidate;
    }
    if (first || (named > 0 && kept_count == 0)) {
        pool_clear(&filtered->pool);
        return true;
    }
    filtered->claim.at = kept;
    filtered->claim.count = kept_count;
    blank_event(ledger, filtered);
    return false;
}
