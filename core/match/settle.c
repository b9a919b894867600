/* SPDX-License-Identifier: MIT */
#include "core/match/settle.h"

#include "core/match/address.h"

/* What a step is a witness of. */
enum witness {
    SENT = 1 << 0,      /* the envelope with which we sent the mail, as it comes back */
    MARKED = 1 << 1,    /* something that our own system put into the mail */
    ADDRESSED = 1 << 2, /* whom the mail was addressed to: mostly, not always, who got it */
    FAILED = 1 << 3,    /* where delivery failed: by forwarding it may be somebody else's address */
    GUESSED = 1 << 4,   /* nothing that could blame anybody, but what may speak for somebody else */
};

static const guint8 WITNESS[CLAIM_STEP_COUNT] = {
    [CLAIM_VERP_KEY] = SENT,
    [CLAIM_VERP] = SENT,
    [CLAIM_ORIGINAL_RECIPIENT] = SENT,
    [CLAIM_ENVELOPE_ID] = SENT | MARKED,
    [CLAIM_HEADER_ID] = MARKED,
    [CLAIM_MESSAGE_ID] = SENT | MARKED,
    [CLAIM_RETURNED_TO] = ADDRESSED,
    [CLAIM_RECEIVED_FOR] = ADDRESSED,
    [CLAIM_FAILED_RECIPIENTS] = FAILED,
    [CLAIM_FINAL_RECIPIENT] = FAILED,
    [CLAIM_TEXT] = FAILED,
    [CLAIM_VERP_GUESS] = GUESSED,
};

/* Weaker witnesses of these kinds are asked whether they name somebody else. Original-Recipient is the sender's own
 * word only if he gave it (RFC 3461 4.2); else each mail system puts there whom it was given. */
static unsigned challengers(enum claim_step step)
{
    if (step == CLAIM_VERP_KEY)
        return 0;
    if (step == CLAIM_ORIGINAL_RECIPIENT)
        return MARKED | ADDRESSED;
    if (WITNESS[step] & ADDRESSED)
        return ADDRESSED | FAILED | GUESSED;
    return WITNESS[step] & FAILED ? FAILED | GUESSED : MARKED;
}

static void note(struct settlement *s, subject_index subject, const struct candidate *candidate)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->subject[i] == subject)
            return;
    }
    if (s->count == 0)
        s->scheme = candidate->scheme;
    if (s->count < SETTLE_SUBJECTS)
        s->subject[s->count++] = subject;
}

static size_t look_up(const struct subjects *subjects, const struct candidate *candidate,
                      subject_index found[static SETTLE_SUBJECTS])
{
    if (candidate->is == CANDIDATE_ID)
        return subjects_by_id(subjects, candidate->key, found, SETTLE_SUBJECTS);
    found[0] = subjects_by_address(subjects, candidate->key);
    return found[0] != SUBJECT_NONE;
}

static void add_subjects(const struct subjects *subjects, const struct candidate *candidate, struct settlement *s)
{
    subject_index found[SETTLE_SUBJECTS];
    size_t n = look_up(subjects, candidate, found);
    for (size_t i = 0; i < n; i++)
        note(s, found[i], candidate);
}

/* ann@mail.example.org is Ann of example.org under the name that her own house has for her. */
static bool is_of_one_house(struct view a, struct view b)
{
    struct view inner = address_domain(a), outer = address_domain(b);
    if (!view_equal(address_local(a), address_local(b)))
        return false;
    if (inner.len < outer.len) {
        struct view longer = outer;
        outer = inner;
        inner = longer;
    }
    /* Exchange Online's name of every tenant. */
    struct view tenants = VIEW(".onmicrosoft.com");
    if (inner.len > tenants.len && view_equal(view_from(inner, inner.len - tenants.len), tenants))
        return true;
    return inner.len > outer.len && inner.data[inner.len - outer.len - 1] == '.' &&
           view_equal(view_from(inner, inner.len - outer.len), outer);
}

static void doubt(struct settlement *s, enum doubt why, const struct candidate *against)
{
    s->doubt = why;
    s->against = against;
}

static bool is_relayed(const struct candidate *candidate)
{
    return view_equal(candidate->scheme, VIEW(CLAIM_RELAYED));
}

/* Does a weaker witness name somebody else than s->subject[0]? */
static void challenge(const struct subjects *subjects, const struct candidate *candidate, struct settlement *s)
{
    subject_index found[SETTLE_SUBJECTS];
    size_t n = look_up(subjects, candidate, found);
    for (size_t i = 0; i < n; i++) {
        if (found[i] == s->subject[0])
            return;
    }
    if (n > 0) {
        add_subjects(subjects, candidate, s);
        s->settled = SETTLED_AMBIGUOUS;
        doubt(s, DOUBT_STEPS, candidate);
    } else if (WITNESS[s->step] & ADDRESSED && WITNESS[candidate->step] & FAILED &&
               !is_of_one_house(candidate->key, subjects_key(subjects, s->subject[0]))) {
        doubt(s, DOUBT_ELSEWHERE, candidate);
    } else if (WITNESS[candidate->step] & GUESSED && candidate->is == CANDIDATE_ADDRESS &&
               !view_begins_fold(subjects_key(subjects, s->subject[0]), candidate->key)) {
        /* What was cut off a return path does not make it this subscriber's. */
        doubt(s, DOUBT_STRANGER, candidate);
    }
}

static bool is_word(struct view word)
{
    static const char *const words[] = {
        "list",      "lists",   "listserv", "news",    "newsletter", "mailing",     "mailings",   "announce",
        "all",       "users",   "members",  "staff",   "team",       "subscribers", "recipients", "customers",
        "everybody", "readers", "everyone", "noreply", "donotreply", "undisclosed", "redacted",   "mailman",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (view_equal_fold(word, view_of(words[i])))
            return true;
    }
    return false;
}

static bool has_word(struct view text)
{
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && !strchr("-_.+", text.data[len]))
            len++;
        if (is_word(view_first(text, len)))
            return true;
        text = view_from(text, MIN(len + 1, text.len));
    }
    return false;
}

/* Letters to a list are addressed to it, and those to hidden recipients to somebody at the sender's. */
static bool is_of_several(const struct subjects *subjects, struct view key)
{
    struct view host = address_domain(key);
    ssize_t dot = view_index(host, '.');
    return subjects_is(subjects, key, SUBJECT_SHARED) || has_word(address_local(key)) ||
           view_equal_fold(address_local(key), VIEW("no-reply")) || is_word(view_first(host, (size_t)MAX(dot, 0)));
}

/* Ids do not count: a list without an id column knows none. */
static bool is_stranger(const struct subjects *subjects, const struct candidate *candidate)
{
    return candidate->is == CANDIDATE_ADDRESS && subjects_by_address(subjects, candidate->key) == SUBJECT_NONE;
}

static bool is_other_path(struct view scheme)
{
    struct view end = VIEW(CLAIM_OTHER_PATH);
    return scheme.len > end.len && view_equal(view_from(scheme, scheme.len - end.len), end);
}

/* Of the readings of one return path those of strangers were not meant; unless they left, or each path has its own. */
static bool is_meant_too(const struct subjects *subjects, const struct candidate *candidate, const struct settlement *s)
{
    return candidate->step == CLAIM_ORIGINAL_RECIPIENT || subjects_is(subjects, candidate->key, SUBJECT_WAS_HERE) ||
           is_other_path(candidate->scheme) != is_other_path(s->scheme);
}

/* Is the one that decided the weaker witness of whom the mail was addressed to? */
static bool is_outdone(const struct settlement *s, const struct candidate *candidate)
{
    if (!(WITNESS[candidate->step] & ADDRESSED) || is_relayed(candidate))
        return false;
    if (s->step == CLAIM_RECEIVED_FOR)
        return candidate->step < s->step || (candidate->step == s->step && view_equal(s->scheme, VIEW(CLAIM_RELAYED)));
    return WITNESS[s->step] & FAILED || s->step == CLAIM_ORIGINAL_RECIPIENT;
}

/* Is a stranger the better witness of whom the mail was sent to? */
static bool was_sent_to(const struct subjects *subjects, const struct candidate *candidate, const struct settlement *s)
{
    enum claim_step by = candidate->step;
    if (!is_stranger(subjects, candidate))
        return false;
    if (by <= s->step && (WITNESS[by] & SENT))
        return by < s->step || is_meant_too(subjects, candidate, s);
    return is_outdone(s, candidate) && !is_of_several(subjects, candidate->key) &&
           !is_of_one_house(candidate->key, subjects_key(subjects, s->subject[0]));
}

static void look_for_doubt(const struct subjects *subjects, const struct candidate *candidates, size_t count,
                           struct settlement *s)
{
    for (size_t i = 0; i < count && !s->doubt; i++) {
        const struct candidate *c = &candidates[i];
        bool forwarded = s->step == CLAIM_ORIGINAL_RECIPIENT && is_relayed(c);
        if (was_sent_to(subjects, c, s))
            doubt(s, DOUBT_STRANGER, c);
        else if (c->step > s->step && WITNESS[c->step] & challengers(s->step) && !forwarded)
            challenge(subjects, c, s);
    }
}

struct settlement settle(const struct subjects *subjects, const struct candidate *candidates, size_t count)
{
    struct settlement s = {0};
    for (size_t i = 0; i < count && s.count == 0;) {
        enum claim_step step = candidates[i].step;
        for (; i < count && candidates[i].step == step; i++)
            add_subjects(subjects, &candidates[i], &s);
        if (s.count > 0)
            s.step = step;
    }
    s.settled = s.count == 0 ? SETTLED_NONE : s.count == 1 ? SETTLED_ONE : SETTLED_AMBIGUOUS;
    if (s.settled == SETTLED_AMBIGUOUS)
        s.doubt = DOUBT_READINGS;
    if (s.settled == SETTLED_ONE)
        look_for_doubt(subjects, candidates, count, &s);
    return s;
}

bool settle_is_traced(const struct subjects *subjects, const struct candidate *candidates, size_t count,
                      subject_index subject)
{
    subject_index found[SETTLE_SUBJECTS];
    for (size_t i = 0; i < count; i++) {
        const struct candidate *c = &candidates[i];
        bool by_id = c->step == CLAIM_MESSAGE_ID || c->step == CLAIM_ENVELOPE_ID;
        /* An envelope id that is an address says whose it is without any log, and so does a made up one. */
        size_t n = by_id && view_equal(c->scheme, VIEW("sends")) ? look_up(subjects, c, found) : 0;
        for (size_t k = 0; k < n; k++) {
            if (found[k] == subject)
                return true;
        }
    }
    return false;
}
