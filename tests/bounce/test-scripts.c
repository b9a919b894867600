/* SPDX-License-Identifier: MIT */
#include "core/bounce/prose.h"

static const struct row {
    const char *text, *address;
} rows[] = {
    {"您发往wang@example.com的邮件被退回", "wang@example.com"},
    {"收件人：wang@example.com。", "wang@example.com"},
    {"尊敬的用户 wang@example.com：您好", "wang@example.com"},
    {"宛先「sato@example.jp」は存在しません", "sato@example.jp"},
    {"sato@example.jpへのメール", "sato@example.jp"},
    {"kim@example.kr님의 메일함", "kim@example.kr"},
    {"adresse «\u00a0paul@example.fr\u00a0» inconnue", "paul@example.fr"},
    {"to \u201cann@example.org\u201d failed", "ann@example.org"},
    /* Keys of forms and logs are no part of it, the '=' of return paths is. */
    {"SMTP=ann@example.org", "ann@example.org"},
    {"to=ann@example.org, relay=none", "ann@example.org"},
    {"<news-ann=example.com@example.org>", "news-ann=example.com@example.org"},
    /* Letters of these scripts are letters of addresses too (RFC 6531). */
    {"<用户@例子.广告>", "用户@例子.广告"},
    {"müller@bücher.example", "müller@bücher.example"},
    {"почта@пример.рф", "почта@пример.рф"},
    {"🐈@example.org", "🐈@example.org"},
    /* Nothing that could be one. */
    {"发往@的邮件", ""},
    {"。@。", ""},
    {"@", ""},
};

static void an_address_ends_where_the_words_around_it_begin(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t end;
        g_autofree char *found = view_dup(prose_next_address(view_of(rows[i].text), 0, &end));
        g_test_message("%s", rows[i].text);
        g_assert_cmpstr(found, ==, rows[i].address);
    }
}

static void broken_utf_8_around_an_address_does_no_harm(void)
{
    static const char *const texts[] = {"\xe6\x94"
                                        "ann@example.org\xe6",
                                        "\xff\xfe\x80"
                                        "ann@example.org",
                                        "ann@example.org\xe3\x80"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        size_t end;
        g_autofree char *exact = g_strdup(texts[i]); /* sanitizers see its end */
        struct view found = prose_next_address(view_of(exact), 0, &end);
        g_assert_cmpint(view_find(found, VIEW("ann@example.org")), >=, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scripts/an address ends where the words around it begin",
                    an_address_ends_where_the_words_around_it_begin);
    g_test_add_func("/scripts/broken UTF-8 around an address does no harm",
                    broken_utf_8_around_an_address_does_no_harm);
    return g_test_run();
}
