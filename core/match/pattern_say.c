/* SPDX-License-Identifier: MIT
 * Patterns for people: why a text does not match, and the text that a pattern makes. */
#include "core/match/pattern_parts.h"

#include "core/error.h"

/* --- why not ------------------------------------------------------------------------------------------------------ */

/* ends[i]: what stands before byte `i` can be read as the parts so far. */
struct trace {
    struct view text;
    bool ends[LIMIT_ADDRESS + 1];
};

static void step_literal(const struct trace *from, struct view literal, struct trace *to)
{
    for (size_t i = 0; i + literal.len <= from->text.len; i++) {
        if (from->ends[i] && view_begins_fold(view_from(from->text, i), literal))
            to->ends[i + literal.len] = true;
    }
}

static void step_group(const struct trace *from, enum pattern_group group, struct trace *to)
{
    bool inside = false;
    for (size_t i = 0; i <= from->text.len; i++) {
        inside = i > 0 && (inside || from->ends[i - 1]) && pattern_may_hold(group, from->text.data[i - 1]);
        to->ends[i] = inside || (group == PATTERN_ANY && from->ends[i]);
    }
}

/* The last place that was reached, -1 if none was. `places`: how many there are. */
static ssize_t furthest(const struct trace *trace, size_t *places)
{
    ssize_t last = -1;
    *places = 0;
    for (size_t i = 0; i <= trace->text.len; i++) {
        if (trace->ends[i]) {
            last = (ssize_t)i;
            ++*places;
        }
    }
    return last;
}

static char *shown(struct view v)
{
    g_autofree char *copy = view_dup(view_first_text(v, 60));
    char *valid = g_utf8_make_valid(copy, -1);
    for (char *c = valid; *c; c++)
        *c = g_ascii_iscntrl(*c) ? ' ' : *c;
    return valid;
}

static char *say_stop(const struct pattern *pattern, size_t p, const struct trace *trace)
{
    const struct part *part = &pattern->parts[p], *before = p > 0 ? part - 1 : NULL;
    size_t places;
    size_t at = (size_t)furthest(trace, &places);
    g_autofree char *read = shown(view_first(trace->text, at)), *rest = shown(view_from(trace->text, at)),
                    *literal = shown(part->text);
    if (part->literal && places > 1 && before)
        return g_strdup_printf("'%s' does not stand behind what {%s} (column %u) takes", literal,
                               pattern_group_name(before->group), before->column);
    if (part->literal && at == 0)
        return g_strdup_printf("it does not begin with '%s'", literal);
    if (part->literal && at == trace->text.len)
        return g_strdup_printf("it ends where '%s' is wanted", literal);
    if (part->literal)
        return g_strdup_printf("behind '%s' there is '%s', and not '%s'", read, rest, literal);
    if (places > 1 || at == trace->text.len)
        return g_strdup_printf("nothing is left for {%s} (column %u), which takes %s", pattern_group_name(part->group),
                               part->column, pattern_group_takes(part->group));
    return g_strdup_printf("{%s} (column %u) takes %s; behind '%s' there is '%s'", pattern_group_name(part->group),
                           part->column, pattern_group_takes(part->group), read, rest);
}

char *pattern_trouble(const struct pattern *pattern, const struct pattern_text *text)
{
    struct trace now = {.text = pattern->whole ? text->whole : text->local};
    if (now.text.len > LIMIT_ADDRESS)
        return g_strdup_printf("it is longer than %d bytes", LIMIT_ADDRESS);
    now.ends[0] = true;
    for (size_t p = 0; p < pattern->count; p++) {
        struct trace next = {.text = now.text};
        if (pattern->parts[p].literal)
            step_literal(&now, pattern->parts[p].text, &next);
        else
            step_group(&now, pattern->parts[p].group, &next);
        size_t places;
        if (furthest(&next, &places) < 0)
            return say_stop(pattern, p, &now);
        now = next;
    }
    if (now.ends[now.text.len])
        return NULL;
    size_t places;
    g_autofree char *rest = shown(view_from(now.text, (size_t)furthest(&now, &places)));
    const struct part *last = &pattern->parts[pattern->count - 1];
    if (last->literal)
        return g_strdup_printf("the pattern ends where the address goes on with '%s'", rest);
    return g_strdup_printf("{%s} (column %u) takes %s, and not '%s'", pattern_group_name(last->group), last->column,
                           pattern_group_takes(last->group), rest);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static bool refuse(const struct part *part, GError **error, const char *problem)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "{%s} (column %u of the pattern) %s",
                pattern_group_name(part->group), part->column, problem);
    return false;
}

static bool may_stand(const struct part *part, struct view value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!pattern_may_hold(part->group, value.data[i]))
            return false;
    }
    return true;
}

bool pattern_fill(const struct pattern *pattern, const struct pattern_match *values, GString *into, GError **error)
{
    gsize from = into->len;
    for (size_t p = 0; p < pattern->count; p++) {
        const struct part *part = &pattern->parts[p];
        struct view value = part->literal ? part->text : values->group[part->group];
        const char *problem = NULL;
        if (!part->literal && view_is_empty(value) && part->group != PATTERN_ANY)
            problem = "has no value here";
        else if (!part->literal && !may_stand(part, value))
            problem = "cannot hold this value";
        if (problem) {
            g_string_truncate(into, from);
            return refuse(part, error, problem);
        }
        g_string_append_len(into, value.data, (gssize)value.len);
    }
    return true;
}
