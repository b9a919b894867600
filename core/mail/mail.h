/* SPDX-License-Identifier: MIT
 * struct mail: one message as the bounce readers want it: headers unfolded and decoded, text parts as UTF-8, report
 * parts, the returned message. Everything of GMime stays behind this header. Views point into the message's bytes or
 * the batch's pool. Cannot fail: trouble becomes a notice. Pure; one struct mail_reader per thread. */
#ifndef WINNOW_MAIL_MAIL_H
#define WINNOW_MAIL_MAIL_H

#include "core/notice.h"
#include "core/pool.h"
#include "core/view.h"

struct header {
    struct view name;  /* as written */
    struct view value; /* raw, still folded and encoded; use headers_get() */
    struct view text;  /* decoded, once somebody has asked; see `is_text` */
    bool is_text;
};

/* One header block, in order. `pool` is where decoding goes. */
struct headers {
    struct header *at;
    size_t count;
    guint64 names; /* a bit for each name that is there, by its looks; 0: nobody has noted them */
    struct pool *pool;
};

enum part_kind {
    PART_OTHER = 0,
    PART_TEXT,            /* text/plain, or no type at all */
    PART_HTML,            /* text/html; `text` is its visible text, see html_text() */
    PART_DELIVERY_STATUS, /* message/delivery-status, message/global-delivery-status (RFC 3464, RFC 6533) */
    PART_FEEDBACK,        /* message/feedback-report (RFC 5965) */
    PART_DISPOSITION,     /* message/disposition-notification (RFC 8098), message/global-disposition-notification */
    PART_RETURNED,        /* message/rfc822, message/global, text/rfc822-headers, message/global-headers, partial */
};

struct part {
    enum part_kind kind;
    unsigned depth;       /* 0: the message's own body */
    unsigned alternative; /* parts of one number (1 and up) say the same: one multipart/alternative (RFC 2046 5.1.4) */
    struct view type;     /* "text/plain", lower case */
    struct view report_type; /* of an enclosing or own multipart/report, lower case; else empty */
    struct view name;        /* of Content-Disposition or Content-Type, decoded */
    struct view text;        /* decoded, UTF-8, LF; for PART_RETURNED the raw bytes of the returned message */
    struct view own;         /* `text` without the copy of the returned message that many systems put in it */
    struct headers headers;  /* the part's own MIME headers */
    struct headers returned; /* PART_RETURNED: headers of the returned message; texts: of the copy, if any */
};

struct mail {
    struct view bytes;      /* the whole message */
    struct headers headers; /* of the message */
    struct view type;       /* its content type, lower case; "text/plain" if it says nothing */
    struct view report_type;
    struct part *parts; /* leaves in order, depth first, the parts of a returned message not among them */
    size_t part_count;
    struct headers
        returned; /* headers of the first returned message, from a part or from text (see below); may be empty */
    struct notices notices;
};

struct mail_reader; /* GMime's and iconv's state of one thread */
struct mail_reader *mail_reader_new(void);
void mail_reader_free(struct mail_reader *reader);

/* Reads the message in `bytes` (LF line ends). Everything in the result lives in `pool` or in `bytes`. */
struct mail *mail_read(struct mail_reader *reader, struct view bytes, struct pool *pool);

/* The first header of that name, unfolded, RFC 2047 decoded, valid UTF-8; empty if there is none. */
struct view headers_get(const struct headers *headers, const char *name);
/* The `nth` (0 …) header of that name; `found` (may be NULL) tells an empty header from none. */
struct view headers_get_nth(const struct headers *headers, const char *name, size_t nth, bool *found);
bool headers_has(const struct headers *headers, const char *name);

/* The first part of that kind, or NULL. */
const struct part *mail_part(const struct mail *mail, enum part_kind kind);

/* Header fields from a block of text as it stands in report parts or behind "--- original message ---"
 * (RFC 3464 field groups). Passes over leading empty lines, stops at the next one; `rest` (may be NULL) is what
 * follows. */
struct headers headers_parse(struct view text, struct pool *pool, struct view *rest);

/* Seconds since 1970 of an RFC 5322 date, 0 if it is none. */
gint64 mail_date(struct view value);

/* Valid UTF-8 of bytes in `charset` (empty or wrong: guessed from the bytes, among UTF-8, ISO-2022, GB18030, Big5,
 * Shift_JIS, EUC-JP, EUC-KR, KOI8-R, windows-1251, windows-1252); LF line ends, no NULs; never fails. Plain ASCII is
 * handed through uncopied. `reader` may be NULL: its converters are then opened for this one text. */
struct view text_to_utf8(struct mail_reader *reader, struct view bytes, struct view charset, struct pool *pool);

/* What a person sees of HTML: tags gone, blocks as lines, entities resolved, script and style left out. */
struct view html_text(struct view html, struct pool *pool);

/* The plain text addr-specs in an address header ("Ann" <ann@example.org>, bob@example.org), in order, at most `max`.
 */
size_t mail_addresses(struct view value, struct view *out, size_t max, struct pool *pool);

#endif
