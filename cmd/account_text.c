/* SPDX-License-Identifier: MIT */
#include "cmd/account.h"

#include "cmd/candidates.h"
#include "cmd/json.h"

enum { COLUMNS = 80, LABEL = 13 };

/* `text` behind `head`, broken at spaces; further lines are indented as far as `head` goes. */
static void add_wrapped(GString *out, const char *head, const char *text)
{
    size_t indent = (size_t)g_utf8_strlen(head, -1), column = indent;
    g_string_append(out, head);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (char **word = words; *word; word++) {
        size_t width = (size_t)g_utf8_strlen(*word, -1);
        if (column > indent && column + 1 + width > COLUMNS) {
            g_string_append_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, *word);
        column += width;
    }
    g_string_append_c(out, '\n');
}

static void add_fact(GString *out, const char *label, const char *text)
{
    if (*text)
        g_string_append_printf(out, "      %-*s%s\n", LABEL, label, text);
}

static void add_sentence(GString *out, const char *label, const char *text)
{
    g_autofree char *head = g_strdup_printf("      %-*s", LABEL, label);
    add_wrapped(out, head, text);
}

/* "held until 2026-05-01T10:00:00Z" */
static char *outcome(const struct decision *decision)
{
    static const char *const names[] = {[ACTION_KEEP] = "kept",
                                        [ACTION_HOLD] = "held until ",
                                        [ACTION_REMOVE] = "removed",
                                        [ACTION_REVIEW] = "up for review"};
    g_autoptr(GString) text = g_string_new(names[decision->action]);
    if (decision->action == ACTION_HOLD)
        append_time(text, decision->retry_after);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- today -------------------------------------------------------------------------------------------------------- */

static void add_place(GString *out, const struct account *account)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (!account->list_path) {
        g_string_append(text, "No list was named: taken as if it had nobody else, and no ids.");
    } else if (account->rows == 0) {
        g_string_append_printf(text, "Not in '%s'.", account->list_path);
    } else {
        g_string_append_printf(text, "In '%s', line %" G_GUINT64_FORMAT, account->list_path, account->line);
        if (account->rows > 1)
            g_string_append_printf(text, " and %" G_GUINT64_FORMAT " more", account->rows - 1);
        if (account->id)
            g_string_append_printf(text, ", id %s", account->id);
        g_string_append_c(text, '.');
    }
    const struct {
        const char *label;
        gint64 time;
    } dates[] = {{"Subscribed", account->history.subscribed},
                 {"Last sign of life", account->history.engaged},
                 {"Removed by a run", account->history.removed}};
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
        if (dates[i].time == 0)
            continue;
        g_string_append_printf(text, " %s: ", dates[i].label);
        append_time(text, dates[i].time);
        g_string_append_c(text, '.');
    }
    add_wrapped(out, "  ", text->str);
}

static void add_forgotten(GString *out, const struct account *account)
{
    if (!account->is_forgotten)
        return;
    g_autoptr(GString) text = g_string_new("Forgotten on ");
    append_time(text, account->forgotten.started);
    g_string_append_printf(text,
                           " by run %" G_GINT64_FORMAT ": what was known is erased, and nothing more is stored. "
                           "'winnow forget --lift' lets it be known again.",
                           account->forgotten.run);
    add_wrapped(out, "  ", text->str);
}

static void add_today(GString *out, const struct account *account)
{
    g_autoptr(GString) head = g_string_new("\ntoday, ");
    append_time(head, account->now);
    if (!account_is_judged(account)) {
        g_string_append_printf(out, "%s: nothing to decide\n", head->str);
        return;
    }
    g_autofree char *what = outcome(&account->decision);
    g_string_append_printf(out, "%s: %s\n", head->str, what);
    add_wrapped(out, "  ", account->decision.why);
    if (account->decision.decided_by)
        g_string_append_printf(out, "  decided by event %" G_GINT64_FORMAT "\n", account->decision.decided_by);
    for (guint i = 0; account->findings->len > 1 && i < account->findings->len; i++) {
        const struct policy_finding *finding = &g_array_index(account->findings, struct policy_finding, i);
        g_autofree char *line = g_strdup_printf("%s: %s", action_name(finding->decision.action), finding->decision.why);
        add_wrapped(out, "  - ", line);
    }
}

/* --- what would change it ----------------------------------------------------------------------------------------- */

static bool same_outcome(const struct whatif *a, const struct whatif *b)
{
    return a->decision.action == b->decision.action && a->decision.retry_after == b->decision.retry_after;
}

static bool is_single(const struct whatif *whatif)
{
    return whatif->change == CHANGE_WITHOUT && whatif->count == 1;
}

static void add_ids(GString *text, const gint64 *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i ? ", " : "", ids[i]);
}

/* All single events that lead to the outcome of the first of them, in one line; nothing for the later ones. */
static bool say_singles(GString *text, const GArray *changes, guint at)
{
    const struct whatif *this = &g_array_index(changes, struct whatif, at);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; i < changes->len; i++) {
        const struct whatif *other = &g_array_index(changes, struct whatif, i);
        if (!is_single(other) || !same_outcome(this, other))
            continue;
        if (i < at)
            return false;
        g_array_append_val(ids, other->events[0]);
    }
    g_string_append(text, ids->len > 1 ? "without any one of events " : "without event ");
    add_ids(text, (const gint64 *)(void *)ids->data, ids->len);
    return true;
}

static bool say_change(GString *text, const GArray *changes, guint at)
{
    const struct whatif *whatif = &g_array_index(changes, struct whatif, at);
    if (is_single(whatif))
        return say_singles(text, changes, at);
    switch (whatif->change) {
    case CHANGE_WITHOUT:
        g_string_append(text, "without events ");
        add_ids(text, whatif->events, whatif->count);
        return true;
    case CHANGE_DELIVERY:
        g_string_append(text, "with a delivery now");
        return true;
    case CHANGE_MORE:
        g_string_append_printf(text, "with %zu more %s/%s bounce%s, ", whatif->count, ses_type_name(whatif->class),
                               ses_subtype_name(whatif->class), whatif->count == 1 ? "" : "s");
        g_string_append(text, whatif->count == 1 ? "on " : "one whenever mail goes out again, the last on ");
        append_time(text, whatif->when);
        return true;
    case CHANGE_TIME:
        g_string_append(text, "with nothing new until ");
        append_time(text, whatif->when);
        return true;
    }
    return false;
}

static void add_changes(GString *out, const struct account *account)
{
    if (!account_is_judged(account) || account->changes->len == 0)
        return;
    g_string_append(out, "\nwhat would change it\n");
    for (guint i = 0; i < account->changes->len; i++) {
        const struct whatif *whatif = &g_array_index(account->changes, struct whatif, i);
        g_autoptr(GString) text = g_string_new(NULL);
        if (!say_change(text, account->changes, i))
            continue;
        g_autofree char *then = outcome(&whatif->decision);
        g_string_append_printf(text, ": %s", then);
        add_wrapped(out, "  - ", text->str);
    }
}

/* --- events and runs ---------------------------------------------------------------------------------------------- */

static const char *remark(const struct account_event *event)
{
    if (!event->attributed)
        return "not counted: it is about somebody else, or about nobody who is in the list";
    if (event->too_early)
        return "not counted: before the subscription";
    if (event->doubt)
        return event->doubt;
    if (!event->quarantined)
        return event->ours ? "not counted: it is the sender's fault" : "";
    return event->burst ? event->burst : "in a burst of such bounces";
}

/* By which steps the subscriber is named, and who else is. */
static void add_candidates(GString *out, const struct account *account, const struct account_event *event)
{
    for (int self = 1; self >= 0; self--) {
        const char *label = self ? "attributed" : "may also be";
        for (guint i = 0; i < event->candidate_count; i++) {
            const struct account_candidate *c =
                &g_array_index(account->candidates, struct account_candidate, event->first_candidate + i);
            if (c->is_self != self)
                continue;
            g_autoptr(GString) text = g_string_new(NULL);
            struct candidate shown = c->candidate;
            if (self && view_equal(shown.key, view_of(account->key)))
                g_string_append_printf(text, "%s%s%.*s%s", claim_step_name(shown.step), shown.scheme.len ? " (" : "",
                                       (int)shown.scheme.len, shown.scheme.data, shown.scheme.len ? ")" : "");
            else
                append_candidate(text, &shown);
            add_fact(out, label, text->str);
            label = "";
        }
    }
}

static void add_event(GString *out, const struct account *account, const struct account_event *event)
{
    g_autoptr(GString) time = g_string_new(NULL);
    append_time(time, event->time);
    g_string_append_printf(out, "  %-4" G_GINT64_FORMAT "%s  %s", event->id, time->len ? time->str : "no date",
                           event_kind_name(event->kind));
    if (event->kind == EVENT_BOUNCE)
        g_string_append_printf(out, "  %s/%s, fault: %s", ses_type_name(event->class), ses_subtype_name(event->class),
                               fault_name(event->fault));
    g_string_append_c(out, '\n');
    g_autofree char *place =
        *event->member ? g_strdup_printf("%s (%s) at %" G_GUINT64_FORMAT, event->path, event->member, event->offset)
                       : g_strdup_printf("%s at %" G_GUINT64_FORMAT, event->path, event->offset);
    add_fact(out, "message", place);
    add_fact(out, "Message-ID", event->message_id);
    add_candidates(out, account, event);
    if (*remark(event))
        add_sentence(out, "but", remark(event));
    add_fact(out, "campaign", event->campaign);
    add_fact(out, "reader", event->reader);
    add_fact(out, "rule", event->rule);
    add_fact(out, "words", event->matched);
    add_fact(out, "status", event->status);
    if (*event->diagnostic)
        add_sentence(out, "diagnostic", event->diagnostic);
    add_fact(out, "remote MTA", event->remote_mta);
}

static void add_past(GString *out, const struct account_past *past)
{
    g_autoptr(GString) head = g_string_new("  ");
    append_time(head, past->started);
    g_string_append_printf(out, "%s  run %" G_GINT64_FORMAT ", row %" G_GUINT64_FORMAT ": %s\n", head->str, past->run,
                           past->row, action_name(past->action));
    add_wrapped(out, "      ", past->why);
}

void account_text(const struct account *account, GString *out)
{
    g_string_append_printf(out, "%s\n", account->key);
    add_place(out, account);
    add_forgotten(out, account);
    add_today(out, account);
    add_changes(out, account);
    g_string_append(out, account->events->len ? "\nevents\n" : "\nno event names it\n");
    for (guint i = 0; i < account->events->len; i++)
        add_event(out, account, &g_array_index(account->events, struct account_event, i));
    if (account->past->len)
        g_string_append(out, "\ndecisions of runs\n");
    for (guint i = 0; i < account->past->len; i++)
        add_past(out, &g_array_index(account->past, struct account_past, i));
}
