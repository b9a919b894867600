/* SPDX-License-Identifier: MIT
 * winnow verp: return paths, made and read. */
#include "cmd/verp.h"

#include "cmd/examine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

void verp_append_shown(GString *into, struct view text)
{
    g_autofree char *copy = view_dup(text);
    g_autofree char *valid = g_utf8_make_valid(copy, -1);
    for (char *c = valid; *c; c++)
        g_string_append_c(into, g_ascii_iscntrl(*c) ? ' ' : *c);
}

bool verp_write(struct verp_command *v, GError **error)
{
    bool ok = output_write(v->output, (struct view){.data = v->text->str, .len = v->text->len}, error);
    g_string_truncate(v->text, 0);
    return ok;
}

typedef bool each_argument(struct verp_command *v, struct view text, const char *place, void *user, GError **error);

static bool each_line(struct verp_command *v, each_argument *each, void *user, GError **error)
{
    char *line = NULL;
    size_t size = 0;
    bool ok = true;
    errno = 0;
    ssize_t len;
    for (guint64 number = 1; ok && !interrupted && (len = getline(&line, &size, stdin)) >= 0; number++) {
        struct view text = view_trim((struct view){.data = line, .len = (size_t)len});
        g_autofree char *place = g_strdup_printf("standard input:%" G_GUINT64_FORMAT ": ", number);
        if (text.len > 0)
            ok = each(v, text, place, user, error);
    }
    free(line);
    if (ok && interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted");
        ok = false;
    }
    if (ok && ferror(stdin)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot read standard input: %s", g_strerror(errno));
        ok = false;
    }
    return ok;
}

bool verp_each_argument(struct verp_command *v, each_argument *each, void *user, GError **error)
{
    for (char **argument = v->arguments; *argument; argument++) {
        bool ok = strcmp(*argument, "-") == 0 ? each_line(v, each, user, error)
                                              : each(v, view_of(*argument), "", user, error);
        if (!ok)
            return false;
    }
    return true;
}

/* --- actions ------------------------------------------------------------------------------------------------------ */

static const struct action_of_verp {
    const char *name;
    bool (*run)(struct verp_command *v, GError **error);
    size_t arguments; /* at least */
    const char *wanted;
} ACTIONS_OF_VERP[] = {
    {"encode", verp_encode_all, 0, ""},
    {"decode", verp_decode_all, 1, "verp decode: a return path is wanted, or '-' for those on standard input"},
    {"test", verp_test_all, 2, "verp test: a PATTERN is wanted and the ADDRESS to try it on"},
};

static const struct action_of_verp *find_action(const char *name)
{
    for (size_t i = 0; name && i < G_N_ELEMENTS(ACTIONS_OF_VERP); i++) {
        if (strcmp(ACTIONS_OF_VERP[i].name, name) == 0)
            return &ACTIONS_OF_VERP[i];
    }
    return NULL;
}

static bool usage(GError **error, const char *problem)
{
    g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, problem);
    return false;
}

static bool check(struct verp_command *v, int argc, char **argv, const char *format,
                  const struct action_of_verp **action, GError **error)
{
    static const char *const FORMATS[] = {[VERP_TEXT] = "text", [VERP_JSON] = "json", [VERP_CSV] = "csv"};
    bool known = !format;
    for (size_t i = 0; format && i < G_N_ELEMENTS(FORMATS); i++) {
        if (strcmp(format, FORMATS[i]) == 0) {
            v->format = (enum verp_format)i;
            known = true;
        }
    }
    *action = find_action(argc > 1 ? argv[1] : NULL);
    if (!*action)
        return usage(error, "verp: 'encode', 'decode' or 'test' is wanted");
    if ((size_t)argc - 2 < (*action)->arguments)
        return usage(error, (*action)->wanted);
    if (!known || (v->format == VERP_CSV && (*action)->run != verp_encode_all))
        return usage(error, "--format: text or json is wanted; csv too with encode");
    if (v->delimiter && strlen(v->delimiter) != 1 && strcmp(v->delimiter, "tab") != 0)
        return usage(error, "--delimiter: one character, or 'tab'");
    v->arguments = argv + 2;
    return true;
}

static bool run_action(struct verp_command *v, const struct action_of_verp *action, const char *to, GError **error)
{
    v->output = output_open(to ? to : "-", error);
    return v->output && action->run(v, error) && output_finish(v->output, error) && output_publish(v->output, error);
}

static void verp_command_clear(struct verp_command *v)
{
    if (v->output)
        output_free(v->output);
    g_free(v->prefix);
    g_free(v->domain);
    g_free(v->campaign);
    g_free(v->list);
    g_free(v->email_column);
    g_free(v->id_column);
    g_free(v->delimiter);
    g_string_free(v->text, TRUE);
    pool_clear(&v->pool);
    common_clear(&v->common);
}

/* Whoever waits for standard input is to end at the first Ctrl-C, too. */
static void end_waiting_on_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        struct sigaction action;
        if (sigaction(numbers[i], NULL, &action) == 0) {
            action.sa_flags &= ~SA_RESTART;
            sigaction(numbers[i], &action, NULL);
        }
    }
}

int cmd_verp(int argc, char **argv)
{
    struct verp_command v = {.text = g_string_new(NULL)};
    pool_init(&v.pool);
    g_autofree char *format = NULL;
    g_autofree char *to = NULL;
    const GOptionEntry entries[] = {
        {"campaign", 'c', 0, G_OPTION_ARG_STRING, &v.campaign, "encode: the campaign that the path carries", "NAME"},
        {"prefix", 0, 0, G_OPTION_ARG_STRING, &v.prefix, "encode: what it begins with (default: bounce+)", "TEXT"},
        {"domain", 0, 0, G_OPTION_ARG_STRING, &v.domain, "encode: the domain it is at", "DOMAIN"},
        {"ids", 'i', 0, G_OPTION_ARG_NONE, &v.ids, "encode: for ids instead of addresses", NULL},
        {"list", 'l', 0, G_OPTION_ARG_FILENAME, &v.list, "encode: for every subscriber of this list", "FILE"},
        {"email-column", 0, 0, G_OPTION_ARG_STRING, &v.email_column, "of the list: name or number", "COLUMN"},
        {"id-column", 0, 0, G_OPTION_ARG_STRING, &v.id_column, "of the list: name or number", "COLUMN"},
        {"delimiter", 0, 0, G_OPTION_ARG_STRING, &v.delimiter, "of the list, if looking is not enough", "CHAR"},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default), json, or csv (encode)", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &to, "write there, whole or not at all", "FILE"},
        {0}};
    GOptionContext *context =
        command_options("encode|decode ADDRESS… | test PATTERN ADDRESS…",
                        "Makes return paths that carry a subscriber, reads them, and tries patterns.",
                        "ADDRESS '-' stands for the lines of standard input. With --key-file,\n"
                        "encode signs and decode proves.\n"
                        "Exit: 0 done, 1 some were not made, not read or not proven, 2 usage, 3 a pattern\n"
                        "or the key file is wrong, 5 input: none was made, 6 output.",
                        entries, &v.common, COMMON_VERP);
    GError *error = NULL;
    const struct action_of_verp *action = NULL;
    bool ok = command_parse(context, &argc, &argv, &v.common, &error) && check(&v, argc, argv, format, &action, &error);
    catch_signals();
    end_waiting_on_signals();
    ok = ok && run_action(&v, action, to, &error);
    int code = ok ? (v.failed ? WINNOW_INCOMPLETE : WINNOW_DONE) : command_fail(error);
    verp_command_clear(&v);
    return code;
}
