/* SPDX-License-Identifier: MIT */
#include "core/classify/prove.h"

#include "core/classify/judge.h"
#include "core/classify/notation.h"

struct proving {
    const struct ruleset *rules;
    struct classifier *classifier;
    struct pool pool;
    GPtrArray *problems;
    guint32 number; /* of the rule being proved */
    guint line;
    unsigned won;   /* choices of a line that reach their rule */
    guint32 winner; /* of one that does not */
};

/* The two first of all that hold. */
struct podium {
    struct candidate first, second;
    unsigned count;
};

static void on_podium(void *context, const struct candidate *candidate, const char *obstacle)
{
    struct podium *p = context;
    if (obstacle)
        return;
    if (p->count == 0 || candidate_before(candidate, &p->first)) {
        p->second = p->first;
        p->first = *candidate;
        p->count++;
    } else if (candidate->rule != p->first.rule && (p->count == 1 || candidate_before(candidate, &p->second))) {
        p->second = *candidate;
        p->count++;
    }
}

static const struct rule *current(const struct proving *p)
{
    return ruleset_rule(p->rules, p->number);
}

G_GNUC_PRINTF(2, 3) static void problem(struct proving *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    const struct rule *rule = current(p);
    g_ptr_array_add(p->problems, g_strdup_printf("%s:%u: rule '%s' %s", rule->file, p->line, rule->name, text));
}

static struct podium run(struct proving *p, const struct statement *statement)
{
    struct podium podium = {.count = 0};
    struct candidate first;
    judge(p->classifier, statement, &first, on_podium, &podium);
    return podium;
}

static bool tie(const struct proving *p, const struct podium *podium)
{
    if (podium->count < 2 || candidate_before(&podium->first, &podium->second))
        return false;
    return podium->first.rule != podium->second.rule &&
           ruleset_rule(p->rules, podium->first.rule)->class != ruleset_rule(p->rules, podium->second.rule)->class;
}

static const char *name_of(const struct proving *p, const struct candidate *candidate)
{
    return ruleset_rule(p->rules, candidate->rule)->name;
}

static void prove_like(struct proving *p, const struct statement *statement, const char *text)
{
    struct podium podium = run(p, statement);
    if (podium.count == 0)
        problem(p, "is not reached by its like: %s", text);
    else if (podium.first.rule != p->number)
        problem(p, "is not reached by its like, '%s' is: %s", name_of(p, &podium.first), text);
    else if (tie(p, &podium))
        problem(p, "ties with '%s' over its like: %s", name_of(p, &podium.second), text);
}

static void prove_samples(struct proving *p)
{
    const struct rule *rule = current(p);
    unsigned likes = 0;
    for (guint i = 0; i < rule->samples->len; i++) {
        const struct sample *sample = &g_array_index(rule->samples, struct sample, i);
        struct statement statement;
        pool_reset(&p->pool);
        statement_parse(view_of(sample->text), &p->pool, &statement);
        p->line = sample->line;
        likes += !sample->unlike;
        if (!sample->unlike) {
            prove_like(p, &statement, sample->text);
            continue;
        }
        struct podium podium = run(p, &statement);
        if (podium.count > 0 && podium.first.rule == p->number)
            problem(p, "is reached by its unlike: %s", sample->text);
    }
    p->line = rule->line;
    if (likes == 0)
        problem(p, "has no 'like' to prove it");
}

static struct view first_name(const GPtrArray *names)
{
    return names->len ? view_of(g_ptr_array_index(names, 0)) : (struct view){0};
}

/* The least that fulfils the rule's conditions, without words. */
static struct statement least(struct proving *p, const struct rule *rule)
{
    struct statement s = {.reader = first_name(rule->readers),
                          .remote_mta = first_name(rule->remote_mtas),
                          .command = first_name(rule->commands),
                          .domain = first_name(rule->domains)};
    if (rule->codes->len)
        s.smtp_code = g_array_index(rule->codes, int, 0);
    if (rule->statuses->len) {
        const struct status_pattern *status = &g_array_index(rule->statuses, struct status_pattern, 0);
        s.status = pool_printf(&p->pool, "%d.%d.%d", status->class < 0 ? 5 : status->class, MAX(status->subject, 0),
                               MAX(status->detail, 0));
    }
    return s;
}

/* A phrase may lose to a rule that says the same. */
static bool same_opinion(const struct proving *p, const struct candidate *candidate)
{
    const struct rule *other = ruleset_rule(p->rules, candidate->rule);
    return other->class == current(p)->class && other->fault == current(p)->fault;
}

static void prove_phrase(void *context, const char *phrase)
{
    struct proving *p = context;
    g_auto(GStrv) parts = g_strsplit(phrase, " .. ", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    for (char **part = parts; *part; part++) {
        size_t len = strlen(*part);
        bool open_begin = len > 0 && (*part)[0] == '*', open_end = len > 1 && (*part)[len - 1] == '*';
        g_string_append_printf(text, "%s%.*s", part == parts ? "" : " ", (int)(len - open_begin - open_end),
                               *part + open_begin);
    }
    pool_reset(&p->pool);
    struct statement statement = least(p, current(p));
    statement.diagnostic = (struct view){.data = text->str, .len = text->len};
    struct podium podium = run(p, &statement);
    if (podium.count == 0)
        problem(p, "is not reached by its says: %s", text->str);
    else if (tie(p, &podium) && (podium.first.rule == p->number || podium.second.rule == p->number))
        problem(p, "ties with '%s' over its says: %s",
                name_of(p, podium.first.rule == p->number ? &podium.second : &podium.first), text->str);
    else if (podium.first.rule == p->number || same_opinion(p, &podium.first))
        p->won++;
    else
        p->winner = podium.first.rule;
}

/* Some choices of a line may belong to a stronger rule ("mailbox ... full"); a line of which all do is dead. */
static void prove_line(struct proving *p, const struct line_text *line)
{
    p->line = line->line;
    p->won = 0;
    p->winner = p->number;
    choices_each(line->text, prove_phrase, p);
    if (p->won == 0 && p->winner != p->number)
        problem(p, "can never win by '%s': '%s' always does", line->text, ruleset_rule(p->rules, p->winner)->name);
}

GPtrArray *rules_prove(const struct ruleset *rules)
{
    struct proving p = {.rules = rules, .classifier = classifier_new(rules)};
    p.problems = g_ptr_array_new_with_free_func(g_free);
    pool_init(&p.pool);
    for (guint32 i = 0; i < ruleset_count(rules); i++) {
        p.number = i;
        prove_samples(&p);
        const GArray *says = current(&p)->says;
        for (guint k = 0; k < says->len; k++)
            prove_line(&p, &g_array_index(says, struct line_text, k));
    }
    pool_clear(&p.pool);
    classifier_free(p.classifier);
    return p.problems;
}
