-- SPDX-License-Identifier: MIT
-- Bounces that a guard took for part of a burst (core/policy/burst.h). What was found once stays found: the history that
-- showed it may be pruned.
CREATE TABLE quarantine (
    event INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
    run   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    kind  TEXT NOT NULL,                      -- domain, provider, wording, message
    why   INTEGER NOT NULL,                   -- text
    PRIMARY KEY (event, run)
) STRICT, WITHOUT ROWID;
