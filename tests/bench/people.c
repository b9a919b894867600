/* SPDX-License-Identifier: MIT */
#include "people.h"

static const char *const first_names[] = {"ann",  "bo",   "carla", "dieter", "elena", "farid", "grace", "hans",
                                          "ines", "jun",  "kim",   "lena",   "mara",  "nils",  "oskar", "pia",
                                          "rosa", "sven", "tara",  "umar",   "vera",  "wim",   "xenia", "yusuf"};
static const char *const last_names[] = {"lee",    "chen",   "berg",  "costa",  "diallo", "evans", "fischer",
                                         "garcia", "haas",   "ito",   "jansen", "kaya",   "lopez", "moreau",
                                         "novak",  "okafor", "petit", "quist",  "rossi",  "silva", "tanaka"};
/* Two thirds of a list are at a few large providers, the rest at many small ones. */
static const char *const large_domains[] = {"example.com",     "example.net", "mail.example.com",
                                            "isp.example.net", "example.edu", "webmail.example"};
enum { SMALL_DOMAINS = 2000 };

guint64 people_dice(guint64 n, guint64 salt)
{
    guint64 z = n * 0x9E3779B97F4A7C15u + salt * 0xD1B54A32D192ED03u + 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static const char *first_name(guint64 n)
{
    return first_names[people_dice(n, 1) % G_N_ELEMENTS(first_names)];
}

static const char *last_name(guint64 n)
{
    return last_names[people_dice(n, 2) % G_N_ELEMENTS(last_names)];
}

void people_append_local(GString *out, guint64 n)
{
    /* The number at the end keeps addresses apart: no name ends in a digit. */
    g_string_append(out, first_name(n));
    g_string_append_c(out, '.');
    g_string_append(out, last_name(n));
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, n);
}

void people_append_domain(GString *out, guint64 n)
{
    guint64 dice = people_dice(n, 3);
    if (dice % 3)
        g_string_append(out, large_domains[dice / 3 % G_N_ELEMENTS(large_domains)]);
    else
        g_string_append_printf(out, "shop%u.example", (guint)(dice / 3 % SMALL_DOMAINS));
}

static void append_title(GString *out, const char *word)
{
    g_string_append_c(out, g_ascii_toupper(word[0]));
    g_string_append(out, word + 1);
}

static void append_note(GString *out, guint64 dice)
{
    static const char *const notes[] = {
        "met at the fair",
        "\"likes \"\"quotes\"\", and commas\"",
        "prefers the monthly letter to the weekly one",
        "\"Straße 12, 10115 Berlin\"",
        "moved; asked twice for the printed catalogue",
    };
    if (dice % 400 == 1)
        g_string_append(out, "\"two\r\nlines\"");
    else if (dice % 4 == 0)
        g_string_append(out, notes[dice / 4 % G_N_ELEMENTS(notes)]);
}

void people_append_row(GString *out, guint64 n, guint64 id)
{
    guint64 dice = people_dice(n, 4);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT ",", id);
    gsize address = out->len;
    people_append_local(out, n);
    g_string_append_c(out, '@');
    people_append_domain(out, n);
    if (dice % 64 == 0) {
        out->str[address] = g_ascii_toupper(out->str[address]);
        out->str[out->len - 1] = g_ascii_toupper(out->str[out->len - 1]);
    }
    g_string_append_c(out, ',');
    append_title(out, first_name(n));
    g_string_append(out, dice % 32 == 1 ? " Müller-" : " ");
    append_title(out, last_name(n));
    g_string_append_printf(out, ",%u-%02u-%02u,", 2016 + (guint)(dice >> 8) % 10, 1 + (guint)(dice >> 16) % 12,
                           1 + (guint)(dice >> 24) % 28);
    append_note(out, dice >> 32);
    g_string_append(out, "\r\n");
}
