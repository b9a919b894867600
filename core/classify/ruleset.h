/* SPDX-License-Identifier: MIT
 * What a ruleset is inside: shared by the parser, the builder, classify, the proofs and the explanations, by nobody
 * else. Everything here is const once ruleset_load() has returned. */
#ifndef WINNOW_CLASSIFY_RULESET_H
#define WINNOW_CLASSIFY_RULESET_H

#include "core/classify/classify.h"
#include "core/classify/matcher.h"

enum {
    PHRASE_PARTS_MAX = 16,     /* of one `says`: more is a text copied, not a meaning */
    PHRASE_CHOICES_MAX = 4096, /* texts that one line may stand for: nouns times what is said of them */
    PHRASE_JOINED_MAX = 6,     /* neighbouring choices become one part while they are not more than this */
    PHRASE_BYTES_MAX = 200,    /* of one part */
    /* How far `b` may begin behind the end of `a` in `a .. b`, in folded bytes: a long sentence, or an address in
       between. */
    PHRASE_REACH = 120,
};

/* A line of `says` or `unless`: parts that follow one another. Each part is one of several words of the automaton.
 * Bit i of the masks is about part i. */
struct phrase {
    guint32 rule;
    guint32 first_slot; /* of `parts` slots in a classifier's scratch */
    guint16 parts;
    guint16 gaps;     /* `..` stands before it; else it begins where the one before ended */
    guint16 optional; /* it may be left out; never so beside a gap or at the ends */
    bool unless;
};

/* "5.1.x": -1 is x. */
struct status_pattern {
    int class, subject, detail;
};

struct sample {
    char *text;
    guint line;
    bool unlike;
};

struct line_text {
    char *text;
    guint line;
};

struct rule {
    char *name;
    char *file;
    guint line;
    enum ses_class class;
    enum fault fault;
    bool fault_given;
    bool user; /* not built in: beats all that are */
    bool weak;
    int weight;
    GArray *says, *unless; /* struct line_text, as written */
    GArray *statuses;      /* struct status_pattern */
    GArray *codes;         /* int */
    GPtrArray *readers, *remote_mtas, *commands, *domains;
    GArray *samples; /* struct sample */
    GString *note;
};

/* What stands before a use of a word: that says how much has to be asked. */
enum use_kind {
    USE_FRESH,    /* nothing: the phrase begins here */
    USE_GAP,      /* a part somewhere before, with `..` between */
    USE_ADJACENT, /* a part that ends where the word begins */
    USE_KINDS
};

/* Bytes that what follows a part can begin with, as sets of their low six bits. All are set before a gap and at the
 * end. */
struct ahead {
    guint64 first, second;
};

/* Where a word is used, and how. */
struct use {
    guint32 phrase;
    guint32 slot; /* of this part; that of the part before is one less */
    struct ahead ahead;
    guint8 part;
    guint8 kind;                       /* enum use_kind */
    bool glued : 1;                    /* it may continue the part before in the middle of a word */
    bool ends : 1;                     /* the phrase ends here */
    bool skips : 1;                    /* the part behind may be left out */
    bool open_begin : 1, open_end : 1; /* '*': it may begin or end inside a word of the text */
};

/* The uses of a word, by kind: `first[kind]` up to `first[kind + 1]`. */
struct word {
    guint32 first[USE_KINDS + 1];
    /* Must there be a boundary? What all uses agree on: most hits in the middle of a word ("his" in "this") go no
     * further. */
    bool begin, end;
};

struct ruleset {
    GPtrArray *rules; /* struct rule, built-in ones first */
    struct matcher *matcher;
    GArray *phrases; /* struct phrase */
    struct use *uses;
    struct word *words;
    guint32 slots;
    GArray *wordless; /* guint32: rules that need no words */
    GArray *anchored; /* guint32: rules with words of a known provider */
    bool has_user_rules;
    char *digest;
};

static inline const struct rule *ruleset_rule(const struct ruleset *rules, size_t i)
{
    return (const struct rule *)g_ptr_array_index(rules->rules, i);
}

/* A ruleset of this text alone, without the built-in rules: for proofs and tests. Errors as ruleset_load(). */
struct ruleset *ruleset_of_text(const char *file, struct view text, GError **error);

struct rule *rule_new(void);
void rule_free(struct rule *rule);

/* Does an anchor ask for a known provider or dialect? */
bool rule_is_anchored(const struct rule *rule);

#endif
