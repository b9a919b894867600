/* SPDX-License-Identifier: MIT
 * Plans as files: see plan.h. */
#include "cmd/json.h"
#include "cmd/plan.h"
#include "core/output.h"

#include <stdio.h>
#include <string.h>

enum { PLAN_HEAD_LOOKED_AT = 64 };

/* What a plan begins with. */
static const char magic[] = "{\"winnow_plan\":";

const char *plan_fate_name(enum row_fate fate)
{
    static const char *const names[ROW_FATE_COUNT] = {
        [ROW_FATE_KEPT] = "kept",     [ROW_FATE_HELD] = "held",         [ROW_FATE_REMOVED] = "removed",
        [ROW_FATE_REVIEW] = "review", [ROW_FATE_REJECTED] = "rejected",
    };
    return names[fate];
}

/* --- arguments ---------------------------------------------------------------------------------------------------- */

static bool is_one_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (g_str_equal(text, names[i]))
            return true;
    }
    return false;
}

char **plan_arguments(int argc, char **argv)
{
    static const char *const alone[] = {"--dry-run", "-n", "--quiet", "-q", "--verbose", "-v"};
    static const char *const with_value[] = {"--plan", "--approve", "--now"};
    GPtrArray *kept = g_ptr_array_new();
    for (int i = 1; i < argc; i++) {
        if (is_one_of(argv[i], with_value, G_N_ELEMENTS(with_value)))
            i++;
        else if (!is_one_of(argv[i], alone, G_N_ELEMENTS(alone)) && !g_str_has_prefix(argv[i], "--plan=") &&
                 !g_str_has_prefix(argv[i], "--approve=") && !g_str_has_prefix(argv[i], "--now="))
            g_ptr_array_add(kept, g_strdup(argv[i]));
    }
    g_ptr_array_add(kept, NULL);
    return (char **)g_ptr_array_free(kept, FALSE);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void append_head(GString *line, const struct plan_head *head)
{
    g_string_append_printf(line, "%s%d", magic, PLAN_FORMAT);
    append_json_text(line, "version", view_of(WINNOW_VERSION));
    append_json_when(line, "made", head->made);
    append_json_text(line, "folder", view_of(head->folder));
    append_json_text(line, "list", view_of(head->list));
    append_json_text(line, "list_digest", view_of(head->list_digest));
    append_json_text(line, "state", view_of(head->state));
    append_json_text(line, "policy", view_of(head->policy));
    append_json_text(line, "rules", view_of(head->rules));
    append_json_text(line, "guard", view_of(head->guard));
    append_json_number(line, "rows", head->rows);
    for (int i = 0; i < ROW_FATE_COUNT; i++)
        append_json_number(line, plan_fate_name((enum row_fate)i), head->fate[i]);
    append_json_key(line, "arguments");
    for (char **argument = head->arguments; *argument; argument++) {
        g_string_append_c(line, argument == head->arguments ? '[' : ',');
        append_json(line, view_of(*argument));
    }
    g_string_append(line, *head->arguments ? "]}\n" : "[]}\n");
}

static bool append_row(GString *line, const struct judgement *judgement, const struct judged_row *row,
                       struct ledger *ledger, GError **error)
{
    const struct judged_subject *judged = &g_array_index(judgement->verdicts, struct judged_subject, row->verdict);
    const struct decision *d = &judged->decision;
    char class[64], event[EVENT_DIGEST_HEX + 1];
    if (!ledger_event_digest(ledger, d->decided_by, event, error))
        return false;
    g_snprintf(class, sizeof class, "%s/%s", ses_type_name(d->class), ses_subtype_name(d->class));
    g_string_append_c(line, '{');
    append_json_number(line, "row", row->row.number);
    append_json_text(line, "action", view_of(action_name(d->action)));
    append_json_key(line, "address");
    append_json(line, subjects_key(judgement->subjects, judged->subject));
    append_json_text(line, "subtype", view_of(judged->subtype));
    append_json_text(line, "status", view_of(judged->status));
    append_json_when(line, "last_bounce", d->last_bounce);
    append_json_when(line, "retry_after", d->retry_after);
    append_json_text(line, "kind", view_of(event_kind_name(d->kind)));
    append_json_text(line, "class", view_of(class));
    append_json_text(line, "event", view_of(event));
    append_json_text(line, "why", view_of(d->why));
    append_json_key(line, "reason");
    append_json(line, judged->reason);
    g_string_append(line, "}\n");
    return true;
}

/* There is nothing at `path`, or a plan. */
static bool may_replace(const char *path, GError **error)
{
    char begin[PLAN_HEAD_LOOKED_AT] = {0};
    FILE *file = g_str_equal(path, "-") ? NULL : fopen(path, "re");
    size_t len = file ? fread(begin, 1, sizeof begin - 1, file) : 0;
    bool regular = g_file_test(path, G_FILE_TEST_IS_REGULAR);
    if (file)
        fclose(file);
    if (len == 0 || !regular || g_str_has_prefix(begin, magic))
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT,
                "'%s' is there already and is no plan; nothing written (--force replaces it)", path);
    return false;
}

/* Writes the line and adds it to the digest. */
static bool put(struct output *output, GChecksum *digest, GString *line, GError **error)
{
    g_checksum_update(digest, (const guchar *)line->str, (gssize)line->len);
    bool written = output_write(output, (struct view){.data = line->str, .len = line->len}, error);
    g_string_truncate(line, 0);
    return written;
}

static bool write_lines(struct output *output, const struct plan_head *head, const struct judgement *judgement,
                        struct ledger *ledger, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    append_head(line, head);
    if (!put(output, digest, line, error))
        return false;
    for (guint i = 0; i < judgement->rows->len; i++) {
        const struct judged_row *row = &g_array_index(judgement->rows, struct judged_row, i);
        if (!append_row(line, judgement, row, ledger, error) || !put(output, digest, line, error))
            return false;
    }
    g_string_append_printf(line, "{\"end\":%u,\"sha256\":\"%s\"}\n", judgement->rows->len,
                           g_checksum_get_string(digest));
    return output_write(output, (struct view){.data = line->str, .len = line->len}, error);
}

bool plan_write(const char *path, const struct plan_head *head, const struct judgement *judgement,
                struct ledger *ledger, bool force, GError **error)
{
    if (!force && !may_replace(path, error))
        return false;
    struct output *output = output_open(path, error);
    bool written = output && write_lines(output, head, judgement, ledger, error) && output_finish(output, error) &&
                   output_publish(output, error);
    output_free(output);
    return written;
}
