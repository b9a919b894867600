/* SPDX-License-Identifier: MIT */
#include "cmd/guards.h"

#include "core/match/address.h"
#include "db/undo.h"

struct look {
    const struct guard_limits *limits;
    const struct judgement *judgement;
    GHashTable *before;  /* keys that the run before removed */
    GHashTable *domains; /* char * -> number of rows removed anew */
    guint64 anew;
};

static bool note_removed(const struct past_decision *decision, void *user, GError **error)
{
    (void)error;
    if (decision->action == ACTION_REMOVE)
        g_hash_table_add(user, view_dup(decision->key));
    return true;
}

static void count_subject(struct look *look, const struct judged_subject *judged)
{
    struct view key = subjects_key(look->judgement->subjects, judged->subject);
    g_autofree char *name = view_dup(key);
    if (judged->decision.action != ACTION_REMOVE || g_hash_table_contains(look->before, name))
        return;
    guint64 rows = 0;
    struct subject_row row;
    for (size_t cursor = 0; subjects_row(look->judgement->subjects, judged->subject, &cursor, &row);)
        rows++;
    look->anew += rows;
    char *domain = view_dup(address_domain(key));
    gsize sum = GPOINTER_TO_SIZE(g_hash_table_lookup(look->domains, domain)) + (gsize)rows;
    g_hash_table_replace(look->domains, domain, GSIZE_TO_POINTER(sum));
}

/* The domain with the most among those that trip. */
static char *look_at_domains(const struct look *look)
{
    GHashTableIter iterator;
    gpointer domain, count;
    gsize most = 0;
    g_autofree char *worst = NULL;
    char *why = NULL;
    g_hash_table_iter_init(&iterator, look->domains);
    while (g_hash_table_iter_next(&iterator, &domain, &count)) {
        gsize removed = GPOINTER_TO_SIZE(count);
        if (removed < most || removed <= look->limits->min_domain_rows ||
            (removed == most && worst && strcmp(domain, worst) > 0))
            continue;
        g_autofree char *text = NULL;
        guint64 rows = domains_rows(look->judgement->domains, view_of(domain));
        if (!guard_trips_at(look->limits, domain, removed, MAX(rows, removed), &text))
            continue;
        most = removed;
        g_free(worst);
        worst = g_strdup(domain);
        g_free(why);
        why = g_steal_pointer(&text);
    }
    return why;
}

/* Could any limit be reached, if all were removed anew? Mostly not, and then the run before need not be asked. */
static bool is_near(const struct guard_limits *limits, guint64 removed, guint64 rows)
{
    return guard_trips(limits, removed, rows, NULL) || guard_trips_in_all(limits, 0, removed, rows, NULL) ||
           removed > limits->min_domain_rows;
}

bool guards_look(const struct guard_limits *limits, struct ledger *ledger, const char *list, const char *name,
                 const struct judgement *judgement, char **why, GError **error)
{
    guint64 removed = judgement->fate[ROW_FATE_REMOVED], rows = judgement->row_count;
    *why = NULL;
    if (!is_near(limits, removed, rows))
        return true;
    g_autoptr(GHashTable) before = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gint64 run;
    if (!ledger_last_cleaned(ledger, list, name, &run, error) ||
        (run > 0 && !ledger_each_decision(ledger, run, note_removed, before, error)))
        return false;
    struct look look = {.limits = limits, .judgement = judgement, .before = before, .domains = domains};
    for (guint i = 0; i < judgement->verdicts->len; i++)
        count_subject(&look, &g_array_index(judgement->verdicts, struct judged_subject, i));
    g_autofree char *text = NULL;
    if (guard_trips(limits, look.anew, rows, &text))
        *why = g_steal_pointer(&text);
    else if ((*why = look_at_domains(&look)) == NULL) {
        g_clear_pointer(&text, g_free);
        if (guard_trips_in_all(limits, removed - look.anew, removed, rows, &text))
            *why = g_steal_pointer(&text);
    }
    return true;
}
