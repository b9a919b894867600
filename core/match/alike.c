/* SPDX-License-Identifier: MIT */
#include "core/match/alike.h"

#include "core/match/address.h"

struct class
{
    struct view key; /* alike_key() of all */
    struct view subscriber[ALIKE_MAX];
    size_t count;
};

struct alike {
    unsigned rules;
    GHashTable *classes; /* struct view * -> struct class *, which begins with it */
    struct pool pool, scratch;
};

bool alike_parse(const char *text, unsigned *rules)
{
    static const char *const names[] = {
#define ALIKE_NAME(id, name) [ALIKE_##id] = name,
        ALIKE_RULES(ALIKE_NAME)
#undef ALIKE_NAME
    };
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    *rules = 0;
    for (char **word = words; *word; word++) {
        size_t i = 0;
        while (i < ALIKE_RULE_COUNT && strcmp(g_strstrip(*word), names[i]) != 0)
            i++;
        if (i == ALIKE_RULE_COUNT)
            return false;
        *rules |= 1u << i;
    }
    return *rules != 0;
}

struct view alike_key(struct view key, unsigned rules, struct pool *pool)
{
    struct view local = address_local(key), domain = address_domain(key);
    bool googlemail = view_equal(domain, VIEW("googlemail.com"));
    bool dots = rules & 1u << ALIKE_GMAIL_DOTS && (googlemail || view_equal(domain, VIEW("gmail.com")));
    if (googlemail && rules & 1u << ALIKE_GOOGLEMAIL)
        domain = VIEW("gmail.com");
    ssize_t plus = rules & 1u << ALIKE_PLUS_TAG ? view_index(local, '+') : -1;
    if (plus > 0 && local.data[0] != '"')
        local = view_first(local, (size_t)plus);
    char *out = pool_alloc(pool, local.len + 1 + domain.len);
    size_t n = 0;
    for (size_t i = 0; i < local.len; i++) {
        if (!dots || local.data[i] != '.')
            out[n++] = local.data[i];
    }
    out[n++] = '@';
    memcpy(out + n, domain.data, domain.len);
    struct view made = {.data = out, .len = n + domain.len};
    return n > 1 ? made : key;
}

static guint hash(gconstpointer key)
{
    return view_hash(*(const struct view *)key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return view_equal(*(const struct view *)a, *(const struct view *)b);
}

struct alike *alike_new(unsigned rules)
{
    struct alike *alike = g_new0(struct alike, 1);
    alike->rules = rules;
    alike->classes = g_hash_table_new(hash, equal);
    pool_init(&alike->pool);
    pool_init(&alike->scratch);
    return alike;
}

void alike_free(struct alike *alike)
{
    if (!alike)
        return;
    g_hash_table_unref(alike->classes);
    pool_clear(&alike->pool);
    pool_clear(&alike->scratch);
    g_free(alike);
}

static struct class *class_of(const struct alike *alike, struct view key, struct pool *scratch)
{
    struct view shared = alike_key(key, alike->rules, scratch);
    return g_hash_table_lookup(alike->classes, &shared);
}

void alike_want(struct alike *alike, struct view key)
{
    pool_reset(&alike->scratch);
    struct view shared = alike_key(key, alike->rules, &alike->scratch);
    if (view_index(key, '@') <= 0 || g_hash_table_contains(alike->classes, &shared))
        return;
    struct class *class = pool_new(&alike->pool, struct class);
    class->key = pool_copy(&alike->pool, shared);
    g_hash_table_insert(alike->classes, &class->key, class);
}

bool alike_see(struct alike *alike, struct view key)
{
    if (view_index(key, '@') <= 0)
        return false;
    pool_reset(&alike->scratch);
    struct class *class = class_of(alike, key, &alike->scratch);
    if (!class)
        return false;
    for (size_t i = 0; i < class->count; i++) {
        if (view_equal(class->subscriber[i], key))
            return true;
    }
    if (class->count < ALIKE_MAX)
        class->subscriber[class->count++] = pool_copy(&alike->pool, key);
    return true;
}

const struct candidate *alike_expand(const struct alike *alike, const struct candidate *candidates, size_t *count,
                                     struct pool *pool)
{
    struct candidate *out = pool_array(pool, struct candidate, *count * ALIKE_MAX + 1);
    size_t n = 0;
    for (size_t i = 0; i < *count; i++) {
        const struct candidate *c = &candidates[i];
        const struct class *class = c->is == CANDIDATE_ADDRESS ? class_of(alike, c->key, pool) : NULL;
        if (!class || class->count == 0)
            out[n++] = *c;
        for (size_t k = 0; class && k < class->count; k++) {
            out[n] = *c;
            out[n++].key = class->subscriber[k];
        }
    }
    *count = n;
    return out;
}
