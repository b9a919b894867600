/* SPDX-License-Identifier: MIT */
#include "core/match/carried.h"

static struct pool pool;

#define UUID "0f8fad5b-d9cb-469f-a165-70867728950e"
/* {"recipient":"ann@example.org"} */
#define KUMO "eyJyZWNpcGllbnQiOiJhbm5AZXhhbXBsZS5vcmcifQ=="

static const char *const NAMES[] = {"X-Member", "Original-Envelope-Id", NULL};

static const struct {
    const char *headers, *expected;
} CASES[] = {
    {"Subject: x\nTo: ann@example.org\n", ""},
    {"X-ListMember: ann@example.org\nX-MessageID: 17\n", "X-ListMember:ann@example.org"},
    {"x-listmember: Ann <ann@example.org>\n", "X-ListMember:Ann <ann@example.org>"},
    {"X-ListMember: everybody\n", ""},
    {"X-Listmonk-Subscriber: " UUID "\nX-Listmonk-Campaign: 1f8fad5b-d9cb-469f-a165-70867728950e\n",
     "X-Listmonk-Subscriber:#" UUID},
    {"X-CiviMail-Bounce: b.12.34.0123456789abcdef@example.net\n",
     "X-CiviMail-Bounce:~b.12.34.0123456789abcdef@example.net"},
    {"X-KumoRef: " KUMO "\n", "X-KumoRef:ann@example.org"},
    {"X-KumoRef: bm90IGpzb24=\n", ""},
    {"X-KumoRef: ***\n", ""},
    /* A campaign's number is not a subscriber's. */
    {"Feedback-ID: 42:17:news:sender\n", ""},
    {"Feedback-ID: 42:" UUID ":ann@example.org:sender\n", "Feedback-ID:#" UUID " Feedback-ID:!ann@example.org"},
    {"List-Unsubscribe: <mailto:leave@lists.example.net?subject=ann%40example.org>\n",
     "List-Unsubscribe:~leave@lists.example.net List-Unsubscribe:!ann@example.org"},
    {"List-Unsubscribe: <mailto:leave-ann=example.org@lists.example.net>,\n <https://example.net/u/17/" UUID ">\n",
     "List-Unsubscribe:~leave-ann=example.org@lists.example.net List-Unsubscribe:#" UUID},
    {"List-Unsubscribe: <https://x@example.net/u?n=42&e=ann%2Bnews@example.org&t=a%zz>\n",
     "List-Unsubscribe:!ann+news@example.org"},
    /* The sender's own address is not the recipient's. */
    {"From: News <News@example.org>\nList-Unsubscribe: <https://example.net/u?list=news@example.org>\n", ""},
    {"List-Unsubscribe: "
     "<https://example.net/u?contact=help@example.org&Mailing-List=news@example.org&e=ann@example.org>\n",
     "List-Unsubscribe:!ann@example.org"},
    {"List-Unsubscribe: <mailto:leave@lists.example.net?cc=help@example.org&body=ann@example.org>\n",
     "List-Unsubscribe:~leave@lists.example.net List-Unsubscribe:!ann@example.org"},
    {"List-Unsubscribe: <https://example.net/u?e=ann@example.org\n", "List-Unsubscribe:!ann@example.org"},
    {"List-Unsubscribe: <>, <mailto:>, < , >\n", ""},
    {"X-Member: 4711\nX-Member: 4712\n", "X-Member:#4711 X-Member:#4712"},
    {"X-ListMember: ann@example.org\nX-ListMember: bob@example.org\nX-ListMember: ann@example.org\n",
     "X-ListMember:ann@example.org X-ListMember:bob@example.org"},
    {"X-Member: 4711\n", "X-Member:#4711"},
    {"X-Member: <ann@example.org>\n", "X-Member:?ann@example.org"},
    {"X-Member:\n", ""},
};

static void expect(const char *headers, const char *expected)
{
    static const char *const MARKS[] = {
        [CARRIED_ADDRESS] = "", [CARRIED_WORD] = "!", [CARRIED_ID] = "#", [CARRIED_PATH] = "~", [CARRIED_EITHER] = "?"};
    struct headers parsed = headers_parse(view_of(headers), &pool, NULL);
    const struct carried *carried = carried_read(&parsed, NAMES, &pool);
    g_assert_nonnull(carried);
    g_assert_true(carried->envelope_id);
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < carried->count; i++) {
        const struct carried_item *item = &carried->at[i];
        g_string_append_printf(text, "%s%.*s:%s%.*s", i ? " " : "", (int)item->header.len, item->header.data,
                               MARKS[item->is], (int)item->value.len, item->value.data);
    }
    if (strcmp(text->str, expected) != 0)
        g_error("%scarries '%s', not '%s'", headers, text->str, expected);
}

static void headers_give_what_can_be_nothing_else(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++)
        expect(CASES[i].headers, CASES[i].expected);
}

static void no_more_is_taken_than_there_is_room_for(void)
{
    g_autoptr(GString) text = g_string_new("List-Unsubscribe: <https://example.net/");
    for (int i = 0; i < 40; i++)
        g_string_append_printf(text, "p%d@example.org/", i);
    g_string_append(text, ">\n");
    struct headers parsed = headers_parse(view_of(text->str), &pool, NULL);
    g_assert_cmpuint(carried_read(&parsed, NULL, &pool)->count, ==, CARRIED_ITEMS);
}

static void nothing_is_carried_by_nothing(void)
{
    struct headers none = {.pool = &pool};
    g_assert_null(carried_read(&none, NULL, &pool));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    g_test_add_func("/carried/headers give what can be nothing else", headers_give_what_can_be_nothing_else);
    g_test_add_func("/carried/no more is taken than there is room for", no_more_is_taken_than_there_is_room_for);
    g_test_add_func("/carried/nothing is carried by nothing", nothing_is_carried_by_nothing);
    int result = g_test_run();
    pool_clear(&pool);
    return result;
}
