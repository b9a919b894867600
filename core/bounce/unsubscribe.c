/* SPDX-License-Identifier: MIT
 * Letters that only ask to be taken off the list: what List-Unsubscribe's mailto makes mail programs send (RFC
 * 2369 3.2), and what people write of their own. The address is the author's. */
#include "core/bounce/letter.h"
#include "core/bounce/signs.h"

enum {
    SHORT_SUBJECT = 100,
    SHORT_TEXT = 600, /* who writes more wants more */
    LONG_TEXT = 3000, /* with a signature and a disclaimer */
};

/* Does `text` begin with the request (or "please", "bitte" and it)? */
static bool opens(struct view text, struct view sign)
{
    return !view_is_empty(sign) && sign.data - text.data <= 24;
}

bool read_unsubscribe(struct reading *reading)
{
    if (reading->from_daemon || view_is_empty(reading->from) || letter_is_list_post(reading))
        return false;
    struct view where[SIGN_COUNT];
    struct view subject = letter_bare_subject(reading);
    struct view own = letter_own_words(reading->text);
    if (own.len > LONG_TEXT)
        return false;
    guint32 said = signs_in(subject, where, reading->pool);
    bool asks =
        signs_have(said, SIGN_UNSUBSCRIBE) && opens(subject, where[SIGN_UNSUBSCRIBE]) && subject.len <= SHORT_SUBJECT;
    if (signs_have(said, SIGN_CONFIRMATION) || signs_have(said, SIGN_REPORT_SUBJECT))
        return false;
    if (!asks && own.len <= SHORT_TEXT && !view_is_empty(own)) {
        guint32 text = signs_in(own, where, reading->pool);
        bool about_it = signs_have(said, SIGN_UNSUBSCRIBE) || letter_is_answer(reading) || view_is_empty(subject);
        asks = signs_have(text, SIGN_UNSUBSCRIBE) && opens(own, where[SIGN_UNSUBSCRIBE]) && about_it;
    }
    /* "unsubscribe?" asks something else. */
    if (!asks || view_index(subject, '?') >= 0)
        return false;
    struct event *event = reading_add(reading, EVENT_UNSUBSCRIBE);
    if (!event)
        return false;
    event->reader = "unsubscribe";
    event->recipient = reading->from;
    return true;
}
