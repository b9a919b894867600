/* SPDX-License-Identifier: MIT
 * What the actions of `winnow verp` share. */
#ifndef WINNOW_CMD_VERP_H
#define WINNOW_CMD_VERP_H

#include "cmd/command.h"
#include "core/output.h"
#include "core/pool.h"

enum verp_format { VERP_TEXT, VERP_JSON, VERP_CSV };

struct verp_command {
    struct common common;
    char *prefix, *domain, *campaign; /* --prefix, --domain, --campaign */
    char *list, *email_column, *id_column, *delimiter;
    gboolean ids; /* --ids: what is given is ids */
    enum verp_format format;
    char **arguments; /* behind the action's name; NULL-terminated */
    struct output *output;
    struct pool pool; /* of one item; reset for each */
    GString *text;    /* scratch of one item */
    guint64 done, failed;
};

/* Both return false with an error only if they could not go on; what could not be read or made is counted in `failed`.
 */
bool verp_encode_all(struct verp_command *v, GError **error);
bool verp_decode_all(struct verp_command *v, GError **error);
bool verp_test_all(struct verp_command *v, GError **error);

/* Calls `each` for every argument; for "-" for every line of standard input that is not empty. `place` is "standard
 * input:7: " or empty. */
bool verp_each_argument(struct verp_command *v,
                        bool (*each)(struct verp_command *v, struct view text, const char *place, void *user,
                                     GError **error),
                        void *user, GError **error);

/* `text` with control characters as blanks, and valid UTF-8: fit for a terminal. */
void verp_append_shown(GString *into, struct view text);

bool verp_write(struct verp_command *v, GError **error); /* v->text, and empties it */

#endif
