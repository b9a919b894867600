/* SPDX-License-Identifier: MIT */
#include "core/match/claim.h"

#include "core/match/address.h"
#include "core/match/carried.h"
#include "core/match/verp.h"

enum {
    OWN_RECIPIENTS = 4,
    /* Readings of every return path, what headers carry (few of them a path), and the addresses of the event. */
    MAX_CANDIDATES = (EVENT_RETURN_PATHS + 2) * VERP_READINGS + CARRIED_ITEMS + OWN_RECIPIENTS + EVENT_RECEIVED_FOR + 2,
};

static const char *const STEP_NAMES[CLAIM_STEP_COUNT] = {
#define CLAIM_NAME(id, name) [CLAIM_##id] = name,
    CLAIM_STEPS(CLAIM_NAME)
#undef CLAIM_NAME
};

const char *claim_step_name(enum claim_step step)
{
    return (unsigned)step < CLAIM_STEP_COUNT ? STEP_NAMES[step] : STEP_NAMES[CLAIM_NONE];
}

bool claim_step_parse(struct view text, enum claim_step *step)
{
    for (unsigned i = 0; i < CLAIM_STEP_COUNT; i++) {
        if (view_equal(text, view_of(STEP_NAMES[i]))) {
            *step = i;
            return true;
        }
    }
    return false;
}

/* Who failed as the report itself says it, strongest first. */
struct own {
    enum claim_step step;
    struct view key;
};

/* How the event speaks of a reading of a return path. */
enum naming {
    NAMED_NOT = 0,
    NAMED_IN_PASSING, /* its local part, in another domain or in the reply */
    NAMED_ADDRESSED,  /* the mail was addressed to it */
    NAMED_OWN,        /* as the recipient */
};

/* One return path, of the report or of a header that carries one. */
struct path {
    struct verp_found found[VERP_READINGS];
    enum naming naming[VERP_READINGS];
    size_t count;
    enum claim_step step; /* of what is neither proven nor a guess */
    size_t named;         /* length of the longest local part that is named; 0: none is */
    bool certain;         /* the form and the event agree on that one */
    bool other;           /* it names nobody whom the first one names */
};

struct maker {
    const struct event *event;
    bool alone; /* the report is about nobody else */
    const struct verp *verp;
    struct pool *pool;
    struct own own[OWN_RECIPIENTS];
    struct path paths[EVENT_RETURN_PATHS + CARRIED_ITEMS];
    size_t path_count;
    const struct path *carried[CARRIED_ITEMS]; /* that the item was read as; NULL: as none */
    struct candidate at[MAX_CANDIDATES];
    size_t count;
    struct claim claim;
};

/* The last reader takes addresses out of texts that nobody knows. */
static enum claim_step final_step(const struct event *event)
{
    bool unknown_text = event->reader && strcmp(event->reader, "plain-text") == 0;
    return unknown_text ? CLAIM_TEXT : CLAIM_FINAL_RECIPIENT;
}

static void look_at_own(struct maker *m)
{
    const struct event *e = m->event;
    m->own[0] = (struct own){CLAIM_ORIGINAL_RECIPIENT, address_key(e->original_recipient, m->pool)};
    m->own[1] = (struct own){CLAIM_ORIGINAL_RECIPIENT, address_key(e->other_original, m->pool)};
    m->own[2] = (struct own){CLAIM_FAILED_RECIPIENTS, address_key(e->failed_recipient, m->pool)};
    m->own[3] = (struct own){final_step(e), address_key(e->recipient, m->pool)};
}

static bool is_own(const struct maker *m, struct view key)
{
    for (size_t i = 0; i < OWN_RECIPIENTS; i++) {
        if (view_equal(m->own[i].key, key))
            return true;
    }
    return false;
}

static bool is_own_recipient(const struct maker *m, const struct verp_found *found)
{
    return found->is == CANDIDATE_ADDRESS && is_own(m, found->key);
}

static void add(struct maker *m, struct candidate candidate)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->at[i].is == candidate.is && view_equal(m->at[i].key, candidate.key))
            return;
    }
    if (candidate.key.len > 0 && m->count < MAX_CANDIDATES)
        m->at[m->count++] = candidate;
}

/* Is it in the text, and no part of a longer local part there? */
static bool mentions(struct view text, struct view local)
{
    for (ssize_t at; (at = view_find_fold(text, local)) >= 0; text = view_from(text, (size_t)at + 1)) {
        struct view behind = view_from(text, (size_t)at + local.len);
        char before = at > 0 ? text.data[at - 1] : ' ';
        if (behind.len > 0 && behind.data[0] == '@' && !g_ascii_isalnum(before) && !strchr("-+=._%", before))
            return true;
    }
    return false;
}

static bool has_local(struct view address, struct view local)
{
    return view_equal_fold(address_local(address), local);
}

static bool names_in_passing(const struct maker *m, struct view local)
{
    const struct event *e = m->event;
    for (size_t i = 0; i < OWN_RECIPIENTS; i++) {
        if (has_local(m->own[i].key, local))
            return true;
    }
    for (size_t i = 0; i < MIN(e->received_for_count, (size_t)EVENT_RECEIVED_FOR); i++) {
        if (has_local(e->received_for[i], local))
            return true;
    }
    return (!e->returned_to_others && has_local(e->returned_to, local)) || mentions(e->diagnostic, local) ||
           mentions(e->prose, local);
}

static bool is_addressed(const struct maker *m, struct view key)
{
    const struct event *e = m->event;
    return (!e->returned_to_others && view_equal(address_key(e->returned_to, m->pool), key)) ||
           (e->received_for_count > 0 && view_equal(address_key(e->received_for[0], m->pool), key));
}

/* What is true of the whole message says nothing of one of several. */
static enum naming naming_of(const struct maker *m, const struct path *path, const struct verp_found *found)
{
    if (found->is != CANDIDATE_ADDRESS)
        return NAMED_NOT;
    if (is_own(m, found->key))
        return NAMED_OWN;
    if (!m->alone || path->count < 2)
        return NAMED_NOT;
    if (is_addressed(m, found->key))
        return NAMED_ADDRESSED;
    return names_in_passing(m, address_local(found->text)) ? NAMED_IN_PASSING : NAMED_NOT;
}

static bool has_longer_exact(const struct path *path, size_t local)
{
    for (size_t i = 0; i < path->count; i++) {
        if (path->found[i].exact && address_local(path->found[i].text).len > local)
            return true;
    }
    return false;
}

static void look_for_names(const struct maker *m, struct path *path)
{
    path->named = 0;
    path->certain = path->other = false;
    for (size_t i = 0; i < path->count; i++) {
        const struct verp_found *found = &path->found[i];
        path->naming[i] = naming_of(m, path, found);
        size_t local = address_local(found->text).len;
        if (path->naming[i] == NAMED_NOT || local <= path->named)
            continue;
        path->named = local;
        path->certain = found->exact && path->naming[i] >= NAMED_ADDRESSED && !has_longer_exact(path, local);
    }
}

/* NULL if it can be read as none. */
static const struct path *read_path(struct maker *m, struct view text, enum claim_step step)
{
    struct path *path = &m->paths[m->path_count];
    path->count = m->verp ? verp_decode(m->verp, text, m->pool, path->found) : 0;
    path->step = step;
    look_for_names(m, path);
    m->path_count += path->count > 0;
    return path->count > 0 ? path : NULL;
}

static bool has_reading(const struct path *path, struct view key)
{
    for (size_t i = 0; i < path->count; i++) {
        if (view_equal(path->found[i].key, key))
            return true;
    }
    return false;
}

/* An id may well be that of an address, and what is no more than "local=domain" is often no return path. */
static bool names_addresses(const struct path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        if (path->found[i].is == CANDIDATE_ADDRESS && !view_equal(path->found[i].scheme, VIEW("bare")))
            return true;
    }
    return false;
}

static bool contradicts(const struct path *path, const struct path *first)
{
    for (size_t i = 0; i < path->count; i++) {
        if (has_reading(first, path->found[i].key))
            return false;
    }
    return names_addresses(path) && names_addresses(first);
}

static bool seen_before(const struct event *event, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (view_equal_fold(event->return_paths[i], event->return_paths[index]))
            return true;
    }
    return false;
}

static void read_paths(struct maker *m)
{
    const struct event *e = m->event;
    for (size_t i = 0; i < MIN(e->return_path_count, (size_t)EVENT_RETURN_PATHS); i++) {
        if (!seen_before(e, i))
            read_path(m, e->return_paths[i], CLAIM_VERP);
    }
    for (size_t i = 1; i < m->path_count; i++)
        m->paths[i].other = contradicts(&m->paths[i], &m->paths[0]);
    for (size_t i = 0; e->carried && i < e->carried->count; i++) {
        const struct carried_item *item = &e->carried->at[i];
        bool path = item->is == CARRIED_PATH || item->is == CARRIED_EITHER;
        m->carried[i] = path ? read_path(m, item->value, CLAIM_HEADER_ID) : NULL;
    }
}

static const struct verp_found *find_proof(const struct maker *m, enum verp_proof proof)
{
    for (size_t i = 0; i < m->path_count; i++) {
        if (m->paths[i].found[0].proof == proof)
            return &m->paths[i].found[0];
    }
    return NULL;
}

/* What all readings of the path agree on. */
static struct view campaign_of(const struct path *path)
{
    struct view campaign = path->found[0].campaign;
    for (size_t i = 1; i < path->count; i++) {
        if (!view_equal(path->found[i].campaign, campaign))
            return (struct view){0};
    }
    return campaign;
}

/* What the user's own pattern calls a campaign is one; in a path of any other scheme it may be the list. */
static void take_campaign(struct maker *m)
{
    for (size_t i = 0; i < m->path_count && view_is_empty(m->claim.campaign); i++) {
        const struct path *path = &m->paths[i];
        if (!view_equal(path->found[0].scheme, VIEW("user")))
            continue;
        for (size_t k = 0; k < path->count && view_is_empty(m->claim.campaign); k++) {
            if (path->naming[k] >= NAMED_ADDRESSED && address_local(path->found[k].text).len == path->named)
                m->claim.campaign = path->found[k].campaign;
        }
        if (path->named == 0)
            m->claim.campaign = campaign_of(path);
    }
}

/* False: this event is evidence of nothing. */
static bool is_evidence(struct maker *m)
{
    const struct verp_found *proven = find_proof(m, VERP_PROVEN);
    if (proven && !m->alone && !is_own_recipient(m, proven))
        m->claim.notice =
            proven->is == CANDIDATE_ID
                ? VIEW("the mail was sent to one recipient, as a key proves, and the report is about several; no "
                       "evidence")
                : VIEW("the mail was sent to another recipient, as a key proves; no evidence about this one");
    else if (!proven && find_proof(m, VERP_FORGED))
        m->claim.notice = VIEW("the return path is signed, but by none of the keys: forged or damaged, no evidence");
    else if (proven)
        m->claim.campaign = proven->campaign;
    else if (view_is_empty(m->event->campaign))
        take_campaign(m);
    return view_is_empty(m->claim.notice);
}

/* Of a reading that the event does not name, where it names another. The longer one may be meant all the same: its mail
 * was forwarded to the one who is named. Where it is all of the local part there would be no prefix. */
static bool rivals(const struct path *path, const struct verp_found *found)
{
    return !path->certain && address_local(found->text).len > path->named && !view_equal(found->scheme, VIEW("bare"));
}

/* CLAIM_NONE: it is evidence of nobody. "news-jean-pierre=…" may be Pierre's only as long as nothing speaks of a
 * Jean-Pierre. */
static enum claim_step step_of(const struct maker *m, const struct path *path, size_t reading)
{
    const struct verp_found *found = &path->found[reading];
    enum naming naming = path->naming[reading];
    if (found->proof == VERP_PROVEN)
        return CLAIM_VERP_KEY;
    if (found->proof == VERP_FORGED || (!m->alone && naming != NAMED_OWN))
        return CLAIM_NONE;
    if (found->cut && naming < NAMED_ADDRESSED)
        return CLAIM_VERP_GUESS;
    if (found->is == CANDIDATE_ID || path->named == 0 || !m->alone)
        return path->step;
    if (address_local(found->text).len < path->named)
        return naming == NAMED_OWN ? CLAIM_VERP_GUESS : CLAIM_NONE;
    return naming != NAMED_NOT || rivals(path, found) ? path->step : CLAIM_NONE;
}

static struct view scheme_of(const struct maker *m, const struct path *path, const struct verp_found *found)
{
    struct view scheme = found->scheme;
    return path->other ? pool_printf(m->pool, "%.*s%s", (int)scheme.len, scheme.data, CLAIM_OTHER_PATH) : scheme;
}

static void add_reading(struct maker *m, const struct path *path, const struct verp_found *found, enum claim_step step)
{
    struct view *first = found->is == CANDIDATE_ID ? &m->claim.subscriber_id : &m->claim.verp_recipient;
    if (view_is_empty(*first) && step != CLAIM_VERP_GUESS)
        *first = found->is == CANDIDATE_ID ? found->key : found->text;
    struct view scheme = scheme_of(m, path, found);
    add(m, (struct candidate){.step = step, .is = found->is, .key = found->key, .scheme = scheme});
}

/* Those readings of a path that count at `step`, first those that the event names. */
static void add_readings(struct maker *m, const struct path *path, enum claim_step step)
{
    for (int named = 1; named >= 0; named--) {
        for (size_t i = 0; i < path->count; i++) {
            if ((path->naming[i] != NAMED_NOT) == named && step_of(m, path, i) == step)
                add_reading(m, path, &path->found[i], step);
        }
    }
}

static void add_paths(struct maker *m, enum claim_step step)
{
    for (size_t i = 0; i < m->path_count; i++)
        add_readings(m, &m->paths[i], step);
}

/* What is true of the message: of one in a report on several it counts only if the report says so of him too. */
static void add_address(struct maker *m, enum claim_step step, struct view address, struct view scheme)
{
    struct view key = address_key(address, m->pool);
    if (m->alone || is_own(m, key))
        add(m, (struct candidate){.step = step, .is = CANDIDATE_ADDRESS, .key = key, .scheme = scheme});
}

static void add_id(struct maker *m, enum claim_step step, struct view id, struct view scheme)
{
    if (!m->alone)
        return;
    if (view_is_empty(m->claim.subscriber_id))
        m->claim.subscriber_id = id;
    add(m, (struct candidate){.step = step, .is = CANDIDATE_ID, .key = id, .scheme = scheme});
}

/* RFC 3461 4.4: the sender's own text. Mail systems put queue numbers there, which are nobody's. */
static void add_envelope_id(struct maker *m)
{
    struct view id = view_trim(m->event->envelope_id);
    bool named = m->event->carried && m->event->carried->envelope_id;
    if (carried_is_address(id, m->pool))
        add_address(m, CLAIM_ENVELOPE_ID, id, (struct view){0});
    else if (carried_is_uuid(id) || (named && id.len > 0))
        add_id(m, CLAIM_ENVELOPE_ID, id, (struct view){0});
}

/* Does the bounce itself, its return path or what the mail was addressed to name this one, or (`key` empty) anybody? */
static bool is_named(const struct maker *m, struct view key)
{
    const struct event *e = m->event;
    bool anybody = view_is_empty(key);
    for (size_t i = 0; i < OWN_RECIPIENTS; i++) {
        if (anybody ? !view_is_empty(m->own[i].key) : view_equal(m->own[i].key, key))
            return true;
    }
    for (size_t i = 0; i < m->path_count; i++) {
        for (size_t k = 0; k < m->paths[i].count; k++) {
            const struct verp_found *found = &m->paths[i].found[k];
            if (m->paths[i].step == CLAIM_VERP && (anybody || view_equal(found->key, key)))
                return true;
        }
    }
    if (!e->returned_to_others && !view_is_empty(e->returned_to) &&
        (anybody || view_equal(address_key(e->returned_to, m->pool), key)))
        return true;
    for (size_t i = 0; i < MIN(e->received_for_count, (size_t)EVENT_RECEIVED_FOR); i++) {
        if (!anybody && view_equal(address_key(e->received_for[i], m->pool), key))
            return true;
    }
    return false;
}

/* Of an address in a text of the sender's, as that of List-Unsubscribe: it may be any that he put there. Where the
 * bounce names others only, nobody is to be blamed for it. */
static enum claim_step step_of_word(const struct maker *m, struct view word)
{
    struct view key = address_key(word, m->pool);
    return is_named(m, key) || !is_named(m, (struct view){0}) ? CLAIM_HEADER_ID : CLAIM_TEXT;
}

static void add_words(struct maker *m, enum claim_step step)
{
    const struct carried *carried = m->event->carried;
    for (size_t i = 0; carried && i < carried->count; i++) {
        const struct carried_item *item = &carried->at[i];
        if (item->is == CARRIED_WORD && step_of_word(m, item->value) == step)
            add_address(m, step, item->value, item->header);
    }
}

static void add_carried(struct maker *m)
{
    const struct carried *carried = m->event->carried;
    for (size_t i = 0; carried && i < carried->count; i++) {
        const struct carried_item *item = &carried->at[i];
        if (m->carried[i])
            add_readings(m, m->carried[i], CLAIM_HEADER_ID);
        else if (item->is == CARRIED_ID)
            add_id(m, CLAIM_HEADER_ID, item->value, item->header);
        else if (item->is != CARRIED_PATH && item->is != CARRIED_WORD)
            add_address(m, CLAIM_HEADER_ID, item->value, item->header);
    }
    add_words(m, CLAIM_HEADER_ID);
}

static void add_addressees(struct maker *m)
{
    const struct event *e = m->event;
    if (!e->returned_to_others)
        add_address(m, CLAIM_RETURNED_TO, e->returned_to, (struct view){0});
    for (size_t i = 0; i < MIN(e->received_for_count, (size_t)EVENT_RECEIVED_FOR); i++)
        add_address(m, CLAIM_RECEIVED_FOR, e->received_for[i], i > 0 ? VIEW(CLAIM_RELAYED) : (struct view){0});
}

/* Of several addresses in a text that nobody knows, most are not who failed. */
static void add_own(struct maker *m, const struct own *own)
{
    if (own->step != CLAIM_TEXT || m->alone)
        add(m, (struct candidate){.step = own->step, .is = CANDIDATE_ADDRESS, .key = own->key});
}

struct claim claim_make(const struct event *event, size_t siblings, const struct verp *verp, struct pool *pool)
{
    struct maker m;
    m.event = event;
    m.alone = siblings <= 1;
    m.verp = verp;
    m.pool = pool;
    m.path_count = 0;
    m.count = 0;
    m.claim = (struct claim){0};
    look_at_own(&m);
    read_paths(&m);
    if (!is_evidence(&m))
        return m.claim;
    add_paths(&m, CLAIM_VERP_KEY);
    add_paths(&m, CLAIM_VERP);
    add_own(&m, &m.own[0]);
    add_own(&m, &m.own[1]);
    add_envelope_id(&m);
    add_carried(&m);
    add_addressees(&m);
    for (size_t i = 2; i < OWN_RECIPIENTS; i++)
        add_own(&m, &m.own[i]);
    add_words(&m, CLAIM_TEXT);
    add_paths(&m, CLAIM_VERP_GUESS);
    if (m.count > 0) {
        m.claim.at = pool_array(pool, struct candidate, m.count);
        memcpy(m.claim.at, m.at, m.count * sizeof *m.at);
        m.claim.count = m.count;
    }
    return m.claim;
}
