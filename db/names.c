/* SPDX-License-Identifier: MIT */
#include "db/private.h"

static const char *kind_name(unsigned value)
{
    return event_kind_name((enum event_kind)value);
}

static const char *class_name(unsigned value)
{
    static char name[64];
    g_snprintf(name, sizeof name, "%s/%s", ses_type_name((enum ses_class)value),
               ses_subtype_name((enum ses_class)value));
    return name;
}

static const char *fault_text(unsigned value)
{
    return fault_name((enum fault)value);
}

static const char *step_name(unsigned value)
{
    return claim_step_name((enum claim_step)value);
}

static const char *action_text(unsigned value)
{
    return action_name((enum action)value);
}

static const struct {
    unsigned count;
    const char *(*name)(unsigned value);
} sets[NAME_SET_COUNT] = {
    [NAMES_KIND] = {EVENT_UNSUBSCRIBE + 1, kind_name}, [NAMES_CLASS] = {SES_CLASS_COUNT, class_name},
    [NAMES_FAULT] = {FAULT_COUNT, fault_text},         [NAMES_STEP] = {CLAIM_STEP_COUNT, step_name},
    [NAMES_ACTION] = {ACTION_REVIEW + 1, action_text},
};

G_STATIC_ASSERT((int)SES_CLASS_COUNT <= (int)NAMES_PER_SET);

static bool load_one(struct ledger *ledger, sqlite3_stmt *find, sqlite3_stmt *add, enum name_set set, unsigned value,
                     GError **error)
{
    struct view name = view_of(sets[set].name(value));
    bool row;
    gint64 id = 0;
    sql_bind_view(find, 1, name);
    if (!sql_step(&ledger->sql, find, &row, error))
        return false;
    if (row)
        id = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    if (!row && ledger->mode == LEDGER_WRITE) {
        sql_bind_view(add, 1, name);
        if (!sql_run(&ledger->sql, add, error))
            return false;
        id = sqlite3_last_insert_rowid(ledger->sql.db);
    }
    if (id < 0 || id >= NAME_IDS)
        return sql_fail(&ledger->sql, SQLITE_CORRUPT, error);
    ledger->names.id[set][value] = id;
    ledger->names.value[set][id] = (guint8)value;
    return true;
}

bool names_load(struct ledger *ledger, GError **error)
{
    sqlite3_stmt *find = sql_prepare(&ledger->sql, "SELECT id FROM name WHERE name = ?1", error);
    sqlite3_stmt *add = find ? sql_prepare(&ledger->sql, "INSERT INTO name (name) VALUES (?1)", error) : NULL;
    bool sound = add != NULL;
    for (unsigned set = 0; set < NAME_SET_COUNT; set++) {
        for (unsigned value = 0; sound && value < sets[set].count; value++)
            sound = load_one(ledger, find, add, set, value, error);
    }
    sqlite3_finalize(find);
    sqlite3_finalize(add);
    return sound;
}

gint64 names_id(const struct ledger *ledger, enum name_set set, unsigned value)
{
    return ledger->names.id[set][value < sets[set].count ? value : 0];
}

unsigned names_value(const struct ledger *ledger, enum name_set set, gint64 id)
{
    return id > 0 && id < NAME_IDS ? ledger->names.value[set][id] : 0;
}
