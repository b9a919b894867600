/* SPDX-License-Identifier: MIT
 * Microsoft Exchange's reports where there is no delivery-status part to read, or none is left.
 * To 2003 (Internet Mail Connector, Internet Mail Service, Exchange 2000/2003; hMailServer took the words over):
 *   The following recipient(s) could not be reached:
 *         Ann Example on 4/29/2003 11:34 PM
 *               The e-mail account does not exist at the organization this message was sent to. …
 *               <mx.example.org #5.1.1 smtp;550 5.1.1 <ann@example.org>... User unknown>
 * Since 2007, and Exchange Online (MS-OXCMAIL, "Configure and customize NDRs"): a list for administrators:
 *   Generating server: mx.example.org
 *   ann@example.org
 *   #550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##rfc822;ann@example.net
 * Both speak the server's language; only the form is the same everywhere. */
#include "core/bounce/addressees.h"
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"
#include "core/limits.h"

/* --- addresses
 * ---------------------------------------------------------------------------------------------------------- */

static int hex_pair(const char *at)
{
    int high = g_ascii_xdigit_value(at[0]), low = high < 0 ? -1 : g_ascii_xdigit_value(at[1]);
    return low < 0 ? -1 : high * 16 + low;
}

/* Exchange wraps what it cannot write as an address: IMCEASMTP-ann+40example+2Eorg@gw.example.net (MS-OXCMAIL 2.1.3.3).
 * The address within, or the empty view: a directory name (IMCEAEX) is none that anybody mailed. */
static struct view unwrapped(struct view address, struct pool *pool)
{
    struct view prefix = VIEW("IMCEASMTP-");
    ssize_t at = view_last_index(address, '@');
    if (!view_begins_fold(address, prefix) || at < 0)
        return (struct view){0};
    struct view local = view_range(address.data + prefix.len, address.data + at);
    char *out = pool_alloc(pool, local.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < local.len; i++) {
        int byte = local.data[i] == '+' && i + 2 < local.len ? hex_pair(local.data + i + 1) : -1;
        bool printable = byte > 0x20 && byte != 0x7f;
        out[n++] = printable ? (char)byte : local.data[i];
        i += printable ? 2 : 0;
    }
    struct view inner = {.data = out, .len = n};
    /* Records are UTF-8, and the wrapped bytes may be anything. */
    return view_index(inner, '@') > 0 && g_utf8_validate_len(out, n, NULL) ? inner : (struct view){0};
}

/* The address in a line that begins an entry; X.400 forms carry it as "dda:SMTP=ann@example.org;". */
static struct view address_in(struct view line)
{
    size_t end;
    struct view address = prose_next_address(line, 0, &end);
    return view_begins_fold(address, VIEW("SMTP=")) ? view_from(address, strlen("SMTP=")) : address;
}

static bool sole_returned_to(const struct reading *reading, struct view *address)
{
    *address = addressees_sole(&reading->mail->returned, reading->pool);
    return !view_is_empty(*address);
}

static void add(struct reading *reading, enum event_kind kind, struct view address, struct view reason)
{
    struct view inner = unwrapped(address, reading->pool);
    struct entry entry = {.address = view_is_empty(inner) ? address : inner, .reason = view_trim(reason)};
    struct event *event = entries_add(reading, kind, entry);
    struct view mailed;
    if (event && view_begins_fold(entry.address, VIEW("IMCEA")) && sole_returned_to(reading, &mailed))
        event->original_recipient = mailed;
}

/* --- up to 2003
 * --------------------------------------------------------------------------------------------------------- */

/* "did not reach the following recipient(s)", "the following recipients could not be reached", as Outlook shows them.
 */
static const char *const headings[] = {
    "did not reach the following recipient(s):",
    "The following recipient(s) could not be reached:",
    "The following recipients could not be reached:",
    "following recipient(s) cannot be reached:",
    "Folgende Empfänger konnten nicht erreicht werden:",
    "Der/Die folgende(n) Empfänger konnte(n) nicht erreicht werden:",
    "Der/die folgende(n) Empfänger kann/können nicht erreicht werden:",
    "hat folgende(n) Empfänger nicht erreicht:",
    "n'a pas pu être remis aux destinataires suivants :",
    "Le ou les destinataires suivants n'ont pas pu être contactés :",
    "Les destinataires suivants n'ont pas pu être atteints :",
    "Impossible de joindre le(s) destinataire(s) suivant(s) :",
    "No se puede obtener acceso a los destinatarios siguientes:",
    "No se pudo localizar a los siguientes destinatarios:",
    "Impossibile raggiungere i seguenti destinatari:",
    "Impossibile recapitare il messaggio ai seguenti destinatari:",
    "Não foi possível alcançar os seguintes destinatários:",
    "O(s) seguinte(s) destinatário(s) não pôde(puderam) ser alcançado(s):",
    "Não é possível contactar o(s) seguinte(s) destinatário(s):",
    "De volgende geadresseerde(n) kon(den) niet worden bereikt:",
    "Kan de volgende geadresseerde(n) niet bereiken:",
    "Det gick inte att nå följande mottagare:",
    "Følgende modtager(e) kunne ikke nås:",
    "Følgende mottaker(e) kunne ikke nås:",
    "Seuraavia vastaanottajia ei tavoitettu:",
    "Nie można skontaktować się z następującymi adresatami:",
    "Následující příjemce nebo příjemci nejsou dostupní:",
    "A következő címzett(ek) nem érhető(k) el:",
    "Следующие получатели недоступны:",
    "Не удается связаться со следующими получателями:",
    "Aşağıdaki alıcılara ulaşılamadı:",
    "以下の受信者にメッセージは届きませんでした",
    "次の受信者にメッセージを配信できませんでした",
    "次の宛先には送信できませんでした",
    "无法将邮件发送给下列收件人:",
    "无法联系到下列收件人:",
    "无法送达下列收件人:",
    "無法連絡下列收件者:",
    "無法送達下列收件者:",
    "다음 받는 사람에게 연락할 수 없습니다.",
};

/* A person who answers a report quotes it. */
static bool is_quoted(struct view line)
{
    line = view_trim(line);
    return line.len > 0 && (line.data[0] == '>' || line.data[0] == '|');
}

static bool find_heading(const struct reading *reading, size_t *end)
{
    size_t begin;
    struct view text = view_first_text(reading->text, LIMIT_CLASSIFIED_TEXT);
    for (size_t i = 0; i < G_N_ELEMENTS(headings); i++) {
        if (reading_may_say(reading, headings[i]) && entries_find_words(text, headings[i], &begin, end))
            return !is_quoted(prose_line(text, begin));
    }
    return false;
}

static size_t indent_of(struct view line)
{
    size_t n = 0;
    while (n < line.len && (line.data[n] == ' ' || line.data[n] == '\t'))
        n++;
    return n;
}

/* Entries begin with the least indented lines that name an address; what else stands there continues them. */
static void read_entries(struct reading *reading, enum event_kind kind, struct view list)
{
    struct view rest = list, line, open = {0};
    const char *behind = NULL;
    size_t indent = G_MAXSIZE;
    while (view_next_line(&rest, &line)) {
        if (view_is_empty(view_trim(line)))
            continue;
        indent = indent == G_MAXSIZE ? indent_of(line) : indent;
        struct view address = indent_of(line) <= indent ? address_in(line) : (struct view){0};
        if (view_is_empty(address) || view_equal_fold(address, open))
            continue;
        if (behind)
            add(reading, kind, open, view_range(behind, line.data));
        open = address;
        behind = line.data + line.len;
    }
    if (behind)
        add(reading, kind, open, view_range(behind, list.data + list.len));
}

/* A recipient shown by display name only: the returned message tells its address, or the reply the remote host gave. */
static void read_unnamed(struct reading *reading, enum event_kind kind, struct view list)
{
    struct view address;
    size_t end;
    if (!sole_returned_to(reading, &address))
        address = prose_next_address(list, 0, &end);
    if (!view_is_empty(address) && !prose_is_stray(reading, address))
        add(reading, kind, address, list);
}

bool read_exchange_2003(struct reading *reading)
{
    size_t end, before = reading->count;
    if (!entries_of_system(reading) || !find_heading(reading, &end))
        return false;
    struct view list = entries_without_copy(reading, view_from(reading->text, end));
    enum event_kind kind = prose_kind(reading, reading->text);
    read_entries(reading, kind, list);
    if (reading->count == before)
        read_unnamed(reading, kind, list);
    return reading->count > before;
}

/* --- since 2007
 * --------------------------------------------------------------------------------------------------------- */

/* The heading over the part for administrators, by the word that it has in each language; a short line with a colon. */
static bool is_administrators_line(struct view line)
{
    static const char *const words[] = {"diagnos", "Диагност", "диагност",  "診断",     "诊断",
                                        "診斷",    "진단",     "vianmääri", "tanılama", "διαγνωστ"};
    line = view_trim(line);
    if (is_quoted(line))
        return false;
    bool colon = line.len > 0 && line.len < 120 &&
                 (line.data[line.len - 1] == ':' || (line.len > 3 && memcmp(line.data + line.len - 3, "：", 3) == 0));
    for (size_t i = 0; colon && i < G_N_ELEMENTS(words); i++) {
        if (view_find_fold(line, view_of(words[i])) >= 0)
            return true;
    }
    return false;
}

static bool is_host(struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!g_ascii_isalnum(text.data[i]) && text.data[i] != '.' && text.data[i] != '-')
            return false;
    }
    return view_index(text, '.') > 0;
}

/* Lines below the heading within which the generating server is named; parts that are tried in one message: the
 * heading's word may stand in the words for people above it too. */
enum { GENERATING_WITHIN = 6, PARTS_TRIED = 4 };

/* "Generating server: mx.example.org" is the first line of the part, in any language. */
static struct view host_in(struct view line)
{
    ssize_t colon = view_index(line, ':');
    struct view host = colon < 0 ? (struct view){0} : view_trim(view_from(line, (size_t)colon + 1));
    return is_host(host) ? host : (struct view){0};
}

/* The returned message's headers end the part: "Original message headers:" and a field below. */
static struct view before_headers(struct view part)
{
    static const char *const fields[] = {
        "\nReceived: ", "\nReturn-Path: ", "\nDKIM-Signature: ", "\nX-MS-", "\nMIME-Version: ", "\nMessage-ID: "};
    size_t end = part.len;
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        ssize_t at = view_find_fold(view_first(part, end), view_of(fields[i]));
        end = at < 0 ? end : (size_t)at;
    }
    return view_first(part, end);
}

/* "…not found ##rfc822;ann@example.net": behind the marks stands who was mailed. "returned '550 …'": the quotes go. */
static void tidy(struct event *event)
{
    ssize_t marks = view_find(event->diagnostic, VIEW("##"));
    if (marks >= 0) {
        size_t end;
        struct view mailed = prose_next_address(view_from(event->diagnostic, (size_t)marks), 0, &end);
        if (!view_is_empty(mailed) && !view_equal_fold(mailed, event->recipient))
            event->original_recipient = mailed;
        event->diagnostic = view_trim(view_first(event->diagnostic, (size_t)marks));
    }
    ssize_t quote = view_find(event->diagnostic, VIEW("' "));
    if (quote > 0)
        event->diagnostic = view_first(event->diagnostic, (size_t)quote);
    if (event->diagnostic.len > 0 && event->diagnostic.data[event->diagnostic.len - 1] == '\'')
        event->diagnostic.len--;
}

static void read_administrators_part(struct reading *reading, struct view part)
{
    struct view rest = part, line, generating = {0};
    for (int i = 0; i < GENERATING_WITHIN && view_is_empty(generating) && view_next_line(&rest, &line); i++)
        generating = host_in(line);
    struct entry_walk walk = {.text = before_headers(part), .form = ENTRY_ALONE};
    struct entry entry;
    while (entries_next(&walk, &entry)) {
        size_t before = reading->count;
        struct view behind = entry.reason, first;
        bool remote = view_next_line(&behind, &first) && is_host(view_trim(first));
        add(reading, prose_kind(reading, reading->text), entry.address, remote ? behind : entry.reason);
        if (reading->count == before)
            continue;
        struct event *event = &reading->events[before];
        event->reporting_mta = generating;
        if (remote)
            event->remote_mta = view_trim(first);
        tidy(event);
    }
}

bool read_exchange(struct reading *reading)
{
    size_t before = reading->count;
    if (!entries_of_system(reading))
        return false;
    const char *limit = reading->text.data + MIN(reading->text.len, (size_t)LIMIT_CLASSIFIED_TEXT);
    struct view rest = reading->text, line;
    int tried = 0;
    while (reading->count == before && tried < PARTS_TRIED && view_next_line(&rest, &line) && line.data < limit) {
        if (!is_administrators_line(line))
            continue;
        read_administrators_part(reading, rest);
        tried++;
    }
    return reading->count > before;
}
