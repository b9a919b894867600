/* SPDX-License-Identifier: MIT */
#include "core/limits.h"
#include "core/mail/reader.h"

/* What is being filled. */
struct found {
    struct view *out;
    size_t count, max;
    struct pool *pool;
};

static void add(struct found *found, struct view address)
{
    address = view_trim(address);
    if (found->count < found->max && address.len <= LIMIT_ADDRESS && view_last_index(address, '@') > 0 &&
        view_last_index(address, '@') + 1 < (ssize_t)address.len)
        found->out[found->count++] = address;
}

/* `a@b`, `<a@b>`, `Name <a@b>`; false if it is none of these. */
static bool add_simple(struct found *found, struct view item)
{
    item = view_trim(item);
    if (item.len == 0)
        return true;
    if (item.data[item.len - 1] == '>') {
        ssize_t open = view_last_index(item, '<');
        if (open < 0)
            return false;
        item = view_range(item.data + open + 1, item.data + item.len - 1);
    }
    for (size_t i = 0; i < item.len; i++) {
        if (g_ascii_isspace(item.data[i]) || item.data[i] == '<' || item.data[i] == '>')
            return false;
    }
    add(found, item);
    return true;
}

/* A list without quotes, comments, groups and routes: nearly all. Outlook separates with ';'. */
static bool add_simple_list(struct found *found, struct view value)
{
    static const char SPECIALS[] = "\"(\\:[";
    for (const char *c = SPECIALS; *c; c++) {
        if (view_index(value, *c) >= 0)
            return false;
    }
    size_t before = found->count;
    while (value.len > 0) {
        size_t len = 0;
        while (len < value.len && value.data[len] != ',' && value.data[len] != ';')
            len++;
        if (!add_simple(found, view_first(value, len))) {
            found->count = before;
            return false;
        }
        value = view_from(value, len + 1);
    }
    return true;
}

/* The list with everything that RFC 5322 3.4 allows. */
static void add_gmime_list(struct found *found, InternetAddressList *list)
{
    for (int i = 0; i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address))
            add_gmime_list(found, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)));
        else if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
            struct view text = view_of(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
            add(found, pool_copy(found->pool, text));
        }
    }
}

/* GMime reads groups by recursion; as deep as hostile mail nests them that would be the end of the stack. */
static bool is_safe_for_gmime(struct view value)
{
    enum { GROUPS = 64 };
    size_t colons = 0;
    for (size_t i = 0; i < value.len; i++)
        colons += value.data[i] == ':';
    return colons <= GROUPS;
}

static void add_with_gmime(struct found *found, struct view value)
{
    g_autofree char *text = view_dup(value);
    g_autoptr(InternetAddressList) list = internet_address_list_parse(mail_gmime_options(), text);
    if (list)
        add_gmime_list(found, list);
}

/* Whatever has an '@' in it, where nothing else made sense of the header. */
static void add_words(struct found *found, struct view value)
{
    static const char ENDS[] = " \t\r\n<>,;()\"";
    size_t start = 0;
    for (size_t i = 0; i <= value.len; i++) {
        if (i < value.len && value.data[i] && !strchr(ENDS, value.data[i]))
            continue;
        add(found, view_range(value.data + start, value.data + i));
        start = i + 1;
    }
}

size_t mail_addresses(struct view value, struct view *out, size_t max, struct pool *pool)
{
    enum { LONGEST = LIMIT_HEADER_BLOCK };
    struct found found = {.out = out, .max = max, .pool = pool};
    value = view_first(value, LONGEST);
    if (value.len == 0 || max == 0 || !memchr(value.data, '@', value.len))
        return 0;
    if (add_simple_list(&found, value))
        return found.count;
    if (is_safe_for_gmime(value))
        add_with_gmime(&found, value);
    if (found.count == 0)
        add_words(&found, value);
    return found.count;
}
