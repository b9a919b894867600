/* SPDX-License-Identifier: MIT */
#include "cmd/examine.h"

#include "core/mail/mail.h"
#include "core/match/address.h"
#include "core/match/carried.h"
#include "core/match/joins.h"
#include "core/match/verp.h"

struct examiner {
    struct ruleset *rules;
    struct verp *verp;
    const char *const *id_headers; /* of the options */
    const struct joins *sent;      /* may be NULL */
    char *way;
    bool with_keys;
};

struct examiner_worker {
    const struct examiner *examiner;
    struct mail_reader *mail;
    struct classifier *classifier;
    GChecksum *checksum;
};

static bool check_id_headers(const struct common *common, GError **error)
{
    for (char **name = common->id_headers; name && *name; name++) {
        bool sound = **name != '\0';
        for (const char *c = *name; *c; c++)
            sound = sound && g_ascii_isgraph(*c) && *c != ':';
        if (!sound) {
            g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, "--id-header: '%s' is no name of a header", *name);
            return false;
        }
    }
    return true;
}

static const char *key_file(const struct common *common)
{
    const char *named = common->key_file ? common->key_file : g_getenv("WINNOW_KEY_FILE");
    return named && *named ? named : NULL;
}

struct verp *verp_in_force(const struct common *common, GError **error)
{
    struct verp_options options = {.patterns = (const char *const *)common->verp,
                                   .pattern_count = common->verp ? g_strv_length(common->verp) : 0,
                                   .domains = (const char *const *)common->bounce_domains,
                                   .domain_count = common->bounce_domains ? g_strv_length(common->bounce_domains) : 0,
                                   .key_file = key_file(common)};
    return verp_new(&options, error);
}

static void append_all(GString *into, const char *what, char **values)
{
    g_string_append(into, what);
    for (char **value = values; value && *value; value++)
        g_string_append_printf(into, "\n%s", *value);
    g_string_append(into, "\n\n");
}

/* Of the keys themselves, not of their file: it may be a pipe, which is read once. */
static char *way_of(const struct common *common, const struct verp *verp)
{
    g_autoptr(GString) text = g_string_new(NULL);
    append_all(text, "verp", common->verp);
    append_all(text, "domains", common->bounce_domains);
    append_all(text, "id headers", common->id_headers);
    if (verp_keys(verp))
        keys_fingerprint(verp_keys(verp), text);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
}

const char *examiner_way(const struct examiner *examiner)
{
    return examiner->way;
}

struct examiner *examiner_new(const struct common *common, bool with_keys, GError **error)
{
    struct examiner *examiner = g_new0(struct examiner, 1);
    examiner->with_keys = with_keys;
    examiner->id_headers = (const char *const *)common->id_headers;
    if (check_id_headers(common, error))
        examiner->rules = ruleset_load((const char *const *)common->rules, error);
    if (examiner->rules)
        examiner->verp = verp_in_force(common, error);
    if (!examiner->rules || !examiner->verp) {
        examiner_free(examiner);
        return NULL;
    }
    examiner->way = way_of(common, examiner->verp);
    return examiner;
}

void examiner_free(struct examiner *examiner)
{
    if (!examiner)
        return;
    if (examiner->rules)
        ruleset_free(examiner->rules);
    if (examiner->verp)
        verp_free(examiner->verp);
    g_free(examiner->way);
    g_free(examiner);
}

void examiner_join(struct examiner *examiner, const struct joins *sent)
{
    examiner->sent = sent;
}

bool examiner_has_keys(const struct examiner *examiner)
{
    return verp_keys(examiner->verp) != NULL;
}

const struct ruleset *examiner_rules(const struct examiner *examiner)
{
    return examiner->rules;
}

struct examiner_worker *examiner_worker_new(const struct examiner *examiner)
{
    struct examiner_worker *worker = g_new0(struct examiner_worker, 1);
    worker->examiner = examiner;
    worker->mail = mail_reader_new();
    worker->classifier = classifier_new(examiner->rules);
    worker->checksum = g_checksum_new(G_CHECKSUM_SHA256);
    return worker;
}

void examiner_worker_free(struct examiner_worker *worker)
{
    mail_reader_free(worker->mail);
    classifier_free(worker->classifier);
    g_checksum_free(worker->checksum);
    g_free(worker);
}

char *place_of(const struct origin *origin)
{
    if (origin->member)
        return g_strdup_printf("'%s' in '%s' at %" G_GUINT64_FORMAT, origin->member, origin->path, origin->offset);
    return g_strdup_printf("'%s' at %" G_GUINT64_FORMAT, origin->path, origin->offset);
}

/* What the rules are asked. */
struct statement examine_statement(const struct event *event)
{
    struct view known_as = view_is_empty(event->recipient) ? event->original_recipient : event->recipient;
    return (struct statement){
        .diagnostic = view_first_text(event->diagnostic, LIMIT_DIAGNOSTIC), /* as it is stored, to be judged again */
        .prose = event->prose,
        .status = event->status,
        .smtp_code = event->smtp_code,
        .reader = view_of(event->reader),
        .remote_mta = event->remote_mta,
        .command = event->command,
        .domain = address_domain(known_as),
        .recipients = {event->recipient, event->original_recipient},
    };
}

/* Headers that mailbox programs add after delivery: the same message in two folders differs in them. */
static const char *const local_headers[] = {
    "Status:", "X-Status:",         "X-Keywords:",        "X-UID:",          "X-UIDL:", "Content-Length:",
    "Lines:",  "X-Mozilla-Status:", "X-Mozilla-Status2:", "X-Mozilla-Keys:", NULL};

/* Headers, or beginnings of their names, that are added on the way: copies of one message that an alias sends to two
 * mailboxes differ in them. */
static const char *const trace_headers[] = {"Received:",
                                            "Return-Path:",
                                            "Delivered-To:",
                                            "X-Original-To:",
                                            "Envelope-To:",
                                            "Delivery-Date:",
                                            "X-Received:",
                                            "Received-SPF:",
                                            "X-Envelope-To:",
                                            "X-Spam-",
                                            "X-Virus-",
                                            "X-Gmail-",
                                            "X-GM-",
                                            "ARC-",
                                            "Authentication-Results:",
                                            NULL};

static bool begins_one_of(struct view line, const char *const *names)
{
    for (; *names; names++) {
        if (view_begins_fold(line, view_of(*names)))
            return true;
    }
    return false;
}

static struct view take_line(struct view *rest)
{
    ssize_t lf = view_index(*rest, '\n');
    struct view line = lf < 0 ? *rest : view_first(*rest, (size_t)lf + 1);
    *rest = view_from(*rest, line.len);
    return line;
}

static bool is_in_header(struct view rest)
{
    return rest.len && rest.data[0] != '\n' && !view_begins_fold(rest, VIEW("\r\n"));
}

static bool has_message_id(struct view bytes)
{
    while (is_in_header(bytes)) {
        if (view_begins_fold(take_line(&bytes), VIEW("Message-ID:")))
            return true;
    }
    return false;
}

static void digest_update(GChecksum *checksum, struct view bytes)
{
    if (bytes.len)
        g_checksum_update(checksum, (const guchar *)bytes.data, (gssize)bytes.len);
}

/* SHA-256 over the message without what mailboxes add to it (header lines of their own and empty lines at the end),
 * and, if its Message-ID tells it from all others, without what was added on the way. */
static void digest_message(GChecksum *checksum, struct view bytes)
{
    while (bytes.len && (bytes.data[bytes.len - 1] == '\n' || bytes.data[bytes.len - 1] == '\r'))
        bytes.len--;
    struct view rest = bytes;
    const char *kept = bytes.data;
    bool unique = has_message_id(bytes), leave_out = false;
    while (is_in_header(rest)) {
        struct view line = take_line(&rest);
        bool continues = line.data[0] == ' ' || line.data[0] == '\t';
        leave_out = continues ? leave_out
                              : begins_one_of(line, local_headers) || (unique && begins_one_of(line, trace_headers));
        if (leave_out) {
            digest_update(checksum, view_range(kept, line.data));
            kept = line.data + line.len;
        }
    }
    digest_update(checksum, view_range(kept, bytes.data + bytes.len));
}

static void make_key(const GChecksum *message, const struct finding *finding, struct pool *pool, struct event_key *key)
{
    g_autoptr(GChecksum) checksum = g_checksum_copy(message);
    const struct event *event = finding->event;
    struct view named = view_is_empty(event->recipient) ? event->original_recipient : event->recipient;
    struct view address = address_key(named, pool);
    digest_update(checksum, VIEW("\0recipient\0"));
    digest_update(checksum, view_is_empty(address) ? named : address);
    gsize size = sizeof key->digest;
    g_checksum_get_digest(checksum, key->digest, &size);
}

/* Nothing is said of this recipient: no reply, no status, no words that mean anything. */
static bool is_only_mentioned(const struct finding *finding)
{
    const struct event *event = finding->event;
    return event->kind == EVENT_BOUNCE && finding->verdict.class == SES_UNDETERMINED && event->smtp_code == 0 &&
           view_is_empty(event->status) && strcmp(event->reader, "plain-text") == 0;
}

/* The last reader takes every address of a report that it does not know. Beside recipients of whom something is said,
 * those of whom nothing is are help and suggestions. */
static void drop_mentioned(struct examination *examination)
{
    size_t kept = 0, mentioned = 0;
    for (size_t i = 0; i < examination->count; i++)
        mentioned += is_only_mentioned(&examination->at[i]);
    if (mentioned == examination->count)
        return;
    for (size_t i = 0; i < examination->count; i++) {
        if (!is_only_mentioned(&examination->at[i]))
            examination->at[kept++] = examination->at[i];
    }
    examination->count = kept;
}

/* Whom the event is about, and what a signed return path or the log of what was sent says beside that. */
static void make_claim(const struct examiner *examiner, struct finding *finding, size_t siblings, struct pool *pool)
{
    struct claim *claim = &finding->claim;
    *claim = claim_make(finding->event, siblings, examiner->verp, pool);
    struct view campaign = {0};
    if (examiner->sent)
        joins_claim(examiner->sent, finding->event, siblings, claim, &campaign, pool);
    if (!view_is_empty(campaign))
        claim->campaign = campaign;
    if (view_is_empty(claim->notice) && view_is_empty(claim->campaign))
        return;
    struct event *event = pool_new(pool, struct event);
    *event = *finding->event;
    if (!view_is_empty(claim->notice))
        notice_add(&event->notices, claim->notice);
    if (!view_is_empty(claim->campaign))
        event->campaign = claim->campaign;
    finding->event = event;
}

/* Where neither the reply nor what stands with the recipient says why, the rest of the report may, or its subject. */
static void judge_bounce(struct examiner_worker *worker, struct finding *finding, struct event *event,
                         struct pool *pool)
{
    struct statement statement = examine_statement(event);
    finding->verdict = classify(worker->classifier, &statement, pool);
    if (finding->verdict.class != SES_UNDETERMINED || view_is_empty(event->context))
        return;
    struct view all = pool_printf(pool, "%.*s\n\n%.*s", (int)event->title.len, event->title.data,
                                  (int)event->context.len, event->context.data);
    statement.prose = all;
    struct verdict verdict = classify(worker->classifier, &statement, pool);
    if (verdict.class == SES_UNDETERMINED)
        return;
    event->prose = all; /* to be judged by again */
    finding->verdict = verdict;
}

struct examination *examine(struct examiner_worker *worker, const struct raw *raw, struct pool *pool)
{
    struct examination *result = pool_new(pool, struct examination);
    result->notices = raw->notices;
    if (!view_is_empty(raw->trouble))
        return result;
    const struct mail *mail = mail_read(worker->mail, raw->bytes, pool);
    struct events events = bounce_read(mail, pool);
    result->at = pool_array(pool, struct finding, events.count);
    result->count = events.count;
    if (worker->examiner->with_keys) {
        g_checksum_reset(worker->checksum);
        digest_message(worker->checksum, raw->bytes);
    }
    const struct carried *carried = carried_read(&mail->returned, worker->examiner->id_headers, pool);
    for (size_t i = 0; i < events.count; i++) {
        struct finding *finding = &result->at[i];
        events.at[i].carried = carried;
        finding->event = &events.at[i];
        if (finding->event->kind == EVENT_BOUNCE)
            judge_bounce(worker, finding, &events.at[i], pool);
    }
    drop_mentioned(result);
    for (size_t i = 0; i < result->count; i++) {
        struct finding *finding = &result->at[i];
        make_claim(worker->examiner, finding, result->count, pool);
        if (worker->examiner->with_keys && finding->event->kind != EVENT_NONE)
            make_key(worker->checksum, finding, pool, &finding->key);
    }
    return result;
}

struct mail_reader *examiner_worker_mail(struct examiner_worker *worker)
{
    return worker->mail;
}

struct classifier *examiner_worker_classifier(struct examiner_worker *worker)
{
    return worker->classifier;
}
