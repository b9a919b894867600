/* SPDX-License-Identifier: MIT */
#include "core/classify/notation.h"

static struct ruleset *rules;
static struct classifier *classifier;
static struct pool pool;

static struct verdict judge_typed(const char *typed)
{
    struct statement statement;
    g_assert_true(statement_parse(view_of(typed), &pool, &statement));
    return classify(classifier, &statement, &pool);
}

struct expectation {
    const char *text, *class;
    enum fault fault; /* FAULT_UNKNOWN: not asked */
};

static void assert_all(const struct expectation *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct verdict verdict = judge_typed(cases[i].text);
        g_autofree char *got = g_strdup_printf("%s/%s", ses_type_name(verdict.class), ses_subtype_name(verdict.class));
        g_test_message("%s -> %s, rule %s", cases[i].text, got, verdict.rule);
        g_assert_cmpstr(got, ==, cases[i].class);
        if (cases[i].fault)
            g_assert_cmpstr(fault_name(verdict.fault), ==, fault_name(cases[i].fault));
        pool_reset(&pool);
    }
}

#define ASSERT_ALL(cases) assert_all(cases, G_N_ELEMENTS(cases))
#define NO_EMAIL "Permanent/NoEmail"
#define GONE "Permanent/General"
#define SOFT "Transient/General"
#define FULL "Transient/MailboxFull"
#define LARGE "Transient/MessageTooLarge"
#define CONTENT "Transient/ContentRejected"
#define ATTACHMENT "Transient/AttachmentRejected"
#define OPEN "Undetermined/Undetermined"

static void every_text_of_the_founding_brief_is_right(void)
{
    const struct expectation cases[] = {
        {"550 Invalid recipient", NO_EMAIL},
        {"550 Requested action not taken: mailbox unavailable", NO_EMAIL},
        {"Host not found", GONE},
        {"No such user", NO_EMAIL},
        {"User unknown", NO_EMAIL},
        {"User not found", NO_EMAIL},
        {"Invalid address", NO_EMAIL},
        {"Invalid recipient", NO_EMAIL},
        {"Not a valid mailbox", NO_EMAIL},
        {"This user doesn't have a yahoo.com account", NO_EMAIL},
        {"Sorry, no mailbox by that name", NO_EMAIL},
        {"The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.", GONE},
        {"exceeded storage allocation", FULL},
        {"mailbox is full", FULL},
        {"retry timeout exceeded", SOFT},
        {"421", SOFT},
        {"450", SOFT},
        {"451", SOFT},
        {"452", SOFT},
    };
    ASSERT_ALL(cases);
}

static void known_traps_are_avoided(void)
{
    const struct expectation cases[] = {
        /* the text of a known provider beats a generic status */
        {"550 5.4.1 Recipient address rejected: Access denied", NO_EMAIL},
        {"550 5.4.1 [ann@example.org]: Recipient address rejected: Access denied [AM0.prod.protection.outlook.com]",
         NO_EMAIL},
        /* 5.x about the sender is not about the subscriber */
        {"550 5.1.0 MailFrom domain is listed in Spamhaus", SOFT, FAULT_SENDER},
        {"550 5.7.1 Message rejected as spam", CONTENT, FAULT_SENDER},
        {"550-5.7.26 Unauthenticated email from example.com is not accepted due to 550-5.7.26 domain's DMARC policy.",
         SOFT, FAULT_SENDER},
        {"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", SOFT, FAULT_SENDER},
        {"550 5.1.8 <news@example.com>: Sender address rejected: Domain not found", SOFT, FAULT_SENDER},
        {"550 5.7.1 <news@example.com>: Sender address rejected: User unknown in virtual mailbox table", SOFT,
         FAULT_SENDER},
        /* the status that says least does not hide the words */
        {"550 5.7.1 <ann@example.org>: Recipient address rejected: User unknown", NO_EMAIL},
        {"550 5.2.1 <ann@example.org>... User unknown", NO_EMAIL},
        {"550 5.0.0 <ann@example.org>... User unknown", NO_EMAIL},
        {"554 5.2.0 mailbox is full", FULL},
        /* vague words yield to a status that says more */
        {"552 5.2.2 Requested action not taken: mailbox unavailable", FULL},
        {"550 5.7.1 Requested action not taken: mailbox unavailable", SOFT},
        {"450 Requested mail action not taken: mailbox unavailable", SOFT},
        /* null MX: the recipient's, and the sender's */
        {"556 5.1.10 Recipient address has null MX", GONE},
        {"550 5.7.27 Sender address has null MX", SOFT, FAULT_SENDER},
        /* Gmail's 5.2.1 is also its limit of the receiving rate */
        {"550-5.2.1 The user you are trying to contact is receiving mail at a rate that 550-5.2.1 prevents additional "
         "messages",
         SOFT},
        {"550 5.2.1 The email account that you tried to reach is disabled.", GONE},
        {"550 5.2.1", GONE},
        /* the server's room is not the mailbox's */
        {"452 4.3.1 Insufficient system storage", SOFT},
        {"452 4.2.2 Mailbox full", FULL},
        {"450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted, try again later", SOFT},
        {"550 4.4.7 QUEUE.Expired; message expired", SOFT},
        {"554 5.4.6 Too many hops", SOFT},
        {"4.4.3 Host or domain name not found. Name service error for name=example.test type=MX: Host not found, try "
         "again",
         SOFT},
        {"5.4.4 Host or domain name not found. Name service error for name=example.test type=AAAA: Host not found",
         GONE},
        {"554 5.7.1 <ann@example.org>: Relay access denied", SOFT},
        {"551 5.1.6 User has moved; please try ann@example.net", NO_EMAIL},
    };
    ASSERT_ALL(cases);
}

static void a_reply_that_says_temporary_never_removes(void)
{
    const struct expectation cases[] = {
        {"450 4.1.1 <ann@example.org>: Recipient address rejected: User unknown", SOFT},
        {"450 no such user", SOFT},
        {"4.4.1 host not found", SOFT},
        {"550 4.1.1 no such user", NO_EMAIL},
        {"450 5.1.1 no such user", NO_EMAIL},
    };
    ASSERT_ALL(cases);
}

static void a_code_and_a_status_that_disagree_decide_nothing(void)
{
    const struct expectation cases[] = {
        {"550 4.2.0", OPEN}, {"450 5.1.1", OPEN}, {"450 4.2.0", SOFT}, {"550 5.1.1", NO_EMAIL}};
    ASSERT_ALL(cases);
    struct verdict verdict = judge_typed("550 4.2.0");
    g_assert_cmpstr(verdict.rule, ==, "code-and-status-disagree");
    g_assert_true(view_equal(verdict.matched, VIEW("550 4.2.0")));
}

static void every_registered_status_has_a_class(void)
{
    const struct expectation cases[] = {
        {"5.0.0", OPEN},    {"5.1.1", NO_EMAIL}, {"5.1.2", GONE},  {"5.1.3", NO_EMAIL}, {"5.1.6", NO_EMAIL},
        {"5.1.8", SOFT},    {"5.1.10", GONE},    {"5.2.1", GONE},  {"5.2.2", FULL},     {"4.2.2", FULL},
        {"5.2.3", LARGE},   {"5.3.4", LARGE},    {"5.4.4", GONE},  {"5.4.6", SOFT},     {"4.4.7", SOFT},
        {"5.6.1", CONTENT}, {"5.7.1", SOFT},     {"5.7.26", SOFT}, {"5.7.13", GONE},    {"5.7.17", GONE},
        {"4.7.28", SOFT},   {"4.3.1", SOFT},     {"5.5.0", SOFT},  {"5.7.27", SOFT},
    };
    ASSERT_ALL(cases);
    static const int last_detail[] = {0, 10, 4, 6, 8, 6, 10, 30};
    for (int subject = 1; subject <= 7; subject++) {
        for (int detail = 0; detail <= last_detail[subject]; detail++) {
            g_autofree char *soft = g_strdup_printf("4.%d.%d", subject, detail);
            g_assert_cmpint(ses_type(judge_typed(soft).class), ==, SES_TYPE_TRANSIENT);
            g_autofree char *hard = g_strdup_printf("5.%d.%d", subject, detail);
            g_assert_cmpstr(judge_typed(hard).rule, !=, "none");
            g_assert_cmpstr(judge_typed(hard).rule, !=, "status-permanent");
        }
    }
}

static void a_bare_code_says_little(void)
{
    const struct expectation cases[] = {
        {"550", OPEN},
        {"554", OPEN},
        {"552", OPEN},
        {"[command=RCPT_TO] 550", GONE},
        {"[command=DATA] 550", OPEN},
        {"551", NO_EMAIL},
        {"521", GONE},
        {"250", OPEN},
        {"nonsense", OPEN},
        {"", OPEN},
    };
    ASSERT_ALL(cases);
}

static void causes_are_told_apart(void)
{
    const struct expectation cases[] = {
        {"552 5.3.4 Message size exceeds fixed maximum message size", LARGE, FAULT_MESSAGE},
        {"552 Message exceeds mailbox quota", FULL},
        {"550 Virus detected", ATTACHMENT},
        {"550 attachment type .exe not allowed", ATTACHMENT},
        {"554 5.7.1 Mail (13049) appears to be unsolicited", CONTENT},
        {"421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints",
         SOFT, FAULT_SENDER},
        {"550 5.7.1 [CS01] Message rejected due to local policy.", SOFT, FAULT_SENDER},
        {"554 DT:SPM 163 mx1", CONTENT},
        {"550 MI:DMC 163 mx1", SOFT, FAULT_SENDER},
        {"550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1", CONTENT},
        {"[remote-mta=mx3.qq.com] 550 Mailbox unavailable or access denied", NO_EMAIL},
        {"[remote-mta=mfsmax.docomo.ne.jp] 550 5.2.0 Unknown user ann@docomo.ne.jp", SOFT, FAULT_RECIPIENT},
        {"[remote-mta=mx.example.org] 550 5.2.0 Unknown user ann@example.org", NO_EMAIL},
        {"TTL set by sender exceeded", "Transient/CustomTimeoutExceeded"},
        {"Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid "
         "address.",
         "Permanent/Suppressed"},
        {"Amazon SES did not send the message to this address because it is on the suppression list for your account",
         "Permanent/OnAccountSuppressionList"},
        {"450 4.2.1 mailbox temporarily disabled", SOFT},
        {"550 account has been disabled", GONE},
        {"connect to mx.example.org[192.0.2.1]:25: Connection refused", SOFT, FAULT_NETWORK},
    };
    ASSERT_ALL(cases);
}

static void the_words_are_known_in_many_languages(void)
{
    const struct expectation cases[] = {
        {"550 Benutzer unbekannt", NO_EMAIL},
        {"[prose] Cette adresse n'existe pas : adresse inconnue", NO_EMAIL},
        {"[prose] El usuario no existe", NO_EMAIL},
        {"[prose] Usuário desconhecido", NO_EMAIL},
        {"[prose] Utente sconosciuto", NO_EMAIL},
        {"[prose] Onbekende gebruiker", NO_EMAIL},
        {"[prose] Пользователь не найден", NO_EMAIL},
        {"[prose] Użytkownik nie istnieje", NO_EMAIL},
        {"[prose] Okänd mottagare", NO_EMAIL},
        {"[prose] Modtageren findes ikke", NO_EMAIL},
        {"[prose] Příjemce neexistuje", NO_EMAIL},
        {"[prose] Kullanıcı bulunamadı", NO_EMAIL},
        {"[prose] 用户不存在", NO_EMAIL},
        {"[prose] 查無此人", NO_EMAIL},
        {"[prose] ユーザーが見つかりません", NO_EMAIL},
        {"[prose] 존재하지 않는 사용자", NO_EMAIL},
        {"[prose] Das Postfach ist voll", FULL},
        {"[prose] La boîte aux lettres est pleine", FULL},
        {"[prose] El buzón está lleno", FULL},
        {"[prose] Caixa postal cheia", FULL},
        {"[prose] La casella è piena", FULL},
        {"[prose] De mailbox is vol", FULL},
        {"[prose] Почтовый ящик переполнен", FULL},
        {"[prose] Skrzynka jest pełna", FULL},
        {"[prose] Mottagarens brevlåda är full", FULL},
        {"[prose] Modtagerens postkasse er fuld", FULL},
        {"[prose] Schránka je plná", FULL},
        {"[prose] Posta kutusu dolu", FULL},
        {"[prose] 邮箱已满", FULL},
        {"[prose] 信箱已滿", FULL},
        {"[prose] メールボックスがいっぱいです", FULL},
        {"[prose] 메일함이 가득 찼습니다", FULL},
        {"[prose] Konto wurde deaktiviert", GONE},
        {"[prose] 该邮箱已被停用", GONE},
        {"[prose] 域名不存在", GONE},
        {"[prose] ドメインが見つかりません", GONE},
        {"[prose] Домен не существует", GONE},
    };
    ASSERT_ALL(cases);
}

static void words_come_before_codes_and_the_reply_before_the_prose(void)
{
    struct statement s = {.diagnostic = VIEW("550 5.1.1 user unknown"),
                          .prose = VIEW("The mailbox is full"),
                          .status = VIEW("5.2.2"),
                          .smtp_code = 550};
    g_assert_cmpint(classify(classifier, &s, &pool).class, ==, SES_PERMANENT_NO_EMAIL);
    s.diagnostic = VIEW("550 5.1.1 sorry");
    g_assert_cmpint(classify(classifier, &s, &pool).class, ==, SES_TRANSIENT_MAILBOX_FULL);
    s.prose = VIEW("It did not work out");
    s.status = VIEW("5.1.1");
    struct verdict verdict = classify(classifier, &s, &pool);
    g_assert_cmpint(verdict.class, ==, SES_PERMANENT_NO_EMAIL);
    g_assert_true(view_equal(verdict.matched, VIEW("5.1.1")));
    s.status = VIEW("");
    s.smtp_code = 451;
    verdict = classify(classifier, &s, &pool);
    g_assert_cmpint(verdict.class, ==, SES_TRANSIENT_GENERAL);
    g_assert_true(view_equal(verdict.matched, VIEW("451")));
}

static void the_words_that_matched_are_shown_as_they_stand(void)
{
    struct statement s = {.diagnostic = VIEW("550 <ann@example.org>... User\r\n\tUnknown (x)"), .smtp_code = 550};
    struct verdict verdict = classify(classifier, &s, &pool);
    g_assert_true(view_equal(verdict.matched, VIEW("User\r\n\tUnknown")));
}

static void hostile_text_does_no_harm(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    g_autoptr(GString) text = g_string_new(NULL);
    const char *pieces[] = {"user ",    "unknown ", "550-",   "550 ", "5.1.1 ", "mailbox ",
                            "is full ", "用户",     "不存在", "\xFF", "\xE7"};
    for (int round = 0; round < 50; round++) {
        g_string_truncate(text, 0);
        for (int i = 0; i < 4000; i++) {
            guint32 pick = (guint32)g_rand_int_range(rand, 0, 16);
            if (pick < G_N_ELEMENTS(pieces))
                g_string_append(text, pieces[pick]);
            else
                g_string_append_c(text, (char)g_rand_int_range(rand, 0, 256));
        }
        struct statement s = {.diagnostic = {.data = text->str, .len = text->len},
                              .prose = {.data = text->str + 1, .len = text->len - 1},
                              .status = VIEW("5.999999999999.1"),
                              .smtp_code = -7};
        g_assert_nonnull(classify(classifier, &s, &pool).rule);
        pool_reset(&pool);
    }
}

static void names_of_classes_and_faults_go_both_ways(void)
{
    for (int i = 0; i < SES_CLASS_COUNT; i++) {
        enum ses_class class = SES_CLASS_COUNT;
        g_autofree char *name =
            g_strdup_printf("%s/%s", ses_type_name((enum ses_class)i), ses_subtype_name((enum ses_class)i));
        g_autofree char *capitals = g_ascii_strup(name, -1);
        g_assert_true(ses_class_parse(view_of(capitals), &class));
        g_assert_cmpint(class, ==, i);
    }
    enum ses_class class;
    g_assert_false(ses_class_parse(VIEW("Permanent"), &class));
    g_assert_false(ses_class_parse(VIEW("Permanent/Full"), &class));
    enum fault fault;
    g_assert_true(fault_parse(VIEW("Sender"), &fault));
    g_assert_cmpint(fault, ==, FAULT_SENDER);
    g_assert_false(fault_parse(VIEW("moon"), &fault));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    rules = ruleset_load(NULL, NULL);
    g_assert_nonnull(rules);
    classifier = classifier_new(rules);
    pool_init(&pool);
    g_test_add_func("/classify/every text of the founding brief is right", every_text_of_the_founding_brief_is_right);
    g_test_add_func("/classify/known traps are avoided", known_traps_are_avoided);
    g_test_add_func("/classify/a reply that says temporary never removes", a_reply_that_says_temporary_never_removes);
    g_test_add_func("/classify/a code and a status that disagree decide nothing",
                    a_code_and_a_status_that_disagree_decide_nothing);
    g_test_add_func("/classify/every registered status has a class", every_registered_status_has_a_class);
    g_test_add_func("/classify/a bare code says little", a_bare_code_says_little);
    g_test_add_func("/classify/causes are told apart", causes_are_told_apart);
    g_test_add_func("/classify/the words are known in many languages", the_words_are_known_in_many_languages);
    g_test_add_func("/classify/words come before codes and the reply before the prose",
                    words_come_before_codes_and_the_reply_before_the_prose);
    g_test_add_func("/classify/the words that matched are shown as they stand",
                    the_words_that_matched_are_shown_as_they_stand);
    g_test_add_func("/classify/hostile text does no harm", hostile_text_does_no_harm);
    g_test_add_func("/taxonomy/names of classes and faults go both ways", names_of_classes_and_faults_go_both_ways);
    int status = g_test_run();
    pool_clear(&pool);
    classifier_free(classifier);
    ruleset_free(rules);
    return status;
}
