/* SPDX-License-Identifier: MIT */
#include "core/archive/sniff.h"

enum { NAME_MAX_LENGTH = 76, TAR_BLOCK = 512, TAR_SUM = 148, TAR_SUM_LENGTH = 8, LINE_STEP = 512 };

/* RFC 1952, the .xz file format 2.1.1.1, RFC 8878, compress(1), xz(1) for .lzma, PKWARE's APPNOTE 4.3. */
static const struct {
    const char *bytes;
    size_t length;
} packed_magic[] = {
    {"\x1f\x8b\x08", 3},
    {"\375"
     "7zXZ",
     5},
    {"\x28\xb5\x2f\xfd", 4},
    {"\x1f\x9d", 2},
    {"\x5d\0\0", 3},
    {"PK\x03\x04", 4},
    {"PK\x05\x06", 4},
};

static bool begins(struct view v, const char *bytes, size_t length)
{
    return v.len >= length && memcmp(v.data, bytes, length) == 0;
}

bool sniff_is_gzip(struct view head)
{
    return begins(head, packed_magic[0].bytes, packed_magic[0].length);
}

/* A tar header carries the sum of its own bytes, its sum field counted as blanks (POSIX ustar). Old tars lack the
 * "ustar" mark, so the sum is what is asked. */
static bool is_tar(struct view head)
{
    if (head.len < TAR_BLOCK || head.data[0] == '\0')
        return false;
    unsigned sum = 0, said = 0, digits = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= TAR_SUM && i < TAR_SUM + TAR_SUM_LENGTH ? ' ' : (unsigned char)head.data[i];
    for (size_t i = TAR_SUM; i < TAR_SUM + TAR_SUM_LENGTH; i++) {
        char c = head.data[i];
        if (c >= '0' && c <= '7')
            said = said * 8 + (unsigned)(c - '0'), digits++;
        else if (c != ' ' || digits > 0)
            break;
    }
    return digits > 0 && said == sum;
}

/* bzip2(1) has three letters of magic, which text may begin with; the first block has six bytes more. */
static bool is_bzip2(struct view head)
{
    return head.len >= 10 && begins(head, "BZh", 3) &&
           (begins(view_from(head, 4), "1AY&SY", 6) || begins(view_from(head, 4), "\x17\x72\x45\x38\x50\x90", 6));
}

static bool is_packed(struct view head)
{
    for (size_t i = 0; i < G_N_ELEMENTS(packed_magic); i++) {
        if (begins(head, packed_magic[i].bytes, packed_magic[i].length))
            return true;
    }
    return is_bzip2(head) || is_tar(head);
}

/* The first CR or LF; NULL if there is none. Looked for in steps, since a file of lone CRs has no LF to stop at. */
static const char *line_stop(struct view rest)
{
    for (size_t at = 0; at < rest.len; at += LINE_STEP) {
        struct view step = view_first(view_from(rest, at), LINE_STEP);
        const char *lf = memchr(step.data, '\n', step.len);
        const char *cr = memchr(step.data, '\r', lf ? (size_t)(lf - step.data) : step.len);
        if (cr || lf)
            return cr ? cr : lf;
    }
    return NULL;
}

struct view sniff_line(struct view rest, size_t *next)
{
    const char *stop = view_is_empty(rest) ? NULL : line_stop(rest);
    *next = 0;
    if (!stop)
        return rest;
    const char *end = rest.data + rest.len;
    const char *run = stop; /* CR LF, and CR CR LF, are one end as eol_copy() has it; otherwise one CR is */
    while (run < end && run - stop < 2 && *run == '\r')
        run++;
    const char *behind = run < end && *run == '\n' ? run + 1 : stop + 1;
    *next = (size_t)(behind - rest.data);
    return view_range(rest.data, stop);
}

/* "12:08", "12:08:34" */
static bool is_time(struct view word)
{
    ssize_t colon = view_index(word, ':');
    return (colon == 1 || colon == 2) && word.len >= (size_t)colon + 3 && g_ascii_isdigit(word.data[0]) &&
           g_ascii_isdigit(word.data[colon - 1]) && g_ascii_isdigit(word.data[colon + 1]) &&
           g_ascii_isdigit(word.data[colon + 2]);
}

static bool is_year(struct view word)
{
    if (word.len != 4 || !(begins(word, "19", 2) || begins(word, "20", 2)))
        return false;
    return g_ascii_isdigit(word.data[2]) && g_ascii_isdigit(word.data[3]);
}

/* "2011-07-08", alone or with the time: "2011-07-08T12:08:34Z" */
static bool is_iso_date(struct view word)
{
    return word.len >= 10 && word.data[4] == '-' && word.data[7] == '-' && is_year(view_first(word, 4));
}

static bool is_month(struct view word)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (size_t i = 0; word.len == 3 && i < sizeof names - 1; i += 3) {
        if (view_equal_fold(word, (struct view){.data = names + i, .len = 3}))
            return true;
    }
    return false;
}

bool sniff_is_separator(struct view line)
{
    if (line.len < 15 || line.len > SNIFF_LINE || !begins(line, "From ", 5))
        return false;
    bool time = false, year = false, month = false, iso = false;
    for (size_t at = 5; at < line.len;) {
        struct view rest = view_from(line, at);
        ssize_t blank = view_index(rest, ' ');
        struct view word = blank < 0 ? rest : view_first(rest, (size_t)blank);
        time |= is_time(word) || (is_iso_date(word) && word.len > 10);
        year |= is_year(word);
        month |= is_month(word);
        iso |= is_iso_date(word);
        at += word.len + 1;
    }
    return time && (iso || (year && month));
}

bool sniff_is_header(struct view line)
{
    if (begins(line, ">From ", 6))
        return true;
    size_t name = 0;
    while (name < line.len && name <= NAME_MAX_LENGTH && line.data[name] > 32 && line.data[name] < 127 &&
           line.data[name] != ':')
        name++;
    if (name == 0 || name > NAME_MAX_LENGTH)
        return false;
    size_t colon = name;
    while (colon < line.len && (line.data[colon] == ' ' || line.data[colon] == '\t'))
        colon++; /* RFC 5322 4.5: obsolete, and still sent */
    return colon < line.len && line.data[colon] == ':' && !begins(view_from(line, colon), "://", 3);
}

size_t sniff_blank(struct view head)
{
    size_t at = begins(head, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < head.len && (head.data[at] == '\n' || head.data[at] == '\r'))
        at++;
    return at;
}

/* Text holds no NUL and hardly a control character; any 8-bit character set is fine. */
static bool is_text(struct view head)
{
    size_t odd = 0;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.data[i];
        if (c == 0)
            return false;
        odd += (c < 32 && !g_ascii_isspace(c) && c != 27) || c == 127;
    }
    return odd * 64 <= head.len;
}

static bool is_blank(struct view head)
{
    for (size_t i = 0; i < head.len; i++) {
        if (!g_ascii_isspace(head.data[i]))
            return false;
    }
    return true;
}

enum sniff sniff(struct view head, bool whole)
{
    if (whole && is_blank(head))
        return SNIFF_EMPTY;
    if (is_packed(head))
        return SNIFF_PACKED;
    struct view rest = view_from(head, sniff_blank(head));
    size_t next;
    struct view line = sniff_line(rest, &next);
    size_t after;
    struct view second = sniff_line(view_from(rest, next), &after);
    if (sniff_is_separator(line) || (begins(line, "From ", 5) && next > 0 && sniff_is_header(second)))
        return SNIFF_MBOX;
    if (rest.len && strchr("{[", rest.data[0]) && is_text(head))
        return SNIFF_JSON;
    if (sniff_is_header(line) && !memchr(line.data, '\0', line.len))
        return SNIFF_MESSAGE;
    return is_text(head) ? SNIFF_TEXT : SNIFF_UNKNOWN;
}
