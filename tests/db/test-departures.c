/* SPDX-License-Identifier: MIT */
#include "db/departures.h"
#include "db/undo.h"

static struct ledger *ledger;

/* A run on `list` at `when` that decides `action` about `key`. Returns its number. */
static gint64 run(gint64 when, const char *list, const char *key, enum action action)
{
    gint64 number;
    struct decision decision = {.action = action, .why = (char *)(gsize) "so"};
    g_assert_true(ledger_begin(ledger, "clean", when, &number, NULL));
    g_assert_true(ledger_set_list(ledger, list, NULL));
    g_assert_true(ledger_add_decision(ledger, number, view_of(key), 1, &decision, NULL));
    g_assert_true(ledger_commit(ledger, NULL));
    return number;
}

static gint64 last_removed(const char *list, const char *key)
{
    g_autoptr(GError) error = NULL;
    gint64 when = -1;
    ledger_last_removed(ledger, list, view_of(key), &when, &error);
    g_assert_no_error(error);
    return when;
}

static void set_up(void)
{
    ledger = ledger_open(":memory:", LEDGER_WRITE, NULL);
    g_assert_nonnull(ledger);
}

static void tear_down(void)
{
    ledger_close(ledger);
}

static void the_last_removal_from_that_list_is_found(void)
{
    set_up();
    run(100, "weekly", "a@example.org", ACTION_REMOVE);
    run(200, "weekly", "a@example.org", ACTION_REMOVE);
    run(300, "weekly", "a@example.org", ACTION_HOLD);
    run(400, "monthly", "a@example.org", ACTION_REMOVE);
    run(500, "weekly", "b@example.org", ACTION_REMOVE);
    g_assert_cmpint(last_removed("weekly", "a@example.org"), ==, 200);
    g_assert_cmpint(last_removed("monthly", "a@example.org"), ==, 400);
    g_assert_cmpint(last_removed("monthly", "b@example.org"), ==, 0);
    g_assert_cmpint(last_removed("yearly", "a@example.org"), ==, 0);
    tear_down();
}

static void what_was_taken_back_removed_nobody(void)
{
    set_up();
    run(100, "weekly", "a@example.org", ACTION_REMOVE);
    gint64 mistaken = run(200, "weekly", "a@example.org", ACTION_REMOVE), undo;
    g_assert_true(ledger_begin(ledger, "undo", 250, &undo, NULL));
    g_assert_true(ledger_undo(ledger, mistaken, false, NULL));
    g_assert_true(ledger_commit(ledger, NULL));
    g_assert_cmpint(last_removed("weekly", "a@example.org"), ==, 100);
    tear_down();
}

static void the_open_run_does_not_count(void)
{
    set_up();
    run(100, "weekly", "a@example.org", ACTION_REMOVE);
    gint64 number;
    struct decision decision = {.action = ACTION_REMOVE, .why = (char *)(gsize) "so"};
    g_assert_true(ledger_begin(ledger, "clean", 200, &number, NULL));
    g_assert_true(ledger_set_list(ledger, "weekly", NULL));
    g_assert_true(ledger_add_decision(ledger, number, VIEW("a@example.org"), 1, &decision, NULL));
    g_assert_cmpint(last_removed("weekly", "a@example.org"), ==, 100);
    tear_down();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/db/departures/the last removal from that list is found",
                    the_last_removal_from_that_list_is_found);
    g_test_add_func("/db/departures/what was taken back removed nobody", what_was_taken_back_removed_nobody);
    g_test_add_func("/db/departures/the open run does not count", the_open_run_does_not_count);
    return g_test_run();
}
