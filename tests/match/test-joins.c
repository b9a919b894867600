/* SPDX-License-Identifier: MIT */
#include "core/match/joins.h"

#include "core/pool.h"

#define SES "0102019abcdef0123-000000"

static void see(struct joins *joins, const char *id, const char *recipient, const char *campaign)
{
    joins_see(joins, CLAIM_MESSAGE_ID, view_of(id), CANDIDATE_ADDRESS, view_of(recipient), view_of(campaign));
}

static void assert_joined(const struct joins *joins, const char *id, const char *recipient, const char *campaign,
                          bool several)
{
    struct joined joined = joins_find(joins, CLAIM_MESSAGE_ID, view_of(id));
    g_assert_true(view_equal(joined.recipient, view_of(recipient)));
    g_assert_true(view_equal(joined.campaign, view_of(campaign)));
    g_assert_cmpint(joined.several, ==, several);
}

static void only_what_is_wanted_is_kept(void)
{
    g_autoptr(joins_auto) joins = joins_new();
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW("1@x"));
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW("1@x"));
    joins_want(joins, CLAIM_ENVELOPE_ID, VIEW("env"));
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW(""));
    g_assert_cmpuint(joins_wanted(joins), ==, 2);
    see(joins, "1@x", "ann@example.org", "april");
    see(joins, "2@x", "bob@example.org", "april");
    see(joins, "env", "bob@example.org", "april");
    see(joins, "", "bob@example.org", "april");
    assert_joined(joins, "1@x", "ann@example.org", "april", false);
    assert_joined(joins, "2@x", "", "", false);
    assert_joined(joins, "env", "", "", false);
    g_assert_true(view_is_empty(joins_find(joins, CLAIM_ENVELOPE_ID, VIEW("1@x")).recipient));
}

static void an_id_of_several_tells_what_they_share(void)
{
    g_autoptr(joins_auto) joins = joins_new();
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW("1@x"));
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW("2@x"));
    see(joins, "1@x", "ann@example.org", "april");
    see(joins, "1@x", "ann@example.org", "april");
    assert_joined(joins, "1@x", "ann@example.org", "april", false);
    see(joins, "1@x", "bob@example.org", "april");
    assert_joined(joins, "1@x", "ann@example.org", "april", true);
    see(joins, "2@x", "ann@example.org", "april");
    see(joins, "2@x", "ann@example.org", "may");
    see(joins, "2@x", "ann@example.org", "may");
    assert_joined(joins, "2@x", "ann@example.org", "", false);
}

static void a_log_may_leave_the_host_away_where_that_says_enough(void)
{
    g_autoptr(joins_auto) joins = joins_new();
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW(SES "@email.example.com"));
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW("7@x"));
    see(joins, SES, "ann@example.org", "");
    see(joins, "7", "bob@example.org", "");
    assert_joined(joins, SES "@email.example.com", "ann@example.org", "", false);
    assert_joined(joins, "7@x", "", "", false);
    /* The same before the '@' of two: of which of them is it? */
    joins_want(joins, CLAIM_MESSAGE_ID, VIEW(SES "@other.example.com"));
    assert_joined(joins, SES "@email.example.com", "", "", false);
    see(joins, SES "@other.example.com", "carl@example.org", "");
    assert_joined(joins, SES "@other.example.com", "carl@example.org", "", false);
}

static char *claim_text(const struct claim *claim)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < claim->count; i++)
        g_string_append_printf(text, "%s%s:%.*s", i ? " " : "", claim_step_name(claim->at[i].step),
                               (int)claim->at[i].key.len, claim->at[i].key.data);
    return g_string_free(text, FALSE);
}

/* The claim "verp ann, final bob" with what the log knows of the event. */
static void assert_claims(const struct joins *joins, const struct event *event, size_t siblings, const char *expected,
                          const char *campaign)
{
    struct candidate at[] = {{.step = CLAIM_VERP, .key = VIEW("ann@example.org")},
                             {.step = CLAIM_FINAL_RECIPIENT, .key = VIEW("bob@example.org")}};
    struct claim claim = {.at = at, .count = G_N_ELEMENTS(at)};
    struct view found = {0};
    struct pool pool;
    pool_init(&pool);
    joins_claim(joins, event, siblings, &claim, &found, &pool);
    g_autofree char *text = claim_text(&claim);
    g_assert_cmpstr(text, ==, expected);
    g_assert_true(view_equal(found, view_of(campaign)));
    pool_clear(&pool);
}

static void a_claim_has_whom_the_log_names_at_the_place_of_its_step(void)
{
    g_autoptr(joins_auto) joins = joins_new();
    joins_want_all(joins);
    see(joins, "1@x", "carl@example.org", "april");
    see(joins, "2@x", "bob@example.org", "april");
    see(joins, "3@x", "ann@example.org", "april");
    see(joins, "4@x", "carl@example.org", "may");
    see(joins, "4@x", "dora@example.org", "may");
    see(joins, SES, "carl@example.org", "june");
    struct event event = {.kind = EVENT_BOUNCE, .recipient = VIEW("Bob@example.org")};
    event.returned_message_id = VIEW("1@x");
    assert_claims(joins, &event, 1, "verp:ann@example.org message-id:carl@example.org final-recipient:bob@example.org",
                  "april");
    assert_claims(joins, &event, 2, "verp:ann@example.org final-recipient:bob@example.org", "april");
    event.returned_message_id = VIEW("2@x");
    assert_claims(joins, &event, 1, "verp:ann@example.org message-id:bob@example.org", "april");
    assert_claims(joins, &event, 2, "verp:ann@example.org message-id:bob@example.org", "april");
    event.returned_message_id = VIEW("3@x");
    assert_claims(joins, &event, 1, "verp:ann@example.org final-recipient:bob@example.org", "april");
    event.returned_message_id = VIEW("4@x");
    assert_claims(joins, &event, 1, "verp:ann@example.org final-recipient:bob@example.org", "may");
    event.returned_message_id = VIEW(SES "@email.amazonses.com");
    assert_claims(joins, &event, 1, "verp:ann@example.org message-id:carl@example.org final-recipient:bob@example.org",
                  "june");
    event.returned_message_id = VIEW("5@x");
    assert_claims(joins, &event, 1, "verp:ann@example.org final-recipient:bob@example.org", "");
    event.returned_message_id = VIEW("1@x");
    event.kind = EVENT_AUTO_REPLY;
    assert_claims(joins, &event, 1, "verp:ann@example.org final-recipient:bob@example.org", "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/joins/only what is wanted is kept", only_what_is_wanted_is_kept);
    g_test_add_func("/joins/an id of several tells what they share", an_id_of_several_tells_what_they_share);
    g_test_add_func("/joins/a log may leave the host away, where that says enough",
                    a_log_may_leave_the_host_away_where_that_says_enough);
    g_test_add_func("/joins/a claim has whom the log names at the place of its step",
                    a_claim_has_whom_the_log_names_at_the_place_of_its_step);
    return g_test_run();
}
