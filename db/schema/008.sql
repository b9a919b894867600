-- SPDX-License-Identifier: MIT
-- Signed return paths: when our own mail system took a report in, for its other dates are those of whoever wrote it; and
-- since when the mail to a list has been signed, as a run found out. The bounce that showed it may be pruned.
ALTER TABLE event ADD COLUMN arrived INTEGER;

CREATE TABLE signing (
    run   INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    list  TEXT NOT NULL,                      -- as policy calls it
    since INTEGER NOT NULL
) STRICT;
