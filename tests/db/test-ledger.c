/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "db/ledger.h"
#include "db/schema.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* 2026-03-01 12:00:00 UTC */
#define START ((gint64)1772366400)

struct place {
    char *folder, *path;
};

static void make_place(struct place *place, gconstpointer data)
{
    (void)data;
    place->folder = g_dir_make_tmp("winnow-ledger-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "state", "winnow.db", NULL);
}

static void remove_place(struct place *place, gconstpointer data)
{
    (void)data;
    char *arguments[] = {(char *)(guintptr) "rm", (char *)(guintptr) "-rf", place->folder, NULL};
    g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(place->folder);
    g_free(place->path);
}

static struct ledger *open_ledger(const char *path, enum ledger_mode mode)
{
    g_autoptr(GError) error = NULL;
    struct ledger *ledger = ledger_open(path, mode, &error);
    g_assert_no_error(error);
    g_assert_nonnull(ledger);
    return ledger;
}

/* Opening has to fail so. Says the message. */
static char *refused(const char *path, enum ledger_mode mode, int code)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(ledger_open(path, mode, &error));
    g_assert_error(error, WINNOW_ERROR, code);
    g_test_message("%s", error->message);
    return g_strdup(error->message);
}

static struct event_key key_of(guint64 n)
{
    struct event_key key;
    gsize len = sizeof key.digest;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)&n, sizeof n);
    g_checksum_get_digest(sum, key.digest, &len);
    return key;
}

/* Width of the diagnostics: wide ones fill the cache soon. */
static int width = 1;

static bool try_event(struct ledger *ledger, guint64 n, bool *added, GError **error)
{
    char recipient[64], diagnostic[LIMIT_DIAGNOSTIC];
    g_snprintf(recipient, sizeof recipient, "user%" G_GUINT64_FORMAT "@example%u.org", n, (unsigned)(n % 500));
    g_snprintf(diagnostic, sizeof diagnostic, "550 5.1.1 <%s>: Recipient address rejected: User unknown in virtual %*s",
               recipient, width, "table");
    struct event event = {
        .kind = EVENT_BOUNCE,
        .recipient = view_of(recipient),
        .status = VIEW("5.1.1"),
        .action = VIEW("failed"),
        .diagnostic = view_of(diagnostic),
        .reporting_mta = VIEW("mail.example.net"),
        .remote_mta = VIEW("mx.example.com"),
        .smtp_code = 550,
        .time = START + (gint64)n,
        .message_id = VIEW("20260301.4711@mail.example.net"),
        .campaign = VIEW("spring"),
        .reader = "rfc3464",
    };
    struct candidate candidates[] = {
        {.step = CLAIM_VERP, .is = CANDIDATE_ADDRESS, .key = view_of(recipient), .scheme = VIEW("postfix")},
        {.step = CLAIM_FINAL_RECIPIENT, .is = CANDIDATE_ADDRESS, .key = view_of(recipient)},
    };
    struct claim claim = {.at = candidates, .count = 2};
    struct verdict verdict = {.class = SES_PERMANENT_NO_EMAIL,
                              .fault = FAULT_RECIPIENT,
                              .rule = "no-such-user",
                              .matched = VIEW("user unknown")};
    struct event_key key = key_of(n);
    struct origin origin = {.path = "bounces.mbox", .offset = n * 1000};
    gint64 id;
    return ledger_add_event(ledger, &key, &origin, &event, &claim, &verdict, &id, added, error);
}

static guint64 add_events(struct ledger *ledger, guint64 from, guint64 to)
{
    guint64 count = 0;
    for (guint64 n = from; n < to; n++) {
        g_autoptr(GError) error = NULL;
        bool added;
        g_assert_true(try_event(ledger, n, &added, &error));
        count += added;
    }
    return count;
}

static gint64 begin(struct ledger *ledger)
{
    gint64 run;
    g_autoptr(GError) error = NULL;
    ledger_begin(ledger, "ingest", START, &run, &error);
    g_assert_no_error(error);
    return run;
}

static void commit(struct ledger *ledger)
{
    g_autoptr(GError) error = NULL;
    ledger_commit(ledger, &error);
    g_assert_no_error(error);
}

static guint64 run_of(struct ledger *ledger, guint64 from, guint64 to)
{
    begin(ledger);
    guint64 added = add_events(ledger, from, to);
    commit(ledger);
    return added;
}

static bool count_one(const struct evidence *evidence, void *user, GError **error)
{
    (void)evidence;
    (void)error;
    ++*(guint64 *)user;
    return true;
}

static guint64 stored(struct ledger *ledger)
{
    guint64 count = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(ledger_each(ledger, 0, count_one, &count, &error));
    return count;
}

static void make_state(const struct place *place, guint64 events)
{
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    run_of(ledger, 0, events);
    ledger_close(ledger);
}

/* What is in the file as anybody else's SQLite reads it. */
static guint64 stored_at(const char *path)
{
    struct ledger *ledger = open_ledger(path, LEDGER_READ);
    guint64 count = stored(ledger);
    ledger_close(ledger);
    return count;
}

static void foreign(const char *path, const char *sql)
{
    sqlite3 *db;
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

/* --- plain ------------------------------------------------------------------------------------------------------- */

static void the_same_events_twice_add_nothing(struct place *place, gconstpointer data)
{
    (void)data;
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    g_assert_cmpuint(run_of(ledger, 0, 100), ==, 100);
    g_assert_cmpuint(run_of(ledger, 0, 100), ==, 0);
    g_assert_cmpuint(run_of(ledger, 50, 150), ==, 50);
    g_assert_cmpuint(stored(ledger), ==, 150);
    ledger_close(ledger);
    ledger = open_ledger(place->path, LEDGER_WRITE);
    g_assert_cmpuint(run_of(ledger, 0, 150), ==, 0);
    ledger_close(ledger);
}

static struct candidate strange_candidates[] = {
    {.step = CLAIM_TEXT, .key = {"to@example.org", 14}},
    {.step = CLAIM_VERP, .is = CANDIDATE_ID, .key = {"4711", 4}, .scheme = {"user", 4}},
    {.step = CLAIM_VERP, .key = {"b@example.org", 13}},
    {.step = CLAIM_FINAL_RECIPIENT, .key = {"b@example.org", 13}},
};

static bool see_strange(const struct evidence *evidence, void *user, GError **error)
{
    (void)error;
    ++*(guint64 *)user;
    g_assert_cmpint(evidence->kind, ==, EVENT_COMPLAINT);
    g_assert_true(evidence->actionable);
    g_assert_cmpint(evidence->class, ==, SES_TRANSIENT_MAILBOX_FULL);
    g_assert_cmpint(evidence->fault, ==, FAULT_NETWORK);
    g_assert_cmpint(evidence->time, ==, 0);
    g_assert_cmpint(evidence->read, ==, START);
    g_assert_cmpint(evidence->smtp_code, ==, 452);
    g_assert_cmpuint(evidence->offset, ==, G_GUINT64_CONSTANT(5000000000));
    g_assert_true(view_equal(evidence->recipient, (struct view){"\xff\0\xfe", 3}));
    g_assert_true(view_equal(evidence->original_recipient, VIEW("o@example.org")));
    g_assert_true(view_equal(evidence->status, VIEW("4.2.2")));
    g_assert_cmpuint(evidence->diagnostic.len, ==, LIMIT_DIAGNOSTIC);
    g_assert_true(view_equal(evidence->rule, VIEW("quota")));
    g_assert_true(view_equal(evidence->matched, VIEW("full' --")));
    g_assert_true(view_equal(evidence->reader, VIEW("arf")));
    g_assert_true(view_equal(evidence->remote_mta, VIEW("mx.example.com")));
    g_assert_true(view_equal(evidence->message_id, VIEW("a@b")));
    g_assert_true(view_equal(evidence->campaign, VIEW("autumn")));
    g_assert_true(view_equal(evidence->path, VIEW("mail.tar")));
    g_assert_true(view_equal(evidence->member, VIEW("in!side.mbox")));
    g_assert_cmpuint(evidence->candidate_count, ==, 4);
    static const size_t order[] = {1, 2, 3, 0};
    for (size_t i = 0; i < 4; i++) {
        const struct candidate *expected = &strange_candidates[order[i]], *candidate = &evidence->candidates[i];
        g_assert_cmpint(candidate->step, ==, expected->step);
        g_assert_cmpint(candidate->is, ==, expected->is);
        g_assert_true(view_equal(candidate->key, expected->key));
        g_assert_true(view_equal(candidate->scheme, expected->scheme));
    }
    return true;
}

/* `late`: two of the candidates become known by a second reading only. */
static void give_and_take(struct place *place, bool late)
{
    g_autofree char *longer = g_strnfill(LIMIT_DIAGNOSTIC + 500, 'x');
    struct event event = {
        .kind = EVENT_COMPLAINT,
        .recipient = {"\xff\0\xfe", 3},
        .original_recipient = VIEW("o@example.org"),
        .status = VIEW("4.2.2"),
        .diagnostic = view_of(longer),
        .feedback_type = VIEW("abuse"),
        .smtp_code = 452,
        .remote_mta = VIEW("mx.example.com"),
        .message_id = VIEW("a@b"),
        .campaign = VIEW("autumn"),
        .reader = "arf",
    };
    struct verdict verdict = {
        .class = SES_TRANSIENT_MAILBOX_FULL, .fault = FAULT_NETWORK, .rule = "quota", .matched = VIEW("full' --")};
    struct origin origin = {.path = "mail.tar", .member = "in!side.mbox", .offset = G_GUINT64_CONSTANT(5000000000)};
    struct event_key key = key_of(1);
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    gint64 first, second;
    bool added;
    begin(ledger);
    struct claim claim = {.at = strange_candidates, .count = late ? 2 : 4};
    g_assert_true(ledger_add_event(ledger, &key, &origin, &event, &claim, &verdict, &first, &added, NULL));
    g_assert_true(added);
    claim.count = 4;
    for (int i = 0; i < 2; i++) {
        g_assert_true(ledger_add_event(ledger, &key, &origin, &event, &claim, &verdict, &second, &added, NULL));
        g_assert_false(added);
        g_assert_cmpint(second, ==, first);
    }
    commit(ledger);
    ledger_close(ledger);

    ledger = open_ledger(place->path, LEDGER_READ);
    guint64 count = 0;
    g_assert_true(ledger_each(ledger, 0, see_strange, &count, NULL));
    g_assert_true(ledger_each_of(ledger, VIEW("4711"), see_strange, &count, NULL));
    g_assert_true(ledger_each_of(ledger, VIEW("b@example.org"), see_strange, &count, NULL));
    g_assert_cmpuint(count, ==, 3);
    g_assert_true(ledger_each_of(ledger, VIEW("c@example.org"), see_strange, &count, NULL));
    g_assert_cmpuint(count, ==, 3);
    ledger_close(ledger);
}

static void everything_comes_back_as_it_was_given(struct place *place, gconstpointer data)
{
    (void)data;
    give_and_take(place, false);
}

static void candidates_that_a_second_reading_finds_are_added(struct place *place, gconstpointer data)
{
    (void)data;
    give_and_take(place, true);
}

static void events_later_than_asked_for_stay_out_and_unknown_times_in(struct place *place, gconstpointer data)
{
    (void)data;
    struct ledger *ledger = open_ledger(":memory:", LEDGER_WRITE);
    begin(ledger);
    add_events(ledger, 0, 10);
    struct event_key key = key_of(99);
    gint64 id;
    bool added;
    struct event event = {.kind = EVENT_DELIVERY};
    g_assert_true(ledger_add_event(ledger, &key, &(struct origin){.path = "x"}, &event, &(struct claim){0},
                                   &(struct verdict){.rule = "none"}, &id, &added, NULL));
    event.kind = EVENT_NONE;
    key = key_of(100);
    g_assert_true(ledger_add_event(ledger, &key, &(struct origin){.path = "x"}, &event, &(struct claim){0},
                                   &(struct verdict){.rule = "none"}, &id, &added, NULL));
    g_assert_false(added);
    commit(ledger);
    guint64 count = 0;
    g_assert_true(ledger_each(ledger, START + 4, count_one, &count, NULL));
    g_assert_cmpuint(count, ==, 5 + 1);
    g_assert_cmpuint(stored(ledger), ==, 11);
    ledger_close(ledger);
    g_assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static bool stop_at_three(const struct evidence *evidence, void *user, GError **error)
{
    (void)evidence;
    if (++*(int *)user < 3)
        return true;
    g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "enough");
    return false;
}

static void reading_stops_where_the_caller_says_so(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 10);
    struct ledger *ledger = open_ledger(place->path, LEDGER_READ);
    int seen = 0;
    g_autoptr(GError) error = NULL;
    g_assert_false(ledger_each(ledger, 0, stop_at_three, &seen, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT);
    g_assert_cmpint(seen, ==, 3);
    g_assert_cmpuint(stored(ledger), ==, 10);
    ledger_close(ledger);
}

static bool see_run(const struct run_summary *run, void *user, GError **error)
{
    (void)error;
    g_string_append_printf(user, "%d %s %d %d %d %d;", (int)run->run, run->command, (int)run->messages, (int)run->added,
                           (int)run->removed, (int)run->held);
    return true;
}

static bool see_decision(const struct past_decision *past, void *user, GError **error)
{
    (void)error;
    g_autofree char *key = view_dup(past->key), *why = view_dup(past->why);
    g_string_append_printf(user, "%d %s %d %s %d %s/%s %s;", (int)past->run, key, (int)past->row,
                           action_name(past->action), (int)past->retry_after, ses_type_name(past->class),
                           ses_subtype_name(past->class), why);
    return true;
}

static void runs_decisions_and_outputs_are_remembered(struct place *place, gconstpointer data)
{
    (void)data;
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    char remove[] = "one is enough", hold[] = "held";
    for (int i = 0; i < 2; i++) {
        gint64 run = begin(ledger);
        g_assert_true(ledger_judged_by(ledger, "abcdef", NULL));
        add_events(ledger, 0, 3);
        struct decision decision = {.action = i ? ACTION_HOLD : ACTION_REMOVE,
                                    .retry_after = i ? 77 : 0,
                                    .decided_by = 1,
                                    .kind = EVENT_BOUNCE,
                                    .class = SES_PERMANENT_NO_EMAIL,
                                    .why = i ? hold : remove};
        g_assert_true(ledger_add_decision(ledger, run, VIEW("a@example.org"), 5, &decision, NULL));
        g_assert_true(ledger_add_decision(ledger, run, VIEW("a@example.org"), 9, &decision, NULL));
        g_assert_true(ledger_count(ledger, run, "messages", 1, NULL));
        g_assert_true(ledger_count(ledger, run, "messages", 30, NULL));
        g_assert_true(ledger_count(ledger, run, i ? "held" : "removed", 2, NULL));
        g_assert_true(ledger_add_output(ledger, run, "/list.clean.csv", i ? "second" : "first", NULL));
        commit(ledger);
    }
    g_autoptr(GError) error = NULL;
    bool wrote = false;
    g_assert_true(ledger_wrote(ledger, "/list.clean.csv", "second", &wrote, &error) && wrote);
    g_assert_true(ledger_wrote(ledger, "/list.clean.csv", "first", &wrote, &error) && wrote);
    g_assert_true(ledger_wrote(ledger, "/list.clean.csv", "third", &wrote, &error) && !wrote);
    g_assert_true(ledger_wrote(ledger, "/other.csv", "second", &wrote, &error) && !wrote);
    g_assert_no_error(error);
    g_autoptr(GString) seen = g_string_new(NULL);
    g_assert_true(ledger_each_run(ledger, see_run, seen, NULL));
    g_assert_cmpstr(seen->str, ==, "1 ingest 30 3 2 0;2 ingest 30 0 0 2;");
    g_string_truncate(seen, 0);
    g_assert_true(ledger_each_decision_of(ledger, VIEW("a@example.org"), see_decision, seen, NULL));
    g_assert_cmpstr(
        seen->str, ==,
        "1 a@example.org 5 remove 0 Permanent/NoEmail one is enough;"
        "1 a@example.org 9 remove 0 Permanent/NoEmail one is enough;"
        "2 a@example.org 5 hold 77 Permanent/NoEmail held;2 a@example.org 9 hold 77 Permanent/NoEmail held;");
    g_string_truncate(seen, 0);
    g_assert_true(ledger_each_decision(ledger, 2, see_decision, seen, NULL));
    g_assert_true(g_str_has_prefix(seen->str, "2 a@example.org 5 hold"));
    ledger_close(ledger);
}

static void nobody_else_may_read_the_file(struct place *place, gconstpointer data)
{
    (void)data;
    mode_t old = umask(0);
    make_state(place, 1);
    umask(old);
    struct stat file, folder;
    g_autofree char *name = g_path_get_dirname(place->path);
    g_assert_cmpint(stat(place->path, &file), ==, 0);
    g_assert_cmpint(stat(name, &folder), ==, 0);
    g_assert_cmpint(file.st_mode & 0777, ==, 0600);
    g_assert_cmpint(folder.st_mode & 0777, ==, 0700);
}

/* --- interrupted ------------------------------------------------------------------------------------------------- */

static void an_abandoned_run_leaves_nothing(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 20);
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    begin(ledger);
    add_events(ledger, 100, 200);
    ledger_abandon(ledger);
    g_assert_cmpuint(stored(ledger), ==, 20);
    /* What was cached of the abandoned run must not be believed. */
    g_assert_cmpuint(run_of(ledger, 100, 150), ==, 50);
    begin(ledger);
    add_events(ledger, 300, 310);
    ledger_close(ledger);
    g_assert_cmpuint(stored_at(place->path), ==, 70);
}

static void a_killed_run_leaves_what_earlier_runs_committed(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 20);
    pid_t child = fork();
    if (child == 0) {
        struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NULL);
        gint64 run;
        bool added;
        run_of(ledger, 20, 30);
        ledger_begin(ledger, "ingest", START, &run, NULL);
        /* Enough to push pages out of the cache into the file's log. */
        width = 3900;
        for (guint64 n = 1000; n < 20000; n++)
            try_event(ledger, n, &added, NULL);
        kill(getpid(), SIGKILL);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status));
    g_autofree char *log = g_strconcat(place->path, "-wal", NULL);
    struct stat left;
    g_assert_cmpint(stat(log, &left), ==, 0);
    g_assert_cmpint(left.st_size, >, 1024 * 1024);
    g_assert_cmpuint(stored_at(place->path), ==, 30);
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    g_assert_cmpuint(stored(ledger), ==, 30);
    g_assert_cmpuint(run_of(ledger, 1000, 1010), ==, 10);
    ledger_close(ledger);
}

/* --- broken ------------------------------------------------------------------------------------------------------ */

static void a_missing_state_is_told_to_readers(struct place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *message = refused(place->path, LEDGER_READ, WINNOW_ERROR_STATE);
    g_autofree char *expected = g_strdup_printf("no state at '%s' yet", place->path);
    g_assert_cmpstr(message, ==, expected);
    g_assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void a_newer_schema_is_refused(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 1);
    foreign(place->path, "PRAGMA user_version = 42");
    g_autofree char *expected = g_strdup_printf("state '%s' has schema 42, this winnow knows %u; use a newer winnow",
                                                place->path, schema_known());
    g_autofree char *reading = refused(place->path, LEDGER_READ, WINNOW_ERROR_STATE);
    g_autofree char *writing = refused(place->path, LEDGER_WRITE, WINNOW_ERROR_STATE);
    g_assert_cmpstr(reading, ==, expected);
    g_assert_cmpstr(writing, ==, expected);
}

static void a_file_that_is_no_state_is_refused_and_left_alone(struct place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *csv = g_build_filename(place->folder, "list.csv", NULL);
    g_autofree char *other = g_build_filename(place->folder, "other.db", NULL);
    g_autofree char *text = g_strnfill(5000, 'a');
    g_assert_true(g_file_set_contents(csv, text, -1, NULL));
    foreign(other, "CREATE TABLE address (x); INSERT INTO address VALUES ('precious')");
    g_autofree char *before = NULL, *after = NULL, *same = NULL;
    gsize before_len, after_len;
    g_assert_true(g_file_get_contents(other, &before, &before_len, NULL));
    for (int mode = LEDGER_READ; mode <= LEDGER_WRITE; mode++) {
        g_autofree char *one = refused(csv, (enum ledger_mode)mode, WINNOW_ERROR_STATE);
        g_autofree char *two = refused(other, (enum ledger_mode)mode, WINNOW_ERROR_STATE);
        g_assert_nonnull(strstr(one, "not a winnow state file"));
        g_assert_nonnull(strstr(two, "not a winnow state file"));
    }
    g_assert_true(g_file_get_contents(csv, &same, NULL, NULL));
    g_assert_cmpstr(same, ==, text);
    g_assert_true(g_file_get_contents(other, &after, &after_len, NULL));
    g_assert_cmpmem(before, before_len, after, after_len);
    g_autofree char *lock = g_strconcat(csv, ".lock", NULL);
    g_assert_false(g_file_test(lock, G_FILE_TEST_EXISTS));
    g_autofree char *folder = refused(place->folder, LEDGER_WRITE, WINNOW_ERROR_STATE);
    g_assert_nonnull(strstr(folder, "Is a directory"));
}

static void scribble(const char *path, off_t from, off_t to)
{
    int fd = open(path, O_WRONLY);
    g_autofree char *junk = g_strnfill(4096, '\x5a');
    for (off_t at = from; at < to; at += 4096)
        g_assert_cmpint(pwrite(fd, junk, 4096, at), ==, 4096);
    close(fd);
}

static off_t size_of(const char *path)
{
    struct stat status;
    g_assert_cmpint(stat(path, &status), ==, 0);
    return status.st_size;
}

static void a_damaged_state_is_an_error_wherever_the_damage_is(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 400);
    g_autofree char *whole = NULL;
    gsize len;
    g_assert_true(g_file_get_contents(place->path, &whole, &len, NULL));
    unsigned noticed = 0;
    for (gsize page = 1; page < len / 4096; page += 3) {
        g_assert_true(g_file_set_contents(place->path, whole, (gssize)len, NULL));
        scribble(place->path, (off_t)page * 4096, (off_t)(page + 1) * 4096);
        g_autoptr(GError) error = NULL;
        struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, &error);
        guint64 count = 0;
        /* A page of an index that reading needs not may go unnoticed; what is read must never be wrong. */
        bool sound = ledger && ledger_each(ledger, 0, count_one, &count, &error);
        ledger_close(ledger);
        if (!sound)
            g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE);
        else
            g_assert_cmpuint(count, ==, 400);
        noticed += !sound;
    }
    g_assert_cmpuint(noticed, >, 5);
}

/* The mark of a holder that died makes the next run look the whole file over. */
static void after_a_crash_damage_anywhere_is_found_on_opening(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 400);
    off_t len = size_of(place->path);
    scribble(place->path, len - 4096, len);
    g_autofree char *lock = g_strconcat(place->path, ".lock", NULL);
    g_assert_cmpint(size_of(lock), ==, 0);
    g_assert_true(g_file_set_contents(lock, "99999\n", -1, NULL));
    for (int i = 0; i < 2; i++) {
        g_autofree char *message = refused(place->path, LEDGER_WRITE, WINNOW_ERROR_STATE);
        g_assert_nonnull(strstr(message, "it is damaged; restore it from a backup"));
    }
}

static void a_cut_state_is_refused(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 400);
    g_assert_cmpint(truncate(place->path, 3 * 4096), ==, 0);
    g_autoptr(GError) error = NULL;
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, &error);
    guint64 count = 0;
    g_assert_false(ledger && ledger_each(ledger, 0, count_one, &count, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE);
    ledger_close(ledger);
}

/* --- others ------------------------------------------------------------------------------------------------------ */

static void a_second_writer_is_told_who_holds_the_lock(struct place *place, gconstpointer data)
{
    (void)data;
    int ready[2], done[2];
    char byte = 0;
    g_assert_cmpint(pipe(ready) + pipe(done), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        close(done[1]); /* or it would outlive a test that fails */
        struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NULL);
        gint64 run;
        bool added;
        ledger_begin(ledger, "ingest", START, &run, NULL);
        try_event(ledger, 1, &added, NULL);
        ledger_commit(ledger, NULL);
        ledger_begin(ledger, "ingest", START, &run, NULL);
        try_event(ledger, 2, &added, NULL);
        bool told = write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1;
        ledger_commit(ledger, NULL);
        ledger_close(ledger);
        _exit(told ? 0 : 1);
    }
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    g_autofree char *message = refused(place->path, LEDGER_WRITE, WINNOW_ERROR_LOCKED);
    g_autofree char *holder = g_strdup_printf("is held by process %d ('%s') since 20", (int)child, g_get_prgname());
    g_assert_nonnull(strstr(message, holder));
    /* Readers see the last committed state meanwhile. */
    g_assert_cmpuint(stored_at(place->path), ==, 1);
    g_assert_cmpint(write(done[1], &byte, 1), ==, 1);
    int status;
    waitpid(child, &status, 0);
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpuint(stored_at(place->path), ==, 2);
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    ledger_close(ledger);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(done[i]);
    }
}

static void a_foreign_program_in_the_file_is_told(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 1);
    sqlite3 *db;
    g_assert_cmpint(sqlite3_open(place->path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
    g_autofree char *message = refused(place->path, LEDGER_WRITE, WINNOW_ERROR_LOCKED);
    g_assert_nonnull(strstr(message, "another program is writing to it"));
    sqlite3_close(db);
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    ledger_close(ledger);
}

static void readers_cannot_write(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 1);
    struct ledger *ledger = open_ledger(place->path, LEDGER_READ);
    gint64 run;
    g_autoptr(GError) error = NULL;
    g_assert_false(ledger_begin(ledger, "ingest", START, &run, &error));
    g_assert_error(error, WINNOW_ERROR, WINNOW_ERROR_STATE);
    ledger_close(ledger);
}

/* A limit on the size of files stands for a full disk: writing fails in the middle. */
static int fill_the_disk(const char *path)
{
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 1024 * 1024, .rlim_max = RLIM_INFINITY};
    struct ledger *ledger = ledger_open(path, LEDGER_WRITE, NULL);
    gint64 run;
    bool added, sound = ledger_begin(ledger, "ingest", START, &run, NULL);
    width = 3900;
    setrlimit(RLIMIT_FSIZE, &limit);
    g_autoptr(GError) error = NULL;
    for (guint64 n = 1000; sound && n < 30000; n++)
        sound = try_event(ledger, n, &added, &error);
    sound = sound && ledger_commit(ledger, &error);
    bool told = !sound && g_error_matches(error, WINNOW_ERROR, WINNOW_ERROR_STATE) &&
                strstr(error->message, "nothing of this run is stored");
    ledger_close(ledger);
    return told ? 0 : 1;
}

static void a_full_disk_leaves_the_old_state(struct place *place, gconstpointer data)
{
    (void)data;
    make_state(place, 20);
    pid_t child = fork();
    if (child == 0)
        _exit(fill_the_disk(place->path));
    int status;
    waitpid(child, &status, 0);
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpuint(stored_at(place->path), ==, 20);
    struct ledger *ledger = open_ledger(place->path, LEDGER_WRITE);
    g_assert_cmpuint(run_of(ledger, 1000, 1010), ==, 10);
    ledger_close(ledger);
}

/* --- speed: -m perf ---------------------------------------------------------------------------------------------- */

static void speed(struct place *place, gconstpointer data)
{
    (void)data;
    guint64 events = g_getenv("EVENTS") ? g_ascii_strtoull(g_getenv("EVENTS"), NULL, 10) : 200000;
    const char *verbs[] = {"new", "known"};
    for (size_t i = 0; i < 2; i++) {
        double before = (double)clock() / CLOCKS_PER_SEC;
        g_test_timer_start();
        make_state(place, events);
        double seconds = g_test_timer_elapsed(), busy = (double)clock() / CLOCKS_PER_SEC;
        g_test_maximized_result((double)events / seconds, "%s events a second: %.0f (of processor time: %.0f)",
                                verbs[i], (double)events / seconds, (double)events / (busy - before));
    }
    g_test_timer_start();
    g_assert_cmpuint(stored_at(place->path), ==, events);
    double seconds = g_test_timer_elapsed();
    g_test_maximized_result((double)events / seconds, "read events a second: %.0f", (double)events / seconds);
    g_test_message("%.0f bytes an event", (double)size_of(place->path) / (double)events);
}

#define ADD(test)                                                                                                      \
    do {                                                                                                               \
        g_autofree char *name = g_strdup("/db/ledger/" #test);                                                         \
        g_strdelimit(name, "_", ' ');                                                                                  \
        g_test_add(name, struct place, NULL, make_place, test, remove_place);                                          \
    } while (0)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_test_perf()) {
        ADD(speed);
        return g_test_run();
    }
    ADD(the_same_events_twice_add_nothing);
    ADD(everything_comes_back_as_it_was_given);
    ADD(candidates_that_a_second_reading_finds_are_added);
    ADD(events_later_than_asked_for_stay_out_and_unknown_times_in);
    ADD(reading_stops_where_the_caller_says_so);
    ADD(runs_decisions_and_outputs_are_remembered);
    ADD(nobody_else_may_read_the_file);
    ADD(an_abandoned_run_leaves_nothing);
    ADD(a_killed_run_leaves_what_earlier_runs_committed);
    ADD(a_missing_state_is_told_to_readers);
    ADD(a_newer_schema_is_refused);
    ADD(a_file_that_is_no_state_is_refused_and_left_alone);
    ADD(a_damaged_state_is_an_error_wherever_the_damage_is);
    ADD(after_a_crash_damage_anywhere_is_found_on_opening);
    ADD(a_cut_state_is_refused);
    ADD(a_second_writer_is_told_who_holds_the_lock);
    ADD(a_foreign_program_in_the_file_is_told);
    ADD(readers_cannot_write);
    ADD(a_full_disk_leaves_the_old_state);
    return g_test_run();
}
