/* SPDX-License-Identifier: MIT */
#include "core/mail/mail.h"

static struct pool pool;
static struct mail_reader *reader;

static void assert_view(struct view got, const char *expected)
{
    g_autofree char *text = view_dup(got);
    g_assert_cmpstr(text, ==, expected);
}

static void assert_text(const char *bytes, const char *charset, const char *expected)
{
    assert_view(text_to_utf8(reader, view_of(bytes), view_of(charset), &pool), expected);
}

/* `utf8` written in `charset`. */
static char *encoded(const char *utf8, const char *charset)
{
    char *bytes = g_convert(utf8, -1, charset, "UTF-8", NULL, NULL, NULL);
    g_assert_nonnull(bytes);
    return bytes;
}

static void ascii_is_handed_through_without_a_copy(void)
{
    struct view text = VIEW("550 5.1.1 <ann@example.org>: User unknown");
    g_assert_true(text_to_utf8(reader, text, VIEW("us-ascii"), &pool).data == text.data);
    g_assert_true(text_to_utf8(reader, text, VIEW(""), &pool).data == text.data);
}

static void a_declared_charset_that_fits_is_believed(void)
{
    assert_text("f\xfcr", "iso-8859-1", "für");
    assert_text("\x93quoted\x94", "ISO-8859-1", "“quoted”");
    assert_text("\xc5\xe6", "iso-8859-2", "Ĺć");
    assert_text("\x83\x65\x83\x58\x83\x67 \x87\x40", "x-sjis", "テスト ①");
    assert_text("\xb0\xa1", "ks_c_5601-1987", "가");
    assert_text("Hi +AKM-1", "unicode-1-1-utf-7", "Hi £1");
    assert_text("a+b@example.org", "unicode-1-1-utf-7", "a+b@example.org");
    assert_text("\x96\x46", "gb2312", "\xe6\x9c\x8f"); /* GBK bytes under the smaller label */
}

static void utf_8_wins_over_a_wrong_label(void)
{
    assert_text("Empf\xc3\xa4nger", "iso-8859-1", "Empfänger");
    assert_text("Empf\xc3\xa4nger", "us-ascii", "Empfänger");
    assert_text("Empf\xc3\xa4nger f\xc3\xbcr \xc3\xa4\xc3\xb6 \xff", "utf-8", "Empfänger für äö \xef\xbf\xbd");
}

static void iso_2022_is_known_by_its_escapes(void)
{
    assert_text("\033$B%F%9%H\033(B user unknown", "", "テスト user unknown");
    assert_text("\033$B%F%9%H\033(B", "us-ascii", "テスト");
    assert_text("\033$B%F%9%H\033(B", "iso-8859-1", "テスト");
}

static void unlabelled_text_is_guessed(void)
{
    static const struct {
        const char *text, *charset;
    } CASES[] = {
        {"邮件无法发送到您指定的地址中，请检查收件人地址是否正确。", "GB18030"},
        {"對不起，您的郵件無法寄達以下的收件人，使用者不存在。", "BIG5"},
        {"次のあて先へのメッセージはエラーのため送信できませんでした。", "SHIFT_JIS"},
        {"次のあて先へのメッセージはエラーのため送信できませんでした。", "EUC-JP"},
        {"메일을 전송할 수 없습니다. 받는 사람의 주소가 없습니다.", "EUC-KR"},
        {"Письмо не может быть доставлено: почтовый ящик не существует", "KOI8-R"},
        {"Письмо не может быть доставлено: почтовый ящик не существует", "WINDOWS-1251"},
        {"Die Nachricht für den Empfänger konnte nicht zugestellt werden", "WINDOWS-1252"},
        {"Mensaje no entregado: dirección inválida, el buzón está lleno, señor", "WINDOWS-1252"},
        {"Le message n’a pas été délivré à l’adresse", "WINDOWS-1252"},
    };
    static const char *const LABELS[] = {"", "us-ascii", "x-unknown", "default", "utf-8"};
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        g_autofree char *bytes = encoded(CASES[i].text, CASES[i].charset);
        for (size_t k = 0; k < G_N_ELEMENTS(LABELS); k++)
            assert_text(bytes, LABELS[k], CASES[i].text);
    }
}

static void chinese_called_latin_1_is_seen_through(void)
{
    g_autofree char *bytes = encoded("邮件无法发送到您指定的地址中", "GB18030");
    assert_text(bytes, "iso-8859-1", "邮件无法发送到您指定的地址中");
}

static void every_byte_sequence_becomes_valid_utf_8(void)
{
    static const char *const LABELS[] = {"", "utf-8", "iso-2022-jp", "utf-16", "utf-7", "hz", "gb2312", "no/such", "x"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    char bytes[200];
    for (int round = 0; round < 2000; round++) {
        size_t len = (size_t)g_rand_int_range(rand, 0, sizeof bytes);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)g_rand_int_range(rand, round % 2 ? 0 : 100, 256);
        struct view label = view_of(LABELS[(size_t)round % G_N_ELEMENTS(LABELS)]);
        struct view text = text_to_utf8(reader, (struct view){bytes, len}, label, &pool);
        g_assert_true(g_utf8_validate(text.data, (gssize)text.len, NULL));
        if (round % 100 == 0)
            pool_reset(&pool);
    }
    assert_view(text_to_utf8(NULL, VIEW("f\xfcr"), VIEW(""), &pool), "für");
    assert_view(text_to_utf8(reader, VIEW("a\r\nb\rc\0d"), VIEW(""), &pool), "a\nb\ncd");
}

static void html_shows_what_a_person_sees(void)
{
    static const struct {
        const char *html, *expected;
    } CASES[] = {
        {"<p>User <b>unknown</b>:<br>ann@example.org</p>", "User unknown:\nann@example.org"},
        {"<html><head><title>t</title><style>p {color: red}</style><script>if (a < b) x();</script></head><body>seen",
         "seen"},
        {"<table><tr><td>Status:</td><td>5.1.1</td></tr><tr><td>To:</td><td>ann</td></tr></table>",
         "Status: 5.1.1\nTo: ann"},
        {"a&nbsp;&amp;&lt;b&gt; &eacute;&#233;&#xE9; &unknown; &#0; AT&T", "a &<b> ééé &unknown; \xef\xbf\xbd AT&T"},
        {"550 <ann@example.org>: <b>unknown</b>", "550 <ann@example.org>: unknown"},
        {"said: <550 no such user> if a < b", "said: <550 no such user> if a < b"},
        {"<a href=\"mailto:bob@example.org\" title='x>y'>Ann</a>", "Ann"},
        {"<mailto:ann@example.org> <http://example.org/>", "<mailto:ann@example.org> <http://example.org/>"},
        {"one<!-- hidden > still -->two<![if x]>three<!DOCTYPE html>", "onetwothree"},
        {"<div>a</div><div>b</div><ul><li>c<li>d</ul><h1>e</h1>f", "a\nb\nc\nd\n\ne\n\nf"},
        {"x <a href=\"unclosed>text</a> y <b class=\"z\">end</b>", "x text y end"},
        {"cut <a href=x", "cut <a href=x"},
        {"<pre>one\n two</pre>", "one\ntwo"},
        {"<style>never closed", "never closed"},
        {"<p class=a <b>x</b>", "x"},
        {"  a \n\t b  ", "a b"},
        {"", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++)
        assert_view(html_text(view_of(CASES[i].html), &pool), CASES[i].expected);
}

static void hostile_html_comes_to_its_end(void)
{
    static const char *const PIECES[] = {"<",  "<!--", "<style>", "<a \"", "<a x='", "&",
                                         "&#", "<p ",  "</",      "<!",    "<script"};
    for (size_t i = 0; i < G_N_ELEMENTS(PIECES); i++) {
        g_autoptr(GString) html = g_string_new("");
        while (html->len < 256 * 1024)
            g_string_append(html, PIECES[i]);
        struct view text = html_text((struct view){html->str, html->len}, &pool);
        g_assert_cmpuint(text.len, <=, html->len);
        pool_reset(&pool);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
#define TEST(name) g_test_add_func("/mail/text/" #name, name)
    TEST(ascii_is_handed_through_without_a_copy);
    TEST(a_declared_charset_that_fits_is_believed);
    TEST(utf_8_wins_over_a_wrong_label);
    TEST(iso_2022_is_known_by_its_escapes);
    TEST(unlabelled_text_is_guessed);
    TEST(chinese_called_latin_1_is_seen_through);
    TEST(every_byte_sequence_becomes_valid_utf_8);
    TEST(html_shows_what_a_person_sees);
    TEST(hostile_html_comes_to_its_end);
    int status = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return status;
}
