/* SPDX-License-Identifier: MIT */
#include "cmd/candidates.h"

#include "cmd/json.h"

void append_candidates_json(GString *into, const struct candidate *candidates, size_t count)
{
    g_string_append_c(into, '[');
    for (size_t i = 0; i < count; i++) {
        const struct candidate *c = &candidates[i];
        g_string_append(into, i ? ",{\"step\":\"" : "{\"step\":\"");
        g_string_append(into, claim_step_name(c->step));
        g_string_append(into, c->is == CANDIDATE_ID ? "\",\"id\":" : "\",\"address\":");
        append_json(into, c->key);
        g_string_append(into, ",\"scheme\":");
        append_json_or_null(into, c->scheme);
        g_string_append_c(into, '}');
    }
    g_string_append_c(into, ']');
}

void append_candidate(GString *into, const struct candidate *candidate)
{
    g_string_append(into, claim_step_name(candidate->step));
    g_string_append_c(into, ' ');
    g_string_append_len(into, candidate->key.data, (gssize)candidate->key.len);
    if (candidate->scheme.len)
        g_string_append_printf(into, " (%.*s)", (int)candidate->scheme.len, candidate->scheme.data);
}

void append_candidates(GString *into, const struct candidate *candidates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            g_string_append(into, "; ");
        append_candidate(into, &candidates[i]);
    }
}
