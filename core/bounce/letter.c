/* SPDX-License-Identifier: MIT */
#include "core/bounce/letter.h"

#include "core/bounce/mentioned.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

/* Made by some mail system: its name, its empty return path, or a header that only mail systems write. */
static bool is_of_system(const struct reading *reading)
{
    return reading->from_daemon || reading->null_sender || headers_has(&reading->mail->headers, "X-Failed-Recipients");
}

/* The list's own managing address: what it writes is an answer of the software to a post, no post. */
static bool is_list_manager(struct view address)
{
    static const char *const ends[] = {"-admin", "-owner", "-bounces", "-errors"};
    ssize_t at = view_index(address, '@');
    struct view local = view_first(address, at < 0 ? 0 : (size_t)at);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        struct view end = view_of(ends[i]);
        if (local.len > end.len && view_equal_fold(view_from(local, local.len - end.len), end))
            return true;
    }
    return false;
}

bool letter_is_list_post(const struct reading *reading)
{
    static const char *const marks[] = {"List-Id", "List-Post", "List-Unsubscribe", "X-Mailing-List", "X-BeenThere",
                                        "Mailing-List", "List-Archive", "Archived-At", "X-Google-Group-Id",
                                        /* project tools, which send on what people write about bounces */
                                        "X-Bugzilla-Reason", "X-GitHub-Reason", "X-GitLab-Project",
                                        "X-JIRA-FingerPrint", "X-Redmine-Project", "X-Trac-Project", "X-Launchpad-Bug",
                                        "X-Phabricator-Stamps", "X-Debian-PR-Message"};
    if (is_of_system(reading) || is_list_manager(reading->from))
        return false;
    if (view_equal_fold(view_trim(headers_get(&reading->mail->headers, "Precedence")), VIEW("list")))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (headers_has(&reading->mail->headers, marks[i]))
            return true;
    }
    return false;
}

/* "Re" in the mail programs' languages; the second sort forwards. Outlook and Notes translate them. */
static const struct prefix {
    const char *words;
    bool forwards;
} prefixes[] = {
    {"re:", false},   {"re :", false},   {"aw:", false},   {"antw:", false}, {"sv:", false},    {"vs:", false},
    {"odp:", false},  {"rif:", false},   {"res:", false},  {"ynt:", false},  {"ref:", false},   {"r:", false},
    {"回复:", false}, {"回复：", false}, {"回覆:", false}, {"答复:", false}, {"答复：", false}, {"答覆:", false},
    {"返信:", false}, {"回信:", false},  {"re：", false},  {"fw:", true},    {"fwd:", true},    {"fw :", true},
    {"wg:", true},    {"tr:", true},     {"tr :", true},   {"rv:", true},    {"i:", true},      {"doorst:", true},
    {"vb:", true},    {"vl:", true},     {"enc:", true},   {"pd:", true},    {"pdl:", true},    {"ilt:", true},
    {"转发:", true},  {"转发：", true},  {"轉寄:", true},  {"转寄:", true},  {"転送:", true},   {"전달:", true},
};

static const struct prefix *prefix_of(struct view subject)
{
    for (size_t i = 0; subject.len > 0 && i < G_N_ELEMENTS(prefixes); i++) {
        if (view_fold(subject.data[0]) == prefixes[i].words[0] && view_begins_fold(subject, view_of(prefixes[i].words)))
            return &prefixes[i];
    }
    return NULL;
}

/* "[list] " before the subject, unless the brackets are all of it. */
static struct view without_tag(struct view subject)
{
    if (subject.len == 0 || subject.data[0] != '[')
        return subject;
    ssize_t close = view_index(view_first(subject, 64), ']');
    struct view rest = close > 0 ? view_trim(view_from(subject, (size_t)close + 1)) : (struct view){0};
    return view_is_empty(rest) ? subject : rest;
}

struct view letter_bare_subject(const struct reading *reading)
{
    struct view subject = view_trim(reading->subject);
    for (int i = 0; i < 8; i++) {
        const struct prefix *prefix = prefix_of(subject);
        struct view bare = prefix ? view_trim(view_from(subject, strlen(prefix->words))) : without_tag(subject);
        if (bare.len == subject.len)
            break;
        subject = bare;
    }
    return subject;
}

bool letter_is_titled_answer(const struct reading *reading)
{
    const struct prefix *prefix = prefix_of(without_tag(view_trim(reading->subject)));
    return prefix && !prefix->forwards;
}

bool letter_is_typed(const struct reading *reading)
{
    const struct headers *headers = &reading->mail->headers;
    return headers_has(headers, "User-Agent") || headers_has(headers, "X-Mailer") ||
           view_find(reading->text, VIEW("\n>")) >= 0;
}

bool letter_is_answer(const struct reading *reading)
{
    const struct mail *mail = reading->mail;
    if (reading->null_sender || headers_has(&mail->headers, "X-Failed-Recipients") || !view_is_empty(mail->report_type))
        return false;
    const struct prefix *prefix = prefix_of(without_tag(view_trim(reading->subject)));
    bool answers = headers_has(&mail->headers, "In-Reply-To") || headers_has(&mail->headers, "References");
    if (!prefix || (!prefix->forwards && !answers))
        return false;
    /* Some mail systems put "Re:" to the subject of what they return; and postmasters are persons, too. */
    bool replies = reply_find(letter_own_words(reading->text)).code != 0;
    return letter_is_typed(reading) || (!reading->from_daemon && (prefix->forwards || !replies));
}

/* "> " and "| ", as mail programs quote; transcripts of sessions have ">>>" and "<<<". */
static bool is_quoted(struct view line)
{
    struct view bare = view_trim(line);
    return bare.len > 0 && (bare.data[0] == '>' || bare.data[0] == '|') && !view_begins_fold(bare, VIEW(">>>"));
}

/* The lines of `text` that are quoted, or that are not. */
static struct view lines_of(struct view text, bool quoted, struct pool *pool)
{
    GString *lines = g_string_sized_new(text.len);
    struct view line;
    while (view_next_line(&text, &line)) {
        if (is_quoted(line) != quoted)
            continue;
        struct view bare = view_trim(line);
        while (quoted && bare.len > 0 && strchr(">| ", bare.data[0]))
            bare = view_from(bare, 1);
        g_string_append_len(lines, bare.data, (gssize)bare.len);
        g_string_append_c(lines, '\n');
    }
    struct view joined = pool_copy(pool, (struct view){.data = lines->str, .len = lines->len});
    g_string_free(lines, TRUE);
    return joined;
}

static bool says_failure(const struct reading *reading, struct view text)
{
    return signs_have(signs_in(text, NULL, reading->pool), SIGN_REPORT_TEXT);
}

bool letter_quotes_report(const struct reading *reading)
{
    const struct mail *mail = reading->mail;
    if (reading->null_sender || headers_has(&mail->headers, "X-Failed-Recipients") || mail->returned.count > 0 ||
        !view_is_empty(mail->report_type) || view_find(reading->text, VIEW("\n>")) < 0)
        return false;
    struct view text = view_first(reading->text, LIMIT_CLASSIFIED_TEXT);
    struct view own = lines_of(text, false, reading->pool), quoted = lines_of(text, true, reading->pool);
    if (reply_find(own).code != 0 || !says_failure(reading, quoted))
        return false;
    /* A report may quote the message that it returns, which shows no reply; whom it is about it says itself. */
    return reply_find(quoted).code != 0 || !says_failure(reading, own) || view_index(own, '@') < 0;
}

bool letter_is_unattended(const struct reading *reading)
{
    static const char *const nobody[] = {"noreply",    "no-reply",     "no_reply",    "no.reply",
                                         "donotreply", "do-not-reply", "do_not_reply"};
    ssize_t at = view_index(reading->from, '@');
    struct view local = view_first(reading->from, at < 0 ? 0 : (size_t)at);
    for (size_t i = 0; i < G_N_ELEMENTS(nobody); i++) {
        if (view_find_fold(local, view_of(nobody[i])) >= 0)
            return true;
    }
    return false;
}

/* A title that asks is a person's: mail systems tell. */
static bool asks(struct view subject)
{
    static const char *const marks[] = {"?", "？", "؟"};
    subject = view_trim(subject);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        struct view mark = view_of(marks[i]);
        if (subject.len >= mark.len && view_equal(view_from(subject, subject.len - mark.len), mark))
            return true;
    }
    return false;
}

/* "The message from news@example.net to ann@example.org was deleted": filters write so under any name, and begin with
 * it. Persons begin with themselves. */
static bool calls_us_the_sender(const struct reading *reading)
{
    static const char *const openings[] = {"the ",  "a ",  "an ",    "your ", "this ", "die ", "eine ",
                                           "ihre ", "le ", "votre ", "un ",   "el ",   "il ",  "su "};
    enum { FIRST_SENTENCE = 160 };
    struct view text = view_trim(reading->text), to = headers_get(&reading->mail->headers, "To");
    for (size_t i = 0; i < G_N_ELEMENTS(openings); i++) {
        if (view_begins_fold(text, view_of(openings[i])))
            return mentioned_as_sender(view_first(text, FIRST_SENTENCE), to) && prose_names_somebody(reading);
    }
    return false;
}

enum { OPENING = 300 };

/* Is it a letter to many, as far as its first bytes tell? Further down the mailing may stand that came back. */
static bool teaches(const struct reading *reading, size_t bytes)
{
    return signs_have(reading_signs(reading, view_first(reading_without_copy(reading), bytes)), SIGN_NEWSLETTER);
}

/* By name and by its empty return path: what it says of others is what became of mail to them, in any language. */
static bool is_surely_of_daemon(const struct reading *reading)
{
    return reading->null_sender && view_begins_fold(reading->from, VIEW("mailer-daemon"));
}

static bool reports_failure(const struct reading *reading)
{
    const struct mail *mail = reading->mail;
    if (headers_has(&mail->headers, "X-Failed-Recipients"))
        return true;
    if (letter_is_list_post(reading) || letter_is_answer(reading))
        return false;
    guint32 subject = reading_signs(reading, reading->subject);
    guint32 text = reading_signs(reading, view_first(reading_without_copy(reading), LIMIT_CLASSIFIED_TEXT));
    bool says = signs_have(text, SIGN_REPORT_TEXT) || signs_have(text, SIGN_DELAY);
    bool called = signs_have(subject, SIGN_REPORT_SUBJECT);
    /* In no language we know: the reply and the returned message speak for themselves. */
    bool replies = reply_find(reading->text).code != 0;
    bool shows = mail->returned.count > 0 || reading->null_sender;
    bool sure = shows || view_begins_fold(reading->from, VIEW("mailer-daemon"));
    /* Postmasters and administrators also write themselves: about bounces, blocks, new addresses. */
    if (is_of_system(reading) && !sure && teaches(reading, called ? OPENING : LIMIT_CLASSIFIED_TEXT))
        return false;
    if (is_of_system(reading) && !sure && !called)
        return says && signs_have(text, SIGN_ONE_MESSAGE);
    if (is_of_system(reading))
        return says || called || (replies && shows) || (is_surely_of_daemon(reading) && prose_names_somebody(reading));
    bool answers = headers_has(&mail->headers, "In-Reply-To") || headers_has(&mail->headers, "References");
    bool titled = letter_is_titled_answer(reading);
    if (!called || answers || titled || asks(reading->subject) || signs_have(text, SIGN_NEWSLETTER) ||
        signs_have(subject | text, SIGN_TRACKER))
        return false;
    /* Parcels and payments are "not delivered" as well, and many letters are about bounces: nobody else than a mail
     * system returns the message, or shows the reply to this one. */
    bool announces = reading_without_copy(reading).len < reading->text.len;
    if (mail->returned.count > 0 || announces)
        return replies || says;
    bool one = signs_have(text, SIGN_ONE_MESSAGE);
    return one && (replies || calls_us_the_sender(reading));
}

bool letter_reports_failure(const struct reading *reading)
{
    return reading_asked(reading, READING_REPORTS_FAILURE, reports_failure);
}

struct view letter_own_words(struct view text)
{
    struct view rest = text, line;
    while (view_next_line(&rest, &line)) {
        struct view bare = view_trim(line);
        bool quoted = bare.len > 0 && (bare.data[0] == '>' || bare.data[0] == '|');
        bool signature = view_equal(line, VIEW("-- ")) || view_equal(line, VIEW("--"));
        bool copy = view_begins_fold(bare, VIEW("-----")) || view_begins_fold(bare, VIEW("_____"));
        if (quoted || signature || copy)
            return view_trim(view_range(text.data, line.data));
    }
    return view_trim(text);
}
