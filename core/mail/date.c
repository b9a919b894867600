/* SPDX-License-Identifier: MIT */
#include "core/mail/reader.h"

enum { DATE_LENGTH = 128 };

/* Zones that mail carries and GMime (RFC 822's American ones only) does not know. */
static const struct {
    const char *name, *offset;
} ZONES[] = {
    {"JST", "+0900"},  {"KST", "+0900"},  {"HKT", "+0800"},  {"SGT", "+0800"},  {"MSD", "+0400"},  {"MSK", "+0300"},
    {"EEST", "+0300"}, {"EET", "+0200"},  {"SAST", "+0200"}, {"CEST", "+0200"}, {"MEST", "+0200"}, {"MESZ", "+0200"},
    {"CET", "+0100"},  {"MET", "+0100"},  {"MEZ", "+0100"},  {"BST", "+0100"},  {"WEST", "+0100"}, {"BRT", "-0300"},
    {"AEST", "+1000"}, {"AEDT", "+1100"}, {"NZST", "+1200"}, {"NZDT", "+1300"},
};

static gint64 seconds_of(GDateTime *time)
{
    if (!time)
        return 0;
    gint64 seconds = g_date_time_to_unix(time);
    g_date_time_unref(time);
    return MAX(seconds, 0);
}

/* RFC 3339: "2024-05-01T10:00:00Z", with a blank for the T, too. */
static gint64 iso_date(char *text)
{
    if (strlen(text) < 10 || text[4] != '-' || text[7] != '-')
        return 0;
    if (text[10] == ' ')
        text[10] = 'T';
    char *blank = strchr(text, ' ');
    if (blank) /* a zone apart: "10:00:00 +0200" */
        memmove(blank, blank + 1, strlen(blank));
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    gint64 seconds = seconds_of(g_date_time_new_from_iso8601(text, utc));
    if (seconds == 0 && text[10] == '\0') {
        g_autofree char *midnight = g_strconcat(text, "T00:00:00Z", NULL);
        seconds = seconds_of(g_date_time_new_from_iso8601(midnight, utc));
    }
    return seconds;
}

/* Some systems write the time as 10.00.00. */
static void mend_dots(char *text)
{
    for (char *c = text; *c; c++) {
        if (*c == '.' && c > text + 1 && g_ascii_isdigit(c[-1]) && g_ascii_isdigit(c[1]) && g_ascii_isdigit(c[2]) &&
            !g_ascii_isdigit(c[3]))
            *c = ':';
    }
}

/* `text` with a named zone as its offset; `out` has room for it. */
static void mend_zone(const char *text, char *out, size_t room)
{
    g_strlcpy(out, text, room);
    for (size_t i = 0; i < G_N_ELEMENTS(ZONES); i++) {
        size_t len = strlen(ZONES[i].name);
        char *at = strstr(out, ZONES[i].name);
        if (!at || at == out || at[-1] != ' ' || g_ascii_isalnum(at[len]))
            continue;
        *at = '\0';
        g_strlcat(out, ZONES[i].offset, room);
        return;
    }
}

gint64 mail_date(struct view value)
{
    char text[DATE_LENGTH];
    char mended[DATE_LENGTH + 8];
    value = view_trim(value);
    if (value.len == 0 || value.len >= sizeof text)
        return 0;
    for (size_t i = 0; i < value.len; i++)
        text[i] = g_ascii_isspace(value.data[i]) || value.data[i] == '\0' ? ' ' : value.data[i];
    text[value.len] = '\0';
    mail_gmime_init();
    if (value.len >= 10 && g_ascii_isdigit(text[3]) && text[4] == '-')
        return iso_date(text);
    mend_dots(text);
    mend_zone(text, mended, sizeof mended);
    return seconds_of(g_mime_utils_header_decode_date(mended));
}
