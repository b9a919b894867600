/* SPDX-License-Identifier: MIT */
#include "core/bounce/reply.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(struct view v, size_t from)
{
    size_t n = 0;
    while (from + n < v.len && is_digit(v.data[from + n]))
        n++;
    return n;
}

struct view status_at_start(struct view text)
{
    if (text.len < 5 || !strchr("245", text.data[0]) || text.data[1] != '.')
        return (struct view){0};
    size_t subject = digits_at(text, 2);
    size_t at = 2 + subject;
    /* Subjects are 0 to 7 (IANA); "4.94.2" is a version. */
    if (subject != 1 || at >= text.len || text.data[at] != '.')
        return (struct view){0};
    size_t detail = digits_at(text, at + 1);
    size_t end = at + 1 + detail;
    if (detail == 0 || detail > 3)
        return (struct view){0};
    if (end < text.len) {
        char next = text.data[end];
        bool more = end + 1 < text.len && (is_digit(text.data[end + 1]) || g_ascii_isalpha(text.data[end + 1]));
        if (g_ascii_isalpha(next) || next == '_' ||
            ((next == '.' || next == '-') && more && is_digit(text.data[end + 1])))
            return (struct view){0};
    }
    return view_first(text, end);
}

static bool begins_a_token(struct view text, size_t at)
{
    if (at == 0)
        return true;
    char before = text.data[at - 1];
    return !g_ascii_isalnum(before) && before != '.' && before != '-' && before != '_' && before != '@' &&
           before != '/';
}

struct view status_find(struct view text)
{
    for (size_t i = 0; i + 5 <= text.len; i++) {
        if (text.data[i + 1] != '.' || !begins_a_token(text, i))
            continue;
        struct view status = status_at_start(view_from(text, i));
        if (!view_is_empty(status))
            return status;
    }
    return (struct view){0};
}

/* A code counts where no number of another kind can stand: RFC 5321 4.2 has it followed by a space or '-'; some systems
 * quote it in brackets or with a colon. What follows must not make it a quantity or a date. */
static bool is_code_at(struct view text, size_t at)
{
    if (at + 3 > text.len || (text.data[at] != '4' && text.data[at] != '5') || !is_digit(text.data[at + 1]) ||
        !is_digit(text.data[at + 2]) || text.data[at + 1] > '7')
        return false;
    if (at + 3 == text.len)
        return at == 0;
    char next = text.data[at + 3];
    if (!strchr(" -:)],;\t\n", next))
        return false;
    struct view behind = view_trim(view_from(text, at + 3));
    static const char *const units[] = {"bytes",   "kb",    "mb",   "gb",         "messages", "seconds",
                                        "minutes", "hours", "days", "recipients", "%"};
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (view_begins_fold(behind, view_of(units[i])))
            return false;
    }
    return true;
}

/* Behind these a reply begins: "said: 550", "error 550", "(550", "<<< 550", "SMTP;550", "#550". */
static bool reply_may_begin(struct view text, size_t at)
{
    size_t i = at;
    while (i > 0 && (text.data[i - 1] == ' ' || text.data[i - 1] == '\t'))
        i--;
    if (i == 0)
        return true;
    char before = text.data[i - 1];
    if (strchr("\n:;(<>[\"'#=-,|.", before))
        return begins_a_token(text, at) || before == '#' || before == '-';
    static const char *const leads[] = {"said",   "error", "code", "status", "reply",  "response", "smtp",     "with",
                                        "failed", "was",   "is",   "got",    "reason", "server",   "returned", "from"};
    struct view lead = view_first(text, i);
    for (size_t k = 0; k < G_N_ELEMENTS(leads); k++) {
        size_t n = strlen(leads[k]);
        if (i < at && lead.len >= n && view_equal_fold(view_from(lead, lead.len - n), view_of(leads[k])))
            return true;
    }
    return false;
}

static struct view status_behind_code(struct view text, size_t at)
{
    size_t i = at + 3;
    while (i < text.len && i < at + 8 && strchr(" -\t(#:['", text.data[i]))
        i++;
    return status_at_start(view_from(text, i));
}

struct reply reply_find(struct view text)
{
    struct reply found = {0};
    for (size_t i = 0; i + 3 <= text.len; i++) {
        if ((text.data[i] != '4' && text.data[i] != '5') || !is_code_at(text, i) || !reply_may_begin(text, i))
            continue;
        struct view status = status_behind_code(text, i);
        if (found.code == 0 || (view_is_empty(found.status) && !view_is_empty(status))) {
            found.code = (text.data[i] - '0') * 100 + (text.data[i + 1] - '0') * 10 + (text.data[i + 2] - '0');
            found.status = status;
            found.text = view_trim(view_from(text, i));
        }
        if (!view_is_empty(found.status))
            return found;
        i += 2;
    }
    if (found.code == 0) {
        found.status = status_find(text);
        if (!view_is_empty(found.status))
            found.text = view_trim(view_range(found.status.data, text.data + text.len));
    } else if (view_is_empty(found.status)) {
        found.status = status_find(found.text);
    }
    return found;
}
