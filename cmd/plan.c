/* SPDX-License-Identifier: MIT */
#include "cmd/plan.h"

#include "cmd/command.h"
#include "cmd/planned.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct entry {
    struct planned planned;
    struct view key;
    char *event; /* digest in hex */
};

struct plan {
    char *path;
    struct plan_head head;
    json_t *first;      /* that the head's texts belong to */
    GPtrArray *entries; /* struct entry * */
    GHashTable *by_key; /* struct view * -> struct entry * */
    GStringChunk *texts;
    guint64 lines;
};

static void entry_free(gpointer data)
{
    struct entry *entry = data;
    decision_clear(&entry->planned.decision);
    g_free(entry->event);
    g_free(entry);
}

static guint hash_view(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal_views(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    g_hash_table_unref(plan->by_key);
    g_ptr_array_unref(plan->entries);
    g_string_chunk_free(plan->texts);
    g_strfreev(plan->head.arguments);
    json_decref(plan->first);
    g_free(plan->path);
    g_free(plan);
}

const struct plan_head *plan_head(const struct plan *plan)
{
    return &plan->head;
}

static bool fail_at(const struct plan *plan, const char *problem, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "plan '%s': line %" G_GUINT64_FORMAT ": %s", plan->path,
                plan->lines, problem);
    return false;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static gint64 time_of(const json_t *object, const char *key)
{
    const char *text = text_of(object, key);
    g_autoptr(GDateTime) date = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;
    return date ? g_date_time_to_unix(date) : 0;
}

static guint64 number_of(const json_t *object, const char *key)
{
    return (guint64)MAX(json_integer_value(json_object_get(object, key)), 0);
}

static bool read_arguments(struct plan *plan, const json_t *object)
{
    const json_t *array = json_object_get(object, "arguments");
    plan->head.arguments = g_new0(char *, json_array_size(array) + 1);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *argument = json_string_value(json_array_get(array, i));
        if (!argument)
            return false;
        plan->head.arguments[i] = g_strdup(argument);
    }
    return json_array_size(array) > 0;
}

static bool read_head(struct plan *plan, json_t *object, GError **error)
{
    struct plan_head *head = &plan->head;
    if (json_integer_value(json_object_get(object, "winnow_plan")) != PLAN_FORMAT)
        return fail_at(plan, "no plan that this winnow knows", error);
    plan->first = json_incref(object);
    head->made = time_of(object, "made");
    head->folder = text_of(object, "folder");
    head->list = text_of(object, "list");
    head->list_digest = text_of(object, "list_digest");
    head->state = text_of(object, "state");
    head->policy = text_of(object, "policy");
    head->rules = text_of(object, "rules");
    head->guard = text_of(object, "guard");
    head->rows = number_of(object, "rows");
    for (int i = 0; i < ROW_FATE_COUNT; i++)
        head->fate[i] = number_of(object, plan_fate_name((enum row_fate)i));
    bool whole = head->made && head->folder && head->list && head->list_digest && head->state && head->policy;
    return (whole && read_arguments(plan, object)) || fail_at(plan, "the head lacks something", error);
}

static bool parse_action(const char *text, enum action *action)
{
    for (int i = 0; text && i <= ACTION_REVIEW; i++) {
        if (g_str_equal(text, action_name((enum action)i))) {
            *action = (enum action)i;
            return true;
        }
    }
    return false;
}

static bool parse_kind(const char *text, enum event_kind *kind)
{
    for (int i = 0; text && i <= EVENT_UNSUBSCRIBE; i++) {
        if (g_str_equal(text, event_kind_name((enum event_kind)i))) {
            *kind = (enum event_kind)i;
            return true;
        }
    }
    return false;
}

static const char *keep_text(struct plan *plan, const char *text)
{
    return g_string_chunk_insert_const(plan->texts, text ? text : "");
}

static bool read_row(struct plan *plan, const json_t *object, GError **error)
{
    const char *address = text_of(object, "address"), *event = text_of(object, "event");
    struct entry *entry = g_new0(struct entry, 1);
    g_ptr_array_add(plan->entries, entry);
    struct decision *d = &entry->planned.decision;
    const char *class = text_of(object, "class");
    if (!address || !event || !parse_action(text_of(object, "action"), &d->action) ||
        !parse_kind(text_of(object, "kind"), &d->kind) || !class || !ses_class_parse(view_of(class), &d->class))
        return fail_at(plan, "a row lacks something", error);
    d->last_bounce = time_of(object, "last_bounce");
    d->retry_after = time_of(object, "retry_after");
    d->why = g_strdup(keep_text(plan, text_of(object, "why")));
    entry->planned.reason = view_of(keep_text(plan, text_of(object, "reason")));
    entry->planned.subtype = keep_text(plan, text_of(object, "subtype"));
    entry->planned.status = keep_text(plan, text_of(object, "status"));
    entry->event = g_strdup(event);
    entry->key = view_of(keep_text(plan, address));
    g_hash_table_replace(plan->by_key, &entry->key, entry);
    return true;
}

static bool read_line(struct plan *plan, const char *line, GChecksum *digest, bool *ended, GError **error)
{
    plan->lines++;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const json_t *end = json_object_get(object, "end");
    bool sound = json_is_object(object) && !*ended;
    if (!sound)
        fail_at(plan, *ended ? "something follows the end" : "no JSON object", error);
    else if (end)
        sound = (g_strcmp0(text_of(object, "sha256"), g_checksum_get_string(digest)) == 0 &&
                 json_integer_value(end) == (json_int_t)plan->entries->len) ||
                fail_at(plan, "the plan was changed after it was made; make a new one", error);
    else
        sound = plan->lines == 1 ? read_head(plan, object, error) : read_row(plan, object, error);
    *ended = end != NULL;
    if (!end)
        g_checksum_update(digest, (const guchar *)line, -1);
    json_decref(object);
    return sound;
}

static bool read_lines(struct plan *plan, FILE *file, GError **error)
{
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    char *line = NULL;
    size_t size = 0;
    bool ended = false, sound = true;
    while (sound && getline(&line, &size, file) > 0)
        sound = read_line(plan, line, digest, &ended, error);
    free(line);
    return sound && (ended || fail_at(plan, "the plan ends too early", error));
}

struct plan *plan_load(const char *path, GError **error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read plan '%s': %s", path, g_strerror(errno));
        return NULL;
    }
    struct plan *plan = g_new0(struct plan, 1);
    plan->path = g_strdup(path);
    plan->entries = g_ptr_array_new_with_free_func(entry_free);
    plan->by_key = g_hash_table_new(hash_view, equal_views);
    plan->texts = g_string_chunk_new(4096);
    bool sound = read_lines(plan, file, error);
    fclose(file);
    if (sound)
        return plan;
    plan_free(plan);
    return NULL;
}

/* --- carrying out ------------------------------------------------------------------------------------------------- */

static bool refuse(const struct plan *plan, const char *problem, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_GUARD, "plan '%s': %s; nothing written, make a new plan", plan->path,
                problem);
    return false;
}

bool plan_fits(const struct plan *plan, const struct plan_head *now, gint64 days, GError **error)
{
    const struct plan_head *then = &plan->head;
    if (g_strcmp0(then->list_digest, now->list_digest) != 0)
        return refuse(plan, "the list changed since it was made", error);
    if (g_strcmp0(then->state, now->state) != 0)
        return refuse(plan, "the state changed since it was made", error);
    if (g_strcmp0(then->policy, now->policy) != 0)
        return refuse(plan, "the policy is another one", error);
    if (g_strcmp0(then->rules, now->rules) != 0)
        return refuse(plan, "the rules are others", error);
    if (now->made - then->made > days * 24 * 60 * 60)
        return refuse(plan, "it is too old ([guard] plan-days)", error);
    return true;
}

bool plan_bind(struct plan *plan, struct ledger *ledger, GError **error)
{
    for (guint i = 0; i < plan->entries->len; i++) {
        struct entry *entry = g_ptr_array_index(plan->entries, i);
        gint64 *event = &entry->planned.decision.decided_by;
        if (!ledger_event_number(ledger, entry->event, event, error))
            return false;
        if (*event > 0)
            continue;
        g_autofree char *problem = g_strdup_printf("the evidence about '%.*s' is no longer in the archives",
                                                   (int)entry->key.len, entry->key.data);
        return refuse(plan, problem, error);
    }
    return true;
}

bool plan_met(const struct plan *plan, const struct judgement *judgement, GError **error)
{
    for (int i = 0; i < ROW_FATE_COUNT; i++) {
        if (judgement->fate[i] != plan->head.fate[i])
            return refuse(plan, "not all that it rests on is there any more", error);
    }
    return true;
}

const struct planned *plan_find(const struct plan *plan, struct view key)
{
    const struct entry *entry = g_hash_table_lookup(plan->by_key, &key);
    return entry ? &entry->planned : NULL;
}
