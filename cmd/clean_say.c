/* SPDX-License-Identifier: MIT
 * What winnow clean says: what is odd about the list, and the summary. */
#include "cmd/clean.h"

#include "core/policy/signing.h"

#include <stdio.h>

enum { FAULTS_SHOWN = 3 }; /* rows of the list that are said to be bad; --verbose and the report show more */

/* What is odd about the list as a whole, as one line each; ends with NULL. */
char **clean_oddities(const struct clean *c)
{
    const struct judgement *j = &c->judgement;
    GPtrArray *lines = g_ptr_array_new();
    for (const char *const *notice = list_notices(c->list); notice && *notice; notice++)
        g_ptr_array_add(lines, g_strdup_printf("'%s': %s", c->list_path, *notice));
    if (j->ragged)
        g_ptr_array_add(lines,
                        g_strdup_printf("'%s': rows with more or fewer cells than the first one: %" G_GUINT64_FORMAT
                                        "; they stay as they are",
                                        c->list_path, j->ragged));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

/* Not one address: most likely it is the wrong column. */
bool clean_is_without_addresses(const struct judgement *judgement)
{
    return judgement->row_count > 0 && judgement->fate[ROW_FATE_REJECTED] == judgement->row_count;
}

/* Dates of subscribers with evidence; of others none is read. */
void clean_say_dates(const struct clean *c)
{
    const GPtrArray *troubles = dates_troubles(c->judgement.dates);
    guint shown = MIN(troubles->len, c->common.verbose ? G_MAXUINT : FAULTS_SHOWN);
    for (guint i = 0; i < shown; i++)
        say("%s", (const char *)g_ptr_array_index(troubles, i));
    if (shown < dates_unreadable(c->judgement.dates))
        say("%" G_GUINT64_FORMAT " more such dates; see the report", dates_unreadable(c->judgement.dates) - shown);
}

/* Rows that are merely without an address are the list's own affair; one that cannot be read is said aloud. */
void clean_say_faults(const struct clean *c)
{
    const GPtrArray *faults = c->judgement.faults;
    g_auto(GStrv) oddities = clean_oddities(c);
    if (c->common.quiet)
        return;
    if (clean_is_without_addresses(&c->judgement))
        say("'%s': no row has an address in column %zu; is it the right one (--email-column)?", c->list_path,
            list_shape(c->list)->email_column + 1);
    for (char **line = oddities; c->common.verbose && *line; line++)
        say("%s", *line);
    clean_say_dates(c);
    sends_say(&c->sends, c->common.verbose);
    if (!c->common.verbose && c->judgement.unreadable == 0)
        return;
    guint shown = MIN(faults->len, c->common.verbose ? (guint)JUDGE_FAULTS : FAULTS_SHOWN);
    for (guint i = 0; i < shown; i++)
        say("%s", (const char *)g_ptr_array_index(faults, i));
    if (shown < c->judgement.rejected)
        say("'%s': %" G_GUINT64_FORMAT " more such rows; see the report", c->list_path, c->judgement.rejected - shown);
}

void clean_say_bursts(struct clean *c)
{
    g_auto(GStrv) lines = quarantine_say(c->judgement.quarantine, c->common.time);
    c->bursts = *lines != NULL;
    for (char **line = lines; *line && !c->common.quiet; line++)
        say("'%s': %s", c->list_path, *line);
}

bool clean_lacks_keys(const struct clean *c)
{
    struct occurrence of = {
        .time = c->common.time, .kind = EVENT_BOUNCE, .class = SES_PERMANENT_NO_EMAIL, .step = CLAIM_VERP};
    struct history history = {.list = c->list_name, .signing = c->judgement.signing};
    return c->bounces && !examiner_has_keys(c->examiner) && policy_unsigned(c->policy, &history, &of, c->common.time);
}

char **clean_signing(const struct clean *c)
{
    GPtrArray *lines = g_ptr_array_new();
    guint64 count = c->judgement.unsigned_events;
    char date[32];
    format_time(signing_since(c->judgement.signing, c->common.time), date);
    date[strlen("2026-05-01")] = '\0';
    if (clean_lacks_keys(c))
        g_ptr_array_add(lines, g_strdup_printf("'%s': mail to this list has been signed since %s, but no --key-file is "
                                               "given: nothing that is read now is proven, and nobody is removed or "
                                               "held for it",
                                               c->list_path, date));
    if (count > 0)
        g_ptr_array_add(lines, g_strdup_printf("'%s': without the signature that mail to this list has had since %s: "
                                               "%" G_GUINT64_FORMAT " message%s in %d days; nobody is removed or held "
                                               "for %s (min-proof in winnow-policy(5))",
                                               c->list_path, date, count, count == 1 ? "" : "s", SIGNING_DAYS,
                                               count == 1 ? "it" : "them"));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

void clean_say_signing(const struct clean *c)
{
    g_auto(GStrv) lines = clean_signing(c);
    for (char **line = lines; *line && !c->common.quiet; line++)
        say("%s", *line);
}

void clean_print_summary(const struct clean *c)
{
    /* What goes to standard output by the user's wish must not be mixed with the summary. */
    bool taken = c->plan_path && strcmp(c->plan_path, "-") == 0;
    for (int i = 0; i < LIST_FILE_COUNT; i++)
        taken = taken || strcmp(c->lists.path[i], "-") == 0;
    FILE *to = taken ? stderr : stdout;
    const guint64 *rows = c->judgement.fate;
    const guint64 *messages = c->judgement.messages;
    struct {
        const char *name;
        guint64 count;
        const char *path;
    } lines[] = {
        {"kept", rows[ROW_FATE_KEPT], c->lists.path[LIST_FILE_CLEAN]},
        {"held", rows[ROW_FATE_HELD], c->lists.path[LIST_FILE_HELD]},
        {"removed", rows[ROW_FATE_REMOVED], c->lists.path[LIST_FILE_REMOVED]},
        {"review", rows[ROW_FATE_REVIEW], c->lists.path[LIST_FILE_REVIEW]},
        {"rejected", rows[ROW_FATE_REJECTED], "no readable address; left in the cleaned list as they are"},
    };
    fprintf(to, "%" G_GUINT64_FORMAT " rows in %s%s\n", c->judgement.row_count, c->list_path,
            c->dry_run ? " (dry run: nothing written)" : "");
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        bool note = i + 1 == G_N_ELEMENTS(lines);
        if (note && lines[i].count == 0)
            continue;
        const char *path = c->dry_run && !note ? "" : lines[i].path;
        fprintf(to, "  %-9s%12" G_GUINT64_FORMAT "%s%s\n", lines[i].name, lines[i].count, *path ? "  " : "", path);
    }
    fprintf(to, "%" G_GUINT64_FORMAT " messages\n", c->intake.messages);
    static const struct {
        const char *name;
        enum message_fate fate;
    } fates[] = {{"counted", FATE_COUNTED},
                 {"known", FATE_DUPLICATE},
                 {"no bounce", FATE_NOT_BOUNCE},
                 {"of nobody", FATE_UNATTRIBUTED},
                 {"unread", FATE_UNREADABLE}};
    for (size_t i = 0; i < G_N_ELEMENTS(fates); i++)
        fprintf(to, "  %-9s%12" G_GUINT64_FORMAT "\n", fates[i].name, messages[fates[i].fate]);
    g_autofree char *known = intake_known(&c->intake);
    if (known)
        fprintf(to, "%s\n", known);
    if (c->plan_path)
        fprintf(to, "plan: %s\n", c->plan_path);
    else if (!c->dry_run)
        fprintf(to, "report: %s\n", c->lists.path[LIST_FILE_REPORT]);
}
