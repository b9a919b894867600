-- SPDX-License-Identifier: MIT
-- What a log of sends told of an event's message, by its Message-ID or envelope id. To whom it was sent is a candidate. Of
-- the log itself nothing is kept but this.

CREATE TABLE sent (
    event    INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
    campaign INTEGER NOT NULL                 -- text
) STRICT;
