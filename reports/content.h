/* SPDX-License-Identifier: MIT
 * What the report says, in which order: from the finished model to a document. The campaign manager's questions come
 * first (who was removed, do the sums add up), the deliverability person's after them. Pure. */
#ifndef WINNOW_REPORTS_CONTENT_H
#define WINNOW_REPORTS_CONTENT_H

#include "reports/document.h"
#include "reports/model.h"

/* Free with document_free(). */
struct document *content_make(const struct report *report);

/* The sections, each in its file: about the run (content.c), about what was sent (sends.c), about causes (causes.c),
 * about what was said (sayings.c). */
void content_sends(const struct report *report, struct document *document);
void content_causes(const struct report *report, struct document *document);
void content_sayings(const struct report *report, struct document *document);
/* A row each of `groups` that `wanted` (NULL: all) picks, `max` at most; returns how many bounces those rows stand for.
 */
guint64 content_groups(const struct report *report, struct table *table, size_t max,
                       bool (*wanted)(const struct group *group, int which), int which);

/* The link from the report to another of its files: relative, escaped; NULL if there is no such way. To be freed. */
char *content_href(const char *report_path, const char *path);

#endif
