/* SPDX-License-Identifier: MIT */
#include "core/mail/mime.h"

#include "core/limits.h"
#include "core/mail/boundary.h"
#include "core/mail/charset.h"
#include "core/mail/content.h"
#include "core/mail/headers.h"

enum { INITIAL_PARTS = 4 };

/* One walk. */
struct walk {
    struct mail *mail;
    struct mail_reader *reader;
    struct pool *pool;
    size_t room; /* of mail->parts */
    unsigned alternatives;
};

/* What an entity inherits from those around it. */
struct place {
    unsigned depth, alternative;
    struct view report_type;
    struct view default_type; /* RFC 2046 5.1.5: message/rfc822 in a digest */
};

static const struct {
    const char *type;
    enum part_kind kind;
} KINDS[] = {
    {"text/plain", PART_TEXT},
    {"text/html", PART_HTML},
    {"message/rfc822", PART_RETURNED},
    {"message/delivery-status", PART_DELIVERY_STATUS},
    {"message/global-delivery-status", PART_DELIVERY_STATUS},
    {"text/delivery-status", PART_DELIVERY_STATUS},
    {"message/feedback-report", PART_FEEDBACK},
    {"message/disposition-notification", PART_DISPOSITION},
    {"message/global-disposition-notification", PART_DISPOSITION},
    {"text/rfc822-headers", PART_RETURNED},
    {"text/rfc822-header", PART_RETURNED},
    {"text/rfc822", PART_RETURNED},
    {"message/rfc822-headers", PART_RETURNED},
    {"message/global", PART_RETURNED},
    {"message/global-headers", PART_RETURNED},
    {"message/partial", PART_RETURNED},
    {"message/news", PART_RETURNED},
};

static enum part_kind kind_of(struct view type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(KINDS); i++) {
        if (view_equal(type, view_of(KINDS[i].type)))
            return KINDS[i].kind;
    }
    return PART_OTHER;
}

static bool begins(struct view type, struct view prefix)
{
    return type.len > prefix.len && memcmp(type.data, prefix.data, prefix.len) == 0;
}

static struct part *add_part(struct walk *walk)
{
    struct mail *mail = walk->mail;
    if (mail->part_count >= LIMIT_MIME_PARTS) {
        notice_add(&mail->notices, VIEW("too many MIME parts; the rest of them ignored"));
        return NULL;
    }
    if (mail->part_count == walk->room) {
        walk->room = walk->room ? walk->room * 2 : INITIAL_PARTS;
        struct part *bigger = pool_alloc(walk->pool, walk->room * sizeof *bigger);
        if (mail->part_count)
            memcpy(bigger, mail->parts, mail->part_count * sizeof *bigger);
        mail->parts = bigger;
    }
    struct part *part = &mail->parts[mail->part_count++];
    *part = (struct part){0};
    return part;
}

/* The charset that HTML names itself, where the header names none (HTML 4.2.5.4 looks at the first 1024 bytes). */
static struct view charset_of_html(struct view html)
{
    static const struct view KEY = {"charset=", 8};
    struct view head = view_first(html, 1024);
    ssize_t at = view_find_fold(head, KEY);
    if (at < 0)
        return (struct view){0};
    head = view_from(head, (size_t)at + KEY.len);
    while (head.len > 0 && (head.data[0] == '"' || head.data[0] == '\''))
        head = view_from(head, 1);
    size_t len = 0;
    while (len < head.len && (g_ascii_isalnum(head.data[len]) || strchr("-_.:", head.data[len])) && head.data[len])
        len++;
    return view_first(head, len);
}

static struct view text_of(struct walk *walk, const struct content *content, enum part_kind kind, struct view bytes)
{
    if (bytes.len >= LIMIT_PART_TEXT)
        notice_add(&walk->mail->notices, VIEW("long text; only its beginning is read"));
    struct view charset = content->charset;
    if (kind == PART_HTML && view_is_empty(charset))
        charset = charset_of_html(bytes);
    struct view text = text_to_utf8(walk->reader, bytes, charset, walk->pool);
    return kind == PART_HTML ? html_text(text, walk->pool) : text;
}

/* Is it worth being read as text? Some gateways call the fields of a report application/octet-stream. */
static bool may_be_text(const struct content *content, const struct place *place)
{
    return begins(content->type, VIEW("text/")) || begins(content->type, VIEW("message/")) ||
           (view_equal(content->type, VIEW("application/octet-stream")) && !view_is_empty(place->report_type));
}

/* A message that was hung in without a header of its own saying so: no part has been received. */
static bool is_bare_message(const struct headers *headers, const struct place *place)
{
    return place->depth > 0 && headers_has(headers, "Received") &&
           (headers_has(headers, "From") || headers_has(headers, "Message-ID"));
}

static void add_leaf(struct walk *walk, const struct headers *headers, const struct content *content, struct view body,
                     const struct place *place)
{
    struct part *part = add_part(walk);
    if (!part)
        return;
    part->kind = kind_of(content->type);
    part->depth = place->depth;
    part->alternative = place->alternative;
    part->type = content->type;
    part->report_type = place->report_type;
    part->name = content->name;
    part->headers = *headers;
    if ((part->kind == PART_TEXT || part->kind == PART_HTML) && is_bare_message(headers, place)) {
        part->kind = PART_RETURNED;
        part->text = body;
        part->returned = *headers;
        return;
    }
    if (part->kind == PART_RETURNED) {
        struct view rest;
        part->text = content->transfer ? content_decode(body, content->transfer, LIMIT_PART_TEXT, walk->pool) : body;
        part->returned = headers_scan(text_clean(part->text, walk->pool), HEADERS_OF_MESSAGE, &rest, walk->pool, NULL);
        return;
    }
    if (part->kind == PART_OTHER && !may_be_text(content, place))
        return;
    struct view bytes = content_decode(body, content->transfer, LIMIT_PART_TEXT, walk->pool);
    part->text = text_of(walk, content, part->kind, bytes);
    part->own = part->text;
}

static void walk_body(struct walk *walk, const struct headers *headers, struct content *content, struct view body,
                      struct place place);

static void walk_parts(struct walk *walk, struct cutter *cutter, const struct place *place)
{
    struct view bytes;
    while (walk->mail->part_count < LIMIT_MIME_PARTS && cutter_next(cutter, &bytes)) {
        struct view body;
        struct headers headers = headers_scan(bytes, HEADERS_OF_PART, &body, walk->pool, &walk->mail->notices);
        struct content content = content_read(&headers, place->default_type);
        walk_body(walk, &headers, &content, body, *place);
    }
    if (cutter->more && walk->mail->part_count >= LIMIT_MIME_PARTS)
        notice_add(&walk->mail->notices, VIEW("too many MIME parts; the rest of them ignored"));
    else if (!cutter->closed)
        notice_add(&walk->mail->notices, VIEW("multipart without its final boundary"));
}

/* Takes a multipart apart; false if its body does not show its boundary. */
static bool walk_multipart(struct walk *walk, const struct content *content, struct view body,
                           const struct place *place)
{
    struct view boundary = boundary_find(content->boundary, body);
    struct cutter cutter;
    cutter_init(&cutter, boundary, body);
    if (view_is_empty(boundary)) {
        notice_add(&walk->mail->notices, VIEW("multipart without any boundary; read as text"));
        return false;
    }
    if (!view_equal(boundary, content->boundary))
        notice_add(&walk->mail->notices, VIEW("boundary missing or wrong; guessed"));
    struct place inner = *place;
    inner.depth++;
    if (view_equal(content->type, VIEW("multipart/alternative")))
        inner.alternative = ++walk->alternatives;
    inner.default_type =
        view_equal(content->type, VIEW("multipart/digest")) ? VIEW("message/rfc822") : VIEW("text/plain");
    walk_parts(walk, &cutter, &inner);
    return true;
}

static void walk_body(struct walk *walk, const struct headers *headers, struct content *content, struct view body,
                      struct place place)
{
    if (view_equal(content->type, VIEW("multipart/report")))
        place.report_type = content->report_type;
    bool multipart = begins(content->type, VIEW("multipart/"));
    if (multipart && place.depth >= LIMIT_MIME_DEPTH) {
        notice_add(&walk->mail->notices, VIEW("MIME parts nested too deeply; the inner ones ignored"));
        return;
    }
    if (multipart && walk_multipart(walk, content, body, &place))
        return;
    if (multipart) {
        content->type = VIEW("text/plain");
        content->transfer = TRANSFER_NONE;
    }
    add_leaf(walk, headers, content, body, &place);
}

void mime_read(struct mail *mail, struct mail_reader *reader, struct view body, struct pool *pool)
{
    struct walk walk = {.mail = mail, .reader = reader, .pool = pool};
    struct place place = {.default_type = VIEW("text/plain")};
    struct content content = content_read(&mail->headers, place.default_type);
    if (!content.declared) {
        content.boundary = boundary_at_start(body);
        if (content.boundary.len > 0) {
            notice_add(&mail->notices, VIEW("MIME parts without a Content-Type in the message's headers"));
            content.type = VIEW("multipart/mixed");
        }
    }
    mail->type = content.type;
    if (view_equal(content.type, VIEW("multipart/report")))
        mail->report_type = content.report_type;
    walk_body(&walk, &mail->headers, &content, body, place);
}
