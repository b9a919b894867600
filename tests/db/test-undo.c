/* SPDX-License-Identifier: MIT */
#include "db/departures.h"
#include "db/undo.h"

enum { EVENTS = 20 };

/* 2026-03-01 12:00:00 UTC */
#define START ((gint64)1772366400)

static struct ledger *open_memory(void)
{
    g_autoptr(GError) error = NULL;
    struct ledger *ledger = ledger_open(":memory:", LEDGER_WRITE, &error);
    g_assert_no_error(error);
    return ledger;
}

static gint64 begin(struct ledger *ledger, const char *command)
{
    static gint64 day;
    g_autoptr(GError) error = NULL;
    gint64 run;
    ledger_begin(ledger, command, START + 86400 * day++, &run, &error);
    g_assert_no_error(error);
    return run;
}

static void commit(struct ledger *ledger)
{
    g_autoptr(GError) error = NULL;
    ledger_commit(ledger, &error);
    g_assert_no_error(error);
}

/* Event number n with a verdict of that class, and a second candidate if `id` is given. True if it was news. */
static bool add(struct ledger *ledger, guint8 n, enum ses_class class, const char *id)
{
    char address[32];
    g_snprintf(address, sizeof address, "p%u@example.com", n);
    struct event event = {
        .kind = EVENT_BOUNCE, .recipient = view_of(address), .diagnostic = VIEW("550 no"), .reader = "rfc3464"};
    struct candidate candidates[] = {
        {.step = CLAIM_FINAL_RECIPIENT, .is = CANDIDATE_ADDRESS, .key = view_of(address)},
        {.step = CLAIM_VERP, .is = CANDIDATE_ID, .key = view_of(id), .scheme = VIEW("user")},
    };
    struct claim claim = {.at = candidates, .count = id ? 2 : 1};
    struct verdict verdict = {.class = class, .rule = "rule"};
    struct event_key key = {.digest = {n, 1}};
    struct origin origin = {.path = "bounces.mbox", .offset = n * 1000u};
    g_autoptr(GError) error = NULL;
    gint64 number;
    bool added;
    ledger_add_event(ledger, &key, &origin, &event, &claim, &verdict, &number, &added, &error);
    g_assert_no_error(error);
    g_assert_cmpint(number, >, 0);
    return added;
}

static guint add_all(struct ledger *ledger, guint8 from, guint8 to)
{
    guint added = 0;
    for (guint8 n = from; n < to; n++)
        added += add(ledger, n, SES_PERMANENT_NO_EMAIL, NULL);
    return added;
}

static gint64 undo(struct ledger *ledger, gint64 run, bool final)
{
    g_autoptr(GError) error = NULL;
    gint64 number = begin(ledger, "undo");
    ledger_undo(ledger, run, final, &error);
    g_assert_no_error(error);
    commit(ledger);
    return number;
}

static bool append_evidence(const struct evidence *e, void *user, GError **error)
{
    (void)error;
    g_string_append_printf(user, "%.*s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, (int)e->recipient.len,
                           e->recipient.data, ses_subtype_name(e->class), e->id, e->run);
    for (size_t i = 0; i < e->candidate_count; i++)
        g_string_append_printf(user, " %s=%.*s", claim_step_name(e->candidates[i].step), (int)e->candidates[i].key.len,
                               e->candidates[i].key.data);
    g_string_append_c(user, '\n');
    return true;
}

static bool append_decision(const struct past_decision *d, void *user, GError **error)
{
    (void)error;
    g_string_append_printf(user, "%s in run %" G_GINT64_FORMAT "\n", action_name(d->action), d->run);
    return true;
}

/* All that commands see of the evidence, and of one subscriber. */
static char *state(struct ledger *ledger)
{
    g_autoptr(GError) error = NULL;
    GString *text = g_string_new(NULL);
    ledger_each(ledger, 0, append_evidence, text, &error);
    g_assert_no_error(error);
    g_string_append(text, "--\n");
    ledger_each_of(ledger, VIEW("p3@example.com"), append_evidence, text, &error);
    g_assert_no_error(error);
    ledger_each_decision_of(ledger, VIEW("p3@example.com"), append_decision, text, &error);
    g_assert_no_error(error);
    return g_string_free(text, FALSE);
}

static void decide(struct ledger *ledger, gint64 run)
{
    char why[] = "because";
    struct decision decision = {.action = ACTION_REMOVE, .why = why};
    g_autoptr(GError) error = NULL;
    ledger_add_decision(ledger, run, VIEW("p3@example.com"), 3, &decision, &error);
    g_assert_no_error(error);
}

static void assert_state(struct ledger *ledger, const char *wanted)
{
    g_autofree char *now = state(ledger);
    g_assert_cmpstr(now, ==, wanted);
}

static void a_run_that_is_taken_back_leaves_the_state_before_it(void)
{
    struct ledger *ledger = open_memory();
    begin(ledger, "ingest");
    add_all(ledger, 0, EVENTS);
    commit(ledger);
    g_autofree char *before = state(ledger);
    gint64 run = begin(ledger, "clean");
    g_assert_cmpuint(add_all(ledger, 0, EVENTS + 10), ==, 10);
    add(ledger, 3, SES_PERMANENT_NO_EMAIL, "k-3");
    decide(ledger, run);
    commit(ledger);
    g_autofree char *after = state(ledger);
    g_assert_cmpstr(before, !=, after);
    gint64 back = undo(ledger, run, false);
    assert_state(ledger, before);
    g_assert_false(ledger_in_force(ledger, run));
    g_assert_true(ledger_in_force(ledger, back));
    undo(ledger, back, false); /* and forth again */
    assert_state(ledger, after);
    g_assert_true(ledger_in_force(ledger, run));
    g_assert_false(ledger_in_force(ledger, back));
    ledger_close(ledger);
}

static void what_was_taken_back_is_news_when_it_is_read_again(void)
{
    struct ledger *ledger = open_memory();
    gint64 first = begin(ledger, "ingest");
    add_all(ledger, 0, EVENTS);
    add(ledger, 5, SES_PERMANENT_NO_EMAIL, "k-5");
    commit(ledger);
    undo(ledger, first, false);
    assert_state(ledger, "--\n");
    gint64 second = begin(ledger, "ingest");
    for (guint8 n = EVENTS; n-- > 0;) /* in another order, and judged by other rules */
        g_assert_true(add(ledger, n, SES_TRANSIENT_GENERAL, n == 5 ? "k-5" : NULL));
    g_assert_cmpuint(add_all(ledger, 0, EVENTS), ==, 0);
    commit(ledger);
    g_autofree char *again = state(ledger);
    g_assert_null(strstr(again, "NoEmail"));
    g_assert_nonnull(strstr(again, "p5@example.com General 6 3 verp=k-5 final-recipient=p5@example.com\n"));
    g_assert_nonnull(strstr(again, "p19@example.com General 20 3 final-recipient=p19@example.com\n"));
    undo(ledger, second, false);
    assert_state(ledger, "--\n");
    ledger_close(ledger);
}

static void what_was_taken_back_for_good_stays_away(void)
{
    struct ledger *ledger = open_memory();
    gint64 first = begin(ledger, "ingest");
    add_all(ledger, 0, EVENTS);
    commit(ledger);
    gint64 back = undo(ledger, first, true);
    begin(ledger, "ingest");
    g_assert_cmpuint(add_all(ledger, 0, EVENTS), ==, 0);
    commit(ledger);
    assert_state(ledger, "--\n");
    undo(ledger, back, false);
    g_autofree char *now = state(ledger);
    g_assert_nonnull(strstr(now, "p19@example.com NoEmail 20 1 "));
    ledger_close(ledger);
}

static void what_is_abandoned_was_not_taken_back(void)
{
    struct ledger *ledger = open_memory();
    g_autoptr(GError) error = NULL;
    gint64 first = begin(ledger, "ingest");
    add_all(ledger, 0, EVENTS);
    commit(ledger);
    g_autofree char *before = state(ledger);
    begin(ledger, "undo");
    g_assert_true(ledger_undo(ledger, first, false, &error));
    assert_state(ledger, "--\n");
    ledger_abandon(ledger);
    assert_state(ledger, before);
    ledger_close(ledger);
}

/* --- files ------------------------------------------------------------------------------------------------------- */

static bool append_replaced(const struct replaced_file *f, void *user, GError **error)
{
    (void)error;
    g_string_append_printf(user, "%" G_GINT64_FORMAT " %s %s>%s %s\n", f->run, f->path, f->before ? f->before : "-",
                           f->after ? f->after : "-", f->kept ? f->kept : "-");
    return true;
}

static bool append_move(const struct pending_move *m, void *user, GError **error)
{
    (void)error;
    g_string_append_printf(user, "%s>%s %s %s\n", m->source, m->target, m->moved, m->before ? m->before : "-");
    return true;
}

static void files_that_runs_replaced_are_known(void)
{
    struct ledger *ledger = open_memory();
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 1; i <= 2; i++) {
        gint64 run = begin(ledger, "clean");
        const struct replaced_file b = {.run = run, .path = "/l/b", .after = "b1"};
        const struct replaced_file a = {
            .run = run, .path = "/l/a", .before = "a0", .after = "a1", .kept = "/l/.a.kept"};
        const struct pending_move move = {.source = "/l/.a.new", .target = "/l/a", .moved = "a1", .before = "a0"};
        g_assert_true(ledger_add_replaced(ledger, &b, &error) && ledger_add_replaced(ledger, &a, &error));
        g_assert_true(ledger_add_pending(ledger, &move, &error));
        commit(ledger);
    }
    g_assert_true(ledger_each_replaced(ledger, 2, append_replaced, text, &error));
    g_assert_cmpstr(text->str, ==, "2 /l/a a0>a1 /l/.a.kept\n2 /l/b ->b1 -\n");
    g_assert_true(ledger_drop_kept(ledger, 1, "/l/a", &error));
    g_string_truncate(text, 0);
    g_assert_true(ledger_each_replaced_at(ledger, "/l/a", append_replaced, text, &error));
    g_assert_cmpstr(text->str, ==, "2 /l/a a0>a1 /l/.a.kept\n1 /l/a a0>a1 -\n");
    g_string_truncate(text, 0);
    g_assert_true(ledger_each_pending(ledger, append_move, text, &error));
    g_assert_cmpstr(text->str, ==, "/l/.a.new>/l/a a1 a0\n/l/.a.new>/l/a a1 a0\n");
    g_assert_true(ledger_clear_pending(ledger, &error));
    g_string_truncate(text, 0);
    g_assert_true(ledger_each_pending(ledger, append_move, text, &error));
    g_assert_cmpstr(text->str, ==, "");
    ledger_close(ledger);
}

static void the_last_run_over_a_list_is_one_in_force(void)
{
    struct ledger *ledger = open_memory();
    g_autoptr(GError) error = NULL;
    const char *const lists[] = {"/l/a.csv", "/l/a.csv", "/l/b.csv", "/l/a.csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        begin(ledger, "clean");
        g_assert_true(ledger_set_cleaned(ledger, lists[i], &error));
        g_assert_true(ledger_set_list(ledger, i == 2 ? "news" : "others", &error));
        commit(ledger);
    }
    undo(ledger, 4, false);
    gint64 run;
    g_assert_true(ledger_last_cleaned(ledger, "/l/a.csv", NULL, &run, &error));
    g_assert_cmpint(run, ==, 2);
    g_assert_true(ledger_last_cleaned(ledger, "/l/c.csv", NULL, &run, &error));
    g_assert_cmpint(run, ==, 0);
    g_assert_true(ledger_last_cleaned(ledger, "/l/c.csv", "news", &run, &error));
    g_assert_cmpint(run, ==, 3);
    g_assert_true(ledger_last_cleaned(ledger, "/l/a.csv", "none", &run, &error));
    g_assert_cmpint(run, ==, 2);
    begin(ledger, "clean");
    g_assert_true(ledger_set_cleaned(ledger, "/l/b.csv", &error));
    g_assert_true(ledger_last_cleaned(ledger, "/l/b.csv", NULL, &run, &error));
    g_assert_cmpint(run, ==, 3);
    ledger_close(ledger);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/db/undo/state", a_run_that_is_taken_back_leaves_the_state_before_it);
    g_test_add_func("/db/undo/again", what_was_taken_back_is_news_when_it_is_read_again);
    g_test_add_func("/db/undo/final", what_was_taken_back_for_good_stays_away);
    g_test_add_func("/db/undo/abandoned", what_is_abandoned_was_not_taken_back);
    g_test_add_func("/db/undo/files", files_that_runs_replaced_are_known);
    g_test_add_func("/db/undo/list", the_last_run_over_a_list_is_one_in_force);
    return g_test_run();
}
