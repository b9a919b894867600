/* SPDX-License-Identifier: MIT
 * Reports that are forms: "label: value", one of the labels naming the recipient and one the cause. NetEase, Coremail,
 * Tencent, Aliyun, Sina and 21cn (HTML tables as often as text), Naver and Daum, Japanese providers, Russian and
 * European hosts. The labels are words of the language, not of the maker; a maker shows by both standing in one message
 * of a mail system. */
#include "core/bounce/entries.h"
#include "core/bounce/letter.h"
#include "core/bounce/prose.h"
#include "core/bounce/signs.h"
#include "core/limits.h"

/* Words of one meaning, parted by '|', a language to a line. */
static const char recipient_labels[] =
    "收件人地址|收件人邮箱|收件人信箱|收件人帳號|收件人|收件地址|收信人|收件者|目标地址|接收人|原收件人|无法送达的地址|"
    "宛先アドレス|宛先メールアドレス|送信先アドレス|送信先メールアドレス|宛先|あて先|送信先|受信者|"
    "받는 사람|받는사람|수신자|수신인|받는이|"
    "Получатель|Адресат|Адрес получателя|Кому|"
    "Empfängeradresse|Empfänger|Ontvanger|Geadresseerde|Mottagare|Modtager|"
    "Destinataire|Adresse du destinataire|Destinatario|Destinatário|Dirección del destinatario|"
    "Odbiorca|Adresat|Příjemce|Alıcı|"
    "Failed recipient|Intended recipient|Original recipient|Recipient address|Undeliverable address|Failed address|"
    "Invalid address|Recipient(s)|Recipients|Recipient|RCPT TO|Email address|To address";

static const char reason_labels[] =
    "退信代码|退信原因|退信理由|退信提示|退信信息|退件原因|英文说明|英文描述|错误信息|错误提示|错误原因|错误代码|"
    "错误描述|失败原因|返回信息|拒收原因|原因|系統訊息|錯誤訊息|錯誤原因|退回原因|對方伺服器回應|"
    "エラー内容|エラー理由|エラーメッセージ|エラー原因|理由|"
    "반송 사유|반송사유|반송 원인|실패 사유|실패사유|오류 내용|오류 메시지|사유|원인|"
    "Причина|Ошибка|Ответ сервера|Код ошибки|"
    "Grund|Fehlermeldung|Fehler|Reden|Orsak|Årsag|"
    "Raison|Motif|Motivo|Causa|Razón|Erro|Powód|Przyczyna|Důvod|Neden|"
    "SMTP reply|Remote server said|Server response|Diagnostic information|Diagnostic|Error message|Error text|"
    "Error code|Failure reason|Reason code|Reply Code|Reason|Error";

/* Advice would be read as the cause: "the mailbox may be full". */
static const char other_labels[] =
    "建议解决方案|解决方案|解决方法|解决办法|处理建议|建议|建議|发件人|发件时间|发送时间|主题|寄件者|主旨|"
    "対処方法|対処|件名|送信者|差出人|"
    "조치 방법|해결 방법|보낸 사람|제목|"
    "Решение|Отправитель|Тема|"
    "Lösung|Betreff|Absender|Solutions|Solution|Suggestions|Suggestion|Subject|Sender|From|Date|Time|What to do";

enum field { FIELD_NONE, FIELD_RECIPIENT, FIELD_REASON, FIELD_OTHER };

struct label {
    struct view text;
    enum field field;
};

/* All labels, by their first byte (letters folded), the longest first. */
struct label_table {
    struct label at[256];
    guint16 first[257];
};

static void add_labels(GArray *labels, const char *list, enum field field)
{
    g_auto(GStrv) texts = g_strsplit(list, "|", -1);
    for (char **text = texts; *text; text++) {
        struct label label = {.text = view_of(g_intern_string(*text)), .field = field};
        g_array_append_val(labels, label);
    }
}

static guint8 first_byte(struct view text)
{
    return (guint8)view_fold(text.data[0]);
}

static int by_first_byte(gconstpointer a, gconstpointer b)
{
    const struct label *x = a, *y = b;
    int order = (int)first_byte(x->text) - (int)first_byte(y->text);
    return order != 0 ? order : (x->text.len < y->text.len) - (x->text.len > y->text.len);
}

static gpointer make_table(gpointer unused)
{
    (void)unused;
    struct label_table *table = g_new0(struct label_table, 1);
    g_autoptr(GArray) labels = g_array_new(FALSE, FALSE, sizeof(struct label));
    add_labels(labels, recipient_labels, FIELD_RECIPIENT);
    add_labels(labels, reason_labels, FIELD_REASON);
    add_labels(labels, other_labels, FIELD_OTHER);
    g_assert(labels->len <= G_N_ELEMENTS(table->at));
    g_array_sort(labels, by_first_byte);
    memcpy(table->at, labels->data, labels->len * sizeof *table->at);
    for (guint i = labels->len; i-- > 0;)
        table->first[first_byte(table->at[i].text)] = (guint16)i;
    table->first[256] = (guint16)labels->len;
    for (int byte = 255; byte >= 0; byte--) {
        bool none = table->first[byte] == 0 && (labels->len == 0 || first_byte(table->at[0].text) != byte);
        if (none)
            table->first[byte] = table->first[byte + 1];
    }
    return table;
}

/* The longest label that `text` begins with; NULL if it begins with none. */
static const struct label *label_of(struct view text)
{
    static GOnce once = G_ONCE_INIT;
    const struct label_table *table = g_once(&once, make_table, NULL);
    if (view_is_empty(text))
        return NULL;
    guint8 byte = first_byte(text);
    for (guint i = table->first[byte]; i < table->first[byte + 1]; i++) {
        if (view_begins_fold(text, table->at[i].text))
            return &table->at[i];
    }
    return NULL;
}

/* What parts a label from its value: a colon of either width or a bracket; white space alone where the label is in a
 * script that has no other use for it, as in tables. */
static size_t separator(struct view text, bool ascii)
{
    static const char *const marks[] = {":", "：", "]", "】", "」", "|"};
    size_t n = 0;
    while (n < text.len && g_ascii_isspace(text.data[n]))
        n++;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (view_begins_fold(view_from(text, n), view_of(marks[i])))
            return n + strlen(marks[i]);
    }
    return ascii ? 0 : n;
}

/* Behind bullets, brackets and ideographic spaces at the beginning of a line or cell. */
static size_t skip_ornament(struct view text)
{
    static const char *const wide[] = {"\u3000", "【", "「", "・", "●", "■", "·", "•"};
    for (size_t n = 0;;) {
        size_t before = n;
        while (n < text.len && text.data[n] && strchr(" *-|[>#", text.data[n]))
            n++;
        for (size_t i = 0; i < G_N_ELEMENTS(wide); i++) {
            if (view_begins_fold(view_from(text, n), view_of(wide[i])))
                n += strlen(wide[i]);
        }
        if (n == before)
            return n;
    }
}

/* The next field of the form from byte `*at` on, and its value; `*at` moves to where the value begins. */
static enum field next_field(struct view text, size_t *at, struct view *value)
{
    size_t i = *at;
    while (i > 0 && i < text.len && text.data[i - 1] != '\n' && text.data[i - 1] != '\t')
        i++;
    while (i < text.len) {
        struct view cell = view_from(text, i);
        cell = view_from(cell, skip_ornament(cell));
        const struct label *label = label_of(cell);
        size_t gap = label ? separator(view_from(cell, label->text.len), g_ascii_isalpha(cell.data[0])) : 0;
        if (gap) {
            *value = view_from(cell, label->text.len + gap);
            *at = (size_t)(cell.data - text.data) + label->text.len + gap;
            return label->field;
        }
        while (i < text.len && text.data[i] != '\n' && text.data[i] != '\t')
            i++;
        i++;
    }
    return FIELD_NONE;
}

/* Does this line begin another field, one that is of no interest here included (advice: "建议解决方案：")? */
static bool begins_field(struct view line)
{
    size_t at = 0;
    struct view value;
    return view_find(view_first(line, 40), VIEW("：")) >= 0 || next_field(line, &at, &value) != FIELD_NONE;
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
    enum field field;
    for (size_t at = 0; (field = next_field(text, &at, &value)) != FIELD_NONE;) {
        if (field != FIELD_REASON)
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
    enum field field;
    for (size_t at = 0; (field = next_field(text, &at, &value)) != FIELD_NONE;) {
        if (field == FIELD_RECIPIENT)
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
