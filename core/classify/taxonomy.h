/* SPDX-License-Identifier: MIT
 * Amazon SES's taxonomy of bounces (bounceType/bounceSubType) and whose fault each is. Source: Amazon SES developer
 * guide, "Amazon SNS notification contents". */
#ifndef WINNOW_CLASSIFY_TAXONOMY_H
#define WINNOW_CLASSIFY_TAXONOMY_H

#include "core/view.h"

/* X(enumerator, type, subtype); the first is the zero value and what is said when nothing is known. */
#define SES_CLASSES(X)                                                                                                 \
    X(UNDETERMINED, Undetermined, Undetermined)                                                                        \
    X(PERMANENT_GENERAL, Permanent, General)                                                                           \
    X(PERMANENT_NO_EMAIL, Permanent, NoEmail)                                                                          \
    X(PERMANENT_SUPPRESSED, Permanent, Suppressed)                                                                     \
    X(PERMANENT_ON_ACCOUNT_LIST, Permanent, OnAccountSuppressionList)                                                  \
    X(PERMANENT_ON_TENANT_LIST, Permanent, OnTenantSuppressionList)                                                    \
    X(PERMANENT_VALIDATION, Permanent, EmailValidationSuppressed)                                                      \
    X(PERMANENT_UNSUBSCRIBED, Permanent, UnsubscribedRecipient)                                                        \
    X(TRANSIENT_GENERAL, Transient, General)                                                                           \
    X(TRANSIENT_MAILBOX_FULL, Transient, MailboxFull)                                                                  \
    X(TRANSIENT_MESSAGE_TOO_LARGE, Transient, MessageTooLarge)                                                         \
    X(TRANSIENT_CUSTOM_TIMEOUT, Transient, CustomTimeoutExceeded)                                                      \
    X(TRANSIENT_CONTENT_REJECTED, Transient, ContentRejected)                                                          \
    X(TRANSIENT_ATTACHMENT_REJECTED, Transient, AttachmentRejected)

enum ses_class {
#define SES_ENUM(id, type, subtype) SES_##id,
    SES_CLASSES(SES_ENUM)
#undef SES_ENUM
        SES_CLASS_COUNT
};

enum ses_type { SES_TYPE_UNDETERMINED, SES_TYPE_PERMANENT, SES_TYPE_TRANSIENT };

/* Who has to act. X(enumerator, name in records) */
#define FAULTS(X)                                                                                                      \
    X(UNKNOWN, "unknown")                                                                                              \
    X(RECIPIENT, "recipient")                                                                                          \
    X(SENDER, "sender")                                                                                                \
    X(MESSAGE, "message")                                                                                              \
    X(NETWORK, "network")

enum fault {
#define FAULT_ENUM(id, name) FAULT_##id,
    FAULTS(FAULT_ENUM)
#undef FAULT_ENUM
        FAULT_COUNT
};

enum ses_type ses_type(enum ses_class class);
const char *ses_type_name(enum ses_class class);    /* "Permanent" */
const char *ses_subtype_name(enum ses_class class); /* "NoEmail" */
/* The class named "Permanent/NoEmail" (as policies, rules and records write it, any case); false if there is none. */
bool ses_class_parse(struct view text, enum ses_class *class);
const char *fault_name(enum fault fault);
bool fault_parse(struct view text, enum fault *fault);

#endif
