/* SPDX-License-Identifier: MIT */
#include "cmd/account.h"

#include "cmd/json.h"

#include <jansson.h>

/* Paths and arguments may be anything. */
static json_t *json_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

static json_t *text_or_null(const char *text)
{
    return text && *text ? json_text(text) : json_null();
}

static json_t *time_or_null(gint64 time)
{
    g_autoptr(GString) text = g_string_new(NULL);
    append_time(text, time);
    return text_or_null(text->str);
}

static json_t *number(gint64 value)
{
    return json_integer((json_int_t)value);
}

static json_t *id_or_null(gint64 id)
{
    return id ? number(id) : json_null();
}

static json_t *decision_json(const struct decision *decision)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "action", action_name(decision->action), "retry_after",
                     time_or_null(decision->retry_after), "why", json_text(decision->why), "decided_by",
                     id_or_null(decision->decided_by));
}

/* "key=value" lines with "# origin" above those that a file says. */
static json_t *policy_json(const char *text)
{
    json_t *policy = json_object();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *origin = NULL;
    for (char **line = lines; *line; line++) {
        char *equals = strchr(*line, '=');
        if ((*line)[0] == '#') {
            origin = *line + 2;
        } else if (equals && (*line)[0] != '[') {
            *equals = '\0';
            json_object_set_new(policy, *line,
                                json_pack("{s:o, s:o}", "value", json_text(equals + 1), "from",
                                          json_text(origin ? origin : "default")));
            origin = NULL;
        }
    }
    return policy;
}

static json_t *finding_json(const struct policy_finding *finding)
{
    json_t *decision = decision_json(&finding->decision);
    json_t *object =
        json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "group", finding->group, "events", (json_int_t)finding->evidence,
                  "counted", (json_int_t)finding->counted, "days", (json_int_t)finding->days, "campaigns",
                  (json_int_t)finding->campaigns, "span_days", (json_int_t)finding->span);
    json_object_update(object, decision);
    json_decref(decision);
    json_object_set_new(object, "policy", policy_json(finding->policy));
    return object;
}

static json_t *change_json(const struct whatif *whatif)
{
    json_t *object = json_pack("{s:s}", "change", change_name(whatif->change));
    if (whatif->change == CHANGE_WITHOUT) {
        json_t *ids = json_array();
        for (size_t i = 0; i < whatif->count; i++)
            json_array_append_new(ids, number(whatif->events[i]));
        json_object_set_new(object, "events", ids);
    }
    if (whatif->change == CHANGE_MORE) {
        g_autofree char *class =
            g_strdup_printf("%s/%s", ses_type_name(whatif->class), ses_subtype_name(whatif->class));
        json_object_set_new(object, "bounces", json_integer((json_int_t)whatif->count));
        json_object_set_new(object, "class", json_string(class));
    }
    json_object_set_new(object, "time", time_or_null(whatif->when));
    json_t *decision = decision_json(&whatif->decision);
    json_object_del(decision, "decided_by");
    json_object_update(object, decision);
    json_decref(decision);
    return object;
}

static json_t *candidates_json(const struct account *account, const struct account_event *e)
{
    json_t *array = json_array();
    for (guint i = 0; i < e->candidate_count; i++) {
        const struct account_candidate *c =
            &g_array_index(account->candidates, struct account_candidate, e->first_candidate + i);
        json_array_append_new(array, json_pack("{s:s, s:s%, s:o, s:b}", "step", claim_step_name(c->candidate.step),
                                               c->candidate.is == CANDIDATE_ID ? "id" : "address",
                                               c->candidate.key.data, c->candidate.key.len, "scheme",
                                               text_or_null(c->candidate.scheme.data), "subscriber", c->is_self));
    }
    return array;
}

static json_t *event_json(const struct account *account, const struct account_event *e)
{
    bool bounce = e->kind == EVENT_BOUNCE;
    const char *counts = !e->attributed                                               ? "somebody else's"
                         : e->too_early                                               ? "before the subscription"
                         : e->doubt                                                   ? "doubtful"
                         : e->quarantined && ses_type(e->class) == SES_TYPE_TRANSIENT ? "in an outage"
                         : e->quarantined                                             ? "in a burst"
                         : e->ours                                                    ? "the sender's fault"
                                                                                      : "yes";
    json_t *object = json_object();
    const struct {
        const char *key;
        json_t *value;
    } parts[] = {
        {"id", number(e->id)},
        {"time", time_or_null(e->time)},
        {"read", time_or_null(e->read)},
        {"kind", json_string(event_kind_name(e->kind))},
        {"type", bounce ? json_string(ses_type_name(e->class)) : json_null()},
        {"subtype", bounce ? json_string(ses_subtype_name(e->class)) : json_null()},
        {"fault", bounce ? json_string(fault_name(e->fault)) : json_null()},
        {"counts", json_string(counts)},
        {"doubt", text_or_null(e->doubt)},
        {"burst", text_or_null(e->burst)},
        {"attributed_by", e->step == CLAIM_NONE ? json_null() : json_string(claim_step_name(e->step))},
        {"candidates", candidates_json(account, e)},
        {"source", text_or_null(e->path)},
        {"member", text_or_null(e->member)},
        {"offset", number((gint64)e->offset)},
        {"message_id", text_or_null(e->message_id)},
        {"campaign", text_or_null(e->campaign)},
        {"reader", text_or_null(e->reader)},
        {"rule", text_or_null(e->rule)},
        {"matched", text_or_null(e->matched)},
        {"status", text_or_null(e->status)},
        {"diagnostic", text_or_null(e->diagnostic)},
        {"remote_mta", text_or_null(e->remote_mta)},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        json_object_set_new(object, parts[i].key, parts[i].value);
    return object;
}

static json_t *past_json(const struct account_past *past)
{
    return json_pack("{s:I, s:o, s:I, s:s, s:o, s:o, s:s}", "run", (json_int_t)past->run, "started",
                     time_or_null(past->started), "row", (json_int_t)past->row, "action", action_name(past->action),
                     "retry_after", time_or_null(past->retry_after), "decided_by", id_or_null(past->decided_by), "why",
                     past->why);
}

static json_t *head_json(const struct account *account)
{
    return json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "subscriber", json_text(account->key), "list",
                     text_or_null(account->list_path), "id", text_or_null(account->id), "rows",
                     (json_int_t)account->rows, "now", time_or_null(account->now), "subscribed",
                     time_or_null(account->history.subscribed), "engaged", time_or_null(account->history.engaged),
                     "removed", time_or_null(account->history.removed), "forgotten",
                     time_or_null(account->is_forgotten ? account->forgotten.started : 0));
}

void account_json(const struct account *account, GString *out)
{
    bool judged = account_is_judged(account);
    json_t *root = head_json(account);
    json_t *findings = json_array(), *changes = json_array(), *events = json_array(), *past = json_array();
    for (guint i = 0; judged && i < account->findings->len; i++)
        json_array_append_new(findings, finding_json(&g_array_index(account->findings, struct policy_finding, i)));
    for (guint i = 0; judged && i < account->changes->len; i++)
        json_array_append_new(changes, change_json(&g_array_index(account->changes, struct whatif, i)));
    for (guint i = 0; i < account->events->len; i++)
        json_array_append_new(events, event_json(account, &g_array_index(account->events, struct account_event, i)));
    for (guint i = 0; i < account->past->len; i++)
        json_array_append_new(past, past_json(&g_array_index(account->past, struct account_past, i)));
    json_object_set_new(root, "decision", judged ? decision_json(&account->decision) : json_null());
    json_object_set_new(root, "groups", findings);
    json_object_set_new(root, "changes", changes);
    json_object_set_new(root, "events", events);
    json_object_set_new(root, "decisions", past);
    char *text = json_dumps(root, JSON_INDENT(2));
    g_string_append(out, text);
    g_string_append_c(out, '\n');
    free(text);
    json_decref(root);
}
