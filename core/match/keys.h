/* SPDX-License-Identifier: MIT
 * The secret keys of signed return paths (signed.h), one a line: a name, white space, the key in hexadecimal; '#'
 * begins a comment line. The first key signs and every key proves: a new one is put above the old one, which is taken
 * out when no bounce of its time is expected any more. No error ever quotes from the file. Const once loaded, shared by
 * threads.
 */
#ifndef WINNOW_MATCH_KEYS_H
#define WINNOW_MATCH_KEYS_H

#include "core/view.h"

struct keys;

/* Reads the file, a pipe too. WINNOW_ERROR_CONFIG, with file and line: a key shorter than SHA-256's output (RFC 2104 3)
 * or plainly not random, a name twice, no key at all; and a file that others may read or write: the user's own one must
 * be closed to group and others, as ssh(1) wants it of a private key; one that belongs to somebody else (root's, for a
 * service of this group) to others. */
struct keys *keys_load(const char *path, GError **error);
/* The same of its text; `name` stands in errors. */
struct keys *keys_parse(const char *name, struct view text, GError **error);
void keys_free(struct keys *keys);
typedef struct keys keys_auto; /* for g_autoptr(), under a name that no variable has */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(keys_auto, keys_free)

/* The first 80 bits of HMAC-SHA-256 (RFC 2104 5: not less) in base32 (RFC 4648 6), lower case. */
enum { KEYS_TAG = 16 };

/* The tag of `statement` by the first key; not NUL-terminated. Returns that key's name. */
const char *keys_sign(const struct keys *keys, struct view statement, char tag[static KEYS_TAG]);
/* The name of the key by which `tag` is the tag of `statement`, in any case; NULL if it is by none. Takes the same time
 * wherever a wrong tag differs. */
const char *keys_prove(const struct keys *keys, struct view statement, struct view tag);

bool keys_is_tag(struct view text);

/* Appends lines that tell these keys from others, and tell nobody the keys. */
void keys_fingerprint(const struct keys *keys, GString *into);

#endif
