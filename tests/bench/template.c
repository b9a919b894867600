/* SPDX-License-Identifier: MIT */
#include "template.h"

#include "people.h"
#include "reasons.h"
#include <stdio.h>
#include <string.h>

enum part_kind { PART_TEXT, PART_ADDRESS, PART_VERP, PART_DATE, PART_SERIAL, PART_QUEUE_ID, PART_REASON };

struct part {
    enum part_kind kind;
    guint who;    /* ADDRESS, VERP, REASON */
    gint64 time;  /* DATE, as the sample says it */
    guint reason; /* REASON */
    const char *at;
    gsize len; /* TEXT, QUEUE_ID */
};

struct template
{
    GString *text;
    GArray *parts;
    GPtrArray *addresses; /* as the sample writes them */
    gint64 anchor;        /* first date in it */
    bool bounces;
    bool forwarded;
};

static bool is_local_char(char c)
{
    return g_ascii_isalnum(c) || (c && strchr("._+-%", c));
}

static bool is_domain_char(char c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '-';
}

static gsize domain_length(const char *at)
{
    gsize len = 0;
    while (is_domain_char(at[len]))
        len++;
    while (len && (at[len - 1] == '.' || at[len - 1] == '-'))
        len--;
    return len;
}

static bool is_subscriber_domain(const char *at, gsize len)
{
    static const char *const ends[] = {".example.com", ".example.net", ".example.edu", ".example"};
    g_autofree char *dotted = g_strdup_printf(".%.*s", (int)len, at);
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (g_str_has_suffix(dotted, ends[i]))
            return true;
    }
    return false;
}

/* Senders of reports keep their names: they are part of what makes a bounce a bounce. */
static bool is_role(const char *at, gsize len)
{
    static const char *const roles[] = {"mailer-daemon", "postmaster", "feedback", "fbl",
                                        "abuse",         "noreply",    "no-reply"};
    for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
        if (strlen(roles[i]) == len && g_ascii_strncasecmp(roles[i], at, len) == 0)
            return true;
    }
    return false;
}

static int find_address(const struct template *t, const char *at, gsize len)
{
    for (guint i = 0; i < t->addresses->len; i++) {
        const char *known = g_ptr_array_index(t->addresses, i);
        if (strlen(known) == len && g_ascii_strncasecmp(known, at, len) == 0)
            return (int)i;
    }
    return -1;
}

/* The length of the address that begins at `at`, which must not stand inside a word; 0 if there is none to vary. */
static gsize address_length(const char *at)
{
    gsize local = 0;
    while (is_local_char(at[local]))
        local++;
    if (local == 0 || at[local] != '@' || is_role(at, local))
        return 0;
    gsize domain = domain_length(at + local + 1);
    return is_subscriber_domain(at + local + 1, domain) ? local + 1 + domain : 0;
}

static bool follows(const struct template *t, const char *at, const char *before)
{
    gsize len = strlen(before);
    return (gsize)(at - t->text->str) >= len && g_ascii_strncasecmp(at - len, before, len) == 0;
}

static bool is_message_id(const struct template *t, const char *at)
{
    return at[0] == '<' &&
           (follows(t, at, "Message-ID: ") || follows(t, at, "In-Reply-To: ") || follows(t, at, "References: "));
}

static bool in_word(const struct template *t, const char *at)
{
    return at > t->text->str && is_local_char(at[-1]);
}

static void collect_addresses(struct template *t)
{
    for (const char *at = t->text->str; *at; at++) {
        if (is_message_id(t, at))
            at += strcspn(at, ">\n");
        gsize len = in_word(t, at) ? 0 : address_length(at);
        if (len && t->addresses->len < TEMPLATE_PEOPLE && find_address(t, at, len) < 0)
            g_ptr_array_add(t->addresses, g_strndup(at, len));
        if (!*at)
            break;
    }
}

static gsize add_part(struct template *t, struct part part, gsize length)
{
    g_array_append_val(t->parts, part);
    return length;
}

static gsize take_address(struct template *t, const char *at)
{
    gsize len = in_word(t, at) ? 0 : address_length(at);
    int who = len ? find_address(t, at, len) : -1;
    return who < 0 ? 0 : add_part(t, (struct part){.kind = PART_ADDRESS, .who = (guint)who}, len);
}

/* ann=example.com, for an address that stands in the sample with its '@' too. */
static gsize take_verp(struct template *t, const char *at)
{
    if (at == t->text->str || !strchr("+-", at[-1]))
        return 0;
    for (guint i = 0; i < t->addresses->len; i++) {
        const char *known = g_ptr_array_index(t->addresses, i);
        gsize local = strcspn(known, "@"), len = strlen(known);
        if (g_ascii_strncasecmp(at, known, local) == 0 && at[local] == '=' &&
            g_ascii_strncasecmp(at + local + 1, known + local + 1, len - local - 1) == 0 && !is_domain_char(at[len]))
            return add_part(t, (struct part){.kind = PART_VERP, .who = i}, len);
    }
    return 0;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char weekdays[] = "SunMonTueWedThuFriSat";

/* "Mon, 13 Apr 2026 09:12:44"; the zone after it stays. */
static gsize take_date(struct template *t, const char *at)
{
    char weekday[4], month[4];
    int day, year, hour, minute, second, len = 0;
    if (!g_ascii_isupper(at[0]) || !at[1] || !at[2] || at[3] != ',' ||
        sscanf(at, "%3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d%n", weekday, &day, month, &year, &hour, &minute, &second,
               &len) < 7)
        return 0;
    const char *found = strstr(months, month);
    g_autoptr(GDateTime) date =
        found ? g_date_time_new_utc(year, (int)(found - months) / 3 + 1, day, hour, minute, second) : NULL;
    if (!date || len <= 0)
        return 0;
    gint64 time = g_date_time_to_unix(date);
    if (!t->anchor)
        t->anchor = time;
    return add_part(t, (struct part){.kind = PART_DATE, .time = time}, (gsize)len);
}

static gsize take_message_id(struct template *t, const char *at)
{
    if (!is_message_id(t, at))
        return 0;
    gsize len = strcspn(at, ">\n");
    add_part(t, (struct part){.kind = PART_TEXT, .at = at, .len = 1}, 0);
    add_part(t, (struct part){.kind = PART_SERIAL}, 0);
    return add_part(t, (struct part){.kind = PART_TEXT, .at = at + 1, .len = len - 1}, len);
}

static gsize take_queue_id(struct template *t, const char *at)
{
    gsize len = 0, digits = 0;
    if (!follows(t, at, " id ") && !follows(t, at, "\tid ") && !follows(t, at, "Queue-ID: ") &&
        !follows(t, at, "queued as "))
        return 0;
    for (; g_ascii_isalnum(at[len]); len++)
        digits += g_ascii_isdigit(at[len]) != 0;
    return len >= 4 && digits ? add_part(t, (struct part){.kind = PART_QUEUE_ID, .at = at, .len = len}, len) : 0;
}

/* The reply in a Diagnostic-Code and its folded lines; it is about the address that was named last. */
static gsize take_reason(struct template *t, const char *at)
{
    if (!follows(t, at, "\nDiagnostic-Code: smtp; "))
        return 0;
    guint who = 0;
    for (guint i = t->parts->len; i > 0; i--) {
        const struct part *part = &g_array_index(t->parts, struct part, i - 1);
        if (part->kind == PART_ADDRESS) {
            who = part->who;
            break;
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (t->addresses->len && g_str_has_prefix(at, reasons[i].begins)) {
            gsize len = strcspn(at, "\n");
            while (at[len] == '\n' && (at[len + 1] == ' ' || at[len + 1] == '\t'))
                len += 1 + strcspn(at + len + 1, "\n");
            return add_part(t, (struct part){.kind = PART_REASON, .who = who, .reason = i}, len);
        }
    }
    return 0;
}

static void cut(struct template *t)
{
    static gsize (*const takers[])(struct template *, const char *) = {take_reason,   take_date, take_message_id,
                                                                       take_queue_id, take_verp, take_address};
    const char *at = t->text->str, *plain = at;
    while (*at) {
        guint before = t->parts->len;
        gsize len = 0;
        for (gsize i = 0; i < G_N_ELEMENTS(takers) && !len; i++)
            len = takers[i](t, at);
        if (!len) {
            at++;
            continue;
        }
        struct part text = {.kind = PART_TEXT, .at = plain, .len = (gsize)(at - plain)};
        g_array_insert_val(t->parts, before, text);
        at = plain = at + len;
    }
    add_part(t, (struct part){.kind = PART_TEXT, .at = plain, .len = (gsize)(at - plain)}, 0);
}

static bool has_line(const struct template *t, const char *line)
{
    return strstr(t->text->str, line) != NULL;
}

struct template *template_new(const char *name, GString *text)
{
    struct template *t = g_new0(struct template, 1);
    t->text = text;
    t->parts = g_array_new(FALSE, FALSE, sizeof(struct part));
    t->addresses = g_ptr_array_new_with_free_func(g_free);
    t->bounces = !g_str_has_prefix(name, "none/") && !g_str_has_prefix(name, "auto-reply/") &&
                 !has_line(t, "\nAction: delayed") && !has_line(t, "\nAction: relayed") &&
                 !has_line(t, "\nAction: delivered") && !has_line(t, "\nAction: expanded") &&
                 !has_line(t, "\nFeedback-Type: not-spam");
    t->forwarded = has_line(t, "\nOriginal-Recipient: rfc822;");
    collect_addresses(t);
    cut(t);
    return t;
}

void template_free(struct template *t)
{
    g_string_free(t->text, TRUE);
    g_array_unref(t->parts);
    g_ptr_array_unref(t->addresses);
    g_free(t);
}

guint template_people(const struct template *t)
{
    return t->addresses->len;
}

bool template_is_stranger(const struct template *t, guint i)
{
    if (!t->forwarded)
        return false;
    g_autofree char *named =
        g_strconcat("\nOriginal-Recipient: rfc822;", g_ptr_array_index(t->addresses, i), "\n", NULL);
    return !has_line(t, named);
}

bool template_bounces(const struct template *t, guint i)
{
    return t->bounces && !template_is_stranger(t, i);
}

static void append_address(GString *out, guint64 n, char at)
{
    people_append_local(out, n);
    g_string_append_c(out, at);
    people_append_domain(out, n);
}

static void append_date(GString *out, gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_string_append_printf(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d",
                           weekdays + 3 * (g_date_time_get_day_of_week(date) % 7), g_date_time_get_day_of_month(date),
                           months + 3 * (g_date_time_get_month(date) - 1), g_date_time_get_year(date),
                           g_date_time_get_hour(date), g_date_time_get_minute(date), g_date_time_get_second(date));
}

/* The same id in the sample gives the same id in the copy: letters and digits change, the length stays. */
static void append_queue_id(GString *out, const struct part *part, guint64 number)
{
    guint64 dice = people_dice(number, 5);
    for (gsize i = 0; i < part->len; i++)
        dice = people_dice(dice ^ (guchar)part->at[i], 6);
    for (gsize i = 0; i < part->len; i++, dice = people_dice(dice, 7))
        g_string_append_c(out, "0123456789ABCDEF"[dice % 16]);
}

static void append_reason(GString *out, const struct part *part, const struct instance *instance)
{
    const struct reason *reason = &reasons[part->reason];
    g_string_append_printf(out, "%s ", reason->begins);
    for (const char *c = reason->text[people_dice(instance->number, 8) % REASON_TEXTS]; *c; c++) {
        if (*c == '%')
            append_address(out, instance->people[part->who], '@');
        else
            g_string_append_c(out, *c);
    }
}

void template_append(const struct template *t, const struct instance *instance, GString *out)
{
    for (guint i = 0; i < t->parts->len; i++) {
        const struct part *part = &g_array_index(t->parts, struct part, i);
        switch (part->kind) {
        case PART_TEXT:
            g_string_append_len(out, part->at, (gssize)part->len);
            break;
        case PART_ADDRESS:
            append_address(out, instance->people[part->who], '@');
            break;
        case PART_VERP:
            append_address(out, instance->people[part->who], '=');
            break;
        case PART_DATE:
            append_date(out, part->time - t->anchor + instance->time);
            break;
        case PART_SERIAL:
            g_string_append_printf(out, "%08x.", (guint)instance->number);
            break;
        case PART_QUEUE_ID:
            append_queue_id(out, part, instance->number);
            break;
        case PART_REASON:
            append_reason(out, part, instance);
            break;
        }
    }
}
