/* SPDX-License-Identifier: MIT */
#include "cmd/trace.h"

#include "cmd/candidates.h"
#include "core/classify/explain.h"
#include "core/mail/mail.h"

enum { PROSE_SHOWN = 400 };

static const char *part_name(enum part_kind kind)
{
    static const char *const names[] = {
        [PART_OTHER] = "other",
        [PART_TEXT] = "text",
        [PART_HTML] = "html",
        [PART_DELIVERY_STATUS] = "delivery status",
        [PART_FEEDBACK] = "feedback report",
        [PART_DISPOSITION] = "disposition notification",
        [PART_RETURNED] = "returned message",
    };
    return names[kind];
}

static void append_parts(const struct mail *mail, GString *into)
{
    g_string_append(into, "parts:\n");
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct part *part = &mail->parts[i];
        g_string_append_printf(into, "  %*s%.*s: %s, %zu bytes, %zu of its own\n", (int)(2 * part->depth), "",
                               (int)part->type.len, part->type.data, part_name(part->kind), part->text.len,
                               part->own.len);
    }
}

/* One line of a fact; control characters as blanks, so that a line stays one. */
static void append_fact(GString *into, const char *label, struct view value)
{
    if (view_is_empty(value))
        return;
    g_string_append_printf(into, "  %-19s ", label);
    struct view shown = view_first(value, PROSE_SHOWN);
    for (size_t i = 0; i < shown.len; i++)
        g_string_append_c(into, (unsigned char)shown.data[i] < 0x20 ? ' ' : shown.data[i]);
    g_string_append(into, value.len > shown.len ? " …\n" : "\n");
}

static void append_facts(const struct event *e, GString *into)
{
    append_fact(into, "recipient", e->recipient);
    append_fact(into, "original recipient", e->original_recipient);
    append_fact(into, "x-failed-recipients", e->failed_recipient);
    append_fact(into, "action", e->action);
    append_fact(into, "status", e->status);
    if (e->smtp_code)
        g_string_append_printf(into, "  %-19s %d\n", "smtp code", e->smtp_code);
    append_fact(into, "command", e->command);
    append_fact(into, "diagnostic", e->diagnostic);
    append_fact(into, "text", e->prose);
    append_fact(into, "reporting mta", e->reporting_mta);
    append_fact(into, "remote mta", e->remote_mta);
    append_fact(into, "feedback type", e->feedback_type);
    append_fact(into, "campaign", e->campaign);
    append_fact(into, "envelope id", e->envelope_id);
    append_fact(into, "returned id", e->returned_message_id);
    for (size_t i = 0; i < e->return_path_count; i++)
        append_fact(into, "return path", e->return_paths[i]);
    for (unsigned i = 0; i < e->notices.count; i++)
        append_fact(into, "notice", e->notices.text[i]);
}

static void append_claim(const struct claim *claim, GString *into)
{
    for (size_t i = 0; i < claim->count; i++) {
        g_string_append_printf(into, "  %-19s ", i == 0 ? "may be" : "");
        append_candidate(into, &claim->at[i]);
        g_string_append_c(into, '\n');
    }
}

void trace_append(struct examiner_worker *worker, const struct raw *raw, struct pool *pool, GString *into)
{
    g_string_append_printf(into, "%s%s%s at %" G_GUINT64_FORMAT "\n", raw->origin.path, raw->origin.member ? "!" : "",
                           raw->origin.member ? raw->origin.member : "", raw->origin.offset);
    const struct mail *mail = mail_read(examiner_worker_mail(worker), raw->bytes, pool);
    append_parts(mail, into);
    const struct examination *found = examine(worker, raw, pool);
    for (size_t i = 0; i < found->count; i++) {
        const struct finding *finding = &found->at[i];
        g_string_append_printf(into, "event %zu of %zu: %s, read by %s\n", i + 1, found->count,
                               event_kind_name(finding->event->kind), finding->event->reader);
        append_facts(finding->event, into);
        append_claim(&finding->claim, into);
        if (finding->event->kind != EVENT_BOUNCE)
            continue;
        struct statement statement = examine_statement(finding->event);
        explain_statement(examiner_worker_classifier(worker), &statement, "  ", pool, into);
    }
    g_string_append_c(into, '\n');
}
