/* SPDX-License-Identifier: MIT
 * Gmail and Google Groups, where they write no delivery-status part: Gmail until about 2016 ("Delivery to the following
 * recipient failed permanently", "Technical details of …"), its later texts where a gateway left only them, and the
 * notices of Groups, which name the group alone and come in all of Google's languages. */
#include "core/bounce/addressees.h"
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"
#include "core/bounce/reply.h"

/* "… failed permanently:" or "… has been delayed:" ends the opening; the recipients stand one to a line below it. */
static const char opening[] = "Delivery to the following recipient";
static const char details[] = "Technical details of";

static struct view behind_words(struct view text, const char *words)
{
    size_t begin, end;
    return entries_find_words(text, words, &begin, &end) ? view_trim(view_from(text, end)) : (struct view){0};
}

static struct view before_words(struct view text, const char *words)
{
    size_t begin, end;
    return entries_find_words(text, words, &begin, &end) ? view_first(text, begin) : text;
}

/* "(state 14)." says where in Google's own program the reply arrived. */
static struct view without_state(struct view reply)
{
    ssize_t open = view_last_index(reply, '(');
    return open > 0 && view_begins_fold(view_from(reply, (size_t)open), VIEW("(state "))
               ? view_trim(view_first(reply, (size_t)open))
               : reply;
}

/* Until 2012 Google wrote the reply's code twice: "550 550 5.1.1 …". */
static struct view without_double(struct view reply)
{
    bool twice = reply.len > 8 && reply.data[3] == ' ' && memcmp(reply.data, reply.data + 4, 4) == 0 &&
                 g_ascii_isdigit(reply.data[0]);
    return twice ? view_from(reply, 4) : reply;
}

/* What the other side said, out of Google's words around it. */
static struct view said_by_server(struct view reason)
{
    static const char *const leads[] = {
        "error that the other server returned was:", "response from the remote server was:", "The response was:"};
    for (size_t i = 0; i < G_N_ELEMENTS(leads); i++) {
        struct view said = behind_words(reason, leads[i]);
        if (!view_is_empty(said))
            return without_double(without_state(said));
    }
    return view_trim(reason);
}

/* "… rejected by the server for the recipient domain example.org by mx.example.org. [192.0.2.1]." */
static struct view server_of(struct view reason)
{
    struct view rest = behind_words(behind_words(reason, "for the recipient domain"), "by ");
    size_t n = 0;
    while (n < rest.len && (g_ascii_isalnum(rest.data[n]) || strchr(".-", rest.data[n])) && rest.data[n])
        n++;
    while (n > 0 && rest.data[n - 1] == '.')
        n--;
    return view_first(rest, n);
}

static bool add(struct reading *reading, enum event_kind kind, struct view address, struct view reason)
{
    struct event *event = entries_add(reading, kind, (struct entry){address, reason});
    if (!event)
        return false;
    struct view said = entries_one_line(said_by_server(reason), reading->pool);
    struct reply reply = reply_find(said);
    event->diagnostic = said;
    event->smtp_code = reply.code;
    event->status = reply.status;
    event->remote_mta = server_of(reason);
    return true;
}

static bool read_old(struct reading *reading)
{
    struct view text = behind_words(reading_without_copy(reading), opening);
    ssize_t colon = view_index(view_first(text, 80), ':');
    if (colon < 0)
        return false;
    enum event_kind kind =
        view_find_fold(view_first(text, (size_t)colon), VIEW("delayed")) >= 0 ? EVENT_DELAY : EVENT_BOUNCE;
    struct view list = before_words(view_from(text, (size_t)colon + 1), details);
    struct view reason = behind_words(behind_words(text, details), "failure:");
    if (view_is_empty(reason))
        reason = reading->text;
    reason = view_trim(before_words(reason, "-----"));
    size_t end, before = reading->count;
    struct view address;
    for (size_t at = 0; !view_is_empty(address = prose_next_address(list, at, &end)); at = end)
        add(reading, kind, address, reason);
    return reading->count > before;
}

/* One recipient within the sentence. */
static const struct {
    const char *words;
    enum event_kind kind;
} sentences[] = {
    {"There was a temporary problem delivering your message to", EVENT_DELAY},
    {"There was a temporary problem while delivering your message to", EVENT_DELAY},
    {"There was a problem delivering your message to", EVENT_BOUNCE},
    {"Your message wasn't delivered to", EVENT_BOUNCE},
    {"Your message wasn’t delivered to", EVENT_BOUNCE},
    {"Your message couldn't be delivered to", EVENT_BOUNCE},
};

static bool read_new(struct reading *reading)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        size_t end;
        struct view rest = behind_words(reading->text, sentences[i].words);
        struct view address = prose_next_address(view_first(rest, 400), 0, &end);
        if (!view_is_empty(address) && address.data <= rest.data + 1)
            return add(reading, sentences[i].kind, address, view_trim(view_from(rest, end)));
    }
    return false;
}

/* A notice of Groups: its signature and its help page, in whatever language. The address stands in X-Failed-Recipients
 * only; the sentence that matters is the one with the group's name in parentheses. */
static bool read_groups(struct reading *reading)
{
    struct view text = reading->text, line;
    if (view_find(text, VIEW("Google Groups")) < 0 && view_find(text, VIEW("groups.google.com")) < 0)
        return false;
    struct view address = addressees_only(&reading->mail->headers, "X-Failed-Recipients", reading->pool);
    if (view_is_empty(address))
        return false;
    reading->reader = "google-groups";
    struct event *event = prose_add(reading, EVENT_BOUNCE, address, text);
    struct view name = view_first(address, (size_t)MAX(view_index(address, '@'), 0));
    while (event && view_next_line(&text, &line)) {
        ssize_t at = view_find_fold(line, name);
        if (at > 0 && line.data[at - 1] == '(')
            event->diagnostic = view_trim(line);
    }
    return event != NULL;
}

bool read_google(struct reading *reading)
{
    struct view domain = view_from(reading->from, (size_t)(view_index(reading->from, '@') + 1));
    bool google = view_equal_fold(domain, VIEW("googlemail.com")) || view_equal_fold(domain, VIEW("gmail.com")) ||
                  view_equal_fold(domain, VIEW("google.com")) || view_equal_fold(domain, VIEW("googlegroups.com"));
    if (!google || !reading->from_daemon)
        return false;
    reading->reader = "gmail";
    return read_old(reading) || read_new(reading) || read_groups(reading);
}
