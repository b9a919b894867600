/* SPDX-License-Identifier: MIT */
#include "reports/words.h"

static const struct {
    const char *key, *title, *advice;
} CAUSE_WORDS[] = {[CAUSE_NONE] = {"", "", ""},
#define CAUSE_ENTRY(id, key, title, advice) [CAUSE_##id] = {key, title, advice},
                   CAUSES(CAUSE_ENTRY)
#undef CAUSE_ENTRY
};

static const enum cause CAUSE_OF_CLASS[SES_CLASS_COUNT] = {
    [SES_TRANSIENT_CONTENT_REJECTED] = CAUSE_CONTENT,
    [SES_TRANSIENT_MESSAGE_TOO_LARGE] = CAUSE_SIZE,
    [SES_TRANSIENT_ATTACHMENT_REJECTED] = CAUSE_ATTACHMENT,
    [SES_TRANSIENT_CUSTOM_TIMEOUT] = CAUSE_TIMEOUT,
};

static const enum cause CAUSE_OF_FAULT[FAULT_COUNT] = {
    [FAULT_SENDER] = CAUSE_REPUTATION,
    [FAULT_MESSAGE] = CAUSE_MESSAGE,
    [FAULT_NETWORK] = CAUSE_NETWORK,
};

enum cause cause_of(enum ses_class class, enum fault fault)
{
    return CAUSE_OF_CLASS[class] ? CAUSE_OF_CLASS[class] : CAUSE_OF_FAULT[fault];
}

const char *cause_key(enum cause cause)
{
    return CAUSE_WORDS[cause].key;
}

const char *cause_title(enum cause cause)
{
    return CAUSE_WORDS[cause].title;
}

const char *cause_advice(enum cause cause)
{
    return CAUSE_WORDS[cause].advice;
}

static const struct {
    const char *meaning, *consequence;
    bool in_rate;
} CLASS_WORDS[SES_CLASS_COUNT] = {
    [SES_UNDETERMINED] = {"the bounce does not say why", "kept, shown apart", false},
    [SES_PERMANENT_GENERAL] = {"refused for good, without a more exact reason", "removed", true},
    [SES_PERMANENT_NO_EMAIL] = {"the address does not exist", "removed", true},
    [SES_PERMANENT_SUPPRESSED] = {"on the suppression list of the sending service", "removed", true},
    [SES_PERMANENT_ON_ACCOUNT_LIST] = {"on the account's own suppression list; not sent", "removed", false},
    [SES_PERMANENT_ON_TENANT_LIST] = {"on the tenant's own suppression list; not sent", "removed", false},
    [SES_PERMANENT_VALIDATION] = {"judged invalid before sending; not sent", "removed", false},
    [SES_PERMANENT_UNSUBSCRIBED] = {"unsubscribed from the contact list; not sent", "removed", false},
    [SES_TRANSIENT_GENERAL] = {"refused for now, or undeliverable until the sender gave up",
                               "held 3 days; removed after 5 bounces within 30 days", false},
    [SES_TRANSIENT_MAILBOX_FULL] = {"the mailbox is full", "held 7 days; removed after 5 bounces over 30 days", false},
    [SES_TRANSIENT_MESSAGE_TOO_LARGE] = {"the message is too large", "kept: ours to mend", false},
    [SES_TRANSIENT_CUSTOM_TIMEOUT] = {"the sender's own time limit ran out", "kept: ours to mend", false},
    [SES_TRANSIENT_CONTENT_REJECTED] = {"the content was refused", "kept: ours to mend", false},
    [SES_TRANSIENT_ATTACHMENT_REJECTED] = {"an attachment was refused", "kept: ours to mend", false},
};

const char *words_meaning(enum ses_class class)
{
    return CLASS_WORDS[class].meaning;
}

const char *words_consequence(enum ses_class class)
{
    return CLASS_WORDS[class].consequence;
}

bool words_counts_in_rate(enum ses_class class)
{
    return CLASS_WORDS[class].in_rate;
}

char *words_class(enum ses_class class)
{
    return g_strdup_printf("%s/%s", ses_type_name(class), ses_subtype_name(class));
}

char *words_number(guint64 n)
{
    char digits[24];
    int len = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, n);
    GString *out = g_string_sized_new(32);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

char *words_of(guint64 n, const char *one, const char *many)
{
    g_autofree char *number = words_number(n);
    return g_strdup_printf("%s %s", number, n == 1 ? one : many);
}

char *words_percent(guint64 part, guint64 whole)
{
    if (whole == 0)
        return g_strdup("–");
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    double percent = 100.0 * (double)part / (double)whole;
    g_ascii_formatd(digits, sizeof digits, part && percent < 1.0 ? "%.3f" : "%.2f", percent);
    return g_strdup_printf("%s %%", digits);
}

char *words_time(gint64 time, bool iso)
{
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(time);
    if (!at)
        return g_strdup("");
    return g_date_time_format(at, iso ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M UTC");
}
