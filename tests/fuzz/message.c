/* SPDX-License-Identifier: MIT
 * One message from its bytes to its records, as `winnow classify` and `winnow ingest` read it. */
#include "cmd/examine.h"
#include "cmd/record.h"
#include "core/limits.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>

static struct examiner_worker *new_worker(void)
{
    static char id[] = "b+{id}@bounces.example.org", address[] = "b-{campaign}-{local}={domain}";
    char *patterns[] = {id, address, NULL};
    const struct common common = {.verp = patterns};
    g_autoptr(GError) error = NULL;
    struct examiner *examiner = examiner_new(&common, true, &error);
    g_assert_no_error(error);
    return examiner_worker_new(examiner);
}

/* A line of JSON, an object. */
static void check_json(struct view record)
{
    REQUIRE(record.len > 0 && record.data[record.len - 1] == '\n');
    REQUIRE(view_index(record, '\n') == (ssize_t)record.len - 1);
    json_t *json = json_loadb(record.data, record.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    REQUIRE(json_is_object(json));
    json_decref(json);
}

/* One line, with as many tabs as the header line has. */
static void check_tsv(struct view record, size_t tabs)
{
    REQUIRE(record.len > 0 && record.data[record.len - 1] == '\n');
    for (size_t i = 0; i + 1 < record.len; i++) {
        REQUIRE((unsigned char)record.data[i] >= ' ' || record.data[i] == '\t');
        tabs -= record.data[i] == '\t';
    }
    REQUIRE(tabs == 0);
}

static size_t count_tabs(void)
{
    g_autoptr(GString) head = g_string_new(NULL);
    record_head(RECORD_TSV, head);
    size_t tabs = 0;
    for (size_t i = 0; i < head->len; i++)
        tabs += head->str[i] == '\t';
    return tabs;
}

static void check_record(enum record_format format, const struct raw *raw, const struct examination *found, size_t i)
{
    g_autoptr(GString) text = g_string_new(NULL);
    record_append(format, raw, found, &found->at[i], text);
    struct view record = {.data = text->str, .len = text->len};
    fuzz_text(record);
    if (format == RECORD_JSON || (format == RECORD_SES && text->len))
        check_json(record);
    if (format == RECORD_TSV)
        check_tsv(record, count_tabs());
    REQUIRE(format != RECORD_CSV || g_str_has_suffix(text->str, "\r\n"));
}

static void check_finding(const struct finding *finding)
{
    REQUIRE(finding->event->reader);
    REQUIRE(finding->event->return_path_count <= EVENT_RETURN_PATHS);
    REQUIRE(finding->event->kind != EVENT_BOUNCE ||
            (finding->verdict.rule && finding->verdict.class < SES_CLASS_COUNT));
    fuzz_touch(finding->verdict.matched);
    for (size_t i = 0; i < finding->claim.count; i++) {
        fuzz_touch(finding->claim.at[i].key);
        REQUIRE(i == 0 || finding->claim.at[i - 1].step <= finding->claim.at[i].step);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct examiner_worker *worker;
    worker = worker ? worker : new_worker();
    g_autofree char *bytes = NULL;
    const struct raw raw = {.bytes = fuzz_message(fuzz_view(data, size), &bytes),
                            .origin = {.path = "fuzz.mbox", .member = "a", .offset = size}};
    struct pool pool;
    pool_init(&pool);
    const struct examination *found = examine(worker, &raw, &pool);
    REQUIRE(found->count >= 1 && found->count <= LIMIT_RECIPIENTS);
    for (size_t i = 0; i < MIN(found->count, (size_t)20); i++) {
        check_finding(&found->at[i]);
        for (enum record_format format = RECORD_JSON; format <= RECORD_SES; format++)
            check_record(format, &raw, found, i);
    }
    pool_clear(&pool);
    return 0;
}
