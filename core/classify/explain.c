/* SPDX-License-Identifier: MIT */
#include "core/classify/explain.h"

#include "core/classify/judge.h"
#include "core/classify/notation.h"
#include "core/error.h"

enum { NEAR_SHOWN = 8 };

struct near {
    struct candidate candidate;
    const char *obstacle;
};

static void note_near(void *context, const struct candidate *candidate, const char *obstacle)
{
    struct near near = {.candidate = *candidate, .obstacle = obstacle};
    g_array_append_val((GArray *)context, near);
}

/* Rules that hold before those that do not, the stronger first. */
static gint by_strength(gconstpointer a, gconstpointer b)
{
    const struct near *x = a, *y = b;
    if (!x->obstacle != !y->obstacle)
        return x->obstacle ? 1 : -1;
    if (candidate_before(&x->candidate, &y->candidate))
        return -1;
    return candidate_before(&y->candidate, &x->candidate) ? 1 : 0;
}

static void append_class(const struct rule *rule, GString *into)
{
    g_string_append_printf(into, "%s/%s, fault: %s", ses_type_name(rule->class), ses_subtype_name(rule->class),
                           fault_name(rule->fault));
}

static void append_rule(const struct rule *rule, const struct candidate *candidate, GString *into)
{
    g_string_append_printf(into, "%s (%s:%u): ", rule->name, rule->file, rule->line);
    append_class(rule, into);
    g_string_append_printf(into, "; by %s", level_name(candidate->level));
    if (!view_is_empty(candidate->matched))
        g_string_append_printf(into, ": '%.*s'", (int)candidate->matched.len, candidate->matched.data);
    g_string_append_c(into, '\n');
}

/* What the status, or the code, would say if nothing else had been said. */
static void append_alone(struct classifier *classifier, const char *indent, const char *label,
                         const struct statement *alone, GString *into)
{
    struct candidate first;
    g_string_append_printf(into, "%s%s: ", indent, label);
    if (judge(classifier, alone, &first, NULL, NULL))
        append_rule(ruleset_rule(classifier_rules(classifier), first.rule), &first, into);
    else
        g_string_append(into, "says nothing\n");
}

static void append_codes(struct classifier *classifier, const struct statement *statement, const char *indent,
                         GString *into)
{
    if (!view_is_empty(statement->status)) {
        struct statement alone = {.status = statement->status};
        g_autofree char *label =
            g_strdup_printf("status %.*s alone", (int)statement->status.len, statement->status.data);
        append_alone(classifier, indent, label, &alone, into);
    }
    if (statement->smtp_code) {
        struct statement alone = {.smtp_code = statement->smtp_code, .command = statement->command};
        g_autofree char *label = g_strdup_printf("code %d alone", statement->smtp_code);
        append_alone(classifier, indent, label, &alone, into);
    }
}

static void append_near(const struct ruleset *rules, const GArray *near, const char *indent, GString *into)
{
    guint shown = 0;
    for (guint i = 1; i < near->len && shown < NEAR_SHOWN; i++, shown++) {
        const struct near *n = &g_array_index(near, struct near, i);
        if (shown == 0)
            g_string_append_printf(into, "%scame near:\n", indent);
        g_string_append_printf(into, "%s  ", indent);
        if (n->obstacle)
            g_string_append_printf(into, "(does not hold: %s) ", n->obstacle);
        append_rule(ruleset_rule(rules, n->candidate.rule), &n->candidate, into);
    }
    if (near->len > NEAR_SHOWN + 1)
        g_string_append_printf(into, "%s  and %u more\n", indent, near->len - NEAR_SHOWN - 1);
}

void explain_statement(struct classifier *classifier, const struct statement *statement, const char *indent,
                       struct pool *pool, GString *into)
{
    const struct ruleset *rules = classifier_rules(classifier);
    g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(struct near));
    struct candidate first;
    judge(classifier, statement, &first, note_near, near);
    g_array_sort(near, by_strength);
    struct verdict verdict = classify(classifier, statement, pool);
    g_string_append_printf(into, "%sverdict: %s/%s, fault: %s\n", indent, ses_type_name(verdict.class),
                           ses_subtype_name(verdict.class), fault_name(verdict.fault));
    if (near->len && !g_array_index(near, struct near, 0).obstacle) {
        const struct near *winner = &g_array_index(near, struct near, 0);
        const struct rule *rule = ruleset_rule(rules, winner->candidate.rule);
        g_string_append_printf(into, "%srule: ", indent);
        append_rule(rule, &winner->candidate, into);
        if (rule->note && rule->note->len)
            g_string_append_printf(into, "%snote: %s\n", indent, rule->note->str);
        if (strcmp(verdict.rule, rule->name) != 0)
            g_string_append_printf(into, "%sbut: code and status contradict one another, and no words decide\n",
                                   indent);
        else if (verdict.class != rule->class)
            g_string_append_printf(into, "%sbut: the reply says that it is temporary\n", indent);
    } else {
        g_string_append_printf(into, "%srule: none\n", indent);
    }
    append_codes(classifier, statement, indent, into);
    append_near(rules, near, indent, into);
}

bool explain_text(struct classifier *classifier, struct view text, struct pool *pool, GString *into,
                  struct verdict *verdict, GError **error)
{
    struct statement statement = {0};
    if (!statement_parse(text, pool, &statement)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "'%.*s': unknown option in the brackets", (int)text.len,
                    text.data);
        return false;
    }
    explain_statement(classifier, &statement, "", pool, into);
    *verdict = classify(classifier, &statement, pool);
    return true;
}

static void append_lines(GString *into, const char *word, const GArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(into, "  %s %s\n", word, g_array_index(lines, struct line_text, i).text);
}

static void append_names(GString *into, const char *word, const GPtrArray *names)
{
    for (guint i = 0; names && i < names->len; i++)
        g_string_append_printf(into, "  %s %s\n", word, (const char *)g_ptr_array_index(names, i));
}

static void append_part(GString *into, int number)
{
    if (number < 0)
        g_string_append_c(into, 'x');
    else
        g_string_append_printf(into, "%d", number);
}

static void append_numbers(GString *into, const struct rule *rule)
{
    if (rule->statuses->len) {
        g_string_append(into, "  status");
        for (guint i = 0; i < rule->statuses->len; i++) {
            const struct status_pattern *p = &g_array_index(rule->statuses, struct status_pattern, i);
            g_string_append_c(into, ' ');
            append_part(into, p->class);
            g_string_append_c(into, '.');
            append_part(into, p->subject);
            g_string_append_c(into, '.');
            append_part(into, p->detail);
        }
        g_string_append_c(into, '\n');
    }
    if (rule->codes->len) {
        g_string_append(into, "  smtp");
        for (guint i = 0; i < rule->codes->len; i++)
            g_string_append_printf(into, " %d", g_array_index(rule->codes, int, i));
        g_string_append_c(into, '\n');
    }
}

static void append_whole_rule(const struct rule *rule, GString *into)
{
    g_string_append_printf(into, "# %s:%u\nrule %s  %s/%s fault=%s\n", rule->file, rule->line, rule->name,
                           ses_type_name(rule->class), ses_subtype_name(rule->class), fault_name(rule->fault));
    if (rule->weight)
        g_string_append_printf(into, "  weight %d\n", rule->weight);
    if (rule->weak)
        g_string_append(into, "  weak\n");
    append_lines(into, "says", rule->says);
    append_lines(into, "unless", rule->unless);
    append_numbers(into, rule);
    append_names(into, "reader", rule->readers);
    append_names(into, "remote-mta", rule->remote_mtas);
    append_names(into, "command", rule->commands);
    append_names(into, "domain", rule->domains);
    for (guint i = 0; i < rule->samples->len; i++) {
        const struct sample *sample = &g_array_index(rule->samples, struct sample, i);
        g_string_append_printf(into, "  %s %s\n", sample->unlike ? "unlike" : "like", sample->text);
    }
    if (rule->note && rule->note->len)
        g_string_append_printf(into, "  note %s\n", rule->note->str);
    g_string_append_c(into, '\n');
}

void explain_rules(const struct ruleset *rules, GString *into)
{
    for (int user = 1; user >= 0; user--) {
        for (size_t i = 0; i < ruleset_count(rules); i++) {
            const struct rule *rule = ruleset_rule(rules, i);
            if (rule->user == (user == 1))
                append_whole_rule(rule, into);
        }
    }
}
