/* SPDX-License-Identifier: MIT
 * Small notations of the rule language that others need too: statuses with 'x', choices in parentheses, and a typed
 * text
 * ("550 5.1.1 text") as a statement. Pure. */
#ifndef WINNOW_CLASSIFY_NOTATION_H
#define WINNOW_CLASSIFY_NOTATION_H

#include "core/classify/ruleset.h"

/* Takes the next word off `rest`; false when nothing is left. */
bool token_next(struct view *rest, struct view *token);
/* Digits at the front of `text`: how many; 0 if there is none, or are more than `digits_max`. */
size_t number_parse(struct view text, size_t digits_max, int *number);

/* Calls `each` with every text that `phrase` stands for when its (a|b) choices are resolved; false if these are more
 * than PHRASE_CHOICES_MAX. Parentheses without '|' are literal. */
typedef void choice_found(void *context, const char *text);
bool choices_each(const char *phrase, choice_found *each, void *context);

/* The same as parts that follow one another, to be looked for singly: one of `texts`, or nothing if `optional`. No text
 * has less than two bytes, unless the phrase has. struct choice, owned by the array. */
struct choice {
    GPtrArray *texts; /* char * */
    bool optional;
};
GPtrArray *choices_split(const char *phrase);

/* A line of `like`, or what a user types: "[command=DATA remote-mta=mx.example.net] 550 5.1.1 text". Code and status
 * are read off its front (of "550-5.1.1" too) and stay in the text; `statement` points into `line`. An underscore in a
 * value stands for a blank ("command=RCPT_TO"). False if an option is unknown; `pool` holds what had to be changed. */
bool statement_parse(struct view line, struct pool *pool, struct statement *statement);

/* "5.1.1" at the front of `text`: how many bytes it takes; 0 if it is none. */
size_t status_parse(struct view text, struct status_pattern *status);

#endif
