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

static bool take_number(const char **at, int digits_max, int *number)
{
    int digits = 0;
    for (*number = 0; digits < digits_max && g_ascii_isdigit(**at); digits++)
        *number = *number * 10 + *(*at)++ - '0';
    return digits > 0;
}

static bool take(const char **at, char byte)
{
    if (**at != byte)
        return false;
    (*at)++;
    return true;
}

/* Days from 1970-01-01 to this day of the Gregorian calendar, as POSIX counts seconds (4.16). */
static gint64 days_to(int year, int month, int day)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int leap_years = (year - (month < 3)) / 4 - (year - (month < 3)) / 100 + (year - (month < 3)) / 400;
    return 365 * (gint64)(year - 1970) + leap_years - 477 + before[month - 1] + day - 1;
}

/* Nothing, or the zone's name once more: " (CET)". */
static bool is_comment(const char *at)
{
    if (*at == '\0')
        return true;
    const char *close = at[0] == ' ' && at[1] == '(' ? strchr(at, ')') : NULL;
    return close && close[1] == '\0';
}

/* "Mon, 5 Jan 2026 10:20:30 +0100", as nearly all mail has it (RFC 5322 3.3), and nothing else; 0 if it is something
 * else. */
static gint64 usual_date(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int day, year, hour, minute, second, offset;
    const char *at = strlen(text) > 5 && text[3] == ',' && text[4] == ' ' ? text + 5 : text;
    if (!take_number(&at, 2, &day) || !take(&at, ' ') || strlen(at) < 3)
        return 0;
    const char name[] = {at[0], at[1], at[2], '\0'};
    const char *month = strstr(months, name);
    at += 3;
    if (!month || (month - months) % 3 != 0 || !take(&at, ' ') || !take_number(&at, 4, &year) || year < 1970)
        return 0;
    if (!take(&at, ' ') || !take_number(&at, 2, &hour) || !take(&at, ':') || !take_number(&at, 2, &minute) ||
        !take(&at, ':') || !take_number(&at, 2, &second) || !take(&at, ' '))
        return 0;
    char sign = *at++;
    const char *zone = at;
    if ((sign != '+' && sign != '-') || !take_number(&at, 4, &offset) || at - zone != 4 || !is_comment(at))
        return 0;
    if (hour > 23 || minute > 59 || second > 59 || offset % 100 > 59 || offset > 1400)
        return 0;
    if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)((month - months) / 3 + 1), (GDateYear)year))
        return 0;
    int shift = (offset / 100 * 60 + offset % 100) * 60;
    gint64 local = days_to(year, (int)(month - months) / 3 + 1, day) * 86400 + hour * 3600 + minute * 60 + second;
    return MAX(sign == '+' ? local - shift : local + shift, 0);
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
    gint64 usual = usual_date(text);
    if (usual > 0)
        return usual;
    mail_gmime_init();
    if (value.len >= 10 && g_ascii_isdigit(text[3]) && text[4] == '-')
        return iso_date(text);
    mend_dots(text);
    mend_zone(text, mended, sizeof mended);
    return seconds_of(g_mime_utils_header_decode_date(mended));
}
