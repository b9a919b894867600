/* SPDX-License-Identifier: MIT */
#include "cmd/record.h"

#include "cmd/candidates.h"
#include "cmd/cells.h"
#include "cmd/json.h"

bool record_format_parse(const char *name, enum record_format *format)
{
    static const char *const names[] = {
        [RECORD_JSON] = "json", [RECORD_TSV] = "tsv", [RECORD_CSV] = "csv", [RECORD_SES] = "ses"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *format = (enum record_format)i;
            return true;
        }
    }
    return false;
}

/* Every column of a record in its order; the value as text, empty for null. JSON, TSV and CSV differ in dress only. */
enum column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_TIME, COLUMN_NOTICES, COLUMN_CANDIDATES };

enum {
    COL_SOURCE,
    COL_MEMBER,
    COL_OFFSET,
    COL_MESSAGE_ID,
    COL_KIND,
    COL_RECIPIENT,
    COL_ORIGINAL,
    COL_VERP,
    COL_SUBSCRIBER,
    COL_TYPE,
    COL_SUBTYPE,
    COL_STATUS,
    COL_SMTP,
    COL_ACTION,
    COL_DIAGNOSTIC,
    COL_REPORTING,
    COL_REMOTE,
    COL_TIME,
    COL_READER,
    COL_RULE,
    COL_MATCHED,
    COL_FAULT,
    COL_CAMPAIGN,
    COL_NOTICES,
    COL_CANDIDATES,
    COL_COUNT
};

static const struct {
    const char *name;
    enum column_type type;
} columns[COL_COUNT] = {
    [COL_SOURCE] = {"source"},
    [COL_MEMBER] = {"member"},
    [COL_OFFSET] = {"offset", COLUMN_NUMBER},
    [COL_MESSAGE_ID] = {"message_id"},
    [COL_KIND] = {"kind"},
    [COL_RECIPIENT] = {"recipient"},
    [COL_ORIGINAL] = {"original_recipient"},
    [COL_VERP] = {"verp_recipient"},
    [COL_SUBSCRIBER] = {"subscriber_id"},
    [COL_TYPE] = {"type"},
    [COL_SUBTYPE] = {"subtype"},
    [COL_STATUS] = {"status"},
    [COL_SMTP] = {"smtp_code", COLUMN_NUMBER},
    [COL_ACTION] = {"action"},
    [COL_DIAGNOSTIC] = {"diagnostic"},
    [COL_REPORTING] = {"reporting_mta"},
    [COL_REMOTE] = {"remote_mta"},
    [COL_TIME] = {"time", COLUMN_TIME},
    [COL_READER] = {"reader"},
    [COL_RULE] = {"rule"},
    [COL_MATCHED] = {"matched"},
    [COL_FAULT] = {"fault"},
    [COL_CAMPAIGN] = {"campaign"},
    [COL_NOTICES] = {"notices", COLUMN_NOTICES},
    [COL_CANDIDATES] = {"candidates", COLUMN_CANDIDATES},
};

struct cells {
    struct view text[COL_COUNT];
    guint64 number[COL_COUNT];
    gint64 time;
    const struct notices *notices[2]; /* of the archive, of the event */
    const struct claim *claim;
};

static struct cells cells_of(const struct raw *raw, const struct examination *examination,
                             const struct finding *finding)
{
    const struct event *e = finding->event;
    struct cells c = {.time = e->time, .notices = {&examination->notices, &e->notices}, .claim = &finding->claim};
    c.text[COL_SOURCE] = view_of(raw->origin.path);
    c.text[COL_MEMBER] = view_of(raw->origin.member);
    c.number[COL_OFFSET] = raw->origin.offset;
    c.number[COL_SMTP] = (guint64)e->smtp_code;
    c.text[COL_MESSAGE_ID] = e->message_id;
    c.text[COL_KIND] = view_of(event_kind_name(e->kind));
    c.text[COL_RECIPIENT] = e->recipient;
    c.text[COL_ORIGINAL] = e->original_recipient;
    c.text[COL_VERP] = finding->claim.verp_recipient;
    c.text[COL_SUBSCRIBER] = finding->claim.subscriber_id;
    c.text[COL_STATUS] = e->status;
    c.text[COL_ACTION] = e->action;
    c.text[COL_DIAGNOSTIC] = e->diagnostic;
    c.text[COL_REPORTING] = e->reporting_mta;
    c.text[COL_REMOTE] = e->remote_mta;
    c.text[COL_READER] = view_of(e->reader);
    c.text[COL_CAMPAIGN] = e->campaign;
    if (e->kind == EVENT_BOUNCE) {
        c.text[COL_TYPE] = view_of(ses_type_name(finding->verdict.class));
        c.text[COL_SUBTYPE] = view_of(ses_subtype_name(finding->verdict.class));
        c.text[COL_RULE] = view_of(finding->verdict.rule);
        c.text[COL_MATCHED] = finding->verdict.matched;
        c.text[COL_FAULT] = view_of(fault_name(finding->verdict.fault));
    }
    return c;
}

static bool is_null_number(int column, guint64 value)
{
    return column == COL_SMTP && value == 0;
}

static void append_number(GString *into, guint64 value)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    g_string_append_len(into, digits + at, (gssize)(sizeof digits - at));
}

static void json_notices(const struct cells *cells, GString *into)
{
    g_string_append_c(into, '[');
    bool first = true;
    for (size_t k = 0; k < G_N_ELEMENTS(cells->notices); k++) {
        for (unsigned i = 0; i < cells->notices[k]->count; i++) {
            if (!first)
                g_string_append_c(into, ',');
            first = false;
            append_json(into, cells->notices[k]->text[i]);
        }
    }
    g_string_append_c(into, ']');
}

static void append_key(GString *into, int column)
{
    const char *name = columns[column].name;
    size_t len = strlen(name);
    char key[40] = {column == 0 ? '{' : ',', '"'};
    memcpy(key + 2, name, len);
    key[len + 2] = '"';
    key[len + 3] = ':';
    g_string_append_len(into, key, (gssize)len + 4);
}

static void append_record_json(const struct cells *cells, GString *into)
{
    for (int i = 0; i < COL_COUNT; i++) {
        append_key(into, i);
        switch (columns[i].type) {
        case COLUMN_TEXT:
            append_json_or_null(into, cells->text[i]);
            break;
        case COLUMN_NUMBER:
            if (is_null_number(i, cells->number[i]))
                g_string_append(into, "null");
            else
                append_number(into, cells->number[i]);
            break;
        case COLUMN_TIME:
            append_json_time(into, cells->time);
            break;
        case COLUMN_NOTICES:
            json_notices(cells, into);
            break;
        case COLUMN_CANDIDATES:
            append_candidates_json(into, cells->claim->at, cells->claim->count);
            break;
        }
    }
    g_string_append(into, "}\n");
}

/* In a cell of TSV control characters, tab and line break among them, become spaces. */
static void append_cell(enum record_format format, struct view text, GString *into)
{
    if (format == RECORD_CSV) {
        append_csv(into, text);
        return;
    }
    for (size_t i = 0; i < text.len; i++)
        g_string_append_c(into, (unsigned char)text.data[i] < 0x20 ? ' ' : text.data[i]);
}

static struct view notices_as_text(const struct cells *cells, GString *scratch)
{
    for (size_t k = 0; k < G_N_ELEMENTS(cells->notices); k++) {
        for (unsigned i = 0; i < cells->notices[k]->count; i++) {
            if (scratch->len)
                g_string_append(scratch, "; ");
            g_string_append_len(scratch, cells->notices[k]->text[i].data, (gssize)cells->notices[k]->text[i].len);
        }
    }
    return (struct view){.data = scratch->str, .len = scratch->len};
}

static struct view candidates_as_text(const struct cells *cells, GString *scratch)
{
    g_string_truncate(scratch, 0);
    append_candidates(scratch, cells->claim->at, cells->claim->count);
    return (struct view){.data = scratch->str, .len = scratch->len};
}

static void append_row(enum record_format format, const struct cells *cells, GString *into)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    for (int i = 0; i < COL_COUNT; i++) {
        if (i)
            g_string_append_c(into, format == RECORD_CSV ? ',' : '\t');
        if (columns[i].type == COLUMN_TIME)
            append_time(into, cells->time);
        else if (columns[i].type == COLUMN_NOTICES)
            append_cell(format, notices_as_text(cells, scratch), into);
        else if (columns[i].type == COLUMN_CANDIDATES)
            append_cell(format, candidates_as_text(cells, scratch), into);
        else if (columns[i].type == COLUMN_NUMBER && !is_null_number(i, cells->number[i]))
            append_number(into, cells->number[i]);
        else
            append_cell(format, cells->text[i], into);
    }
    g_string_append(into, format == RECORD_CSV ? "\r\n" : "\n");
}

void record_head(enum record_format format, GString *into)
{
    if (format != RECORD_TSV && format != RECORD_CSV)
        return;
    for (int i = 0; i < COL_COUNT; i++) {
        if (i)
            g_string_append_c(into, format == RECORD_CSV ? ',' : '\t');
        g_string_append(into, columns[i].name);
    }
    g_string_append(into, format == RECORD_CSV ? "\r\n" : "\n");
}

static void ses_key(GString *into, const char *key)
{
    char last = into->str[into->len - 1];
    if (last != '{' && last != '[')
        g_string_append_c(into, ',');
    g_string_append_printf(into, "\"%s\":", key);
}

static void ses_text(GString *into, const char *key, struct view value)
{
    if (view_is_empty(value))
        return;
    ses_key(into, key);
    append_json(into, value);
}

static struct view shown_recipient(const struct finding *finding)
{
    const struct event *e = finding->event;
    if (!view_is_empty(e->recipient))
        return e->recipient;
    return view_is_empty(e->original_recipient) ? finding->claim.verp_recipient : e->original_recipient;
}

/* The object of Amazon SES's notification that `kind` has: its name and the name of its recipients. */
static const struct ses_shape {
    const char *type_key, *type, *object, *recipients;
} ses_shapes[] = {
    [EVENT_BOUNCE] = {"notificationType", "Bounce", "bounce", "bouncedRecipients"},
    [EVENT_DELAY] = {"eventType", "DeliveryDelay", "deliveryDelay", "delayedRecipients"},
    [EVENT_COMPLAINT] = {"notificationType", "Complaint", "complaint", "complainedRecipients"},
    [EVENT_DELIVERY] = {"notificationType", "Delivery", "delivery", "recipients"},
};

static void ses_recipients(const struct finding *finding, const struct ses_shape *shape, GString *into)
{
    const struct event *e = finding->event;
    ses_key(into, shape->recipients);
    g_string_append_c(into, '[');
    if (e->kind == EVENT_DELIVERY) {
        append_json(into, shown_recipient(finding));
    } else {
        g_string_append_c(into, '{');
        ses_text(into, "emailAddress", shown_recipient(finding));
        if (e->kind == EVENT_BOUNCE)
            ses_text(into, "action", view_is_empty(e->action) ? VIEW("failed") : e->action);
        ses_text(into, "status", e->status);
        ses_text(into, "diagnosticCode", e->diagnostic);
        g_string_append_c(into, '}');
    }
    g_string_append_c(into, ']');
}

static void append_ses(const struct finding *finding, GString *into)
{
    const struct event *e = finding->event;
    if ((size_t)e->kind >= G_N_ELEMENTS(ses_shapes) || !ses_shapes[e->kind].type)
        return;
    const struct ses_shape *shape = &ses_shapes[e->kind];
    g_string_append_c(into, '{');
    ses_text(into, shape->type_key, view_of(shape->type));
    ses_key(into, shape->object);
    g_string_append_c(into, '{');
    if (e->kind == EVENT_BOUNCE) {
        ses_text(into, "bounceType", view_of(ses_type_name(finding->verdict.class)));
        ses_text(into, "bounceSubType", view_of(ses_subtype_name(finding->verdict.class)));
    } else if (e->kind == EVENT_DELAY) {
        ses_text(into, "delayType", VIEW("Undetermined"));
    } else if (e->kind == EVENT_COMPLAINT) {
        ses_text(into, "complaintFeedbackType", e->feedback_type);
    }
    ses_recipients(finding, shape, into);
    ses_key(into, "timestamp");
    append_json_time(into, e->time);
    ses_text(into, "feedbackId", e->message_id);
    ses_text(into, "reportingMTA", e->reporting_mta);
    g_string_append(into, "},\"mail\":{");
    ses_text(into, "messageId", e->returned_message_id);
    ses_key(into, "destination");
    g_string_append_c(into, '[');
    if (!view_is_empty(shown_recipient(finding)))
        append_json(into, shown_recipient(finding));
    g_string_append(into, "]}}\n");
}

void record_append(enum record_format format, const struct raw *raw, const struct examination *examination,
                   const struct finding *finding, GString *into)
{
    if (format == RECORD_SES) {
        append_ses(finding, into);
        return;
    }
    struct cells cells = cells_of(raw, examination, finding);
    if (format == RECORD_JSON)
        append_record_json(&cells, into);
    else
        append_row(format, &cells, into);
}
