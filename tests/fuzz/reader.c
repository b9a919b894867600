/* SPDX-License-Identifier: MIT
 * One bounce reader on any message, also on those that a reader before it would have taken. Compiled once for each
 * function that core/bounce/reader.h declares, with its name as READER. */
#include "core/bounce/reader.h"
#include "core/limits.h"
#include "tests/fuzz/fuzz.h"

static void check_event(const struct event *event)
{
    const struct view all[] = {
        event->recipient,
        event->original_recipient,
        event->failed_recipient,
        event->status,
        event->action,
        event->diagnostic,
        event->command,
        event->prose,
        event->reporting_mta,
        event->remote_mta,
        event->envelope_id,
        event->feedback_type,
        event->message_id,
        event->returned_to,
        event->returned_message_id,
        event->campaign,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        fuzz_text(all[i]);
    REQUIRE(event->kind <= EVENT_UNSUBSCRIBE && event->reader);
    REQUIRE(event->smtp_code == 0 || (event->smtp_code >= 200 && event->smtp_code <= 599));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mail_reader *mail_reader;
    mail_reader = mail_reader ? mail_reader : mail_reader_new();
    g_autofree char *bytes = NULL;
    struct view message = fuzz_message(fuzz_view(data, size), &bytes);
    struct pool pool;
    pool_init(&pool);
    const struct mail *mail = mail_read(mail_reader, message, &pool);
    struct reading reading = reading_of(mail, &pool);
    reading.reader = "fuzz";
    bool spoke = READER(&reading);
    REQUIRE(spoke == (reading.count > 0) && reading.count <= LIMIT_RECIPIENTS);
    for (size_t i = 0; i < reading.count; i++)
        check_event(&reading.events[i]);
    pool_clear(&pool);
    return 0;
}
