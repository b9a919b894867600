/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"clean", "clean a list with the evidence of bounces: the main job", cmd_clean},
    {"ingest", "only add the evidence of archives to the ledger", cmd_ingest},
    {"classify", "say what each message is: one record per message and recipient", cmd_classify},
    {"rules", "list the rules, or say which one a text reaches", cmd_rules},
    {"reclassify", "judge stored bounces by the rules of today", cmd_reclassify},
    {"prune", "erase what is too old to keep", cmd_prune},
    {"forget", "erase all that is known about an address", cmd_forget},
    {"policy", "print the policy in force", cmd_policy},
    {"explain", "everything known about one subscriber, and the arithmetic", cmd_explain},
    {"verp", "return paths that carry the subscriber: made, read, proven", cmd_verp},
    {"runs", "the history of runs", cmd_runs},
    {"simulate", "what other policies would have done with the same history", cmd_simulate},
    {"undo", "take a run back: its files and its evidence", cmd_undo},
};

static void print_help(FILE *to)
{
    fputs("Usage: winnow COMMAND [OPTION…] …\n\n"
          "Cleans mailing lists with the sender's own bounces.\n\n"
          "Commands:\n",
          to);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("  help       this text, or 'winnow help COMMAND'\n\n"
          "First run:\n"
          "  winnow clean subscribers.csv --bounces bounces/\n\n"
          "Manual: man winnow, man winnow-COMMAND\n",
          to);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int unknown_command(const char *name)
{
    say("there is no command '%s'", name);
    print_help(stderr);
    return WINNOW_ERROR_USAGE;
}

static bool asks_for_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 || strcmp(argument, "help") == 0;
}

static int help(int argc, char **argv)
{
    if (argc < 2 || asks_for_help(argv[1])) {
        print_help(stdout);
        return WINNOW_DONE;
    }
    const struct command *command = find_command(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    char option[] = "--help";
    char *arguments[] = {argv[1], option, NULL};
    return command->run(2, arguments);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return WINNOW_ERROR_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("winnow " WINNOW_VERSION);
        return WINNOW_DONE;
    }
    if (asks_for_help(argv[1]))
        return help(argc - 1, argv + 1);
    const struct command *command = find_command(argv[1]);
    return command ? command->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
    /* Only how characters are shown depends on the locale; numbers, order and case do not. */
    setlocale(LC_CTYPE, "");
    int code = run(argc, argv);
    errno = 0;
    bool printed = fflush(stdout) == 0 && !ferror(stdout);
    if (printed || code > WINNOW_INCOMPLETE)
        return code;
    int reason = print_errno ? print_errno : errno;
    say("cannot write to standard output: %s", g_strerror(reason ? reason : EIO));
    return WINNOW_ERROR_OUTPUT;
}
