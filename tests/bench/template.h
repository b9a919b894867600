/* SPDX-License-Identifier: MIT
 * One of samples/bounces as a pattern that can be written many times, each time about somebody else: its addresses at
 * example.com, example.net, example.edu and below .example, also inside return paths (ann=example.com@…), its dates,
 * message ids, queue ids and some of its SMTP replies vary; the rest stays as it is. */
#ifndef BENCH_TEMPLATE_H
#define BENCH_TEMPLATE_H

#include <glib.h>
#include <stdbool.h>

struct template;

enum { TEMPLATE_PEOPLE = 64 }; /* different addresses in one sample; further ones stay as they are */

/* Who and when one copy is about. people[i] is a number of people.h for the i-th address of the sample. */
struct instance {
    guint64 number;
    gint64 time;
    guint64 people[TEMPLATE_PEOPLE];
};

/* Takes text; name is the path below samples/bounces. */
struct template *template_new(const char *name, GString *text);
void template_free(struct template *template);

guint template_people(const struct template *template);
/* Whether the i-th address is one that a mail of this kind takes from the list: it bounced or complained. */
bool template_bounces(const struct template *template, guint i);
/* Not even named elsewhere: the sample names an Original-Recipient, and this address is where that was forwarded to. */
bool template_is_stranger(const struct template *template, guint i);
void template_append(const struct template *template, const struct instance *instance, GString *out);

#endif
