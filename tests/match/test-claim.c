/* SPDX-License-Identifier: MIT */
#include "core/match/carried.h"
#include "core/match/claim.h"
#include "core/match/verp.h"

static struct pool pool;
static struct verp *builtin;

/* "step:key step:#id …" */
static char *claim_text(const struct event *event, size_t siblings)
{
    struct claim claim = claim_make(event, siblings, builtin, &pool);
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < claim.count; i++)
        g_string_append_printf(text, "%s%s:%s%.*s", i ? " " : "", claim_step_name(claim.at[i].step),
                               claim.at[i].is == CANDIDATE_ID ? "#" : "", (int)claim.at[i].key.len,
                               claim.at[i].key.data);
    return g_string_free(text, FALSE);
}

static void assert_claims(const struct event *event, size_t siblings, const char *expected)
{
    g_autofree char *text = claim_text(event, siblings);
    g_assert_cmpstr(text, ==, expected);
}

static void candidates_stand_in_the_order_of_their_strength(void)
{
    struct event event = {.recipient = VIEW("Final@example.org"),
                          .original_recipient = VIEW("original@example.org"),
                          .failed_recipient = VIEW("failed@example.org"),
                          .returned_to = VIEW("<to@example.org>"),
                          .received_for = {VIEW("for@example.org")},
                          .received_for_count = 1,
                          .envelope_id = VIEW("envelope@example.org"),
                          .return_paths = {VIEW("news-bounces+verp=example.org@lists.example.net")},
                          .return_path_count = 1};
    struct carried carried = {
        .at = {{CARRIED_ID, VIEW("4711"), VIEW("X-Id")}, {CARRIED_ADDRESS, VIEW("header@example.org"), VIEW("X-A")}},
        .count = 2};
    event.carried = &carried;
    assert_claims(&event, 1,
                  "verp:verp@example.org original-recipient:original@example.org envelope-id:envelope@example.org "
                  "header-id:#4711 header-id:header@example.org returned-to:to@example.org "
                  "received-for:for@example.org x-failed-recipients:failed@example.org "
                  "final-recipient:final@example.org");
}

static void an_address_counts_once_at_its_strongest(void)
{
    struct event event = {.recipient = VIEW("ANN@example.org"),
                          .original_recipient = VIEW("<ann@EXAMPLE.org>"),
                          .failed_recipient = VIEW("ann@example.org"),
                          .returned_to = VIEW("bob@example.org")};
    assert_claims(&event, 1, "original-recipient:ann@example.org returned-to:bob@example.org");
}

static void what_is_said_of_the_message_counts_for_one_of_several_only_if_he_is_named(void)
{
    struct carried carried = {.at = {{CARRIED_ID, VIEW("4711"), VIEW("X-Id")}}, .count = 1};
    struct event ann = {.recipient = VIEW("ann@example.org"),
                        .returned_to = VIEW("ann@example.org"),
                        .received_for = {VIEW("ann@example.org")},
                        .received_for_count = 1,
                        .envelope_id = VIEW("ann@example.org"),
                        .carried = &carried};
    struct event bob = ann;
    bob.recipient = VIEW("bob@example.org");
    assert_claims(&ann, 2, "envelope-id:ann@example.org");
    assert_claims(&bob, 2, "final-recipient:bob@example.org");
}

static void a_message_to_several_says_nothing_of_who_failed(void)
{
    struct event event = {
        .recipient = VIEW("bob@example.org"), .returned_to = VIEW("ann@example.org"), .returned_to_others = true};
    assert_claims(&event, 1, "final-recipient:bob@example.org");
}

static void an_address_in_an_unknown_text_is_the_weakest_and_one_of_several_is_none(void)
{
    struct event event = {.recipient = VIEW("ann@example.org"), .reader = "plain-text"};
    assert_claims(&event, 1, "text:ann@example.org");
    assert_claims(&event, 2, "");
    event.return_paths[event.return_path_count++] = VIEW("news-bounces+ann=example.org@lists.example.net");
    assert_claims(&event, 2, "verp:ann@example.org");
}

static void a_queue_number_in_the_envelope_id_is_nobody(void)
{
    struct event event = {.recipient = VIEW("ann@example.org"), .envelope_id = VIEW("4711")};
    assert_claims(&event, 1, "final-recipient:ann@example.org");
    struct carried carried = {.envelope_id = true};
    event.carried = &carried;
    assert_claims(&event, 1, "envelope-id:#4711 final-recipient:ann@example.org");
    event.carried = NULL;
    event.envelope_id = VIEW("0f8fad5b-d9cb-469f-a165-70867728950e");
    assert_claims(&event, 1, "envelope-id:#0f8fad5b-d9cb-469f-a165-70867728950e final-recipient:ann@example.org");
}

static void a_header_may_hold_a_return_path_or_an_address(void)
{
    struct carried carried = {.at = {{CARRIED_EITHER, VIEW("news-bounces+ann=example.org@l.example.net"), VIEW("X-A")},
                                     {CARRIED_EITHER, VIEW("bob@example.org"), VIEW("X-B")},
                                     {CARRIED_PATH, VIEW("carl@example.org"), VIEW("X-C")}},
                              .count = 3};
    struct event event = {.carried = &carried};
    assert_claims(&event, 1, "header-id:ann@example.org header-id:bob@example.org");
}

static void an_address_in_a_text_of_the_senders_blames_nobody_alone(void)
{
    struct carried carried = {.at = {{CARRIED_WORD, VIEW("help@example.org"), VIEW("List-Unsubscribe")},
                                     {CARRIED_WORD, VIEW("ann@example.org"), VIEW("List-Unsubscribe")}},
                              .count = 2};
    struct event event = {.recipient = VIEW("ann@example.org"), .carried = &carried};
    assert_claims(&event, 1, "header-id:ann@example.org text:help@example.org");
    event.recipient = VIEW("elsewhere@forward.example");
    event.received_for[event.received_for_count++] = VIEW("ann@example.org");
    assert_claims(&event, 1,
                  "header-id:ann@example.org final-recipient:elsewhere@forward.example text:help@example.org");
    event = (struct event){.carried = &carried, .return_paths = {VIEW("n-bounces+bob=example.org@lists.example.net")}};
    event.return_path_count = 1;
    assert_claims(&event, 1, "verp:bob@example.org text:help@example.org text:ann@example.org");
    carried.count = 1;
    event = (struct event){.carried = &carried, .returned_to = VIEW("dora@example.org")};
    assert_claims(&event, 1, "returned-to:dora@example.org text:help@example.org");
    event.returned_to_others = true;
    assert_claims(&event, 1, "header-id:help@example.org");
}

static void nothing_said_is_nothing_claimed(void)
{
    struct event event = {.recipient = VIEW("undisclosed-recipients:;"),
                          .return_paths = {VIEW("postmaster@example.net"), VIEW("")},
                          .return_path_count = 2};
    struct claim claim = claim_make(&event, 1, builtin, &pool);
    g_assert_cmpuint(claim.count, ==, 0);
    g_assert_true(view_is_empty(claim.verp_recipient));
    g_assert_true(view_is_empty(claim.subscriber_id));
}

static void a_forwarded_recipient_stands_behind_whom_we_wrote_to(void)
{
    struct event event = {.recipient = VIEW("bob@forward.example"),
                          .return_paths = {VIEW("news-bounces+ann=example.org@lists.example.net"),
                                           VIEW("news-bounces+ann=example.org@LISTS.example.net")},
                          .return_path_count = 2};
    assert_claims(&event, 1, "verp:ann@example.org final-recipient:bob@forward.example");
}

static void verp_in_a_report_on_several_is_evidence_for_the_one_it_names(void)
{
    struct event ann = {.recipient = VIEW("ann@example.org"),
                        .return_paths = {VIEW("news-bounces+Ann=example.org@lists.example.net")},
                        .return_path_count = 1};
    struct event bob = ann;
    bob.recipient = VIEW("bob@example.org");
    assert_claims(&ann, 2, "verp:ann@example.org");
    assert_claims(&bob, 2, "final-recipient:bob@example.org");
    assert_claims(&bob, 1, "verp:ann@example.org final-recipient:bob@example.org");
    g_assert_true(view_equal(claim_make(&ann, 2, builtin, &pool).verp_recipient, VIEW("Ann@example.org")));
    g_assert_true(view_is_empty(claim_make(&bob, 2, builtin, &pool).verp_recipient));
}

static void an_id_in_the_return_path_needs_a_report_on_one(void)
{
    struct event event = {.recipient = VIEW("ann@example.org"),
                          .return_paths = {VIEW("bounce+0f8fad5b-d9cb-469f-a165-70867728950e@b.example.net")},
                          .return_path_count = 1};
    assert_claims(&event, 1, "verp:#0f8fad5b-d9cb-469f-a165-70867728950e final-recipient:ann@example.org");
    assert_claims(&event, 2, "final-recipient:ann@example.org");
    struct claim claim = claim_make(&event, 1, builtin, &pool);
    g_assert_true(view_equal(claim.subscriber_id, VIEW("0f8fad5b-d9cb-469f-a165-70867728950e")));
    g_assert_true(view_is_empty(claim.verp_recipient));
}

static void the_event_says_which_reading_was_meant(void)
{
    struct event event = {.recipient = VIEW("Jean-Pierre@example.org"),
                          .return_paths = {VIEW("bounces-jean-pierre=example.org@lists.example.net")},
                          .return_path_count = 1};
    assert_claims(&event, 1, "verp:jean-pierre@example.org");
    event.recipient = VIEW("elsewhere@forward.example");
    assert_claims(&event, 1,
                  "verp:jean-pierre@example.org verp:pierre@example.org verp:bounces-jean-pierre@example.org "
                  "final-recipient:elsewhere@forward.example");
    /* Prefix "bounces-jean", or Jean-Pierre's mail forwarded to Pierre: two subscribers would be for review. */
    event.recipient = VIEW("Pierre@example.org");
    assert_claims(&event, 1, "verp:pierre@example.org verp:jean-pierre@example.org");
    assert_claims(&event, 2, "verp:pierre@example.org");
}

/* "news-jean-pierre=…", Pierre subscribes: it is his only where nothing speaks of a Jean-Pierre. */
static void whatever_speaks_of_the_longer_reading_takes_it_from_the_shorter(void)
{
    static const char *const PATH = "news-jean-pierre=example.org@lists.example.net";
    const struct event none = {.return_paths = {view_of(PATH)}, .return_path_count = 1};
    assert_claims(&none, 1, "verp:jean-pierre@example.org verp:pierre@example.org verp:news-jean-pierre@example.org");
    struct event event = none;
    event.recipient = VIEW("pierre@example.org");
    event.original_recipient = VIEW("Jean-Pierre@example.org");
    assert_claims(&event, 1, "verp:jean-pierre@example.org final-recipient:pierre@example.org");
    event.original_recipient = (struct view){0};
    event.returned_to = VIEW("jean-pierre@example.org");
    assert_claims(&event, 1, "verp:jean-pierre@example.org final-recipient:pierre@example.org");
    event.recipient = VIEW("elsewhere@forward.example");
    assert_claims(&event, 1, "verp:jean-pierre@example.org final-recipient:elsewhere@forward.example");
    event.returned_to_others = true;
    event.received_for[event.received_for_count++] = VIEW("jean-pierre@mail.example.org");
    assert_claims(&event, 1,
                  "verp:jean-pierre@example.org received-for:jean-pierre@mail.example.org "
                  "final-recipient:elsewhere@forward.example");
    event = none;
    event.diagnostic = VIEW("550 5.1.1 <Jean-Pierre@example.org> is unknown here");
    assert_claims(&event, 1, "verp:jean-pierre@example.org");
    event.diagnostic = VIEW("550 5.1.1 <pierre@home.example> is unknown here");
    assert_claims(&event, 1, "verp:pierre@example.org verp:jean-pierre@example.org");
}

static void a_number_of_the_form_may_be_part_of_the_name(void)
{
    struct event event = {.return_paths = {VIEW("news-return-123-ann=example.org@lists.example.net")},
                          .return_path_count = 1};
    assert_claims(&event, 1,
                  "verp:ann@example.org verp:123-ann@example.org verp:return-123-ann@example.org "
                  "verp:news-return-123-ann@example.org");
    event.recipient = VIEW("123-ann@example.org");
    assert_claims(&event, 1, "verp:123-ann@example.org verp:return-123-ann@example.org");
    event.recipient = VIEW("ann@example.org");
    assert_claims(&event, 1, "verp:ann@example.org");
    event.recipient = VIEW("elsewhere@forward.example");
    event.returned_to = VIEW("ann@example.org");
    assert_claims(&event, 1, "verp:ann@example.org final-recipient:elsewhere@forward.example");
    /* The number of a sub-list, or of 7-kim, whose mail goes on to kim: both forms are as clear. */
    event = (struct event){.recipient = VIEW("kim@example.org"),
                           .return_paths = {VIEW("news-return-123-7-kim=example.org@lists.example.net")},
                           .return_path_count = 1};
    assert_claims(&event, 1,
                  "verp:kim@example.org verp:7-kim@example.org verp:123-7-kim@example.org "
                  "verp:return-123-7-kim@example.org");
}

static void another_return_path_is_told_apart(void)
{
    struct event event = {.return_paths = {VIEW("news-bounces+ann=example.org@lists.example.net"),
                                           VIEW("SRS0=x=y=lists.example.net=news-bounces+ann=example.org@f.example"),
                                           VIEW("news-bounces+bob=example.org@lists.example.net")},
                          .return_path_count = 3};
    struct claim claim = claim_make(&event, 1, builtin, &pool);
    g_assert_cmpuint(claim.count, ==, 2);
    g_assert_true(view_equal(claim.at[0].scheme, VIEW("mailman")));
    g_assert_true(view_equal(claim.at[1].scheme, VIEW("mailman" CLAIM_OTHER_PATH)));
}

static void assert_campaign(struct event event, const char *path, const char *expected)
{
    static const char *const PATTERNS[] = {"bounce-{campaign}-{address}@b.example.net",
                                           "b+{campaign}+{id}@b.example.net"};
    g_autoptr(verp_auto) verp = verp_new(&(struct verp_options){.patterns = PATTERNS, .pattern_count = 2}, NULL);
    event.return_paths[event.return_path_count++] = view_of(path);
    g_autofree char *campaign = view_dup(claim_make(&event, 1, verp, &pool).campaign);
    g_assert_cmpstr(campaign ? campaign : "", ==, expected);
}

static void the_campaign_of_a_pattern_is_that_of_a_message_that_names_none(void)
{
    const struct event ann = {.recipient = VIEW("ann@example.org")};
    assert_campaign(ann, "bounce-april-ann=example.org@b.example.net", "april");
    assert_campaign(ann, "b+april+4711@b.example.net", "april");
    assert_campaign((struct event){0}, "bounce-april-ann=example.org@b.example.net", "april");
    struct event named = ann;
    named.campaign = VIEW("spring");
    assert_campaign(named, "bounce-april-ann=example.org@b.example.net", "");
}

static void a_campaign_is_what_the_recipient_leaves_of_the_path_or_nothing(void)
{
    const char *path = "bounce-april-jean-pierre=example.org@b.example.net";
    assert_campaign((struct event){.recipient = VIEW("jean-pierre@example.org")}, path, "april");
    assert_campaign((struct event){.recipient = VIEW("pierre@example.org")}, path, "april-jean");
    assert_campaign((struct event){.recipient = VIEW("elsewhere@forward.example")}, path, "");
}

static void what_other_schemes_call_a_campaign_may_be_a_list(void)
{
    assert_campaign((struct event){.recipient = VIEW("ann@example.org")}, "news-bounces+ann=example.org@b.example.net",
                    "");
}

static void as_many_return_paths_as_there_may_be_are_read(void)
{
    struct event event = {.return_path_count = EVENT_RETURN_PATHS};
    for (size_t i = 0; i < EVENT_RETURN_PATHS; i++)
        event.return_paths[i] = pool_printf(&pool, "a-b-c-d-e-f-g-h-i-j-k-l-m-%zu=example.org@lists.example.net", i);
    struct claim claim = claim_make(&event, 1, builtin, &pool);
    g_assert_cmpuint(claim.count, ==, EVENT_RETURN_PATHS * 14);
}

static void steps_have_names_that_read_back(void)
{
    for (unsigned i = 0; i < CLAIM_STEP_COUNT; i++) {
        enum claim_step step = CLAIM_STEP_COUNT;
        g_assert_true(claim_step_parse(view_of(claim_step_name(i)), &step));
        g_assert_cmpuint(step, ==, i);
    }
    enum claim_step step;
    g_assert_false(claim_step_parse(VIEW("guess"), &step));
}

/* `-m perf`: what a claim costs. */
static void a_claim_is_cheap(void)
{
    struct event event = {.recipient = VIEW("ann@example.org"),
                          .original_recipient = VIEW("ann@example.org"),
                          .returned_to = VIEW("ann@example.org"),
                          .return_paths = {VIEW("bounces-news-jean-pierre=example.org@lists.example.net")},
                          .return_path_count = 1};
    static const char *const PATHS[] = {"bounces-news-jean-pierre=example.org@lists.example.net",
                                        "news-bounces+ann=example.org@lists.example.net", "postmaster@example.net"};
    for (size_t p = 0; p < G_N_ELEMENTS(PATHS); p++) {
        enum { ROUNDS = 200000 };
        event.return_paths[0] = view_of(PATHS[p]);
        g_test_timer_start();
        for (int i = 0; i < ROUNDS; i++) {
            claim_make(&event, 1, builtin, &pool);
            pool_reset(&pool);
        }
        double ns = g_test_timer_elapsed() * 1e9 / ROUNDS;
        g_test_minimized_result(ns, "claim_make %s: %.0f ns", PATHS[p], ns);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    builtin = verp_new(NULL, NULL);
    g_test_add_func("/claim/candidates stand in the order of their strength",
                    candidates_stand_in_the_order_of_their_strength);
    g_test_add_func("/claim/an address counts once, at its strongest", an_address_counts_once_at_its_strongest);
    g_test_add_func("/claim/what is said of the message counts for one of several only if he is named",
                    what_is_said_of_the_message_counts_for_one_of_several_only_if_he_is_named);
    g_test_add_func("/claim/a message to several says nothing of who failed",
                    a_message_to_several_says_nothing_of_who_failed);
    g_test_add_func("/claim/an address in an unknown text is the weakest, and one of several is none",
                    an_address_in_an_unknown_text_is_the_weakest_and_one_of_several_is_none);
    g_test_add_func("/claim/a queue number in the envelope id is nobody", a_queue_number_in_the_envelope_id_is_nobody);
    g_test_add_func("/claim/a header may hold a return path or an address",
                    a_header_may_hold_a_return_path_or_an_address);
    g_test_add_func("/claim/an address in a text of the sender's blames nobody alone",
                    an_address_in_a_text_of_the_senders_blames_nobody_alone);
    g_test_add_func("/claim/nothing said is nothing claimed", nothing_said_is_nothing_claimed);
    g_test_add_func("/claim/a forwarded recipient stands behind whom we wrote to",
                    a_forwarded_recipient_stands_behind_whom_we_wrote_to);
    g_test_add_func("/claim/VERP in a report on several is evidence for the one it names",
                    verp_in_a_report_on_several_is_evidence_for_the_one_it_names);
    g_test_add_func("/claim/an id in the return path needs a report on one",
                    an_id_in_the_return_path_needs_a_report_on_one);
    g_test_add_func("/claim/the event says which reading was meant", the_event_says_which_reading_was_meant);
    g_test_add_func("/claim/whatever speaks of the longer reading takes it from the shorter",
                    whatever_speaks_of_the_longer_reading_takes_it_from_the_shorter);
    g_test_add_func("/claim/a number of the form may be part of the name",
                    a_number_of_the_form_may_be_part_of_the_name);
    g_test_add_func("/claim/another return path is told apart", another_return_path_is_told_apart);
    g_test_add_func("/claim/the campaign of a pattern is that of a message that names none",
                    the_campaign_of_a_pattern_is_that_of_a_message_that_names_none);
    g_test_add_func("/claim/a campaign is what the recipient leaves of the path, or nothing",
                    a_campaign_is_what_the_recipient_leaves_of_the_path_or_nothing);
    g_test_add_func("/claim/what other schemes call a campaign may be a list",
                    what_other_schemes_call_a_campaign_may_be_a_list);
    g_test_add_func("/claim/as many return paths as there may be are read",
                    as_many_return_paths_as_there_may_be_are_read);
    g_test_add_func("/claim/steps have names that read back", steps_have_names_that_read_back);
    if (g_test_perf())
        g_test_add_func("/claim/a claim is cheap", a_claim_is_cheap);
    int result = g_test_run();
    verp_free(builtin);
    pool_clear(&pool);
    return result;
}
