/* SPDX-License-Identifier: MIT */
#include "core/mail/content.h"

#include "core/mail/headers.h"
#include "core/mail/reader.h"

static struct view lower(struct view v, struct pool *pool)
{
    for (size_t i = 0; i < v.len; i++) {
        if (!g_ascii_isupper(v.data[i]))
            continue;
        char *copy = pool_alloc(pool, v.len);
        for (size_t k = 0; k < v.len; k++)
            copy[k] = g_ascii_tolower(v.data[k]);
        return (struct view){.data = copy, .len = v.len};
    }
    return v;
}

static struct view skip_blanks(struct view v)
{
    while (v.len > 0 && (g_ascii_isspace(v.data[0]) || v.data[0] == '\0' || v.data[0] == ';'))
        v = view_from(v, 1);
    return v;
}

/* A quoted-string without its quotes, line breaks and backslashes; `rest` stands on the quote and moves behind it. */
static struct view take_quoted(struct view *rest, struct pool *pool)
{
    struct view in = view_from(*rest, 1);
    char *out = NULL;
    size_t n = 0;
    size_t i = 0;
    while (i < in.len && in.data[i] != '"') {
        bool escaped = in.data[i] == '\\' && i + 1 < in.len;
        bool dropped = in.data[i] == '\n' || in.data[i] == '\r';
        if ((escaped || dropped) && !out) {
            out = pool_alloc(pool, in.len);
            memcpy(out, in.data, i);
        }
        i += escaped;
        if (out && !dropped)
            out[n] = in.data[i];
        n += !dropped;
        i++;
    }
    *rest = view_from(in, i + 1);
    return (struct view){.data = out ? out : in.data, .len = n};
}

/* A value without quotes runs up to the next ';' or line: boundaries are written with blanks and specials in them. */
static struct view take_plain(struct view *rest)
{
    size_t i = 0;
    while (i < rest->len && rest->data[i] != ';' && rest->data[i] != '\n')
        i++;
    struct view value = view_trim(view_first(*rest, i));
    *rest = view_from(*rest, i);
    return value;
}

/* The next `name=value`; false at the end. */
static bool next_parameter(struct view *rest, struct view *name, struct view *value, struct pool *pool)
{
    *rest = skip_blanks(*rest);
    if (rest->len == 0)
        return false;
    size_t i = 0;
    while (i < rest->len && rest->data[i] != '=' && rest->data[i] != ';')
        i++;
    *name = view_trim(view_first(*rest, i));
    *value = (struct view){0};
    if (i >= rest->len || rest->data[i] == ';') {
        *rest = view_from(*rest, i);
        return true;
    }
    *rest = view_from(*rest, i + 1);
    while (rest->len > 0 && g_ascii_isspace(rest->data[0]))
        *rest = view_from(*rest, 1);
    *value = rest->len > 0 && rest->data[0] == '"' ? take_quoted(rest, pool) : take_plain(rest);
    return true;
}

static void set_parameter(struct content *content, struct view name, struct view value, struct pool *pool)
{
    if (view_equal_fold(name, VIEW("charset")) && view_is_empty(content->charset))
        content->charset = view_trim(value);
    else if (view_equal_fold(name, VIEW("boundary")) && view_is_empty(content->boundary))
        content->boundary = value;
    else if (view_equal_fold(name, VIEW("report-type")) && view_is_empty(content->report_type))
        content->report_type = lower(view_trim(value), pool);
    else if (view_equal_fold(name, VIEW("name")) && view_is_empty(content->name))
        content->name = header_decode(value, pool);
}

static bool is_token(char c)
{
    return g_ascii_isgraph(c) && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* The media type that `value` begins with; empty if it is malformed. */
static struct view take_type(struct view *rest)
{
    *rest = view_trim(*rest);
    size_t slash = 0;
    while (slash < rest->len && is_token(rest->data[slash]))
        slash++;
    size_t end = slash + 1;
    while (end < rest->len && is_token(rest->data[end]))
        end++;
    bool good = slash > 0 && slash < rest->len && rest->data[slash] == '/' && end > slash + 1;
    struct view type = good ? view_first(*rest, end) : (struct view){0};
    ssize_t semicolon = view_index(*rest, ';');
    /* "text/plain charset=x" without a semicolon is seen, too. */
    *rest = good ? view_from(*rest, end) : semicolon < 0 ? (struct view){0} : view_from(*rest, (size_t)semicolon);
    return type;
}

/* RFC 2231 parameters and comments: GMime knows them all. */
static void read_with_gmime(struct content *content, struct view value, struct pool *pool)
{
    g_autofree char *text = view_dup(value);
    g_autoptr(GMimeContentType) type = g_mime_content_type_parse(mail_gmime_options(), text);
    GMimeParamList *parameters = g_mime_content_type_get_parameters(type);
    for (int i = 0; i < g_mime_param_list_length(parameters); i++) {
        GMimeParam *parameter = g_mime_param_list_get_parameter_at(parameters, i);
        struct view name = view_of(g_mime_param_get_name(parameter));
        set_parameter(content, name, pool_copy(pool, view_of(g_mime_param_get_value(parameter))), pool);
    }
}

static bool is_exotic(struct view value)
{
    return value.len > 0 && (memchr(value.data, '*', value.len) || memchr(value.data, '(', value.len));
}

static void read_type(struct content *content, struct view value, struct pool *pool)
{
    struct view rest = value;
    struct view type = take_type(&rest);
    if (!view_is_empty(type))
        content->type = lower(type, pool);
    if (is_exotic(rest))
        read_with_gmime(content, value, pool);
    struct view name;
    struct view parameter;
    while (next_parameter(&rest, &name, &parameter, pool))
        set_parameter(content, name, parameter, pool);
}

static void read_disposition(struct content *content, struct view value, struct pool *pool)
{
    if (is_exotic(value)) {
        g_autofree char *text = view_dup(value);
        g_autoptr(GMimeContentDisposition) disposition = g_mime_content_disposition_parse(mail_gmime_options(), text);
        const char *name = g_mime_content_disposition_get_parameter(disposition, "filename");
        if (name && *name) {
            content->name = header_decode(pool_copy(pool, view_of(name)), pool);
            return;
        }
    }
    ssize_t semicolon = view_index(value, ';');
    struct view rest = semicolon < 0 ? (struct view){0} : view_from(value, (size_t)semicolon);
    struct view name;
    struct view parameter;
    while (next_parameter(&rest, &name, &parameter, pool)) {
        if (view_equal_fold(name, VIEW("filename")) && !view_is_empty(parameter))
            content->name = header_decode(parameter, pool);
    }
}

static enum transfer transfer_of(struct view value)
{
    static const struct {
        const char *name;
        enum transfer transfer;
    } NAMES[] = {
        {"base64", TRANSFER_BASE64},       {"quoted-printable", TRANSFER_QUOTED_PRINTABLE},
        {"x-uuencode", TRANSFER_UUENCODE}, {"uuencode", TRANSFER_UUENCODE},
        {"x-uue", TRANSFER_UUENCODE},
    };
    value = view_trim(value);
    for (size_t i = 0; i < G_N_ELEMENTS(NAMES); i++) {
        struct view name = view_of(NAMES[i].name);
        if (view_begins_fold(value, name) && (value.len == name.len || !is_token(value.data[name.len])))
            return NAMES[i].transfer;
    }
    return TRANSFER_NONE;
}

struct content content_read(const struct headers *headers, struct view default_type)
{
    struct content content = {.type = default_type};
    for (size_t i = 0; i < headers->count; i++) {
        const struct header *header = &headers->at[i];
        if (!view_begins_fold(header->name, VIEW("content-")))
            continue;
        struct view rest = view_from(header->name, strlen("content-"));
        if (view_equal_fold(rest, VIEW("type")) && !content.declared) {
            content.declared = true;
            read_type(&content, header->value, headers->pool);
        } else if (view_equal_fold(rest, VIEW("transfer-encoding")))
            content.transfer = transfer_of(header->value);
        else if (view_equal_fold(rest, VIEW("disposition")))
            read_disposition(&content, header->value, headers->pool);
    }
    return content;
}

static size_t decode_uu(struct view bytes, char *out)
{
    ssize_t begin = view_find(bytes, VIEW("begin "));
    if (begin < 0 || (begin > 0 && bytes.data[begin - 1] != '\n'))
        return 0;
    struct view rest = view_from(bytes, (size_t)begin);
    struct view line;
    view_next_line(&rest, &line);
    int state = GMIME_UUDECODE_STATE_INIT;
    guint32 save = 0;
    return g_mime_encoding_uudecode_step((const unsigned char *)rest.data, rest.len, (unsigned char *)out, &state,
                                         &save);
}

struct view content_decode(struct view bytes, enum transfer transfer, size_t limit, struct pool *pool)
{
    if (transfer == TRANSFER_NONE || bytes.len == 0)
        return view_first(bytes, limit);
    bytes = view_first(bytes, limit * 3 + 3);
    char *out = pool_alloc(pool, bytes.len + 16);
    int state = 0;
    guint32 save = 0;
    const unsigned char *in = (const unsigned char *)bytes.data;
    size_t len;
    if (transfer == TRANSFER_BASE64)
        len = g_mime_encoding_base64_decode_step(in, bytes.len, (unsigned char *)out, &state, &save);
    else if (transfer == TRANSFER_QUOTED_PRINTABLE)
        len = g_mime_encoding_quoted_decode_step(in, bytes.len, (unsigned char *)out, &state, &save);
    else
        len = decode_uu(bytes, out);
    return view_first((struct view){.data = out, .len = len}, limit);
}
