/* SPDX-License-Identifier: MIT
 * Mail systems whose reports are a fixed sentence with the recipient in it, or a heading with a list below: a row each.
 * From their sources and manuals: Postfix bounce(5), Courier's dsn*.txt, OpenSMTPD's bounce.c, DragonFly's dma, Apache
 * James's mailets, MMDF, smail 3, XMail, ZMailer, fml; appliances and hosts by their habits. */
#include "core/bounce/layouts.h"

static const struct layout layouts[] = {
    /* "This is the mail system at host mx.example.org." (2.3 on), "This is the Postfix program at host …" */
    {"postfix", "to inform you that your message could not be delivered", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON,
     EVENT_BOUNCE, false},
    {"postfix", "to inform you that the message returned below could not be delivered", NULL, NULL,
     ENTRY_BRACKETS | ENTRY_COLON, EVENT_BOUNCE, false},
    {"postfix", "It will be retried until it is", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_DELAY, false},
    {"postfix", "successfully delivered to the destination(s) listed below", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON,
     EVENT_DELIVERY, false},
    {"postfix", "This is the mail system at host", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_NONE, false},
    {"postfix", "Postfix program at host", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_NONE, false},
    {"courier", "running the Courier mail server", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON | ENTRY_ALONE, EVENT_NONE,
     false},
    {"opensmtpd", "to deliver a message for the following list of recipients:", NULL, NULL, ENTRY_COLON, EVENT_BOUNCE,
     false},
    {"opensmtpd", "message is delayed for more than", "following list of recipients:", NULL, ENTRY_COLON, EVENT_DELAY,
     false},
    {"opensmtpd", "Your message was successfully delivered to these recipients:", NULL, NULL, ENTRY_COLON,
     EVENT_DELIVERY, false},
    {"dragonfly", "DragonFly Mail Agent", "error delivering your mail to", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"apache-james", "I include the list of recipients and the reason why",
     "Failed recipient(s):", "Error message:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"apache-james", "Error message below:", "RCPT TO:", "Error message below:", IN_SENTENCE, EVENT_BOUNCE, true},
    {"mmdf", "attempts are still pending for the following address(es):", NULL, NULL, ENTRY_ANY, EVENT_DELAY, false},
    {"mmdf", "Your message could not be delivered to '", "could not be delivered to", "reason:", IN_SENTENCE,
     EVENT_BOUNCE, false},
    {"smail", "Failed addresses follow:", NULL, NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"momentum", "mail system (ecelerity)", "address(es) failed:", NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"momentum", "mail system (ecelerity)", ">>>", NULL, IN_SENTENCE, EVENT_NONE, false},
    {"mailfoundry", "Delivery failed for the following reason:", "Unable to deliver message to:", "following reason:",
     IN_SENTENCE, EVENT_BOUNCE, false},
    {"mailenable", "MailEnable: Message could not be delivered", "Recipient:", "Reason:", IN_SENTENCE, EVENT_BOUNCE,
     false},
    {"hmailserver", "hMailServer", "recipient(s) could not be reached:", NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"smartermail", "Could not deliver message to the following recipient(s):", "Failed Recipient:", NULL, IN_SENTENCE,
     EVENT_BOUNCE, false},
    /* Openwave's InterMail and Netscape's servers before it: "Recipient: <…> / Reason: …", or a list behind the reason.
     */
    {"intermail", "Each of the following recipients was rejected by a remote mail server",
     "Recipient:", "Reason:", IN_SENTENCE, EVENT_BOUNCE, false},
    {"intermail", "This Message was undeliverable due to the following reason", NULL,
     "the following reason:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"xmail", "XMail bounce: Rcpt=[", "XMail bounce: Rcpt=[", "reason of the delivery failure was:", IN_SENTENCE,
     EVENT_BOUNCE, false},
    {"zmailer", "collection of reports about email delivery", "Original Recipient:", "Diagnostic texts:", IN_SENTENCE,
     EVENT_BOUNCE, false},
    {"phquery", "Error Detail (phquery", "Message not delivered to the following", "Error Detail", ENTRY_ANY,
     EVENT_BOUNCE, false},
    /* Providers. */
    {"zoho", "ERROR_CODE :", "This is a permanent error.", NULL, ENTRY_ANY, EVENT_BOUNCE, false},
    {"zoho", "[Status: Error, Address:", "[Status: Error, Address:", NULL, IN_SENTENCE, EVENT_NONE, false},
    {"gmx", "The following address failed:", NULL, "Reason:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"gmx", "The following addresses failed:", NULL, "Reason:", ENTRY_ANY, EVENT_BOUNCE, false},
    {"intermail", "following recipients did not receive this message:", NULL, "Your message was not delivered",
     ENTRY_BRACKETS, EVENT_BOUNCE, false},
    {"kddi", "Your mail sent on:", "Could not be delivered to:", NULL, IN_SENTENCE, EVENT_BOUNCE, false},
    {"biglobe", "Non-delivered information", "The following addresses had delivery problems",
     "Non-delivered information", ENTRY_ANY, EVENT_BOUNCE, false},
    {"yahoo-groups", "We are unable to deliver the message from", "to", NULL, IN_SENTENCE, EVENT_BOUNCE, true},
    {"powermta", "find a list of the affected recipients", NULL, NULL, ENTRY_BRACKETS | ENTRY_COLON, EVENT_NONE, false},
    /* Hosts and appliances that do not name their maker. */
    {"heading", "to the following recipients failed permanently:", NULL, "Technical details:", ENTRY_ANY, EVENT_BOUNCE,
     false},
    {"sentence", "cannot be delivered to the following recipients:", "Recipient: [", "Reason:", IN_SENTENCE,
     EVENT_BOUNCE, false},
};

/* Asked before all that judge by words who writes: these do so in a list's name, with advice like a list's business. */
static const struct layout list_managers[] = {
    /* fml answers posts in the list's name; what it refuses never reached the list, which is the address that was
       mailed. */
    {"fml", "You are not a member of this mailing list <", "this mailing list", NULL, IN_SENTENCE | SAYS_IT_ALL,
     EVENT_BOUNCE, true},
    {"fml", "Duplicated Message-ID in <", "Message-ID in", NULL, IN_SENTENCE | SAYS_IT_ALL, EVENT_BOUNCE, true},
};

bool read_layouts(struct reading *reading)
{
    return layouts_read(reading, layouts, G_N_ELEMENTS(layouts));
}

bool read_list_manager(struct reading *reading)
{
    return layouts_read(reading, list_managers, G_N_ELEMENTS(list_managers));
}
