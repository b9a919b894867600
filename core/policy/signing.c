/* SPDX-License-Identifier: MIT */
#include "core/policy/signing.h"

#include "core/policy/words.h"

/* Steps down: what becomes known later is worth keeping only if it says earlier. */
struct step {
    gint64 known, since;
    char *doubt;
};

struct signing {
    GArray *steps; /* struct step: `known` rises, `since` falls */
};

static void step_clear(gpointer data)
{
    struct step *step = data;
    g_free(step->doubt);
}

struct signing *signing_new(void)
{
    struct signing *signing = g_new0(struct signing, 1);
    signing->steps = g_array_new(FALSE, FALSE, sizeof(struct step));
    g_array_set_clear_func(signing->steps, step_clear);
    return signing;
}

void signing_free(struct signing *signing)
{
    if (!signing)
        return;
    g_array_unref(signing->steps);
    g_free(signing);
}

static struct step *step_at(const struct signing *signing, guint i)
{
    return &g_array_index(signing->steps, struct step, i);
}

/* How many steps were known by `now`. */
static guint known_by(const struct signing *signing, gint64 now)
{
    guint low = 0, high = signing->steps->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (step_at(signing, middle)->known <= now)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static char *doubt_since(gint64 since)
{
    GString *text = g_string_new("it came without the signature that mail to this list has had since ");
    say_date(text, since);
    return g_string_free(text, FALSE);
}

void signing_add(struct signing *signing, gint64 known, gint64 since)
{
    guint at = known_by(signing, known);
    if (since <= 0 || (at > 0 && step_at(signing, at - 1)->since <= since))
        return;
    if (at > 0 && step_at(signing, at - 1)->known == known)
        at--;
    guint covered = at;
    while (covered < signing->steps->len && step_at(signing, covered)->since >= since)
        covered++;
    g_array_remove_range(signing->steps, at, covered - at);
    struct step step = {.known = known, .since = since, .doubt = doubt_since(since)};
    g_array_insert_val(signing->steps, at, step);
}

/* By our own clock, where it is known: whoever makes up a report makes up its date, too. */
static gint64 came(const struct occurrence *of)
{
    return MAX(of->time, of->arrived);
}

void signing_see(struct signing *signing, const struct occurrence *of, gint64 known)
{
    if (of->kind == EVENT_BOUNCE && of->step == CLAIM_VERP_KEY && !of->doubt)
        signing_add(signing, MAX(known, came(of)), came(of));
}

static const struct step *step_of(const struct signing *signing, gint64 now)
{
    guint count = signing ? known_by(signing, now) : 0;
    return count > 0 ? step_at(signing, count - 1) : NULL;
}

gint64 signing_since(const struct signing *signing, gint64 now)
{
    const struct step *step = step_of(signing, now);
    return step ? step->since : 0;
}

const char *signing_doubt(const struct signing *signing, const struct occurrence *of, gint64 now)
{
    const struct step *step = of->step == CLAIM_VERP_KEY || of->traced ? NULL : step_of(signing, now);
    return step && came(of) > step->since + (gint64)SIGNING_DAYS * DAY ? step->doubt : NULL;
}
