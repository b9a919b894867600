/* SPDX-License-Identifier: MIT */
#include "core/bounce/mentioned.h"

#include "core/bounce/prose.h"
#include "core/bounce/signs.h"

/* Words right before an address that name its bearer as the one who sent the mail: a transcript's command (RFC 5321
 * 3.3) or the label of a form. */
static const char *const senders[] = {
    "mail from",   "message from", "from",       "sender",     "sent by",   "reply to", "reply-to",
    "return-path", "return path",  "message-id", "message id", "absender",  "von",      "expéditeur",
    "remitente",   "remetente",    "mittente",   "afzender",   "avsändare", "afsender", "отправитель",
    "nadawca",     "odesílatel",   "gönderen",   "发件人",     "發件人",    "寄件者",   "寄件人",
    "差出人",      "送信者",       "보낸 사람",  "cc",         "bcc",
};

/* Up to where a sentence of that kind reaches. */
static struct view sentence_before(struct view text, const char *address)
{
    enum { REACH = 160 };
    size_t at = (size_t)(address - text.data), begin = at > REACH ? at - REACH : 0;
    for (size_t i = at; i-- > begin;) {
        bool paragraph = text.data[i] == '\n' && i + 1 < at && text.data[i + 1] == '\n';
        bool sentence = strchr(".!?", text.data[i]) && text.data[i] && g_ascii_isspace(text.data[i + 1]);
        if (paragraph || sentence || text.data[i] == '@')
            begin = i;
    }
    return view_range(text.data + begin, address);
}

/* Does its sentence offer `address` for questions or in place of the one that failed? */
static bool is_offered(struct view text, struct view address, struct pool *pool)
{
    struct view before = sentence_before(text, address.data);
    if (signs_have(signs_in(before, NULL, pool), SIGN_OFFER))
        return true;
    /* "Contact ann@example.org." */
    while (before.len > 0 && strchr(" \t\n<'\"(:", before.data[before.len - 1]))
        before.len--;
    static const struct view CONTACT = {"contact", 7};
    return before.len >= CONTACT.len && view_equal_fold(view_from(before, before.len - CONTACT.len), CONTACT);
}

/* Is `address` what a label or command of its line names as the sender: "From: ann@example.org", "MAIL FROM:<…>"? */
static bool is_named_as_sender(struct view text, struct view address)
{
    enum { LABEL_REACH = 64 };
    const char *begin = address.data;
    while (begin > text.data && begin[-1] != '\n' && address.data - begin < LABEL_REACH)
        begin--;
    struct view before = view_range(begin, address.data);
    while (before.len > 0 && strchr(" \t<'\"(", before.data[before.len - 1]))
        before.len--;
    bool label = before.len > 0 && strchr(":=", before.data[before.len - 1]);
    bool wide = before.len >= 3 && memcmp(before.data + before.len - 3, "：", 3) == 0;
    if (!label && !wide)
        return false;
    before = view_trim(view_first(before, before.len - (wide ? 3 : 1)));
    for (size_t i = 0; i < G_N_ELEMENTS(senders); i++) {
        struct view words = view_of(senders[i]);
        if (before.len < words.len || !view_equal_fold(view_from(before, before.len - words.len), words))
            continue;
        if (before.len == words.len || !g_ascii_isalnum(before.data[before.len - words.len - 1]))
            return true;
    }
    return false;
}

/* "from", which needs no label to name the sender, in the languages of the labels. */
static bool is_behind_from(struct view text, struct view address)
{
    static const char *const words[] = {" from", " von", " de", " da", " van", " от", " från", " fra"};
    struct view before = view_range(text.data, address.data);
    while (before.len > 0 && strchr(" \t\n<'\"(", before.data[before.len - 1]))
        before.len--;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        struct view word = view_of(words[i]);
        if (before.len >= word.len && view_equal_fold(view_from(before, before.len - word.len), word))
            return true;
    }
    return false;
}

bool mentioned_as_sender(struct view text, struct view to)
{
    size_t at = 0;
    for (struct view address; !view_is_empty(address = prose_next_address(text, at, &at));) {
        if (view_find_fold(to, address) >= 0 && (is_named_as_sender(text, address) || is_behind_from(text, address)))
            return true;
    }
    return false;
}

/* "The message <20260413.1@example.net> for …": what stands in brackets behind that word is an id. */
static bool is_named_as_message(struct view text, struct view address)
{
    static const char *const words[] = {"message", "message id", "message-id", "nachricht", "mail", "e-mail"};
    struct view before = view_range(text.data, address.data);
    if (before.len < 2 || before.data[before.len - 1] != '<' || before.data[before.len - 2] != ' ')
        return false;
    before = view_trim(view_first(before, before.len - 1));
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        struct view word = view_of(words[i]);
        if (before.len >= word.len && view_equal_fold(view_from(before, before.len - word.len), word))
            return true;
    }
    return false;
}

/* "from news@example.net to ann@example.org": the first of them sent it. */
static bool is_first_of_two(struct view text, struct view address)
{
    struct view behind = view_range(address.data + address.len, text.data + text.len);
    while (behind.len > 0 && strchr(">)'\"", behind.data[0]) && behind.data[0])
        behind = view_from(behind, 1);
    behind = view_trim(view_first(behind, 8));
    return is_behind_from(text, address) &&
           (view_begins_fold(behind, VIEW("to ")) || view_begins_fold(behind, VIEW("to:")) ||
            view_begins_fold(behind, VIEW("an ")) || view_begins_fold(behind, VIEW("for ")));
}

bool mentioned_only(struct view text, struct view address, struct pool *pool)
{
    return is_named_as_sender(text, address) || is_named_as_message(text, address) || is_first_of_two(text, address) ||
           is_offered(text, address, pool);
}
