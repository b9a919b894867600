/* SPDX-License-Identifier: MIT
 * RFC 3464 delivery status notifications, and RFC 6533's internationalised ones: message/delivery-status wherever it
 * stands, and the same fields where a mail system wrote them into a text part. */
#include "core/bounce/addressees.h"
#include "core/bounce/entries.h"
#include "core/bounce/fields.h"
#include "core/bounce/prose.h"
#include "core/bounce/reader.h"
#include "core/bounce/reply.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

enum field {
    FIELD_FINAL_RECIPIENT,
    FIELD_ORIGINAL_RECIPIENT,
    FIELD_ACTUAL_RECIPIENT,
    FIELD_ACTION,
    FIELD_STATUS,
    FIELD_DIAGNOSTIC,
    FIELD_REMOTE_MTA,
    FIELD_LAST_ATTEMPT,
    FIELD_CATEGORY,
    FIELD_REPORTING_MTA,
    FIELD_ENVELOPE_ID,
    FIELD_ARRIVAL,
    FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_FINAL_RECIPIENT] = "Final-Recipient",
    [FIELD_ORIGINAL_RECIPIENT] = "Original-Recipient",
    [FIELD_ACTUAL_RECIPIENT] = "X-Actual-Recipient",
    [FIELD_ACTION] = "Action",
    [FIELD_STATUS] = "Status",
    [FIELD_DIAGNOSTIC] = "Diagnostic-Code",
    [FIELD_REMOTE_MTA] = "Remote-MTA",
    [FIELD_LAST_ATTEMPT] = "Last-Attempt-Date",
    [FIELD_CATEGORY] = "X-PowerMTA-BounceCategory",
    [FIELD_REPORTING_MTA] = "Reporting-MTA",
    [FIELD_ENVELOPE_ID] = "Original-Envelope-Id",
    [FIELD_ARRIVAL] = "Arrival-Date",
};

/* One group of fields: of the message, of one recipient, or of both where the empty line between them is missing. */
struct group {
    struct view value[FIELD_COUNT];
    bool has[FIELD_COUNT];
    struct view other_original; /* a second Original-Recipient, as it stands */
};

static bool names_recipient(const struct group *group)
{
    return group->has[FIELD_FINAL_RECIPIENT] || group->has[FIELD_ORIGINAL_RECIPIENT] ||
           group->has[FIELD_ACTUAL_RECIPIENT];
}

static bool tells_fate(const struct group *group)
{
    return names_recipient(group) || group->has[FIELD_ACTION] || group->has[FIELD_STATUS] ||
           group->has[FIELD_DIAGNOSTIC];
}

/* The kind that `action` and the class digit of `status` give. A status without an action is a failure: mail systems
 * that leave the action out report what they gave up (RFC 3464 2.3.3 makes it compulsory). */
static enum event_kind kind_of(struct view action, struct view status)
{
    static const struct {
        const char *action;
        enum event_kind kind;
    } kinds[] = {
        {"failed", EVENT_BOUNCE},    {"failure", EVENT_BOUNCE},    {"fail", EVENT_BOUNCE},
        {"delayed", EVENT_DELAY},    {"delay", EVENT_DELAY},       {"delivered", EVENT_DELIVERY},
        {"relayed", EVENT_DELIVERY}, {"expanded", EVENT_DELIVERY},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (view_begins_fold(action, view_of(kinds[i].action)))
            return kinds[i].kind;
    }
    return !view_is_empty(status) && status.data[0] == '2' ? EVENT_DELIVERY : EVENT_BOUNCE;
}

static struct view first_word(struct view text)
{
    size_t end = 0;
    while (end < text.len && !strchr(" \t\r\n(;", text.data[end]))
        end++;
    return view_first(text, end);
}

/* A file, a program or a route without user, as Exim and sendmail put there for what an alias led to. */
static bool is_no_mailbox(struct view address)
{
    return view_is_empty(address) || strchr("/|@:", address.data[0]) != NULL;
}

/* What stands there for want of a name: "<unknown>", "unspecified". */
static bool is_placeholder(struct view address)
{
    static const char *const words[] = {"unknown", "unspecified", "undisclosed", "undisclosed-recipients",
                                        "none",    "n/a",         "invalid",     "nobody"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (view_equal_fold(address, view_of(words[i])))
            return true;
    }
    return false;
}

/* The name of another mail system's directory (X.400, Domino): "CN=Ann/O=Garden@GARDEN". */
static bool is_directory_name(struct view address)
{
    return view_begins_fold(address, VIEW("CN=")) || view_find_fold(address, VIEW("/O=")) >= 0 ||
           view_find_fold(address, VIEW("/PRMD=")) >= 0 ||
           (view_index(address, ';') > 0 && view_index(address, '=') > 0 && view_index(address, '@') < 0);
}

/* A recipient without domain lives where the reporting host says it does (RFC 3464 2.2.2). */
static struct view with_domain(struct view address, struct view host, struct pool *pool)
{
    if (is_no_mailbox(address) || is_placeholder(address) || is_directory_name(address) ||
        view_index(address, '@') >= 0 || view_index(host, '.') < 0)
        return address;
    return pool_printf(pool, "%.*s@%.*s", (int)address.len, address.data, (int)host.len, host.data);
}

/* "Status: 4.2.2 (Over quota)": Sun's server and PMDF say there what went wrong. */
static struct view remark_of(struct view status)
{
    ssize_t open = view_index(status, '('), close = view_last_index(status, ')');
    return open >= 0 && close > open ? view_range(status.data + open + 1, status.data + close) : (struct view){0};
}

/* PowerMTA sorts bounces itself (its user guide, "bounce categories"): worth asking where the reply says nothing. */
static struct view category_words(struct view category, struct pool *pool)
{
    category = view_trim(category);
    return view_is_empty(category) ? category
                                   : pool_printf(pool, "PowerMTA category: %.*s", (int)category.len, category.data);
}

/* Has it been said of this recipient before? Looks at the last few only: reports repeat themselves at once. */
static bool is_repeated(struct reading *reading, enum event_kind kind, struct view recipient, struct view original)
{
    enum { FEW = 16 };
    if (view_is_empty(recipient) || !reading_knows(reading, recipient))
        return false;
    for (size_t i = reading->count, n = 0; i-- > 0 && n < FEW; n++) {
        const struct event *event = &reading->events[i];
        if (event->kind == kind && view_equal_fold(event->recipient, recipient) &&
            view_equal_fold(event->original_recipient, original))
            return true;
    }
    return false;
}

/* Whom the returned message was sent to under the local part of `local`, at another host than that; or nobody. */
static struct view mailed_as(const struct reading *reading, struct view local)
{
    struct view to[8];
    size_t n = mail_addresses(headers_get(&reading->mail->returned, "To"), to, G_N_ELEMENTS(to), reading->pool);
    ssize_t at = view_last_index(local, '@');
    for (size_t i = 0; i < n && at > 0; i++) {
        if (view_last_index(to[i], '@') == at && view_begins_fold(to[i], view_first(local, (size_t)at)) &&
            !view_equal_fold(to[i], local))
            return to[i];
    }
    return (struct view){0};
}

static void add_recipient(struct reading *reading, const struct group *message, const struct group *group)
{
    struct pool *pool = reading->pool;
    struct view status = status_find(group->value[FIELD_STATUS]);
    struct view action = first_word(group->value[FIELD_ACTION]);
    struct view host = field_mta(message->value[FIELD_REPORTING_MTA]);
    struct view final = field_address(group->value[FIELD_FINAL_RECIPIENT], pool);
    struct view recipient = with_domain(final, host, pool);
    struct view original = field_address(group->value[FIELD_ORIGINAL_RECIPIENT], pool);
    if (view_is_empty(recipient))
        recipient = field_address(group->value[FIELD_ACTUAL_RECIPIENT], pool);
    /* Final-Recipient is compulsory (RFC 3464 2.3.2); some know only whom the message was for. */
    if (view_is_empty(recipient))
        recipient = original;
    enum event_kind kind = kind_of(action, status);
    struct event *event = is_repeated(reading, kind, recipient, original) ? NULL : reading_add(reading, kind);
    if (!event)
        return;
    event->action = action;
    event->status = status;
    event->recipient = recipient;
    event->original_recipient = original;
    if (view_is_empty(original) && recipient.data != final.data)
        event->original_recipient = mailed_as(reading, recipient);
    struct view other = field_address(group->other_original, pool);
    if (!view_equal_fold(other, original))
        event->other_original = other;
    event->diagnostic = field_text(group->value[FIELD_DIAGNOSTIC]);
    if (view_is_empty(event->diagnostic))
        event->diagnostic = remark_of(group->value[FIELD_STATUS]);
    event->remote_mta = field_mta(group->value[FIELD_REMOTE_MTA]);
    event->reporting_mta = host;
    event->envelope_id = xtext_decode(message->value[FIELD_ENVELOPE_ID], pool);
    event->time = mail_date(group->value[FIELD_LAST_ATTEMPT]);
    event->prose = category_words(group->value[FIELD_CATEGORY], pool);
}

static void merge_message_fields(struct group *message, const struct group *group)
{
    for (size_t f = FIELD_REPORTING_MTA; f < FIELD_COUNT; f++) {
        if (group->has[f] && !message->has[f]) {
            message->value[f] = group->value[f];
            message->has[f] = true;
        }
    }
}

static int field_of(struct view name)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (view_equal_fold(name, view_of(field_names[f])))
            return f;
    }
    return -1;
}

struct status_reader {
    struct reading *reading;
    struct group message, group;
};

static void close_group(struct status_reader *s)
{
    merge_message_fields(&s->message, &s->group);
    if (tells_fate(&s->group))
        add_recipient(s->reading, &s->message, &s->group);
    s->group = (struct group){0};
}

static bool has_behind(const struct headers *block, size_t i, enum field field)
{
    while (++i < block->count) {
        if (field_of(block->at[i].name) == (int)field)
            return true;
    }
    return false;
}

/* Without an empty line before it the next recipient begins with a second Final-Recipient, or with the
 * Original-Recipient that stands before that. */
static bool begins_recipient(const struct group *group, const struct headers *block, size_t i)
{
    enum field f = (enum field)field_of(block->at[i].name);
    if (f == FIELD_FINAL_RECIPIENT)
        return group->has[f];
    return f == FIELD_ORIGINAL_RECIPIENT && group->has[f] && group->has[FIELD_FINAL_RECIPIENT] &&
           has_behind(block, i, FIELD_FINAL_RECIPIENT);
}

static void read_block(struct status_reader *s, const struct headers *block)
{
    for (size_t i = 0; i < block->count; i++) {
        int f = field_of(block->at[i].name);
        if (f < 0)
            continue;
        if (begins_recipient(&s->group, block, i))
            close_group(s);
        struct headers one = {.at = &block->at[i], .count = 1, .pool = block->pool};
        struct view value = headers_get(&one, field_names[f]);
        if (!s->group.has[f])
            s->group.value[f] = value;
        else if (f == FIELD_ORIGINAL_RECIPIENT)
            s->group.other_original = value;
        s->group.has[f] = true;
    }
}

/* Some systems put an empty line within a recipient's fields: a group that only continues the one before (no recipient
 * of its own, nothing that is there already) belongs to it. */
static bool continues(const struct group *before, const struct headers *block)
{
    if (!names_recipient(before))
        return false;
    bool any = false;
    for (size_t i = 0; i < block->count; i++) {
        int f = field_of(block->at[i].name);
        if (f < 0)
            continue;
        if (f <= FIELD_ACTUAL_RECIPIENT || before->has[f])
            return false;
        any = true;
    }
    return any;
}

static void read_fields(struct reading *reading, struct view text)
{
    struct status_reader s = {.reading = reading};
    struct view rest = text;
    while (!view_is_empty(rest)) {
        struct view before = rest;
        struct headers block = headers_parse(rest, reading->pool, &rest);
        if (rest.len >= before.len)
            break;
        if (block.count == 0)
            continue;
        if (!continues(&s.group, &block))
            close_group(&s);
        read_block(&s, &block);
        if (reading->count >= LIMIT_RECIPIENTS)
            break;
    }
    close_group(&s);
}

/* Fields of a status report in running text: from the first line that begins with one to the end of the text. */
static struct view fields_in(struct view text)
{
    static const char *const starts[] = {"Reporting-MTA:", "Final-Recipient:", "Original-Recipient:"};
    struct view best = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
        struct view rest = text;
        for (ssize_t at; (at = view_find_fold(rest, view_of(starts[i]))) >= 0; rest = view_from(rest, (size_t)at + 1)) {
            const char *begin = rest.data + at;
            if (begin == text.data || begin[-1] == '\n') {
                if (view_is_empty(best) || begin < best.data)
                    best = view_range(begin, text.data + text.len);
                break;
            }
        }
    }
    return view_find_fold(best, VIEW("Final-Recipient:")) >= 0 ? best : (struct view){0};
}

static bool names_nobody(const struct event *event)
{
    struct view address = event->recipient;
    if (is_directory_name(address))
        return view_is_empty(event->original_recipient);
    return is_no_mailbox(address) || is_placeholder(address);
}

/* A report whose status part names nobody who could be mailed: Exim's and Gmail's X-Failed-Recipients tells who it was,
 * or the list in the text, or whom alone the returned message was sent to. */
static void name_from_elsewhere(struct reading *reading, size_t from)
{
    if (reading->count != from + 1 || !names_nobody(&reading->events[from]))
        return;
    struct view failed = addressees_only(&reading->mail->headers, "X-Failed-Recipients", reading->pool);
    if (!view_is_empty(failed)) {
        reading->events[from].recipient = failed;
        return;
    }
    struct entry_walk walk = {.text = reading->text, .form = ENTRY_ALONE};
    struct entry entry;
    if (entries_next(&walk, &entry) && !prose_is_stray(reading, entry.address)) {
        reading->events[from].recipient = entry.address;
        return;
    }
    struct view refused = prose_only_address(reading, reading->events[from].diagnostic);
    if (!view_is_empty(refused)) {
        reading->events[from].recipient = refused;
        return;
    }
    struct view to[2];
    size_t n = mail_addresses(headers_get(&reading->mail->returned, "To"), to, 2, reading->pool);
    struct event *event = &reading->events[from];
    if (n == 1 && is_placeholder(event->recipient))
        event->recipient = to[0];
    else if (n == 1 && is_directory_name(event->recipient))
        event->original_recipient = to[0];
}

/* Whom the text says that `address` was made of: "<a@pop> (expanded from <ann@example.org>)". */
static struct view origin_of(struct view text, struct view address)
{
    size_t end = 0;
    for (struct view found; !view_is_empty(found = prose_next_address(text, end, &end));) {
        if (!view_equal_fold(found, address))
            continue;
        size_t behind = end;
        struct view next = prose_next_address(text, end, &behind);
        struct view between = view_range(text.data + end, view_is_empty(next) ? text.data + text.len : next.data);
        if (!view_is_empty(next) && (view_find_fold(between, VIEW("expanded from")) >= 0 ||
                                     view_find_fold(between, VIEW("generated from")) >= 0))
            return next;
    }
    return (struct view){0};
}

/* Who was mailed, where the fields name only whom that led to: Exim and Postfix say it in the text (RFC 3461 lets an
 * alias drop the ORCPT). */
static void find_origins(struct reading *reading, size_t from)
{
    enum { FEW = 32 };
    bool said = reading_may_say(reading, "expanded from") || reading_may_say(reading, "generated from");
    if (!said || reading->count - from > FEW)
        return;
    struct view text = view_first_text(reading_without_copy(reading), LIMIT_CLASSIFIED_TEXT);
    for (size_t i = from; i < reading->count; i++) {
        struct event *event = &reading->events[i];
        if (!view_is_empty(event->original_recipient) || view_is_empty(event->recipient))
            continue;
        struct view origin = origin_of(text, event->recipient);
        if (!view_equal_fold(origin, event->recipient))
            event->original_recipient = origin;
    }
}

bool status_fields_in_text(struct reading *reading, struct view text)
{
    size_t before = reading->count;
    read_fields(reading, fields_in(text));
    return reading->count > before;
}

/* A delay with a status of class 5, a failure with one of class 4. */
static bool contradicts(const struct event *event)
{
    char class = view_is_empty(event->status) ? '0' : event->status.data[0];
    return (event->kind == EVENT_DELAY && class == '5') || (event->kind == EVENT_BOUNCE && class == '4');
}

/* What the report calls itself and says to people settles where the fields contradict themselves: "delayed" with a
 * status of class 5 in a message that has given up; "failed" with one of class 4 under the subject of a warning; no
 * action at all. */
static void settle_kinds(struct reading *reading, size_t from)
{
    bool doubtful = false;
    for (size_t i = from; i < reading->count; i++)
        doubtful = doubtful || contradicts(&reading->events[i]);
    if (!doubtful)
        return;
    guint32 subject = reading_signs(reading, reading->subject);
    guint32 all = subject | reading_signs(reading, view_first(reading->text, LIMIT_CLASSIFIED_TEXT));
    bool gave_up = signs_have(all, SIGN_GAVE_UP);
    for (size_t i = from; i < reading->count; i++) {
        struct event *event = &reading->events[i];
        if (!contradicts(event))
            continue;
        bool warned = signs_have(view_is_empty(event->action) ? all : subject, SIGN_DELAY);
        if (event->kind == EVENT_DELAY && gave_up && !signs_have(subject, SIGN_DELAY))
            event->kind = EVENT_BOUNCE;
        else if (event->kind == EVENT_BOUNCE && warned && !gave_up)
            event->kind = EVENT_DELAY;
    }
}

/* A report that could not be delivered itself (a double bounce): the mail that it returns reports
 * another recipient's failure, which counts too. */
static void read_returned_report(struct reading *reading)
{
    const struct part *returned = mail_part(reading->mail, PART_RETURNED);
    if (!returned)
        return;
    struct view type = headers_get(&returned->returned, "Content-Type");
    if (!view_begins_fold(type, VIEW("multipart/")) || view_find_fold(type, VIEW("delivery-status")) < 0)
        return;
    struct view fields = fields_in(returned->text);
    ssize_t boundary = view_find(fields, VIEW("\n--"));
    read_fields(reading, boundary < 0 ? fields : view_first(fields, (size_t)boundary));
}

bool read_delivery_status(struct reading *reading)
{
    size_t before = reading->count;
    for (size_t i = 0; i < reading->mail->part_count; i++) {
        const struct part *part = &reading->mail->parts[i];
        if (part->kind != PART_DELIVERY_STATUS)
            continue;
        read_fields(reading, part->text);
    }
    /* Some put the fields into a text part, of a report or of no form at all. */
    bool report = view_equal(reading->mail->report_type, VIEW("delivery-status"));
    if (reading->count == before && (report || reading->from_daemon || reading->null_sender)) {
        for (size_t i = 0; i < reading->mail->part_count && reading->count == before; i++) {
            const struct part *part = &reading->mail->parts[i];
            if (part->kind == PART_TEXT || part->kind == PART_HTML || part->kind == PART_OTHER)
                read_fields(reading, fields_in(part->own));
        }
    }
    name_from_elsewhere(reading, before);
    if (reading->count > before) {
        find_origins(reading, before);
        read_returned_report(reading);
        settle_kinds(reading, before);
    }
    return reading->count > before;
}
