/* SPDX-License-Identifier: MIT */
#include "tests/attribution/people.h"

/* %u: the number of the family, which is four neighbours of one domain. The second of a family is the end of the first,
 * the fourth that or a tag of the third. */
static const char *const FAMILIES[][4] = {
    {"jean-pierre%u", "pierre%u", "ann.lee%u", "ann.lee%u+news"},
    {"Mixed.Case%u", "case%u", "o'brien%u", "o'brien%u+tag"},
    {"first-second-third%u", "second-third%u", "user%u", "user%u-x"},
    {"a_b%u", "b%u", "x.y.z%u", "x.y.z%u+lists"},
    {"j\xc3\xb6rg-uwe%u", "uwe%u", "za\xc3\xbc%u", "za%u"},
    {"e=mc%u", "mc%u", "list-owner%u", "owner%u"},
    {"7-kim%u", "kim%u", "g-7-li%u", "li%u"},
};
static const char *const DOMAINS[] = {
    "example.com", "example.net", "mail.example.org", "b\303\274cher.example", "Example.ORG", "d%u.example.org",
};

struct view person_address(guint32 n, struct pool *pool)
{
    guint32 family = n / 4;
    const char *local = FAMILIES[family % G_N_ELEMENTS(FAMILIES)][n % 4];
    const char *domain = DOMAINS[family / G_N_ELEMENTS(FAMILIES) % G_N_ELEMENTS(DOMAINS)];
    char left[64], right[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_snprintf(left, sizeof left, local, family);
    g_snprintf(right, sizeof right, domain, family % 997);
#pragma GCC diagnostic pop
    return pool_printf(pool, "%s@%s", left, right);
}

void person_id(guint32 n, char into[static ID_LENGTH + 1])
{
    guint32 mixed = n * 2654435761u;
    g_snprintf(into, ID_LENGTH + 1, "%08x-%04x-4%03x-a%03x-%012x", mixed, n & 0xffff, n >> 20, n & 0xfff, n);
}

struct view stranger_address(guint32 n, struct pool *pool)
{
    return pool_printf(pool, "nobody%u@elsewhere.example.net", n);
}
