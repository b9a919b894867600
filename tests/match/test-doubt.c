/* SPDX-License-Identifier: MIT
 * Steps that contradict each other: nobody is blamed for what is doubtful. Ann and Bob subscribe, nobody else. Left is
 * known to have done, and shared that letters to many are addressed to it. */
#include "core/match/settle.h"

static const struct {
    const char *claim;    /* "step address[/scheme] …", strongest first; an address of digits is an id */
    const char *expected; /* who, by what, in what doubt, against whom */
} CASES[] = {
    /* A forwards to B, and both subscribe: the envelope knows for whom it was. */
    {"verp ann@example.org final-recipient bob@example.org", "ann@example.org verp"},
    {"verp-key ann@example.org message-id bob@example.org", "ann@example.org verp-key"},
    {"original-recipient ann@example.org final-recipient bob@example.org", "ann@example.org original-recipient"},
    {"original-recipient ann@example.org received-for gone@example.net/relayed", "ann@example.org original-recipient"},
    {"original-recipient ann@example.org received-for bob@example.org/relayed", "ann@example.org original-recipient"},
    /* But it may be the word of a mail system behind the one that forwarded. */
    {"original-recipient ann@example.org returned-to bob@example.org",
     "ann@example.org bob@example.org original-recipient steps returned-to"},
    {"original-recipient ann@example.org returned-to gone@example.net",
     "ann@example.org original-recipient stranger returned-to"},
    {"original-recipient ann@example.org received-for gone@example.net",
     "ann@example.org original-recipient stranger received-for"},
    {"original-recipient ann@example.org original-recipient bob@example.org",
     "ann@example.org bob@example.org original-recipient readings"},
    {"original-recipient ann@example.org original-recipient gone@example.net",
     "ann@example.org original-recipient stranger original-recipient"},
    {"header-id 1 final-recipient bob@example.org", "ann@example.org header-id"},
    {"message-id ann@example.org final-recipient gone@example.net", "ann@example.org message-id"},
    /* The envelope says one, what our own system put into the mail another. */
    {"verp ann@example.org header-id 2", "ann@example.org bob@example.org verp steps header-id"},
    {"verp ann@example.org header-id 1", "ann@example.org verp"},
    {"verp ann@example.org message-id bob@example.org", "ann@example.org bob@example.org verp steps message-id"},
    {"original-recipient ann@example.org envelope-id bob@example.org",
     "ann@example.org bob@example.org original-recipient steps envelope-id"},
    {"envelope-id ann@example.org message-id bob@example.org",
     "ann@example.org bob@example.org envelope-id steps message-id"},
    {"verp ann@example.org message-id gone@example.net", "ann@example.org verp"},
    /* Whom a mail is addressed to need not be who got it. */
    {"returned-to ann@example.org", "ann@example.org returned-to"},
    {"received-for ann@example.org", "ann@example.org received-for"},
    {"returned-to ann@example.org final-recipient bob@example.org",
     "ann@example.org bob@example.org returned-to steps final-recipient"},
    {"returned-to ann@example.org received-for bob@example.org",
     "ann@example.org bob@example.org returned-to steps received-for"},
    {"returned-to ann@example.org received-for list@example.org", "ann@example.org returned-to"},
    {"returned-to ann@example.org final-recipient gone@example.net",
     "ann@example.org returned-to elsewhere final-recipient"},
    {"returned-to ann@example.org text gone@example.net", "ann@example.org returned-to elsewhere text"},
    {"received-for ann@example.org x-failed-recipients gone@example.net",
     "ann@example.org received-for elsewhere x-failed-recipients"},
    {"received-for ann@example.org received-for bob@example.org",
     "ann@example.org bob@example.org received-for readings"},
    {"returned-to list@example.org final-recipient bob@example.org", "bob@example.org final-recipient"},
    /* The same person under her house's inner name. */
    {"returned-to ann@example.org final-recipient ann@mail.example.org", "ann@example.org returned-to"},
    {"returned-to ann@example.org final-recipient ann@example.onmicrosoft.com", "ann@example.org returned-to"},
    {"returned-to ann@example.org final-recipient ann@myexample.org",
     "ann@example.org returned-to elsewhere final-recipient"},
    {"returned-to ann@example.org final-recipient info@mail.example.org",
     "ann@example.org returned-to elsewhere final-recipient"},
    /* Two who failed, in a report on one. */
    {"x-failed-recipients ann@example.org final-recipient bob@example.org",
     "ann@example.org bob@example.org x-failed-recipients steps final-recipient"},
    {"x-failed-recipients ann@example.org final-recipient gone@example.net", "ann@example.org x-failed-recipients"},
    /* A return path that is uncertainly read may still tell of somebody else. */
    {"final-recipient ann@example.org verp-guess bob@example.org",
     "ann@example.org bob@example.org final-recipient steps verp-guess"},
    {"returned-to ann@example.org verp-guess bob@example.org",
     "ann@example.org bob@example.org returned-to steps verp-guess"},
    {"verp ann@example.org verp-guess bob@example.org", "ann@example.org verp"},
    {"final-recipient ann@example.org verp-guess ann@example.o", "ann@example.org final-recipient"},
    {"final-recipient ann@example.org verp-guess gone@example.net",
     "ann@example.org final-recipient stranger verp-guess"},
    /* It was sent to somebody who is not in the list. */
    {"verp gone@example.net final-recipient bob@example.org", "bob@example.org final-recipient stranger verp"},
    {"original-recipient gone@example.net final-recipient bob@example.org",
     "bob@example.org final-recipient stranger original-recipient"},
    {"message-id gone@example.net returned-to bob@example.org", "bob@example.org returned-to stranger message-id"},
    {"header-id gone@example.net final-recipient bob@example.org", "bob@example.org final-recipient"},
    {"verp 99 final-recipient bob@example.org", "bob@example.org final-recipient"},
    {"verp gone@example.net final-recipient gone@example.org", "nobody"},
    {"verp ann@example.org verp gone@example.net", "ann@example.org verp"},
    {"verp ann@example.org verp left@example.net", "ann@example.org verp stranger verp"},
    {"verp-key ann@example.org verp left@example.net", "ann@example.org verp-key"},
    {"verp gone@example.net verp ann@example.org/other", "ann@example.org verp stranger verp"},
    {"verp ann@example.org verp gone@example.net/other", "ann@example.org verp stranger verp"},
    {"verp gone@example.net/other verp ann@example.org/other", "ann@example.org verp"},
    /* It was addressed to somebody who is not in the list, as far as a letter to one is. */
    {"returned-to gone@example.net final-recipient bob@example.org",
     "bob@example.org final-recipient stranger returned-to"},
    {"received-for gone@example.net final-recipient bob@example.org",
     "bob@example.org final-recipient stranger received-for"},
    {"received-for gone@example.net/relayed final-recipient bob@example.org", "bob@example.org final-recipient"},
    {"received-for gone@example.net received-for bob@example.org/relayed",
     "bob@example.org received-for stranger received-for"},
    {"returned-to gone@example.net received-for bob@example.org", "bob@example.org received-for stranger returned-to"},
    {"returned-to gone@example.net x-failed-recipients bob@example.org",
     "bob@example.org x-failed-recipients stranger returned-to"},
    {"returned-to bob@mail.example.org final-recipient bob@example.org", "bob@example.org final-recipient"},
    {"verp bob@example.org returned-to gone@example.net", "bob@example.org verp"},
    {"header-id bob@example.org returned-to gone@example.net", "bob@example.org header-id"},
    {"returned-to garden-news@example.org final-recipient bob@example.org", "bob@example.org final-recipient"},
    {"returned-to garden@lists.example.org final-recipient bob@example.org", "bob@example.org final-recipient"},
    {"returned-to undisclosed-recipients@example.org final-recipient bob@example.org",
     "bob@example.org final-recipient"},
    {"returned-to shared@example.net final-recipient bob@example.org", "bob@example.org final-recipient"},
};

static size_t read_claim(char **words, struct candidate *into)
{
    size_t n = 0;
    for (; words[2 * n]; n++) {
        struct view key = view_of(words[2 * n + 1]);
        ssize_t slash = view_index(key, '/');
        struct view scheme = slash >= 0 ? view_from(key, (size_t)slash + 1) : (struct view){0};
        key = slash >= 0 ? view_first(key, (size_t)slash) : key;
        if (view_equal(scheme, VIEW("other")))
            scheme = VIEW("mailman" CLAIM_OTHER_PATH);
        into[n] = (struct candidate){
            .is = view_index(key, '@') < 0 ? CANDIDATE_ID : CANDIDATE_ADDRESS, .key = key, .scheme = scheme};
        g_assert_true(claim_step_parse(view_of(words[2 * n]), &into[n].step));
    }
    return n;
}

static char *outcome(const struct candidate *claim, size_t count)
{
    static const char *const DOUBTS[] = {[DOUBT_READINGS] = " readings",
                                         [DOUBT_STEPS] = " steps",
                                         [DOUBT_STRANGER] = " stranger",
                                         [DOUBT_ELSEWHERE] = " elsewhere"};
    g_autoptr(subjects_auto) subjects = subjects_new();
    for (size_t i = 0; i < count; i++)
        subjects_want(subjects, claim[i].is, claim[i].key);
    subjects_mark(subjects, VIEW("left@example.net"), SUBJECT_WAS_HERE);
    subjects_mark(subjects, VIEW("shared@example.net"), SUBJECT_SHARED);
    do {
        subjects_see(subjects, VIEW("ann@example.org"), VIEW("1"), 1, 0, 10);
        subjects_see(subjects, VIEW("bob@example.org"), VIEW("2"), 2, 10, 10);
    } while (subjects_again(subjects));
    struct settlement s = settle(subjects, claim, count);
    GString *text = g_string_new(s.count ? NULL : "nobody");
    for (size_t i = 0; i < s.count; i++)
        g_string_append_printf(text, "%.*s ", (int)subjects_key(subjects, s.subject[i]).len,
                               subjects_key(subjects, s.subject[i]).data);
    g_assert_cmpint(s.settled, ==, s.count == 0 ? SETTLED_NONE : s.count == 1 ? SETTLED_ONE : SETTLED_AMBIGUOUS);
    if (s.count)
        g_string_append(text, claim_step_name(s.step));
    g_string_append(text, s.doubt ? DOUBTS[s.doubt] : "");
    if (s.against)
        g_string_append_printf(text, " %s", claim_step_name(s.against->step));
    return g_string_free(text, FALSE);
}

static void of_contradicting_steps_none_is_believed(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        struct candidate claim[8];
        g_auto(GStrv) words = g_strsplit(CASES[i].claim, " ", -1);
        size_t count = read_claim(words, claim);
        g_autofree char *found = outcome(claim, count);
        if (strcmp(found, CASES[i].expected) != 0)
            g_error("'%s' gives '%s', not '%s'", CASES[i].claim, found, CASES[i].expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settle/of contradicting steps none is believed", of_contradicting_steps_none_is_believed);
    return g_test_run();
}
