/* SPDX-License-Identifier: MIT */
#include "cmd/lists.h"

#include "cmd/json.h"
#include "core/keep.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name, *suffix;
} files[LIST_FILE_COUNT] = {
#define LIST_FILE_ROW(id, label, end) [LIST_FILE_##id] = {label, end},
    LIST_FILES(LIST_FILE_ROW)
#undef LIST_FILE_ROW
};

const char *list_file_name(enum list_file file)
{
    return files[file].name;
}

static char *stem_of(const char *list)
{
    static const char *const endings[] = {".csv", ".tsv", ".txt", ".CSV"};
    char *stem = g_strdup(list);
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(stem, endings[i]) && strlen(stem) > strlen(endings[i])) {
            stem[strlen(stem) - strlen(endings[i])] = '\0';
            break;
        }
    }
    return stem;
}

void lists_settle_paths(struct lists *lists, const char *list)
{
    g_autofree char *stem = stem_of(list);
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        if (!lists->path[i])
            lists->path[i] = g_strconcat(stem, files[i].suffix, NULL);
    }
}

char *lists_plan_path(const struct lists *lists, const char *list)
{
    const char *report = lists->path[LIST_FILE_REPORT];
    g_autofree char *stem = stem_of(list), *plan = g_strconcat(stem, ".plan.jsonl", NULL);
    g_autofree char *folder = g_path_get_dirname(report), *name = g_path_get_basename(plan);
    bool beside_list = strcmp(report, "-") == 0 || strcmp(folder, ".") == 0;
    return beside_list ? g_steal_pointer(&plan) : g_build_filename(folder, name, NULL);
}

void lists_clear(struct lists *lists)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        if (lists->output[i])
            output_free(lists->output[i]);
        g_free(lists->path[i]);
        former_clear(&lists->former[i]);
    }
    *lists = (struct lists){0};
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (stat(a, &x) == 0 && stat(b, &y) == 0)
        return x.st_dev == y.st_dev && x.st_ino == y.st_ino && S_ISREG(x.st_mode);
    g_autofree char *absolute_a = g_canonicalize_filename(a, NULL);
    g_autofree char *absolute_b = g_canonicalize_filename(b, NULL);
    return strcmp(absolute_a, absolute_b) == 0;
}

static bool is_distinct(const struct lists *lists, int file, const char *list, GError **error)
{
    const char *path = lists->path[file];
    if (strcmp(path, "-") != 0 && same_file(path, list)) {
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT,
                    "the %s file '%s' is the list itself; the list is never changed", files[file].name, path);
        return false;
    }
    for (int i = 0; i < file; i++) {
        if (same_file(path, lists->path[i])) {
            g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "the %s and the %s file are both '%s'", files[i].name,
                        files[file].name, path);
            return false;
        }
    }
    return true;
}

/* Said before the archives are read, not after. Behind a link and for devices it is left to output_open(). */
static bool has_folder(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat there;
    if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode))
        return true;
    if (access(folder, W_OK | X_OK) == 0)
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT, "cannot write '%s': %s; nothing written", path,
                g_strerror(errno));
    return false;
}

/* What is there may go if it is what a run wrote there. */
static bool may_replace(const char *path, const struct former_file *former, struct ledger *ledger, GError **error)
{
    if (!former->digest)
        return true;
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    bool ours;
    if (!ledger_wrote(ledger, absolute, former->digest, &ours, error))
        return false;
    if (ours)
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_OUTPUT,
                "'%s' is there already and no earlier run left it so; nothing written (--force replaces it)", path);
    return false;
}

bool lists_check(struct lists *lists, const char *list, struct ledger *ledger, bool force, GError **error)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        const char *path = lists->path[i];
        if (!is_distinct(lists, i, list, error))
            return false;
        if (strcmp(path, "-") == 0)
            continue;
        if (!has_folder(path, error) || !former_look(&lists->former[i], path, error) ||
            (!force && !may_replace(path, &lists->former[i], ledger, error)))
            return false;
    }
    return true;
}

static bool write_text(struct output *output, const GString *text, GError **error)
{
    return output_write(output, (struct view){.data = text->str, .len = text->len}, error);
}

enum { ADDED_COLUMNS = 6 }; /* the last one in the review file only */
static const struct view added_columns[ADDED_COLUMNS] = {{"winnow_reason", 13},      {"winnow_subtype", 14},
                                                         {"winnow_status", 13},      {"winnow_last_bounce", 18},
                                                         {"winnow_retry_after", 18}, {"winnow_candidates", 17}};

static size_t columns_of(enum action action)
{
    return action == ACTION_REVIEW ? ADDED_COLUMNS : ADDED_COLUMNS - 1;
}

static bool write_head(struct output *output, const struct list_shape *shape, enum action action, GError **error)
{
    if (!shape->header)
        return output_write(output, shape->head, error);
    g_autoptr(GString) text = g_string_new(NULL);
    list_append_cells(shape, shape->head, shape->columns, added_columns, columns_of(action), text);
    return write_text(output, text, error);
}

static struct view as_view(const GString *text)
{
    return (struct view){.data = text->str, .len = text->len};
}

static bool write_row(struct output *output, struct list *list, const struct judgement *judgement,
                      const struct judged_row *judged, GString *bytes, GString *text, GError **error)
{
    if (!list_row_bytes(list, judged->row.offset, judged->row.length, bytes, error))
        return false;
    const struct judged_subject *subject = &g_array_index(judgement->verdicts, struct judged_subject, judged->verdict);
    g_autoptr(GString) last = g_string_new(NULL);
    g_autoptr(GString) retry = g_string_new(NULL);
    append_time(last, subject->decision.last_bounce);
    append_time(retry, subject->decision.retry_after);
    const struct view cells[ADDED_COLUMNS] = {subject->reason,          view_of(subject->subtype),
                                              view_of(subject->status), as_view(last),
                                              as_view(retry),           subject->candidates};
    g_string_truncate(text, 0);
    list_append_cells(list_shape(list), as_view(bytes), judged->cells, cells, columns_of(subject->decision.action),
                      text);
    return write_text(output, text, error);
}

struct sorting {
    const struct judgement *judgement;
};

static const struct decision *decision_of(const struct judgement *judgement, const struct judged_row *row)
{
    return &g_array_index(judgement->verdicts, struct judged_subject, row->verdict).decision;
}

static int by_retry(gconstpointer a, gconstpointer b, gpointer user)
{
    const struct judged_row *const *x = a, *const *y = b;
    const struct sorting *sorting = user;
    gint64 p = decision_of(sorting->judgement, *x)->retry_after;
    gint64 q = decision_of(sorting->judgement, *y)->retry_after;
    if (p != q)
        return p < q ? -1 : 1;
    return ((*x)->row.offset > (*y)->row.offset) - ((*x)->row.offset < (*y)->row.offset);
}

/* The rows of one action, in the order of the list; held ones by the date on which they return. */
static GPtrArray *rows_of(const struct judgement *judgement, enum action action)
{
    GPtrArray *rows = g_ptr_array_new();
    for (guint i = 0; i < judgement->rows->len; i++) {
        struct judged_row *row = &g_array_index(judgement->rows, struct judged_row, i);
        if (decision_of(judgement, row)->action == action)
            g_ptr_array_add(rows, row);
    }
    struct sorting sorting = {.judgement = judgement};
    if (action == ACTION_HOLD)
        g_ptr_array_sort_with_data(rows, by_retry, &sorting);
    return rows;
}

static bool write_rows(struct output *output, struct list *list, const struct judgement *judgement, enum action action,
                       GError **error)
{
    if (!write_head(output, list_shape(list), action, error))
        return false;
    g_autoptr(GPtrArray) rows = rows_of(judgement, action);
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        if (!write_row(output, list, judgement, g_ptr_array_index(rows, i), bytes, text, error))
            return false;
    }
    return true;
}

/* The cleaned list is the list without the rows of removed and held subscribers. */
static bool write_clean(struct output *output, struct list *list, const struct judgement *judgement, GError **error)
{
    g_autoptr(GArray) omitted = g_array_new(FALSE, FALSE, sizeof(struct row_span));
    for (guint i = 0; i < judgement->rows->len; i++) {
        const struct judged_row *row = &g_array_index(judgement->rows, struct judged_row, i);
        if (decision_of(judgement, row)->action == ACTION_REVIEW)
            continue;
        struct row_span span = {.offset = row->row.offset, .length = row->row.length};
        g_array_append_val(omitted, span);
    }
    return list_copy(list, (const struct row_span *)(void *)omitted->data, omitted->len, output, error);
}

enum { REPORT_COLUMNS = 80 };

/* By the path's ending: .html, .txt, .text, .json or .csv; HTML if it has none of these. */
static enum report_format format_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    enum report_format format = REPORT_HTML;
    if (dot && !report_format_parse(strcmp(dot, ".txt") == 0 ? "text" : dot + 1, &format))
        format = REPORT_HTML;
    return format;
}

static bool write_one(struct lists *lists, int file, struct list *list, const struct judgement *judgement,
                      const struct report *report, GError **error)
{
    struct output *output = lists->output[file];
    switch ((enum list_file)file) {
    case LIST_FILE_CLEAN:
        return write_clean(output, list, judgement, error);
    case LIST_FILE_REMOVED:
        return write_rows(output, list, judgement, ACTION_REMOVE, error);
    case LIST_FILE_HELD:
        return write_rows(output, list, judgement, ACTION_HOLD, error);
    case LIST_FILE_REVIEW:
        return write_rows(output, list, judgement, ACTION_REVIEW, error);
    default: {
        GString *html = report_render(report, format_of(lists->path[file]), REPORT_COLUMNS);
        bool written = write_text(output, html, error);
        g_string_free(html, TRUE);
        return written;
    }
    }
}

bool lists_write(struct lists *lists, struct list *list, const struct judgement *judgement, const struct report *report,
                 GError **error)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        lists->output[i] = output_open(lists->path[i], error);
        if (!lists->output[i] || !write_one(lists, i, list, judgement, report, error))
            return false;
    }
    return list_unchanged(list, error);
}

bool lists_finish(struct lists *lists, GError **error)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        if (!output_finish(lists->output[i], error))
            return false;
    }
    return true;
}

bool lists_record(const struct lists *lists, struct ledger *ledger, gint64 run, GError **error)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        if (strcmp(lists->path[i], "-") == 0)
            continue;
        g_autofree char *absolute = g_canonicalize_filename(lists->path[i], NULL);
        if (!ledger_add_output(ledger, run, absolute, output_digest(lists->output[i]), error))
            return false;
    }
    return true;
}

bool lists_prepare(struct lists *lists, struct ledger *ledger, gint64 run, GError **error)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        const char *source = output_temporary(lists->output[i]);
        if (source && !replace_prepare(&lists->former[i], ledger, run, source, output_digest(lists->output[i]), error))
            return false;
    }
    lists->prepared = true;
    return true;
}

void lists_unprepare(struct lists *lists)
{
    for (int i = 0; i < LIST_FILE_COUNT; i++)
        replace_abandon(&lists->former[i]);
    lists->prepared = false;
}

bool lists_publish(struct lists *lists, GError **error)
{
    bool done = true;
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        done = done && output_publish(lists->output[i], error);
        if (!done && lists->prepared)
            output_leave(lists->output[i]);
    }
    return done;
}

bool lists_tidy(const struct lists *lists, struct ledger *ledger, guint64 runs, GError **error)
{
    const char *targets[LIST_FILE_COUNT];
    size_t count = 0;
    for (int i = 0; i < LIST_FILE_COUNT; i++) {
        const char *target = lists->former[i].target;
        if (target && !replace_expire(ledger, target, runs, error))
            return false;
        if (target)
            targets[count++] = target;
    }
    keep_sweep(targets, count);
    return true;
}
