/* SPDX-License-Identifier: MIT
 * The language in which return paths are described: literal text with named groups,
 *     bounce-{campaign}-{local}={domain}@bounces.example.org        b+{id}@bounces.example.org
 * No regular expressions: what can match at all is worked out in one pass from the end, so no text makes a match slow.
 * A pattern is const once parsed, and shared by threads.
 *
 *   {local}     local part of the recipient       {domain}    its domain: letters, digits, '.', '-', '_', UTF-8
 *   {address}   the same as {local}={domain}      {id}        the subscriber's id
 *   {campaign}  campaign or list: no '+', '='     {key}       a hash or signature
 *   {number}    digits                            {hex}       hexadecimal digits
 *   {token}     ASCII letters and digits          {any}       anything, also nothing
 *
 * A group takes at least one byte ({any}: none) and never '@'. Literal text compares without ASCII case, for relays
 * change it; "{{" and "}}" stand for braces. A pattern with '@' describes the whole address, one without it the local
 * part. Where a text can be read in several ways, all are found, the ones with the shortest first groups first. */
#ifndef WINNOW_MATCH_PATTERN_H
#define WINNOW_MATCH_PATTERN_H

#include "core/view.h"

#define PATTERN_GROUPS(X)                                                                                              \
    X(LOCAL, "local")                                                                                                  \
    X(DOMAIN, "domain")                                                                                                \
    X(ID, "id")                                                                                                        \
    X(CAMPAIGN, "campaign")                                                                                            \
    X(KEY, "key")                                                                                                      \
    X(NUMBER, "number")                                                                                                \
    X(HEX, "hex")                                                                                                      \
    X(TOKEN, "token")                                                                                                  \
    X(ANY, "any")

enum pattern_group {
#define PATTERN_ENUM(id, name) PATTERN_##id,
    PATTERN_GROUPS(PATTERN_ENUM)
#undef PATTERN_ENUM
        PATTERN_GROUP_COUNT
};

const char *pattern_group_name(enum pattern_group group);  /* "local" */
const char *pattern_group_takes(enum pattern_group group); /* "digits" */

struct pattern;

/* Refuses what could not name a recipient ({id}, {address}, or {local} and {domain}) or would be read at will: two
 * groups without literal text between, a named group twice, unknown names, open braces. WINNOW_ERROR_CONFIG with the
 * column. */
struct pattern *pattern_parse(const char *text, GError **error);
void pattern_free(struct pattern *pattern);
typedef struct pattern pattern_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(pattern_auto, pattern_free)

/* A text to be matched, looked at once for all patterns. */
struct pattern_text {
    struct view whole, local; /* local: up to the last '@' */
    unsigned marks;           /* which of "=+-.%" stand in the local part */
};
struct pattern_text pattern_text_of(struct view address);

struct pattern_match {
    struct view group[PATTERN_GROUP_COUNT]; /* the last of its name; empty if the pattern has none */
};

/* Ways to read `text`, at most `max`. Longer texts than LIMIT_ADDRESS are not read. */
size_t pattern_match(const struct pattern *pattern, const struct pattern_text *text, struct pattern_match *into,
                     size_t max);

/* Why `text` is not matched, for users, to be freed; NULL: it is. */
char *pattern_trouble(const struct pattern *pattern, const struct pattern_text *text);

/* Appends the text that the pattern makes of `values`. WINNOW_ERROR_INPUT, and nothing appended, if a group but {any}
 * has none, or one that it cannot hold. The text may be readable in other ways too. */
bool pattern_fill(const struct pattern *pattern, const struct pattern_match *values, GString *into, GError **error);

#endif
