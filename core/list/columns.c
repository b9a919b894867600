/* SPDX-License-Identifier: MIT */
#include "core/list/columns.h"

#include "core/error.h"

/* Headers of address columns as mail programs, CRMs and people write them; the earlier wins. */
static const char *const EMAIL_NAMES[] = {
    "email",
    "e-mail",
    "email address",
    "e-mail address",
    "subscriber email",
    "email addr",
    "emailid",
    "contact email",
    "customer email",
    "user email",
    "member email",
    "recipient",
    "recipient email",
    "primary email",
    "email 1",
    "email 1 - value",
    "person email",
    "work email",
    "mail",
    "mail address",
    "address email",
    "smtp address",
    "E-Mail-Adresse",
    "Emailadresse",
    "Mailadresse",
    "E-Mail Adressen",
    "correo electrónico",
    "correo",
    "dirección de correo",
    "dirección de correo electrónico",
    "dirección de email",
    "courriel",
    "adresse e-mail",
    "adresse mail",
    "adresse de courriel",
    "adresse électronique",
    "posta elettronica",
    "indirizzo email",
    "indirizzo e-mail",
    "indirizzo di posta elettronica",
    "endereço de e-mail",
    "endereço de email",
    "correio eletrônico",
    "e-mailadres",
    "mailadres",
    "e-postadress",
    "epost",
    "e-post",
    "e-postadresse",
    "mailadresse",
    "sähköposti",
    "sähköpostiosoite",
    "e-posta",
    "e-posta adresi",
    "eposta",
    "adres e-mail",
    "adres email",
    "poczta",
    "emailová adresa",
    "e-mailová adresa",
    "email cím",
    "e-mail cím",
    "adresă de e-mail",
    "el. paštas",
    "e-pasts",
    "e-mail адрес",
    "почта",
    "электронная почта",
    "адрес электронной почты",
    "эл. почта",
    "имейл",
    "електронна пошта",
    "пошта",
    "ηλεκτρονικό ταχυδρομείο",
    "דואר אלקטרוני",
    "אימייל",
    "البريد الإلكتروني",
    "بريد إلكتروني",
    "ईमेल",
    "邮箱",
    "电子邮件",
    "电子邮箱",
    "邮件地址",
    "邮箱地址",
    "電子郵件",
    "電子信箱",
    "メール",
    "メールアドレス",
    "電子メール",
    "Eメール",
    "이메일",
    "이메일 주소",
    "메일",
    "อีเมล",
};

static const char *const ID_NAMES[] = {
    "id",
    "subscriber id",
    "subscriber key",
    "contact id",
    "contact key",
    "recipient id",
    "member id",
    "customer id",
    "user id",
    "person id",
    "lead id",
    "record id",
    "profile id",
    "account id",
    "uuid",
    "guid",
    "uid",
    "euid",
    "leid",
    "external id",
    "unique id",
    "subid",
    "sid",
    "cid",
    "crm id",
    "client id",
    "kundennummer",
    "kunden-id",
    "kundennr",
    "abonnenten-id",
    "mitgliedsnummer",
    "id client",
    "id contact",
    "id abonné",
    "id cliente",
    "id contacto",
    "id contatto",
    "id suscriptor",
    "klantnummer",
    "номер",
    "идентификатор",
    "编号",
    "会員ID",
    "顧客ID",
};

/* Letters and digits only, caseless, without accents. */
static char *normalise(const char *name)
{
    g_autofree char *folded = g_utf8_casefold(name, -1);
    g_autofree char *apart = g_utf8_normalize(folded, -1, G_NORMALIZE_ALL);
    GString *out = g_string_new(NULL);
    for (char *p = apart; p && *p; p = g_utf8_next_char(p))
        if (g_unichar_isalnum(g_utf8_get_char(p)))
            g_string_append_unichar(out, g_utf8_get_char(p));
    return g_string_free(out, FALSE);
}

/* Names of the sample, normalised once. */
static GPtrArray *normalised_names(const struct sample *sample)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < sample->names->len; i++)
        g_ptr_array_add(names, normalise(sample->names->pdata[i]));
    return names;
}

static ssize_t index_from(const GPtrArray *names, const char *name, size_t from)
{
    for (size_t i = from; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return (ssize_t)i;
    return -1;
}

static bool fail(GError **error, const char *path, const struct sample *sample, const char *problem)
{
    g_autofree char *columns = sample_describe(sample);
    g_set_error(error, WINNOW_ERROR, WINNOW_ERROR_INPUT, "cannot use list '%s': %s; its columns are %s", path, problem,
                columns);
    return false;
}

/* A name that must not stand twice: which of the two is meant would be a guess. */
static bool is_single(const GPtrArray *names, ssize_t at, const char *path, const struct sample *sample, GError **error)
{
    ssize_t again = index_from(names, names->pdata[at], (size_t)at + 1);
    if (again < 0)
        return true;
    g_autofree char *problem = g_strdup_printf("columns %zd and %zd are both named '%s', give the number instead",
                                               at + 1, again + 1, (char *)sample->names->pdata[at]);
    return fail(error, path, sample, problem);
}

/* A column that the user asks for: by name as it stands, by normalised name, by number. */
static bool find_wanted(const struct sample *sample, const char *path, const char *wanted, bool header, size_t *column,
                        GError **error)
{
    g_autoptr(GPtrArray) names = normalised_names(sample);
    g_autofree char *name = normalise(wanted);
    ssize_t exact = header ? index_from(sample->names, wanted, 0) : -1;
    ssize_t alike = header && *name ? index_from(names, name, 0) : -1;
    if (exact >= 0 || alike >= 0) {
        *column = (size_t)(exact >= 0 ? exact : alike);
        return exact >= 0 ? is_single(sample->names, exact, path, sample, error)
                          : is_single(names, alike, path, sample, error);
    }
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(wanted, 10, 1, sample->names->len, &number, NULL)) {
        *column = (size_t)number - 1;
        return true;
    }
    g_autofree char *problem =
        g_strdup_printf(header ? "it has no column '%s'" : "it has no header row and no column '%s'", wanted);
    return fail(error, path, sample, problem);
}

static ssize_t find_named(const GPtrArray *names, const char *const *known, size_t count, ssize_t except)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *name = normalise(known[i]);
        ssize_t at = index_from(names, name, 0);
        if (at >= 0 && at != except)
            return at;
    }
    return -1;
}

ssize_t columns_named(const struct sample *sample, const char *const *known)
{
    size_t count = 0;
    while (known[count])
        count++;
    g_autoptr(GPtrArray) names = normalised_names(sample);
    ssize_t named = find_named(names, known, count, -1);
    return named >= 0 && index_from(names, names->pdata[named], (size_t)named + 1) < 0 ? named : -1;
}

ssize_t columns_named_email(const struct sample *sample)
{
    g_autoptr(GPtrArray) names = normalised_names(sample);
    return find_named(names, EMAIL_NAMES, G_N_ELEMENTS(EMAIL_NAMES), -1);
}

/* The column with most addresses, the first of equals; -1 without any. */
static ssize_t fullest(const struct sample *sample)
{
    ssize_t best = -1;
    for (guint i = 0; i < sample->columns->len; i++)
        if (sample_column(sample, i)->addresses > (best < 0 ? 0 : sample_column(sample, (size_t)best)->addresses))
            best = (ssize_t)i;
    return best;
}

unsigned columns_best_share(const struct sample *sample)
{
    ssize_t best = fullest(sample);
    return best < 0 ? 0 : sample_column(sample, (size_t)best)->addresses * 100 / sample->rows;
}

/* A header can lie: "mail" may hold yes and no. */
static bool cells_agree(const struct sample *sample, size_t column)
{
    const struct sample_column *c = sample_column(sample, column);
    return c->addresses > 0 || c->filled == 0;
}

/* The second column that holds addresses in most rows, which makes looking at the cells a guess; -1: none. */
static ssize_t rival(const struct sample *sample, size_t best)
{
    for (guint i = 0; i < sample->columns->len; i++)
        if (i != best && sample_column(sample, i)->addresses * 2 > sample->rows)
            return (ssize_t)i;
    return -1;
}

static bool find_by_cells(const struct sample *sample, const char *path, size_t *column, GError **error)
{
    ssize_t best = fullest(sample);
    if (best < 0 || columns_best_share(sample) <= 50)
        return fail(error, path, sample, "no column of it holds addresses, name one with --email-column");
    ssize_t other = rival(sample, (size_t)best);
    if (other >= 0) {
        g_autofree char *problem =
            g_strdup_printf("columns %zd and %zd both hold addresses, name one with --email-column",
                            MIN(best, other) + 1, MAX(best, other) + 1);
        return fail(error, path, sample, problem);
    }
    *column = (size_t)best;
    return true;
}

bool columns_find(const struct sample *sample, const char *path, const char *wanted, bool header, ssize_t *column,
                  GError **error)
{
    size_t found = 0;
    *column = -1;
    if (!wanted)
        return true;
    if (!find_wanted(sample, path, wanted, header, &found, error))
        return false;
    *column = (ssize_t)found;
    return true;
}

bool columns_find_email(const struct sample *sample, const char *path, const char *wanted, bool header, size_t *column,
                        GError **error)
{
    if (wanted)
        return find_wanted(sample, path, wanted, header, column, error);
    g_autoptr(GPtrArray) names = normalised_names(sample);
    ssize_t named = header ? find_named(names, EMAIL_NAMES, G_N_ELEMENTS(EMAIL_NAMES), -1) : -1;
    if (named >= 0 && (cells_agree(sample, (size_t)named) || columns_best_share(sample) <= 50)) {
        *column = (size_t)named;
        return is_single(names, named, path, sample, error);
    }
    return find_by_cells(sample, path, column, error);
}

bool columns_find_id(const struct sample *sample, const char *path, const char *wanted, bool header, size_t email,
                     ssize_t *column, GError **error)
{
    if (!columns_find(sample, path, wanted, header, column, error))
        return false;
    if (wanted || !header)
        return true;
    g_autoptr(GPtrArray) names = normalised_names(sample);
    ssize_t named = find_named(names, ID_NAMES, G_N_ELEMENTS(ID_NAMES), (ssize_t)email);
    bool single = named >= 0 && index_from(names, names->pdata[named], (size_t)named + 1) < 0;
    *column = single ? named : -1;
    return true;
}

void columns_notice_duplicates(const struct sample *sample, GPtrArray *notices)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < sample->names->len; i++) {
        char *name = sample->names->pdata[i];
        guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, name));
        if (first && *name)
            g_ptr_array_add(notices, g_strdup_printf("columns %u and %u are both named '%s'", first, i + 1, name));
        if (!first)
            g_hash_table_insert(seen, name, GUINT_TO_POINTER(i + 1));
    }
}
