/* SPDX-License-Identifier: MIT */
#include "cmd/suppressed.h"

#include "cmd/command.h"
#include "core/match/address.h"

struct suppressed {
    const struct ledger *ledger;
    struct subjects *subjects;
    GHashTable *since; /* char * -> gint64 *: when it was forgotten */
    struct pool pool;
};

static bool ask_row(const struct row *row, void *user, GError **error)
{
    struct suppressed *s = user;
    struct forgotten forgotten;
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing written");
        return false;
    }
    if (row->fault != ROW_SOUND)
        return true;
    pool_reset(&s->pool);
    struct view key = view_is_empty(row->key) ? address_key(row->address, &s->pool) : row->key;
    if (view_is_empty(key) || !ledger_forgot(s->ledger, CANDIDATE_ADDRESS, key, &forgotten) || !forgotten.removed)
        return true;
    subjects_want(s->subjects, CANDIDATE_ADDRESS, key);
    g_hash_table_insert(s->since, view_dup(key), g_memdup2(&forgotten.started, sizeof forgotten.started));
    return true;
}

bool suppressed_find(struct list *list, const struct ledger *ledger, struct subjects *subjects,
                     struct suppressed **suppressed, GError **error)
{
    *suppressed = NULL;
    if (!ledger_forgets(ledger))
        return true;
    struct suppressed *s = g_new0(struct suppressed, 1);
    s->ledger = ledger;
    s->subjects = subjects;
    s->since = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    pool_init(&s->pool);
    bool sound = list_each(list, ask_row, s, error);
    if (sound && g_hash_table_size(s->since) > 0)
        *suppressed = s;
    else
        suppressed_free(s);
    return sound;
}

void suppressed_free(struct suppressed *s)
{
    if (!s)
        return;
    g_hash_table_unref(s->since);
    pool_clear(&s->pool);
    g_free(s);
}

bool suppressed_decide(const struct suppressed *s, struct view key, struct decision *decision)
{
    g_autofree char *text = s ? view_dup(key) : NULL;
    const gint64 *since = text ? g_hash_table_lookup(s->since, text) : NULL;
    if (!since)
        return false;
    *decision = suppressed_since(*since);
    return true;
}

struct decision suppressed_since(gint64 time)
{
    char date[32];
    format_time(time, date);
    return (struct decision){
        .action = ACTION_REMOVE,
        .kind = EVENT_BOUNCE,
        .class = SES_PERMANENT_SUPPRESSED,
        .why = g_strdup_printf("suppressed: was removed, and forgotten on %.10s; the evidence is erased", date)};
}
