/* SPDX-License-Identifier: MIT */
#include "core/bounce/signs.h"

static struct pool pool;

static guint32 signs_of(const char *text)
{
    return signs_in(view_of(text), NULL, &pool);
}

static void every_sign_is_shown_by_its_examples_and_by_no_counterexample(void)
{
    g_autoptr(GString) report = g_string_new(NULL);
    bool good = signs_prove(report);
    g_assert_cmpstr(report->str, ==, "");
    g_assert_true(good);
}

static void signs_are_found_whatever_the_letters_and_the_line_breaks(void)
{
    g_assert_true(signs_have(signs_of("UNDELIVERED  MAIL\n\treturned"), SIGN_REPORT_SUBJECT));
    g_assert_true(signs_have(signs_of("ABWESENHEITSNOTIZ"), SIGN_AUTO_REPLY_SUBJECT));
    g_assert_true(signs_have(signs_of("Сообщение НЕ ДОСТАВЛЕНО"), SIGN_REPORT_TEXT));
    g_assert_true(signs_have(signs_of("郵件\n無法投遞"), SIGN_REPORT_TEXT));
}

static void a_sign_inside_a_longer_word_is_none(void)
{
    g_assert_false(signs_have(signs_of("unsubscribed"), SIGN_UNSUBSCRIBE));
    g_assert_false(signs_have(signs_of("the rebounced ball"), SIGN_REPORT_TEXT));
    g_assert_true(signs_have(signs_of("it bounced"), SIGN_REPORT_TEXT));
}

static void where_a_sign_stands_is_told_in_the_text_as_it_was(void)
{
    struct view where[SIGN_COUNT];
    struct view text = view_of("Ann: OUT  OF the\noffice until May");
    signs_in(text, where, &pool);
    g_autofree char *words = view_dup(where[SIGN_AUTO_REPLY_TEXT]);
    g_assert_cmpstr(words, ==, "OUT  OF the\noffice");
    g_assert_cmpuint(where[SIGN_DELAY].len, ==, 0);
}

static void bytes_that_are_no_text_show_nothing(void)
{
    char bytes[512];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37 + 128);
    g_assert_cmpuint(signs_in((struct view){.data = bytes, .len = sizeof bytes}, NULL, &pool), ==, 0);
    g_assert_cmpuint(signs_in((struct view){0}, NULL, &pool), ==, 0);
}

/* What mail systems say while they still try must not read as given up, nor the other way round, in any language. */
static void a_language_does_not_take_delays_for_failures(void)
{
    static const char *const delays[] = {
        "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.",
        "Ihre Nachricht wurde noch nicht zugestellt. Es wird weiterhin versucht, sie zuzustellen.",
        "Votre message n'a pas encore été remis. Le serveur continuera d'essayer.",
        "Su mensaje aún no se ha entregado; el servidor seguirá intentando la entrega.",
        "Sua mensagem ainda não foi entregue; o servidor continuará tentando.",
        "Il messaggio non è ancora stato recapitato. Il server continuerà a tentare.",
        "Uw bericht is nog niet bezorgd. De server blijft proberen.",
        "Сообщение пока не доставлено. Попытки доставки будут продолжены.",
        "Wiadomość nie została jeszcze dostarczona. Serwer podejmie kolejne próby.",
        "Meddelandet har ännu inte levererats. Servern fortsätter att försöka.",
        "Meddelelsen er endnu ikke leveret. Serveren vil fortsat forsøge.",
        "Zpráva dosud nebyla doručena. Server bude pokračovat v pokusech.",
        "İletiniz henüz teslim edilmedi. Sunucu denemeye devam edecek.",
        "邮件尚未送达，服务器将继续尝试。",
        "郵件尚未送達，伺服器將繼續嘗試。",
        "メッセージはまだ配信されていません。引き続き配信を試みます。",
        "메시지가 아직 배달되지 않았습니다. 서버가 계속 시도합니다.",
    };
    static const char *const failures[] = {
        "Your message could not be delivered. Giving up.",
        "Ihre Nachricht konnte nicht zugestellt werden. Es werden keine weiteren Versuche unternommen.",
        "Votre message n'a pas pu être remis. Aucune autre tentative ne sera faite.",
        "Su mensaje no se pudo entregar. No se harán más intentos.",
        "Sua mensagem não pôde ser entregue. Não serão feitas novas tentativas.",
        "Il messaggio non è stato consegnato. Non verranno effettuati altri tentativi.",
        "Uw bericht kon niet worden bezorgd. Er worden geen verdere pogingen gedaan.",
        "Сообщение не доставлено. Попытки доставки прекращены.",
        "Wiadomość nie została dostarczona. Nie będą podejmowane kolejne próby.",
        "Meddelandet kunde inte levereras. Inga fler försök görs.",
        "Meddelelsen kunne ikke leveres. Der gøres ikke flere forsøg.",
        "Zprávu se nepodařilo doručit. Další pokusy nebudou provedeny.",
        "İletiniz teslim edilemedi. Teslimat tekrar denenmeyecek.",
        "多次尝试后，邮件无法投递。",
        "郵件無法投遞，系統不再嘗試。",
        "メッセージを配信できませんでした。再試行しません。",
        "메시지를 배달하지 못했습니다. 더 이상 시도하지 않습니다.",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(delays); i++) {
        guint32 signs = signs_of(delays[i]);
        if (!signs_have(signs, SIGN_DELAY) || signs_have(signs, SIGN_GAVE_UP))
            g_error("no delay: %s", delays[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        guint32 signs = signs_of(failures[i]);
        if (!signs_have(signs, SIGN_GAVE_UP) || !signs_have(signs, SIGN_REPORT_TEXT))
            g_error("no failure: %s", failures[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    g_test_add_func("/signs/every sign is shown by its examples and by no counterexample",
                    every_sign_is_shown_by_its_examples_and_by_no_counterexample);
    g_test_add_func("/signs/signs are found whatever the letters and the line breaks",
                    signs_are_found_whatever_the_letters_and_the_line_breaks);
    g_test_add_func("/signs/a sign inside a longer word is none", a_sign_inside_a_longer_word_is_none);
    g_test_add_func("/signs/where a sign stands is told in the text as it was",
                    where_a_sign_stands_is_told_in_the_text_as_it_was);
    g_test_add_func("/signs/bytes that are no text show nothing", bytes_that_are_no_text_show_nothing);
    g_test_add_func("/signs/a language does not take delays for failures",
                    a_language_does_not_take_delays_for_failures);
    int failed = g_test_run();
    pool_clear(&pool);
    return failed;
}
