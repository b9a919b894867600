/* SPDX-License-Identifier: MIT
 * Amazon SES's notifications as Amazon SNS mails them: JSON as the text, bare ("raw message delivery", RFC 8259) or as
 * the string "Message" of SNS's envelope. Source: Amazon SES developer guide, "Amazon SNS notification contents" and
 * "Contents of event data". */
#include <jansson.h>

#include "core/bounce/fields.h"
#include "core/bounce/prose.h"
#include "core/bounce/reader.h"
#include "core/limits.h"

/* X: what the notification is called, its object, its list of recipients */
static const struct {
    const char *type, *object, *recipients;
    enum event_kind kind;
} notifications[] = {
    {"Bounce", "bounce", "bouncedRecipients", EVENT_BOUNCE},
    {"Complaint", "complaint", "complainedRecipients", EVENT_COMPLAINT},
    {"DeliveryDelay", "deliveryDelay", "delayedRecipients", EVENT_DELAY},
    {"Delivery", "delivery", "recipients", EVENT_DELIVERY},
};

/* A string member as a view of the pool; empty if there is none. */
static struct view member(const json_t *object, const char *name, struct pool *pool)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? pool_copy(pool, view_of(value)) : (struct view){0};
}

/* The text between the first '{' and the last '}', whole again: sendmail cuts lines of more than 990 bytes, which it
 * marks with "!" before the break and a space behind it, and other breaks within strings are no JSON either. */
static char *json_in(struct view text)
{
    ssize_t open = view_index(text, '{'), close = view_last_index(text, '}');
    if (open < 0 || close < open)
        return NULL;
    GString *json = g_string_sized_new((gsize)(close - open + 1));
    for (ssize_t i = open; i <= close; i++) {
        if (text.data[i] == '!' && view_begins_fold(view_from(text, (size_t)i), VIEW("!\n ")))
            i += 2;
        else if (text.data[i] != '\n')
            g_string_append_c(json, text.data[i]);
    }
    return g_string_free(json, FALSE);
}

static json_t *load(const char *json)
{
    return json ? json_loads(json, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
}

static json_t *notification_in(struct view text)
{
    g_autofree char *json = json_in(text);
    json_t *root = load(json);
    const char *wrapped = json_string_value(json_object_get(root, "Message"));
    if (!wrapped)
        return root;
    g_autofree char *inner = json_in(view_of(wrapped));
    json_t *message = load(inner);
    json_decref(root);
    return message;
}

/* SES says in a word what no reply says: that it did not even try. */
static struct view verdict_words(const json_t *object, struct pool *pool)
{
    struct view type = member(object, "bounceType", pool), subtype = member(object, "bounceSubType", pool);
    if (view_is_empty(type))
        type = member(object, "delayType", pool);
    return pool_printf(pool, "Amazon SES: %.*s %.*s", (int)type.len, type.data ? type.data : "", (int)subtype.len,
                       subtype.data ? subtype.data : "");
}

/* "2026-04-14T10:00:00.000Z" (ISO 8601, always UTC) as Unix seconds; 0 if it is none. */
static gint64 time_of(const json_t *object)
{
    const char *text = json_string_value(json_object_get(object, "timestamp"));
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, utc) : NULL;
    return time ? g_date_time_to_unix(time) : 0;
}

static void add_recipient(struct reading *reading, enum event_kind kind, const json_t *object, const json_t *recipient)
{
    struct event *event = reading_add(reading, kind);
    if (!event)
        return;
    struct pool *pool = reading->pool;
    const char *bare = json_string_value(recipient);
    event->recipient =
        field_address(bare ? pool_copy(pool, view_of(bare)) : member(recipient, "emailAddress", pool), pool);
    event->status = member(recipient, "status", pool);
    event->action = member(recipient, "action", pool);
    event->diagnostic = field_text(member(recipient, "diagnosticCode", pool));
    event->feedback_type = member(object, "complaintFeedbackType", pool);
    event->time = time_of(object);
    event->reporting_mta = field_mta(member(object, "reportingMTA", pool));
    if (kind == EVENT_BOUNCE || kind == EVENT_DELAY)
        event->prose = verdict_words(object, pool);
    if (view_is_empty(event->diagnostic) && kind == EVENT_BOUNCE)
        event->diagnostic = event->prose;
    if (kind == EVENT_DELIVERY)
        event->diagnostic = member(object, "smtpResponse", pool);
    if (kind == EVENT_COMPLAINT && view_is_empty(event->feedback_type))
        event->feedback_type = VIEW("abuse");
}

static void read_notification(struct reading *reading, const json_t *root)
{
    const char *type = json_string_value(json_object_get(root, "notificationType"));
    if (!type)
        type = json_string_value(json_object_get(root, "eventType"));
    for (size_t i = 0; type && i < G_N_ELEMENTS(notifications); i++) {
        if (strcmp(type, notifications[i].type) != 0)
            continue;
        const json_t *object = json_object_get(root, notifications[i].object);
        const json_t *recipients = json_object_get(object, notifications[i].recipients);
        if (!recipients)
            recipients = json_object_get(json_object_get(root, "mail"), "destination");
        for (size_t n = 0; n < json_array_size(recipients); n++)
            add_recipient(reading, notifications[i].kind, object, json_array_get(recipients, n));
    }
}

/* People quote such texts when they ask for help: only Amazon's own mail counts. */
static bool is_from_sns(const struct reading *reading)
{
    struct view domain = view_from(reading->from, (size_t)(view_index(reading->from, '@') + 1));
    return view_equal_fold(domain, VIEW("sns.amazonaws.com")) ||
           headers_has(&reading->mail->headers, "x-amz-sns-message-id");
}

bool read_ses_notification(struct reading *reading)
{
    struct view text = view_first_text(view_trim(reading->text), LIMIT_PART_TEXT);
    if (!view_begins_fold(text, VIEW("{")) || !is_from_sns(reading))
        return false;
    json_t *root = notification_in(text);
    size_t before = reading->count;
    read_notification(reading, root);
    json_decref(root);
    return reading->count > before;
}
