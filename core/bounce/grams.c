/* SPDX-License-Identifier: MIT */
#include "core/bounce/grams.h"

/* White space is 0 here, letters are folded: one table look-up a byte. */
static unsigned char folded(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + ('a' - 'A'));
    return c == ' ' || (c >= '\t' && c <= '\r') ? 0 : c;
}

static unsigned gram(unsigned char a, unsigned char b, unsigned char c)
{
    guint32 mixed = ((guint32)a << 16 | (guint32)b << 8 | c) * 2654435761u;
    return mixed >> 19; /* 13 bits */
}

void grams_add(struct grams *grams, struct view text)
{
    G_STATIC_ASSERT(GRAM_BITS == 1 << 13);
    unsigned char a = 0, b = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = folded((unsigned char)text.data[i]);
        if (a && b && c) {
            unsigned bit = gram(a, b, c);
            grams->bits[bit / 64] |= (guint64)1 << (bit % 64);
        }
        a = b;
        b = c;
    }
}

bool grams_may_hold(const struct grams *grams, const char *words)
{
    unsigned char a = 0, b = 0;
    for (; *words; words++) {
        unsigned char c = folded((unsigned char)*words);
        if (a && b && c) {
            unsigned bit = gram(a, b, c);
            if ((grams->bits[bit / 64] & (guint64)1 << (bit % 64)) == 0)
                return false;
        }
        a = b;
        b = c;
    }
    return true;
}
