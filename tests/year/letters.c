/* SPDX-License-Identifier: MIT */
#include "tests/year/letters.h"

#include "core/match/signed.h"

#define BOUNCE_HOST "bounces.example.org"
#define OUR_MTA "mta.example.org"

/* What one letter is made of. */
struct letter {
    const struct world *world;
    const struct signal *signal;
    GString *out;
    char *address, *path, *date, *said, *id;
    const char *mx, *status;
};

static char *date_of(gint64 time)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return g_strdup_printf("%s, %d %s %d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(date) - 1],
                           g_date_time_get_day_of_month(date), months[g_date_time_get_month(date) - 1],
                           g_date_time_get_year(date), g_date_time_get_hour(date), g_date_time_get_minute(date),
                           g_date_time_get_second(date));
}

/* What the server said, with the address (%s), its domain (%d) and its name (%m) in it. */
static char *said_of(const struct letter *l)
{
    GString *said = g_string_new(NULL);
    const char *text = answer_text((enum answer)l->signal->answer, l->signal->wording);
    for (const char *c = text ? text : ""; *c; c++) {
        bool field = c[0] == '%' && c[1];
        const char *value = !field        ? NULL
                            : c[1] == 's' ? l->address
                            : c[1] == 'd' ? world_domain(l->world, l->signal->person)
                                          : l->mx;
        if (value)
            g_string_append(said, value);
        else
            g_string_append_c(said, *c);
        c += field;
    }
    return g_string_free(said, FALSE);
}

/* A forger knows the address, not the key. */
static char *path_of(const struct letter *l, const struct keys *keys)
{
    if (l->signal->forged)
        return g_strdup("news@" BOUNCE_HOST);
    g_autofree char *campaign = g_strdup_printf("n%d", l->signal->campaign);
    struct signed_mailing mailing = {
        .keys = keys, .prefix = VIEW("b+"), .campaign = view_of(campaign), .host = VIEW(BOUNCE_HOST)};
    GString *path = g_string_new(NULL);
    GError *error = NULL;
    struct pool pool;
    pool_init(&pool);
    signed_append(&mailing, CANDIDATE_ADDRESS, view_of(l->address), &pool, path, NULL, &error);
    pool_clear(&pool);
    g_assert_no_error(error);
    return g_string_free(path, FALSE);
}

static void append_head(const struct letter *l, const char *from, const char *subject)
{
    g_string_append_printf(l->out,
                           "From MAILER-DAEMON Wed Jan  1 00:00:00 2025\nReturn-Path: <>\nDelivered-To: %s\nDate: %s\n"
                           "From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s@%s>\nMIME-Version: 1.0\n",
                           l->path, l->date, from, l->path, subject, l->id, OUR_MTA);
}

static void append_returned(const struct letter *l)
{
    g_autofree char *sent = date_of(world_mail_time(l->world, l->signal->person, l->signal->campaign));
    g_string_append_printf(l->out,
                           "Return-Path: <%s>\nDate: %s\nFrom: News <news@example.org>\nTo: %s\n"
                           "Subject: The letter of the day\nMessage-ID: <letter-%d-%u@example.org>\n"
                           "X-Campaign: n%d\nPrecedence: bulk\n",
                           l->path, sent, l->address, l->signal->campaign, l->signal->person, l->signal->campaign);
}

/* RFC 3464. `words` are the human part, `type` is of the Diagnostic-Code. */
static void append_report(const struct letter *l, const char *words, const char *action, const char *type)
{
    g_string_append_printf(l->out,
                           "Content-Type: multipart/report; report-type=delivery-status; boundary=\"%s\"\n\n"
                           "--%s\nContent-Type: text/plain; charset=us-ascii\n\n%s\n\n"
                           "--%s\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; %s\nArrival-Date: %s\n\n"
                           "Final-Recipient: rfc822; %s\nAction: %s\nStatus: %s\nRemote-MTA: dns; %s\n"
                           "Diagnostic-Code: %s; %s\nLast-Attempt-Date: %s\n\n"
                           "--%s\nContent-Type: text/rfc822-headers\n\n",
                           l->id, l->id, words, l->id, OUR_MTA, l->date, l->address, action, l->status, l->mx, type,
                           l->said, l->date, l->id);
    append_returned(l);
    g_string_append_printf(l->out, "\n--%s--\n\n", l->id);
}

static void postfix_letter(const struct letter *l)
{
    g_autofree char *words = g_strdup_printf(
        "This is the mail system at host %s.\n\nI'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\n"
        "For further assistance, please send mail to postmaster.\n\n<%s>: %s",
        OUR_MTA, l->address, l->said);
    append_head(l, "MAILER-DAEMON@" OUR_MTA " (Mail Delivery System)", "Undelivered Mail Returned to Sender");
    append_report(l, words, "failed", g_ascii_isdigit(l->said[0]) ? "smtp" : "x-postfix");
}

static void exchange_letter(const struct letter *l)
{
    g_autofree char *words = g_strdup_printf("Delivery has failed to these recipients or groups:\n\n%s\n\nDiagnostic "
                                             "information for administrators:\n\nGenerating server: %s\n\n%s\n"
                                             "Remote Server returned '%s'",
                                             l->address, l->mx, l->address, l->said);
    append_head(l, "Microsoft Outlook <postmaster@" OUR_MTA ">", "Undeliverable: The letter of the day");
    append_report(l, words, "failed", "smtp");
}

static void exim_letter(const struct letter *l)
{
    append_head(l, "Mail Delivery System <Mailer-Daemon@" OUR_MTA ">",
                "Mail delivery failed: returning message to sender");
    g_string_append_printf(l->out,
                           "X-Failed-Recipients: %s\nAuto-Submitted: auto-replied\n\n"
                           "This message was created automatically by mail delivery software.\n\n"
                           "A message that you sent could not be delivered to one or more of its\n"
                           "recipients. This is a permanent error. The following address(es) failed:\n\n  %s\n"
                           "    host %s [198.51.100.25]\n    SMTP error from remote mail server after RCPT TO:<%s>:\n"
                           "    %s\n\n------ This is a copy of the message, including all the headers. ------\n\n",
                           l->address, l->address, l->mx, l->address, l->said);
    append_returned(l);
    g_string_append(l->out, "\nGood morning.\n\n");
}

static void qmail_letter(const struct letter *l)
{
    append_head(l, "MAILER-DAEMON@" OUR_MTA, "failure notice");
    g_string_append_printf(
        l->out,
        "\nHi. This is the qmail-send program at %s.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n<%s>:\n"
        "198.51.100.25 does not like recipient.\nRemote host said: %s\nGiving up on 198.51.100.25.\n\n"
        "--- Below this line is a copy of the message.\n\n",
        OUR_MTA, l->address, l->said);
    append_returned(l);
    g_string_append(l->out, "\nGood morning.\n\n");
}

static void delay_letter(const struct letter *l)
{
    g_autofree char *words = g_strdup_printf("This is the mail system at host %s.\n\n"
                                             "THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n"
                                             "Your message could not be delivered for more than 4 hour(s).\n"
                                             "It will be retried until it is 5 day(s) old.\n\n<%s>: %s",
                                             OUR_MTA, l->address, l->said);
    append_head(l, "MAILER-DAEMON@" OUR_MTA " (Mail Delivery System)", "Delayed Mail (still being retried)");
    append_report(l, words, "delayed", g_ascii_isdigit(l->said[0]) ? "smtp" : "x-postfix");
}

/* RFC 3834. */
static void holiday_letter(const struct letter *l)
{
    append_head(l, l->address, "Automatic reply: The letter of the day");
    g_string_append(l->out, "Auto-Submitted: auto-replied\nContent-Type: text/plain\n\n"
                            "I am on holiday and will read your message when I am back.\n\n");
}

/* A system keeps to its kind of letter; what was never said to a client of SMTP is reported by our own. */
static void bounce_letter(const struct letter *l)
{
    static void (*const kinds[])(const struct letter *) = {postfix_letter, postfix_letter,  postfix_letter,
                                                           exim_letter,    exchange_letter, qmail_letter};
    if (l->signal->forged || !g_ascii_isdigit(l->said[0]) || l->said[0] == '4')
        postfix_letter(l);
    else
        kinds[g_str_hash(l->mx) % G_N_ELEMENTS(kinds)](l);
}

void letter_append(const struct world *world, const struct signal *signal, const struct keys *keys, GString *mbox)
{
    struct letter l = {.world = world, .signal = signal, .out = mbox, .mx = world_mx(world, signal->person)};
    GString *address = g_string_new(NULL);
    world_append_address(world, signal->person, address);
    l.address = g_string_free(address, FALSE);
    l.path = path_of(&l, keys);
    l.date = date_of(signal->time);
    l.said = said_of(&l);
    l.status = answer_status((enum answer)signal->answer, signal->wording);
    l.id = g_strdup_printf("%d.%u.%d.%d", signal->campaign, signal->person, signal->kind, signal->forged);
    if (signal->kind == SIGNAL_AUTO_REPLY)
        holiday_letter(&l);
    else if (signal->kind == SIGNAL_DELAY)
        delay_letter(&l);
    else
        bounce_letter(&l);
    g_free(l.address);
    g_free(l.path);
    g_free(l.date);
    g_free(l.said);
    g_free(l.id);
}
