/* SPDX-License-Identifier: MIT */
#include "core/match/shared.h"

/* "to failed to failed …", one event after the other: who becomes known as shared, in that order. */
static void assert_shared_by(enum claim_step failed, const char *letters, const char *expected)
{
    g_autoptr(shared_auto) shared = shared_new();
    g_auto(GStrv) words = g_strsplit(letters, " ", -1);
    g_autoptr(GString) found = g_string_new(NULL);
    for (gint64 i = 0; words[2 * i]; i++) {
        const struct candidate both[] = {
            {.step = CLAIM_RETURNED_TO, .key = view_of(words[2 * i])},
            {.step = failed, .key = view_of(words[2 * i + 1])},
        };
        for (size_t k = 0; k < G_N_ELEMENTS(both); k++) {
            struct view address;
            if (shared_see(shared, i + 1, &both[k], &address))
                g_string_append_printf(found, "%s%.*s", found->len ? " " : "", (int)address.len, address.data);
        }
    }
    g_assert_cmpstr(found->str, ==, expected);
}

static void assert_shared(const char *letters, const char *expected)
{
    assert_shared_by(CLAIM_FINAL_RECIPIENT, letters, expected);
}

static void letters_that_fail_at_several_are_addressed_to_a_list(void)
{
    assert_shared("l@x a@x l@x b@x l@x c@x l@x d@x", "l@x");
    assert_shared("l@x a@x k@x a@x l@x b@x k@x b@x l@x c@x k@x c@x", "l@x k@x");
}

static void received_says_where_a_letter_failed_that_was_addressed_elsewhere(void)
{
    assert_shared_by(CLAIM_RECEIVED_FOR, "l@x a@x l@x b@x l@x c@x", "l@x");
    assert_shared_by(CLAIM_RECEIVED_FOR, "a@x a@x b@x b@x c@x c@x a@x a@x a@x a@x", "");
}

static void those_of_one_who_has_left_fail_where_they_are_forwarded(void)
{
    assert_shared("l@x a@x l@x b@x l@x a@x l@x b@x l@x a@x", "");
    assert_shared("l@x a@x l@x a@x l@x a@x l@x a@x", "");
}

static void an_event_that_names_only_the_addressee_says_nothing(void)
{
    g_autoptr(shared_auto) shared = shared_new();
    const struct candidate to = {.step = CLAIM_RETURNED_TO, .key = VIEW("l@x")};
    const struct candidate id = {.step = CLAIM_FINAL_RECIPIENT, .is = CANDIDATE_ID, .key = VIEW("7")};
    struct view address;
    for (gint64 i = 1; i < 9; i++) {
        g_assert_false(shared_see(shared, i, &to, &address));
        g_assert_false(shared_see(shared, i, &id, &address));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shared/letters that fail at several are addressed to a list",
                    letters_that_fail_at_several_are_addressed_to_a_list);
    g_test_add_func("/shared/Received says where a letter failed that was addressed elsewhere",
                    received_says_where_a_letter_failed_that_was_addressed_elsewhere);
    g_test_add_func("/shared/those of one who has left fail where they are forwarded",
                    those_of_one_who_has_left_fail_where_they_are_forwarded);
    g_test_add_func("/shared/an event that names only the addressee says nothing",
                    an_event_that_names_only_the_addressee_says_nothing);
    return g_test_run();
}
