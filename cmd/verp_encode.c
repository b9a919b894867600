/* SPDX-License-Identifier: MIT
 * winnow verp encode: return paths for addresses, ids, or all subscribers of a list. */
#include "cmd/cells.h"
#include "cmd/examine.h"
#include "cmd/json.h"
#include "cmd/verp.h"
#include "core/list/list.h"
#include "core/match/address.h"
#include "core/match/pattern.h"
#include "core/match/signed.h"
#include "core/match/verp.h"

struct encoder {
    struct signed_mailing mailing; /* keys NULL: plain VERP by `pattern` */
    struct pattern *pattern;
    enum candidate_is is;
    GString *path;
};

static bool usage(GError **error, const char *problem)
{
    g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_USAGE, problem);
    return false;
}

/* --- one path ----------------------------------------------------------------------------------------------------- */

/* No quotes are needed in a local part of these (RFC 5322 3.2.3). */
static bool is_plain_local(struct view key)
{
    return view_index(key, '"') < 0;
}

static bool refuse(GError **error, struct view subject, const char *problem)
{
    g_autoptr(GString) shown = g_string_new(NULL);
    verp_append_shown(shown, view_first_text(subject, 200));
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "'%s': %s", shown->str, problem);
    return false;
}

/* Does the path say what it is to say, to us at least? */
static bool reads_back(const struct encoder *e, struct view key, struct view host)
{
    struct pattern_text text = pattern_text_of((struct view){.data = e->path->str, .len = e->path->len});
    struct pattern_match matches[VERP_READINGS + 1];
    size_t n = pattern_match(e->pattern, &text, matches, G_N_ELEMENTS(matches));
    for (size_t i = 0; i < n && n <= VERP_READINGS; i++) {
        const struct view *group = matches[i].group;
        if (e->is == CANDIDATE_ID ? view_equal(group[PATTERN_ID], key)
                                  : view_equal(group[PATTERN_LOCAL], key) && view_equal(group[PATTERN_DOMAIN], host))
            return true;
    }
    return false;
}

static bool encode_plain(struct verp_command *v, struct encoder *e, struct view subject, GError **error)
{
    struct view key = e->is == CANDIDATE_ID ? subject : address_key(subject, &v->pool);
    if (e->is == CANDIDATE_ADDRESS && (!address_is_plausible(key) || !is_plain_local(key)))
        return refuse(error, subject, "no address that mail can go to without quotes");
    struct pattern_match values = {.group[PATTERN_CAMPAIGN] = view_of(v->campaign)};
    values.group[PATTERN_ID] = e->is == CANDIDATE_ID ? key : (struct view){0};
    values.group[PATTERN_LOCAL] = e->is == CANDIDATE_ID ? (struct view){0} : address_local(key);
    values.group[PATTERN_DOMAIN] = e->is == CANDIDATE_ID ? (struct view){0} : address_domain(key);
    g_autoptr(GError) inner = NULL;
    if (!pattern_fill(e->pattern, &values, e->path, &inner))
        return refuse(error, subject, inner->message);
    struct view made = {.data = e->path->str, .len = e->path->len};
    if (view_index(made, '@') < 0)
        g_string_append_printf(e->path, "@%s", v->domain);
    made = (struct view){.data = e->path->str, .len = e->path->len};
    if (address_local(made).len > SIGNED_LOCAL)
        return refuse(error, subject,
                      "its return path would have more than 64 octets before the '@' (RFC 5321 4.5.3.1.1)");
    if (!address_is_plausible(address_key(made, &v->pool)) ||
        !reads_back(e, e->is == CANDIDATE_ID ? key : address_local(key), address_domain(key)))
        return refuse(error, subject, "the pattern makes no return path of it that could be read again");
    return true;
}

static bool encode_one(struct verp_command *v, struct encoder *e, struct view subject, const char **key, GError **error)
{
    *key = NULL;
    g_string_truncate(e->path, 0);
    pool_reset(&v->pool);
    if (!e->mailing.keys)
        return encode_plain(v, e, subject, error);
    return signed_append(&e->mailing, e->is, subject, &v->pool, e->path, key, error);
}

/* --- output ------------------------------------------------------------------------------------------------------- */

static void append_json_made(struct verp_command *v, struct view subject, struct view path, const char *key)
{
    g_string_append_c(v->text, '{');
    append_json_key(v->text, "subscriber");
    append_json(v->text, subject);
    append_json_text(v->text, "campaign", view_of(v->campaign));
    append_json_text(v->text, "return_path", path);
    append_json_text(v->text, "key", view_of(key));
    g_string_append(v->text, "}\n");
}

static void append_csv_made(struct verp_command *v, struct view subject, struct view path)
{
    append_csv(v->text, subject);
    g_string_append_c(v->text, ',');
    append_csv(v->text, view_of(v->campaign));
    g_string_append_c(v->text, ',');
    append_csv(v->text, path);
    g_string_append(v->text, "\r\n");
}

/* One line for one subscriber in any case, so that lines stay beside those that were given. */
static bool write_made(struct verp_command *v, struct view subject, struct view path, const char *key, GError **error)
{
    if (v->format == VERP_JSON) {
        append_json_made(v, subject, path, key);
    } else if (v->format == VERP_CSV) {
        append_csv_made(v, subject, path);
    } else {
        g_string_append_len(v->text, path.data, (gssize)path.len);
        g_string_append_c(v->text, '\n');
    }
    return verp_write(v, error);
}

static bool encode(struct verp_command *v, struct view subject, const char *place, void *user, GError **error)
{
    struct encoder *e = user;
    g_autoptr(GError) problem = NULL;
    const char *key;
    if (encode_one(v, e, subject, &key, &problem)) {
        v->done++;
        return write_made(v, subject, (struct view){.data = e->path->str, .len = e->path->len}, key, error);
    }
    v->failed++;
    say("%s%s", place, problem->message);
    return write_made(v, subject, (struct view){0}, NULL, error);
}

/* --- a list ------------------------------------------------------------------------------------------------------- */

struct listing {
    struct verp_command *v;
    struct encoder *encoder;
};

static bool encode_row(const struct row *row, void *user, GError **error)
{
    const struct listing *listing = user;
    struct verp_command *v = listing->v;
    if (interrupted) {
        g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "interrupted");
        return false;
    }
    bool readable = row->fault != ROW_BAD_QUOTES && row->fault != ROW_NUL;
    struct view subject = v->ids ? row->id : row->address;
    g_autofree char *place = g_strdup_printf("'%s': line %" G_GUINT64_FORMAT ": ", v->list, row->line);
    return encode(v, readable ? subject : (struct view){0}, place, listing->encoder, error);
}

static bool encode_list(struct verp_command *v, struct encoder *e, GError **error)
{
    struct list_options options = {.email_column = v->email_column,
                                   .id_column = v->id_column,
                                   .delimiter = v->delimiter ? (*v->delimiter == 't' ? '\t' : *v->delimiter) : '\0'};
    struct list *list = list_open(v->list, &options, error);
    if (!list)
        return false;
    struct listing listing = {.v = v, .encoder = e};
    bool ok = false;
    if (v->ids && list_shape(list)->id_column < 0)
        g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "'%s': no column with ids; --id-column names it", v->list);
    else
        ok = list_each(list, encode_row, &listing, error);
    list_close(list);
    return ok;
}

/* --- setting up --------------------------------------------------------------------------------------------------- */

/* Postfix's, Mailman's and many others' form, behind the user's prefix. */
static char *default_pattern(const struct verp_command *v)
{
    g_auto(GStrv) open = g_strsplit(v->prefix, "{", -1);
    g_autofree char *once = g_strjoinv("{{", open);
    g_auto(GStrv) close = g_strsplit(once, "}", -1);
    g_autofree char *prefix = g_strjoinv("}}", close);
    return g_strconcat(prefix, v->ids ? "{id}@" : "{local}={domain}@", v->domain, NULL);
}

/* As the DNS has it: lower case, A-labels, no dot at the end. */
static void fold_domain(struct verp_command *v)
{
    if (!v->domain)
        return;
    struct view key = address_key(pool_printf(&v->pool, "x@%s", v->domain), &v->pool);
    g_free(v->domain);
    v->domain = view_dup(address_domain(key));
}

static bool set_up(struct verp_command *v, struct encoder *e, const struct verp *verp, GError **error)
{
    char **patterns = v->common.verp;
    const char *pattern = patterns ? patterns[0] : NULL;
    bool at = pattern && strchr(pattern, '@');
    e->is = v->ids ? CANDIDATE_ID : CANDIDATE_ADDRESS;
    e->mailing = (struct signed_mailing){.keys = pattern ? NULL : verp_keys(verp), .campaign = view_of(v->campaign)};
    if ((v->list != NULL) == (v->arguments[0] != NULL))
        return usage(error, "verp encode: addresses are wanted, '-' for those on standard input, or --list FILE");
    if (pattern && (v->common.key_file || v->prefix || patterns[1] || (at && v->domain)))
        return usage(error, "verp encode: --verp is a form of its own; without --key-file, --prefix or a second one");
    if (!v->domain && !at)
        return usage(error, "verp encode: --domain is wanted: where bounces are to go");
    if (!v->prefix)
        v->prefix = g_strdup("bounce+");
    e->mailing.prefix = view_of(v->prefix);
    e->mailing.host = view_of(v->domain);
    if (!at && !signed_check(&e->mailing, &v->pool, error))
        return false;
    fold_domain(v);
    e->mailing.host = view_of(v->domain);
    if (e->mailing.keys)
        return true;
    g_autofree char *made = pattern ? NULL : default_pattern(v);
    e->pattern = pattern_parse(pattern ? pattern : made, error);
    return e->pattern != NULL;
}

static bool run(struct verp_command *v, struct encoder *e, GError **error)
{
    if (v->format == VERP_CSV)
        g_string_append(v->text, "subscriber,campaign,return_path\r\n");
    if (!(v->list ? encode_list(v, e, error) : verp_each_argument(v, encode, e, error)) || !verp_write(v, error))
        return false;
    if (v->failed == 0 || v->done > 0)
        return true;
    g_set_error_literal(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "verp encode: not one return path could be made");
    return false;
}

bool verp_encode_all(struct verp_command *v, GError **error)
{
    struct encoder e = {.path = g_string_new(NULL)};
    g_autoptr(verp_auto) verp = verp_in_force(&v->common, error);
    bool ok = verp && set_up(v, &e, verp, error) && run(v, &e, error);
    pattern_free(e.pattern);
    g_string_free(e.path, TRUE);
    return ok;
}
