/* SPDX-License-Identifier: MIT
 * A report inside a report: gateways (Trend Micro's InterScan among them) hang what the mail system behind them wrote
 * to a message of their own, which names nobody. The status fields of the inner one are read as they stand. */
#include "core/bounce/entries.h"
#include "core/bounce/prose.h"

/* Is the returned message a delivery report (RFC 3464) and not only one that quotes or carries some? */
static bool is_report(const struct headers *returned)
{
    struct view type = headers_get(returned, "Content-Type");
    return view_begins_fold(type, VIEW("multipart/")) && view_find_fold(type, VIEW("delivery-status")) >= 0;
}

bool read_wrapped(struct reading *reading)
{
    const struct part *returned = mail_part(reading->mail, PART_RETURNED);
    if (!returned || !entries_of_system(reading) || !is_report(&returned->returned) || prose_names_somebody(reading))
        return false;
    return status_fields_in_text(reading, returned->text);
}
