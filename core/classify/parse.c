/* SPDX-License-Identifier: MIT */
#include "core/classify/parse.h"

#include "core/classify/notation.h"
#include "core/error.h"
#include "core/text_file.h"

struct parser {
    GPtrArray *rules;
    const char *file;
    guint line;
    bool user;
    struct rule *rule; /* the one being read; owned by `rules` */
};

G_GNUC_PRINTF(3, 4) static bool fail(const struct parser *p, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *problem = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "%s:%u: %s", p->file, p->line, problem);
    return false;
}

static bool good_name(struct view name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!g_ascii_isalnum(name.data[i]) && !strchr("-_.", name.data[i]))
            return false;
    }
    return name.len > 0 && name.len <= 64;
}

static enum fault usual_fault(enum ses_class class)
{
    switch (class) {
    case SES_PERMANENT_GENERAL:
    case SES_PERMANENT_NO_EMAIL:
    case SES_PERMANENT_SUPPRESSED:
    case SES_PERMANENT_ON_ACCOUNT_LIST:
    case SES_PERMANENT_ON_TENANT_LIST:
    case SES_PERMANENT_VALIDATION:
    case SES_PERMANENT_UNSUBSCRIBED:
    case SES_TRANSIENT_MAILBOX_FULL:
        return FAULT_RECIPIENT;
    case SES_TRANSIENT_MESSAGE_TOO_LARGE:
        return FAULT_MESSAGE;
    case SES_TRANSIENT_CUSTOM_TIMEOUT:
    case SES_TRANSIENT_CONTENT_REJECTED:
    case SES_TRANSIENT_ATTACHMENT_REJECTED:
        return FAULT_SENDER;
    case SES_TRANSIENT_GENERAL:
        return FAULT_NETWORK;
    default:
        return FAULT_UNKNOWN;
    }
}

/* Takes the place of a built-in rule of this name; an equal name in the same kind of file is a slip of the author. */
static bool claim_name(struct parser *p, const char *name, GError **error)
{
    for (guint i = 0; i < p->rules->len; i++) {
        const struct rule *other = g_ptr_array_index(p->rules, i);
        if (strcmp(other->name, name) != 0)
            continue;
        if (other->user == p->user)
            return fail(p, error, "rule '%s' is there already, at %s:%u", name, other->file, other->line);
        g_ptr_array_remove_index(p->rules, i);
        return true;
    }
    return true;
}

static bool begin_rule(struct parser *p, struct view rest, GError **error)
{
    struct view name, class, option;
    if (!token_next(&rest, &name) || !good_name(name))
        return fail(p, error, "a rule needs a name of letters, digits, '-', '_' and '.'");
    g_autofree char *owned = view_dup(name);
    enum ses_class ses;
    if (!token_next(&rest, &class))
        return fail(p, error, "rule '%s' has no class, such as Permanent/NoEmail", owned);
    if (!ses_class_parse(class, &ses))
        return fail(p, error, "'%.*s' is no bounce class", (int)class.len, class.data);
    if (!claim_name(p, owned, error))
        return false;
    struct rule *rule = rule_new();
    g_ptr_array_add(p->rules, rule);
    p->rule = rule;
    rule->name = g_steal_pointer(&owned);
    rule->file = g_strdup(p->file);
    rule->line = p->line;
    rule->class = ses;
    rule->fault = usual_fault(ses);
    rule->user = p->user;
    while (token_next(&rest, &option)) {
        if (!view_begins_fold(option, VIEW("fault=")) || !fault_parse(view_from(option, 6), &rule->fault))
            return fail(p, error,
                        "'%.*s' is not understood here; known is fault=recipient, sender, message, network, unknown",
                        (int)option.len, option.data);
        rule->fault_given = true;
    }
    return true;
}

static bool add_text(struct parser *p, GArray *to, struct view text, GError **error)
{
    if (view_is_empty(text))
        return fail(p, error, "no words");
    struct line_text line = {.text = view_dup(text), .line = p->line};
    g_array_append_val(to, line);
    return true;
}

static bool add_says(struct parser *p, struct view text, GError **error)
{
    return add_text(p, p->rule->says, text, error);
}

static bool add_unless(struct parser *p, struct view text, GError **error)
{
    return add_text(p, p->rule->unless, text, error);
}

static bool add_statuses(struct parser *p, struct view text, GError **error)
{
    struct view token;
    struct status_pattern status;
    if (view_is_empty(text))
        return fail(p, error, "no status");
    while (token_next(&text, &token)) {
        if (status_parse(token, &status) != token.len)
            return fail(p, error, "'%.*s' is no enhanced status code, such as 5.1.1 or 4.x.x", (int)token.len,
                        token.data);
        g_array_append_val(p->rule->statuses, status);
    }
    return true;
}

static bool add_codes(struct parser *p, struct view text, GError **error)
{
    struct view token;
    if (view_is_empty(text))
        return fail(p, error, "no reply code");
    while (token_next(&text, &token)) {
        int code;
        if (number_parse(token, 3, &code) != token.len || code < 200 || code > 599)
            return fail(p, error, "'%.*s' is no SMTP reply code", (int)token.len, token.data);
        g_array_append_val(p->rule->codes, code);
    }
    return true;
}

static bool add_names(struct parser *p, GPtrArray *to, struct view text, GError **error)
{
    struct view token;
    if (view_is_empty(text))
        return fail(p, error, "no name");
    while (token_next(&text, &token)) {
        if (view_begins_fold(token, VIEW("*.")))
            token = view_from(token, 2);
        if (view_is_empty(token) || view_index(token, '*') >= 0)
            return fail(p, error, "'*' can only stand for the front of a name, as in *.example.org");
        g_ptr_array_add(to, view_dup(token));
    }
    return true;
}

static bool add_readers(struct parser *p, struct view text, GError **error)
{
    return add_names(p, p->rule->readers, text, error);
}

static bool add_remote_mtas(struct parser *p, struct view text, GError **error)
{
    return add_names(p, p->rule->remote_mtas, text, error);
}

static bool add_domains(struct parser *p, struct view text, GError **error)
{
    return add_names(p, p->rule->domains, text, error);
}

static bool add_command(struct parser *p, struct view text, GError **error)
{
    if (view_is_empty(text))
        return fail(p, error, "no command");
    g_ptr_array_add(p->rule->commands, view_dup(text));
    return true;
}

static bool add_sample(struct parser *p, struct view text, bool unlike, GError **error)
{
    struct pool pool;
    struct statement statement;
    pool_init(&pool);
    bool good = statement_parse(text, &pool, &statement);
    pool_clear(&pool);
    if (!good)
        return fail(
            p, error,
            "unknown option in '[...]'; known are prose, reader, remote-mta, command, domain, recipient, status, smtp");
    struct sample sample = {.text = view_dup(text), .line = p->line, .unlike = unlike};
    g_array_append_val(p->rule->samples, sample);
    return true;
}

static bool add_like(struct parser *p, struct view text, GError **error)
{
    return add_sample(p, text, false, error);
}

static bool add_unlike(struct parser *p, struct view text, GError **error)
{
    return add_sample(p, text, true, error);
}

static bool add_note(struct parser *p, struct view text, GError **error)
{
    (void)error;
    if (p->rule->note->len)
        g_string_append_c(p->rule->note, ' ');
    g_string_append_len(p->rule->note, text.data, (gssize)text.len);
    return true;
}

static bool set_weight(struct parser *p, struct view text, GError **error)
{
    int weight;
    if (view_is_empty(text) || number_parse(text, 3, &weight) != text.len || weight > 100)
        return fail(p, error, "a weight is a number from 0 to 100");
    p->rule->weight = weight;
    return true;
}

static bool set_weak(struct parser *p, struct view text, GError **error)
{
    if (!view_is_empty(text))
        return fail(p, error, "'weak' stands alone");
    p->rule->weak = true;
    return true;
}

static const struct {
    const char *word;
    bool (*read)(struct parser *p, struct view rest, GError **error);
} keywords[] = {
    {"says", add_says},      {"unless", add_unless},          {"status", add_statuses}, {"smtp", add_codes},
    {"reader", add_readers}, {"remote-mta", add_remote_mtas}, {"command", add_command}, {"domain", add_domains},
    {"like", add_like},      {"unlike", add_unlike},          {"note", add_note},       {"weight", set_weight},
    {"weak", set_weak},
};

/* A rule is complete when the next one begins or the file ends. */
static bool end_rule(struct parser *p, GError **error)
{
    const struct rule *rule = p->rule;
    p->rule = NULL;
    if (!rule || rule->says->len || rule->statuses->len || rule->codes->len)
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG,
                "%s:%u: rule '%s' says nothing: it needs 'says', 'status' or 'smtp'", p->file, rule->line, rule->name);
    return false;
}

static bool parse_line(struct parser *p, struct view line, GError **error)
{
    struct view rest = line, word;
    if (!token_next(&rest, &word) || word.data[0] == '#')
        return true;
    rest = view_trim(rest);
    if (view_equal(word, VIEW("rule")))
        return end_rule(p, error) && begin_rule(p, rest, error);
    for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++) {
        if (!view_equal(word, view_of(keywords[i].word)))
            continue;
        if (!p->rule)
            return fail(p, error, "'%s' before the first 'rule'", keywords[i].word);
        return keywords[i].read(p, rest, error);
    }
    return fail(p, error, "'%.*s' is not a word of the rule language", (int)MIN(word.len, (size_t)40), word.data);
}

bool rules_parse(GPtrArray *rules, const char *file, struct view text, bool user, GError **error)
{
    struct parser p = {.rules = rules, .file = file, .user = user};
    struct view line;
    while (view_next_line(&text, &line)) {
        p.line++;
        const char *fault = text_line_fault(line);
        if (fault)
            return fail(&p, error, "%s", fault);
        if (!parse_line(&p, line, error))
            return false;
    }
    return end_rule(&p, error);
}
