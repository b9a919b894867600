/* SPDX-License-Identifier: MIT
 * winnow verp decode and test: what a return path carries, and why a pattern does not match one. */
#include "cmd/examine.h"
#include "cmd/json.h"
#include "cmd/verp.h"
#include "core/match/pattern.h"
#include "core/match/verp.h"

static const char *const PROOFS[] = {
    [VERP_UNSIGNED] = "none", [VERP_UNCHECKED] = "unchecked", [VERP_PROVEN] = "proven", [VERP_FORGED] = "forged"};

static const char *kind_of(const struct verp_found *found)
{
    if (found->proof == VERP_FORGED)
        return "forged";
    if (found->guess)
        return "guess";
    return found->is == CANDIDATE_ID ? "id" : "address";
}

static void append_found(GString *text, const struct verp_found *found)
{
    g_string_append_printf(text, "  %-9s ", kind_of(found));
    verp_append_shown(text, view_is_empty(found->text) ? VIEW("?") : found->key);
    g_string_append_printf(text, " (%.*s", (int)found->scheme.len, found->scheme.data);
    if (!view_is_empty(found->campaign)) {
        bool of_mailing = found->proof != VERP_UNSIGNED || view_equal(found->scheme, VIEW("user"));
        g_string_append(text, of_mailing ? ", campaign " : ", prefix ");
        verp_append_shown(text, found->campaign);
    }
    g_string_append_c(text, ')');
    if (found->proof == VERP_PROVEN)
        g_string_append_printf(text, ", proven by key '%s'", found->proven_by);
    else if (found->proof == VERP_FORGED)
        g_string_append(text, ": its tag is of none of the keys");
    else if (found->proof == VERP_UNCHECKED)
        g_string_append(text, ", not proven: no --key-file");
    g_string_append_c(text, '\n');
}

static void append_text(GString *text, struct view path, struct view inner, const struct verp_found *found, size_t n)
{
    verp_append_shown(text, path);
    g_string_append_c(text, '\n');
    if (!view_is_empty(inner)) {
        g_string_append(text, "  unwrapped ");
        verp_append_shown(text, inner);
        g_string_append_c(text, '\n');
    }
    for (size_t i = 0; i < n; i++)
        append_found(text, &found[i]);
    if (n == 0)
        g_string_append(text, "  nothing is read from it\n");
}

static void append_reading_json(GString *text, const struct verp_found *found)
{
    bool id = found->is == CANDIDATE_ID;
    g_string_append_c(text, '{');
    append_json_text(text, "address", id ? (struct view){0} : found->key);
    append_json_text(text, "id", id ? found->key : (struct view){0});
    append_json_text(text, "scheme", found->scheme);
    append_json_text(text, "campaign", found->campaign);
    append_json_key(text, "guess");
    g_string_append(text, found->guess ? "true" : "false");
    append_json_text(text, "proof", view_of(PROOFS[found->proof]));
    append_json_text(text, "key", view_of(found->proven_by));
    g_string_append_c(text, '}');
}

static void append_line(GString *text, struct view path, struct view inner, const struct verp_found *found, size_t n)
{
    g_string_append_c(text, '{');
    append_json_key(text, "return_path");
    append_json(text, path);
    append_json_text(text, "unwrapped", inner);
    append_json_key(text, "readings");
    g_string_append_c(text, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            g_string_append_c(text, ',');
        append_reading_json(text, &found[i]);
    }
    g_string_append(text, "]}\n");
}

static bool decode_one(struct verp_command *v, struct view path, const char *place, void *user, GError **error)
{
    (void)place;
    const struct verp *verp = user;
    struct verp_found found[VERP_READINGS];
    pool_reset(&v->pool);
    size_t n = verp_decode(verp, path, &v->pool, found);
    struct view inner = verp_unwrap(path, &v->pool);
    if (v->format == VERP_JSON)
        append_line(v->text, path, inner, found, n);
    else
        append_text(v->text, path, inner, found, n);
    bool read = n > 0 && found[0].proof != VERP_FORGED;
    v->done += read;
    v->failed += !read;
    return verp_write(v, error);
}

bool verp_decode_all(struct verp_command *v, GError **error)
{
    g_autoptr(verp_auto) verp = verp_in_force(&v->common, error);
    return verp && verp_each_argument(v, decode_one, verp, error);
}

/* --- test --------------------------------------------------------------------------------------------------------- */

static void append_groups(struct verp_command *v, const struct pattern_match *match)
{
    g_string_append_c(v->text, ' ');
    for (unsigned g = 0; g < PATTERN_GROUP_COUNT; g++) {
        if (view_is_empty(match->group[g]))
            continue;
        g_string_append_printf(v->text, " %s=", pattern_group_name(g));
        verp_append_shown(v->text, match->group[g]);
    }
    g_string_append_c(v->text, '\n');
}

static void append_groups_json(struct verp_command *v, const struct pattern_match *match)
{
    g_string_append_c(v->text, '{');
    for (unsigned g = 0; g < PATTERN_GROUP_COUNT; g++) {
        if (!view_is_empty(match->group[g]))
            append_json_text(v->text, pattern_group_name(g), match->group[g]);
    }
    g_string_append_c(v->text, '}');
}

static void append_test(struct verp_command *v, struct view path, const struct pattern_match *matches, size_t n,
                        const char *trouble)
{
    verp_append_shown(v->text, path);
    g_string_append_c(v->text, '\n');
    for (size_t i = 0; i < n; i++)
        append_groups(v, &matches[i]);
    if (trouble)
        g_string_append_printf(v->text, "  no match: %s\n", trouble);
}

static void append_test_json(struct verp_command *v, struct view path, const struct pattern_match *matches, size_t n,
                             const char *trouble)
{
    g_string_append_c(v->text, '{');
    append_json_key(v->text, "return_path");
    append_json(v->text, path);
    append_json_key(v->text, "matches");
    g_string_append_c(v->text, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            g_string_append_c(v->text, ',');
        append_groups_json(v, &matches[i]);
    }
    g_string_append_c(v->text, ']');
    append_json_text(v->text, "trouble", view_of(trouble));
    g_string_append(v->text, "}\n");
}

static bool test_one(struct verp_command *v, struct view path, const char *place, void *user, GError **error)
{
    (void)place;
    const struct pattern *pattern = user;
    pool_reset(&v->pool);
    struct view inner = verp_unwrap(path, &v->pool);
    struct pattern_text text = pattern_text_of(view_is_empty(inner) ? path : inner);
    struct pattern_match matches[VERP_READINGS + 1];
    size_t n = pattern_match(pattern, &text, matches, G_N_ELEMENTS(matches));
    g_autofree char *trouble = n == 0 ? pattern_trouble(pattern, &text) : NULL;
    if (n > VERP_READINGS) {
        n = 0;
        trouble = g_strdup_printf("it can be read in more than %d ways, which says nothing", VERP_READINGS);
    }
    if (v->format == VERP_JSON)
        append_test_json(v, path, matches, n, trouble);
    else
        append_test(v, path, matches, n, trouble);
    v->done += n > 0;
    v->failed += n == 0;
    return verp_write(v, error);
}

bool verp_test_all(struct verp_command *v, GError **error)
{
    g_autoptr(pattern_auto) pattern = pattern_parse(v->arguments[0], error);
    v->arguments++;
    return pattern && verp_each_argument(v, test_one, pattern, error);
}
