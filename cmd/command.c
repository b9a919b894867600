/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"

#include "core/limits.h"
#include "core/mail/mail.h"
#include "core/view.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

bool interrupted;

static void on_signal(int number)
{
    /* The second signal ends the program at once: nothing half-written has its final name. */
    interrupted = true;
    signal(number, SIG_DFL);
}

void catch_signals(void)
{
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    /* A file past the limit (ulimit -f) is then an error of write(2), said and cleaned up after like a full disk. */
    signal(SIGXFSZ, SIG_IGN);
}

int print_errno;

void print_out(const char *text, size_t len)
{
    errno = 0;
    if (fwrite(text, 1, len, stdout) < len && print_errno == 0)
        print_errno = errno;
}

void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "winnow: %s\n", text);
}

int command_fail(GError *error)
{
    say("%s", error->message);
    int code = error->domain == WINNOW_ERROR ? error->code : WINNOW_ERROR_USAGE;
    if (code == WINNOW_ERROR_USAGE)
        say("'winnow help' lists the commands, 'winnow COMMAND --help' their options");
    g_error_free(error);
    return code;
}

void format_time(gint64 time, char out[32])
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
    g_strlcpy(out, text, 32);
}

GOptionContext *command_options(const char *arguments, const char *summary, const char *description,
                                const GOptionEntry *entries, struct common *common, int parts)
{
    const GOptionEntry reading[] = {
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &common->jobs, "read with N threads (default: the cores)", "N"},
        {"rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &common->rules, "rules of your own, before the built-in ones",
         "FILE"},
        {"id-header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &common->id_headers, "your header with the subscriber's id",
         "NAME"},
        {0}};
    const GOptionEntry verp[] = {
        {"verp", 0, 0, G_OPTION_ARG_STRING_ARRAY, &common->verp, "what your return paths look like", "PATTERN"},
        {"bounce-domain", 0, 0, G_OPTION_ARG_STRING_ARRAY, &common->bounce_domains,
         "of your return paths; others do not count", "DOMAIN"},
        {"key-file", 0, 0, G_OPTION_ARG_FILENAME, &common->key_file, "keys that prove your signed return paths",
         "FILE"},
        {0}};
    const GOptionEntry state[] = {
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &common->state, "the ledger; ':memory:' keeps nothing", "FILE"}, {0}};
    const GOptionEntry time[] = {
        {"now", 0, 0, G_OPTION_ARG_STRING, &common->now, "take this as the present time (RFC 3339)", "TIME"}, {0}};
    const GOptionEntry policy[] = {
        {"policy", 0, 0, G_OPTION_ARG_FILENAME, &common->policy, "your policy; see 'winnow policy'", "FILE"}, {0}};
    const GOptionEntry always[] = {{"quiet", 'q', 0, G_OPTION_ARG_NONE, &common->quiet, "say nothing but errors", NULL},
                                   {"verbose", 'v', 0, G_OPTION_ARG_NONE, &common->verbose, "say every notice", NULL},
                                   {0}};
    GOptionContext *context = g_option_context_new(arguments);
    g_option_context_set_summary(context, summary);
    g_autofree char *line = g_strconcat(description, "\n", NULL);
    g_option_context_set_description(context, line);
    if (entries)
        g_option_context_add_main_entries(context, entries, NULL);
    if (parts & COMMON_POLICY)
        g_option_context_add_main_entries(context, policy, NULL);
    if (parts & COMMON_READING)
        g_option_context_add_main_entries(context, reading, NULL);
    if (parts & (COMMON_READING | COMMON_VERP))
        g_option_context_add_main_entries(context, verp, NULL);
    if (parts & COMMON_STATE)
        g_option_context_add_main_entries(context, state, NULL);
    if (parts & COMMON_TIME)
        g_option_context_add_main_entries(context, time, NULL);
    g_option_context_add_main_entries(context, always, NULL);
    return context;
}

bool parse_time(const char *option, const char *text, gint64 *time, GError **error)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *midnight = strlen(text) == 10 ? g_strconcat(text, "T00:00:00Z", NULL) : NULL;
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(midnight ? midnight : text, utc);
    if (!date) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "%s: '%s' is no time such as 2026-05-01T10:00:00Z", option,
                    text);
        return false;
    }
    *time = g_date_time_to_unix(date);
    return true;
}

static bool settle_time(struct common *common, GError **error)
{
    if (common->now)
        return parse_time("--now", common->now, &common->time, error);
    common->time = g_get_real_time() / G_USEC_PER_SEC;
    return true;
}

/* "-j2", as every other tool has it: GOption wants the value apart. */
static void split_jobs(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (argv[i][0] == '-' && argv[i][1] == 'j' && g_ascii_isdigit(argv[i][2])) {
            g_autofree char *whole = g_strconcat("--jobs=", argv[i] + 2, NULL);
            /* Interned: GOption keeps the pointer for as long as the program runs. */
            argv[i] = (char *)(uintptr_t)g_intern_string(whole);
        }
    }
}

bool command_parse(GOptionContext *context, int *argc, char ***argv, struct common *common, GError **error)
{
    g_autoptr(GOptionContext) owned = context;
    g_autofree char *name = g_strconcat("winnow ", (*argv)[0], NULL);
    g_set_prgname(name);
    GError *inner = NULL;
    split_jobs(*argc, *argv);
    if (!g_option_context_parse(owned, argc, argv, &inner)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "%s", inner->message);
        g_error_free(inner);
        return false;
    }
    /* "--" only ends the options. */
    if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
        for (int i = 1; i < *argc; i++)
            (*argv)[i] = (*argv)[i + 1];
        --*argc;
    }
    if (common->jobs < 0 || common->jobs > LIMIT_JOBS) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "--jobs: %d is not between 1 and %d", common->jobs,
                    LIMIT_JOBS);
        return false;
    }
    if (common->jobs == 0)
        common->jobs = (int)MIN(g_get_num_processors(), (guint)LIMIT_JOBS);
    return settle_time(common, error);
}

void common_clear(struct common *common)
{
    g_free(common->state);
    g_free(common->now);
    g_free(common->policy);
    g_free(common->key_file);
    g_strfreev(common->rules);
    g_strfreev(common->verp);
    g_strfreev(common->bounce_domains);
    g_strfreev(common->id_headers);
    *common = (struct common){0};
}

char *common_state_path(const struct common *common)
{
    if (common->state)
        return g_strdup(common->state);
    const char *named = g_getenv("WINNOW_STATE");
    if (named && *named)
        return g_strdup(named);
    const char *home = g_getenv("XDG_STATE_HOME");
    if (home && *home)
        return g_build_filename(home, "winnow", "winnow.db", NULL);
    return g_build_filename(g_get_home_dir(), ".local", "state", "winnow", "winnow.db", NULL);
}
