/* SPDX-License-Identifier: MIT */
#include "core/match/joins.h"

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/joins/only what is wanted is kept", only_what_is_wanted_is_kept);
    g_test_add_func("/joins/an id of several tells what they share", an_id_of_several_tells_what_they_share);
    g_test_add_func("/joins/a log may leave the host away, where that says enough",
                    a_log_may_leave_the_host_away_where_that_says_enough);
    return g_test_run();
}
