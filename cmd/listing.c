/* SPDX-License-Identifier: MIT */
#include "cmd/listing.h"

#include "core/error.h"
#include "core/match/alike.h"

void listing_add_options(struct listing *listing, GOptionContext *context)
{
    const GOptionEntry entries[] = {
        {"email-column", 0, 0, G_OPTION_ARG_STRING, &listing->email_column, "column with the address: name or number",
         "COLUMN"},
        {"id-column", 0, 0, G_OPTION_ARG_STRING, &listing->id_column, "column with the id: name or number", "COLUMN"},
        {"subscribed-column", 0, 0, G_OPTION_ARG_STRING, &listing->subscribed_column,
         "column with the date of subscription", "COLUMN"},
        {"engaged-column", 0, 0, G_OPTION_ARG_STRING, &listing->engaged_column, "column with the last sign of life",
         "COLUMN"},
        {"engaged", 0, 0, G_OPTION_ARG_FILENAME, &listing->engaged, "signs of life: CSV of address, time", "FILE"},
        {"list-name", 0, 0, G_OPTION_ARG_STRING, &listing->list_name, "what policy calls the list (its file name)",
         "NAME"},
        {"match", 0, 0, G_OPTION_ARG_STRING, &listing->match, "gmail-dots, googlemail, plus-tag", "RULE,…"},
        {"delimiter", 0, 0, G_OPTION_ARG_STRING, &listing->delimiter, "of the list, if looking is not enough", "CHAR"},
        {0}};
    g_option_context_add_main_entries(context, entries, NULL);
}

void listing_clear(struct listing *listing)
{
    g_free(listing->email_column);
    g_free(listing->id_column);
    g_free(listing->delimiter);
    g_free(listing->subscribed_column);
    g_free(listing->engaged_column);
    g_free(listing->engaged);
    g_free(listing->list_name);
    g_free(listing->match);
    *listing = (struct listing){0};
}

bool listing_check(const struct listing *listing, GError **error)
{
    const char *problem = NULL;
    unsigned rules;
    if (listing->delimiter && strlen(listing->delimiter) != 1 && !strchr("t\\", listing->delimiter[0]))
        problem = "--delimiter: one character, or 'tab'";
    else if (listing->list_name && !*listing->list_name)
        problem = "--list-name: an empty name names nothing";
    else if (listing->match && !alike_parse(listing->match, &rules))
        problem = "--match: one or more of gmail-dots, googlemail, plus-tag, with commas between";
    if (problem)
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, problem);
    return !problem;
}

static char delimiter_of(const char *name)
{
    if (!name)
        return 0;
    return strcmp(name, "tab") == 0 || strcmp(name, "\\t") == 0 ? '\t' : name[0];
}

struct list *listing_open(const struct listing *listing, const char *path, GError **error)
{
    struct list_options options = {
        .email_column = listing->email_column,
        .id_column = listing->id_column,
        .delimiter = delimiter_of(listing->delimiter),
        .subscribed_column = listing->subscribed_column,
        .engaged_column = listing->engaged_column,
    };
    return list_open(path, &options, error);
}

char *listing_name(const struct listing *listing, const char *path)
{
    return listing->list_name ? g_strdup(listing->list_name) : g_path_get_basename(path);
}

unsigned listing_alike(const struct listing *listing)
{
    unsigned rules = 0;
    if (listing->match)
        alike_parse(listing->match, &rules);
    return rules;
}
