/* SPDX-License-Identifier: MIT
 * winnow reclassify: the rules of today on the bounces of yesterday. Shows what would change; --apply keeps it. */
#include "cmd/examine.h"
#include "cmd/replace.h"
#include "db/facts.h"
#include "db/undo.h"

#include <stdio.h>

enum { EXAMPLES_SHOWN = 3, SUBSCRIBERS_SHOWN = 20, DIAGNOSTIC_SHOWN = 160 };

/* A bounce that is judged otherwise now. */
struct change {
    gint64 id;
    struct verdict now;
    bool only_rule; /* the same class and fault, by another rule */
};

/* From one class to another. */
struct move {
    guint64 count;
    GString *examples;
};

struct reclassify {
    struct common common;
    gboolean apply;
    struct ruleset *rules;
    struct classifier *classifier;
    struct ledger *ledger;
    struct pool pool;  /* of `changes` */
    struct pool words; /* of one verdict */
    GArray *changes;   /* struct change, in order of id */
    guint64 judged, only_rule;
    struct move moves[SES_CLASS_COUNT][SES_CLASS_COUNT];
    guint next;             /* of `changes`, while the evidence is read */
    GPtrArray *subscribers; /* char *: whom the changed bounces are about */
    GHashTable *known;      /* of `subscribers` */
};

static void print_class(GString *into, enum ses_class class)
{
    g_string_append_printf(into, "%s/%s", ses_type_name(class), ses_subtype_name(class));
}

static void add_example(struct reclassify *r, const struct stored_bounce *bounce, const struct verdict *now)
{
    struct move *move = &r->moves[bounce->verdict.class][now->class];
    if (!move->examples)
        move->examples = g_string_new(NULL);
    if (move->count > EXAMPLES_SHOWN && !r->common.verbose)
        return;
    const struct event *event = &bounce->event;
    struct view named = view_is_empty(event->recipient) ? event->original_recipient : event->recipient;
    struct view said = view_is_empty(event->diagnostic) ? event->prose : event->diagnostic;
    g_autofree char *place = place_of(&bounce->origin);
    g_autofree char *text = view_dup(view_first_text(said, DIAGNOSTIC_SHOWN));
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_strdelimit(valid, "\r\n\t", ' ');
    g_string_append_printf(move->examples, "    %.*s\n      %s%s\n      rule %s -> %s; %s\n", (int)named.len,
                           named.len ? named.data : "", valid, said.len > DIAGNOSTIC_SHOWN ? "…" : "",
                           bounce->verdict.rule && *bounce->verdict.rule ? bounce->verdict.rule : "none", now->rule,
                           place);
}

static bool judge_again(const struct stored_bounce *bounce, void *user, GError **error)
{
    struct reclassify *r = user;
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted; nothing stored");
        return false;
    }
    pool_reset(&r->words);
    struct statement statement = examine_statement(&bounce->event);
    struct verdict now = classify(r->classifier, &statement, &r->words);
    r->judged++;
    const struct verdict *before = &bounce->verdict;
    bool same = now.class == before->class && now.fault == before->fault;
    if (same && g_strcmp0(now.rule, before->rule) == 0)
        return true;
    struct change change = {.id = bounce->id, .now = now, .only_rule = same};
    change.now.matched = pool_copy(&r->pool, now.matched);
    g_array_append_val(r->changes, change);
    if (same) {
        r->only_rule++;
        return true;
    }
    r->moves[before->class][now.class].count++;
    add_example(r, bounce, &now);
    return true;
}

/* Both are in order of id. */
static bool note_subscriber(const struct evidence *evidence, void *user, GError **error)
{
    (void)error;
    struct reclassify *r = user;
    while (r->next < r->changes->len && g_array_index(r->changes, struct change, r->next).id < evidence->id)
        r->next++;
    if (r->next == r->changes->len)
        return true;
    const struct change *change = &g_array_index(r->changes, struct change, r->next);
    if (change->id != evidence->id || change->only_rule || evidence->candidate_count == 0)
        return true;
    g_autofree char *key = view_dup(evidence->candidates[0].key);
    if (g_hash_table_contains(r->known, key))
        return true;
    g_ptr_array_add(r->subscribers, key);
    g_hash_table_add(r->known, g_steal_pointer(&key));
    return true;
}

struct last_decision {
    enum action action;
    gint64 run;
};

static bool take_decision(const struct past_decision *decision, void *user, GError **error)
{
    (void)error;
    struct last_decision *last = user;
    *last = (struct last_decision){.action = decision->action, .run = decision->run};
    return true;
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool print_subscribers(struct reclassify *r, GError **error)
{
    if (r->subscribers->len == 0)
        return true;
    g_ptr_array_sort(r->subscribers, by_text);
    printf("subscribers whose decision could change: %u\n", r->subscribers->len);
    guint shown = r->common.verbose ? r->subscribers->len : MIN(r->subscribers->len, (guint)SUBSCRIBERS_SHOWN);
    for (guint i = 0; i < shown; i++) {
        const char *key = g_ptr_array_index(r->subscribers, i);
        struct last_decision last = {0};
        if (!ledger_each_decision_of(r->ledger, view_of(key), take_decision, &last, error))
            return false;
        if (last.run == 0)
            printf("  %s (no run decided anything)\n", key);
        else
            printf("  %s (%s, run %" G_GINT64_FORMAT ")\n", key, action_name(last.action), last.run);
    }
    if (shown < r->subscribers->len)
        printf("  … and %u more; --verbose shows all\n", r->subscribers->len - shown);
    return true;
}

static void print_moves(const struct reclassify *r)
{
    for (int from = 0; from < SES_CLASS_COUNT; from++) {
        for (int to = 0; to < SES_CLASS_COUNT; to++) {
            const struct move *move = &r->moves[from][to];
            if (move->count == 0)
                continue;
            g_autoptr(GString) line = g_string_new(NULL);
            print_class(line, (enum ses_class)from);
            g_string_append(line, " -> ");
            print_class(line, (enum ses_class)to);
            printf("%9" G_GUINT64_FORMAT "  %s%s\n%s", move->count, line->str, from == to ? " (another's fault)" : "",
                   move->examples->str);
        }
    }
}

static bool print_difference(struct reclassify *r, GError **error)
{
    guint64 changed = r->changes->len - r->only_rule;
    printf("%" G_GUINT64_FORMAT " bounces judged again: %" G_GUINT64_FORMAT " as before, %" G_GUINT64_FORMAT
           " otherwise\n",
           r->judged, r->judged - changed, changed);
    if (r->only_rule)
        printf("%" G_GUINT64_FORMAT " of those as before by another rule\n", r->only_rule);
    print_moves(r);
    if (!print_subscribers(r, error))
        return false;
    if (r->changes->len > 0)
        puts(r->apply ? "kept; the next 'winnow clean' decides by it, 'winnow undo' takes it back"
                      : "nothing is stored; --apply keeps it");
    return true;
}

static bool store(struct reclassify *r, GError **error)
{
    gint64 run;
    if (!replace_mend(r->ledger, error) || !ledger_begin(r->ledger, "reclassify", r->common.time, &run, error) ||
        !ledger_judged_by(r->ledger, ruleset_digest(r->rules), error))
        return false;
    for (guint i = 0; i < r->changes->len; i++) {
        const struct change *change = &g_array_index(r->changes, struct change, i);
        if (!ledger_add_verdict(r->ledger, change->id, &change->now, error))
            return false;
    }
    return ledger_count(r->ledger, run, "judged", r->judged, error) &&
           ledger_count(r->ledger, run, "changed", r->changes->len - r->only_rule, error) &&
           ledger_commit(r->ledger, error);
}

static bool reclassify(struct reclassify *r, GError **error)
{
    r->rules = ruleset_load((const char *const *)r->common.rules, error);
    if (!r->rules)
        return false;
    r->classifier = classifier_new(r->rules);
    g_autofree char *state = common_state_path(&r->common);
    r->ledger = ledger_open(state, r->apply ? LEDGER_WRITE : LEDGER_READ, error);
    if (!r->ledger || !ledger_each_bounce(r->ledger, judge_again, r, error))
        return false;
    if (r->changes->len > r->only_rule && !ledger_each(r->ledger, 0, note_subscriber, r, error))
        return false;
    if (r->apply && r->changes->len > 0 && !store(r, error))
        return false;
    return r->common.quiet || print_difference(r, error);
}

static void init(struct reclassify *r)
{
    pool_init(&r->pool);
    pool_init(&r->words);
    r->changes = g_array_new(FALSE, FALSE, sizeof(struct change));
    r->subscribers = g_ptr_array_new();
    r->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void clear(struct reclassify *r)
{
    for (int from = 0; from < SES_CLASS_COUNT; from++) {
        for (int to = 0; to < SES_CLASS_COUNT; to++) {
            if (r->moves[from][to].examples)
                g_string_free(r->moves[from][to].examples, TRUE);
        }
    }
    if (r->ledger)
        ledger_close(r->ledger);
    if (r->classifier)
        classifier_free(r->classifier);
    if (r->rules)
        ruleset_free(r->rules);
    g_ptr_array_unref(r->subscribers);
    g_hash_table_unref(r->known);
    g_array_unref(r->changes);
    pool_clear(&r->pool);
    pool_clear(&r->words);
    common_clear(&r->common);
}

int cmd_reclassify(int argc, char **argv)
{
    struct reclassify r = {0};
    init(&r);
    const GOptionEntry entries[] = {
        {"apply", 0, 0, G_OPTION_ARG_NONE, &r.apply, "keep the new verdicts, as a run of its own", NULL},
        {"rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &r.common.rules, "rules of your own, before the built-in ones",
         "FILE"},
        {0}};
    GOptionContext *context =
        command_options("", "Judges the stored bounces by the rules of today, and shows what they change.",
                        "Exit: 0 done, 2 usage, 3 configuration, 4 state, 5 interrupted,\n"
                        "8 another run holds the lock.",
                        entries, &r.common, COMMON_STATE | COMMON_TIME);
    GError *error = NULL;
    bool ok = command_parse(context, &argc, &argv, &r.common, &error);
    if (ok && argc > 1) {
        g_set_error(&error, WINNOW_ERROR, WINNOW_ERROR_USAGE,
                    "reclassify: '%s' is too much; what is judged again stands in the ledger", argv[1]);
        ok = false;
    }
    catch_signals();
    ok = ok && reclassify(&r, &error);
    clear(&r);
    return ok ? WINNOW_DONE : command_fail(error);
}
