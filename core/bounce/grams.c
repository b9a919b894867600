/* SPDX-License-Identifier: MIT */
#include "core/bounce/grams.h"

/* White space is 0 here, letters are folded; a few other bytes fall together, which only costs a closer look. */
static unsigned char folded(unsigned char c)
{
    return c <= ' ' ? 0 : c | 0x20;
}

/* Three bytes side by side, and how many of them are known not to be white space. */
struct window {
    guint32 bytes;
    unsigned solid;
};

static bool slide(struct window *w, char byte)
{
    unsigned char c = folded((unsigned char)byte);
    w->solid = c ? w->solid + 1 : 0;
    w->bytes = w->bytes << 8 | c;
    return w->solid >= 3;
}

static unsigned gram(const struct window *w)
{
    return (w->bytes << 8) * 2654435761u >> 19; /* 13 bits */
}

void grams_add(struct grams *grams, struct view text)
{
    G_STATIC_ASSERT(GRAM_BITS == 1 << 13);
    struct window window = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (!slide(&window, text.data[i]))
            continue;
        unsigned bit = gram(&window);
        grams->bits[bit / 64] |= (guint64)1 << (bit % 64);
    }
}

bool grams_may_hold(const struct grams *grams, const char *words)
{
    struct window window = {0};
    for (; *words; words++) {
        if (!slide(&window, *words))
            continue;
        unsigned bit = gram(&window);
        if ((grams->bits[bit / 64] & (guint64)1 << (bit % 64)) == 0)
            return false;
    }
    return true;
}

struct gram_probe grams_probe(const char *words)
{
    struct window window = {0};
    struct gram_probe probe = {.count = 0};
    for (; *words && probe.count < G_N_ELEMENTS(probe.bits); words++) {
        if (slide(&window, *words))
            probe.bits[probe.count++] = (guint16)gram(&window);
    }
    return probe;
}

bool grams_may_hold_all(const struct grams *grams, const struct gram_probe *probe)
{
    for (unsigned i = 0; i < probe->count; i++) {
        unsigned bit = probe->bits[i];
        if ((grams->bits[bit / 64] & (guint64)1 << (bit % 64)) == 0)
            return false;
    }
    return true;
}
