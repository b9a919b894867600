/* SPDX-License-Identifier: MIT
 * The road of one message, end to end: raw bytes → mail → events → claims → verdicts. What workers of the pipeline run.
 * Const configuration is shared; each worker has its own state. Results live in the batch's pool. */
#ifndef WINNOW_CMD_EXAMINE_H
#define WINNOW_CMD_EXAMINE_H

#include "cmd/command.h"
#include "core/archive/pipeline.h"
#include "core/bounce/bounce.h"
#include "core/classify/classify.h"
#include "core/match/claim.h"
#include "db/ledger.h"

/* One event of a message with all that was made of it. */
struct finding {
    const struct event *event;
    struct claim claim;
    struct verdict verdict; /* bounces only */
    struct event_key key;   /* if the examiner makes keys */
};

struct examination {
    struct finding *at;
    size_t count;
    struct notices notices; /* of the archive */
};

/* The return path schemes that --verp, --bounce-domain and --key-file (else WINNOW_KEY_FILE) say.
 * WINNOW_ERROR_CONFIG. */
struct verp *verp_in_force(const struct common *common, GError **error);

struct examiner; /* rules and schemes in force */

/* Loads rules and VERP patterns of `common`. `with_keys`: digests for the ledger are wanted. WINNOW_ERROR_CONFIG. */
struct examiner *examiner_new(const struct common *common, bool with_keys, GError **error);
void examiner_free(struct examiner *examiner);
/* From now on claims rest on what was sent too. Must live as long as the examiner. */
struct joins;
void examiner_join(struct examiner *examiner, const struct joins *sent);
/* A digest of the options that say whom a message is about: under others the same archive tells something else, and
 * has to be read again. */
const char *examiner_way(const struct examiner *examiner);
bool examiner_has_keys(const struct examiner *examiner);
const struct ruleset *examiner_rules(const struct examiner *examiner);

/* State of one worker, as the pipeline's calls want it. */
struct examiner_worker;
struct examiner_worker *examiner_worker_new(const struct examiner *examiner);
void examiner_worker_free(struct examiner_worker *worker);

struct examination *examine(struct examiner_worker *worker, const struct raw *raw, struct pool *pool);

/* "'member' in 'file' at 17", for messages; to be freed. */
char *place_of(const struct origin *origin);

/* What the rules are asked about an event. */
struct statement examine_statement(const struct event *event);
/* For those who look closer (trace.c). */
struct mail_reader *examiner_worker_mail(struct examiner_worker *worker);
struct classifier *examiner_worker_classifier(struct examiner_worker *worker);

#endif
