/* SPDX-License-Identifier: MIT
 * Mail systems whose reports are a fixed sentence with the recipient in it, or a heading with a list below: one row each.
 * From their sources and manuals: Postfix bounce(5) templates, Courier's dsn*.txt, OpenSMTPD bounce.c, DragonFly dma bounce,
 * Apache James mailets, MMDF deliver, smail 3, fml; appliances and hosts by their habits. */
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"

enum { IN_SENTENCE = 1 << 8 }; /* the address stands right behind each `heading` */

struct layout {
    const char *name;
    const char *mark;    /* words by which the maker is known */
    const char *heading; /* recipients follow; NULL: behind the mark */
    const char *reason;  /* the reason of all follows; NULL: each stands with its recipient */
    unsigned form;
    enum event_kind kind; /* EVENT_NONE: as the words have it */
    bool unsigned_too;    /* its author need not look like a mail system, if the mark opens the text */
};

static const struct layout layouts[] = {
    /* "This is the mail system at host mx.example.org." (2.3 on), "This is the Postfix program at host …" */
    {"postfix", "to inform you that your message could not be delivered", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_BOUNCE, false},
    {"postfix", "to inform you that the message returned below could not be delivered", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_BOUNCE, false},
    {"postfix", "It will be retried until it is", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_DELAY, false},
    {"postfix", "successfully delivered to the destination(s) listed below", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_DELIVERY, false},
    {"postfix", "This is the mail system at host", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_NONE, false},
    {"postfix", "Postfix program at host", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_NONE, false},
    {"courier", "running the Courier mail server", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON | ENTRY_ALONE, EVENT_NONE, false},
    {"opensmtpd", "to deliver a message for the following list of recipients:", NULL, NULL, ENTRY_COLON, EVENT_BOUNCE, false},
    {"opensmtpd", "message is delayed for more than", "following list of recipients:", NULL, ENTRY_COLON, EVENT_DELAY, false},
    {"opensmtpd", "Your message was successfully delivered to these recipients:", NULL, NULL, ENTRY_COLON, EVENT_DELIVERY, false},
    {"dragonfly", "DragonFly Mail Agent", "error delivering your mail to", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"apache-james", "I include the list of recipients and the reason why", "Failed recipient(s):", "Error message:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"apache-james", "Error message below:", "RCPT TO:", "Error message below:", IN_SENTENCE, EVENT_BOUNCE, true},
    {"mmdf", "attempts are still pending for the following address(es):", NULL, NULL, ENTRY_ANY, EVENT_DELAY, false},
    {"mmdf", "Your message could not be delivered to '", "could not be delivered to", "reason:", IN_SENTENCE, EVENT_BOUNCE, false},
    {"smail", "Failed addresses follow:", NULL, NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"momentum", "mail system (ecelerity)", "address(es) failed:", NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"momentum", "mail system (ecelerity)", ">>>", NULL, IN_SENTENCE, EVENT_NONE, false},
    {"mailfoundry", "Delivery failed for the following reason:", "Unable to deliver message to:", "following reason:", IN_SENTENCE, EVENT_BOUNCE, false},
    {"mailenable", "MailEnable: Message could not be delivered", "recipient(s) could not be reached:", "Reason:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"hmailserver", "hMailServer", "recipient(s) could not be reached:", NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"smartermail", "Could not deliver message to the following recipient(s):", "Failed Recipient:", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"phquery", "Error Detail (phquery", "Message not delivered to the following", "Error Detail", ENTRY_ANY, EVENT_BOUNCE, false},
    /* Hosts and appliances that do not name their maker. */
    {"heading", "to the following recipients failed permanently:", NULL, "Technical details:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"heading", "------ Failed Recipients ------", NULL, NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"sentence", "Your delivery to the following address has been failed", "Delivery failed:", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"sentence", "The following message, addressed to '", "addressed to", "failed because", IN_SENTENCE, EVENT_BOUNCE, false},
    {"sentence", "returned because it encountered an error while being processed", "Intended recipient:", "returned because", IN_SENTENCE, EVENT_BOUNCE, false},
    {"sentence", "has not yet been delivered because", "Your message to:", "not yet been delivered because", IN_SENTENCE, EVENT_DELAY, false},
    /* fml answers posts in the list's name; what it refuses never reached the list, which is the address that was mailed. */
    {"fml", "You are not a member of this mailing list <", "this mailing list", NULL, IN_SENTENCE, EVENT_BOUNCE, true},
    {"fml", "Duplicated Message-ID in <", "Message-ID in", NULL, IN_SENTENCE, EVENT_BOUNCE, true},
};

/* Nearer to the beginning than quotations and forwarded reports come. */
enum { OPENING = 300 };

static bool may_be(const struct reading *reading, const struct layout *layout, size_t mark)
{
    if (entries_of_system(reading))
        return true;
    struct view before = view_first(reading->text, mark);
    return layout->unsigned_too && mark < OPENING && view_index(before, '>') < 0;
}

/* The first paragraph behind `words`, blank lines and drawn rules left out. */
static struct view paragraph_behind(struct view text, const char *words)
{
    size_t begin, end;
    if (!words || !entries_find_words(text, words, &begin, &end))
        return (struct view){0};
    struct view rest = view_from(text, end), line;
    const char *from = NULL;
    while (view_next_line(&rest, &line)) {
        struct view bare = view_trim(line);
        bool drawn = bare.len > 2 && strchr("-=*_", bare.data[0]) && bare.data[0] == bare.data[1] && bare.data[1] == bare.data[2];
        if (!from && !view_is_empty(bare) && !drawn)
            from = bare.data;
        else if (from && (view_is_empty(bare) || drawn))
            return view_trim(view_range(from, line.data));
    }
    return from ? view_trim(view_range(from, text.data + text.len)) : (struct view){0};
}

static void add(struct reading *reading, const struct layout *layout, struct entry entry, struct view common)
{
    enum event_kind kind = layout->kind ? layout->kind : prose_kind(reading, reading->text);
    struct view own = paragraph_behind(entry.reason, layout->reason);
    struct view reason = view_is_empty(own) ? common : own;
    if (!view_is_empty(reason))
        entry.reason = reason;
    entries_add(reading, kind, entry);
}

/* A heading ends with its line: what stands behind it there is decoration. */
static struct view from_next_line(struct view text)
{
    ssize_t end = view_index(text, '\n');
    struct view line = end < 0 ? text : view_first(text, (size_t)end);
    return view_index(line, '@') >= 0 || end < 0 ? text : view_from(text, (size_t)end + 1);
}

static void read_list(struct reading *reading, const struct layout *layout, struct view list, struct view common)
{
    struct entry_walk walk = {.text = from_next_line(list), .form = layout->form};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        if (!prose_is_stray(reading, entry.address))
            add(reading, layout, entry, common);
    }
}

/* Nothing but quotes, brackets and white space between the heading and the address. */
static bool follows_directly(struct view between)
{
    for (size_t i = 0; i < between.len; i++) {
        if (!strchr(" \t\r\n<'\"(:", between.data[i]) || !between.data[i])
            return false;
    }
    return true;
}

static void read_sentences(struct reading *reading, const struct layout *layout, struct view text, struct view common)
{
    size_t begin, end;
    while (entries_find_words(text, layout->heading, &begin, &end)) {
        text = view_from(text, end);
        size_t behind, next = text.len, next_end;
        struct view address = prose_next_address(text, 0, &behind);
        if (view_is_empty(address) || !follows_directly(view_range(text.data, address.data)))
            continue;
        entries_find_words(view_from(text, behind), layout->heading, &next, &next_end);
        struct view rest = view_from(text, behind);
        while (rest.len > 0 && strchr(">'\".:;,)", rest.data[0]) && next > 0) {
            rest = view_from(rest, 1);
            next--;
        }
        add(reading, layout, (struct entry){address, view_trim(view_first(rest, next))}, common);
    }
}

bool read_layouts(struct reading *reading)
{
    size_t before = reading->count;
    for (size_t i = 0; i < G_N_ELEMENTS(layouts) && reading->count == before; i++) {
        const struct layout *layout = &layouts[i];
        size_t mark, end;
        if (!entries_find_words(reading->text, layout->mark, &mark, &end) || !may_be(reading, layout, mark))
            continue;
        reading->reader = layout->name;
        struct view text = entries_without_copy(reading->text);
        struct view common = paragraph_behind(text, layout->reason);
        size_t begin = mark;
        if (layout->form & IN_SENTENCE)
            read_sentences(reading, layout, text, common);
        else if (!layout->heading || entries_find_words(text, layout->heading, &begin, &end))
            read_list(reading, layout, view_from(text, end), common);
    }
    return reading->count > before;
}
