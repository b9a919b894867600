/* SPDX-License-Identifier: MIT */
#include "core/classify/judge.h"

#include "core/classify/fold.h"
#include "core/classify/named.h"
#include "core/classify/notation.h"
#include "core/limits.h"

enum { ENDS_KEPT = 3 };

/* Where a phrase, up to one of its parts, was said. */
struct place {
    guint32 begin, end;
    guint16 bytes;
    bool cut; /* it ends inside a word: only a part glued to it may follow */
};

/* The last places of one part; several, since choices may overlap ("recipient", "recipient address").
 * Stamps with the epoch of a pass spare us clearing the tables between passes. */
struct slot {
    guint32 count; /* of places noted, in turn in place[count % ENDS_KEPT] */
    struct place place[ENDS_KEPT];
};

struct rule_mark {
    guint32 said, barred; /* epochs */
    guint32 begin, end;
    guint32 bytes;
};

struct classifier {
    const struct ruleset *rules;
    guint32 epoch;
    guint32 *noted; /* epoch by slot of a phrase: apart from the slots, since it is asked much more often */
    struct slot *slots;
    struct rule_mark *marks; /* by rule */
    guint32 *said;           /* rules whose words were said in this pass */
    size_t said_count;
    struct view source; /* what is judged, and folded */
    struct view folded;
    guint64 *ended; /* set of the offsets at which a place was noted in this pass */
    char *text;
    guint32 *at;
};

struct classifier *classifier_new(const struct ruleset *rules)
{
    struct classifier *c = g_new0(struct classifier, 1);
    c->rules = rules;
    c->noted = g_new0(guint32, rules->slots + 1);
    c->slots = g_new0(struct slot, rules->slots + 1);
    c->marks = g_new0(struct rule_mark, rules->rules->len + 1);
    c->said = g_new0(guint32, rules->rules->len + 1);
    c->ended = g_new0(guint64, FOLD_ROOM(LIMIT_CLASSIFIED_TEXT) / 64 + 1);
    c->text = g_malloc(FOLD_ROOM(LIMIT_CLASSIFIED_TEXT) + 2);
    c->at = g_new(guint32, FOLD_ROOM(LIMIT_CLASSIFIED_TEXT));
    return c;
}

void classifier_free(struct classifier *c)
{
    if (!c)
        return;
    g_free(c->noted);
    g_free(c->slots);
    g_free(c->marks);
    g_free(c->said);
    g_free(c->ended);
    g_free(c->text);
    g_free(c->at);
    g_free(c);
}

const struct ruleset *classifier_rules(const struct classifier *c)
{
    return c->rules;
}

const char *level_name(enum level level)
{
    static const char *const names[] = {
        [LEVEL_NONE] = "nothing",
        [LEVEL_CODE] = "SMTP reply code",
        [LEVEL_WEAK_STATUS] = "enhanced status code (says little)",
        [LEVEL_WEAK_PROSE] = "words of the text (say little)",
        [LEVEL_WEAK_DIAGNOSTIC] = "words of the reply (say little)",
        [LEVEL_STATUS] = "enhanced status code",
        [LEVEL_PROSE] = "words of the text",
        [LEVEL_DIAGNOSTIC] = "words of the reply",
        [LEVEL_PROVIDER_PROSE] = "words of a known provider in the text",
        [LEVEL_PROVIDER_DIAGNOSTIC] = "words of a known provider in the reply",
    };
    unsigned plain = (unsigned)level % LEVEL_USER;
    return plain < G_N_ELEMENTS(names) ? names[plain] : names[LEVEL_NONE];
}

bool candidate_before(const struct candidate *a, const struct candidate *b)
{
    return a->level != b->level ? a->level > b->level : a->rank > b->rank;
}

/* --- words ----------------------------------------------------------------------------------------------------------
 */

static void phrase_said(struct classifier *c, const struct phrase *phrase, const struct place *place)
{
    struct rule_mark *mark = &c->marks[phrase->rule];
    if (phrase->unless) {
        mark->barred = c->epoch;
        return;
    }
    if (mark->said != c->epoch) {
        mark->said = c->epoch;
        mark->bytes = 0;
        c->said[c->said_count++] = phrase->rule;
    }
    if (place->bytes > mark->bytes) {
        mark->bytes = place->bytes;
        mark->begin = place->begin;
        mark->end = place->end;
    }
}

/* Is there an empty line between these bytes of the folded text? What is said in two paragraphs is not said in one
 * breath. */
static bool parted(const struct classifier *c, guint32 end, guint32 begin)
{
    struct view between = view_range(c->source.data + c->at[end - 1], c->source.data + c->at[begin]);
    bool blank = false;
    for (size_t i = 0; i < between.len; i++) {
        if (between.data[i] == '\n' && blank)
            return true;
        blank = between.data[i] == '\n' || (blank && g_ascii_isspace(between.data[i]));
    }
    return false;
}

static bool continues(const struct classifier *c, const struct place *place, const struct use *use, guint32 begin)
{
    if (use->kind != USE_GAP)
        return place->end == begin;
    return place->end <= begin && begin - place->end <= PHRASE_REACH && !place->cut && !parted(c, place->end, begin);
}

/* The place in the slot before that this part continues; NULL if there is none. */
static const struct place *place_before(const struct classifier *c, const struct use *use, guint32 begin)
{
    const struct slot *slot = &c->slots[use->slot - 1];
    for (guint32 i = 0; i < MIN(slot->count, (guint32)ENDS_KEPT); i++) {
        if (continues(c, &slot->place[i], use, begin))
            return &slot->place[i];
    }
    return NULL;
}

static void note_place(const struct classifier *c, guint32 number, struct place place)
{
    struct slot *slot = &c->slots[number];
    if (c->noted[number] != c->epoch) {
        c->noted[number] = c->epoch;
        slot->count = 0;
    }
    /* Of the choices that end here the longest came first. */
    if (slot->count > 0 && slot->place[(slot->count - 1) % ENDS_KEPT].end == place.end)
        return;
    slot->place[slot->count++ % ENDS_KEPT] = place;
    c->ended[place.end / 64] |= (guint64)1 << place.end % 64;
}

static bool ended_at(const struct classifier *c, guint32 offset)
{
    return c->ended[offset / 64] >> offset % 64 & 1;
}

/* Notes the place for the part that follows, and for those that may follow because optional ones are left out. */
static void note_places(const struct classifier *c, const struct use *use, struct place place)
{
    note_place(c, use->slot, place);
    if (!use->skips)
        return;
    const struct phrase *phrase = &g_array_index(c->rules->phrases, struct phrase, use->phrase);
    for (guint part = use->part + 1u; phrase->optional & (1u << part); part++)
        note_place(c, phrase->first_slot + part, place);
}

struct hit {
    struct match match;
    bool inside_begin, inside_end; /* of a word of the text */
};

static void use_found(struct classifier *c, const struct use *use, const struct hit *hit)
{
    struct place place = {.begin = hit->match.begin,
                          .end = hit->match.end,
                          .bytes = (guint16)(hit->match.end - hit->match.begin),
                          .cut = hit->inside_end && !use->open_end};
    const struct place *before = NULL;
    if (use->kind != USE_FRESH) {
        before = place_before(c, use, place.begin);
        if (!before)
            return;
        place.begin = before->begin;
        place.bytes = (guint16)(place.bytes + before->bytes);
    }
    if (hit->inside_begin && !use->open_begin && !(before && use->glued))
        return;
    if (!use->ends)
        note_places(c, use, place);
    else if (!place.cut)
        phrase_said(c, &g_array_index(c->rules->phrases, struct phrase, use->phrase), &place);
}

static void word_found(void *context, struct match match)
{
    struct classifier *c = context;
    const struct word *word = &c->rules->words[match.word];
    const struct use *uses = c->rules->uses;
    struct hit hit = {.match = match,
                      .inside_begin = fold_inside_word(c->folded, match.begin),
                      .inside_end = fold_inside_word(c->folded, match.end)};
    if ((hit.inside_begin && word->begin) || (hit.inside_end && word->end))
        return;
    /* Behind the text stand two blanks: what does not go on there cannot go on. */
    guint first = (unsigned char)c->text[match.end] & 63, second = (unsigned char)c->text[match.end + 1] & 63;
    for (guint32 u = word->first[USE_FRESH]; u < word->first[USE_GAP]; u++) {
        if (uses[u].ahead.first >> first & uses[u].ahead.second >> second & 1)
            use_found(c, &uses[u], &hit);
    }
    for (guint32 u = word->first[USE_GAP]; u < word->first[USE_ADJACENT]; u++) {
        if (c->noted[uses[u].slot - 1] == c->epoch)
            use_found(c, &uses[u], &hit);
    }
    if (!ended_at(c, match.begin))
        return;
    for (guint32 u = word->first[USE_ADJACENT]; u < word->first[USE_KINDS]; u++) {
        if (c->noted[uses[u].slot - 1] == c->epoch)
            use_found(c, &uses[u], &hit);
    }
}

static void next_epoch(struct classifier *c)
{
    c->said_count = 0;
    if (++c->epoch != 0)
        return;
    memset(c->noted, 0, sizeof(guint32) * (c->rules->slots + 1));
    memset(c->marks, 0, sizeof(struct rule_mark) * (c->rules->rules->len + 1));
    c->epoch = 1;
}

static struct view source_range(const struct classifier *c, struct view text, guint32 begin, guint32 end)
{
    size_t from = c->at[begin];
    size_t to = end < c->folded.len ? c->at[end] : text.len;
    return view_trim(view_range(text.data + from, text.data + MAX(to, from)));
}

/* --- conditions -----------------------------------------------------------------------------------------------------
 */

static bool part_fits(int pattern, int part)
{
    return pattern == -1 || pattern == part;
}

/* How exactly the status is named, 1 to 4; 0 if it is not. */
static int status_fits(const struct rule *rule, const struct status_pattern *said)
{
    int best = 0;
    for (guint i = 0; i < rule->statuses->len; i++) {
        const struct status_pattern *p = &g_array_index(rule->statuses, struct status_pattern, i);
        if (part_fits(p->class, said->class) && part_fits(p->subject, said->subject) &&
            part_fits(p->detail, said->detail))
            best = MAX(best, 1 + (p->class >= 0) + (p->subject >= 0) + (p->detail >= 0));
    }
    return best;
}

static bool code_fits(const struct rule *rule, int code)
{
    for (guint i = 0; i < rule->codes->len; i++) {
        if (g_array_index(rule->codes, int, i) == code)
            return true;
    }
    return false;
}

static bool is_host_in(struct view host, struct view domain)
{
    if (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    if (host.len == domain.len)
        return view_equal_fold(host, domain);
    return host.len > domain.len && host.data[host.len - domain.len - 1] == '.' &&
           view_equal_fold(view_from(host, host.len - domain.len), domain);
}

static bool is_command(struct view said, struct view asked)
{
    return view_begins_fold(said, asked);
}

static bool any_fits(const GPtrArray *names, struct view said, bool (*fits)(struct view said, struct view name))
{
    for (guint i = 0; i < names->len; i++) {
        if (fits(said, view_of(g_ptr_array_index(names, i))))
            return true;
    }
    return names->len == 0;
}

struct asked {
    const struct statement *statement;
    struct status_pattern status;
    bool has_status;
};

/* What the anchors of `rule` ask for and is not so; NULL if nothing is. */
static const char *anchor_missing(const struct rule *rule, const struct statement *s)
{
    if (!any_fits(rule->readers, s->reader, view_equal_fold))
        return "another reader";
    if (!any_fits(rule->remote_mtas, s->remote_mta, is_host_in))
        return "another remote MTA";
    if (!any_fits(rule->domains, s->domain, is_host_in))
        return "another domain";
    return NULL;
}

/* What is missing for `rule`, beside its words; NULL if nothing is. `exactness` grows with what is not missing. */
static const char *obstacle_of(const struct rule *rule, const struct asked *asked, int *exactness)
{
    const struct statement *s = asked->statement;
    if (rule->statuses->len) {
        *exactness = asked->has_status ? status_fits(rule, &asked->status) : 0;
        if (*exactness == 0)
            return "another status";
    }
    if (rule->codes->len && !code_fits(rule, s->smtp_code))
        return "another reply code";
    const char *missing = anchor_missing(rule, s);
    if (missing)
        return missing;
    if (!any_fits(rule->commands, s->command, is_command))
        return "another SMTP command";
    *exactness += (rule->codes->len > 0) + 4 * ((rule->readers->len > 0) + (rule->remote_mtas->len > 0) +
                                                (rule->domains->len > 0) + (rule->commands->len > 0));
    return NULL;
}

static enum level level_of(const struct rule *rule, bool prose)
{
    enum level level;
    if (rule->says->len == 0)
        level = rule->statuses->len == 0 ? LEVEL_CODE : rule->weak ? LEVEL_WEAK_STATUS : LEVEL_STATUS;
    else if (rule->weak)
        level = prose ? LEVEL_WEAK_PROSE : LEVEL_WEAK_DIAGNOSTIC;
    else if (rule_is_anchored(rule))
        level = prose ? LEVEL_PROVIDER_PROSE : LEVEL_PROVIDER_DIAGNOSTIC;
    else
        level = prose ? LEVEL_PROSE : LEVEL_DIAGNOSTIC;
    return rule->user ? level + LEVEL_USER : level;
}

static gint64 rank_of(const struct rule *rule, guint32 bytes, int exactness)
{
    return ((gint64)rule->weight << 32) + ((gint64)bytes << 8) + exactness;
}

/* --- judging --------------------------------------------------------------------------------------------------------
 */

struct judging {
    struct classifier *classifier;
    struct asked asked;
    struct candidate *first;
    candidate_seen *seen;
    void *context;
    bool any;
};

static void consider(struct judging *j, struct candidate *candidate, const char *obstacle)
{
    if (j->seen)
        j->seen(j->context, candidate, obstacle);
    if (obstacle || (j->any && !candidate_before(candidate, j->first)))
        return;
    *j->first = *candidate;
    j->any = true;
}

/* `text` as it is, or with the recipient's address read as "recipient". */
enum reading { AS_IT_IS, NAMED };

static void judge_text(struct judging *j, struct view text, bool prose, enum reading reading)
{
    struct classifier *c = j->classifier;
    const struct statement *s = j->asked.statement;
    text = view_first(text, LIMIT_CLASSIFIED_TEXT);
    if (view_is_empty(text))
        return;
    next_epoch(c);
    c->source = text;
    c->folded = (struct view){.data = c->text,
                              .len = reading == NAMED ? named_fold(text, s->recipients, c->text, c->at)
                                                      : fold_text(text, c->text, c->at)};
    memset(c->text + c->folded.len, ' ', 2);
    memset(c->ended, 0, sizeof *c->ended * (c->folded.len / 64 + 1));
    matcher_run(c->rules->matcher, c->folded, word_found, c);
    for (size_t i = 0; i < c->said_count; i++) {
        guint32 n = c->said[i];
        const struct rule *rule = ruleset_rule(c->rules, n);
        const struct rule_mark *mark = &c->marks[n];
        int exactness = 0;
        const char *obstacle = obstacle_of(rule, &j->asked, &exactness);
        if (mark->barred == c->epoch)
            obstacle = "an 'unless'";
        struct candidate candidate = {.rule = n,
                                      .level = level_of(rule, prose),
                                      .rank = rank_of(rule, mark->bytes, exactness),
                                      .matched = source_range(c, text, mark->begin, mark->end)};
        consider(j, &candidate, obstacle);
    }
}

static void judge_codes(struct judging *j)
{
    const GArray *wordless = j->classifier->rules->wordless;
    for (guint i = 0; i < wordless->len; i++) {
        guint32 n = g_array_index(wordless, guint32, i);
        const struct rule *rule = ruleset_rule(j->classifier->rules, n);
        int exactness = 0;
        if (obstacle_of(rule, &j->asked, &exactness))
            continue;
        struct candidate candidate = {.rule = n,
                                      .level = level_of(rule, false),
                                      .rank = rank_of(rule, 0, exactness),
                                      .matched = rule->statuses->len ? j->asked.statement->status : (struct view){0}};
        consider(j, &candidate, NULL);
    }
}

/* Can anything that was not asked yet come before what the reply's words say? Most often not, and the human part, which
 * is the longer text, need not be read. */
static bool is_settled(const struct judging *j)
{
    const struct ruleset *rules = j->classifier->rules;
    if (j->seen || !j->any || j->first->level < LEVEL_DIAGNOSTIC || rules->has_user_rules)
        return false;
    for (guint i = 0; j->first->level < LEVEL_PROVIDER_DIAGNOSTIC && i < rules->anchored->len; i++) {
        if (!anchor_missing(ruleset_rule(rules, g_array_index(rules->anchored, guint32, i)), j->asked.statement))
            return false;
    }
    return true;
}

bool judge(struct classifier *classifier, const struct statement *statement, struct candidate *first,
           candidate_seen *seen, void *context)
{
    struct judging j = {.classifier = classifier, .first = first, .seen = seen, .context = context};
    struct view status = view_trim(statement->status);
    j.asked.statement = statement;
    j.asked.has_status = status.len > 0 && status_parse(status, &j.asked.status) == status.len;
    judge_text(&j, statement->diagnostic, false, AS_IT_IS);
    if (is_settled(&j))
        return true;
    judge_text(&j, statement->prose, true, AS_IT_IS);
    judge_codes(&j);
    /* No words that anybody understood: "550 ann@example.org rejected". */
    if (!j.any || first->level <= LEVEL_WEAK_DIAGNOSTIC)
        judge_text(&j, statement->diagnostic, false, NAMED);
    if (!j.any || first->level <= LEVEL_WEAK_STATUS)
        judge_text(&j, statement->prose, true, NAMED);
    return j.any;
}

static char status_class(const struct statement *s)
{
    return s->status.len > 0 ? s->status.data[0] : '\0';
}

bool reply_contradicts(const struct statement *s)
{
    char class = status_class(s);
    int reply = s->smtp_code / 100;
    return (class == '4' && reply == 5) || (class == '5' && reply == 4);
}

bool reply_is_temporary(const struct statement *s)
{
    char class = status_class(s);
    int reply = s->smtp_code / 100;
    return (reply == 4 && class != '5') || (reply == 0 && class == '4');
}
