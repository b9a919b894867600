/* SPDX-License-Identifier: MIT
 * A file of any kind through the pipeline: looked at, unpacked, split. */
#include "core/archive/pipeline.h"
#include "tests/fuzz/fuzz.h"

enum { LONGEST = 64 * 1024 };

struct seen {
    guint64 next;
};

static void work(struct batch *batch, void *worker, void *user)
{
    (void)worker, (void)user;
    for (size_t i = 0; i < batch->count; i++)
        batch->results[i] = batch;
}

static bool check_batch(struct batch *batch, void *user, GError **error)
{
    (void)error;
    struct seen *seen = user;
    for (size_t i = 0; i < batch->count; i++) {
        const struct raw *raw = &batch->raws[i];
        REQUIRE(raw->sequence == seen->next++);
        REQUIRE(batch->results[i] == batch);
        REQUIRE(raw->trouble.len == 0 || raw->bytes.len == 0);
        REQUIRE(raw->bytes.len <= LONGEST && view_index(raw->bytes, '\r') < 0);
        fuzz_touch(raw->bytes);
        fuzz_touch(raw->trouble);
        fuzz_text(view_of(raw->origin.member));
        for (unsigned n = 0; n < raw->notices.count; n++)
            fuzz_touch(raw->notices.text[n]);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = {0};
    const char *const paths[] = {fuzz_file(fuzz_view(data, size)), NULL};
    const struct pipeline_options options = {.jobs = 1, .max_message = LONGEST};
    const struct pipeline_calls calls = {.work = work, .write = check_batch, .user = &seen};
    g_autoptr(GError) error = NULL;
    REQUIRE(pipeline_run(paths, &options, &calls, &error));
    return 0;
}
