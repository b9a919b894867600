/* SPDX-License-Identifier: MIT */
#include "tests/attribution/bounces.h"

#include "core/match/address.h"

struct maker {
    GRand *rand;
    struct pool *pool;
    guint32 people;
    guint32 person, other; /* whose it is; another subscriber */
    struct view address, second, stranger;
    char id[ID_LENGTH + 1];
    bool loose; /* the last return path was */
    struct made *made;
};

/* --- return paths ------------------------------------------------------------------------------------------------- */

/* %L local part, %D domain, %I id, %N a number, %H sixteen hexadecimal digits. The forms of reference manuals. */
static const char *const PATHS[] = {
    "news-return-%N-%L=%D@lists.example.org", /* ezmlm */
    "news-return-warn-%N.abcdefghijklmnopqrst-%L=%D@lists.example.org",
    "news+bounces-%N-%L=%D@lists.example.org", /* mlmmj */
    "news+bounces-probe-%L=%D@lists.example.org",
    "news-bounces+%L=%D@lists.example.org",     /* Mailman 2 and 3 */
    "bounce+%L==a==%D==news@lists.example.org", /* Sympa */
    "bounce+%L==a==%D==news==w@lists.example.org",
    "owner-news+%L=%D@lists.example.org",   /* Postfix */
    "news-request+%L=%D@lists.example.org", /* Exim */
    "news-request=%L%%%D@lists.example.org",
    "bounces+%N-10be-%L=%D@em12.example.org",    /* SendGrid */
    "bounce+2d998f.371096-%L=%D@mg.example.org", /* Mailgun */
    "bounce-%N-1206365-%L=%D@lm.example.org",    /* Lyris */
    "return-a31-%N-272-%L=%D=4@ga.example.org",  /* GreenArrow */
    "news-owner-%L=%D@lists.example.org",        /* qmail */
    "bounce-%L=%D@lists.example.org",            /* LOOSE: nothing says where the prefix ends */
    "bounces-%L=%D@lists.example.org",
    "bounce+%I@lists.example.org", /* the subscriber's UUID */
    "bounces+%I@lists.example.org",
    "b.%N.%N7.%H@crm.example.org", /* CiviCRM: a queue's number, nobody's by itself */
};
enum { LOOSE = 15, LOOSE_END = 17, PATHS_OF_PERSONS = G_N_ELEMENTS(PATHS) - 1 };

static struct view path_for(struct maker *m, const char *form, struct view address)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct view local = address_local(address), domain = address_domain(address);
    for (const char *c = form; *c; c++) {
        if (*c != '%') {
            g_string_append_c(out, *c);
            continue;
        }
        switch (*++c) {
        case 'L':
            g_string_append_len(out, local.data, (gssize)local.len);
            break;
        case 'D':
            g_string_append_len(out, domain.data, (gssize)domain.len);
            break;
        case 'I':
            g_string_append(out, m->id);
            break;
        case 'N':
            g_string_append_printf(out, "%d", g_rand_int_range(m->rand, 1, 99999));
            break;
        case 'H':
            g_string_append(out, "0123456789abcdef");
            break;
        default:
            g_string_append_c(out, *c);
        }
    }
    return pool_copy(m->pool, (struct view){.data = out->str, .len = out->len});
}

/* Forwarders and senders wrap what they pass on. */
static struct view wrapped(struct maker *m, struct view path)
{
    struct view local = address_local(path), domain = address_domain(path);
    int l = (int)local.len, d = (int)domain.len;
    switch (g_rand_int_range(m->rand, 0, 12)) {
    case 0:
        return pool_printf(m->pool, "SRS0=HHH=TT=%.*s=%.*s@fwd.example.net", d, domain.data, l, local.data);
    case 1:
        return pool_printf(m->pool, "SRS1=HHH=one.example.net==HHH=TT=%.*s=%.*s@two.example.net", d, domain.data, l,
                           local.data);
    case 2:
        return pool_printf(m->pool, "prvs=1234abcdef=%.*s@%.*s", l, local.data, d, domain.data);
    case 3:
        return pool_printf(m->pool, "in+SRS=HASH=TT=%.*s=%.*s@tenant.example.net", d, domain.data, l, local.data);
    default:
        return path;
    }
}

/* One that names the person. What a mail system would not send, for it is too long, is not made. */
static struct view path_of(struct maker *m, struct view address)
{
    enum { LOCAL_PART = 64 }; /* one of exactly this length may have been cut, and is for review */
    for (;;) {
        int form = g_rand_int_range(m->rand, 0, PATHS_OF_PERSONS);
        struct view path = path_for(m, PATHS[form], address);
        struct view whole = wrapped(m, path);
        /* A number before the name may be that of a sub-list. */
        bool numbered = form == 0 && g_ascii_isdigit(address.data[0]);
        m->loose = (form >= LOOSE && form < LOOSE_END) || numbered;
        if (address_local(path).len < LOCAL_PART && address_local(whole).len != LOCAL_PART)
            return whole;
    }
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static const char NO_PATH[] = "bounces@lists.example.org";

#define V(view) (int)(view).len, (view).data

static void head(struct maker *m, struct view path)
{
    static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To"};
    g_string_append(m->made->text, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\n"
                                   "Subject: Undelivered Mail Returned to Sender\n"
                                   "Date: Mon, 13 Apr 2026 08:00:00 +0000\nMIME-Version: 1.0\n");
    g_string_append_printf(m->made->text, "Message-ID: <%u.%u@mx.example.net>\n", g_rand_int(m->rand), m->person);
    g_string_append_printf(m->made->text, "%s: %.*s\n", names[g_rand_int_range(m->rand, 0, G_N_ELEMENTS(names))],
                           V(path));
}

static void recipient(struct maker *m, struct view original, struct view final)
{
    g_string_append(m->made->text, "\n");
    if (original.len)
        g_string_append_printf(m->made->text, "Original-Recipient: rfc822;%.*s\n", V(original));
    g_string_append_printf(m->made->text,
                           "Final-Recipient: rfc822; %.*s\nAction: failed\nStatus: 5.1.1\n"
                           "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n",
                           V(final));
}

/* A report (RFC 3464) on one or two, with the headers of the returned message. */
static void report(struct maker *m, struct view path, struct view original, struct view final, struct view final2,
                   const char *returned)
{
    head(m, path);
    g_string_append(
        m->made->text,
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\nThe mail could "
        "not be delivered.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
        "mx.example.net\n");
    recipient(m, original, final);
    if (final2.len)
        recipient(m, (struct view){0}, final2);
    g_string_append_printf(
        m->made->text,
        "\n--b\nContent-Type: message/rfc822\n\nFrom: News <news@lists.example.org>\n%sSubject: News\n"
        "Message-ID: <%u@lists.example.org>\n\nHello. %.*s wrote to us.\n-- \n%.*s\n\n--b--\n",
        returned, g_rand_int(m->rand), V(m->second), V(m->second));
}

static void wants(struct maker *m, const char *sort, enum wanted wanted)
{
    m->made->sort = sort;
    m->made->event[0].wanted = wanted;
    m->made->event[0].person = m->person;
    m->made->events = 1;
}

static const struct view NONE;

/* Where the mail for the person failed: at home, at somebody unknown, or at another subscriber's. */
static struct view forwarded(struct maker *m)
{
    switch (g_rand_int_range(m->rand, 0, 3)) {
    case 0:
        return m->address;
    case 1:
        return m->stranger;
    default:
        return m->second;
    }
}

static const char *addressed(struct maker *m, struct view to)
{
    return pool_printf(m->pool, "To: %.*s\n", V(to)).data;
}

/* Jean-Pierre's mail goes on to Pierre, of the same house: "news-jean-pierre=…" may then be either's. */
static bool ends_in(struct view address, struct view end)
{
    return address.len > end.len && view_equal_fold(view_from(address, address.len - end.len), end) &&
           !g_ascii_isalnum(address.data[address.len - end.len - 1]);
}

/* A neighbour whose address is the end of this one subscribes as well: where the return path may be either's, and
 * nothing else says whose, both are for review. */
static void by_return_path(struct maker *m)
{
    struct view final = forwarded(m), path = path_of(m, m->address);
    bool either =
        m->loose && ends_in(m->address, person_address(m->person ^ 1, m->pool)) && final.data != m->address.data;
    wants(m, "return path", either || ends_in(m->address, final) ? WANTED_PERSON_OR_DOUBT : WANTED_PERSON);
    report(m, path, NONE, final, NONE, "To: undisclosed-recipients:;\n");
}

static void by_original_recipient(struct maker *m)
{
    wants(m, "original recipient", WANTED_PERSON);
    report(m, view_of(NO_PATH), m->address, forwarded(m), NONE, "To: news@lists.example.org\n");
}

static void by_header(struct maker *m)
{
    static const char *const forms[] = {
        "X-ListMember: %A\n", "X-Listmonk-Subscriber: %I\n",
        "List-Unsubscribe: <mailto:leave@lists.example.org?subject=%I>, <https://example.org/u/%I>\n", "X-Member: %I\n",
        "X-Member: %A\n"};
    wants(m, "header", WANTED_PERSON);
    g_autoptr(GString) headers = g_string_new(forms[g_rand_int_range(m->rand, 0, G_N_ELEMENTS(forms))]);
    g_autofree char *address = view_dup(m->address);
    g_string_replace(headers, "%A", address, 0);
    g_string_replace(headers, "%I", m->id, 0);
    report(m, view_of(NO_PATH), NONE, forwarded(m), NONE, headers->str);
}

static void by_report(struct maker *m)
{
    wants(m, "final recipient", WANTED_PERSON);
    report(m, view_of(NO_PATH), NONE, m->address, NONE, g_rand_boolean(m->rand) ? addressed(m, m->address) : "");
}

/* The others of To and Cc are bystanders. */
static void by_report_of_a_letter_to_several(struct maker *m)
{
    wants(m, "bystanders in To and Cc", WANTED_PERSON);
    const char *to = g_rand_boolean(m->rand)
                         ? pool_printf(m->pool, "To: %.*s\nCc: %.*s\n", V(m->second), V(m->address)).data
                         : pool_printf(m->pool, "To: %.*s, %.*s\n", V(m->second), V(m->address)).data;
    report(m, view_of(NO_PATH), NONE, m->address, NONE, to);
}

/* In the words of qmail. */
static void by_text(struct maker *m)
{
    wants(m, "qmail's text", WANTED_PERSON);
    head(m, view_of(NO_PATH));
    g_string_append_printf(
        m->made->text,
        "\nHi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver "
        "your message to the following addresses.\n\n<%.*s>:\nSorry, no mailbox here by that name. "
        "(#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: "
        "<bounces@lists.example.org>\nFrom: %.*s\nTo: news@lists.example.org\nCc: %.*s\nMessage-ID: "
        "<1@x>\nSubject: News\n\nHello %.*s\n",
        V(m->address), V(m->second), V(m->second), V(m->second));
}

/* Two recipients, one return path. */
static void two_in_a_report(struct maker *m)
{
    wants(m, "two recipients, one return path", WANTED_PERSON);
    m->made->event[1].wanted = WANTED_PERSON;
    m->made->event[1].person = m->other;
    m->made->events = 2;
    report(m, path_of(m, m->address), NONE, m->address, m->second, addressed(m, m->address));
}

static void addressed_to_one_failed_at_another(struct maker *m)
{
    wants(m, "addressed to one, failed at another", WANTED_NOBODY);
    report(m, view_of(NO_PATH), NONE, m->second, NONE, addressed(m, m->address));
}

static void addressed_to_one_who_has_left(struct maker *m)
{
    wants(m, "addressed to one who has left, failed at a subscriber", WANTED_NOBODY);
    report(m, view_of(NO_PATH), g_rand_boolean(m->rand) ? m->address : NONE, m->address, NONE,
           addressed(m, m->stranger));
}

static void path_of_a_stranger(struct maker *m)
{
    wants(m, "return path of a stranger", WANTED_NOBODY);
    struct view path = path_for(m, PATHS[g_rand_int_range(m->rand, 0, 17)], m->stranger);
    report(m, wrapped(m, path), NONE, m->second, NONE, "");
}

/* The number of a mail that is part of a name. Both subscribe; where the report says which, it is that one. */
static void path_with_a_number_of_a_name(struct maker *m)
{
    m->person = m->person / 28 * 28 + 24 + m->person % 2 * 2; /* the family of the numbers */
    if (m->person + 1 >= m->people)
        m->person = 24;
    struct view longer = person_address(m->person, m->pool), shorter = person_address(m->person + 1, m->pool);
    bool named = g_rand_boolean(m->rand), second = g_rand_boolean(m->rand);
    m->person += second;
    wants(m, "return path with a number of a name", named ? WANTED_PERSON : WANTED_PERSON_OR_DOUBT);
    report(m, path_for(m, "news-return-%L=%D@lists.example.org", longer), NONE,
           !named   ? m->stranger
           : second ? shorter
                    : longer,
           NONE, "To: undisclosed-recipients:;\n");
}

static void two_original_recipients(struct maker *m)
{
    wants(m, "two original recipients", WANTED_NOBODY);
    struct view both = pool_printf(m->pool, "%.*s\nOriginal-Recipient: rfc822;%.*s", V(m->address), V(m->second));
    report(m, view_of(NO_PATH), both, m->stranger, NONE, "");
}

static void two_return_paths(struct maker *m)
{
    wants(m, "two return paths", WANTED_NOBODY);
    struct view other = g_rand_boolean(m->rand) ? m->second : m->stranger;
    struct view back = path_for(m, "news-bounces+%L=%D@lists.example.org", other);
    report(m, path_for(m, "news-bounces+%L=%D@lists.example.org", m->address), NONE, m->address, NONE,
           pool_printf(m->pool, "Return-Path: <%.*s>\n", V(back)).data);
}

/* Of one who has left, and whose address ends in that of a subscriber. Where the return path may be either's, the
 * report names him. */
static void path_of_a_namesake(struct maker *m)
{
    wants(m, "return path of a namesake who has left", WANTED_NOBODY);
    struct view left = pool_printf(m->pool, "gone-%.*s", V(m->address));
    struct view path = path_of(m, left);
    if (view_find(path, view_of(m->id)) >= 0)
        path = path_for(m, PATHS[0], left);
    struct view elsewhere = g_rand_boolean(m->rand) ? m->stranger : m->address;
    bool named = m->loose || g_rand_boolean(m->rand);
    bool original = g_rand_boolean(m->rand);
    report(m, path, named && original ? left : NONE, named && !original ? left : elsewhere, NONE,
           "To: undisclosed-recipients:;\n");
}

static void path_and_header_disagree(struct maker *m)
{
    wants(m, "return path and header disagree", WANTED_NOBODY);
    report(m, path_of(m, m->address), NONE, m->stranger, NONE,
           pool_printf(m->pool, "X-ListMember: %.*s\n", V(m->second)).data);
}

static void of_nobody(struct maker *m)
{
    wants(m, "nobody's", WANTED_NOBODY);
    report(m, view_of(NO_PATH), NONE, m->stranger, NONE, "To: news@lists.example.org\n");
}

/* A report by a program that nobody knows, which names half a dozen people. */
static void text_that_names_several(struct maker *m)
{
    wants(m, "a text that names several", WANTED_NOBODY);
    head(m, view_of(NO_PATH));
    g_string_append_printf(m->made->text,
                           "\nYour mail was not delivered. The mailbox is unavailable.\n\n  %.*s\n  %.*s\n\nAsk "
                           "%.*s for help.\n",
                           V(m->address), V(m->second), V(m->stranger));
}

/* A subscriber shows the list what came back to him. */
static void post_with_a_bounce(struct maker *m)
{
    wants(m, "a post with a bounce attached", WANTED_NOBODY);
    g_string_append_printf(
        m->made->text,
        "From: %.*s\nTo: news@lists.example.org\nSubject: what is this?\nMIME-Version: 1.0\n"
        "Message-ID: <p%u@example.org>\nContent-Type: multipart/mixed; boundary=\"o\"\n\n--o\n\nLook "
        "what I got.\n\n--o\nContent-Type: message/rfc822\n\n",
        V(m->second), g_rand_int(m->rand));
    report(m, view_of(NO_PATH), NONE, m->address, NONE, addressed(m, m->address));
    g_string_append(m->made->text, "\n--o--\n");
}

static const struct {
    unsigned weight;
    void (*make)(struct maker *m);
} SORTS[] = {
    {50, by_return_path},
    {8, by_original_recipient},
    {8, by_header},
    {10, by_report},
    {4, by_report_of_a_letter_to_several},
    {4, by_text},
    {4, two_in_a_report},
    {2, addressed_to_one_failed_at_another},
    {2, addressed_to_one_who_has_left},
    {2, path_of_a_stranger},
    {2, path_of_a_namesake},
    {1, path_with_a_number_of_a_name},
    {1, two_original_recipients},
    {1, two_return_paths},
    {2, path_and_header_disagree},
    {2, of_nobody},
    {2, text_that_names_several},
    {2, post_with_a_bounce},
};

void bounce_make(guint32 seed, guint32 n, guint32 people, struct pool *pool, struct made *made)
{
    const guint32 seeds[] = {seed, n};
    struct maker m = {.pool = pool, .people = people, .made = made};
    m.rand = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
    m.person = (guint32)g_rand_int_range(m.rand, 0, (gint32)people);
    /* Mostly a neighbour, whose address is the like. */
    m.other = g_rand_boolean(m.rand) ? m.person ^ 1 : (guint32)g_rand_int_range(m.rand, 0, (gint32)people);
    if (m.other == m.person || m.other >= people)
        m.other = (m.person + 2) % people;
    m.address = person_address(m.person, pool);
    m.second = person_address(m.other, pool);
    m.stranger = stranger_address(n, pool);
    person_id(m.person, m.id);
    unsigned all = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(SORTS); i++)
        all += SORTS[i].weight;
    unsigned which = (unsigned)g_rand_int_range(m.rand, 0, (gint32)all);
    for (size_t i = 0; i < G_N_ELEMENTS(SORTS); i++) {
        if (which < SORTS[i].weight) {
            SORTS[i].make(&m);
            break;
        }
        which -= SORTS[i].weight;
    }
    g_rand_free(m.rand);
}
