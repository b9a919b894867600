/* SPDX-License-Identifier: MIT */
#include "core/match/unwrap.h"

/* A forwarder's SRS around our BATV around another's: three are seen, more is nonsense. */
enum { MAX_LAYERS = 6 };

/* Takes the text up to `separator` off `rest`; false if there is none, or it is empty. */
static bool take_field(struct view *rest, char separator, struct view *field)
{
    ssize_t end = view_index(*rest, separator);
    if (end <= 0)
        return false;
    *field = view_first(*rest, (size_t)end);
    *rest = view_from(*rest, (size_t)end + 1);
    return true;
}

static bool is_srs_separator(struct view v, size_t i)
{
    return v.len > i && (v.data[i] == '=' || v.data[i] == '+' || v.data[i] == '-');
}

/* HASH=TT=DOMAIN=LOCAL; the local part is the rest, for it may hold '='. */
static bool srs_fields(struct view rest, struct view *local, struct view *domain)
{
    struct view hash, stamp, host;
    if (!take_field(&rest, '=', &hash) || !take_field(&rest, '=', &stamp) || !take_field(&rest, '=', &host) ||
        rest.len == 0)
        return false;
    *local = rest;
    *domain = host;
    return true;
}

static bool unwrap_srs0(struct view *local, struct view *domain)
{
    return view_begins_fold(*local, VIEW("SRS0")) && is_srs_separator(*local, 4) &&
           srs_fields(view_from(*local, 5), local, domain);
}

/* SRS1=HASH=FORWARDER= and then an SRS0 address without its "SRS0": the separator first. */
static bool unwrap_srs1(struct view *local, struct view *domain)
{
    struct view hash, forwarder;
    if (!view_begins_fold(*local, VIEW("SRS1")) || !is_srs_separator(*local, 4))
        return false;
    struct view rest = view_from(*local, 5);
    return take_field(&rest, '=', &hash) && take_field(&rest, '=', &forwarder) && is_srs_separator(rest, 0) &&
           srs_fields(view_from(rest, 1), local, domain);
}

/* Exchange Online: FORWARDER+SRS=HASH=TT=DOMAIN=LOCAL */
static bool unwrap_exchange_srs(struct view *local, struct view *domain)
{
    ssize_t at = view_find_fold(*local, VIEW("+SRS="));
    return at > 0 && srs_fields(view_from(*local, (size_t)at + 5), local, domain);
}

/* KDDDSSSSSS: number of the key, day modulo 1000, six hex digits. */
static bool is_batv_tag(struct view tag)
{
    for (size_t i = 0; i < tag.len; i++) {
        if (i < 4 ? !g_ascii_isdigit(tag.data[i]) : !g_ascii_isxdigit(tag.data[i]))
            return false;
    }
    return tag.len == 10;
}

/* prvs=TAG=LOCAL, as the draft has it, and prvs=LOCAL=TAG, as some have implemented it. */
static bool unwrap_prvs(struct view *local, G_GNUC_UNUSED struct view *domain)
{
    struct view tag;
    if (!view_begins_fold(*local, VIEW("prvs=")))
        return false;
    struct view rest = view_from(*local, 5);
    struct view behind = rest;
    if (take_field(&behind, '=', &tag) && is_batv_tag(tag) && behind.len > 0) {
        *local = behind;
        return true;
    }
    ssize_t last = view_last_index(rest, '=');
    if (last <= 0 || !is_batv_tag(view_from(rest, (size_t)last + 1)))
        return false;
    *local = view_first(rest, (size_t)last);
    return true;
}

/* LOCAL+prvs=TAG */
static bool unwrap_prvs_tag(struct view *local, G_GNUC_UNUSED struct view *domain)
{
    ssize_t at = view_find_fold(*local, VIEW("+prvs="));
    if (at <= 0 || !is_batv_tag(view_from(*local, (size_t)at + 6)))
        return false;
    *local = view_first(*local, (size_t)at);
    return true;
}

/* Barracuda: btv1==TAG==LOCAL */
static bool unwrap_barracuda(struct view *local, G_GNUC_UNUSED struct view *domain)
{
    if (!view_begins_fold(*local, VIEW("btv1==")))
        return false;
    struct view rest = view_from(*local, 6);
    ssize_t end = view_find(rest, VIEW("=="));
    if (end <= 0 || (size_t)end + 2 >= rest.len)
        return false;
    *local = view_from(rest, (size_t)end + 2);
    return true;
}

/* SparkPost: msprvs1=TAG=LOCAL */
static bool unwrap_sparkpost(struct view *local, G_GNUC_UNUSED struct view *domain)
{
    struct view tag;
    if (!view_begins_fold(*local, VIEW("msprvs1=")))
        return false;
    struct view rest = view_from(*local, 8);
    if (!take_field(&rest, '=', &tag) || rest.len == 0)
        return false;
    *local = rest;
    return true;
}

static bool (*const WRAPPERS[])(struct view *local, struct view *domain) = {
    unwrap_srs1, unwrap_srs0, unwrap_exchange_srs, unwrap_prvs, unwrap_barracuda, unwrap_sparkpost, unwrap_prvs_tag,
};

bool unwrap_return_path(struct view *local, struct view *domain)
{
    bool any = false;
    for (int layer = 0; layer < MAX_LAYERS; layer++) {
        bool taken = false;
        for (size_t i = 0; i < G_N_ELEMENTS(WRAPPERS) && !taken; i++)
            taken = WRAPPERS[i](local, domain);
        if (!taken)
            break;
        any = true;
    }
    return any;
}
