/* SPDX-License-Identifier: MIT */
#include "core/match/keys.h"

#include "core/error.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_FILE = 64 * 1024,
    MAX_KEYS = 32, /* each costs two hashes for every forged tag */
    MAX_NAME = 31, /* shorter than any key: a line without its name must not make the key a name that is shown */
    MIN_KEY = 32,  /* bytes */
    MAX_KEY = 128,
    MIN_DIFFERENT = 12, /* bytes of a key; random ones have 25 or more different ones of 32 */
    TAG_BYTES = 10,
};

struct key {
    char *name;
    GHmac *hmac; /* nothing added yet; copied for each use */
};

struct keys {
    struct key at[MAX_KEYS];
    size_t count;
};

static bool fail(const char *file, unsigned line, GError **error, const char *problem)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "%s:%u: %s", file, line, problem);
    return false;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static bool is_name(struct view name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!g_ascii_isalnum(name.data[i]) && !strchr("-_.", name.data[i]))
            return false;
    }
    return name.len > 0 && name.len <= MAX_NAME;
}

/* The bytes of a hexadecimal text, or -1. */
static ssize_t read_hex(struct view hex, unsigned char into[static MAX_KEY])
{
    if (hex.len % 2 || hex.len / 2 > MAX_KEY)
        return -1;
    for (size_t i = 0; i < hex.len; i += 2) {
        int high = g_ascii_xdigit_value(hex.data[i]), low = g_ascii_xdigit_value(hex.data[i + 1]);
        if (high < 0 || low < 0)
            return -1;
        into[i / 2] = (unsigned char)(high << 4 | low);
    }
    return (ssize_t)hex.len / 2;
}

static unsigned different_bytes(const unsigned char *bytes, size_t len)
{
    bool seen[256] = {false};
    unsigned count = 0;
    for (size_t i = 0; i < len; i++) {
        count += !seen[bytes[i]];
        seen[bytes[i]] = true;
    }
    return count;
}

static bool add_key(struct keys *keys, const char *file, unsigned line, struct view name, struct view hex,
                    GError **error)
{
    unsigned char bytes[MAX_KEY];
    ssize_t len = read_hex(hex, bytes);
    const char *problem = NULL;
    if (len < 0)
        problem = "the key is no even number of hexadecimal digits, 256 at most";
    else if (len < MIN_KEY)
        problem = "the key is shorter than 64 hexadecimal digits; 'openssl rand -hex 32' makes a good one";
    else if (different_bytes(bytes, (size_t)len) < MIN_DIFFERENT)
        problem = "the key is not random; 'openssl rand -hex 32' makes a good one";
    else if (keys->count == MAX_KEYS)
        problem = "more than 32 keys; take out those whose bounces are all in";
    for (size_t i = 0; !problem && i < keys->count; i++) {
        if (view_equal(view_of(keys->at[i].name), name))
            problem = "this name stands for a key above";
    }
    if (!problem)
        keys->at[keys->count++] =
            (struct key){.name = view_dup(name), .hmac = g_hmac_new(G_CHECKSUM_SHA256, bytes, (gsize)len)};
    explicit_bzero(bytes, sizeof bytes);
    return problem ? fail(file, line, error, problem) : true;
}

static bool parse_line(struct keys *keys, const char *file, unsigned number, struct view line, GError **error)
{
    line = view_trim(line);
    if (view_is_empty(line) || line.data[0] == '#')
        return true;
    size_t end = 0;
    while (end < line.len && !g_ascii_isspace(line.data[end]))
        end++;
    struct view name = view_first(line, end), key = view_trim(view_from(line, end));
    if (!is_name(name))
        return fail(file, number, error,
                    "a line is NAME KEY; the name is up to 31 letters, digits, '-', '_', '.' and is shown to users");
    if (view_is_empty(key))
        return fail(file, number, error, "there is no key behind the name");
    return add_key(keys, file, number, name, key, error);
}

struct keys *keys_parse(const char *name, struct view text, GError **error)
{
    g_autoptr(keys_auto) keys = g_new0(struct keys, 1);
    struct view line;
    if (view_begins_fold(text, VIEW("\xEF\xBB\xBF"))) /* U+FEFF, as some editors put it before UTF-8 */
        text = view_from(text, 3);
    unsigned number = 1;
    for (; view_next_line(&text, &line); number++) {
        if (!parse_line(keys, name, number, line, error))
            return NULL;
    }
    if (keys->count == 0) {
        fail(name, 1, error, "no key; a line is NAME KEY");
        return NULL;
    }
    return g_steal_pointer(&keys);
}

static bool cannot_read(const char *path, GError **error)
{
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "cannot read the keys in '%s': %s", path, g_strerror(errno));
    return false;
}

static bool is_safe(int fd, const char *path, GError **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return cannot_read(path, error);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return cannot_read(path, error);
    }
    bool own = st.st_uid == geteuid();
    if (!(st.st_mode & (own ? 077 : 007)))
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG,
                "the keys in '%s' are open to others (mode %04o), so that they prove nothing; 'chmod %s' closes them",
                path, (unsigned)st.st_mode & 07777, own ? "go=" : "o=");
    return false;
}

static bool read_all(int fd, const char *path, char text[static MAX_FILE], size_t *len, GError **error)
{
    *len = 0;
    for (ssize_t got = 1; got > 0 && *len < MAX_FILE; *len += (size_t)got) {
        do
            got = read(fd, text + *len, MAX_FILE - *len);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return cannot_read(path, error);
    }
    if (*len < MAX_FILE)
        return true;
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_CONFIG, "'%s' is no file of keys: longer than %d bytes", path,
                MAX_FILE);
    return false;
}

struct keys *keys_load(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        cannot_read(path, error);
        return NULL;
    }
    char text[MAX_FILE];
    size_t len = 0;
    struct keys *keys = NULL;
    if (is_safe(fd, path, error) && read_all(fd, path, text, &len, error))
        keys = keys_parse(path, (struct view){.data = text, .len = len}, error);
    explicit_bzero(text, sizeof text);
    close(fd);
    return keys;
}

void keys_free(struct keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < keys->count; i++) {
        g_free(keys->at[i].name);
        g_hmac_unref(keys->at[i].hmac);
    }
    g_free(keys);
}

/* --- tags --------------------------------------------------------------------------------------------------------- */

static const char BASE32[] = "abcdefghijklmnopqrstuvwxyz234567";

static void make_tag(const struct key *key, struct view statement, char tag[static KEYS_TAG])
{
    unsigned char digest[32];
    gsize len = sizeof digest;
    GHmac *hmac = g_hmac_copy(key->hmac);
    g_hmac_update(hmac, (const guchar *)statement.data, (gssize)statement.len);
    g_hmac_get_digest(hmac, digest, &len);
    g_hmac_unref(hmac);
    unsigned bits = 0, held = 0;
    size_t n = 0;
    for (size_t i = 0; i < TAG_BYTES; i++) {
        bits = bits << 8 | digest[i];
        for (held += 8; held >= 5; held -= 5)
            tag[n++] = BASE32[bits >> (held - 5) & 31];
    }
}

const char *keys_sign(const struct keys *keys, struct view statement, char tag[static KEYS_TAG])
{
    make_tag(&keys->at[0], statement, tag);
    return keys->at[0].name;
}

bool keys_is_tag(struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!g_ascii_isalpha(text.data[i]) && (text.data[i] < '2' || text.data[i] > '7'))
            return false;
    }
    return text.len == KEYS_TAG;
}

const char *keys_prove(const struct keys *keys, struct view statement, struct view tag)
{
    if (tag.len != KEYS_TAG)
        return NULL;
    for (size_t i = 0; i < keys->count; i++) {
        char right[KEYS_TAG];
        unsigned differ = 0;
        make_tag(&keys->at[i], statement, right);
        for (size_t k = 0; k < KEYS_TAG; k++)
            differ |= (unsigned char)(right[k] ^ view_fold(tag.data[k]));
        if (differ == 0)
            return keys->at[i].name;
    }
    return NULL;
}

void keys_fingerprint(const struct keys *keys, GString *into)
{
    for (size_t i = 0; i < keys->count; i++) {
        char tag[KEYS_TAG];
        make_tag(&keys->at[i], VIEW("winnow-keys\n"), tag);
        g_string_append_printf(into, "%s %.*s\n", keys->at[i].name, KEYS_TAG, tag);
    }
}
