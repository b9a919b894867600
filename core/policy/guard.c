/* SPDX-License-Identifier: MIT */
#include "core/policy/guard.h"

#include "core/policy/settings.h"

enum value_kind { SHARE, SHARE_OR_NEVER, COUNT, DAYS, DAYS_OR_NEVER, FACTOR_OR_NEVER };

static const struct {
    const char *name;
    enum value_kind is;
    guint64 least;
    size_t offset;
} keys[GUARD_KEY_COUNT] = {
#define GUARD_KEY_ROW(field, key, kind, least)                                                                         \
    [GUARD_KEY_##field] = {key, kind, least, offsetof(struct guard_limits, field)},
    GUARD_KEYS(GUARD_KEY_ROW)
#undef GUARD_KEY_ROW
};

/* What a value looks like, and its greatest. */
static const struct {
    const char *written;
    guint64 most;
    bool share, never;
} kinds[] = {
    [SHARE] = {"written 0% to 100%", 0, true, false},
    [SHARE_OR_NEVER] = {"written 0% to 100%", 0, true, true},
    [COUNT] = {"a number", G_MAXINT64, false, false},
    [DAYS] = {"a number of days", POLICY_MAX_DAYS, false, false},
    [DAYS_OR_NEVER] = {"a number of days", POLICY_MAX_DAYS, false, true},
    [FACTOR_OR_NEVER] = {"a number", POLICY_MAX_COUNT, false, true},
};

const char *guard_key_name(enum guard_key key)
{
    return keys[key].name;
}

static bool parse_share(const char *text, double *share)
{
    char *end;
    double percent = g_ascii_strtod(text, &end);
    *share = percent / 100;
    return end != text && g_str_equal(end, "%") && percent >= 0 && percent <= 100;
}

static bool parse(const char *text, unsigned key, void *value)
{
    bool never = kinds[keys[key].is].never && g_str_equal(text, "never");
    if (kinds[keys[key].is].share) {
        *(double *)value = GUARD_NEVER;
        return never || parse_share(text, value);
    }
    *(guint64 *)value = 0;
    return never || g_ascii_string_to_unsigned(text, 10, keys[key].least, kinds[keys[key].is].most, value, NULL);
}

static bool fail_unknown(const struct conf *conf, const struct conf_entry *entry, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (unsigned i = 0; i < GUARD_KEY_COUNT; i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", keys[i].name);
    return conf_fail(conf, entry->line, error, "unknown key '%s' in [guard]; %s", entry->key, names->str);
}

bool guard_set(struct guard_limits *limits, unsigned lines[GUARD_KEY_COUNT], const struct conf *conf,
               const struct conf_entry *entry, unsigned line, GError **error)
{
    unsigned key = 0;
    while (key < GUARD_KEY_COUNT && !g_str_equal(entry->key, keys[key].name))
        key++;
    if (key == GUARD_KEY_COUNT)
        return fail_unknown(conf, entry, error);
    lines[key] = line;
    if (parse(entry->value, key, (char *)limits + keys[key].offset))
        return true;
    g_autofree char *from = keys[key].least > 0 ? g_strdup_printf(" from %" G_GUINT64_FORMAT, keys[key].least) : NULL;
    return conf_fail(conf, entry->line, error, "%s is %s%s%s; not '%s'", entry->key, kinds[keys[key].is].written,
                     from ? from : "", kinds[keys[key].is].never ? ", or never" : "", entry->value);
}

void guard_format(const struct guard_limits *limits, enum guard_key key, GString *into)
{
    const void *value = (const char *)limits + keys[key].offset;
    bool share = kinds[keys[key].is].share;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (kinds[keys[key].is].never && (share ? *(const double *)value >= GUARD_NEVER : *(const guint64 *)value == 0))
        g_string_append(into, "never");
    else if (share)
        g_string_append_printf(into, "%s%%", g_ascii_formatd(text, sizeof text, "%.10g", *(const double *)value * 100));
    else
        g_string_append_printf(into, "%" G_GUINT64_FORMAT, *(const guint64 *)value);
}

struct burst_limits guard_burst_limits(const struct guard_limits *limits)
{
    return (struct burst_limits){
        .factor = (int)limits->burst_factor,
        .min = (int)MIN(limits->burst_rows, POLICY_MAX_COUNT),
        .share = limits->burst_share >= GUARD_NEVER ? 0 : limits->burst_share,
        .confirm_days = (int)limits->quarantine_days,
        .message_share = limits->message_share >= GUARD_NEVER ? 0 : limits->message_share,
        .campaign_share = limits->campaign_share >= GUARD_NEVER ? 0 : limits->campaign_share,
        .outage_share = limits->outage_share >= GUARD_NEVER ? 0 : limits->outage_share,
        .outage_days = (int)limits->outage_days,
    };
}

guint64 guard_least_asked(const struct guard_limits *limits)
{
    bool by_share = limits->burst_share < GUARD_NEVER || limits->outage_share < GUARD_NEVER;
    guint64 burst = by_share ? MIN(limits->burst_rows, BURST_FEW) : limits->burst_rows;
    return MIN(burst, limits->min_domain_rows);
}

/* --- limits ------------------------------------------------------------------------------------------------------- */

/* The hair keeps 0.2 of 1000, which binary cannot say, at 200. */
static guint64 allowed(double share, guint64 least, guint64 rows)
{
    return MAX(share >= 1 ? rows : (guint64)((double)rows * share + 1e-6), least);
}

static bool exceeds(double share, guint64 least, const char *where, const char *were, guint64 removed, guint64 rows,
                    char **why)
{
    guint64 most = allowed(share, least, rows);
    if (why)
        *why = g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " rows%s (%.1f %%) would be %s; the guard "
                               "allows %" G_GUINT64_FORMAT " (%.4g %% of %s, or %" G_GUINT64_FORMAT " if that is more)",
                               removed, rows, where, rows ? 100.0 * (double)removed / (double)rows : 0.0, were, most,
                               share * 100, *where ? "them" : "the rows", least);
    return removed > most;
}

/* What may always be removed is not most of a small list. */
static guint64 least_of(const struct guard_limits *limits, guint64 rows)
{
    return MIN(limits->min_rows, MAX(rows / 2, GUARD_FEW));
}

bool guard_trips(const struct guard_limits *limits, guint64 removed, guint64 rows, char **why)
{
    return exceeds(limits->max_share, least_of(limits, rows), "", "removed", removed, rows, why);
}

bool guard_trips_at(const struct guard_limits *limits, const char *domain, guint64 removed, guint64 rows, char **why)
{
    g_autofree char *where = g_strdup_printf(" at %s", domain);
    return exceeds(limits->max_domain_share, limits->min_domain_rows, where, "removed", removed, rows, why);
}

/* How often the limit and the steps behind it were passed. */
static guint64 passed(const struct guard_limits *limits, guint64 removed, guint64 rows)
{
    guint64 limit = allowed(limits->max_list_share, least_of(limits, rows), rows);
    guint64 step = MAX(allowed(limits->max_share, least_of(limits, rows), rows), 1);
    return removed > limit ? 1 + (removed - limit - 1) / step : 0;
}

bool guard_trips_in_all(const struct guard_limits *limits, guint64 before, guint64 removed, guint64 rows, char **why)
{
    return exceeds(limits->max_list_share, least_of(limits, rows), "", "gone, with those of earlier runs", removed,
                   rows, why) &&
           passed(limits, removed, rows) > passed(limits, before, rows);
}

bool guard_is_stale(const struct guard_limits *limits, gint64 time, gint64 read)
{
    const gint64 day = 24 * 60 * 60;
    return limits->max_age_days > 0 && time > 0 && read - time > (gint64)limits->max_age_days * day;
}
