/* SPDX-License-Identifier: MIT */
#include "core/bounce/entries.h"

#include "core/bounce/grams.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"

static inline char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Length of `words` at the beginning of `text`, or 0. */
static size_t words_at(struct view text, const char *words)
{
    size_t i = 0;
    for (const char *w = words; *w; w++) {
        if (i >= text.len)
            return 0;
        if (*w == ' ') {
            size_t begin = i;
            while (i < text.len && g_ascii_isspace(text.data[i]))
                i++;
            if (i == begin)
                return 0;
        } else if (fold(text.data[i++]) != fold(*w)) {
            return 0;
        }
    }
    return i;
}

/* Where in the first of `words` the byte stands that texts have least of. */
static size_t rarest_byte(const char *words)
{
    static const unsigned char common[256] = {
        ['e'] = 26, ['t'] = 25, ['a'] = 24, ['o'] = 23, ['i'] = 22, ['n'] = 21, ['s'] = 20, ['r'] = 19, ['h'] = 18,
        ['l'] = 17, ['d'] = 16, ['c'] = 15, ['u'] = 14, ['m'] = 13, ['f'] = 12, ['p'] = 11, ['g'] = 10, ['w'] = 9,
        ['y'] = 8,  ['b'] = 7,  ['v'] = 6,  ['k'] = 5,  ['x'] = 4,  ['j'] = 3,  ['q'] = 2,  ['z'] = 1,  ['E'] = 26,
        ['T'] = 25, ['A'] = 24, ['O'] = 23, ['I'] = 22, ['N'] = 21, ['S'] = 20, ['R'] = 19, ['H'] = 18, ['L'] = 17,
        ['D'] = 16, ['C'] = 15, ['U'] = 14, ['M'] = 13, ['F'] = 12, ['P'] = 11, ['G'] = 10, ['W'] = 9,  ['Y'] = 8,
        ['B'] = 7,  ['V'] = 6,  ['K'] = 5,  ['X'] = 4,  ['J'] = 3,  ['Q'] = 2,  ['Z'] = 1,
    };
    size_t best = 0;
    for (size_t i = 1; words[0] && words[0] != ' ' && words[i] && words[i] != ' '; i++) {
        if (common[(unsigned char)words[i]] < common[(unsigned char)words[best]])
            best = i;
    }
    return best;
}

static const char *find_byte(const char *from, const char *end, char byte)
{
    const char *at = from < end ? memchr(from, byte, (size_t)(end - from)) : NULL;
    return at ? at : end;
}

/* Hundreds of phrases are looked for in each message: memchr() finds where one can be at all. */
bool entries_find_words(struct view text, const char *words, size_t *begin, size_t *end)
{
    size_t offset = rarest_byte(words);
    if (text.len <= offset)
        return false;
    char small = g_ascii_tolower(words[offset]), large = g_ascii_toupper(words[offset]);
    const char *last = text.data + text.len, *from = text.data + offset;
    const char *next_small = find_byte(from, last, small);
    const char *next_large = small == large ? last : find_byte(from, last, large);
    for (;;) {
        const char *at = MIN(next_small, next_large);
        if (at == last)
            return false;
        size_t i = (size_t)(at - text.data) - offset;
        size_t len = words_at(view_from(text, i), words);
        if (len > 0) {
            *begin = i;
            *end = i + len;
            return true;
        }
        if (at == next_small)
            next_small = find_byte(at + 1, last, small);
        else
            next_large = find_byte(at + 1, last, large);
    }
}

static struct view line_at(struct view text, size_t at)
{
    const char *begin = text.data + at;
    const char *end = memchr(begin, '\n', text.len - at);
    return view_range(begin, end ? end : text.data + text.len);
}

enum { LONGEST_ANNOUNCEMENT = 120 };

/* What stands before a line, drawn as a rule or a short sentence, that says with `words` that a copy comes next. */
static struct view before_line_with(struct view text, const char *words)
{
    size_t begin, end;
    for (size_t from = 0; entries_find_words(view_from(text, from), words, &begin, &end);
         from = MIN(from + begin + 1, text.len)) {
        ssize_t before = view_last_index(view_first(text, from + begin), '\n');
        size_t start = (size_t)(before + 1);
        struct view line = line_at(text, start);
        if (line.len > LONGEST_ANNOUNCEMENT)
            begin = start + line.len - from;
        else if (from + end <= start + line.len)
            return view_first(text, start);
    }
    return text;
}

struct view entries_without_copy(const struct reading *reading, struct view text)
{
    static const char *const words[] = {
        "message headers follow",
        "original message follow",
        "header of the original message",
        "below is a copy of",
        "copy of the message",
        "copy of the headers",
        "returned mail follows",
        "original message as received",
        "message text follows",
        "your message follows",
        "unsent message follows",
        "unsent message below",
        "message header follows",
        "original message -----",
        "start of returned message",
        "returned mail -----",
        "mensaje original",
        "header of the source mail",
        "original mail as follows",
        "headers of the message follow",
        "here is a copy of the first part",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (reading_may_say(reading, words[i]))
            text = before_line_with(text, words[i]);
    }
    return text;
}

struct view entries_one_line(struct view text, struct pool *pool)
{
    text = view_trim(text);
    bool blank_before = false, changes = false;
    for (size_t i = 0; i < text.len && !changes; i++) {
        bool blank = g_ascii_isspace(text.data[i]);
        changes = blank && (blank_before || text.data[i] != ' ');
        blank_before = blank;
    }
    if (!changes)
        return text;
    char *out = pool_alloc(pool, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool blank = g_ascii_isspace(text.data[i]);
        if (!blank)
            out[n++] = text.data[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return (struct view){.data = out, .len = n};
}

/* Behind the address: a remark in parentheses does not count. */
static struct view without_remark(struct view rest)
{
    rest = view_trim(rest);
    if (rest.len == 0 || rest.data[0] != '(')
        return rest;
    ssize_t close = view_index(rest, ')');
    return close < 0 ? rest : view_trim(view_from(rest, (size_t)close + 1));
}

static bool has_form(struct view rest, bool brackets, unsigned form)
{
    if ((form & ENTRY_BRACKETS) && !brackets)
        return false;
    rest = without_remark(rest);
    bool colon = rest.len > 0 && rest.data[0] == ':';
    if ((form & ENTRY_COLON) && !colon)
        return false;
    return !(form & ENTRY_ALONE) || view_is_empty(view_trim(view_from(rest, colon)));
}

/* The address that `line` begins with, behind blanks, bullets and quotes, or the empty view; *rest is what follows. */
static struct view leading_address(struct view line, unsigned form, struct view *rest)
{
    size_t i = 0;
    while (i < line.len && strchr(" \t>*-\"'", line.data[i]) && line.data[i])
        i++;
    /* An address type in front: Exchange and MailEnable write "[SMTP:x]", Netscape "SMTP <x>". */
    if (view_begins_fold(view_from(line, i), VIEW("[SMTP:")))
        i += strlen("[SMTP:");
    else if (view_begins_fold(view_from(line, i), VIEW("SMTP <")))
        i += strlen("SMTP ");
    bool brackets = i < line.len && line.data[i] == '<';
    i += brackets;
    size_t end;
    struct view address = prose_next_address(line, i, &end);
    if (view_is_empty(address) || address.data > line.data + i + 1)
        return (struct view){0};
    brackets = brackets && end < line.len && line.data[end] == '>';
    end += brackets;
    /* A quoted local part or an apostrophe around the address. */
    while (end < line.len && line.data[end] && strchr("\"']", line.data[end]))
        end++;
    *rest = view_from(line, end);
    return has_form(*rest, brackets, form) ? address : (struct view){0};
}

static size_t indent_of(struct view line)
{
    size_t n = 0;
    while (n < line.len && (line.data[n] == ' ' || line.data[n] == '\t'))
        n++;
    return n;
}

/* What an entry says begins behind its address, without the punctuation between. */
static struct view reason_between(struct view text, size_t begin, size_t end)
{
    struct view reason = view_trim(view_first(view_from(text, begin), end - begin));
    while (reason.len > 0 && reason.data[0] && strchr(":;,.", reason.data[0]))
        reason = view_trim(view_from(reason, 1));
    return reason;
}

static void open_entry(struct entry_walk *walk, struct view address, struct view line, struct view behind)
{
    const char *begin = view_is_empty(behind) ? line.data + line.len : behind.data;
    walk->address = address;
    walk->begin = (size_t)(begin - walk->text.data);
    walk->indent = indent_of(line);
}

bool entries_next(struct entry_walk *walk, struct entry *entry)
{
    while (walk->at < walk->text.len) {
        struct view line = line_at(walk->text, walk->at);
        size_t line_begin = walk->at;
        walk->at += line.len + 1;
        bool open = !view_is_empty(walk->address);
        if (open && indent_of(line) > walk->indent)
            continue;
        struct view behind = {0};
        struct view address = leading_address(line, walk->form, &behind);
        if (view_is_empty(address))
            continue;
        if (open)
            *entry = (struct entry){walk->address, reason_between(walk->text, walk->begin, line_begin)};
        open_entry(walk, address, line, behind);
        if (open)
            return true;
    }
    if (view_is_empty(walk->address))
        return false;
    *entry = (struct entry){walk->address, reason_between(walk->text, walk->begin, walk->text.len)};
    walk->address = (struct view){0};
    return true;
}

/* sendmail and Postfix; Exim, whose "generated by" goes without parentheses in old releases. */
static const char *const origin_words[] = {
    "(expanded from", "(ultimately generated from", "(generated from", "(generated by", "generated by",
    "(originally to", "Original address:",
};

struct view entries_origin(struct view reason)
{
    for (size_t i = 0; i < G_N_ELEMENTS(origin_words); i++) {
        size_t begin, end, behind;
        if (!entries_find_words(reason, origin_words[i], &begin, &end))
            continue;
        struct view address = prose_next_address(line_at(reason, end), 0, &behind);
        if (!view_is_empty(address))
            return address;
    }
    return (struct view){0};
}

/* What remains when a remark of where the address came from, which stands first, is left out. */
static struct view without_origin(struct view reason)
{
    for (size_t i = 0; i < G_N_ELEMENTS(origin_words); i++) {
        if (words_at(reason, origin_words[i]) == 0)
            continue;
        ssize_t end = view_index(reason, reason.data[0] == '(' ? ')' : '\n');
        reason = end < 0 ? (struct view){0} : view_trim(view_from(reason, (size_t)end + 1));
        while (reason.len > 0 && reason.data[0] == ':')
            reason = view_trim(view_from(reason, 1));
    }
    return reason;
}

/* The command that was answered, as the makers name it. Exim "after RCPT TO:<x>", Postfix "in reply to RCPT TO
 * command", qmail "does not like recipient", dma "did not like our final DATA", Momentum "(after RCPT TO)", transcripts
 * ">>> DATA". */
struct view entries_command(struct view reason)
{
    static const struct {
        const char *words, *command;
    } commands[] = {
        {"after end of data", "DATA"},
        {"end of DATA command", "DATA"},
        {"after I sent the message", "DATA"},
        {"after pipelined DATA", "DATA"},
        {"after DATA", "DATA"},
        {"our final DATA", "DATA"},
        {"our DATA", "DATA"},
        {"reply to DATA", "DATA"},
        {"on DATA command", "DATA"},
        {"after RCPT", "RCPT TO"},
        {"reply to RCPT", "RCPT TO"},
        {"our RCPT", "RCPT TO"},
        {"like recipient", "RCPT TO"},
        {"SMTP:RCPT", "RCPT TO"},
        {"after pipelined MAIL", "MAIL FROM"},
        {"after MAIL", "MAIL FROM"},
        {"reply to MAIL", "MAIL FROM"},
        {"our MAIL FROM", "MAIL FROM"},
        {"sender was rejected", "MAIL FROM"},
        {"after initial connection", "CONN"},
        {"my name was rejected", "HELO"},
        {"after EHLO", "EHLO"},
        {"after HELO", "HELO"},
        {"reply to EHLO", "EHLO"},
        {"reply to HELO", "HELO"},
        {"after STARTTLS", "STARTTLS"},
        {">>> RCPT", "RCPT TO"},
        {">>> MAIL", "MAIL FROM"},
        {">>> DATA", "DATA"},
    };
    size_t begin, end;
    struct grams grams = {0};
    grams_add(&grams, reason);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (grams_may_hold(&grams, commands[i].words) && entries_find_words(reason, commands[i].words, &begin, &end))
            return view_of(commands[i].command);
    }
    return (struct view){0};
}

static size_t host_length(struct view text)
{
    size_t n = 0;
    while (n < text.len && (g_ascii_isalnum(text.data[n]) || strchr(".-_", text.data[n])) && text.data[n])
        n++;
    while (n > 0 && strchr(".-", text.data[n - 1]))
        n--;
    return n;
}

/* The host that answered: behind these words, or in front of those. */
struct view entries_host(struct view reason)
{
    static const char *const before[] = {"while talking to", "connected to", "giving up on", "host"};
    static const char *const after[] = {"does not like recipient", "failed after I sent", "did not like our",
                                        "responded with"};
    size_t begin, end;
    for (size_t i = 0; i < G_N_ELEMENTS(after); i++) {
        if (!entries_find_words(reason, after[i], &begin, &end))
            continue;
        struct view front = view_trim(view_first(reason, begin));
        struct view line = prose_line(front, front.len ? front.len - 1 : 0);
        ssize_t colon = view_last_index(line, ' ');
        bool bracket = line.len > 0 && line.data[line.len - 1] == ']';
        struct view word = bracket || colon < 0 ? line : view_from(line, (size_t)colon + 1);
        return view_first(word, host_length(word));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        if (!entries_find_words(reason, before[i], &begin, &end))
            continue;
        struct view behind = view_trim(view_from(reason, end));
        struct view host = view_first(behind, host_length(behind));
        struct view next = view_trim(view_from(behind, host.len));
        bool bounded = next.len > 0 && strchr("[:.\n", next.data[0]);
        bool says_so = strcmp(before[i], "host") != 0 || bounded;
        if (view_index(host, '.') > 0 && says_so)
            return host;
    }
    return (struct view){0};
}

/* A bracket that closes what was opened before the reply: "[550 no such user]", "<mx.example.org #5.1.1 smtp;550 …>".
 */
static struct view without_closing(struct view text)
{
    static const char *const pairs[] = {"<>", "[]", "()"};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (text.len == 0 || text.data[text.len - 1] != pairs[i][1])
            continue;
        int depth = 0;
        for (size_t k = 0; k < text.len; k++)
            depth += (text.data[k] == pairs[i][0]) - (text.data[k] == pairs[i][1]);
        return depth < 0 ? view_trim(view_first(text, text.len - 1)) : text;
    }
    return text;
}

/* What stands behind the reply and is no part of it: qmail's and others' own last words. */
static struct view only_the_reply(struct view text)
{
    static const char *const ends[] = {"giving up on ", "i'm not going to try again", "i am not going to try again",
                                       "(in reply to", "\n\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        ssize_t at = view_find_fold(text, view_of(ends[i]));
        if (at > 0)
            text = view_first(text, (size_t)at);
    }
    return without_closing(view_trim(text));
}

struct event *entries_add(struct reading *reading, enum event_kind kind, struct entry entry)
{
    entry.reason = prose_reason_kept(reading, entry.reason);
    struct view reason = without_origin(entry.reason);
    struct event *event = prose_add(reading, kind, entry.address, reason);
    if (!event)
        return NULL;
    struct reply reply = reply_find(reason);
    struct view said = reply.code ? only_the_reply(reply.text) : reason;
    /* "… [SMTP Error Code 550]": the words stand in front of the code. */
    if (said.len < strlen("550 no it"))
        said = reason;
    event->diagnostic = entries_one_line(said, reading->pool);
    event->command = entries_command(entry.reason);
    event->remote_mta = entries_host(entry.reason);
    event->original_recipient = entries_origin(entry.reason);
    if (view_equal_fold(event->original_recipient, event->recipient))
        event->original_recipient = (struct view){0};
    return event;
}
