/* SPDX-License-Identifier: MIT */
#include "core/classify/fold.h"
#include "core/classify/matcher.h"
#include "core/classify/named.h"
#include "core/limits.h"

struct found {
    GArray *matches; /* struct match */
};

static void note(void *context, struct match match)
{
    g_array_append_val(((struct found *)context)->matches, match);
}

static GArray *run(const struct matcher *matcher, struct view text)
{
    struct found found = {.matches = g_array_new(false, false, sizeof(struct match))};
    matcher_run(matcher, text, note, &found);
    return found.matches;
}

/* All matches by rising end, at one end the longest first: what the automaton promises, the slow way. */
static GArray *search_naively(GPtrArray *words, struct view text)
{
    GArray *matches = g_array_new(false, false, sizeof(struct match));
    for (guint32 end = 1; end <= text.len; end++) {
        for (guint32 begin = 0; begin < end; begin++) {
            for (guint32 w = 0; w < words->len; w++) {
                struct view word = view_of(g_ptr_array_index(words, w));
                struct match match = {.word = w, .begin = begin, .end = end};
                if (view_equal(word, view_range(text.data + begin, text.data + end)))
                    g_array_append_val(matches, match);
            }
        }
    }
    return matches;
}

static char *random_text(GRand *rand, int len_max, const char *letters)
{
    int len = g_rand_int_range(rand, MATCHER_WORD_MIN, len_max + 1);
    GString *text = g_string_new(NULL);
    for (int i = 0; i < len; i++)
        g_string_append_c(text, letters[g_rand_int_range(rand, 0, (gint32)strlen(letters))]);
    return g_string_free(text, false);
}

static void assert_same(const GArray *got, const GArray *expected)
{
    g_assert_cmpuint(got->len, ==, expected->len);
    for (guint i = 0; i < got->len; i++) {
        const struct match *a = &g_array_index(got, struct match, i), *b = &g_array_index(expected, struct match, i);
        g_assert_cmpuint(a->word, ==, b->word);
        g_assert_cmpuint(a->begin, ==, b->begin);
        g_assert_cmpuint(a->end, ==, b->end);
    }
}

static void one_pass_finds_what_a_naive_search_finds(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240229);
    const char *alphabets[] = {"ab", "abc ", "a\xC3\xA9z", "abcdefghijklmnopqrstuvwxyz0123456789"};
    for (int round = 0; round < 200; round++) {
        const char *letters = alphabets[round % 4];
        struct matcher_words *words = matcher_words_new();
        g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
        for (int i = 0; i < 1 + round % 40; i++) {
            char *word = random_text(rand, 6, letters);
            if (matcher_words_add(words, view_of(word)) == list->len)
                g_ptr_array_add(list, word);
            else
                g_free(word);
        }
        struct matcher *matcher = matcher_build(words);
        g_autofree char *text = random_text(rand, 120, letters);
        g_autoptr(GArray) got = run(matcher, view_of(text));
        g_autoptr(GArray) expected = search_naively(list, view_of(text));
        assert_same(got, expected);
        matcher_free(matcher);
        matcher_words_free(words);
    }
}

static void overlapping_words_are_all_found(void)
{
    struct matcher_words *words = matcher_words_new();
    g_assert_cmpuint(matcher_words_add(words, VIEW("he")), ==, 0);
    g_assert_cmpuint(matcher_words_add(words, VIEW("she")), ==, 1);
    g_assert_cmpuint(matcher_words_add(words, VIEW("hers")), ==, 2);
    g_assert_cmpuint(matcher_words_add(words, VIEW("he")), ==, 0);
    struct matcher *matcher = matcher_build(words);
    g_autoptr(GArray) got = run(matcher, VIEW("ushers"));
    g_assert_cmpuint(got->len, ==, 3);
    g_assert_cmpuint(g_array_index(got, struct match, 0).word, ==, 1);
    g_assert_cmpuint(g_array_index(got, struct match, 1).word, ==, 0);
    g_assert_cmpuint(g_array_index(got, struct match, 2).word, ==, 2);
    matcher_free(matcher);
    matcher_words_free(words);
}

static void no_words_find_nothing_in_any_bytes(void)
{
    struct matcher_words *words = matcher_words_new();
    struct matcher *matcher = matcher_build(words);
    char every[256];
    for (int i = 0; i < 256; i++)
        every[i] = (char)i;
    g_autoptr(GArray) got = run(matcher, (struct view){.data = every, .len = sizeof every});
    g_assert_cmpuint(got->len, ==, 0);
    matcher_free(matcher);
    matcher_words_free(words);
}

static void assert_folded(const char *text, const char *expected)
{
    struct view in = view_of(text);
    g_autofree char *out = g_malloc(FOLD_ROOM(in.len));
    size_t len = fold_text(in, out, NULL);
    g_autofree char *folded = g_strndup(out, len);
    g_assert_cmpstr(folded, ==, expected);
}

static void case_and_white_space_and_typography_fold_away(void)
{
    assert_folded("User \t\r\n  UNKNOWN \n", "User Unknown");
    assert_folded("ПОЧТОВЫЙ Ящик", "почтовый ящик");
    assert_folded("ÜBÜNG", "Ubung");
    assert_folded("doesn\xE2\x80\x99t \xE2\x80\x9C"
                  "exist\xE2\x80\x9D",
                  "Doesn'T \"Exist\"");
    assert_folded("a\xC2\xA0\xE3\x80\x80z", "A Z");
    assert_folded("ＵＳＥＲ　ｕｎｋｎｏｗｎ", "User Unknown");
    assert_folded("", "");
    assert_folded("AZ[\\]^_`az{|}~@!/:;<=>?09", "Az[\\]^_'Az{|}~@!/:;<=>?09");
}

static void accents_fold_away(void)
{
    assert_folded("boîte dépassée", "Boite Depassee");
    assert_folded("Łódź ż ıİ", "Lodz Z Ii");
    assert_folded("de\xCC\x81passe\xCC\x81", "Depasse");
    assert_folded("Hộp thư", "Hop Thu");
    assert_folded("отключён", "отключен");
    assert_folded("groß æ", "Groß æ");
}

static void a_sentence_broken_between_ideographs_is_whole(void)
{
    assert_folded("用户\r\n 不存在", "用户不存在");
    assert_folded("邮箱 full", "邮箱 Full");
}

static void further_reply_lines_lose_their_code(void)
{
    assert_folded("550-5.1.1 The account that\n550-5.1.1 you tried\n550 5.1.1 to reach",
                  "550-5.1.1 The Account That You Tried To Reach");
    assert_folded("550 no 551 yes", "550 No 551 Yes");
    assert_folded("550-", "550-");
}

static void broken_bytes_pass_and_offsets_point_back(void)
{
    struct view in = VIEW("A\xFF\xC3  \xE2\x82 Z");
    char out[64];
    guint32 at[64];
    size_t len = fold_text(in, out, at);
    g_assert_cmpmem(out, len, "A\xFF\xC3 \xE2\x82 Z", 8);
    g_assert_cmpuint(at[0], ==, 0);
    g_assert_cmpuint(at[len - 1], ==, in.len - 1);
}

static void words_end_where_letters_end(void)
{
    struct view text = VIEW("unsuccessful, mailbox\xE6\xBB\xA1 caf\xC3\xA9s");
    g_assert_true(fold_inside_word(text, 2));
    g_assert_false(fold_inside_word(text, 0));
    g_assert_false(fold_inside_word(text, 12));
    g_assert_false(fold_inside_word(text, 21));
    g_assert_true(fold_inside_word(text, 30));
    g_assert_false(fold_inside_word(text, text.len));
}

static void assert_named(const char *text, const char *expected)
{
    struct view in = view_of(text);
    const struct view addresses[NAMED_ADDRESSES] = {VIEW("ann@example.org"), VIEW("")};
    g_autofree char *out = g_malloc(FOLD_ROOM(LIMIT_CLASSIFIED_TEXT));
    g_autofree guint32 *at = g_new(guint32, FOLD_ROOM(LIMIT_CLASSIFIED_TEXT));
    size_t len = named_fold(in, addresses, out, at);
    g_autofree char *folded = g_strndup(out, len);
    g_assert_cmpstr(folded, ==, expected);
    for (size_t i = 0; i < len; i++)
        g_assert_cmpuint(at[i], <=, in.len);
}

static void an_address_that_is_spoken_of_reads_as_recipient(void)
{
    assert_named("542 ann@example.org Rejected", "542 Recipient Rejected");
    assert_named("550 <ANN@example.org>: unknown. ann@example.org?", "550 Recipient Unknown. Recipient ?");
    assert_named("ann@example.org", "Recipient ");
}

static void an_address_that_only_something_is_sent_to_stays(void)
{
    assert_named("your message to ann@example.org was rejected", "");
    assert_named("RCPT TO:<ann@example.org>", "");
    assert_named("joann@example.org and ann@example.organic", "");
    assert_named("no address", "");
}

static void texts_full_of_addresses_are_read_within_their_room(void)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 5000; i++)
        g_string_append(text, "ann@example.org \xC8\xBA\xC8\xBA ");
    const struct view addresses[NAMED_ADDRESSES] = {VIEW("ann@example.org"), VIEW("ann@example.org")};
    g_autofree char *out = g_malloc(FOLD_ROOM(LIMIT_CLASSIFIED_TEXT));
    g_autofree guint32 *at = g_new(guint32, FOLD_ROOM(LIMIT_CLASSIFIED_TEXT));
    struct view in = {.data = text->str, .len = text->len};
    g_assert_cmpuint(named_fold(in, addresses, out, at), <, FOLD_ROOM(LIMIT_CLASSIFIED_TEXT));
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/matcher/one pass finds what a naive search finds", one_pass_finds_what_a_naive_search_finds);
    g_test_add_func("/matcher/overlapping words are all found", overlapping_words_are_all_found);
    g_test_add_func("/matcher/no words find nothing in any bytes", no_words_find_nothing_in_any_bytes);
    g_test_add_func("/fold/case, white space and typography fold away", case_and_white_space_and_typography_fold_away);
    g_test_add_func("/fold/accents fold away", accents_fold_away);
    g_test_add_func("/fold/a sentence broken between ideographs is whole",
                    a_sentence_broken_between_ideographs_is_whole);
    g_test_add_func("/fold/further reply lines lose their code", further_reply_lines_lose_their_code);
    g_test_add_func("/fold/broken bytes pass and offsets point back", broken_bytes_pass_and_offsets_point_back);
    g_test_add_func("/named/an address that is spoken of reads as recipient",
                    an_address_that_is_spoken_of_reads_as_recipient);
    g_test_add_func("/named/an address that only something is sent to stays",
                    an_address_that_only_something_is_sent_to_stays);
    g_test_add_func("/named/texts full of addresses are read within their room",
                    texts_full_of_addresses_are_read_within_their_room);
    g_test_add_func("/fold/words end where letters end", words_end_where_letters_end);
    return g_test_run();
}
