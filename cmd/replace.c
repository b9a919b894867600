/* SPDX-License-Identifier: MIT */
#include "cmd/replace.h"

#include "cmd/command.h"
#include "core/keep.h"
#include "core/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool former_look(struct former_file *former, const char *path, GError **error)
{
    *former = (struct former_file){.target = keep_target(path)};
    if (!former->target || stat(former->target, &former->seen) != 0)
        return true;
    GError *inner = NULL;
    former->digest = file_digest(former->target, &inner);
    if (inner)
        g_propagate_error(error, inner);
    return !inner;
}

void former_clear(struct former_file *former)
{
    g_free(former->target);
    g_free(former->digest);
    g_free(former->kept);
    *former = (struct former_file){0};
}

bool replace_prepare(struct former_file *former, struct ledger *ledger, gint64 run, const char *source,
                     const char *digest, GError **error)
{
    if (former->digest) {
        former->kept = keep_name(former->target, run);
        if (!keep_file(former->target, &former->seen, former->kept, error)) {
            g_clear_pointer(&former->kept, g_free);
            return false;
        }
    }
    const struct replaced_file file = {
        .run = run, .path = former->target, .before = former->digest, .after = digest, .kept = former->kept};
    g_autofree char *absolute = g_canonicalize_filename(source, NULL);
    const struct pending_move move = {
        .source = absolute, .target = former->target, .moved = digest, .before = former->digest};
    return ledger_add_replaced(ledger, &file, error) && ledger_add_pending(ledger, &move, error);
}

void replace_abandon(const struct former_file *former)
{
    if (former->kept)
        unlink(former->kept);
}

/* --- mending ------------------------------------------------------------------------------------------------------ */

static bool is_file_with(const char *path, const char *digest, bool *is, GError **error)
{
    GError *inner = NULL;
    g_autofree char *there = file_digest(path, &inner);
    *is = g_strcmp0(there, digest) == 0;
    if (inner)
        g_propagate_error(error, inner);
    return !inner;
}

/* Done already if the source is gone. Whatever somebody else put there meanwhile stays. */
static bool mend_one(const struct pending_move *move, void *user, GError **error)
{
    guint *mended = user;
    bool whole, former;
    if (!is_file_with(move->source, move->moved, &whole, error) ||
        !is_file_with(move->target, move->before, &former, error))
        return false;
    if (!whole || !former)
        return true;
    ++*mended;
    return keep_move(move->source, move->target, error);
}

static bool note_any(const struct pending_move *move, void *user, GError **error)
{
    (void)move;
    (void)error;
    *(bool *)user = true;
    return true;
}

bool replace_mend(struct ledger *ledger, GError **error)
{
    bool any = false;
    guint mended = 0;
    if (!ledger_each_pending(ledger, note_any, &any, error))
        return false;
    if (!any)
        return true;
    if (!ledger_each_pending(ledger, mend_one, &mended, error))
        return false;
    if (mended > 0)
        say("the run before was killed while its files were put in place; done now (%u of them)", mended);
    return ledger_clear_pending(ledger, error);
}

/* --- forgetting --------------------------------------------------------------------------------------------------- */

struct expiring {
    guint64 left; /* that may still stay */
    GArray *runs; /* gint64: whose former file is gone */
};

static bool expire_one(const struct replaced_file *file, void *user, GError **error)
{
    (void)error;
    struct expiring *expiring = user;
    if (!file->kept)
        return true;
    if (expiring->left > 0) {
        expiring->left--;
        return true;
    }
    if (unlink(file->kept) == 0 || errno == ENOENT)
        g_array_append_val(expiring->runs, file->run);
    return true;
}

bool replace_expire(struct ledger *ledger, const char *target, guint64 runs, GError **error)
{
    g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(gint64));
    struct expiring expiring = {.left = runs, .runs = gone};
    if (!ledger_each_replaced_at(ledger, target, expire_one, &expiring, error))
        return false;
    for (guint i = 0; i < gone->len; i++) {
        if (!ledger_drop_kept(ledger, g_array_index(gone, gint64, i), target, error))
            return false;
    }
    return true;
}
