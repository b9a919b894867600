/* SPDX-License-Identifier: MIT
 * The record of `winnow classify`, in its formats. The order of keys is fixed (winnow-classify(1)). Pure. */
#ifndef WINNOW_CMD_RECORD_H
#define WINNOW_CMD_RECORD_H

#include "cmd/examine.h"

enum record_format { RECORD_JSON, RECORD_TSV, RECORD_CSV, RECORD_SES };

bool record_format_parse(const char *name, enum record_format *format);

/* The header line of formats that have one, else nothing. */
void record_head(enum record_format format, GString *into);

/* One line for one finding; SES's notifications only for what SES has a notification of (bounce, complaint, delivery,
 * delay). */
void record_append(enum record_format format, const struct raw *raw, const struct examination *examination,
                   const struct finding *finding, GString *into);

#endif
