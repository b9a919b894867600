/* SPDX-License-Identifier: MIT
 * Reports that are forms: "label: value", one of the labels naming the recipient and one the cause. NetEase, Coremail,
 * Tencent, Aliyun, Sina and 21cn (HTML tables as often as text), Naver and Daum, Japanese providers, Russian and
 * European hosts. The labels (label_files.h) are words of the language, not of the maker; a maker shows by both
 * standing in one message of a mail system. */
#include "core/bounce/entries.h"
#include "core/bounce/label_files.h"
#include "core/bounce/letter.h"
#include "core/bounce/prose.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

/* The next field of the form from byte `*at` on, and its value; `*at` moves to where the value begins. */
static enum label next_field(struct view text, size_t *at, struct view *value)
{
    size_t i = *at;
    while (i > 0 && i < text.len && text.data[i - 1] != '\n' && text.data[i - 1] != '\t')
        i++;
    while (i < text.len) {
        enum label label = label_at(view_from(text, i), value);
        if (label != LABEL_NONE) {
            *at = (size_t)(value->data - text.data);
            return label;
        }
        while (i < text.len && text.data[i] != '\n' && text.data[i] != '\t')
            i++;
        i++;
    }
    return LABEL_NONE;
}

/* Does this line begin another field, one that is of no interest here included (advice: "建议解决方案：")? */
static bool begins_field(struct view line)
{
    size_t at = 0;
    struct view value;
    return view_find(view_first(line, 40), VIEW("：")) >= 0 || next_field(line, &at, &value) != LABEL_NONE;
}

/* A value ends with its paragraph or where the next field begins. */
static struct view paragraph(struct view text)
{
    text = view_trim(text);
    struct view rest = text, line;
    while (view_next_line(&rest, &line)) {
        bool first = line.data == text.data;
        if (view_is_empty(view_trim(line)) || (!first && begins_field(line)))
            return view_trim(view_range(text.data, line.data));
    }
    return text;
}

/* All causes that the form gives, the words of the other side among them, in one text. */
static struct view reasons_in(struct view text, struct pool *pool)
{
    GString *all = g_string_new(NULL);
    struct view value;
    enum label label;
    for (size_t at = 0; (label = next_field(text, &at, &value)) != LABEL_NONE;) {
        if (label != LABEL_REASON)
            continue;
        value = view_first_text(paragraph(value), LIMIT_DIAGNOSTIC);
        if (view_is_empty(value))
            continue;
        if (all->len)
            g_string_append_c(all, '\n');
        g_string_append_len(all, value.data, (gssize)value.len);
        at = (size_t)(value.data + value.len - text.data);
    }
    struct view joined = pool_copy(pool, (struct view){.data = all->str, .len = all->len});
    g_string_free(all, TRUE);
    return joined;
}

/* The recipients of one label: addresses at its beginning, with no more than separators between them. */
static void add_recipients(struct reading *reading, enum event_kind kind, struct view value, struct view reason)
{
    static const char between[] = " \t\n<>;,'\"()[]、";
    for (size_t i = 0; i < value.len;) {
        size_t end;
        struct view address = prose_next_address(value, i, &end);
        if (view_is_empty(address))
            return;
        for (const char *c = value.data + i; c < address.data; c++) {
            if (!*c || !strchr(between, *c))
                return;
        }
        if (!prose_is_stray(reading, address))
            entries_add(reading, kind, (struct entry){address, reason});
        i = end;
    }
}

static bool read_form(struct reading *reading, struct view text)
{
    text = view_first_text(text, LIMIT_CLASSIFIED_TEXT);
    struct view reason = reasons_in(text, reading->pool), value;
    if (view_is_empty(reason))
        return false;
    size_t before = reading->count;
    enum event_kind kind = prose_kind(reading, text);
    enum label label;
    for (size_t at = 0; (label = next_field(text, &at, &value)) != LABEL_NONE;) {
        if (label == LABEL_RECIPIENT)
            add_recipients(reading, kind, value, reason);
    }
    return reading->count > before;
}

/* A service that reports under an address of its own, and calls it a report. Shops and parcels have forms, too. */
static bool is_of_service(const struct reading *reading)
{
    if (!letter_is_unattended(reading) || letter_is_list_post(reading) || letter_is_answer(reading))
        return false;
    guint32 signs = reading_signs(reading, reading_without_copy(reading));
    return signs_have(reading_signs(reading, reading->subject), SIGN_REPORT_SUBJECT) &&
           signs_have(signs, SIGN_REPORT_TEXT) && signs_have(signs, SIGN_ONE_MESSAGE) &&
           !signs_have(signs, SIGN_NEWSLETTER);
}

bool read_labels(struct reading *reading)
{
    if (!(entries_of_system(reading) && letter_reports_failure(reading)) && !is_of_service(reading))
        return false;
    if (read_form(reading, reading_without_copy(reading)))
        return true;
    /* "Original message: time, subject, recipient" looks like the copy that it tells of. */
    const struct part *part = mail_part(reading->mail, PART_TEXT);
    part = part ? part : mail_part(reading->mail, PART_HTML);
    return part && part->text.len > part->own.len && read_form(reading, part->text);
}
