-- SPDX-License-Identifier: MIT
-- What a log of sends told of an event's message, and which run read it there: when that is taken back, nothing is known
-- of it again. What older versions stored counts as read with the event.
ALTER TABLE sent RENAME TO sent_once;

CREATE TABLE sent (
    event    INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
    run      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    campaign INTEGER NOT NULL,                -- text
    PRIMARY KEY (event, run)
) STRICT, WITHOUT ROWID;

INSERT INTO sent (event, run, campaign)
  SELECT sent_once.event, event.run, sent_once.campaign FROM sent_once JOIN event ON event.id = sent_once.event;
DROP TABLE sent_once;
