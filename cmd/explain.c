/* SPDX-License-Identifier: MIT
 * winnow explain: every event that names an address, what was made of it, and what was decided. */
#include "cmd/candidates.h"
#include "cmd/command.h"
#include "core/match/address.h"
#include "db/ledger.h"

#include <stdio.h>

struct explaining {
    struct view key;
    bool events, decisions;
};

static void print_text(const char *label, struct view text)
{
    if (!view_is_empty(text))
        printf("    %-12s %.*s\n", label, (int)text.len, text.data);
}

/* By which step the address is named, and who else is. */
static void print_candidates(const struct evidence *e, struct view key)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *label = "attributed";
    for (size_t i = 0; i < e->candidate_count; i++) {
        const struct candidate *c = &e->candidates[i];
        if (!view_equal(c->key, key))
            continue;
        printf("    %-12s %s%s%.*s%s\n", label, claim_step_name(c->step), c->scheme.len ? " (" : "", (int)c->scheme.len,
               c->scheme.data, c->scheme.len ? ")" : "");
        label = "";
    }
    label = "may also be";
    for (size_t i = 0; i < e->candidate_count; i++) {
        const struct candidate *c = &e->candidates[i];
        if (view_equal(c->key, key))
            continue;
        append_candidate(g_string_truncate(text, 0), c);
        printf("    %-12s %s\n", label, text->str);
        label = "";
    }
}

static bool print_event(const struct evidence *e, void *user, GError **error)
{
    (void)error;
    struct explaining *x = user;
    x->events = true;
    char time[32];
    format_time(e->time, time);
    printf("  %s  %s", e->time ? time : "(no date)           ", event_kind_name(e->kind));
    if (e->kind == EVENT_BOUNCE)
        printf("  %s/%s, fault: %s", ses_type_name(e->class), ses_subtype_name(e->class), fault_name(e->fault));
    putchar('\n');
    printf("    %-12s %.*s", "message", (int)e->path.len, e->path.data);
    if (!view_is_empty(e->member))
        printf(" (%.*s)", (int)e->member.len, e->member.data);
    printf(" at %" G_GUINT64_FORMAT "\n", e->offset);
    print_text("Message-ID", e->message_id);
    print_candidates(e, x->key);
    print_text("reader", e->reader);
    print_text("rule", e->rule);
    print_text("words", e->matched);
    print_text("status", e->status);
    print_text("diagnostic", e->diagnostic);
    return true;
}

static bool print_decision(const struct past_decision *d, void *user, GError **error)
{
    (void)error;
    struct explaining *x = user;
    if (!x->decisions)
        puts("decisions:");
    x->decisions = true;
    char time[32];
    format_time(d->started, time);
    printf("  %s  run %" G_GINT64_FORMAT ", row %" G_GUINT64_FORMAT ": %s\n    %.*s\n", time, d->run, d->row,
           action_name(d->action), (int)d->why.len, d->why.data);
    return true;
}

static bool explain(const struct common *common, const char *address, bool *known, GError **error)
{
    struct pool pool;
    pool_init(&pool);
    struct explaining x = {.key = address_key(view_of(address), &pool)};
    if (view_is_empty(x.key))
        x.key = view_of(address); /* an id */
    g_autofree char *state = common_state_path(common);
    struct ledger *ledger = ledger_open(state, LEDGER_READ, error);
    printf("%.*s\n", (int)x.key.len, x.key.data);
    bool ok = ledger && ledger_each_of(ledger, x.key, print_event, &x, error) &&
              ledger_each_decision_of(ledger, x.key, print_decision, &x, error);
    if (ok && !x.events)
        puts("  nothing is known of this address");
    *known = x.events;
    if (ledger)
        ledger_close(ledger);
    pool_clear(&pool);
    return ok;
}

int cmd_explain(int argc, char **argv)
{
    struct common common = {0};
    GOptionContext *context =
        command_options("ADDRESS", "Prints every event that names ADDRESS (or an id), and what was decided.",
                        "Exit: 0 done, 1 nothing is known, 2 usage, 4 state.", NULL, &common, COMMON_STATE);
    GError *error = NULL;
    bool known = false;
    bool ok = command_parse(context, &argc, &argv, &common, &error);
    if (ok && argc != 2) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "explain: one ADDRESS is wanted");
        ok = false;
    }
    ok = ok && explain(&common, argv[1], &known, &error);
    common_clear(&common);
    if (!ok)
        return command_fail(error);
    return known ? WINNOW_DONE : WINNOW_INCOMPLETE;
}
