/* SPDX-License-Identifier: MIT
 * What sort of message is it: bounce, delay, complaint, automatic reply, request to unsubscribe, or nothing of the
 * kind? */
#include "core/bounce/bounce.h"

static struct pool pool;
static struct mail_reader *reader;

static struct events read_text(const char *text)
{
    return bounce_read(mail_read(reader, view_of(text), &pool), &pool);
}

struct expected {
    const char *text, *kind, *recipient;
};

static void expect_each(const struct expected *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct events events = read_text(cases[i].text);
        g_autofree char *recipient = view_dup(events.at[0].recipient);
        if (events.count != 1 || g_strcmp0(event_kind_name(events.at[0].kind), cases[i].kind) != 0 ||
            g_ascii_strcasecmp(recipient, cases[i].recipient) != 0)
            g_error("%s for '%s' by %s, not %s for '%s':\n%s", event_kind_name(events.at[0].kind), recipient,
                    events.at[0].reader, cases[i].kind, cases[i].recipient, cases[i].text);
    }
}

/* A letter from Ann, as it comes to the bounce address. */
#define ANN "From: Ann <ann@example.org>\nTo: bounces@example.net\nMessage-ID: <1@example.org>\n"
#define UTF8 "Content-Type: text/plain; charset=utf-8\n"

static void automatic_replies_are_known_by_their_headers(void)
{
    static const char *const headers[] = {
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: Re: news",
        "Precedence: auto_reply",
        "X-Auto-Reply: 1",
        "X-Vacation: on",
        "X-Apple-Action: VACATION",
        "Delivered-To: Autoresponder",
        "X-POST-MessageClass: 9; Autoresponder",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *text = g_strdup_printf("%s\nSubject: Re: news\n" ANN "\nzzz\n", headers[i]);
        struct expected expected = {text, "auto-reply", "ann@example.org"};
        expect_each(&expected, 1);
    }
    struct expected ordinary = {"Auto-Submitted: no\nSubject: Re: news\n" ANN "\nzzz\n", "none", ""};
    expect_each(&ordinary, 1);
}

static void automatic_replies_are_known_by_their_subject_in_any_language(void)
{
    static const char *const subjects[] = {
        "Automatic reply: Spring letter",
        "Out of Office: Spring letter",
        "Re: Spring letter (Automatic Response)",
        "AUTO: Ann is out of the office (returning 05/01/2027)",
        "Abwesenheitsnotiz: Frühling",
        "Automatische Antwort: Frühling",
        "Réponse automatique : Printemps",
        "Respuesta automática: Primavera",
        "Fuera de la oficina: Primavera",
        "Resposta automática: Primavera",
        "Risposta automatica: Primavera",
        "Automatisch antwoord: Lente",
        "Автоматический ответ: Весна",
        "Автоответ: Весна",
        "Odpowiedź automatyczna: Wiosna",
        "[Automatyczna odpowiedź] Wiosna",
        "Autosvar: Vår",
        "Frånvaro: Vår",
        "Automatisk svar: Forår",
        "Automatická odpověď: Jaro",
        "Otomatik yanıt: Bahar",
        "自动回复: 春天",
        "自動回覆: 春天",
        "自動応答: 春",
        "【自動返信】春のお便り",
        "자동 회신: 봄",
        "[부재중] 봄 편지",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *text = g_strdup_printf("Subject: %s\n" ANN UTF8 "\nzzz\n", subjects[i]);
        struct expected expected = {text, "auto-reply", "ann@example.org"};
        expect_each(&expected, 1);
    }
}

static void automatic_replies_are_known_by_their_words_when_they_answer(void)
{
    static const char *const words[] = {
        "I am out of the office until 14 August.",
        "Ich bin bis zum 14. August nicht im Büro.",
        "Je suis absente du bureau jusqu'au 14 août.",
        "Estaré ausente hasta el 14 de agosto.",
        "Estarei ausente até 14 de agosto.",
        "Sarò assente fino al 14 agosto.",
        "Ik ben tot 14 augustus niet op kantoor.",
        "Я в отпуске до 14 августа.",
        "Jestem na urlopie do 14 sierpnia.",
        "Jag är inte på kontoret förrän den 14 augusti.",
        "Jeg holder ferie til den 14. august.",
        "Do 14. srpna jsem mimo kancelář.",
        "14 Ağustos'a kadar izindeyim.",
        "您的邮件我已收到，我会尽快回复您。",
        "我正在休假，八月十四日回來。",
        "八月十四日まで休暇をいただいております。",
        "8월 14일까지 휴가 중입니다.",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *text =
            g_strdup_printf("Subject: Re: news\nIn-Reply-To: <n@example.net>\n" ANN UTF8 "\n%s\n\nAnn\n", words[i]);
        struct expected expected = {text, "auto-reply", "ann@example.org"};
        expect_each(&expected, 1);
    }
}

static void who_has_left_answers_with_a_notice(void)
{
    struct events events = read_text("Subject: Automatic reply: news\n" ANN "\nAnn no longer works for Example Ltd.\n");
    g_assert_cmpint(events.at[0].kind, ==, EVENT_AUTO_REPLY);
    g_assert_cmpuint(events.at[0].notices.count, ==, 1);
    g_assert_cmpint(view_find(events.at[0].notices.text[0], VIEW("no longer used")), >=, 0);
    events = read_text("Subject: Automatic reply: news\n" ANN "\nBack on Monday.\n");
    g_assert_cmpuint(events.at[0].notices.count, ==, 0);
}

static void a_letter_about_holidays_is_no_automatic_reply(void)
{
    static const struct expected cases[] = {
        {"Subject: Vacation homes\n" ANN "\nBook your vacation now.\n", "none", ""},
        {"Subject: meeting\n" ANN "\nWe should meet before I leave. The report on vacation rules is attached.\n",
         "none", ""},
        {"Subject: [list] vacation(1) and out of office replies\nList-Id: <list.example.net>\nPrecedence: list\n" ANN
         "\nI am out of the office, says my auto-reply, and the list gets it.\n",
         "none", ""},
        {"Subject: news\nPrecedence: bulk\n" ANN "\nOur spring letter.\n", "none", ""},
        {"Subject: Re: [PATCH] mm: semicolons\nIn-Reply-To: <p@example.net>\nPrecedence: bulk\n" ANN
         "\n> goto err;;\nAcked.\n",
         "none", ""},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

#define DSN(fields) "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n" fields

static void a_bounce_that_says_it_is_an_automatic_reply_stays_a_bounce(void)
{
    static const struct expected cases[] = {
        {"Auto-Submitted: auto-replied\nFrom: MAILER-DAEMON@mx.example.org\nSubject: Undelivered Mail Returned to "
         "Sender\n"
         "To: bounces@example.net\n\n<eve@example.com>: 550 5.1.1 user unknown\n",
         "bounce", "eve@example.com"},
        {"Return-Path: <>\nFrom: postmaster@example.org\nSubject: Undeliverable: Out of Office: news\nTo: "
         "bounces@example.net\n\n"
         "Your message could not be delivered.\n\n<eve@example.com>: 550 5.1.1 user unknown\n",
         "bounce", "eve@example.com"},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

#define ARF_HEAD                                                                                                       \
    "From: fbl@example.org\nTo: fbl@example.net\nSubject: FW: news\n"                                                  \
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nA complaint.\n\n--b\n"
#define ARF(fields, to)                                                                                                \
    ARF_HEAD "Content-Type: message/feedback-report\n\n" fields                                                        \
             "\n--b\nContent-Type: message/rfc822\n\nFrom: news@example.net\nTo: " to                                  \
             "\nSubject: news\n\nnews\n\n--b--\n"

static void complaints_name_who_received_the_mail(void)
{
    static const struct expected cases[] = {
        {ARF("Feedback-Type: abuse\nUser-Agent: X/1\nVersion: 1\nOriginal-Rcpt-To: <eve@example.com>\n",
             "all@example.com"),
         "complaint", "eve@example.com"},
        {ARF("Feedback-Type: abuse\nVersion: 1\n", "Eve <eve@example.com>"), "complaint", "eve@example.com"},
        {ARF("Feedback-Type: abuse\nOriginal-Rcpt-To: redacted@example.com\n", "eve@example.com"), "complaint",
         "eve@example.com"},
        {ARF("Feedback-Type: abuse\nVersion: 1\n", "undisclosed-recipients:;"), "complaint", ""},
        {ARF("Feedback-Type: opt-out\nRemoval-Recipient: eve@example.com\n", "x@example.com"), "complaint",
         "eve@example.com"},
        {ARF("Version: 1\nOriginal-Rcpt-To: eve@example.com\n", "x@example.com"), "complaint", "eve@example.com"},
        /* The fields in a text part. */
        {ARF_HEAD "Content-Type: text/plain\n\nFeedback-Type: abuse\nUser-Agent: X/1\nOriginal-Rcpt-To: "
                  "eve@example.com\n\n--b--\n",
         "complaint", "eve@example.com"},
        /* Hotmail. */
        {"From: staff@hotmail.com\nTo: fbl@example.net\nSubject: complaint about message from 192.0.2.1\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
         "X-HmXmrOriginalRecipient: eve@hotmail.com\nFrom: news@example.net\nTo: other@example.com\n\nnews\n\n--b--\n",
         "complaint", "eve@hotmail.com"},
        /* AOL, before ARF. */
        {"From: scomp@aol.net\nTo: fbl@example.net\nSubject: Client TOS Notification\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
         "From: news@example.net\nTo: eve@aol.com\n\nnews\n\n--b--\n",
         "complaint", "eve@aol.com"},
        {"From: 7@reports.spamcop.net\nTo: abuse@example.net\nSubject: [SpamCop (192.0.2.1) id:7]news\n\n[ SpamCop V4 "
         "]\n",
         "complaint", ""},
        /* Apple Mail's button. */
        {"Subject: unsubscribe\nX-Apple-Unsubscribe: true\nAuto-Submitted: auto-replied\n" ANN
         "\nApple Mail sent this.\n",
         "complaint", "ann@example.org"},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void a_complaint_may_name_several_recipients(void)
{
    struct events events = read_text(ARF("Feedback-Type: abuse\nOriginal-Rcpt-To: eve@example.com\n"
                                         "Original-Rcpt-To: bob@example.com\nOriginal-Rcpt-To: eve@example.com\n",
                                         "x@example.com"));
    g_assert_cmpuint(events.count, ==, 2);
    g_assert_true(view_equal(events.at[1].recipient, VIEW("bob@example.com")));
}

static void feedback_that_is_nobodys_complaint_is_marked(void)
{
    static const char *const types[] = {"not-spam", "auth-failure"};
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *text =
            g_strdup_printf(ARF("Feedback-Type: %s\nOriginal-Rcpt-To: eve@example.com\n", "x@example.com"), types[i]);
        struct events events = read_text(text);
        g_autofree char *type = view_dup(events.at[0].feedback_type);
        g_assert_cmpstr(type, ==, types[i]);
        g_assert_cmpuint(events.at[0].notices.count, ==, 1);
        g_assert_cmpint(view_find(events.at[0].notices.text[0], VIEW("nobody complained")), >=, 0);
    }
}

static void requests_to_unsubscribe_are_told_from_talk_about_it(void)
{
    static const struct expected cases[] = {
        {"Subject: unsubscribe\n" ANN "\n", "unsubscribe", "ann@example.org"},
        {"Subject: Unsubscribe news-17\n" ANN "\nThis message was generated by a mail program.\n", "unsubscribe",
         "ann@example.org"},
        {"Subject: Re: news\nIn-Reply-To: <n@example.net>\n" ANN
         "\nPlease remove me from your list.\n\n> Dear reader\n",
         "unsubscribe", "ann@example.org"},
        {"Subject: Abmelden\n" ANN "\n", "unsubscribe", "ann@example.org"},
        {"Subject: Désinscription\n" ANN UTF8 "\n", "unsubscribe", "ann@example.org"},
        {"Subject: Darme de baja\n" ANN "\n", "unsubscribe", "ann@example.org"},
        {"Subject: отписаться\n" ANN UTF8 "\n", "unsubscribe", "ann@example.org"},
        {"Subject: 退订\n" ANN UTF8 "\n", "unsubscribe", "ann@example.org"},
        {"Subject: 配信停止\n" ANN UTF8 "\n", "unsubscribe", "ann@example.org"},
        {"Subject: How do I unsubscribe?\n" ANN "\nI cannot find the link.\n", "none", ""},
        {"Subject: You have been unsubscribed\n" ANN "\nBye.\n", "none", ""},
        {"Subject: [list] unsubscribe links\nList-Id: <l.example.net>\n" ANN "\nunsubscribe does not work\n", "none",
         ""},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

#define QUOTED "<eve@example.com>: host mx.example.com said: 550 5.1.1 user unknown\n"

static void letters_that_quote_a_bounce_are_none(void)
{
    static const struct expected cases[] = {
        {"Subject: Re: Undelivered Mail Returned to Sender\nIn-Reply-To: <n@example.net>\n" ANN
         "\nWhat is this?\n> " QUOTED,
         "none", ""},
        {"Subject: Fwd: Undelivered Mail Returned to Sender\n" ANN
         "\nFrom: MAILER-DAEMON@example.com\nThis is the mail system at host mx.example.com.\nI'm sorry to have to "
         "inform you that "
         "your message could not be delivered to one or more recipients.\n\n" QUOTED,
         "none", ""},
        {"Subject: Undelivered mail?\nList-Id: <l.example.net>\n" ANN "\nYour message could not be delivered:\n" QUOTED,
         "none", ""},
        {"Subject: WG: Unzustellbar: news\n" ANN UTF8 "\nIhre Nachricht konnte nicht zugestellt werden.\n" QUOTED,
         "none", ""},
        {"Subject: Bounce action notification\nFrom: mailman@lists.example.net\nTo: l-owner@lists.example.net\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThis is a Mailman mailing list bounce action "
         "notice:\n\n--b\n"
         "Content-Type: message/rfc822\n\nFrom: MAILER-DAEMON@example.com\nSubject: Undeliverable\n\n" QUOTED
         "\n--b--\n",
         "none", ""},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void receipts_and_aggregate_reports_are_none(void)
{
    static const struct expected cases[] = {
        {"Subject: Read: news\n" ANN
         "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\n"
         "Displayed.\n\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: "
         "rfc822;ann@example.org\n"
         "Disposition: manual-action/MDN-sent-manually; deleted\n\n--b--\n",
         "none", ""},
        {"Subject: Gelesen: news\n" ANN UTF8 "\nIhre Nachricht wurde gelesen am Montag, 13. April 2026.\n", "none", ""},
        {"Subject: Lida: news\n" ANN UTF8 "\nA sua mensagem foi lida em 13/04/2026.\n", "none", ""},
        {"Subject: Lu : news\n" ANN UTF8 "\nVotre message a été lu le 13/04/2026.\n", "none", ""},
        {"Subject: Not read: news\n" ANN "\nYour message was deleted without being read on Monday.\n", "none", ""},
        {"Subject: Report domain: example.net Submitter: example.org Report-ID: <1>\nFrom: "
         "noreply-dmarc@example.org\n\nAggregate.\n",
         "none", ""},
        {"From: tlsrpt@example.org\nSubject: Report Domain: example.net Submitter: example.org\nTLS-Report-Domain: "
         "example.net\n"
         "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n--b\n\nReport.\n\n--b--\n",
         "none", ""},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void challenges_and_confirmations_are_none(void)
{
    static const struct expected cases[] = {
        {"Subject: Please confirm your message\n" ANN "\nTo prove that you are human, click here.\n", "none", ""},
        {"Subject: Please confirm your subscription\n" ANN "\nClick here.\n", "none", ""},
        {"Subject: confirm 1a2b3c\nFrom: news-request@example.org\nTo: bounces@example.net\nX-List-Administrivia: "
         "yes\n\nMailing list "
         "subscription confirmation notice\n",
         "none", ""},
        {"Subject: Majordomo results\nFrom: majordomo@example.org\nTo: bounces@example.net\n\n>>>> unsubscribe "
         "news\n**** failed\n",
         "none", ""},
        /* Dressed as a report, it is an answer of the person behind it. */
        {"From: noreply@challenge.example\nReply-To: eve@example.com\nTo: bounces@example.net\nSubject: Re: news\n" DSN(
             "Your message was waitlisted. Please add yourself to my Guest List.\n\n--b\nContent-Type: "
             "message/delivery-status\n\n"
             "Reporting-MTA: dns; challenge.example\n\nFinal-Recipient: rfc822; eve@example.com\nAction: "
             "failed\nStatus: 4.7.0\n\n--b--\n"),
         "auto-reply", "eve@example.com"},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void lures_that_imitate_a_bounce_are_none(void)
{
    static const struct expected cases[] = {
        {"From: Mail Delivery System <admin@phish.example>\nTo: ann@example.net\nSubject: Mail delivery failed\n"
         "Content-Type: text/html\n\n<p>5 incoming messages were not delivered to ann@example.net.</p>"
         "<a href=\"http://phish.example/\">Release your messages</a>\n",
         "none", ""},
        {"From: ann@example.org\nTo: ann@example.net\nSubject: Undelivered parcel\n\nWe could not reach you, see the "
         "attachment.\n",
         "none", ""},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void bounces_of_unknown_makers_are_known_in_any_language(void)
{
    static const struct {
        const char *subject, *text, *kind;
    } cases[] = {
        {"Unzustellbar: Frühling", "Ihre Nachricht konnte nicht zugestellt werden.", "bounce"},
        {"Non remis : Printemps", "Votre message n'a pas pu être remis au destinataire suivant.", "bounce"},
        {"No se puede entregar: Primavera", "Su mensaje no se pudo entregar.", "bounce"},
        {"Não entregue: Primavera", "A sua mensagem não foi entregue.", "bounce"},
        {"Non recapitabile: Primavera", "Il messaggio non è stato consegnato.", "bounce"},
        {"Niet te bezorgen: Lente", "Uw bericht kon niet worden bezorgd.", "bounce"},
        {"Не удается доставить: Весна", "Сообщение не доставлено.", "bounce"},
        {"Niedostarczalne: Wiosna", "Wiadomość nie została dostarczona.", "bounce"},
        {"Kan inte levereras: Vår", "Meddelandet kunde inte levereras.", "bounce"},
        {"Kan ikke leveres: Forår", "Meddelelsen kunne ikke leveres.", "bounce"},
        {"Nedoručitelné: Jaro", "Zprávu se nepodařilo doručit.", "bounce"},
        {"Teslim edilemedi: Bahar", "İletiniz teslim edilemedi.", "bounce"},
        {"系统退信", "抱歉，您的邮件被退回来了。", "bounce"},
        {"無法傳遞: 春天", "您的郵件無法投遞。", "bounce"},
        {"配信不能: 春", "メールを配信できませんでした。", "bounce"},
        {"배달되지 않음: 봄", "메일이 배달되지 않았습니다.", "bounce"},
        {"Zustellung verzögert: Frühling", "Die Nachricht wurde noch nicht zugestellt.", "delay"},
        {"Доставка отложена: Весна", "Сообщение пока не доставлено.", "delay"},
        {"配信遅延: 春", "引き続き配信を試みます。", "delay"},
        {"传递延迟: 春天", "邮件尚未送达，将继续尝试。", "delay"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            "Return-Path: <>\nFrom: system@mail.example.org\nTo: bounces@example.net\nSubject: %s\n" UTF8
            "\n%s\n\n  eve@example.com\n",
            cases[i].subject, cases[i].text);
        struct expected expected = {text, cases[i].kind, "eve@example.com"};
        expect_each(&expected, 1);
    }
}

#define STATUS(subject, words, action, status)                                                                         \
    "From: MAILER-DAEMON@mx.example.org\nTo: bounces@example.net\nSubject: " subject                                   \
    "\n" DSN(words "\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"          \
                   "Final-Recipient: rfc822; eve@example.com\n" action "Status: " status "\n\n--b--\n")

static void action_and_words_settle_what_is_final(void)
{
    static const struct expected cases[] = {
        {STATUS("Undelivered mail", "Retry timeout exceeded.", "Action: failed\n", "4.4.7"), "bounce",
         "eve@example.com"},
        {STATUS("Delayed Mail", "Your message has not yet been delivered.", "Action: delayed\n", "4.4.1"), "delay",
         "eve@example.com"},
        {STATUS("Delayed Mail", "Delivery will continue to be attempted.", "Action: failed\n", "4.4.1"), "delay",
         "eve@example.com"},
        {STATUS("Mail status", "We will try again; no action is required on your part.", "", "4.4.1"), "delay",
         "eve@example.com"},
        {STATUS("Mail status", "I've given up.", "Action: delayed\n", "5.4.7"), "bounce", "eve@example.com"},
        {STATUS("Returned mail", "The message is now too old; it will be retried no more.", "Action: failed\n",
                "4.4.7"),
         "bounce", "eve@example.com"},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void a_status_in_a_text_part_of_a_report_counts(void)
{
    static const struct expected cases[] = {
        {"From: ann@example.org\nSubject: status\n" DSN(
             "words\n\n--b\nContent-Type: text/plain\n\nReporting-MTA: dns; mx.example.org\n\n"
             "Final-Recipient: rfc822; eve@example.com\nAction: failed\nStatus: 5.1.1\n\n--b--\n"),
         "bounce", "eve@example.com"},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void what_is_cut_out_of_a_line_without_end_is_not_cut_inside_a_character(void)
{
    for (int shift = 0; shift < 4; shift++) {
        g_autoptr(GString) text = g_string_new("Return-Path: <>\nFrom: MAILER-DAEMON@example.net\n" UTF8 "\n"
                                               "Your message could not be delivered. ");
        g_string_append_len(text, "xxxx", shift);
        for (int i = 0; i < 1200; i++)
            g_string_append(text, "\xD0\xB6"); /* two bytes: one shift or the other cuts one in half */
        g_string_append(text, " ann@example.org does not exist, bob@example.org neither");
        struct events events = read_text(text->str);
        g_assert_cmpuint(events.count, ==, 2);
        for (size_t i = 0; i < events.count; i++)
            g_assert_true(g_utf8_validate_len(events.at[i].prose.data, events.at[i].prose.len, NULL));
    }
}

static void a_long_refusal_in_a_receipt_is_not_cut_inside_a_character(void)
{
    for (int shift = 0; shift < 2; shift++) {
        g_autoptr(GString) text =
            g_string_new("Return-Path: <>\nFrom: ann@example.org\nMIME-Version: 1.0\nContent-Type: multipart/report; "
                         "report-type=disposition-notification; boundary=b\n\n--b\n" UTF8 "\n"
                         "The message was automatically rejected: ");
        g_string_append_len(text, "x", shift);
        for (int i = 0; i < 1200; i++)
            g_string_append(text, "\xD0\xB6");
        g_string_append(text, "\n--b\nContent-Type: message/disposition-notification\n\n"
                              "Final-Recipient: rfc822; ann@example.org\n"
                              "Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n");
        struct events events = read_text(text->str);
        g_assert_cmpstr(events.at[0].reader, ==, "rejection");
        g_assert_true(g_utf8_validate_len(events.at[0].prose.data, events.at[0].prose.len, NULL));
    }
}

static void headers_without_text_and_text_without_headers_say_nothing(void)
{
    static const struct expected cases[] = {
        {"", "none", ""},
        {"\n\n", "none", ""},
        {"Subject: \n\n", "none", ""},
        {"From: <>\nSubject: [\n\n>\n", "none", ""},
        {"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: "
         "message/feedback-report\n\n",
         "none", ""},
    };
    expect_each(cases, G_N_ELEMENTS(cases));
}

static void thousands_of_recipients_in_one_line_have_a_few_words_each(void)
{
    enum { RECIPIENTS = 3000, WORDS_AT_MOST = 1024 };
    GString *text = g_string_new("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undeliverable\n\n"
                                 "Your message could not be delivered: ");
    for (int i = 0; i < RECIPIENTS; i++)
        g_string_append_printf(text, "user%d@example.org does not exist and ", i);
    struct events events = read_text(text->str);
    g_assert_cmpuint(events.count, ==, RECIPIENTS);
    for (size_t i = 0; i < events.count; i++) {
        g_autofree char *named = g_strdup_printf("user%zu@example.org", i);
        g_assert_true(view_equal(events.at[i].recipient, view_of(named)));
        g_assert_cmpuint(events.at[i].prose.len, <=, WORDS_AT_MOST);
        g_assert_cmpint(view_find(events.at[i].prose, view_of(named)), >=, 0);
    }
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pool_init(&pool);
    reader = mail_reader_new();
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"/kinds/automatic replies are known by their headers", automatic_replies_are_known_by_their_headers},
        {"/kinds/automatic replies are known by their subject in any language",
         automatic_replies_are_known_by_their_subject_in_any_language},
        {"/kinds/automatic replies are known by their words when they answer",
         automatic_replies_are_known_by_their_words_when_they_answer},
        {"/kinds/who has left answers with a notice", who_has_left_answers_with_a_notice},
        {"/kinds/a letter about holidays is no automatic reply", a_letter_about_holidays_is_no_automatic_reply},
        {"/kinds/a bounce that says it is an automatic reply stays a bounce",
         a_bounce_that_says_it_is_an_automatic_reply_stays_a_bounce},
        {"/kinds/complaints name who received the mail", complaints_name_who_received_the_mail},
        {"/kinds/a complaint may name several recipients", a_complaint_may_name_several_recipients},
        {"/kinds/feedback that is nobody's complaint is marked", feedback_that_is_nobodys_complaint_is_marked},
        {"/kinds/requests to unsubscribe are told from talk about it",
         requests_to_unsubscribe_are_told_from_talk_about_it},
        {"/kinds/letters that quote a bounce are none", letters_that_quote_a_bounce_are_none},
        {"/kinds/receipts and aggregate reports are none", receipts_and_aggregate_reports_are_none},
        {"/kinds/challenges and confirmations are none", challenges_and_confirmations_are_none},
        {"/kinds/lures that imitate a bounce are none", lures_that_imitate_a_bounce_are_none},
        {"/kinds/bounces of unknown makers are known in any language",
         bounces_of_unknown_makers_are_known_in_any_language},
        {"/kinds/action and words settle what is final", action_and_words_settle_what_is_final},
        {"/kinds/a status in a text part of a report counts", a_status_in_a_text_part_of_a_report_counts},
        {"/kinds/thousands of recipients in one line have a few words each",
         thousands_of_recipients_in_one_line_have_a_few_words_each},
        {"/kinds/what is cut out of a line without end is not cut inside a character",
         what_is_cut_out_of_a_line_without_end_is_not_cut_inside_a_character},
        {"/kinds/a long refusal in a receipt is not cut inside a character",
         a_long_refusal_in_a_receipt_is_not_cut_inside_a_character},
        {"/kinds/headers without text and text without headers say nothing",
         headers_without_text_and_text_without_headers_say_nothing},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].run);
    int failed = g_test_run();
    mail_reader_free(reader);
    pool_clear(&pool);
    return failed;
}
