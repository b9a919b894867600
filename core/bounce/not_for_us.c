/* SPDX-License-Identifier: MIT
 * Reports that look like bounces by their form and are none: disposition notifications (RFC 8098), aggregate reports on
 * DMARC and TLS (RFC 7489 7.2, RFC 8460). */
#include "core/bounce/reader.h"

bool read_not_for_us(struct reading *reading)
{
    const struct mail *mail = reading->mail;
    if (mail_part(mail, PART_DELIVERY_STATUS) || mail_part(mail, PART_FEEDBACK))
        return false;
    bool receipt = mail_part(mail, PART_DISPOSITION) || view_equal(mail->report_type, VIEW("disposition-notification"));
    bool aggregate = view_equal(mail->report_type, VIEW("tlsrpt"));
    if (!receipt && !aggregate)
        return false;
    return reading_add(reading, EVENT_NONE) != NULL;
}
