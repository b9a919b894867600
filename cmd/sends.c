/* SPDX-License-Identifier: MIT */
#include "cmd/sends.h"

#include "core/limits.h"
#include "core/list/sends.h"
#include "core/match/address.h"
#include "core/match/joins.h"
#include "db/sent.h"

#include <errno.h>
#include <unistd.h>

enum {
    NAMES = 100 * 1000, /* campaigns and domains that are told apart, as many as the report has room for */
    SHOWN = 3,          /* troubles on standard error */
};

void sends_add_options(struct sends_input *sends, GOptionContext *context)
{
    const GOptionEntry entries[] = {
        {"sends", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &sends->files, "log of what was sent (CSV)", "FILE"},
        {"sends-column", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sends->columns, "column of the log for that field",
         "FIELD=COLUMN"},
        {0}};
    g_option_context_add_main_entries(context, entries, NULL);
}

static bool read_columns(const struct sends_input *sends, struct sends_options *options, GError **error)
{
    *options = (struct sends_options){0};
    for (char **column = sends->columns; column && *column; column++) {
        if (!sends_option(options, *column)) {
            g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE,
                        "--sends-column: '%s' is not FIELD=COLUMN with one of recipient, message-id, envelope-id, "
                        "campaign, time",
                        *column);
            return false;
        }
    }
    return true;
}

bool sends_check(const struct sends_input *sends, GError **error)
{
    struct sends_options options;
    if (!read_columns(sends, &options, error))
        return false;
    if (sends->columns && !sends->files) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "--sends-column: of which --sends?");
        return false;
    }
    for (char **file = sends->files; file && *file; file++) {
        bool folder = g_file_test(*file, G_FILE_TEST_IS_DIR);
        if (folder || access(*file, R_OK) != 0) {
            g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read '%s': %s", *file,
                        folder ? "it is a directory" : g_strerror(errno));
            return false;
        }
    }
    return true;
}

static guint hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

struct joining {
    struct sends_input *sends;
    struct ledger *ledger;
    struct joins *joins;
    struct pool pool; /* of one row or event */
};

static void count(struct joining *j, GHashTable *table, struct view name)
{
    guint64 *known = g_hash_table_lookup(table, &name);
    if (!known && g_hash_table_size(table) < NAMES) {
        struct {
            guint64 count;
            struct view name;
        } *entry = pool_alloc0(&j->sends->pool, sizeof *entry);
        entry->name = pool_copy(&j->sends->pool, name);
        known = &entry->count;
        g_hash_table_insert(table, &entry->name, known);
    }
    if (known)
        ++*known;
}

static bool want(const struct returned *returned, void *user, GError **error)
{
    (void)error;
    struct joining *j = user;
    joins_want(j->joins, CLAIM_MESSAGE_ID, returned->message_id);
    joins_want(j->joins, CLAIM_ENVELOPE_ID, returned->envelope_id);
    return true;
}

static bool see(const struct sent *sent, void *user, GError **error)
{
    struct joining *j = user;
    char folded[LIMIT_ADDRESS];
    struct view key = {.data = folded, .len = sent->recipient.len};
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing written");
        return false;
    }
    if (sent->recipient.len > LIMIT_ADDRESS || !address_fold(sent->recipient, folded)) {
        pool_reset(&j->pool);
        key = address_key(sent->recipient, &j->pool);
    }
    bool address = !view_is_empty(key);
    enum candidate_is is = address ? CANDIDATE_ADDRESS : CANDIDATE_ID;
    struct view recipient = address ? key : sent->recipient;
    j->sends->rows++;
    if (address)
        count(j, j->sends->domains, address_domain(key));
    if (!view_is_empty(sent->campaign))
        count(j, j->sends->campaigns, sent->campaign);
    joins_see(j->joins, CLAIM_MESSAGE_ID, sent->message_id, is, recipient, sent->campaign);
    joins_see(j->joins, CLAIM_ENVELOPE_ID, sent->envelope_id, is, recipient, sent->campaign);
    return true;
}

static bool names(struct joining *j, const struct returned *returned, const struct joined *joined)
{
    const struct view own[] = {returned->recipient, returned->original_recipient, returned->failed_recipient};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        if (joined->is == CANDIDATE_ADDRESS && view_equal(address_key(own[i], &j->pool), joined->recipient))
            return true;
    }
    return false;
}

/* An id with several recipients tells the campaign, not the recipient; one that joins a report on several tells it only
 * of him whom the report names too. */
static bool join_by(struct joining *j, const struct returned *returned, enum claim_step step, struct view id, bool *any,
                    GError **error)
{
    struct joined joined = joins_find(j->joins, step, id);
    if (view_is_empty(joined.recipient))
        return true;
    struct candidate candidate = {.step = step, .is = joined.is, .key = joined.recipient, .scheme = VIEW("sends")};
    struct claim claim = {.at = &candidate, .count = 1};
    bool his = !joined.several && (returned->alone || names(j, returned, &joined));
    *any = true;
    return ledger_add_sent(j->ledger, returned->event, joined.campaign, error) &&
           (!his || ledger_add_candidates(j->ledger, returned->event, &claim, error));
}

static bool join(const struct returned *returned, void *user, GError **error)
{
    struct joining *j = user;
    bool any = false;
    pool_reset(&j->pool);
    if (!join_by(j, returned, CLAIM_ENVELOPE_ID, returned->envelope_id, &any, error) ||
        !join_by(j, returned, CLAIM_MESSAGE_ID, returned->message_id, &any, error))
        return false;
    j->sends->joined += any && returned->in_force;
    return true;
}

static bool read_logs(struct joining *j, GError **error)
{
    struct sends_options options;
    if (!read_columns(j->sends, &options, error))
        return false;
    for (char **file = j->sends->files; *file; file++) {
        if (!sends_each(*file, &options, see, j, j->sends->described, &j->sends->troubles, error))
            return false;
    }
    return true;
}

static void begin(struct sends_input *sends)
{
    pool_init(&sends->pool);
    sends->described = g_ptr_array_new_with_free_func(g_free);
    sends->campaigns = g_hash_table_new(hash, equal);
    sends->domains = g_hash_table_new(hash, equal);
}

bool sends_join(struct sends_input *sends, struct ledger *ledger, GError **error)
{
    if (!sends->files)
        return true;
    g_autoptr(joins_auto) joins = joins_new();
    struct joining j = {.sends = sends, .ledger = ledger, .joins = joins};
    pool_init(&j.pool);
    begin(sends);
    bool sound = ledger_each_returned(ledger, want, &j, error) && read_logs(&j, error) &&
                 ledger_each_returned(ledger, join, &j, error);
    pool_clear(&j.pool);
    return sound;
}

struct joins *sends_table(struct sends_input *sends, GError **error)
{
    g_autoptr(joins_auto) joins = joins_new();
    struct joining j = {.sends = sends, .joins = joins};
    joins_want_all(joins);
    pool_init(&j.pool);
    begin(sends);
    bool sound = read_logs(&j, error);
    pool_clear(&j.pool);
    return sound ? g_steal_pointer(&joins) : NULL;
}

void sends_say(const struct sends_input *sends, bool all)
{
    if (!sends->files || sends->troubles == 0)
        return;
    guint shown = all ? sends->described->len : MIN(sends->described->len, (guint)SHOWN);
    for (guint i = 0; i < shown; i++)
        say("%s", (const char *)g_ptr_array_index(sends->described, i));
    if (shown < sends->troubles)
        say("--sends: %" G_GUINT64_FORMAT " more such rows", sends->troubles - shown);
}

void sends_report(const struct sends_input *sends, struct report *report)
{
    GHashTableIter iter;
    gpointer name, number;
    if (!sends->files)
        return;
    g_hash_table_iter_init(&iter, sends->campaigns);
    while (g_hash_table_iter_next(&iter, &name, &number))
        report_add_sent_campaign(report, *(const struct view *)name, *(const guint64 *)number);
    g_hash_table_iter_init(&iter, sends->domains);
    while (g_hash_table_iter_next(&iter, &name, &number))
        report_add_sent_domain(report, *(const struct view *)name, *(const guint64 *)number);
    for (guint i = 0; i < sends->described->len; i++)
        report_add_trouble(report, view_of(g_ptr_array_index(sends->described, i)));
}

void sends_input_clear(struct sends_input *sends)
{
    g_strfreev(sends->files);
    g_strfreev(sends->columns);
    if (sends->described) {
        g_ptr_array_unref(sends->described);
        g_hash_table_unref(sends->campaigns);
        g_hash_table_unref(sends->domains);
        pool_clear(&sends->pool);
    }
    *sends = (struct sends_input){0};
}
