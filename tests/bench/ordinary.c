/* SPDX-License-Identifier: MIT */
#include "ordinary.h"

#include "people.h"

static const char *const words[] = {"the",    "letter",  "garden",   "of",       "spring", "and",     "we",   "offer",
                                    "you",    "tickets", "for",      "March",    "with",   "thank",   "a",    "reader",
                                    "price",  "from",    "tomorrow", "delivery", "about",  "failed",  "book", "to",
                                    "market", "user",    "in",       "mail",     "open",   "Saturday"};
enum { PHOTO_LINES = 500 };

static void append_words(GString *out, guint64 seed, guint count)
{
    gsize line = out->len;
    for (guint i = 0; i < count; i++) {
        g_string_append(out, words[people_dice(seed + i, 20) % G_N_ELEMENTS(words)]);
        g_string_append_c(out, ' ');
        if (out->len - line > 68) {
            out->str[out->len - 1] = '\n';
            line = out->len;
        }
    }
    g_string_append(out, ".\n\n");
}

static void append_head(GString *out, guint64 number, guint64 person, gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_autofree char *when = g_date_time_format(date, "%a, %d %b %Y %H:%M:%S +0000");
    GString *address = g_string_new(NULL);
    people_append_local(address, person);
    g_string_append_c(address, '@');
    people_append_domain(address, person);
    g_string_append_printf(
        out,
        "Return-Path: <%s>\nDelivered-To: news@example.org\n"
        "Received: from mx%u.example.net (mx%u.example.net [198.51.100.%u])\n"
        "\tby bounces.example.org (Postfix) with ESMTPS id %08X; %s\n"
        "Date: %s\nFrom: %s\nTo: news@example.org\nMessage-ID: <%08x.%u@mail.example.net>\nMIME-Version: 1.0\n",
        address->str, (guint)number % 9, (guint)number % 9, (guint)number % 250 + 1, (guint)people_dice(number, 21),
        when, when, address->str, (guint)people_dice(number, 22), (guint)number);
    g_string_free(address, TRUE);
}

static void append_reply(GString *out, guint64 seed)
{
    g_string_append(out, "Subject: Re: Spring letter\nContent-Type: text/plain; charset=utf-8\n"
                         "Content-Transfer-Encoding: 8bit\n\nHello,\n\n");
    append_words(out, seed, 20 + (guint)(seed % 150));
    g_string_append(out, "Grüße\n\n> Hello, here is the letter.\n> ");
    append_words(out, seed + 500, 40);
}

static void append_photo(GString *out, guint64 seed)
{
    g_string_append(out,
                    "--=_bench_1\nContent-Type: image/jpeg; name=\"photo.jpg\"\nContent-Transfer-Encoding: base64\n"
                    "Content-Disposition: attachment; filename=\"photo.jpg\"\n\n");
    guchar bytes[54];
    for (guint line = 0; line < PHOTO_LINES; line++) {
        for (gsize i = 0; i < sizeof bytes; i++)
            bytes[i] = (guchar)people_dice(seed + line * sizeof bytes + i, 23);
        g_autofree char *text = g_base64_encode(bytes, sizeof bytes);
        g_string_append(out, text);
        g_string_append_c(out, '\n');
    }
}

static void append_newsletter(GString *out, guint64 seed, gboolean with_photo)
{
    const char *boundary = with_photo ? "=_bench_2" : "=_bench_1";
    g_string_append(out, "Subject: =?utf-8?q?Unser_Fr=C3=BChlingsbrief?=\n");
    if (with_photo)
        g_string_append_printf(out, "Content-Type: multipart/mixed; boundary=\"=_bench_1\"\n\n--=_bench_1\n");
    g_string_append_printf(out,
                           "Content-Type: multipart/alternative; boundary=\"%s\"\n\n--%s\n"
                           "Content-Type: text/plain; charset=utf-8\n\n",
                           boundary, boundary);
    append_words(out, seed, 120);
    g_string_append_printf(
        out,
        "--%s\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<html><body style=3D\"margin:0\">\n",
        boundary);
    for (guint i = 0; i < 4 + seed % 8; i++) {
        g_string_append(out, "<p class=3D\"text\">");
        append_words(out, seed + 100 * i, 60);
    }
    g_string_append_printf(out, "</body></html>\n\n--%s--\n", boundary);
    if (with_photo) {
        append_photo(out, seed);
        g_string_append(out, "--=_bench_1--\n");
    }
}

void ordinary_append(GString *out, guint64 number, guint64 person, gint64 time)
{
    guint64 seed = people_dice(number, 24);
    append_head(out, number, person, time);
    if (seed % 4 != 0)
        append_reply(out, seed >> 8);
    else
        append_newsletter(out, seed >> 8, seed % 32 == 0);
}
